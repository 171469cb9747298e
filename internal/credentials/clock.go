package credentials

import (
	"net/http"
	"sync"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// serviceClock tells the services' time: the local clock, corrected by the Date of their last
// reply. The local clock may be wrong by minutes and signatures are accepted all the same, but a
// temporary credential that is measured by it would be used after its end, or renewed for each
// read.
type serviceClock struct {
	local func() time.Time

	mu   sync.Mutex
	skew time.Duration // how far the services are ahead
}

// now returns the services' time.
func (c *serviceClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.local().Add(c.skew)
}

// learnFrom returns a network by whose replies the clock is corrected; nil is the default one.
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

// lifeOf returns the life of a credential that was just obtained, on the local clock. issued and
// expires are the service's times; issued is zero where its reply has none. The end is zero, not
// known, where expires is not after the issue.
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
