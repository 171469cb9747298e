package transport

import (
	"context"
	"sync"
	"time"
)

// Reader is one read, of a list or of a single resource, which may have many requests under way. A
// Limiter takes turns between readers, and a Reader records what throttling costs it. It is passed
// on in a context. A nil Reader records nothing. It is safe for concurrent use.
type Reader struct {
	now func() time.Time

	mu         sync.Mutex
	waiting    int       // requests that wait because of throttling
	since      time.Time // when the first of them began to wait
	throttling Throttling
}

// Throttling is what throttling has cost a read.
type Throttling struct {
	// Refusals is how many of the read's requests were answered with 429.
	Refusals int
	// Waited is how long at least one request waited after a 429, its own or another read's, or for
	// a request rate that a 429 lowered.
	Waited time.Duration
	// Requests and Window are the quota that the last 429 named, 0 where none did.
	Requests int
	Window   time.Duration
}

// NewReader returns a Reader. now is the clock by which it measures; nil is time.Now.
func NewReader(now func() time.Time) *Reader {
	if now == nil {
		now = time.Now
	}
	return &Reader{now: now}
}

type readerKey struct{}

// WithReader returns a context for the requests of a reader.
func WithReader(ctx context.Context, reader *Reader) context.Context {
	return context.WithValue(ctx, readerKey{}, reader)
}

// readerOf returns the reader of a context, nil without one.
func readerOf(ctx context.Context) *Reader {
	reader, _ := ctx.Value(readerKey{}).(*Reader)
	return reader
}

// Throttling returns what throttling has cost so far.
func (r *Reader) Throttling() Throttling {
	r.mu.Lock()
	defer r.mu.Unlock()
	soFar := r.throttling
	if r.waiting > 0 {
		soFar.Waited += r.now().Sub(r.since)
	}
	return soFar
}

// refused counts a 429.
func (r *Reader) refused(hint Hint) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.throttling.Refusals++
	if hint.Window > 0 {
		r.throttling.Requests, r.throttling.Window = hint.Requests, hint.Window
	}
}

// waitBegins and waitEnds mark the beginning and the end of the wait of one request. Waits at the
// same time count once.
func (r *Reader) waitBegins() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting == 0 {
		r.since = r.now()
	}
	r.waiting++
}

func (r *Reader) waitEnds() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting--
	if r.waiting == 0 {
		r.throttling.Waited += r.now().Sub(r.since)
	}
}
