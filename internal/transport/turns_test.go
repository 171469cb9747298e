package transport

import (
	"context"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestReadersTakeTurns: however many requests one reader waits with, each of the others has one
// sent before that has a second one.
func TestReadersTakeTurns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		waiting []string // the readers of the requests, in the order in which these come; "" is none
		want    []string
	}{
		{"one reader", []string{"a", "a", "a"}, []string{"a", "a", "a"}},
		{"one with many", []string{"a", "a", "a", "a", "b", "c"}, []string{"a", "b", "c", "a", "a", "a"}},
		{"two with many", []string{"a", "a", "a", "b", "b", "b", "c"}, []string{"a", "b", "c", "a", "b", "a", "b"}},
		{"requests without a reader share a turn", []string{"", "", "", "a", "a"}, []string{"", "a", "", "a", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limiter := NewLimiter(1)
				if err := limiter.acquire(t.Context()); err != nil { // the burst
					t.Fatal(err)
				}
				readers := map[string]*Reader{"": nil}
				sent := make(chan string, len(test.waiting))
				for _, name := range test.waiting {
					ctx := t.Context()
					if name != "" {
						if readers[name] == nil {
							readers[name] = NewReader(nil)
						}
						ctx = WithReader(ctx, readers[name])
					}
					go func() {
						if err := limiter.acquire(ctx); err != nil {
							t.Error(err)
						}
						sent <- name
					}()
					synctest.Wait()
				}
				var got []string
				for range test.waiting {
					got = append(got, <-sent)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("sent (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestWaitersThatGiveUpLeaveTheQueue: those that stay have their turns all the same.
func TestWaitersThatGiveUpLeaveTheQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := NewLimiter(1)
		if err := limiter.acquire(t.Context()); err != nil {
			t.Fatal(err)
		}
		leaving, cancel := context.WithCancel(WithReader(t.Context(), NewReader(nil)))
		staying := WithReader(t.Context(), NewReader(nil))
		ended := make(chan error, 6)
		for range 3 {
			go func() { ended <- limiter.acquire(leaving) }()
			synctest.Wait()
			go func() { ended <- limiter.acquire(staying) }()
			synctest.Wait()
		}
		cancel()
		synctest.Wait()
		begin := time.Now()
		gone := 0
		for range 6 {
			if err := <-ended; err != nil {
				gone++
			}
		}
		if passed := time.Since(begin); gone != 3 || passed != 3*time.Second {
			t.Errorf("%d gave up, and the others were through after %s", gone, passed)
		}
	})
}

// TestReaderRecordsThrottling: waits because of a 429 are counted once, however many requests wait,
// and other waits are not.
func TestReaderRecordsThrottling(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		limiter  *Limiter
		prepare  func(l *Limiter)
		requests int
		want     time.Duration
	}{
		{"no wait", NewLimiter(math.Inf(1)), func(*Limiter) {}, 5, 0},
		{"its own rate", NewLimiter(1), func(*Limiter) {}, 5, 0},
		{"a pause", NewLimiter(math.Inf(1)), func(l *Limiter) { l.throttled(Hint{After: 7 * time.Second}) }, 5, 7 * time.Second},
		{"a rate that a 429 lowered, after its pause", NewLimiter(10), func(l *Limiter) {
			l.throttled(Hint{Requests: 2, Window: time.Second})
			time.Sleep(time.Second)
		}, 5, 2 * time.Second},
		{"a rate that a 429 lowered", NewLimiter(10), func(l *Limiter) { l.throttled(Hint{Requests: 2, Window: time.Second}) }, 5, 2031250 * time.Microsecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				reader := NewReader(nil)
				test.prepare(test.limiter)
				c := newCrowd(test.limiter)
				c.come(WithReader(t.Context(), reader), test.requests)
				time.Sleep(time.Minute)
				c.settle()
				if got := reader.Throttling().Waited; got.Round(time.Millisecond) != test.want.Round(time.Millisecond) {
					t.Errorf("waited %s, want %s", got, test.want)
				}
			})
		})
	}
}

// TestTurnsForgetReaders: a run has many readers, one after the other.
func TestTurnsForgetReaders(t *testing.T) {
	t.Parallel()
	for name, remove := range map[string]func(*turns){
		"sent":    func(queue *turns) { queue.pop() },
		"gave up": func(queue *turns) { queue.removeIf(func(*waiter) bool { return true }) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var queue turns
			queue.push(&waiter{reader: NewReader(nil)})
			remove(&queue)
			if !queue.empty() || len(queue.waiting) != 0 {
				t.Errorf("keeps %d readers", len(queue.waiting))
			}
		})
	}
}

// TestReaderMeasuresByItsClock: from the beginning of the first wait to the end of the last.
func TestReaderMeasuresByItsClock(t *testing.T) {
	t.Parallel()
	now := noon
	reader := NewReader(func() time.Time { return now })
	pass := func() { now = now.Add(time.Second) }
	reader.waitBegins()
	pass()
	reader.waitBegins()
	pass()
	if got := reader.Throttling().Waited; got != 2*time.Second {
		t.Errorf("waited %s while both wait", got)
	}
	reader.waitEnds()
	pass()
	reader.waitEnds()
	pass()
	if got := reader.Throttling().Waited; got != 3*time.Second {
		t.Errorf("waited %s in the end", got)
	}
}

// TestReaderRecordsAnEndlessWait: a read that is given up in a wait has waited, too.
func TestReaderRecordsAnEndlessWait(t *testing.T) {
	t.Parallel()
	for _, ends := range []bool{false, true} {
		t.Run(fmt.Sprintf("ended %t", ends), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				reader := NewReader(nil)
				limiter := NewLimiter(math.Inf(1))
				limiter.throttled(Hint{After: time.Hour})
				ctx, cancel := context.WithCancel(WithReader(t.Context(), reader))
				defer cancel()
				c := newCrowd(limiter)
				c.come(ctx, 2)
				time.Sleep(20 * time.Second)
				if ends {
					cancel()
					c.settle()
					time.Sleep(time.Minute) // counts no longer
				}
				if got := reader.Throttling().Waited; got != 20*time.Second {
					t.Errorf("waited %s", got)
				}
			})
		})
	}
}
