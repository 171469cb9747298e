package transport

import (
	"context"
	"math"
	"net/http"
	"sync"
	"time"

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

// Limiter holds all requests that share it within one request rate and one number in flight, and
// lets readers take turns. A 429 slows down all of them, so that each does not have to find out for
// itself.
type Limiter struct {
	rate       *rate.Limiter
	configured rate.Limit // the rate before any 429

	mu        sync.Mutex
	queue     turns
	inFlight  int
	window    int         // places in flight, 1 to MaxInFlight
	successes int         // since window last changed
	refusals  int         // 429s since the last success; those of one pause count once
	notBefore time.Time   // no request is sent before
	timer     *time.Timer // calls dispatch, nil before the first wait
}

// NewLimiter returns a Limiter of perSecond requests a second, with a burst of the same size.
// perSecond is above 0; infinity limits the number in flight only.
func NewLimiter(perSecond float64) *Limiter {
	limit, burst := rate.Limit(perSecond), 1
	if math.IsInf(perSecond, 1) {
		limit = rate.Inf
	} else {
		burst = int(math.Ceil(perSecond))
	}
	return &Limiter{rate: rate.NewLimiter(limit, burst), configured: limit, window: MaxInFlight}
}

// acquire waits for a place, for the end of a pause, for the rate, and for the turn of the reader
// of ctx. A wait that would outlast the deadline of ctx is not begun.
func (l *Limiter) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &waiter{reader: readerOf(ctx), turn: make(chan error, 1)}
	w.deadline, _ = ctx.Deadline()
	l.mu.Lock()
	l.queue.push(w)
	l.dispatch()
	l.mu.Unlock()
	select {
	case err := <-w.turn:
		return err
	case <-ctx.Done():
		l.giveUp(w)
		return ctx.Err()
	}
}

// waitTurn waits for the end of a pause and for the rate, where a request has a place already and
// is sent again. A wait that would outlast the deadline of ctx is not begun.
func (l *Limiter) waitTurn(ctx context.Context) error {
	l.mu.Lock()
	now := time.Now()
	wait := max(l.notBefore.Sub(now), l.rate.ReserveN(now, 1).DelayFrom(now))
	l.mu.Unlock()
	if deadline, ok := ctx.Deadline(); ok && deadline.Sub(now) < wait {
		return &WaitError{Wait: wait}
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// giveUp ends the wait of a request whose turn may have come at the same moment.
func (l *Limiter) giveUp(w *waiter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case err := <-w.turn:
		if err == nil {
			l.inFlight--
			l.dispatch()
		}
	default:
		w.settle()
		l.queue.removeIf(func(other *waiter) bool { return other == w })
	}
}

// dispatch lets waiting requests go as long as that is allowed, and sets the timer for the next
// one. The caller holds mu.
func (l *Limiter) dispatch() {
	for !l.queue.empty() && l.inFlight < l.window {
		if wait, throttled := l.untilNext(time.Now()); wait > 0 {
			l.hold(wait, throttled)
			return
		}
		l.inFlight++
		l.queue.pop().end(nil)
	}
}

// untilNext returns how long the next request has to wait, and whether that is because of a 429. If
// it need not wait, it is counted in the rate.
func (l *Limiter) untilNext(now time.Time) (wait time.Duration, throttled bool) {
	if pause := l.notBefore.Sub(now); pause > 0 {
		return pause, true
	}
	reservation := l.rate.ReserveN(now, 1)
	wait = reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now)
	}
	return wait, l.rate.Limit() < l.configured
}

// hold keeps all requests waiting. Those whose deadline comes first fail at once.
func (l *Limiter) hold(wait time.Duration, throttled bool) {
	until := time.Now().Add(wait)
	l.queue.removeIf(func(w *waiter) bool {
		if !w.deadline.IsZero() && w.deadline.Before(until) {
			w.end(&WaitError{Wait: wait})
			return true
		}
		if throttled {
			w.throttle()
		}
		return false
	})
	if l.timer == nil {
		l.timer = time.AfterFunc(wait, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.dispatch()
		})
		return
	}
	l.timer.Reset(wait)
}

// release returns a place.
func (l *Limiter) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	l.dispatch()
}

// succeeded adds a place after enough successes in a row.
func (l *Limiter) succeeded() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refusals = 0
	if l.window == MaxInFlight {
		return
	}
	l.successes++
	if l.successes < growAfter*l.window {
		return
	}
	l.window++
	l.successes = 0
	l.dispatch()
}

// throttled slows down all requests after a 429.
func (l *Limiter) throttled(hint Hint) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.successes = 0
	if !time.Now().Before(l.notBefore) { // in a pause, the refused request was sent before it
		l.refusals++
	}

	if hint.Window > 0 {
		if limit := rate.Limit(float64(hint.Requests) / hint.Window.Seconds()); limit < l.rate.Limit() {
			l.rate.SetLimit(limit)
			l.rate.SetBurst(1)
		}
	}
	switch pause := max(hint.After, windowShare(hint.Window, l.refusals-1)); {
	case pause > 0:
		l.pause(pause)
	case l.window == 1:
		l.pause(defaultPause)
	}

	// One request was one too many. Where a service bounds the number in flight, each request
	// beyond it is refused, and so removes one place.
	if l.window > 1 {
		l.window--
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
