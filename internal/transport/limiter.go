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

// MaxInFlight is the most requests of one Limiter that are in flight at a time. It is Terraform's
// own default parallelism, so that one provider is no heavier on a service than the tool that runs
// it.
const MaxInFlight = 10

// growAfter is how many requests per place have to succeed before the limiter adds a place. It is
// slow on purpose: a throttled request costs a wait, an unused place a fraction of a round trip.
const growAfter = 30

// defaultPause is how long all requests wait after a 429 that names no time, once there is only one
// place left.
const defaultPause = time.Second

// Limiter holds all requests that share it within one request rate and one number in flight. A 429
// slows down all of them, so that each does not have to find out for itself.
type Limiter struct {
	rate  *rate.Limiter
	slots *semaphore.Weighted

	mu        sync.Mutex
	window    int       // places in flight, 1 to MaxInFlight
	debt      int       // places still to be removed, when they are released
	successes int       // since window last changed
	notBefore time.Time // no request is sent before
}

// NewLimiter returns a Limiter of perSecond requests a second, with a burst of the same size.
// perSecond is above 0; infinity limits the number in flight only.
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

// acquire waits for a place, for the rate, and for the end of a pause. The place comes first: the
// rate counts requests when they are sent.
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
		// The library fails at once when the turn would come after the deadline.
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

// release returns a place, unless the window has become smaller meanwhile.
func (l *Limiter) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.debt > 0 {
		l.debt--
		return
	}
	l.slots.Release(1)
}

// succeeded adds a place after enough successes in a row.
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

// throttled slows down all requests after a 429.
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
		l.pause(defaultPause)
	}

	// One request was one too many. Where a service bounds the number in flight, each request
	// beyond it is refused, and so removes one place.
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

// limited sends a request when the limiter allows it, and tells the limiter how it went.
type limited struct {
	next    layer
	limiter *Limiter
	now     func() time.Time
}

func (l *limited) roundTrip(call *call, req *http.Request) (*http.Response, error) {
	if err := l.limiter.acquire(req.Context()); err != nil {
		return nil, err
	}
	defer l.limiter.release()
	resp, err := l.next.roundTrip(call, req)
	switch {
	case err != nil:
	case resp.StatusCode == http.StatusTooManyRequests:
		l.limiter.throttled(hintOf(resp, l.now()))
	case resp.StatusCode < http.StatusInternalServerError:
		l.limiter.succeeded()
	}
	return resp, err
}
