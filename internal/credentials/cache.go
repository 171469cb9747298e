package credentials

import (
	"context"
	"errors"
	"sync"
	"time"
)

// refusalMemory is how long a lasting failure is returned without another try. A wrong password or
// key, tried once for each of many reads, would lock its user. The failure is not kept for good,
// because the cause can be corrected meanwhile.
const refusalMemory = time.Minute

// cache fetches one value per key for all callers, and keeps it while it is valid. Callers that ask
// during a fetch wait for its result, each until its own context ends. The fetch is cancelled when
// no caller waits for it any more.
type cache[K comparable, V any] struct {
	fetch func(ctx context.Context, key K) (V, error)
	valid func(value V) bool
	now   func() time.Time

	mu       sync.Mutex
	values   map[K]V
	refusals map[K]refusal
	fetches  map[K]*inFlight[V]
}

// refusal is a lasting failure of a fetch.
type refusal struct {
	err   error
	until time.Time
}

// inFlight is a fetch that has not ended. value and err are set before done is closed.
type inFlight[V any] struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiting int
	value   V
	err     error
}

func newCache[K comparable, V any](now func() time.Time, valid func(V) bool, fetch func(context.Context, K) (V, error)) *cache[K, V] {
	return &cache[K, V]{
		fetch: fetch, valid: valid, now: now,
		values: map[K]V{}, refusals: map[K]refusal{}, fetches: map[K]*inFlight[V]{},
	}
}

// get returns the value of a key.
func (c *cache[K, V]) get(ctx context.Context, key K) (V, error) {
	c.mu.Lock()
	if value, ok := c.values[key]; ok && c.valid(value) {
		c.mu.Unlock()
		return value, nil
	}
	if refusal, ok := c.refusals[key]; ok && c.now().Before(refusal.until) {
		c.mu.Unlock()
		return *new(V), refusal.err
	}
	f := c.fetches[key]
	if f == nil {
		f = c.start(ctx, key)
	}
	f.waiting++
	c.mu.Unlock()

	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		c.leave(key, f)
		return *new(V), ctx.Err()
	}
}

// start begins a fetch. Its context has the values of the first caller's context, but does not end
// with it.
func (c *cache[K, V]) start(ctx context.Context, key K) *inFlight[V] {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	f := &inFlight[V]{done: make(chan struct{}), cancel: cancel}
	c.fetches[key] = f
	go func() {
		defer cancel()
		value, err := c.fetch(ctx, key)
		c.finish(ctx, key, f, value, err)
	}()
	return f
}

// finish ends a fetch. The failure of one that was cancelled is not remembered: the cancellation
// may be its cause.
func (c *cache[K, V]) finish(ctx context.Context, key K, f *inFlight[V], value V, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fetches[key] == f {
		delete(c.fetches, key)
	}
	failure, failed := errors.AsType[*Error](err)
	switch {
	case err == nil:
		c.values[key] = value
	case ctx.Err() == nil && failed && failure.Kind.lasting():
		c.refusals[key] = refusal{err: err, until: c.now().Add(refusalMemory)}
	}
	f.value, f.err = value, err
	close(f.done)
}

// leave ends the wait of one caller. When the last one leaves, the fetch is cancelled, and the next
// caller begins a new one.
func (c *cache[K, V]) leave(key K, f *inFlight[V]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.waiting--
	if f.waiting > 0 {
		return
	}
	f.cancel()
	if c.fetches[key] == f {
		delete(c.fetches, key)
	}
}

// invalidate removes the value of a key if refused reports true for it.
func (c *cache[K, V]) invalidate(key K, refused func(value V) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if value, ok := c.values[key]; ok && refused(value) {
		delete(c.values, key)
	}
}
