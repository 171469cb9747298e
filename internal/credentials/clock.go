package credentials

import (
	"net/http"
	"sync"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// serviceClock returns the time of the services: that of the local clock, corrected by the Date of
// their last reply. Services accept signatures from a clock that is wrong by minutes. But with such
// a clock, a temporary credential would be used after its expiry, or renewed for each read.
type serviceClock struct {
	local func() time.Time

	mu   sync.Mutex
	skew time.Duration // how far the services' clock is ahead of the local one
}

// now returns the services' time.
func (c *serviceClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.local().Add(c.skew)
}

// learnFrom returns base with each reply correcting the clock; nil is the default base.
func (c *serviceClock) learnFrom(base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = transport.NewBase(nil)
	}
	return roundTripper(func(req *http.Request) (*http.Response, error) {
		resp, err := base.RoundTrip(req)
		if err == nil {
			c.learn(resp.Header.Get("Date"))
		}
		return resp, err
	})
}

func (c *serviceClock) learn(header string) {
	date, err := http.ParseTime(header)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skew = date.Sub(c.local())
}

// lifeOf returns when a credential that was just obtained begins and ends, by the local clock.
// issued and expires are the service's times; issued is zero where the reply has none. end is zero,
// which means unknown, where expires is not after issued.
func (s *Session) lifeOf(issued, expires time.Time) (begin, end time.Time) {
	if issued.IsZero() {
		issued = s.clock.now()
	}
	begin = s.now()
	if !expires.After(issued) {
		return begin, time.Time{}
	}
	return begin, begin.Add(expires.Sub(issued))
}
