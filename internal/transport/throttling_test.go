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
)

// TestThrottlingIsWaitedOut: 429s do not use up the retries, and what they cost is recorded. A wait
// is seven seconds, a request takes a trip.
func TestThrottlingIsWaitedOut(t *testing.T) {
	t.Parallel()
	const wait = 7 * time.Second
	repeat := func(n int, statuses ...int) []int {
		var all []int
		for range n {
			all = append(all, statuses...)
		}
		return all
	}
	for _, test := range []struct {
		name       string
		statuses   []int
		maxRetries int
		timeout    time.Duration
		status     int // in the end
		attempts   int
		asked      []int // numbers that the back-off was asked for
		cost       Throttling
		inVain     bool // the last wait was not begun
	}{
		{"more often than failures are retried", append(repeat(20, 429), 200), 1, time.Hour, 200, 21,
			[]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, Throttling{Refusals: 20, Waited: 20 * wait}, false},
		{"between failures", []int{503, 429, 503, 429, 200}, 2, time.Hour, 200, 5, []int{0, 0, 1, 1}, Throttling{Refusals: 2, Waited: 2 * wait}, false},
		{"failures are counted all the same", []int{429, 503, 429, 503, 200}, 1, time.Hour, 503, 4, []int{0, 0, 1}, Throttling{Refusals: 2, Waited: 2 * wait}, false},
		{"nothing is sent again", []int{429, 200}, 0, time.Hour, 429, 1, nil, Throttling{Refusals: 1}, false},
		{"until the time is over", repeat(20, 429), 5, 20 * time.Second, 429, 3, []int{0, 1, 2}, Throttling{Refusals: 3, Waited: 2 * wait}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &gate{answer: func(n int) (*http.Response, error) { return answers(test.statuses[n-1], "").RoundTrip(nil) }}
				reader := NewReader(nil)
				ctx, cancel := context.WithTimeout(WithReader(t.Context(), reader), test.timeout)
				defer cancel()
				var asked []int
				client := New(Config{Base: service, MaxRetries: test.maxRetries, Backoff: func(n int, _ Hint) time.Duration {
					asked = append(asked, n)
					return wait
				}})
				reply, err := client.Do(get(ctx, t, "http://metastudio.test/"))
				var status int
				if failed, ok := errors.AsType[*Error](err); ok {
					status = failed.Status
				} else {
					status = reply.Status
				}
				if status != test.status || len(service.sent) != test.attempts || isA[*WaitError](err) != test.inVain {
					t.Errorf("status %d after %d attempts, ended with %v", status, len(service.sent), err)
				}
				if diff := cmp.Diff(test.asked, asked); diff != "" {
					t.Errorf("the back-off was asked for (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(test.cost, reader.Throttling()); diff != "" {
					t.Errorf("recorded (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestInterruptEndsTheRecordedWait: the wait after a 429 is counted until the call ends.
func TestInterruptEndsTheRecordedWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader := NewReader(nil)
		ctx, cancel := context.WithCancel(WithReader(t.Context(), reader))
		client := New(Config{
			Base: answers(http.StatusTooManyRequests, ""), MaxRetries: 1, Backoff: func(int, Hint) time.Duration { return time.Hour },
		})
		ended := make(chan error, 1)
		req := get(ctx, t, "http://metastudio.test/")
		go func() {
			_, err := client.Do(req)
			ended <- err
		}()
		time.Sleep(10 * time.Second)
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
		time.Sleep(time.Minute)
		if got := reader.Throttling().Waited; got != 10*time.Second {
			t.Errorf("waited %s, want 10s", got)
		}
	})
}

// TestReaderKeepsTheQuota: the last quota that a 429 named.
func TestReaderKeepsTheQuota(t *testing.T) {
	t.Parallel()
	reader := NewReader(nil)
	reader.refused(Hint{Requests: 5, Window: time.Second})
	reader.refused(Hint{Requests: 200, Window: 5 * time.Minute})
	reader.refused(Hint{After: time.Second})
	want := Throttling{Refusals: 3, Requests: 200, Window: 5 * time.Minute}
	if diff := cmp.Diff(want, reader.Throttling()); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
}

// TestPauseAfterASuccess: a request that was sent before a pause may succeed in it, and another be
// refused.
func TestPauseAfterASuccess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := NewLimiter(math.Inf(1))
		hint := Hint{Requests: 1e6, Window: 32 * time.Second}
		limiter.throttled(hint)
		limiter.succeeded()
		limiter.throttled(hint)
		if got := time.Until(limiter.notBefore); got != time.Second {
			t.Errorf("a pause of %s", got)
		}
	})
}

// TestPausesGrow: a window that stays used up is asked after more and more seldom, by all readers
// together, until a request succeeds.
func TestPausesGrow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := NewLimiter(10)
		hint := Hint{Requests: 1e6, Window: 32 * time.Second}
		var pauses []time.Duration
		pause := func() {
			limiter.throttled(hint)
			pauses = append(pauses, time.Until(limiter.notBefore))
			time.Sleep(time.Until(limiter.notBefore))
		}
		for range 7 {
			pause()
		}
		limiter.succeeded()
		pause()
		var want []time.Duration
		for _, seconds := range []int{1, 2, 4, 8, 16, 32, 32, 1} {
			want = append(want, time.Duration(seconds)*time.Second)
		}
		if diff := cmp.Diff(want, pauses); diff != "" {
			t.Errorf("pauses (-want +got):\n%s", diff)
		}
	})
}
