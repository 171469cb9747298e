package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// crowd is a number of requests that wait for a limiter together.
type crowd struct {
	limiter *Limiter
	through chan error // of those who no longer wait
	waiting int
	inside  int
}

func newCrowd(limiter *Limiter) *crowd {
	return &crowd{limiter: limiter, through: make(chan error, 1000)}
}

// come adds n requests, and returns when all that the limiter allows have a place.
func (c *crowd) come(ctx context.Context, n int) {
	for range n {
		c.waiting++
		go func() { c.through <- c.limiter.acquire(ctx) }()
	}
	c.settle()
}

// settle returns the errors of the requests that got no place.
func (c *crowd) settle() (failed []error) {
	synctest.Wait()
	for {
		select {
		case err := <-c.through:
			c.waiting--
			if err != nil {
				failed = append(failed, err)
			} else {
				c.inside++
			}
		default:
			return failed
		}
	}
}

// leave releases n places.
func (c *crowd) leave(n int) {
	for range n {
		c.inside--
		c.limiter.release()
	}
	c.settle()
}

// room empties the limiter and returns how many requests it then allows at once. There must be no
// pause, and the rate must be infinite.
func (c *crowd) room(t *testing.T) int {
	t.Helper()
	for c.inside > 0 {
		c.leave(c.inside)
	}
	if c.waiting > 0 {
		t.Fatalf("%d wait at an empty limiter", c.waiting)
	}
	ctx, cancel := context.WithCancel(t.Context())
	c.come(ctx, 2*MaxInFlight)
	inside := c.inside
	cancel()
	c.settle()
	c.leave(c.inside)
	return inside
}

func TestLimiterRate(t *testing.T) {
	t.Parallel()
	ms := func(n ...int) (times []time.Duration) {
		for _, n := range n {
			times = append(times, time.Duration(n)*time.Millisecond)
		}
		return times
	}
	for _, test := range []struct {
		name      string
		perSecond float64
		want      []time.Duration // when requests leave that come all at once
	}{
		{"ten", 10, ms(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 200, 300)},
		{"one", 1, ms(0, 1000, 2000)},
		{"one and a half", 1.5, ms(0, 0, 667, 1333)},
		{"one in four seconds", 0.25, ms(0, 4000, 8000)},
		{"no limit", math.Inf(1), ms(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limiter := NewLimiter(test.perSecond)
				begin := time.Now()
				var left []time.Duration
				for range test.want {
					if err := limiter.acquire(t.Context()); err != nil {
						t.Fatal(err)
					}
					left = append(left, time.Since(begin).Round(time.Millisecond))
					limiter.release()
				}
				if diff := cmp.Diff(test.want, left); diff != "" {
					t.Errorf("requests left at (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestLimiterBoundsRequestsInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(NewLimiter(math.Inf(1)))
		c.come(t.Context(), 15)
		if c.inside != MaxInFlight {
			t.Errorf("%d in flight", c.inside)
		}
		c.leave(3)
		if c.inside != MaxInFlight || c.waiting != 2 {
			t.Errorf("%d in flight and %d waiting after three left", c.inside, c.waiting)
		}
		c.leave(5)
		if c.inside != 7 || c.waiting != 0 {
			t.Errorf("%d in flight and %d waiting after five more left", c.inside, c.waiting)
		}
		c.leave(7)
	})
}

// TestLimiterNarrows follows the window through rounds of 429s. A round is what was in flight
// together.
func TestLimiterNarrows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		refused []int // requests refused in each round
		want    []int // the window after it
	}{
		{"one refused", []int{1}, []int{9}},
		{"six refused together", []int{6}, []int{4}},
		{"ten refused together", []int{10}, []int{1}},
		{"round after round", []int{3, 3, 3, 1, 1}, []int{7, 4, 1, 1, 1}},
		{"one of each round", []int{1, 1, 1, 1, 1}, []int{9, 8, 7, 6, 5}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limiter := NewLimiter(math.Inf(1))
				c := newCrowd(limiter)
				for round, refused := range test.refused {
					time.Sleep(time.Minute) // over any pause
					c.come(t.Context(), MaxInFlight-c.waiting)
					time.Sleep(time.Millisecond)
					for range refused {
						limiter.throttled(Hint{})
						c.leave(1)
					}
					c.leave(c.inside)
					if limiter.window != test.want[round] {
						t.Fatalf("window %d after round %d, want %d", limiter.window, round+1, test.want[round])
					}
					time.Sleep(time.Minute)
					for c.settle(); c.inside > 0; c.settle() {
						if c.inside > test.want[round] {
							t.Fatalf("%d in flight after round %d, want at most %d", c.inside, round+1, test.want[round])
						}
						c.leave(c.inside)
					}
				}
				time.Sleep(time.Minute)
				if got, want := c.room(t), test.want[len(test.want)-1]; got != want {
					t.Errorf("room for %d, want %d", got, want)
				}
			})
		})
	}
}

