package credentials

import (
	"net/http"
	"testing"
	"time"
)

// A refused token is replaced at once, and a refused temporary key for later requests. Nothing else
// is.
func TestInvalidate(t *testing.T) {
	t.Parallel()
	const (
		old   = refusalMemory
		fresh = refusalMemory - 1
	)
	for _, test := range []struct {
		name    string
		age     time.Duration // of the credential in the cache
		header  string
		value   string
		status  int
		code    string
		retry   bool
		removed bool
	}{
		{"401", fresh, headerAuthToken, "the token", http.StatusUnauthorized, "", true, true},
		{"401 of the gateway", fresh, headerAuthToken, "the token", http.StatusUnauthorized, "APIGW.0301", true, true},
		{"the gateway's code for an expired token", fresh, headerAuthToken, "the token", http.StatusForbidden, "APIG.0307", true, true},
		{"the service's code for an invalid token", fresh, headerAuthToken, "the token", http.StatusBadRequest, "TEST.0001", true, true},
		{"a token that was replaced already", old, headerAuthToken, "another token", http.StatusUnauthorized, "", true, false},
		{"another code of the gateway", fresh, headerAuthToken, "the token", http.StatusForbidden, "APIGW.0302", false, false},
		{"another code of the service", fresh, headerAuthToken, "the token", http.StatusBadRequest, "TEST.0307", false, false},
		{"a service that is down", fresh, headerAuthToken, "the token", http.StatusServiceUnavailable, "", false, false},
		{"an access key", fresh, headerAuthorization, "SDK-HMAC-SHA256", http.StatusUnauthorized, "", false, false},

		{"a temporary key", old, headerSecurityToken, "the security token", http.StatusUnauthorized, "", false, true},
		{"a temporary key that is new", fresh, headerSecurityToken, "the security token", http.StatusUnauthorized, "", false, false},
		{"a temporary key that was replaced already", old, headerSecurityToken, "another one", http.StatusUnauthorized, "", false, false},
		{"a temporary key that may not", old, headerSecurityToken, "the security token", http.StatusForbidden, "", false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
			clock := func() time.Time { return now }
			cached := newAccountProvider(clock, nil)
			cached.credentials.values[target{}] = credential{
				token: NewSecret("the token"), securityToken: NewSecret("the security token"), obtained: now.Add(-test.age),
			}
			a := &authorizer{provider: cached, invalidTokenCodes: []string{"TEST.0001"}, now: clock}
			req := &http.Request{Header: http.Header{test.header: {test.value}}}
			if got := a.Invalidate(req, test.status, test.code); got != test.retry {
				t.Errorf("retry %t, want %t", got, test.retry)
			}
			if _, kept := cached.credentials.values[target{}]; kept == test.removed {
				t.Errorf("the credential is kept: %t", kept)
			}
		})
	}
}
