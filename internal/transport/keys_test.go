package transport

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// keyed is an Authorizer of one access key.
type keyed string

func (k keyed) Credential(context.Context) (Credential, error) {
	return credential{source: "the test's key", key: string(k), add: func(*http.Request) error { return nil }}, nil
}

func (keyed) Invalidate(*http.Request, int, string) bool { return false }

// tripTime is the time that a request takes in these tests.
const tripTime = 100 * time.Millisecond

// gate is a service in one function, which answers request number n, from 1, after a trip.
type gate struct {
	answer func(n int) (*http.Response, error)

	mu   sync.Mutex
	sent []time.Time
}

func (g *gate) RoundTrip(req *http.Request) (*http.Response, error) {
	g.mu.Lock()
	g.sent = append(g.sent, time.Now())
	n := len(g.sent)
	g.mu.Unlock()
	timer := time.NewTimer(tripTime)
	defer timer.Stop()
	select {
	case <-timer.C:
		return g.answer(n)
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
}

const refusal401 = `{"error_code":"APIGW.0301","error_msg":"verify aksk signature fail","request_id":"the-first"}`

// with answers with a status, and the texts of a refused signature.
func with(status int) (*http.Response, error) { return answers(status, refusal401).RoundTrip(nil) }

// outcome is how one of several calls ended, and when.
type outcome struct {
	err   error
	after time.Duration
}

// together sends n requests at once, each with a client of its own.
func together(t *testing.T, n int, config Config) []outcome {
	t.Helper()
	outcomes := make([]outcome, n)
	begin := time.Now()
	var all sync.WaitGroup
	for i := range outcomes {
		all.Go(func() {
			_, err := New(config).Do(get(t.Context(), t, "http://metastudio.test/"))
			outcomes[i] = outcome{err, time.Since(begin)}
		})
	}
	all.Wait()
	return outcomes
}

func TestWrongKeyIsTriedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &gate{answer: func(int) (*http.Response, error) {
			reply, err := with(http.StatusUnauthorized)
			reply.Header.Set("Date", time.Now().Add(20*time.Minute+tripTime).UTC().Format(http.TimeFormat))
			return reply, err
		}}
		time.Sleep(time.Second - 2*tripTime) // so that the Date, in whole seconds, is exact
		config := Config{Base: service, Authorizer: keyed("wrong"), Keys: NewKeys(), MaxRetries: 5, Limiter: NewLimiter(10)}
		var outcomes []outcome
		outcomes = append(outcomes, together(t, 12, config)...)
		time.Sleep(time.Hour)
		later := together(t, 2, config)
		for _, one := range append(outcomes, later...) {
			failed, ok := errors.AsType[*Error](one.err)
			if !ok {
				t.Fatalf("ended with %v", one.err)
			}
			want := &Error{
				Method: http.MethodGet, URL: "http://metastudio.test/", Status: http.StatusUnauthorized,
				Code: "APIGW.0301", Message: "verify aksk signature fail", RequestID: "the-first", Attempts: 1, Source: "the test's key",
				Skew: 20*time.Minute + tripTime, // when the refusal came, also for the later ones
			}
			if diff := cmp.Diff(want, failed); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		}
		if len(service.sent) != 1 {
			t.Errorf("%d requests were sent, want 1", len(service.sent))
		}
		for _, one := range outcomes {
			if one.after != tripTime {
				t.Errorf("one failed after %s, want %s", one.after, tripTime)
			}
		}
		for _, one := range later {
			if one.after != 0 {
				t.Errorf("a later one failed after %s", one.after)
			}
		}
	})
}

