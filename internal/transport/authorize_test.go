package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestEveryAttemptIsSigned: each attempt gets a new signature, on a clone of the request.
func TestEveryAttemptIsSigned(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	server.Fail(emulator.Fault{Reset: true})
	server.Fail(emulator.Fault{Status: http.StatusServiceUnavailable})
	server.Fail(emulator.Fault{Status: http.StatusTooManyRequests})
	req := get(t.Context(), t, server.URL+jobsPath)
	req.Header.Set("X-App-Userid", "somebody")
	signer := &stamps{}
	reply, err := newTestClient(t, func(c *Config) { c.Authorizer = signer }).Do(req)
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
	if reply.Attempts != 4 || signer.given.Load() != 4 || signer.invalidated.Load() != 0 {
		t.Errorf("%d attempts, %d stamps, %d invalid", reply.Attempts, signer.given.Load(), signer.invalidated.Load())
	}
	if diff := cmp.Diff(http.Header{"X-App-Userid": {"somebody"}}, req.Header); diff != "" {
		t.Errorf("the caller's header (-want +got):\n%s", diff)
	}
}

// TestInvalidate follows a credential that the service refuses. Whether a reply is such a refusal
// is the authorizer's decision.
func TestInvalidate(t *testing.T) {
	t.Parallel()
	unauthorized := emulator.Fault{Status: http.StatusUnauthorized, Code: "TEST.0401", Message: "no"}
	byCode := emulator.Fault{Status: http.StatusBadRequest, Code: invalidCode, Message: "token"}
	for _, test := range []struct {
		name        string
		fault       emulator.Fault
		times       int // -1 for ever
		renew       bool
		told        []string
		invalidated int64
		attempts    int
		status      int
	}{
		{"401", unauthorized, 1, true, []string{"401 TEST.0401"}, 1, 2, http.StatusOK},
		{"by its code", byCode, 1, true, []string{"400 " + invalidCode}, 1, 2, http.StatusOK},
		{"refused again", unauthorized, -1, true, []string{"401 TEST.0401"}, 1, 2, http.StatusUnauthorized},
		{"refused again by its code", byCode, -1, true, []string{"400 " + invalidCode}, 1, 2, http.StatusBadRequest},
		{"no other credential", unauthorized, -1, false, []string{"401 TEST.0401"}, 1, 1, http.StatusUnauthorized},
		{"no other credential, by its code", byCode, -1, false, []string{"400 " + invalidCode}, 1, 1, http.StatusBadRequest},

		{"another 400", emulator.Fault{Status: 400, Code: "MSS.00010009", Message: "project"}, -1, true, []string{"400 MSS.00010009"}, 0, 1, http.StatusBadRequest},
		{"forbidden", emulator.Fault{Status: 403, Code: "MSS.00024001", Message: "no"}, -1, true, []string{"403 MSS.00024001"}, 0, 1, http.StatusForbidden},
		{"not found", emulator.Fault{Status: 404, Body: invalidCode}, -1, true, []string{"404"}, 0, 1, http.StatusNotFound},
		{"unavailable", emulator.Fault{Status: 503, Body: "busy"}, -1, true, []string{"503", "503", "503", "503"}, 0, 4, http.StatusServiceUnavailable},
		{"success that speaks of it", emulator.Fault{Status: 200, Body: `{"error_code":"` + invalidCode + `"}`}, -1, true, nil, 0, 1, http.StatusOK},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startServer(t)
			test.fault.Times = test.times
			server.Fail(test.fault)
			signer := &stamps{renew: test.renew}
			reply, err := newTestClient(t, func(c *Config) { c.Authorizer = signer }).Do(get(t.Context(), t, server.URL+jobsPath))
			var status, attempts int
			if failed, ok := errors.AsType[*Error](err); ok {
				status, attempts = failed.Status, failed.Attempts
			} else {
				status, attempts = reply.Status, reply.Attempts
			}
			if status != test.status || attempts != test.attempts || server.Count("") != test.attempts {
				t.Errorf("status %d, %d attempts, %d requests; want %d and %d", status, attempts, server.Count(""), test.status, test.attempts)
			}
			if signer.invalidated.Load() != test.invalidated || signer.given.Load() != int64(test.attempts) {
				t.Errorf("%d invalid stamps and %d signatures, want %d and %d", signer.invalidated.Load(), signer.given.Load(), test.invalidated, test.attempts)
			}
			if diff := cmp.Diff(test.told, signer.told); diff != "" {
				t.Errorf("told of (-want +got):\n%s", diff)
			}
			if test.invalidated > 0 && signer.last.Load() != "1" {
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

// TestInvalidateOnce: the credential is replaced once per call, whatever else happens.
func TestInvalidateOnce(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	for _, status := range []int{http.StatusUnauthorized, http.StatusServiceUnavailable, http.StatusUnauthorized} {
		server.Fail(emulator.Fault{Status: status})
	}
	signer := &stamps{renew: true}
	failed := failureOf(t, newTestClient(t, func(c *Config) { c.Authorizer = signer }), get(t.Context(), t, server.URL+jobsPath))
	if failed.Status != http.StatusUnauthorized || failed.Attempts != 3 || signer.invalidated.Load() != 1 {
		t.Errorf("status %d after %d attempts and %d invalid", failed.Status, failed.Attempts, signer.invalidated.Load())
	}
}

// TestInvalidateARealToken: the emulator no longer knows the first one.
func TestInvalidateARealToken(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	wallet := &tokens{list: []string{"MIIrevoked==", emulator.Token}}
	reply, err := newTestClient(t, func(c *Config) { c.Authorizer = wallet }).Do(get(t.Context(), t, server.URL+jobsPath))
	if err != nil || reply.Attempts != 2 {
		t.Errorf("got %+v, %v", reply, err)
	}
}

// tokens is an Authorizer with a list of tokens. It uses the first one.
type tokens struct{ list []string }

func (w *tokens) Credential(context.Context) (Credential, error) {
	return credential{source: "the wallet", add: func(req *http.Request) error {
		req.Header.Set("X-Auth-Token", w.list[0])
		return nil
	}}, nil
}

func (w *tokens) Invalidate(req *http.Request, _ int, _ string) bool {
	if req.Header.Get("X-Auth-Token") == w.list[0] {
		w.list = w.list[1:]
	}
	return len(w.list) > 0
}

// TestSignInFails: the request is not sent, and the sign-in is not retried.
func TestSignInFails(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	cause := &Error{Status: http.StatusServiceUnavailable, Attempts: 6}
	client := newTestClient(t, func(c *Config) { c.Authorizer = authorizer(func(context.Context) error { return cause }) })
	failed := failureOf(t, client, get(t.Context(), t, server.URL+jobsPath))
	if signIn, ok := errors.AsType[*authorizeError](failed); !ok || !errors.Is(signIn, cause) {
		t.Errorf("failed with %#v, want an *authorizeError", failed.Err)
	}
	if failed.Attempts != 0 || failed.Status != 0 || failed.Source != "" || server.Count("") != 0 {
		t.Errorf("%+v, %d requests", failed, server.Count(""))
	}
	if got, want := failed.Error(), "signing in: HTTP 503 after 6 attempts"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

// TestAuthorizeFails: a request that cannot be signed is not sent.
func TestAuthorizeFails(t *testing.T) {
	t.Parallel()
	cause := errors.New("the path cannot be signed")
	client := newTestClient(t, func(c *Config) {
		c.Authorizer = unsignable{cause}
		c.Base = transportFunc(func(*http.Request) (*http.Response, error) {
			t.Error("the request was sent")
			return nil, cause
		})
	})
	failed := failureOf(t, client, get(t.Context(), t, "http://metastudio.test/"))
	if !errors.Is(failed, cause) || !isA[*authorizeError](failed) || failed.Attempts != 0 || failed.Source != "the test" {
		t.Errorf("failed with %+v", failed)
	}
	if got, want := failed.Error(), "signing in: the path cannot be signed"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

// unsignable is an Authorizer whose credential fails with an error.
type unsignable struct{ err error }

func (u unsignable) Credential(context.Context) (Credential, error) {
	return credential{source: "the test", add: func(*http.Request) error { return u.err }}, nil
}

func (unsignable) Invalidate(*http.Request, int, string) bool { return false }

// TestBodyThatCannotBeSentAgain: the renewed credential is of no use then.
func TestBodyThatCannotBeSentAgain(t *testing.T) {
	t.Parallel()
	broken := errors.New("the file is gone")
	req := get(t.Context(), t, "http://metastudio.test/")
	req.GetBody = func() (io.ReadCloser, error) { return nil, broken }
	base := transportFunc(func(*http.Request) (*http.Response, error) { return with(http.StatusUnauthorized) })
	wire := &signed{next: &network{base: base, timeout: time.Minute}}
	layer := &authorized{next: wire, authorizer: &stamps{renew: true}}
	if _, err := layer.roundTrip(&call{maxReply: maxReplyBytes}, req); !errors.Is(err, broken) {
		t.Errorf("failed with %v", err)
	}
}

// TestSignInFailsAfterARefusal: the error holds the refusal and the failed sign-in.
func TestSignInFailsAfterARefusal(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	server.RevokeTokens()
	client := newTestClient(t, func(c *Config) { c.Authorizer = &once{} })
	failed := failureOf(t, client, get(t.Context(), t, server.URL+jobsPath))
	if !errors.Is(failed, errSpent) || failed.Status != http.StatusUnauthorized || failed.Code != "APIGW.0307" || failed.Attempts != 1 {
		t.Errorf("%+v", failed)
	}
}

var errSpent = errors.New("no second token")

// once is an Authorizer that has one token and wrongly promises another one.
type once struct{ stamps }

func (o *once) Credential(ctx context.Context) (Credential, error) {
	if o.given.Load() > 0 {
		return nil, errSpent
	}
	return o.stamps.Credential(ctx)
}

func (*once) Invalidate(*http.Request, int, string) bool { return true }
