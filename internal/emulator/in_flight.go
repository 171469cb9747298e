package emulator

import (
	"sync"
	"time"
)

// inFlight counts the requests in flight, so that Close can wait for them. A sync.WaitGroup cannot
// be used, because a request may begin while Close waits already.
type inFlight struct {
	mu     sync.Mutex
	n      int
	closed bool
	none   chan struct{}
}

// enter counts a request, and reports false if the server was closed.
func (h *inFlight) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.n++
	return true
}

func (h *inFlight) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n--
	if h.closed && h.n == 0 {
		close(h.none)
	}
}

// close refuses further requests and waits for those in flight, but not longer than patience: a
// hook of a test may never return, and the test must not hang here as well.
func (h *inFlight) close(patience time.Duration) {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return
	}
	h.closed, h.none = true, make(chan struct{})
	if h.n == 0 {
		close(h.none)
	}
	h.mu.Unlock()

	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-h.none:
	case <-timer.C:
	}
}
