package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// keyed signs in as token does, with an access key as far as the transport knows.
type keyed struct{ token }

func (k keyed) Credential(context.Context) (transport.Credential, error) { return k, nil }

func (keyed) Key() string { return "the key" }

// TestRandomInterrupts interrupts 200 lists, ten at a time, at random moments: while they wait for
// the first answer to their key, for the rate, for the network, and to try again. Each ends at that
// moment, and leaves nothing behind that holds up the next one.
func TestRandomInterrupts(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 2, 3} {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, seed))
			c := &crowd{
				server:  emulator.New(emulator.WithJobCount(700), emulator.WithLatency(100*time.Millisecond), emulator.WithQuota(emulator.Quota{Policy: "user", Limit: 8, Window: time.Second})),
				limiter: transport.NewLimiter(20),
			}
			interrupted := 0
			for range 20 {
				c.authorizer, c.keys = keyed{}, transport.NewKeys()
				c.server.Fail(emulator.Fault{Call: emulator.CallListing, Status: http.StatusBadGateway, Times: random.IntN(3) - 1})
				var all sync.WaitGroup
				var mu sync.Mutex
				for range 10 {
					after := time.Duration(random.Int64N(int64(3 * time.Second)))
					all.Go(func() {
						ctx, cancel := context.WithCancel(t.Context())
						begin := time.Now()
						stop := time.AfterFunc(after, cancel)
						defer stop.Stop()
						defer cancel()
						list, _, err := c.list(ctx, &ListJobsOptions{})
						mu.Lock()
						defer mu.Unlock()
						switch {
						case err == nil && len(list.Jobs) == 700:
						case !errors.Is(err, context.Canceled):
							t.Errorf("seed %d: interrupted after %s, a list ended with %v", seed, after, err)
						case time.Since(begin) != after:
							t.Errorf("seed %d: interrupted after %s, a list ended after %s", seed, after, time.Since(begin))
						default:
							interrupted++
						}
					})
				}
				all.Wait()
				c.server.ClearFaults()
			}
			if interrupted < 100 {
				t.Errorf("seed %d: only %d lists were interrupted", seed, interrupted)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
			defer cancel()
			if list, _, err := c.list(ctx, &ListJobsOptions{}); err != nil || len(list.Jobs) != 700 {
				t.Errorf("seed %d: a list that nobody interrupted ended with %v", seed, err)
			}
		})
	}
}
