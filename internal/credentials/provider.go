package credentials

import (
	"context"
	"time"
)

// provider is a source of credentials. It may need the credential of another provider, as that of
// an agency does. Implementations are safe for concurrent use.
type provider interface {
	// retrieve returns a credential that stays valid for a while. It signs in first where needed.
	retrieve(ctx context.Context, to target) (credential, error)
	// invalidate removes the credential for a target if it is the one that a service refused.
	// refused is its token or, for a temporary key, its security token. invalidate reports whether
	// the next retrieve returns another credential.
	invalidate(to target, refused Secret) bool
}

// staticProvider returns a credential from the configuration, which cannot be renewed.
type staticProvider struct{ given credential }

func (p staticProvider) retrieve(context.Context, target) (credential, error) { return p.given, nil }

func (staticProvider) invalidate(target, Secret) bool { return false }

// cachedProvider obtains a credential from a service, and again before it expires.
type cachedProvider struct {
	credentials *cache[target, credential]
	keyOf       func(to target) target // of the credential for a target in the cache
	now         func() time.Time
}

// obtainFunc obtains a credential for a target.
type obtainFunc func(ctx context.Context, to target) (credential, error)

// newAccountProvider returns a provider of one credential for all targets.
func newAccountProvider(now func() time.Time, obtain obtainFunc) *cachedProvider {
	return newCachedProvider(now, obtain, func(target) target { return target{} })
}

// newProjectProvider returns a provider of a credential for each target.
func newProjectProvider(now func() time.Time, obtain obtainFunc) *cachedProvider {
	return newCachedProvider(now, obtain, func(to target) target { return to })
}

func newCachedProvider(now func() time.Time, obtain obtainFunc, keyOf func(target) target) *cachedProvider {
	valid := func(c credential) bool { return c.valid(now()) }
	return &cachedProvider{credentials: newCache(now, valid, obtain), keyOf: keyOf, now: now}
}

func (p *cachedProvider) retrieve(ctx context.Context, to target) (credential, error) {
	return p.credentials.get(ctx, p.keyOf(to))
}

func (p *cachedProvider) invalidate(to target, refused Secret) bool {
	// If another credential is cached by now, another request has replaced the refused one.
	p.credentials.invalidate(p.keyOf(to), func(c credential) bool {
		// A key that was refused at once would be replaced by one that is refused at once, too.
		used := p.now().Sub(c.obtained) >= refusalMemory
		return c.token.Equal(refused) || used && c.securityToken.Equal(refused)
	})
	return true
}

// newProvider returns the provider that the configuration describes: that of the base credential,
// and each agency on top of it. STS accepts only access keys, so a token is exchanged for one
// first.
func (s *Session) newProvider() provider {
	top, isToken := s.baseProvider()
	for _, role := range s.config.AssumeRoles {
		if role.DomainID == "" {
			top = s.agencyByName(top, role)
		} else {
			if isToken {
				top = s.keyByToken(top, s.config.Source, 0)
			}
			top = s.agencyByID(top, role)
		}
		isToken = false
	}
	return top
}

// baseProvider returns the provider of the base credential. isToken reports whether that is a
// token.
func (s *Session) baseProvider() (base provider, isToken bool) {
	c := s.config
	switch {
	case !c.Token.IsZero():
		return staticProvider{credential{token: c.Token, source: c.Source}}, true
	case c.AccessKey != "":
		return staticProvider{credential{
			accessKey: c.AccessKey, secretKey: c.SecretKey, securityToken: c.SecurityToken,
			domainID: c.DomainID, source: c.Source,
		}}, false
	case !c.Password.IsZero():
		return s.tokenByPassword(), true
	case c.OIDC != nil:
		return s.keyByIDToken(*c.OIDC), false
	default:
		return s.instanceKey(), false
	}
}