// TestRightKeyCostsOneRoundTrip: the crowd goes once the first reply is there, and for the rest of
// the run nobody waits.
func TestRightKeyCostsOneRoundTrip(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		key   keyed
		keys  *Keys
		trips []time.Duration // of the first crowd, and of the second
	}{
		{"a key", "right", NewKeys(), []time.Duration{2 * tripTime, tripTime}},
		{"another credential", "", NewKeys(), []time.Duration{tripTime, tripTime}},
		{"a client that knows nothing of others", "right", nil, []time.Duration{tripTime, tripTime}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &gate{answer: func(int) (*http.Response, error) { return with(http.StatusOK) }}
				for _, want := range test.trips {
					var last time.Duration
					for _, one := range together(t, 10, Config{Base: service, Authorizer: test.key, Keys: test.keys}) {
						if one.err != nil {
							t.Error(one.err)
						}
						last = max(last, one.after)
					}
					if last != want {
						t.Errorf("the crowd was through after %s, want %s", last, want)
					}
				}
				if len(service.sent) != 20 {
					t.Errorf("%d requests were sent, want 20", len(service.sent))
				}
			})
		})
	}
}

// TestPlaceIsHandedOn: an outcome that says nothing about the key lets the next request go ahead.
func TestPlaceIsHandedOn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		first func() (*http.Response, error)
	}{
		{"unavailable", func() (*http.Response, error) { return with(http.StatusServiceUnavailable) }},
		{"throttled", func() (*http.Response, error) { return with(http.StatusTooManyRequests) }},
		{"forbidden", func() (*http.Response, error) { return with(http.StatusForbidden) }},
		{"timed out", func() (*http.Response, error) { return nil, &timeoutError{reason: "no whole reply within 30s"} }},
		{"cut", func() (*http.Response, error) { return nil, errors.New("EOF") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &gate{}
				service.answer = func(n int) (*http.Response, error) {
					if n == 1 {
						return test.first()
					}
					return with(http.StatusUnauthorized)
				}
				outcomes := together(t, 12, Config{Base: service, Authorizer: keyed("wrong"), Keys: NewKeys()})
				refused := 0
				for _, one := range outcomes {
					if failed, ok := errors.AsType[*Error](one.err); ok && failed.Status == http.StatusUnauthorized {
						refused++
					}
				}
				if len(service.sent) != 2 || refused != 11 {
					t.Errorf("%d requests were sent and %d refused, want 2 and 11", len(service.sent), refused)
				}
			})
		})
	}
}

// TestInterruptHandsThePlaceOn: whoever goes ahead may be interrupted, on the network or before.
func TestInterruptHandsThePlaceOn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		pause time.Duration // in which the first request waits for the limiter
		sent  int
	}{
		{"on the network", 0, 2},
		{"before the rate limit", time.Hour, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &gate{answer: func(int) (*http.Response, error) { return with(http.StatusOK) }}
				config := Config{Base: service, Authorizer: keyed("right"), Keys: NewKeys(), Limiter: NewLimiter(10)}
				if test.pause > 0 {
					config.Limiter.throttled(Hint{After: test.pause})
				}
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error, 2)
				do := func(ctx context.Context) {
					_, err := New(config).Do(get(ctx, t, "http://metastudio.test/"))
					ended <- err
				}
				go do(ctx)
				synctest.Wait()
				go do(t.Context())
				synctest.Wait()
				cancel()
				if err := <-ended; !errors.Is(err, context.Canceled) {
					t.Errorf("the first ended with %v", err)
				}
				if err := <-ended; err != nil {
					t.Errorf("the second ended with %v", err)
				}
				if len(service.sent) != test.sent {
					t.Errorf("%d requests were sent, want %d", len(service.sent), test.sent)
				}
			})
		})
	}
}

// TestKeyIsRefusedLater: also a key that was accepted is not sent again after a refusal, and
// another key is not held responsible for it.
func TestKeyIsRefusedLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &gate{answer: func(n int) (*http.Response, error) {
			return with([]int{http.StatusOK, http.StatusUnauthorized, http.StatusOK}[n-1])
		}}
		config := Config{Base: service, Keys: NewKeys()}
		var got []bool
		for _, key := range []keyed{"one", "one", "one", "other"} {
			config.Authorizer = key
			got = append(got, together(t, 1, config)[0].err == nil)
		}
		if diff := cmp.Diff([]bool{true, false, false, true}, got); diff != "" || len(service.sent) != 3 {
			t.Errorf("%d requests were sent; successes (-want +got):\n%s", len(service.sent), diff)
		}
	})
}
