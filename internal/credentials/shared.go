package credentials

import (
	"context"
	"errors"
	"sync"
	"time"
)

// refusalMemory is how long a refusal stands before the same thing is tried
// again. A wrong password or key, tried once for each of many reads, would lock
// its user out; for good it must not stand, since what is wrong can be put right
// meanwhile.
const refusalMemory = time.Minute

// shared fetches one value per key for all who ask, and keeps it while it is
// fresh. Those who ask while it is being fetched wait for that one fetch, each as
// long as its own context lets it; the fetch ends early only when nobody waits.
type shared[K comparable, V any] struct {
	fetch func(ctx context.Context, key K) (V, error)
	fresh func(value V) bool
	now   func() time.Time

	mu       sync.Mutex
	values   map[K]V
	refusals map[K]refusal
	flights  map[K]*flight[V]
}

type refusal struct {
	err   error
	until time.Time
}

// flight is a fetch under way. value and err are set before done is closed.
type flight[V any] struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiting int
	value   V
	err     error
}

func newShared[K comparable, V any](now func() time.Time, fresh func(V) bool, fetch func(context.Context, K) (V, error)) *shared[K, V] {
	return &shared[K, V]{
		fetch: fetch, fresh: fresh, now: now,
		values: map[K]V{}, refusals: map[K]refusal{}, flights: map[K]*flight[V]{},
	}
}

// get returns the value of a key.
func (s *shared[K, V]) get(ctx context.Context, key K) (V, error) {
	s.mu.Lock()
	if value, ok := s.values[key]; ok && s.fresh(value) {
		s.mu.Unlock()
		return value, nil
	}
	if refusal, ok := s.refusals[key]; ok && s.now().Before(refusal.until) {
		s.mu.Unlock()
		return *new(V), refusal.err
	}
	f := s.flights[key]
	if f == nil {
		f = s.start(ctx, key)
	}
	f.waiting++
	s.mu.Unlock()

	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		s.leave(key, f)
		return *new(V), ctx.Err()
	}
}

// start begins a fetch. It takes from the first asker's context what that
// carries, but not its end.
func (s *shared[K, V]) start(ctx context.Context, key K) *flight[V] {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	f := &flight[V]{done: make(chan struct{}), cancel: cancel}
	s.flights[key] = f
	go func() {
		defer cancel()
		value, err := s.fetch(ctx, key)
		s.land(key, f, value, err, ctx.Err() != nil)
	}()
	return f
}

// land ends a fetch. What an abandoned one brought is no refusal: it may be that
// it was abandoned.
func (s *shared[K, V]) land(key K, f *flight[V], value V, err error, abandoned bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flights[key] == f {
		delete(s.flights, key)
	}
	failure, failed := errors.AsType[*Error](err)
	switch {
	case err == nil:
		s.values[key] = value
		delete(s.refusals, key)
	case !abandoned && failed && failure.lasting:
		s.refusals[key] = refusal{err: err, until: s.now().Add(refusalMemory)}
	}
	f.value, f.err = value, err
	close(f.done)
}

// leave ends the wait of one asker, and the fetch with the last one. Whoever
// asks next begins a new one.
func (s *shared[K, V]) leave(key K, f *flight[V]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.waiting--
	if f.waiting > 0 {
		return
	}
	f.cancel()
	if s.flights[key] == f {
		delete(s.flights, key)
	}
}

// drop forgets the value of a key if it is one that gone recognizes.
func (s *shared[K, V]) drop(key K, gone func(value V) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if value, ok := s.values[key]; ok && gone(value) {
		delete(s.values, key)
	}
}

// exchange is a link whose credential is obtained from the one below, or from a
// secret, and again before it ends.
type exchange struct {
	credentials *shared[target, credential]
	// scoped says that each target has a credential of its own.
	scoped bool
}

func newExchange(now func() time.Time, scoped bool, obtain func(context.Context, target) (credential, error)) *exchange {
	fresh := func(c credential) bool { return c.fresh(now()) }
	return &exchange{credentials: newShared(now, fresh, obtain), scoped: scoped}
}

func (e *exchange) key(to target) target {
	if e.scoped {
		return to
	}
	return target{}
}

func (e *exchange) credential(ctx context.Context, to target) (credential, error) {
	return e.credentials.get(ctx, e.key(to))
}

func (e *exchange) renew(to target, refused Secret) bool {
	// When it is not the cached one, another request has seen to it already.
	e.credentials.drop(e.key(to), func(c credential) bool { return c.token.Equal(refused) })
	return true
}
