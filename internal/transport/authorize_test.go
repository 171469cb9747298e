package transport

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestEveryAttemptIsSigned anew, on a copy of the request.
func TestEveryAttemptIsSigned(t *testing.T) {
	t.Parallel()
	server := start(t)
	server.Fail(emulator.Fault{Reset: true})
	server.Fail(emulator.Fault{Status: http.StatusServiceUnavailable})
	server.Fail(emulator.Fault{Status: http.StatusTooManyRequests})
	req := get(t.Context(), t, server.URL+jobsPath)
	req.Header.Set("X-App-Userid", "somebody")
	signer := &stamps{}
	reply, err := connect(t, func(c *Config) { c.Authorizer = signer }).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	var stamped []string
	for _, request := range server.Requests() {
		if len(request.Header.Values("X-Stamp")) != 1 || request.Header.Get("X-App-Userid") != "somebody" {
			t.Errorf("sent %v", request.Header)
		}
		stamped = append(stamped, request.Header.Get("X-Stamp"))
	}
	if diff := cmp.Diff([]string{"1", "2", "3", "4"}, stamped); diff != "" {
		t.Errorf("stamps (-want +got):\n%s", diff)
	}
	if reply.Attempts != 4 || signer.given.Load() != 4 || signer.asked.Load() != 0 {
		t.Errorf("%d attempts, %d stamps, %d renewals", reply.Attempts, signer.given.Load(), signer.asked.Load())
	}
	if diff := cmp.Diff(http.Header{"X-App-Userid": {"somebody"}}, req.Header); diff != "" {
		t.Errorf("the caller's header (-want +got):\n%s", diff)
	}
}

// TestRenewal follows a credential that the service refuses.
func TestRenewal(t *testing.T) {
	t.Parallel()
	unauthorized := emulator.Fault{Status: http.StatusUnauthorized}
	for _, test := range []struct {
		name     string
		fault    emulator.Fault
		times    int // -1 for ever
		renew    bool
		asked    int64
		attempts int
		status   int
	}{
		{"401", unauthorized, 1, true, 1, 2, http.StatusOK},
		{"invalid token of MetaStudio", emulator.Fault{Status: 400, Code: "MSS.00010008", Message: "token"}, 1, true, 1, 2, http.StatusOK},
		{"token to renew", emulator.Fault{Status: 401, Code: "APIGW.0307", Message: "token"}, 1, true, 1, 2, http.StatusOK},
		{"token to renew, by the other gateway", emulator.Fault{Status: 403, Code: "APIG.0307", Message: "token"}, 1, true, 1, 2, http.StatusOK},
		{"refused again", unauthorized, -1, true, 1, 2, http.StatusUnauthorized},
		{"refused again by MetaStudio", emulator.Fault{Status: 400, Code: "MSS.00010008", Message: "token"}, -1, true, 1, 2, http.StatusBadRequest},
		{"not to be renewed", unauthorized, -1, false, 1, 1, http.StatusUnauthorized},
		{"not to be renewed, token", emulator.Fault{Status: 401, Code: "APIGW.0307", Message: "token"}, -1, false, 1, 1, http.StatusUnauthorized},

		{"another 400", emulator.Fault{Status: 400, Code: "MSS.00010009", Message: "project"}, -1, true, 0, 1, http.StatusBadRequest},
		{"forbidden", emulator.Fault{Status: 403, Code: "MSS.00024001", Message: "no"}, -1, true, 0, 1, http.StatusForbidden},
		{"not found", emulator.Fault{Status: 404, Body: "MSS.00010008"}, -1, true, 0, 1, http.StatusNotFound},
		{"unavailable", emulator.Fault{Status: 503}, -1, true, 0, 4, http.StatusServiceUnavailable},
		{"success that speaks of it", emulator.Fault{Status: 200, Body: `{"error_code":"MSS.00010008"}`}, -1, true, 0, 1, http.StatusOK},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			test.fault.Times = test.times
			server.Fail(test.fault)
			signer := &stamps{renew: test.renew}
			reply, err := connect(t, func(c *Config) { c.Authorizer = signer }).Do(get(t.Context(), t, server.URL+jobsPath))
			var status, attempts int
			if failed, ok := errors.AsType[*Error](err); ok {
				status, attempts = failed.Status, failed.Attempts
			} else {
				status, attempts = reply.Status, reply.Attempts
			}
			if status != test.status || attempts != test.attempts || server.Count("") != test.attempts {
				t.Errorf("status %d, %d attempts, %d requests; want %d and %d", status, attempts, server.Count(""), test.status, test.attempts)
			}
			if signer.asked.Load() != test.asked || signer.given.Load() != int64(test.attempts) {
				t.Errorf("asked for %d renewals and %d signatures, want %d and %d", signer.asked.Load(), signer.given.Load(), test.asked, test.attempts)
			}
			if test.asked > 0 && signer.last.Load() != "1" {
				t.Errorf("told of the refusal of stamp %v", signer.last.Load())
			}
			for i, request := range server.Requests() {
				if got, want := request.Header.Get("X-Stamp"), strconv.Itoa(i+1); got != want {
					t.Errorf("attempt %d has stamp %q", i+1, got)
				}
			}
		})
	}
}