// TestLimiterNarrowsWhatIsInFlight: places are removed when they are released.
func TestLimiterNarrowsWhatIsInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := NewLimiter(math.Inf(1))
		c := newCrowd(limiter)
		time.Sleep(time.Second)
		c.come(t.Context(), 12)
		limiter.throttled(Hint{})
		for _, want := range []int{9, 9, 9, 8, 7, 6, 5} {
			c.leave(1)
			if c.inside != want {
				t.Fatalf("%d in flight, want %d", c.inside, want)
			}
		}
		if got := c.room(t); got != 9 {
			t.Errorf("room for %d, want 9", got)
		}
	})
}

func TestLimiterGrowsBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := NewLimiter(math.Inf(1))
		c := newCrowd(limiter)
		time.Sleep(time.Second)
		for range 3 {
			limiter.throttled(Hint{})
		}
		if got := c.room(t); got != 7 {
			t.Fatalf("room for %d, want 7", got)
		}
		for window := 7; window < MaxInFlight; window++ {
			for range growAfter*window - 1 {
				limiter.succeeded()
			}
			if got := c.room(t); got != window {
				t.Fatalf("room for %d before the last success, want %d", got, window)
			}
			limiter.succeeded()
			if got := c.room(t); got != window+1 {
				t.Fatalf("room for %d after the last success, want %d", got, window+1)
			}
		}
		for range 1000 {
			limiter.succeeded()
		}
		if got := c.room(t); got != MaxInFlight {
			t.Errorf("room for %d, want %d", got, MaxInFlight)
		}
	})
}

// TestLimiterGrowsForThoseThatWait: a new place is used at once.
func TestLimiterGrowsForThoseThatWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := NewLimiter(math.Inf(1))
		c := newCrowd(limiter)
		limiter.throttled(Hint{})
		c.come(t.Context(), MaxInFlight)
		for range growAfter * (MaxInFlight - 1) {
			limiter.succeeded()
		}
		if c.settle(); c.inside != MaxInFlight {
			t.Errorf("%d in flight, want %d", c.inside, MaxInFlight)
		}
		c.leave(c.inside)
	})
}

// TestLimiterWaitTurn: a request that is sent again waits for the pause and for the rate.
func TestLimiterWaitTurn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		limiter  func() *Limiter
		deadline time.Duration // 0 for none
		cancel   time.Duration // 0 for never
		want     time.Duration // until it returns
		err      error
	}{
		{"no wait", func() *Limiter { return NewLimiter(10) }, 0, 0, 0, nil},
		{"the rate", func() *Limiter {
			l := NewLimiter(1)
			l.rate.Allow()
			return l
		}, 0, 0, time.Second, nil},
		{"a pause", func() *Limiter {
			l := NewLimiter(math.Inf(1))
			l.throttled(Hint{After: 7 * time.Second})
			return l
		}, 0, 0, 7 * time.Second, nil},
		{"a pause that outlasts the deadline", func() *Limiter {
			l := NewLimiter(math.Inf(1))
			l.throttled(Hint{After: time.Hour})
			return l
		}, time.Minute, 0, 0, context.DeadlineExceeded},
		{"a pause before the deadline", func() *Limiter {
			l := NewLimiter(math.Inf(1))
			l.throttled(Hint{After: 7 * time.Second})
			return l
		}, time.Minute, 0, 7 * time.Second, nil},
		{"an interrupt", func() *Limiter {
			l := NewLimiter(math.Inf(1))
			l.throttled(Hint{After: time.Hour})
			return l
		}, 0, 3 * time.Second, 3 * time.Second, context.Canceled},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limiter := test.limiter()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if test.deadline > 0 {
					ctx, cancel = context.WithTimeout(ctx, test.deadline)
					defer cancel()
				}
				if test.cancel > 0 {
					time.AfterFunc(test.cancel, cancel)
				}
				begin := time.Now()
				if err := limiter.waitTurn(ctx); !errors.Is(err, test.err) {
					t.Errorf("ended with %v, want %v", err, test.err)
				}
				if passed := time.Since(begin); passed != test.want {
					t.Errorf("ended after %s, want %s", passed, test.want)
				}
			})
		})
	}
}

