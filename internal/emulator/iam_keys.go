package emulator

import (
	"net/http"
	"slices"
)

// How long IAM's temporary keys may live, in seconds.
const (
	leastKeySeconds   = 900
	mostKeySeconds    = 86400
	defaultKeySeconds = 900
)

// tokenOf is the caller's token, and how long the key for it lives.
type tokenOf struct {
	ID              string `json:"id"`
	DurationSeconds *int   `json:"duration_seconds"`
}

// createSecurityToken answers POST /v3.0/OS-CREDENTIAL/securitytokens.
func (s *Server) createSecurityToken(x *exchange) *reply {
	var body struct {
		Auth struct {
			Identity struct {
				Methods    []string  `json:"methods"`
				AssumeRole *agencyOf `json:"assume_role"`
				Token      *tokenOf  `json:"token"`
			} `json:"identity"`
		} `json:"auth"`
	}
	wrong := x.decode(&body)
	identity := &body.Auth.Identity

	// The caller is authenticated before the body is checked, but the token may be in the body.
	if identity.Token != nil && identity.Token.ID != "" && len(x.r.Header.Values(headerAuthToken)) == 0 {
		x.r = x.r.Clone(x.r.Context())
		x.r.Header.Set(headerAuthToken, identity.Token.ID)
	}
	who, refused := s.caller(x)
	if refused != nil {
		return refused
	}

	switch {
	case wrong != "":
		return x.invalidBody("%s", wrong)
	case slices.Equal(identity.Methods, []string{"assume_role"}) && identity.AssumeRole != nil:
		return s.keyByAgency(x, who, identity.AssumeRole)
	case slices.Equal(identity.Methods, []string{"token"}):
		return s.keyByToken(x, who, identity.Token)
	default:
		return x.invalidBody("methods must be [\"assume_role\"] or [\"token\"], with the object of that name")
	}
}

func (s *Server) keyByAgency(x *exchange, who principal, given *agencyOf) *reply {
	lifetime, ok := secondsBetween(given.DurationSeconds, leastKeySeconds, mostKeySeconds, defaultKeySeconds)
	switch {
	case given.AgencyName == "" || given.DomainID == "" && given.DomainName == "":
		return x.invalidBody("assume_role needs agency_name, and domain_name or domain_id")
	case !ok:
		return x.invalidBody("duration_seconds is outside 900..86400")
	}
	found := given.find(who)
	if found == nil {
		return x.notFound("agency", given.AgencyName)
	}
	return keyReply(http.StatusCreated, s.identity.issueKey(found.session(), lifetime, x.now))
}

func (s *Server) keyByToken(x *exchange, who principal, given *tokenOf) *reply {
	if len(x.r.Header.Values(headerAuthToken)) == 0 {
		return x.invalidBody("the method token needs X-Auth-Token, or the token in the body")
	}
	if given == nil {
		given = &tokenOf{}
	}
	lifetime, ok := secondsBetween(given.DurationSeconds, leastKeySeconds, mostKeySeconds, defaultKeySeconds)
	if !ok {
		return x.invalidBody("duration_seconds is outside 900..86400")
	}
	return keyReply(http.StatusCreated, s.identity.issueKey(who, lifetime, x.now))
}
