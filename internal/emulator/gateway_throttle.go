package emulator

import (
	"fmt"
	"sync"
	"time"
)

// throttle refuses what exceeds a number of calls in hand, or a rate. It models the gateway's quota
// for one tenant.
type throttle struct {
	maxInFlight int
	perSecond   float64
	burst       float64

	mu       sync.Mutex
	inFlight int
	// tokens is the bucket of the rate: full at first, a token a call, refilled with time.
	tokens float64
	filled time.Time
}

func newThrottle(maxInFlight int, perSecond float64, burst int) *throttle {
	return &throttle{maxInFlight: maxInFlight, perSecond: perSecond, burst: float64(burst), tokens: float64(burst), filled: time.Now()}
}

// enter takes a call in. When it is refused, policy is the gateway's text for that. leave must be
// called in any case.
func (t *throttle) enter() (leave func(), policy string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.maxInFlight > 0 && t.inFlight >= t.maxInFlight {
		return func() {}, fmt.Sprintf("policy user over ratelimit,limit:%d,time:1 second", t.maxInFlight)
	}
	if t.perSecond > 0 {
		now := time.Now()
		t.tokens = min(t.burst, t.tokens+now.Sub(t.filled).Seconds()*t.perSecond)
		t.filled = now
		if t.tokens < 1 {
			return func() {}, fmt.Sprintf("policy user over ratelimit,limit:%g,time:1 second", t.perSecond)
		}
		t.tokens--
	}
	t.inFlight++
	return t.leave, ""
}

func (t *throttle) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inFlight--
}