// TestLimiterCountsSuccessesInARow: a 429 in between starts the count again.
func TestLimiterCountsSuccessesInARow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := NewLimiter(math.Inf(1))
		limiter.throttled(Hint{})
		for narrower := range 8 {
			for range growAfter*(9-narrower) - 1 {
				limiter.succeeded()
			}
			limiter.throttled(Hint{})
		}
		if limiter.window != 1 {
			t.Errorf("window %d, want 1", limiter.window)
		}
	})
}

// TestLimiterPauses: a pause holds requests that come after the 429, and those that wait already.
func TestLimiterPauses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		narrowed int // how often before, so that the window is small
		hints    []Hint
		want     time.Duration
	}{
		{"nothing said", 0, []Hint{{}}, 0},
		{"nothing said, nothing left to narrow", 9, []Hint{{}}, defaultPause},
		{"Retry-After", 0, []Hint{{After: 7 * time.Second}}, 7 * time.Second},
		{"the longer one", 0, []Hint{{After: 7 * time.Second}, {After: 20 * time.Second}}, 20 * time.Second},
		{"the longer one first", 0, []Hint{{After: 20 * time.Second}, {After: 7 * time.Second}}, 20 * time.Second},
		{"policy", 0, []Hint{{Requests: 1e6, Window: 32 * time.Second}}, time.Second},
		{"policy and a longer Retry-After", 0, []Hint{{After: 3 * time.Second, Requests: 1e6, Window: 32 * time.Second}}, 3 * time.Second},
		{"policy and a shorter Retry-After", 0, []Hint{{After: 3 * time.Second, Requests: 1e6, Window: 160 * time.Second}}, 5 * time.Second},
		{"policy of which several hear at once", 0, []Hint{{Requests: 1e6, Window: 32 * time.Second}, {Requests: 1e6, Window: 32 * time.Second}}, time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limiter := NewLimiter(math.Inf(1))
				for range test.narrowed {
					time.Sleep(time.Second)
					limiter.throttled(Hint{})
				}
				time.Sleep(time.Minute)
				begin := time.Now()
				for _, hint := range test.hints {
					limiter.throttled(hint)
				}
				left := make(chan time.Duration, 20)
				for range cap(left) {
					go func() {
						if err := limiter.acquire(t.Context()); err != nil {
							t.Error(err)
						}
						left <- time.Since(begin).Round(100 * time.Millisecond) // a policy's rate comes on top
						limiter.release()
					}()
				}
				for range cap(left) {
					if got := <-left; got != test.want {
						t.Errorf("one left after %s, want %s", got, test.want)
					}
				}
			})
		})
	}
}

// TestLimiterLearnsThePolicy: the gateway's text lowers the rate, and never raises it.
func TestLimiterLearnsThePolicy(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		perSecond float64
		hint      Hint
		learns    bool
		want      time.Duration // between two requests
	}{
		{"lower", 10, Hint{Requests: 200, Window: 5 * time.Minute}, true, 1500 * time.Millisecond},
		{"lower than no limit", math.Inf(1), Hint{Requests: 20, Window: time.Second}, true, 50 * time.Millisecond},
		{"a minute", 10, Hint{Requests: 60, Window: time.Minute}, true, time.Second},
		{"higher", 4, Hint{Requests: 20, Window: time.Second}, false, 250 * time.Millisecond},
		{"none", 4, Hint{After: time.Second}, false, 250 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limiter := NewLimiter(test.perSecond)
				limiter.throttled(test.hint)
				for range 20 { // the burst, and the pause
					if err := limiter.acquire(t.Context()); err != nil {
						t.Fatal(err)
					}
					limiter.release()
				}
				if test.learns {
					time.Sleep(time.Hour) // saves up no burst
					if err := limiter.acquire(t.Context()); err != nil {
						t.Fatal(err)
					}
					limiter.release()
				}
				begin := time.Now()
				for range 10 {
					if err := limiter.acquire(t.Context()); err != nil {
						t.Fatal(err)
					}
					limiter.release()
				}
				if got := time.Since(begin).Round(time.Millisecond); got != 10*test.want {
					t.Errorf("ten requests took %s, want %s", got, 10*test.want)
				}
			})
		})
	}
}

