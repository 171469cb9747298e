package credentials

import (
	"context"
	"net/http"
	"time"
)

// credential opens requests: an access key, temporary or not, or a token.
type credential struct {
	accessKey                string
	secretKey, securityToken Secret
	token                    Secret
	// project is what a token is good for, zero where that is not known.
	project project
	// domainID is the account that an access key belongs to, "" where that is not
	// known.
	domainID string
	// source says where the credential came from.
	source string
	// obtained and expires bound the life of a temporary credential. expires is
	// zero for one that does not end, or of which we do not know when.
	obtained, expires time.Time
}

// project is a project of an account.
type project struct{ ID, Name string }

// target is what a credential is wanted for. The zero target is the account
// itself, which is where agencies are assumed. ID wins over Name.
type target struct {
	region  string
	project project
}

// link is one step of signing in; the steps stand on each other. Links are safe
// for concurrent use.
type link interface {
	// credential returns a credential that is good for a while, signing in first
	// where that is needed.
	credential(ctx context.Context, to target) (credential, error)
	// renew gives up the token that was refused for a target. It reports whether
	// the next credential is another one.
	renew(to target, refused Secret) bool
}

// Margins by which a credential is renewed before it ends: five minutes, as the
// service advises for tokens, or a quarter of a short life.
const (
	renewalMargin   = 5 * time.Minute
	renewalFraction = 4
)

// fresh reports whether c may be used for another request now.
func (c credential) fresh(now time.Time) bool {
	if c.expires.IsZero() {
		return true
	}
	margin := min(renewalMargin, c.expires.Sub(c.obtained)/renewalFraction)
	return now.Before(c.expires.Add(-margin))
}

// put authorizes req with c, for a project or, with projectID "", for the
// account, dated now.
func (c credential) put(req *http.Request, projectID string, now time.Time) error {
	if !c.token.IsZero() {
		req.Header.Set(headerAuthToken, c.token.Reveal())
		_, err := bodyOf(req) // anew, see there
		return err
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

// fixed is a credential that was given, not obtained. It is never renewed.
type fixed struct{ given credential }

func (f fixed) credential(context.Context, target) (credential, error) { return f.given, nil }

func (fixed) renew(target, Secret) bool { return false }

// authorizer puts a link's credential on requests. It implements
// transport.Authorizer.
type authorizer struct {
	link   link
	target target
	// projectID is sent with an access key; "" is for calls of a whole account.
	projectID string
	now       func() time.Time
}

// Authorize implements transport.Authorizer.
func (a *authorizer) Authorize(ctx context.Context, req *http.Request) (string, error) {
	c, err := a.link.credential(ctx, a.target)
	if err != nil {
		return "", err
	}
	return c.source, c.put(req, a.projectID, a.now())
}

// Renew implements transport.Authorizer. Only tokens are renewed: a refused
// access key that is tried again and again is locked.
func (a *authorizer) Renew(req *http.Request) bool {
	refused := NewSecret(req.Header.Get(headerAuthToken))
	return !refused.IsZero() && a.link.renew(a.target, refused)
}
