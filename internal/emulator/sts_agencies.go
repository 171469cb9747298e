package emulator

import (
	"crypto/subtle"
	"maps"
	"net/http"
	"regexp"
)

// Ours: the documentation shows the shape of STS's errors and the prefix of their codes, not the
// codes themselves.
const (
	stsInvalid = "STS5.0001"
	stsDenied  = "STS5.1001"
)

var (
	sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,128}$`)
	agencyURN   = regexp.MustCompile(`^iam::([^:]+):agency:(.+)$`)
	providerURN = regexp.MustCompile(`^iam::([^:]+):oidcProvider:(.+)$`)
)

// stsTimeFormat is the form of the times that STS writes.
const stsTimeFormat = "2006-01-02T15:04:05.000Z"

// assumption is the body of both assume calls.
type assumption struct {
	AgencyURN       string   `json:"agency_urn"`
	SessionName     string   `json:"agency_session_name"`
	DurationSeconds *int     `json:"duration_seconds"`
	ExternalID      *string  `json:"external_id"`
	Policy          *string  `json:"policy"`
	PolicyIDs       []string `json:"policy_ids"`
	Tags            []any    `json:"tags"`
	SourceIdentity  *string  `json:"source_identity"`
	SerialNumber    *string  `json:"serial_number"`
	TokenCode       *string  `json:"token_code"`
	ProviderURN     string   `json:"provider_urn"`
	IDToken         string   `json:"id_token"`
}

// wrong describes what is wrong with the parts that both calls have.
func (a *assumption) wrong() string {
	sized := func(v *string, least, most int) bool { return v == nil || len(*v) >= least && len(*v) <= most }
	switch {
	case len(a.AgencyURN) > 1500 || !agencyURN.MatchString(a.AgencyURN):
		return "agency_urn is not iam::{account_id}:agency:{name}"
	case !sessionName.MatchString(a.SessionName):
		return `agency_session_name is not 2 to 128 of [\w+=,.@-]`
	case len(a.PolicyIDs) > 10 || len(a.Tags) > 20:
		return "more than 10 policy_ids or 20 tags"
	case !sized(a.ExternalID, 2, 1224) || !sized(a.Policy, 2, 2048) || !sized(a.SourceIdentity, 2, 64):
		return "external_id, policy or source_identity has the wrong length"
	case !sized(a.SerialNumber, 9, 256) || !sized(a.TokenCode, 6, 6):
		return "serial_number or token_code has the wrong length"
	default:
		return ""
	}
}

// signedCaller returns the caller of an STS call, which only a signature opens.
func (s *Server) signedCaller(x *exchange) (principal, *reply) {
	if x.r.Header.Get("Authorization") == "" {
		return principal{}, x.unauthorized(textBadSignature).because("the request is not signed")
	}
	return s.checkSignature(x)
}

// assumeAgency answers POST /v5/agencies/assume.
func (s *Server) assumeAgency(x *exchange) *reply {
	who, refused := s.signedCaller(x)
	if refused != nil {
		return refused
	}
	var body assumption
	if wrong := x.decode(&body); wrong != "" {
		return x.service(http.StatusBadRequest, stsInvalid, "Request body is invalid.").because("%s", wrong)
	}
	// A temporary key may not make another that outlives an hour.
	most := 43200
	if x.r.Header.Get(headerSecurityToken) != "" {
		most = 3600
	}
	return s.assume(x, &body, most, who.domainID, nil)
}

// assumeAgencyWithOIDC answers POST /v5/agencies/assume-with-oidc, which is neither signed nor
// authenticated otherwise.
func (s *Server) assumeAgencyWithOIDC(x *exchange) *reply {
	var body assumption
	wrong := x.decode(&body)
	provider := providerURN.FindStringSubmatch(body.ProviderURN)
	switch {
	case wrong != "":
	case provider == nil:
		wrong = "provider_urn is not iam::{account_id}:oidcProvider:{name}"
	case len(body.IDToken) < 4 || len(body.IDToken) > 20000:
		wrong = "id_token is not 4 to 20000 characters"
	}
	if wrong != "" {
		return x.service(http.StatusBadRequest, stsInvalid, "Request body is invalid.").because("%s", wrong)
	}
	if provider[1] != DomainID || provider[2] != IdpID ||
		subtle.ConstantTimeCompare([]byte(body.IDToken), []byte(IDToken)) == 0 {
		return x.denied(stsDenied, "access denied: the id token is not one of the provider "+body.ProviderURN)
	}
	return s.assume(x, &body, 43200, "", map[string]any{
		"provider": body.ProviderURN, "audience": "emulator", "subject_from_id_token": "pipeline",
	})
}

// assume hands out a key for the agency in a body, if it trusts the account, and adds to the reply
// what is extra.
func (s *Server) assume(x *exchange, body *assumption, most int, trusted string, extra map[string]any) *reply {
	lifetime, ok := secondsBetween(body.DurationSeconds, 900, most, 3600)
	wrong := body.wrong()
	if wrong == "" && !ok {
		wrong = "duration_seconds is out of range"
	}
	if wrong != "" {
		return x.service(http.StatusBadRequest, stsInvalid, "Request body is invalid.").because("%s", wrong)
	}
	urn := agencyURN.FindStringSubmatch(body.AgencyURN)
	found := assumableAgency(urn[2], urn[1], trusted)
	if found == nil {
		return x.denied(stsDenied, "access denied: not allowed to assume "+body.AgencyURN)
	}
	who := found.as(body.SessionName)
	key := s.identity.issueKey(who, lifetime, x.now)
	answer := map[string]any{
		"credentials": map[string]string{
			"access_key_id": key.access, "secret_access_key": key.secret, "security_token": key.securityToken,
			"expiration": key.expires.UTC().Format(stsTimeFormat),
		},
		"assumed_agency": map[string]string{"urn": who.urn(), "id": who.id + ":" + who.session},
	}
	if body.SourceIdentity != nil {
		answer["source_identity"] = *body.SourceIdentity
	}
	maps.Copy(answer, extra)
	return jsonReply(http.StatusOK, answer)
}

// urn names a principal the way STS does.
func (p *principal) urn() string {
	if p.session == "" {
		return "iam::" + p.domainID + ":user:" + p.name
	}
	return "sts::" + p.domainID + ":assumed-agency:" + p.name + "/" + p.session
}

// callerIdentity answers GET /v5/caller-identity.
func (s *Server) callerIdentity(x *exchange) *reply {
	who, refused := s.signedCaller(x)
	if refused != nil {
		return refused
	}
	id := who.id
	if who.session != "" {
		id += ":" + who.session
	}
	return jsonReply(http.StatusOK, map[string]string{"account_id": who.domainID, "principal_id": id, "principal_urn": who.urn()})
}