// TestLimiterRefusesToWaitInVain: a wait that would end after the deadline is not begun.
func TestLimiterRefusesToWaitInVain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		prepare func(l *Limiter)
		want    time.Duration
	}{
		{"rate", func(l *Limiter) { l.rate.SetLimit(1.0 / 3600); l.rate.SetBurst(1); l.rate.Allow() }, time.Hour},
		{"pause", func(l *Limiter) { l.throttled(Hint{After: time.Hour}) }, time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limiter := NewLimiter(10)
				test.prepare(limiter)
				begin := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 59*time.Minute)
				defer cancel()
				err := limiter.acquire(ctx)
				wait, ok := errors.AsType[*WaitError](err)
				if !ok || wait.Wait.Round(time.Second) != test.want || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("failed with %v, want a *WaitError of %s", err, test.want)
				}
				if passed := time.Since(begin); passed != 0 {
					t.Errorf("waited for %s", passed)
				}
				limiter.rate.SetLimit(math.MaxFloat64)
				time.Sleep(2 * time.Hour)
				if got := newCrowd(limiter).room(t); got < 9 {
					t.Errorf("room for %d: a place has leaked", got)
				}
			})
		})
	}
}

// TestLimiterGivesUp: a request that stops waiting, wherever, keeps no place.
func TestLimiterGivesUp(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T, c *crowd)
		room    int
	}{
		{"before a place", func(t *testing.T, c *crowd) { t.Helper(); c.come(t.Context(), MaxInFlight) }, MaxInFlight},
		{"before its turn", func(t *testing.T, c *crowd) {
			t.Helper()
			c.limiter.rate.SetLimit(1.0 / 3600)
			c.limiter.rate.SetBurst(1)
			c.limiter.rate.Allow()
		}, MaxInFlight},
		{"in a pause", func(t *testing.T, c *crowd) {
			t.Helper()
			c.limiter.throttled(Hint{After: time.Hour})
		}, 9},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newCrowd(NewLimiter(math.Inf(1)))
				time.Sleep(time.Second)
				test.prepare(t, c)
				inside := c.inside
				begin := time.Now()
				ctx, cancel := context.WithCancel(t.Context())
				c.come(ctx, 30)
				if c.waiting != 30 {
					t.Fatalf("%d wait, want 30", c.waiting)
				}
				cancel()
				failed := c.settle()
				if len(failed) != 30 || c.inside != inside {
					t.Fatalf("%d gave up, %d went through", len(failed), c.inside-inside)
				}
				for _, err := range failed {
					if !errors.Is(err, context.Canceled) {
						t.Errorf("gave up with %v", err)
					}
				}
				if passed := time.Since(begin); passed != 0 {
					t.Errorf("waited for %s", passed)
				}
				c.limiter.rate.SetLimit(math.MaxFloat64)
				time.Sleep(2 * time.Hour)
				if got := c.room(t); got != test.room {
					t.Errorf("room for %d, want %d", got, test.room)
				}
			})
		})
	}
}

// TestLimiterGivesUpAtTheLastMoment: the turn may have come already when a request gives up.
func TestLimiterGivesUpAtTheLastMoment(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		turn error
		want int
	}{
		{"with a place", nil, 0},
		{"without one", &WaitError{Wait: time.Hour}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			limiter := NewLimiter(math.Inf(1))
			limiter.inFlight = 1
			w := &waiter{turn: make(chan error, 1)}
			w.end(test.turn)
			limiter.giveUp(w)
			if limiter.inFlight != test.want {
				t.Errorf("%d in flight, want %d", limiter.inFlight, test.want)
			}
		})
	}
}

