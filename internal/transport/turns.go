package transport

import (
	"slices"
	"time"
)

// waiter is one request that waits for a Limiter.
type waiter struct {
	reader   *Reader
	deadline time.Time // zero without one
	// turn gets nil when the request may be sent, or why it may not.
	turn chan error
	// throttled is set while the wait is recorded as one because of throttling.
	throttled bool
}

// end ends the wait.
func (w *waiter) end(err error) {
	w.settle()
	w.turn <- err
}

// throttle records that the wait is because of throttling; settle ends that.
func (w *waiter) throttle() {
	if !w.throttled {
		w.throttled = true
		w.reader.waitBegins()
	}
}

func (w *waiter) settle() {
	if w.throttled {
		w.throttled = false
		w.reader.waitEnds()
	}
}

// turns is a queue of requests in which readers take turns: each has one request sent before the
// first has a second one, however many it waits with. Requests without a reader share the turn of
// the nil Reader.
type turns struct {
	readers []*Reader // those that wait, the next one first
	waiting map[*Reader][]*waiter
}

func (t *turns) empty() bool { return len(t.readers) == 0 }

func (t *turns) push(w *waiter) {
	if t.waiting == nil {
		t.waiting = map[*Reader][]*waiter{}
	}
	if len(t.waiting[w.reader]) == 0 {
		t.readers = append(t.readers, w.reader)
	}
	t.waiting[w.reader] = append(t.waiting[w.reader], w)
}

// pop removes the request whose turn it is. The queue is not empty.
func (t *turns) pop() *waiter {
	reader := t.readers[0]
	t.readers = t.readers[1:]
	next := t.waiting[reader][0]
	t.waiting[reader] = t.waiting[reader][1:]
	if len(t.waiting[reader]) > 0 {
		t.readers = append(t.readers, reader)
	} else {
		delete(t.waiting, reader)
	}
	return next
}

// removeIf removes the requests for which unwanted returns true.
func (t *turns) removeIf(unwanted func(*waiter) bool) {
	for reader, waiting := range t.waiting {
		if waiting = slices.DeleteFunc(waiting, unwanted); len(waiting) > 0 {
			t.waiting[reader] = waiting
		} else {
			delete(t.waiting, reader)
		}
	}
	t.readers = slices.DeleteFunc(t.readers, func(r *Reader) bool { return len(t.waiting[r]) == 0 })
}
