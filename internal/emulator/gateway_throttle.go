package emulator

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Quota is a limit of the gateway on MetaStudio calls in windows of a fixed length: the first call
// opens a window, and the first one after its end opens the next.
type Quota struct {
	// Policy is what the quota is counted by, as the refusal names it: "user", "ip" or "api".
	Policy string
	Limit  int
	// Window is a whole number of seconds, minutes, hours or days, on the server's clock.
	Window time.Duration
	// CountRefused counts refused calls too.
	CountRefused bool
}

// text is the policy as the gateway writes it, "policy ip over ratelimit,limit:5,time:1 second".
func (q Quota) text() string {
	number, unit := int64(q.Window/time.Second), "second"
	for _, larger := range []struct {
		length time.Duration
		name   string
	}{{time.Minute, "minute"}, {time.Hour, "hour"}, {24 * time.Hour, "day"}} {
		if q.Window >= larger.length && q.Window%larger.length == 0 {
			number, unit = int64(q.Window/larger.length), larger.name
		}
	}
	return overLimit(q.Policy, strconv.Itoa(q.Limit), number, unit)
}

func overLimit(policy, limit string, number int64, unit string) string {
	return fmt.Sprintf("policy %s over ratelimit,limit:%s,time:%d %s", policy, limit, number, unit)
}

// WithQuota throttles MetaStudio calls beyond a quota. Several quotas hold together.
func WithQuota(quota Quota) Option {
	return func(c *config) { c.quotas = append(c.quotas, quota) }
}

// WithMaxInFlight throttles MetaStudio calls beyond n at the same time.
func WithMaxInFlight(n int) Option { return func(c *config) { c.maxInFlight = n } }

// WithRequestRate throttles MetaStudio calls beyond perSecond, after a burst. It runs on real time,
// whatever WithClock sets, because the client that paces itself does too. A refused call does not
// count.
func WithRequestRate(perSecond float64, burst int) Option {
	return func(c *config) { c.perSecond, c.burst = perSecond, max(burst, 1) }
}

// WithOtherClient lets another client of the tenant take a share, 0 to 1, of every quota and of the
// request rate. The texts of refusals name the whole quota all the same.
func WithOtherClient(share float64) Option { return func(c *config) { c.otherShare = share } }

// SetOtherClient changes the share of WithOtherClient. A window that is open keeps what it has
// counted.
func (s *Server) SetOtherClient(share float64) {
	s.throttle.mu.Lock()
	defer s.throttle.mu.Unlock()
	s.throttle.otherShare = share
}

// throttle refuses what exceeds a number of calls in hand, a rate, or a quota. It models the
// gateway's limits for one tenant.
type throttle struct {
	maxInFlight int
	perSecond   float64
	burst       float64

	mu         sync.Mutex
	otherShare float64
	inFlight   int
	// tokens is the bucket of the rate: full at first, a token a call, refilled with time.
	tokens  float64
	filled  time.Time
	windows []window
}

// window is the open window of a quota.
type window struct {
	quota Quota
	ends  time.Time
	calls int
}

func newThrottle(c *config) *throttle {
	t := &throttle{
		maxInFlight: c.maxInFlight, perSecond: c.perSecond, burst: float64(c.burst), otherShare: c.otherShare,
		tokens: float64(c.burst), filled: time.Now(),
	}
	for _, quota := range c.quotas {
		t.windows = append(t.windows, window{quota: quota})
	}
	return t
}

// enter takes a call in. When it is refused, policy is the gateway's text for that. leave must be
// called in any case. now is the time of the server's clock.
func (t *throttle) enter(now time.Time) (leave func(), policy string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.maxInFlight > 0 && t.inFlight >= t.maxInFlight {
		return func() {}, overLimit("user", strconv.Itoa(t.maxInFlight), 1, "second")
	}
	if policy := t.overQuota(now); policy != "" {
		return func() {}, policy
	}
	if t.overRate() {
		return func() {}, overLimit("user", strconv.FormatFloat(t.perSecond, 'g', -1, 64), 1, "second")
	}
	t.inFlight++
	return t.leave, ""
}

// overRate takes a token from the bucket of the rate, and reports whether there was none.
func (t *throttle) overRate() bool {
	if t.perSecond <= 0 {
		return false
	}
	now := time.Now()
	t.tokens = min(t.burst, t.tokens+now.Sub(t.filled).Seconds()*t.perSecond*(1-t.otherShare))
	t.filled = now
	if t.tokens < 1 {
		return true
	}
	t.tokens--
	return false
}

// overQuota counts a call in every window, and returns the text of the first quota that refuses it.
func (t *throttle) overQuota(now time.Time) string {
	refusing := -1
	for i := range t.windows {
		w := &t.windows[i]
		if !now.Before(w.ends) {
			w.calls, w.ends = 0, now.Add(w.quota.Window)
		}
		// The share is rounded, because 10 * (1 - 0.9) is a little less than one.
		if left := float64(w.quota.Limit) * (1 - t.otherShare); refusing < 0 && w.calls >= int(left+1e-6) {
			refusing = i
		}
	}
	for i := range t.windows {
		if refusing < 0 || t.windows[i].quota.CountRefused {
			t.windows[i].calls++
		}
	}
	if refusing < 0 {
		return ""
	}
	return t.windows[refusing].quota.text()
}

func (t *throttle) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inFlight--
}

// throttled refuses a MetaStudio call beyond the gateway's limits, or counts it in.
func (s *Server) throttled(x *exchange) (leave func(), refused *reply) {
	if x.call != CallListing && x.call != CallDetail {
		return func() {}, nil
	}
	leave, policy := s.throttle.enter(s.config.clock())
	if policy == "" {
		return leave, nil
	}
	return leave, x.gateway(http.StatusTooManyRequests, "APIGW.0308", "The throttling threshold has been reached: "+policy)
}
