package credentials

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// counted is a cache whose fetches are counted and wait to be released.
type counted struct {
	*cache[string, int]
	fetches   atomic.Int32
	cancelled atomic.Int32
	release   chan error
}

func newCounted() *counted {
	c := &counted{release: make(chan error)}
	c.cache = newCache(time.Now, func(int) bool { return true }, func(ctx context.Context, _ string) (int, error) {
		n := c.fetches.Add(1)
		select {
		case err := <-c.release:
			return int(n), err
		case <-ctx.Done():
			c.cancelled.Add(1)
			return 0, &Error{Kind: PasswordRefused, Err: ctx.Err()}
		}
	})
	return c
}

type outcome struct {
	value int
	err   error
}

// ask gets a value in the background.
func (c *counted) ask(ctx context.Context, key string) <-chan outcome {
	got := make(chan outcome, 1)
	go func() {
		value, err := c.get(ctx, key)
		got <- outcome{value, err}
	}()
	return got
}

func TestCacheFetchesOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCounted()
		var waiting []<-chan outcome
		for range 10 {
			waiting = append(waiting, c.ask(t.Context(), "a"))
		}
		other := c.ask(t.Context(), "b")
		synctest.Wait()
		c.release <- nil
		c.release <- nil
		first := (<-waiting[0]).value
		for _, w := range waiting[1:] {
			if got := <-w; got.err != nil || got.value != first {
				t.Errorf("got %v, want the value %d of the one fetch", got, first)
			}
		}
		if got := <-other; got.value == first {
			t.Error("another key got the same value")
		}
		if _, err := c.get(t.Context(), "a"); err != nil || c.fetches.Load() != 2 {
			t.Errorf("%d fetches of two keys (%v)", c.fetches.Load(), err)
		}
	})
}

func TestCacheFetchOutlivesOneCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCounted()
		first, cancel := context.WithCancel(t.Context())
		impatient := c.ask(first, "a")
		synctest.Wait()
		patient := c.ask(t.Context(), "a")
		synctest.Wait()

		cancel()
		if got := <-impatient; !errors.Is(got.err, context.Canceled) {
			t.Errorf("the caller that left got %v", got)
		}
		c.release <- nil
		if got := <-patient; got.err != nil || got.value != 1 {
			t.Errorf("the caller that stayed got %v", got)
		}
		if c.fetches.Load() != 1 || c.cancelled.Load() != 0 {
			t.Errorf("%d fetches, %d cancelled", c.fetches.Load(), c.cancelled.Load())
		}
	})
}

func TestCacheFetchEndsWithTheLastCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCounted()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		one, two := c.ask(ctx, "a"), c.ask(ctx, "a")
		for _, got := range []outcome{<-one, <-two} {
			if !errors.Is(got.err, context.DeadlineExceeded) {
				t.Errorf("got %v after the deadline", got)
			}
		}
		synctest.Wait()
		if c.cancelled.Load() != 1 {
			t.Errorf("%d fetches were cancelled, want the one", c.cancelled.Load())
		}

		// The failure of a cancelled fetch is not remembered.
		again := c.ask(t.Context(), "a")
		synctest.Wait()
		c.release <- nil
		if got := <-again; got.err != nil || got.value != 2 {
			t.Errorf("the next caller got %v, want a new fetch", got)
		}
	})
}

// A fetch that has lost its last caller may end late. The next caller does not wait for it, and its
// end does not touch the fetch that has begun since.
func TestCacheFetchEndsLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counted{release: make(chan error)}
		c.cache = newCache(time.Now, func(int) bool { return true }, func(context.Context, string) (int, error) {
			n := c.fetches.Add(1)
			return int(n), <-c.release // whatever becomes of the context
		})
		ctx, cancel := context.WithCancel(t.Context())
		first := c.ask(ctx, "a")
		synctest.Wait()
		cancel()
		<-first

		second := c.ask(t.Context(), "a")
		synctest.Wait()
		if got := c.fetches.Load(); got != 2 {
			t.Fatalf("%d fetches, want a second one", got)
		}
		c.release <- errors.New("late") // the first fetch has waited longer
		synctest.Wait()
		third := c.ask(t.Context(), "a")
		synctest.Wait()
		if got := c.fetches.Load(); got != 2 {
			t.Errorf("%d fetches, want the third caller to wait for the second", got)
		}
		c.release <- nil
		for _, got := range []outcome{<-second, <-third} {
			if got.err != nil || got.value != 2 {
				t.Errorf("got %v, want the value of the second fetch", got)
			}
		}
	})
}

// A caller may leave at the moment at which its fetch ends. That does not touch the next fetch.
func TestCacheCallerLeavesLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCounted()
		asked := c.ask(t.Context(), "a")
		synctest.Wait()
		c.leave("a", &inFlight[int]{waiting: 1, cancel: func() {}})
		again := c.ask(t.Context(), "a")
		synctest.Wait()
		if got := c.fetches.Load(); got != 1 {
			t.Errorf("%d fetches, want 1", got)
		}
		c.release <- nil
		<-asked
		if got := <-again; got.err != nil || got.value != 1 {
			t.Errorf("got %v", got)
		}
	})
}

func TestCacheRemembersRefusalsForAWhile(t *testing.T) {
	t.Parallel()
	passing := func(kind Kind) error { return &Error{Kind: kind, Err: errors.New("it may pass")} }
	refused := &Error{Kind: PasswordRefused, Err: errors.New("the password is wrong")}
	for _, test := range []struct {
		name    string
		err     error
		after   time.Duration
		fetches int32
	}{
		{"a service that is down", passing(Unavailable), 0, 2},
		{"an unexpected reply", passing(UnexpectedReply), 0, 2},
		{"an interrupt", passing(Interrupted), 0, 2},
		{"a file that cannot be read", passing(IDTokenUnavailable), 0, 2},
		{"an error of another type", errors.New("unknown"), 0, 2},
		{"a refusal", refused, 0, 1},
		{"a refusal, just before it is forgotten", refused, refusalMemory - 1, 1},
		{"a refusal, once it is forgotten", refused, refusalMemory, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newCounted()
				go func() { c.release <- test.err }()
				if _, err := c.get(t.Context(), "a"); !errors.Is(err, test.err) {
					t.Fatalf("got the error %v", err)
				}
				time.Sleep(test.after) // the bubble's clock, which jumps
				if test.fetches == 2 {
					go func() { c.release <- nil }()
				}
				if _, err := c.get(t.Context(), "a"); (err == nil) != (test.fetches == 2) {
					t.Errorf("got the error %v the second time", err)
				}
				if got := c.fetches.Load(); got != test.fetches {
					t.Errorf("%d fetches, want %d", got, test.fetches)
				}
			})
		})
	}
}

func TestCacheInvalidatesOnlyWhatWasRefused(t *testing.T) {
	t.Parallel()
	fetches := 0
	s := newCache(time.Now, func(int) bool { return true }, func(context.Context, string) (int, error) {
		fetches++
		return fetches, nil
	})
	get := func() int {
		value, err := s.get(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	is := func(n int) func(int) bool { return func(value int) bool { return value == n } }
	s.invalidate("a", is(1)) // nothing there yet
	if got := get(); got != 1 {
		t.Errorf("got %d", got)
	}
	s.invalidate("a", is(1))
	s.invalidate("a", is(1)) // the second of two that were told the same
	if got := get(); got != 2 {
		t.Errorf("got %d after the first was dropped", got)
	}
	s.invalidate("a", is(1)) // told late, of one that was replaced meanwhile
	if got := get(); got != 2 {
		t.Errorf("got %d, want the second kept", got)
	}
}
