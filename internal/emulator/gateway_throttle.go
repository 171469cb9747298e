package emulator

import (
	"fmt"
	"net/http"
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
		if q.Window%larger.length == 0 {
			number, unit = int64(q.Window/larger.length), larger.name
		}
	}
	return fmt.Sprintf("policy %s over ratelimit,limit:%d,time:%d %s", q.Policy, q.Limit, number, unit)
}

// WithQuota throttles MetaStudio calls beyond a quota. Several quotas hold together.
func WithQuota(quota Quota) Option {
	return func(c *config) { c.quotas = append(c.quotas, quota) }
}

// WithOtherClient lets another client of the tenant take a share, 0 to 1, of every quota. The texts
// of refusals name the whole quota all the same.
func WithOtherClient(share float64) Option { return func(c *config) { c.otherShare = share } }

// throttle refuses the calls that exceed a quota. It models the gateway's limits for one tenant.
type throttle struct {
	otherShare float64

	mu      sync.Mutex
	windows []window
}

// window is the open window of a quota.
type window struct {
	quota Quota
	ends  time.Time
	calls int
}

func newThrottle(c *config) *throttle {
	t := &throttle{otherShare: c.otherShare}
	for _, quota := range c.quotas {
		t.windows = append(t.windows, window{quota: quota})
	}
	return t
}

// overQuota counts a call in every window, and returns the text of the first quota that refuses it.
// now is the time of the server's clock.
func (t *throttle) overQuota(now time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
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

// throttled refuses a MetaStudio call beyond the gateway's quotas; nil lets it through.
func (s *Server) throttled(x *exchange) *reply {
	if x.call != CallListing && x.call != CallDetail {
		return nil
	}
	policy := s.throttle.overQuota(s.config.clock())
	if policy == "" {
		return nil
	}
	return x.gateway(http.StatusTooManyRequests, "APIGW.0308", "The throttling threshold has been reached: "+policy)
}
