package emulator

import (
	"cmp"
	"crypto/subtle"
	"net/http"
	"slices"
)

// scope is what a token is to be valid for: a project, or an account.
type scope struct {
	Project *idName `json:"project"`
	Domain  *idName `json:"domain"`
}

// passwordUser names a user: by id, or by name and account.
type passwordUser struct {
	idName

	Password string `json:"password"`
}

// agencyOf names an agency, as IAM v3 and v3.0 do.
type agencyOf struct {
	AgencyName      string `json:"agency_name"`
	DomainName      string `json:"domain_name"`
	DomainID        string `json:"domain_id"`
	DurationSeconds *int   `json:"duration_seconds"`
}

// find returns the agency that a principal may assume.
func (a *agencyOf) find(who principal) *agency {
	owner := accountOf(a.DomainID, a.DomainName)
	if owner == nil {
		return nil
	}
	return assumableAgency(a.AgencyName, owner.id, who.domainID)
}

// createToken answers POST /v3/auth/tokens.
func (s *Server) createToken(x *exchange) *reply {
	var body struct {
		Auth struct {
			Identity struct {
				Methods  []string `json:"methods"`
				Password *struct {
					User *passwordUser `json:"user"`
				} `json:"password"`
				AssumeRole *agencyOf `json:"assume_role"`
			} `json:"identity"`
			Scope *scope `json:"scope"`
		} `json:"auth"`
	}
	if wrong := x.decode(&body); wrong != "" {
		return x.invalidBody("%s", wrong)
	}
	identity := &body.Auth.Identity

	var who principal
	var refused *reply
	switch {
	case slices.Equal(identity.Methods, []string{"password"}) && identity.Password != nil && identity.Password.User != nil:
		who, refused = x.byPassword(identity.Password.User)
	case slices.Equal(identity.Methods, []string{"assume_role"}) && identity.AssumeRole != nil:
		who, refused = s.byAgency(x, identity.AssumeRole)
	default:
		refused = x.invalidBody("methods must be [\"password\"] or [\"assume_role\"], with the object of that name")
	}
	if refused != nil {
		return refused
	}
	return s.scopedToken(x, who, body.Auth.Scope, identity.Methods[0])
}

// byPassword returns the user that a password belongs to. The error does not tell whether the
// account, the user or the password is wrong.
func (x *exchange) byPassword(given *passwordUser) (principal, *reply) {
	switch {
	case given.Password == "":
		return principal{}, x.invalidBody("no password")
	case given.ID == "" && given.Name == "":
		return principal{}, x.invalidBody("the user has neither id nor name")
	case given.ID == "" && (given.Domain == nil || given.Domain.ID == "" && given.Domain.Name == ""):
		return principal{}, x.invalidBody("a user by name needs a domain")
	}
	known := given.ID == UserID
	if given.ID == "" {
		owner := accountOf(given.Domain.ID, given.Domain.Name)
		known = given.Name == UserName && owner != nil && owner.id == DomainID
	}
	if !known || subtle.ConstantTimeCompare([]byte(given.Password), []byte(Password)) == 0 {
		return principal{}, x.keystone(http.StatusUnauthorized, "The username or password is wrong.")
	}
	return defaultUser, nil
}

// byAgency returns the principal of an agency's session. The caller has a token.
func (s *Server) byAgency(x *exchange, given *agencyOf) (principal, *reply) {
	t, refused := s.iamToken(x, headerAuthToken)
	if refused != nil {
		return principal{}, refused
	}
	if given.AgencyName == "" || given.DomainID == "" && given.DomainName == "" {
		return principal{}, x.invalidBody("assume_role needs agency_name, and domain_name or domain_id")
	}
	found := given.find(t.who)
	if found == nil {
		return principal{}, x.forbidden("no agency %s that trusts account %s", given.AgencyName, t.who.domainID)
	}
	return found.session(), nil
}

// scopedToken issues a token for a scope. Without a scope, the token is for the account and for no
// project.
func (s *Server) scopedToken(x *exchange, who principal, wanted *scope, method string) *reply {
	var project *Project
	switch {
	case wanted != nil && wanted.Project != nil:
		named := wanted.Project
		if named.ID == "" && named.Name == "" {
			return x.invalidBody("the project in scope has neither id nor name")
		}
		project = s.identity.project(who.domainID, named.ID, named.Name)
		if project == nil {
			// Ours: the documentation does not show the answer to a project that does not exist.
			return x.notFound("project", cmp.Or(named.ID, named.Name))
		}
	case wanted != nil && wanted.Domain != nil:
		if owner := accountOf(wanted.Domain.ID, wanted.Domain.Name); owner == nil || owner.id != who.domainID {
			return x.notFound("domain", cmp.Or(wanted.Domain.ID, wanted.Domain.Name))
		}
	}
	return tokenReply(http.StatusCreated, s.identity.issueToken(who, project, method, x.now))
}

// checkToken answers GET /v3/auth/tokens.
func (s *Server) checkToken(x *exchange) *reply {
	if _, refused := s.iamToken(x, headerAuthToken); refused != nil {
		return refused
	}
	t, refused := s.iamToken(x, headerSubjectToken)
	if refused != nil {
		// Ours: the documentation does not show the answer for a token that does not exist.
		return x.notFound("token", "").because("%s", refused.why)
	}
	return tokenReply(http.StatusOK, t)
}

// createTokenByIDToken answers POST /v3.0/OS-AUTH/id-token/tokens, which is neither signed nor
// authenticated otherwise.
func (s *Server) createTokenByIDToken(x *exchange) *reply {
	var body struct {
		Auth struct {
			IDToken *struct {
				ID string `json:"id"`
			} `json:"id_token"`
			Scope *scope `json:"scope"`
		} `json:"auth"`
	}
	if wrong := x.decode(&body); wrong != "" {
		return x.invalidBody("%s", wrong)
	}
	idp := x.r.Header.Get("X-Idp-Id")
	if idp == "" || body.Auth.IDToken == nil || body.Auth.IDToken.ID == "" {
		return x.invalidBody("the header X-Idp-Id and auth.id_token.id are required")
	}
	if idp != IdpID {
		return x.notFound("identity provider", idp)
	}
	if subtle.ConstantTimeCompare([]byte(body.Auth.IDToken.ID), []byte(IDToken)) == 0 {
		return x.unauthenticated().because("not the id token of the identity provider")
	}
	federated := principal{domainID: DomainID, id: stableID("federated", 0), name: "FederationUser"}
	return s.scopedToken(x, federated, body.Auth.Scope, "mapped")
}
