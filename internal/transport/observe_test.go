package transport

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestObserve: each attempt is reported.
func TestObserve(t *testing.T) {
	t.Parallel()
	server := startServer(t, emulator.WithoutGzip())
	server.Fail(emulator.Fault{Reset: true}) // first: net/http itself repeats what fails on a connection that was used before
	server.Fail(emulator.Fault{Status: http.StatusServiceUnavailable, Body: "busy"})
	server.Fail(emulator.Fault{Status: http.StatusUnauthorized, Body: "who?"})
	server.Fail(emulator.Fault{Body: `{"count":0}`})

	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "the caller's")
	var got []Attempt
	now := noon
	client := newTestClient(t, func(c *Config) {
		c.Authorizer = &stamps{renew: true}
		c.Now = func() time.Time { now = now.Add(time.Second); return now }
		c.Observe = func(ctx context.Context, attempt Attempt) {
			if ctx.Value(key{}) != "the caller's" {
				t.Error("the context is not the caller's")
			}
			got = append(got, attempt)
		}
	})
	if _, err := client.Do(get(ctx, t, server.URL+"/v1/a%2Fb/jobs?name=a%20b")); err != nil {
		t.Fatal(err)
	}

	requests := server.Requests()
	host := strings.TrimPrefix(server.URL, "http://")
	attempt := func(n, status, bytes int, err error) Attempt {
		a := Attempt{
			Method: http.MethodGet, Host: host, Path: "/v1/a%2Fb/jobs", Query: "name=a%20b",
			Number: n, Status: status, Bytes: bytes, Duration: time.Second, Err: err,
		}
		if err == nil {
			a.RequestID = requests[n-1].ID
		}
		return a
	}
	want := []Attempt{
		attempt(1, 0, 0, syscall.ECONNRESET),
		attempt(2, http.StatusServiceUnavailable, 4, nil),
		attempt(3, http.StatusUnauthorized, 4, nil),
		attempt(4, http.StatusOK, 11, nil),
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateErrors()); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
}

// TestObserveNothing: a request that was not sent is not reported.
func TestObserveNothing(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, func(c *Config) {
		c.Authorizer = authorizer(func(context.Context) error { return errors.New("no") })
		c.Observe = func(_ context.Context, attempt Attempt) { t.Errorf("told of %+v", attempt) }
	})
	if failed := failureOf(t, client, get(t.Context(), t, "http://metastudio.test/")); failed.Attempts != 0 {
		t.Errorf("%d attempts", failed.Attempts)
	}
}

// TestAttemptHoldsNoSecrets: no field of the type can hold a header or a body.
func TestAttemptHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Attempt]()) {
		switch field.Type.Kind() {
		case reflect.String, reflect.Int, reflect.Int64:
		default:
			if field.Type != reflect.TypeFor[error]() {
				t.Errorf("field %s is a %s", field.Name, field.Type)
			}
		}
	}
}
