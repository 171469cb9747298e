package provider

import (
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

// BenchmarkReadDataSource makes the whole call that Terraform makes to read a list, within this
// process and from a service that answers at once, and what it is to be compared with: fetching and
// decoding the same pages, and the same call answered by the yardstick. Each way can be run alone,
// for a profile; "compared" runs them in turn and reports ratios, with the target as part of the
// unit.
func BenchmarkReadDataSource(b *testing.B) {
	for _, jobs := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("jobs=%d", jobs), func(b *testing.B) {
			for _, nulls := range []int{0, 40} {
				b.Run(fmt.Sprintf("nulls=%d%%", nulls), func(b *testing.B) { benchmarkRead(b, jobs, nulls) })
			}
		})
	}
	b.Run("jobs=10000/growth", benchmarkGrowth)
}

// benchmarkGrowth compares the reading of ten times as many jobs with ten readings.
func benchmarkGrowth(b *testing.B) {
	once := readThrough(b, newProvider, startReady(b, 10_000, 0), 10_000)
	single := readThrough(b, newProvider, startReady(b, 1000, 0), 1000)
	tenTimes := func() error {
		for range 10 {
			if err := single(); err != nil {
				return err
			}
		}
		return nil
	}
	b.Run("compared", func(b *testing.B) {
		rounds := bench.InRounds(b, 4, once, tenTimes)
		b.ReportMetric(10*rounds.Ratio(0, 1), "10000-jobs/1000-jobs<=11")
	})
}

func benchmarkRead(b *testing.B, jobs, nulls int) {
	b.Helper()
	service := startReady(b, jobs, nulls)
	provider, yardstick := readThrough(b, newProvider, service, jobs), readThrough(b, newYardstick, service, jobs)
	fetch := fetchFrom(b, service, jobs)

	b.Run("provider", bench.Alone(provider))
	b.Run("fetch", bench.Alone(fetch))
	b.Run("yardstick", bench.Alone(yardstick))
	b.Run("compared", func(b *testing.B) {
		// A short list is read in a time that a single disturbance doubles.
		rounds := bench.InRounds(b, max(1, min(20, 4000/jobs)), provider, fetch, yardstick)
		b.ReportMetric(rounds.Ratio(0, 1), "provider/fetch<=1.3")
		b.ReportMetric(rounds.Ratio(2, 0), "yardstick/provider>=20")
		b.ReportMetric(float64(rounds.Median(0).Nanoseconds())/float64(jobs), "ns/job")
		if jobs == 1000 {
			b.ReportMetric(bytesOf(b, provider)/float64(jobs), "B/job<=8000")
		}
	})
}

// readThrough returns the reading of a whole list through a server, with nothing left out. The
// server is configured and its schemas are read, as Terraform has done by then.
func readThrough(b *testing.B, newServer func() (tfprotov6.ProviderServer, error), service *bench.Service, want int) func() error {
	b.Helper()
	yes := tftypes.NewValue(tftypes.Bool, true)
	arguments := map[string]tftypes.Value{"include_contact": yes, "include_cover_download_url": yes}
	configured := configure(b, newServer, service.URL)
	var jobs []tftypes.Value
	if err := configured.list(b, arguments)["jobs"].As(&jobs); err != nil || len(jobs) != want {
		b.Fatalf("%d jobs (%v), want %d", len(jobs), err, want)
	}
	request := configured.listRequest(b, arguments)
	return func() error {
		resp, err := configured.server.ReadDataSource(b.Context(), request)
		if err != nil {
			return err
		}
		return diagnosed(resp.Diagnostics)
	}
}

// fetchFrom returns the fetching and decoding alone, through the client that the provider uses.
func fetchFrom(b *testing.B, service *bench.Service, want int) func() error {
	b.Helper()
	endpoint, err := url.Parse(service.URL)
	if err != nil {
		b.Fatal(err)
	}
	data := newProviderData(&providerSettings{
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
