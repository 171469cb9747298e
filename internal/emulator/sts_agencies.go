package emulator

import (
	"crypto/subtle"
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

// How long the temporary keys of STS may live, in seconds.
const (
	leastSTSSeconds       = 900
	mostSTSSeconds        = 43200
	mostChainedSTSSeconds = 3600
	defaultSTSSeconds     = 3600
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

// invalidAssumption returns the error for a body with a missing or invalid value.
func (x *exchange) invalidAssumption(why string) *reply {
	return x.service(http.StatusBadRequest, stsInvalid, "Request body is invalid.").because("%s", why)
}

// denied returns the error for a caller who may not assume the agency. Only an administrator of the
// account can decode the encoded message.
func (x *exchange) denied(message string) *reply {
	return jsonReply(http.StatusForbidden, struct {
		Code    string `json:"error_code"`
		Message string `json:"error_msg"`
		Encoded string `json:"encoded_authorization_message"`
	}{stsDenied, message, "RW1lbXVsYXRlZCBhdXRob3JpemF0aW9uIG1lc3NhZ2U"}).because("%s", message)
}

// assumeAgency answers POST /v5/agencies/assume.
func (s *Server) assumeAgency(x *exchange) *reply {
	who, refused := s.checkSignature(x)
	if refused != nil {
		return refused
	}
	var body assumption
	if wrong := x.decode(&body); wrong != "" {
		return x.invalidAssumption(wrong)
	}
	// A key that was obtained with a temporary key lives for an hour at most.
	most := mostSTSSeconds
	if x.r.Header.Get(headerSecurityToken) != "" {
		most = mostChainedSTSSeconds
	}
	return s.assume(x, &body, most, who.domainID)
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
		return x.invalidAssumption(wrong)
	}
	if provider[1] != DomainID || provider[2] != IdpID ||
		subtle.ConstantTimeCompare([]byte(body.IDToken), []byte(IDToken)) == 0 {
		return x.denied("access denied: the id token is not one of the provider " + body.ProviderURN)
	}
	return s.assume(x, &body, mostSTSSeconds, "")
}

// assume hands out a key for the agency in a body, if the agency trusts the account, or the
// identity provider when trusted is empty. The key lives for at most so many seconds.
func (s *Server) assume(x *exchange, body *assumption, most int, trusted string) *reply {
	if wrong := body.wrong(); wrong != "" {
		return x.invalidAssumption(wrong)
	}
	lifetime, ok := secondsBetween(body.DurationSeconds, leastSTSSeconds, most, defaultSTSSeconds)
	if !ok {
		return x.invalidAssumption("duration_seconds is out of range")
	}
	urn := agencyURN.FindStringSubmatch(body.AgencyURN)
	found := assumableAgency(urn[2], urn[1], trusted)
	if found == nil {
		return x.denied("access denied: not allowed to assume " + body.AgencyURN)
	}
	who := found.session()
	key := s.identity.issueKey(who, lifetime, x.now)
	return jsonReply(http.StatusOK, map[string]map[string]string{
		"credentials": {
			"access_key_id": key.access, "secret_access_key": key.secret, "security_token": key.securityToken,
			"expiration": key.expires.UTC().Format(stsTimeFormat),
		},
		"assumed_agency": {
			"urn": "sts::" + who.domainID + ":assumed-agency:" + who.name + "/" + body.SessionName,
			"id":  who.id + ":" + body.SessionName,
		},
	})
}
