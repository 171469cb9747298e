package emulator

import (
	"crypto/hmac"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The gateway's limits.
const (
	maxClockSkew = 15 * time.Minute
	// A key is locked for lockTime after more than maxFailures refusals in a row.
	maxFailures = 5
	lockTime    = 5 * time.Minute

	maxAuthorization = 256
	maxToken         = 16384
)

// The gateway's texts for a caller that it does not authenticate, code APIGW.0301: the first, with
// one of the others behind it.
const (
	textNotAuthenticated = "Incorrect IAM authentication information: "

	textBadSignature = "verify aksk signature fail"
	textExpired      = "calc ak sk signature fail:signature expired"
	textLocked       = "AK access failed to reach the limit,forbidden"
	textBadToken     = "decrypt token fail"
	textNoToken      = "x-auth-token not found"
)

// authorizeProject checks that the caller of a MetaStudio call may use the project in the path.
func (s *Server) authorizeProject(x *exchange) *reply {
	// Ours: a token counts more than a signature.
	if len(x.r.Header.Values(headerAuthToken)) > 0 || x.r.Header.Get("Authorization") == "" {
		t, refused := s.checkAuthToken(x)
		if refused != nil {
			return refused
		}
		if t.project == nil {
			return x.service(http.StatusBadRequest, "MSS.00010009", "The project ID in the path is not that of the token").
				because("the token is scoped to an account, not to a project")
		}
		if t.project.ID != x.projectID {
			return x.service(http.StatusBadRequest, "MSS.00010009", "The project ID in the path is not that of the token").
				because("the token's project is %s, the path's is %s", t.project.ID, x.projectID)
		}
		return nil
	}

	if len(x.r.Header.Get("Authorization")) > maxAuthorization {
		return x.invalidParameter("Authorization", "longer than 256 characters")
	}
	who, refused := s.checkSignature(x)
	if refused != nil {
		return refused
	}
	// Ours: the header has to name the project of the path. Without it the gateway would treat the
	// request as one for the whole account.
	if project := headerValue(x.r.Header, headerProjectID); project != x.projectID {
		return x.service(http.StatusBadRequest, "MSS.00010009", "The project ID in the path is not that of the token").
			because("%s is %q, the path's project is %s", headerProjectID, project, x.projectID)
	}
	if s.identity.project(who.domainID, x.projectID, "") == nil {
		// Ours: the documentation does not describe projects of other accounts.
		return x.service(http.StatusForbidden, "MSS.00024001", "No privilege to perform this operation").
			because("account %s has no project %s", who.domainID, x.projectID)
	}
	return nil
}

// checkAuthToken returns the token in X-Auth-Token, or refuses the caller as the gateway does.
func (s *Server) checkAuthToken(x *exchange) (*token, *reply) {
	value := headerValue(x.r.Header, headerAuthToken)
	if value == "" {
		return nil, x.unauthorized(textNoToken)
	}
	// A token is base64, in either of the two alphabets.
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_="
	if len(value) > maxToken || strings.Trim(value, alphabet) != "" {
		return nil, x.service(http.StatusBadRequest, "MSS.00010008", "The token in the header is invalid")
	}
	t := s.identity.token(value)
	switch {
	case t == nil:
		return nil, x.unauthorized(textBadToken)
	case t.revoked || !x.now.Before(t.expires):
		return nil, s.expiredToken(x, t)
	default:
		return t, nil
	}
}

// token returns a copy of a token, nil when it is not known.
func (i *identity) token(value string) *token {
	i.mu.Lock()
	defer i.mu.Unlock()
	t := i.tokens[value]
	if t == nil {
		return nil
	}
	return new(*t)
}

func (s *Server) expiredToken(x *exchange, t *token) *reply {
	expires := t.expires.UTC().Format(tokenTimeFormat)
	switch s.config.expiredCode {
	case "MSS.00010008":
		return x.service(http.StatusBadRequest, "MSS.00010008", "The token in the header is invalid").because("expired at %s", expires)
	case "APIGW.0301":
		return x.unauthorized("token expires, expires_at:" + expires)
	default:
		return x.gateway(http.StatusUnauthorized, s.config.expiredCode, "The token must be updated").because("expired at %s", expires)
	}
}

// checkSignature returns the owner of the key that signed the request, or refuses the caller as the
// gateway does.
func (s *Server) checkSignature(x *exchange) (principal, *reply) {
	value := headerValue(x.r.Header, "Authorization")
	a, err := parseAuthorization(value)
	if err != nil {
		return principal{}, x.unauthorized(textBadSignature).because("%v", err)
	}

	i := s.identity
	i.mu.Lock()
	defer i.mu.Unlock()
	key := i.keys[a.accessKey]
	if key == nil {
		return principal{}, x.unknownKey(a.accessKey)
	}
	if x.now.Before(key.lockedUntil) {
		return principal{}, x.unauthorized(textLocked)
	}
	if refused := key.checkSecurityToken(x); refused != nil {
		return principal{}, refused
	}
	if refused := key.checkSignature(x, a); refused != nil {
		key.countFailure(x, refused)
		return principal{}, refused
	}
	key.failures = 0
	return key.who, nil
}

// countFailure locks the key after too many refused signatures in a row.
func (k *accessKey) countFailure(x *exchange, refused *reply) {
	if refused.status != http.StatusUnauthorized {
		return
	}
	if k.failures++; k.failures > maxFailures {
		k.failures, k.lockedUntil = 0, x.now.Add(lockTime)
	}
}

// unknownKey returns the error for an access key that does not exist. A temporary key without its
// security token gets it too, because IAM then looks for it among the permanent keys.
func (x *exchange) unknownKey(access string) *reply {
	return x.unauthorized("Get secretKey failed,ak:" + access + ",err:ak not exist")
}

// checkSignature refuses a request that the key did not sign; nil means that it did.
func (k *accessKey) checkSignature(x *exchange, a authorization) *reply {
	date := headerValue(x.r.Header, headerSdkDate)
	signed, err := time.Parse(sdkDateFormat, date)
	if err != nil || len(date) != len(sdkDateFormat) {
		return x.unauthorized(textBadSignature).because("%s is %q, not of the form YYYYMMDDTHHMMSSZ", headerSdkDate, date)
	}
	if skew := x.now.Sub(signed).Abs(); skew > maxClockSkew {
		return x.unauthorized(textExpired).because("signed %v away from the server's clock", skew)
	}
	if err := checkSignedHeaders(a.signedHeaders); err != nil {
		return x.unauthorized(textBadSignature).because("%v", err)
	}
	canonical, err := canonicalRequest(x.r, x.body, a.signedHeaders)
	if errors.Is(err, errEscape) {
		return x.gateway(http.StatusBadRequest, "APIGW.0201", "Bad request.").because("%v", err)
	}
	if err != nil {
		return x.unauthorized(textBadSignature).because("%v", err)
	}
	if !hmac.Equal([]byte(signatureOf(k.secret, date, canonical)), []byte(a.signature)) {
		// The text repeats the values of the signed headers, the security token among them.
		repeated := textBadSignature + ", canonicalRequest:" + oneLine(canonical)
		return x.unauthorized(repeated).because("the signature is not that of this canonical request:\n%s", canonical)
	}
	return nil
}

// checkSecurityToken checks what a temporary key must come with, and a permanent one without.
func (k *accessKey) checkSecurityToken(x *exchange) *reply {
	values := x.r.Header.Values(headerSecurityToken)
	switch {
	case k.temporary() && len(values) == 0:
		return x.unknownKey(k.access).because("a temporary key without %s", headerSecurityToken)
	case !k.temporary() && len(values) > 0:
		return x.unauthorized(textBadToken).because("a permanent key with %s", headerSecurityToken)
	case !k.temporary():
		return nil
	case !slices.Equal(values, []string{k.securityToken}):
		return x.unauthorized(textBadToken).because("%s is not that of the key", headerSecurityToken)
	case !x.now.Before(k.expires):
		return x.unauthorized("token expires, expires_at:" + k.expires.UTC().Format(tokenTimeFormat))
	default:
		return nil
	}
}

// KeyLocked reports whether an access key is locked, after more than five refused signatures in a
// row.
func (s *Server) KeyLocked(access string) bool {
	now := s.config.clock()
	s.identity.mu.Lock()
	defer s.identity.mu.Unlock()
	key := s.identity.keys[access]
	return key != nil && now.Before(key.lockedUntil)
}
