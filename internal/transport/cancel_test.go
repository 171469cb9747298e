package transport

import (
	"context"
	"errors"
	"math"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestInterruptEndsEveryWait interrupts a request wherever it can wait: it ends at that moment.
func TestInterruptEndsEveryWait(t *testing.T) {
	t.Parallel()
	interrupted := errors.New("the user pressed Ctrl-C")
	for _, test := range []struct {
		name     string
		waits    func(t *testing.T, c *Config)
		attempts int
		status   int
		text     string
	}{
		{"for a place", func(t *testing.T, c *Config) {
			t.Helper()
			for range MaxInFlight {
				if err := c.Limiter.acquire(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}, 0, 0, "context canceled"},
		{"for its turn", func(_ *testing.T, c *Config) {
			c.Limiter = NewLimiter(1.0 / 3600)
			c.Limiter.rate.Allow()
		}, 0, 0, "context canceled"},
		{"in a pause", func(_ *testing.T, c *Config) {
			c.Limiter.throttled(Hint{After: time.Hour})
		}, 0, 0, "context canceled"},
		{"to sign in", func(_ *testing.T, c *Config) {
			c.Authorizer = authorizer(func(ctx context.Context) error {
				<-ctx.Done()
				return ctx.Err()
			})
		}, 0, 0, "context canceled"},
		{"for another request with its key", func(t *testing.T, c *Config) {
			t.Helper()
			c.Authorizer, c.Keys = keyed("tried"), NewKeys()
			if _, _, err := c.Keys.admit(t.Context(), "tried"); err != nil {
				t.Fatal(err)
			}
		}, 0, 0, "context canceled"},
		{"for the network", func(_ *testing.T, c *Config) {
			c.Base = transportFunc(func(req *http.Request) (*http.Response, error) {
				<-req.Context().Done()
				return nil, req.Context().Err()
			})
		}, 1, 0, "context canceled"},
		{"to try again", func(_ *testing.T, c *Config) {
			c.Base = answers(http.StatusServiceUnavailable, `{"error_code":"MSS.1","error_msg":"busy"}`)
		}, 1, http.StatusServiceUnavailable, "context canceled; last reply HTTP 503 MSS.1: busy"},
		{"to try again after a broken attempt", func(_ *testing.T, c *Config) {
			c.Base = transportFunc(func(*http.Request) (*http.Response, error) {
				return nil, &timeoutError{reason: "no whole reply within 1m0s"}
			})
		}, 1, 0, "context canceled; the last attempt: no whole reply within 1m0s"},
		{"for the network, after a broken attempt", func(_ *testing.T, c *Config) {
			c.Backoff = atOnce
			tries := 0
			c.Base = transportFunc(func(req *http.Request) (*http.Response, error) {
				if tries++; tries == 1 {
					return nil, &timeoutError{reason: "no whole reply within 1m0s"}
				}
				<-req.Context().Done()
				return nil, req.Context().Err()
			})
		}, 2, 0, "context canceled; the last attempt: no whole reply within 1m0s after 2 attempts"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				config := Config{
					Base: answers(http.StatusOK, "{}"), Limiter: NewLimiter(math.Inf(1)), MaxRetries: 3, AttemptTimeout: 2 * time.Hour,
					Backoff: func(int, Hint) time.Duration { return time.Hour },
				}
				test.waits(t, &config)
				ctx, cancel := context.WithCancelCause(t.Context())
				done := make(chan error, 1)
				begin := time.Now()
				req := get(ctx, t, "http://metastudio.test/")
				go func() {
					_, err := New(config).Do(req)
					done <- err
				}()
				synctest.Wait()
				select {
				case err := <-done:
					t.Fatalf("did not wait: %v", err)
				default:
				}
				cancel(interrupted)
				synctest.Wait()
				var err error
				select {
				case err = <-done:
				default:
					t.Fatal("still waits")
				}
				if passed := time.Since(begin); passed != 0 {
					t.Errorf("ended after %s", passed)
				}
				failed, ok := errors.AsType[*Error](err)
				if !ok || !errors.Is(err, context.Canceled) {
					t.Fatalf("failed with %v", err)
				}
				if failed.Attempts != test.attempts || failed.Status != test.status {
					t.Errorf("attempts %d, status %d; want %d, %d", failed.Attempts, failed.Status, test.attempts, test.status)
				}
				if failed.Error() != test.text {
					t.Errorf("text %q, want %q", failed.Error(), test.text)
				}
			})
		})
	}
}

// TestInterruptReachesTheNetwork interrupts real connections, in the header and in the body.
func TestInterruptReachesTheNetwork(t *testing.T) {
	t.Parallel()
	t.Run("waiting for a reply", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		server := startServer(t)
		server.Fail(emulator.Fault{Delay: time.Hour, Match: func(*http.Request) bool { cancel(); return true }})
		failed := failureOf(t, newTestClient(t), get(ctx, t, server.URL+jobsPath))
		if !errors.Is(failed, context.Canceled) || failed.Attempts != 1 || failed.Status != 0 {
			t.Errorf("%+v", failed)
		}
	})
	t.Run("in the body", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(`{"count":`))
			_ = http.NewResponseController(w).Flush()
			cancel()
			<-r.Context().Done()
		})
		failed := failureOf(t, newTestClient(t), get(ctx, t, server.URL))
		if !errors.Is(failed, context.Canceled) || failed.Attempts != 1 {
			t.Errorf("%+v", failed)
		}
	})
	t.Run("after a whole reply", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		server := startServer(t)
		client := newTestClient(t, func(c *Config) { c.Observe = func(context.Context, Attempt) { cancel() } })
		reply, err := client.Do(get(ctx, t, server.URL+jobsPath))
		if err != nil || reply.Status != http.StatusOK || len(reply.Body) == 0 {
			t.Errorf("got %+v, %v", reply, err)
		}
	})
	t.Run("before it begins", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		server := startServer(t)
		failed := failureOf(t, newTestClient(t, func(c *Config) { c.Limiter = NewLimiter(10) }), get(ctx, t, server.URL+jobsPath))
		if !errors.Is(failed, context.Canceled) || failed.Attempts != 0 || server.Count("") != 0 {
			t.Errorf("%+v", failed)
		}
	})
}

// TestDeadlineOfTheRead: a deadline in the middle of an attempt ends the read, not the attempt.
func TestDeadlineOfTheRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		base := transportFunc(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		ctx, cancel := context.WithTimeout(t.Context(), 70*time.Second)
		defer cancel()
		begin := time.Now()
		var attempts []string
		client := New(Config{
			Base: base, MaxRetries: 5, Backoff: func(int, Hint) time.Duration { return time.Second },
			Observe: func(_ context.Context, attempt Attempt) { attempts = append(attempts, attempt.Err.Error()) },
		})
		failed := failureOf(t, client, get(ctx, t, "http://metastudio.test/"))
		if passed := time.Since(begin); passed != 70*time.Second {
			t.Errorf("ended after %s", passed)
		}
		// 30 seconds, a second, 30 seconds, a second, and what is left.
		if failed.Attempts != 3 || !errors.Is(failed, context.DeadlineExceeded) {
			t.Errorf("%d attempts: %v", failed.Attempts, failed)
		}
		if got, want := failed.Error(), "context deadline exceeded; the last attempt: no whole reply within 30s after 3 attempts"; got != want {
			t.Errorf("text %q, want %q", got, want)
		}
		want := []string{"no whole reply within 30s", "no whole reply within 30s", "context deadline exceeded"}
		if diff := cmp.Diff(want, attempts); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
	})
}
