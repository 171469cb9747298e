package credentials

import (
	"net/http"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// credential authorizes requests: an access key, permanent or temporary, or a token.
type credential struct {
	accessKey                string
	secretKey, securityToken Secret
	token                    Secret
	// project is the project that a token is scoped to, zero where that is not known.
	project project
	// domainID is the account that an access key belongs to, "" where that is not known.
	domainID string
	// source describes where the credential came from.
	source string
	// obtained and expires bound the life of a temporary credential, on the local clock, see
	// lifeOf. expires is zero for one that does not expire, or whose expiry is not known.
	obtained, expires time.Time
}

// project is a project of an account.
type project struct{ ID, Name string }

// target is what a credential is wanted for. The zero target is the account itself, for which
// agencies are assumed. The project's ID takes precedence over its name.
type target struct {
	region  string
	project project
}

// A credential is replaced before it expires: five minutes, as the service advises for tokens, or a
// quarter of a short life.
const (
	renewalMargin   = 5 * time.Minute
	renewalFraction = 4
)

// valid reports whether c may be used for another request now.
func (c credential) valid(now time.Time) bool {
	if c.expires.IsZero() {
		return true
	}
	margin := min(renewalMargin, c.expires.Sub(c.obtained)/renewalFraction)
	return now.Before(c.expires.Add(-margin))
}

// refusedKind returns the kind of error of a service that refuses c.
func (c credential) refusedKind() Kind {
	if c.token.IsZero() {
		return KeyRefused
	}
	return TokenRefused
}

// show returns a text from a reply to a request with c, without the secrets of c.
func (c credential) show(text string) string {
	return transport.Shown(text, c.secretKey.Reveal(), c.securityToken.Reveal(), c.token.Reveal())
}

// authorize adds c to req, for a project or, with projectID "", for the account, dated now.
func (c credential) authorize(req *http.Request, projectID string, now time.Time) error {
	if !c.token.IsZero() {
		req.Header.Set(headerAuthToken, c.token.Reveal())
		return nil
	}
	switch {
	case projectID != "":
		req.Header.Set(headerProjectID, projectID)
	case c.domainID != "":
		req.Header.Set(headerDomainID, c.domainID)
	}
	if !c.securityToken.IsZero() {
		req.Header.Set(headerSecurityToken, c.securityToken.Reveal())
	}
	return sign(req, c.accessKey, c.secretKey, now)
}