// TestRenewalHappensOnce for a request, whatever else happens to it.
func TestRenewalHappensOnce(t *testing.T) {
	t.Parallel()
	server := start(t)
	for _, status := range []int{http.StatusUnauthorized, http.StatusServiceUnavailable, http.StatusUnauthorized} {
		server.Fail(emulator.Fault{Status: status})
	}
	signer := &stamps{renew: true}
	failed := failure(t, connect(t, func(c *Config) { c.Authorizer = signer }), get(t.Context(), t, server.URL+jobsPath))
	if failed.Status != http.StatusUnauthorized || failed.Attempts != 3 || signer.asked.Load() != 1 {
		t.Errorf("status %d after %d attempts and %d renewals", failed.Status, failed.Attempts, signer.asked.Load())
	}
}

// TestRenewalOfARealToken: the emulator no longer knows the first one.
func TestRenewalOfARealToken(t *testing.T) {
	t.Parallel()
	server := start(t)
	wallet := &tokens{list: []string{"MIIrevoked==", emulator.Token}}
	reply, err := connect(t, func(c *Config) { c.Authorizer = wallet }).Do(get(t.Context(), t, server.URL+jobsPath))
	if err != nil || reply.Attempts != 2 {
		t.Errorf("got %+v, %v", reply, err)
	}
}

// tokens is an Authorizer with several tokens, of which it gives the first.
type tokens struct{ list []string }

func (w *tokens) Authorize(_ context.Context, req *http.Request) (string, error) {
	req.Header.Set("X-Auth-Token", w.list[0])
	return "the wallet", nil
}

func (w *tokens) Renew(req *http.Request) bool {
	if req.Header.Get("X-Auth-Token") == w.list[0] {
		w.list = w.list[1:]
	}
	return len(w.list) > 0
}

// TestSignInFails: the request has not left, and will not leave by asking again.
func TestSignInFails(t *testing.T) {
	t.Parallel()
	server := start(t)
	cause := &Error{Doing: "signing in as emulated-user", Status: http.StatusServiceUnavailable, Attempts: 6}
	client := connect(t, func(c *Config) { c.Authorizer = authorizer(func(context.Context) error { return cause }) })
	failed := failure(t, client, get(t.Context(), t, server.URL+jobsPath))
	if signIn, ok := errors.AsType[*AuthorizeError](failed); !ok || !errors.Is(signIn, cause) {
		t.Errorf("failed with %#v, want an *AuthorizeError", failed.Err)
	}
	if failed.Attempts != 0 || failed.Status != 0 || failed.Source != "the test" || server.Count("") != 0 {
		t.Errorf("%+v, %d requests", failed, server.Count(""))
	}
	if got, want := failed.Error(), "signing in: signing in as emulated-user: HTTP 503 after 6 attempts"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

// TestSignInFailsAfterARefusal: both are in the error.
func TestSignInFailsAfterARefusal(t *testing.T) {
	t.Parallel()
	server := start(t)
	server.RevokeTokens()
	client := connect(t, func(c *Config) { c.Authorizer = &once{} })
	failed := failure(t, client, get(t.Context(), t, server.URL+jobsPath))
	if !errors.Is(failed, errSpent) || failed.Status != http.StatusUnauthorized || failed.Code != "APIGW.0307" || failed.Attempts != 1 {
		t.Errorf("%+v", failed)
	}
}

var errSpent = errors.New("no second token")

// once is an Authorizer that has one token to give, and promises another.
type once struct{ stamps }

func (o *once) Authorize(ctx context.Context, req *http.Request) (string, error) {
	if o.given.Load() > 0 {
		return "", errSpent
	}
	return o.stamps.Authorize(ctx, req)
}

func (*once) Renew(*http.Request) bool { return true }
