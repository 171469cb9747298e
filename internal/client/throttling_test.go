package client

import (
	"bufio"
	"bytes"
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// inProcess hands requests to an emulator that does not listen, so that both run on the time of a
// test's bubble.
type inProcess struct{ server *emulator.Server }

func (p inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	var wire bytes.Buffer
	if err := req.Write(&wire); err != nil {
		return nil, err
	}
	received, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		return nil, err
	}
	recorder := httptest.NewRecorder()
	p.server.ServeHTTP(recorder, received.WithContext(req.Context()))
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	return recorder.Result(), nil
}

// crowd is a number of lists of one plan, on the time of a test's bubble.
type crowd struct {
	server  *emulator.Server
	limiter *transport.Limiter
	// authorizer and keys are those of access keys; nil is a token.
	authorizer transport.Authorizer
	keys       *transport.Keys
}

// list reads a whole list as one reader.
func (c *crowd) list(ctx context.Context, options *ListJobsOptions) (*JobList, transport.Throttling, error) {
	reader := transport.NewReader(nil)
	config := transport.Config{
		Base: inProcess{c.server}, Authorizer: c.authorizer, Keys: c.keys, Limiter: c.limiter, MaxRetries: transport.DefaultMaxRetries,
	}
	if config.Authorizer == nil {
		config.Authorizer = token{}
	}
	endpoint := &url.URL{Scheme: "http", Host: "metastudio.test"}
	list, err := New(endpoint, emulator.ProjectID, transport.New(config)).ListJobs(transport.WithReader(ctx, reader), options)
	return list, reader.Throttling(), err
}

// TestSmallListsBesideALargeOne: nine lists of one page, in one plan with a list of a thousand, are
// not held up by it.
func TestSmallListsBesideALargeOne(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		perSecond float64
		within    time.Duration
		jobs      int // enough that the large list is still being read
	}{
		// Ten readers have ten turns a second: a list of one page needs one turn, and a round trip.
		{"ten requests a second", 10, 1100 * time.Millisecond, 9_802},
		{"no rate", math.Inf(1), 200 * time.Millisecond, 39_202},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := &crowd{
					server:  emulator.New(emulator.WithJobCount(test.jobs), emulator.WithLatency(100*time.Millisecond), emulator.WithoutRecording()),
					limiter: transport.NewLimiter(test.perSecond),
				}
				ctx, cancel := context.WithCancel(t.Context())
				large := make(chan error, 1)
				go func() {
					_, _, err := c.list(ctx, &ListJobsOptions{})
					large <- err
				}()
				time.Sleep(3 * time.Second) // the large list has used up the burst

				begin := time.Now()
				var all sync.WaitGroup
				for n := range 9 {
					all.Go(func() {
						list, _, err := c.list(ctx, &ListJobsOptions{Offset: int64(n), Limit: 50})
						if err != nil || len(list.Jobs) != 50 {
							t.Errorf("list %d ended with %v", n, err)
						}
						if passed := time.Since(begin); passed > test.within {
							t.Errorf("list %d was done after %s, want %s at most", n, passed, test.within)
						}
					})
				}
				all.Wait()
				cancel()
				if err := <-large; err == nil {
					t.Error("the large list was done already")
				}
			})
		})
	}
}

// TestQuotaIsWaitedOut reads lists while another client of the tenant takes most of the quota.
func TestQuotaIsWaitedOut(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		quota emulator.Quota
		share float64
	}{
		{"seconds", emulator.Quota{Policy: "ip", Limit: 5, Window: time.Second}, 0.8},
		{"seconds, refusals count", emulator.Quota{Policy: "ip", Limit: 10, Window: time.Second, CountRefused: true}, 0.8},
		{"minutes", emulator.Quota{Policy: "user", Limit: 60, Window: time.Minute}, 0.9},
		{"five minutes, refusals count", emulator.Quota{Policy: "user", Limit: 200, Window: 5 * time.Minute, CountRefused: true}, 0.9},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := &crowd{
					server: emulator.New(emulator.WithJobCount(250), emulator.WithQuota(test.quota), emulator.WithOtherClient(test.share),
						emulator.WithLatency(50*time.Millisecond)),
					limiter: transport.NewLimiter(10),
				}
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
				defer cancel()
				begin := time.Now()
				var all sync.WaitGroup
				var mu sync.Mutex
				refusals := 0
				for n := range 12 {
					all.Go(func() {
						list, cost, err := c.list(ctx, &ListJobsOptions{})
						if err != nil || len(list.Jobs) != 250 {
							t.Errorf("list %d ended with %v", n, err)
						}
						if cost.Waited > time.Since(begin) || cost.Refusals > 0 && cost.Waited == 0 {
							t.Errorf("list %d records %+v", n, cost)
						}
						mu.Lock()
						defer mu.Unlock()
						refusals += cost.Refusals
					})
				}
				all.Wait()
				if got := c.server.CountStatus("", http.StatusTooManyRequests); got == 0 || got != refusals {
					t.Errorf("%d requests were throttled and %d recorded", got, refusals)
				}
				t.Logf("%d requests, %d throttled, done after %s", c.server.Count(""), refusals, time.Since(begin).Round(time.Second))
			})
		})
	}
}
