package credentials

import (
	"net/http"
	"testing"
	"time"
)

// A refused token is replaced, whoever says that it is refused; nothing else is.
func TestInvalidate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		header string
		status int
		code   string
		want   bool
	}{
		{"401", headerAuthToken, http.StatusUnauthorized, "", true},
		{"401 of the gateway", headerAuthToken, http.StatusUnauthorized, "APIGW.0301", true},
		{"the gateway's code for an expired token", headerAuthToken, http.StatusForbidden, "APIG.0307", true},
		{"the service's code for an invalid token", headerAuthToken, http.StatusBadRequest, "TEST.0001", true},
		{"another code of the gateway", headerAuthToken, http.StatusForbidden, "APIGW.0302", false},
		{"another code of the service", headerAuthToken, http.StatusBadRequest, "TEST.0307", false},
		{"a service that is down", headerAuthToken, http.StatusServiceUnavailable, "", false},
		{"an access key", headerAuthorization, http.StatusUnauthorized, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cached := newAccountProvider(time.Now, nil)
			cached.credentials.values[target{}] = credential{token: NewSecret("refused")}
			a := &authorizer{provider: cached, invalidTokenCodes: []string{"TEST.0001"}, now: time.Now}
			req := &http.Request{Header: http.Header{test.header: {"refused"}}}
			if got := a.Invalidate(req, test.status, test.code); got != test.want {
				t.Errorf("%t, want %t", got, test.want)
			}
			if _, kept := cached.credentials.values[target{}]; kept == test.want {
				t.Errorf("the token is kept: %t", kept)
			}
		})
	}
}
