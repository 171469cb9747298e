package provider

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"runtime"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/metastudio/terraform-provider-metastudio/internal/bench"
	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// BenchmarkReadDataSource makes the whole call that Terraform makes to read a
// list, within this process and from a service that answers at once, and what it
// is to be compared with: fetching and decoding the same pages, and the same call
// answered by the yardstick. Each way can be run alone, for a profile;
// "compared" runs them in turn and reports ratios, with the target as part of
// the unit.
func BenchmarkReadDataSource(b *testing.B) {
	for _, jobs := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("jobs=%d", jobs), func(b *testing.B) {
			for _, nulls := range []int{0, 40} {
				b.Run(fmt.Sprintf("nulls=%d%%", nulls), func(b *testing.B) { benchmarkRead(b, jobs, nulls) })
			}
		})
	}
	b.Run("growth/compared", func(b *testing.B) {
		server, err := NewServer("bench")
		if err != nil {
			b.Fatal(err)
		}
		thousand, tenThousand := readThrough(b, server, startReady(b, 1000, 0)), readThrough(b, server, startReady(b, 10_000, 0))
		rounds := inRounds(b, tenThousand, func() error {
			var err error
			for range 10 { // as much work, of which single runs are too short to compare
				err = errors.Join(err, thousand())
			}
			return err
		})
		b.ReportMetric(10*rounds.Ratio(0, 1), "10000-jobs/1000-jobs<=11")
	})
}

func benchmarkRead(b *testing.B, jobs, nulls int) {
	service := startReady(b, jobs, nulls)
	server, err := NewServer("bench")
	if err != nil {
		b.Fatal(err)
	}
	provider, fetch, yardstick := readThrough(b, server, service), fetchFrom(b, service, jobs), readThrough(b, newYardstick(b), service)

	b.Run("provider", alone(provider))
	b.Run("fetch", alone(fetch))
	b.Run("yardstick", alone(yardstick))
	b.Run("compared", func(b *testing.B) {
		rounds := inRounds(b, provider, fetch, yardstick)
		b.ReportMetric(rounds.Ratio(0, 1), "provider/fetch<=1.3")
		b.ReportMetric(rounds.Ratio(2, 0), "yardstick/provider>=20")
		b.ReportMetric(float64(rounds.Median(0).Nanoseconds())/float64(jobs), "ns/job")
		if jobs == 1000 {
			b.ReportMetric(bytesOf(b, provider)/float64(jobs), "B/job<=8000")
		}
	})
}

// readThrough returns the reading of a whole list through a server, with nothing
// left out, configured and its schemas read as Terraform has done by then.
func readThrough(b *testing.B, server tfprotov6.ProviderServer, service *bench.Service) func() error {
	b.Helper()
	yes := tftypes.NewValue(tftypes.Bool, true)
	configured := configure(b, server, service.URL)
	request := configured.listRequest(b, map[string]tftypes.Value{"include_contact": yes, "include_cover_download_url": yes})
	return func() error {
		resp, err := configured.server.ReadDataSource(b.Context(), request)
		if err != nil {
			return err
		}
		return diagnosed(resp.Diagnostics)
	}
}

// fetchFrom returns the fetching and decoding alone, through the client that the
// provider uses.
func fetchFrom(b *testing.B, service *bench.Service, want int) func() error {
	b.Helper()
	endpoint, err := url.Parse(service.URL)
	if err != nil {
		b.Fatal(err)
	}
	data := newProviderData(&settings{
		credentials: credentials.Config{
			Region: emulator.Region, ProjectID: emulator.ProjectID,
			AccessKey: emulator.AccessKey, SecretKey: credentials.NewSecret(emulator.SecretKey),
		},
		endpoint: endpoint, maxRetries: transport.DefaultMaxRetries, requestsPerSecond: math.Inf(1),
	}, "bench")
	scope, err := data.scope(b.Context(), "", "")
	if err != nil {
		b.Fatal(err)
	}
	return func() error {
		list, err := scope.Client.ListJobs(b.Context(), &client.ListJobsOptions{})
		if err == nil && len(list.Jobs) != want {
			err = fmt.Errorf("%d jobs, want %d", len(list.Jobs), want)
		}
		return err
	}
}

func startReady(b *testing.B, jobs, nulls int) *bench.Service {
	b.Helper()
	service, err := bench.Start(bench.Options{Jobs: jobs, Nulls: nulls})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(service.Close)
	return service
}

// alone is a benchmark of one way to read a list.
func alone(way func() error) func(*testing.B) {
	return func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := way(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// inRounds is a benchmark whose iterations are rounds.
func inRounds(b *testing.B, ways ...func() error) *bench.Rounds {
	b.Helper()
	rounds := &bench.Rounds{}
	for b.Loop() {
		if err := rounds.Run(ways...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(0, "ns/op") // of a round, which tells nothing
	return rounds
}

// bytesOf returns how much is allocated on the way, the service's share included.
func bytesOf(b *testing.B, way func() error) float64 {
	b.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := way(); err != nil {
		b.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}
