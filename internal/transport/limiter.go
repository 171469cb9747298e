package transport

import (
	"context"
	"math"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// MaxInFlight is how many requests of one Limiter are under way at most. It is
// Terraform's own parallelism, so that one provider is no heavier on the
// service than the tool that runs it.
const MaxInFlight = 10

// DefaultRequestsPerSecond is the request rate unless the configuration says
// otherwise: the least that the service grants a whole tenant in any region.
// Source: the MetaStudio API reference, "Request Throttling".
const DefaultRequestsPerSecond = 10

// growAfter is how many requests for each one in flight have to succeed before
// one more is let through. It is slow on purpose: a refused request costs a
// wait of its own, an unused place costs a fraction of a round trip.
const growAfter = 30

// pauseUnasked is how long everybody waits after a 429 that says nothing, once
// there is nothing left to narrow.
const pauseUnasked = time.Second

// Limiter holds all requests of a provider instance within one request rate and
// one number in flight. A 429 slows it down for everybody, so that requests do
// not find out one after the other what the first was told already.
type Limiter struct {
	rate  *rate.Limiter
	slots *semaphore.Weighted

	mu        sync.Mutex
	window    int       // how many may be in flight, 1 to MaxInFlight
	debt      int       // places still to be taken away, when they come free
	successes int       // since the window last changed
	notBefore time.Time // nobody sends before
}

// NewLimiter returns a Limiter for so many requests a second, with a burst of
// as many. perSecond is above 0; infinity lifts the rate and leaves the number
// in flight.
func NewLimiter(perSecond float64) *Limiter {
	limit, burst := rate.Limit(perSecond), 1
	if math.IsInf(perSecond, 1) {
		limit = rate.Inf
	} else {
		burst = max(1, int(math.Ceil(perSecond)))
	}
	return &Limiter{
		rate:   rate.NewLimiter(limit, burst),
		slots:  semaphore.NewWeighted(MaxInFlight),
		window: MaxInFlight,
	}
}

// acquire waits for a place, for the rate, and for the end of a pause. The
// place comes first: the rate counts requests when they leave.
func (l *Limiter) acquire(ctx context.Context) error {
	if err := l.slots.Acquire(ctx, 1); err != nil {
		return err
	}
	if err := l.waitTurn(ctx); err != nil {
		l.release()
		return err
	}
	return nil
}

func (l *Limiter) waitTurn(ctx context.Context) error {
	if err := l.rate.Wait(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		// The turn would come after the deadline, and the library says so at once.
		return &WaitError{Wait: time.Duration(float64(time.Second) / float64(l.rate.Limit()))}
	}
	for {
		l.mu.Lock()
		pause := time.Until(l.notBefore)
		l.mu.Unlock()
		if pause <= 0 {
			return nil
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < pause {
			return &WaitError{Wait: pause}
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// release gives a place back, unless the window has become smaller meanwhile.
func (l *Limiter) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.debt > 0 {
		l.debt--
		return
	}
	l.slots.Release(1)
}

// succeeded widens the window after a long enough row of successes.
func (l *Limiter) succeeded() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.window == MaxInFlight {
		return
	}
	l.successes++
	if l.successes < growAfter*l.window {
		return
	}
	l.window++
	l.successes = 0
	if l.debt > 0 {
		l.debt--
		return
	}
	l.slots.Release(1)
}

// throttled is told of a 429.
func (l *Limiter) throttled(hint Hint) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.successes = 0

	if hint.Window > 0 {
		if limit := rate.Limit(float64(hint.Requests) / hint.Window.Seconds()); limit < l.rate.Limit() {
			l.rate.SetLimit(limit)
			l.rate.SetBurst(1)
		}
	}
	switch {
	case hint.After > 0:
		l.pause(hint.After)
	case hint.Window > 0:
		l.pause(hint.Window >> DefaultMaxRetries)
	case l.window == 1:
		l.pause(pauseUnasked)
	}

	// One request was one too many. Where a service bounds what is in flight, as
	// many refusals come together as there are places too many.
	if l.window > 1 {
		l.window--
		if !l.slots.TryAcquire(1) {
			l.debt++
		}
	}
}

func (l *Limiter) pause(d time.Duration) {
	if until := time.Now().Add(d); until.After(l.notBefore) {
		l.notBefore = until
	}
}

// limited lets a request through when the limiter says so, and tells the
// limiter how it went.
type limited struct {
	next    http.RoundTripper
	limiter *Limiter
	now     func() time.Time
}

// RoundTrip implements http.RoundTripper.
func (l *limited) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := l.limiter.acquire(req.Context()); err != nil {
		return nil, err
	}
	defer l.limiter.release()
	resp, err := l.next.RoundTrip(req)
	switch {
	case err != nil:
	case resp.StatusCode == http.StatusTooManyRequests:
		l.limiter.throttled(hintOf(resp, l.now()))
	case resp.StatusCode < http.StatusInternalServerError:
		l.limiter.succeeded()
	}
	return resp, err
}
