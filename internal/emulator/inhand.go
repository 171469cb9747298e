package emulator

import (
	"sync"
	"time"
)

// inHand counts the requests in hand, so that Close can wait for them. A sync.WaitGroup will not
// do: a request may begin while Close waits already.
type inHand struct {
	mu     sync.Mutex
	n      int
	closed bool
	none   chan struct{}
}

// enter counts a request in, unless the server was closed.
func (h *inHand) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.n++
	return true
}

func (h *inHand) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n--
	if h.closed && h.n == 0 {
		close(h.none)
	}
}

// close lets no more requests in and waits for those in hand, but not for ever: a hook of a test's
// own may never return, and then the test must not hang here as well.
func (h *inHand) close(patience time.Duration) {
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