// TestLimiterAfterTheEnd: a request whose context has ended gets no place, though one is free.
func TestLimiterAfterTheEnd(t *testing.T) {
	t.Parallel()
	limiter := NewLimiter(math.Inf(1))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 {
		if err := limiter.acquire(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("ended with %v", err)
		}
	}
}

// TestLimiterKeepsItsPlaces is the property behind all of these: whatever happens, in whatever
// order, as many requests can be in flight as the window says, which is never more than
// MaxInFlight.
func TestLimiterKeepsItsPlaces(t *testing.T) {
	t.Parallel()
	type step struct {
		do string
		n  int
	}
	steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
		return step{
			do: rapid.SampledFrom([]string{"come", "come", "come for a while", "leave", "succeed", "throttled", "pause", "wait"}).Draw(t, "do"),
			n:  rapid.IntRange(1, 12).Draw(t, "n"),
		}
	}), 0, 60)
	rapid.Check(t, func(rt *rapid.T) {
		story := steps.Draw(rt, "steps")
		var problem string
		// The property runs in a bubble, and fails outside: rapid's way to end a test does not
		// cross goroutines.
		synctest.Test(t, func(t *testing.T) {
			limiter := NewLimiter(math.Inf(1))
			c := newCrowd(limiter)
			for i, step := range story {
				time.Sleep(time.Millisecond)
				switch step.do {
				case "come":
					c.come(t.Context(), step.n)
				case "come for a while":
					ctx, cancel := context.WithCancel(t.Context())
					c.come(ctx, step.n)
					time.Sleep(time.Millisecond)
					cancel()
					c.settle()
				case "leave":
					c.leave(min(step.n, c.inside))
				case "succeed":
					for range 20 * step.n {
						limiter.succeeded()
					}
				case "throttled":
					limiter.throttled(Hint{})
				case "pause":
					limiter.throttled(Hint{After: time.Duration(step.n) * time.Second})
				case "wait":
					time.Sleep(time.Duration(step.n) * time.Second)
				}
				c.settle()
				paused := time.Until(limiter.notBefore) > 0
				switch {
				case limiter.window < 1 || limiter.window > MaxInFlight:
					problem = fmt.Sprintf("after step %d the window is %d", i, limiter.window)
				case c.inside > MaxInFlight:
					problem = fmt.Sprintf("after step %d there are %d in flight", i, c.inside)
				case c.waiting > 0 && c.inside < limiter.window && !paused:
					problem = fmt.Sprintf("after step %d there are %d waiting, with %d in flight and a window of %d", i, c.waiting, c.inside, limiter.window)
				}
			}
			time.Sleep(time.Hour)
			for c.settle(); c.inside > 0; {
				c.leave(c.inside)
			}
			if problem != "" {
				return
			}
			if got := c.room(t); got != limiter.window {
				problem = fmt.Sprintf("room for %d in the end, the window is %d", got, limiter.window)
			}
		})
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}

// TestLimiterHearsFromReplies: which replies count as throttling and as a success.
func TestLimiterHearsFromReplies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		fault  emulator.Fault
		window int
		rate   float64
	}{
		{"throttled", emulator.Fault{Status: http.StatusTooManyRequests, Code: "MSS.1", Message: "slower"}, 9, 100},
		{"throttled by policy", emulator.Fault{Status: http.StatusTooManyRequests, Code: "APIGW.0308", Message: "policy user over ratelimit,limit:20,time:1 second"}, 9, 20},
		{"unavailable", emulator.Fault{Status: http.StatusServiceUnavailable}, 10, 100},
		{"reset", emulator.Fault{Reset: true}, 10, 100},
		{"forbidden", emulator.Fault{Status: http.StatusForbidden}, 10, 100},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startServer(t)
			server.Fail(test.fault)
			limiter := NewLimiter(100)
			client := newTestClient(t, func(c *Config) { c.Limiter, c.MaxRetries = limiter, 0 })
			if failed := failureOf(t, client, get(t.Context(), t, server.URL+jobsPath)); failed.Status != test.fault.Status {
				t.Errorf("failed with %v", failed)
			}
			if limiter.window != test.window || float64(limiter.rate.Limit()) != test.rate {
				t.Errorf("window %d, rate %v; want %d, %v", limiter.window, limiter.rate.Limit(), test.window, test.rate)
			}
		})
	}
}

// TestLimiterGrowsBySuccesses: failures of the service do not count as successes.
func TestLimiterGrowsBySuccesses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		status int
		want   int
	}{
		{"success", http.StatusOK, 2},
		{"not found", http.StatusNotFound, 2},
		{"unavailable", http.StatusServiceUnavailable, 1},
		{"internal error", http.StatusInternalServerError, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limiter := NewLimiter(math.Inf(1))
				for limiter.window > 1 {
					time.Sleep(time.Second)
					limiter.throttled(Hint{})
				}
				client := New(Config{Limiter: limiter, Base: answers(test.status, "")})
				for range growAfter {
					_, _ = client.Do(get(t.Context(), t, "http://metastudio.test/"))
				}
				if limiter.window != test.want {
					t.Errorf("window %d, want %d", limiter.window, test.want)
				}
			})
		})
	}
}

// TestLimiterLetsGoAfterEachAttempt: a place is released after a failure, and between two attempts.
func TestLimiterLetsGoAfterEachAttempt(t *testing.T) {
	t.Parallel()
	refuse := errors.New("no credential today")
	for _, test := range []struct {
		name string
		base http.RoundTripper
		authorizer
	}{
		{"success", answers(http.StatusOK, "{}"), nil},
		{"refused", answers(http.StatusForbidden, "{}"), nil},
		{"unavailable", answers(http.StatusServiceUnavailable, "{}"), nil},
		{"broken", transportFunc(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }), nil},
		{"not signed in", answers(http.StatusOK, "{}"), func(context.Context) error { return refuse }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limiter := NewLimiter(math.Inf(1))
				free := func() bool {
					limiter.mu.Lock()
					defer limiter.mu.Unlock()
					return limiter.inFlight == 0
				}
				config := Config{Limiter: limiter, Base: test.base, MaxRetries: 2, Backoff: func(int, Hint) time.Duration {
					if !free() {
						t.Error("a place is held between two attempts")
					}
					return time.Second
				}}
				if test.authorizer != nil {
					config.Authorizer = test.authorizer
				}
				_, _ = New(config).Do(get(t.Context(), t, "http://metastudio.test/"))
				if !free() {
					t.Error("a place is held in the end")
				}
			})
		})
	}
}

// TestRetryAfterPausesEverybody: the Retry-After of one reply holds all requests.
func TestRetryAfterPausesEverybody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var left []time.Duration
		var mu sync.Mutex // those that leave after the pause leave together
		base := transportFunc(func(req *http.Request) (*http.Response, error) {
			mu.Lock()
			left = append(left, time.Since(begin))
			first := len(left) == 1
			mu.Unlock()
			reply, err := answers(http.StatusOK, "{}").RoundTrip(req)
			if first {
				reply.StatusCode = http.StatusTooManyRequests
				reply.Header.Set("Retry-After", "30")
			}
			return reply, err
		})
		limiter := NewLimiter(math.Inf(1))
		done := make(chan error, 5)
		for i := range cap(done) {
			time.Sleep(time.Second)
			client := New(Config{Limiter: limiter, Base: base, MaxRetries: 1, Backoff: atOnce})
			req := get(t.Context(), t, fmt.Sprintf("http://metastudio.test/%d", i))
			go func() {
				_, err := client.Do(req)
				done <- err
			}()
			synctest.Wait()
		}
		for range cap(done) {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		slices.Sort(left)
		want := slices.Repeat([]time.Duration{31 * time.Second}, 6)
		want[0] = time.Second
		if diff := cmp.Diff(want, left); diff != "" {
			t.Errorf("requests left at (-want +got):\n%s", diff)
		}
	})
}

// transportFunc is a network in one function, for tests with a fake clock, which a real network
// does not have.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// answers is a network that always returns the same reply.
func answers(status int, body string) transportFunc {
	return func(req *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: req,
		}, nil
	}
}

// authorizer is an Authorizer in one function.
type authorizer func(ctx context.Context) error

func (a authorizer) Credential(ctx context.Context) (Credential, error) {
	return credential{source: "the test", add: func(*http.Request) error { return nil }}, a(ctx)
}

func (authorizer) Invalidate(*http.Request, int, string) bool { return false }
