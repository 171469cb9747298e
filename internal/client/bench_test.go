package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	metastudio "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/metastudio/v1"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/metastudio/v1/model"
	"golang.org/x/sync/errgroup"

	"github.com/metastudio/terraform-provider-metastudio/internal/bench"
	"github.com/metastudio/terraform-provider-metastudio/internal/credentials" //nolint:depguard // signing belongs to what is measured
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// BenchmarkList reads a list from a service that takes a while to answer, as one at the other end
// of a country does, in our way and in others. Each way can be run alone, for a profile; "compared"
// runs them in turn and reports ratios, with the target as part of the unit.
func BenchmarkList(b *testing.B) {
	const latency, jobs = 50 * time.Millisecond, 10_000
	const requestsPerSecond = 10 // the provider's default
	unlimited := math.Inf(1)

	b.Run(fmt.Sprintf("latency=%s,jobs=%d", latency, jobs), func(b *testing.B) {
		service := serve(b, bench.Options{Jobs: jobs, Latency: latency})
		connection := connectSigning(b, service)
		ours := func() error { return listAll(b.Context(), connection.client(unlimited), jobs) }
		sdk := sdkLoop(b, service, jobs)
		floor := bareGets(b, service, jobs, transport.MaxInFlight)

		b.Run("ours", bench.Alone(ours))
		b.Run("sdk", bench.Alone(sdk))
		b.Run("floor", bench.Alone(floor))
		b.Run("compared", func(b *testing.B) {
			rounds := bench.InRounds(b, 1, ours, sdk, floor)
			b.ReportMetric(rounds.Ratio(1, 0), "sdk/ours>=6")
			b.ReportMetric(rounds.Ratio(0, 2), "ours/floor<=1.15")
		})
	})

	b.Run(fmt.Sprintf("latency=%s,jobs=%d,in-flight=4", latency, jobs), func(b *testing.B) {
		const inFlight = 4
		service := serve(b, bench.Options{Jobs: jobs, Latency: latency, MaxInFlight: inFlight})
		connection := connectSigning(b, service)
		ours := func() error { return listAll(b.Context(), connection.client(unlimited), jobs) }
		workers := bareGets(b, service, jobs, inFlight)

		b.Run("ours", bench.Alone(ours))
		b.Run("workers", bench.Alone(workers))
		b.Run("compared", func(b *testing.B) {
			rounds := bench.InRounds(b, 1, ours, workers)
			b.ReportMetric(rounds.Ratio(0, 1), "ours/workers<=1.3")
		})
	})

	b.Run(fmt.Sprintf("latency=%s,jobs=1000,rate=%d", latency, requestsPerSecond), func(b *testing.B) {
		service := serve(b, bench.Options{Jobs: 1000, Latency: latency})
		connection := connectSigning(b, service)
		// A limiter of its own for each reading, as each plan has.
		ours := func() error {
			return listAll(b.Context(), connection.client(requestsPerSecond), 1000)
		}
		page := func() error {
			_, err := connection.client(unlimited).ListJobs(b.Context(), &ListJobsOptions{Limit: maxPageSize})
			return err
		}

		b.Run("ours", bench.Alone(ours))
		b.Run("compared", func(b *testing.B) {
			rounds := bench.InRounds(b, 1, ours, page)
			b.ReportMetric(rounds.Ratio(0, 1), "round-trips<=3")
		})
	})
}

func serve(b *testing.B, options bench.Options) *bench.Service {
	b.Helper()
	service, err := bench.Start(options)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(service.Close)
	return service
}

// connection is what clients share that a provider makes one after the other.
type signedConnection struct {
	endpoint *url.URL
	config   transport.Config
}

// connectSigning connects as the provider does with an access key.
func connectSigning(b *testing.B, service *bench.Service) *signedConnection {
	b.Helper()
	endpoint, err := url.Parse(service.URL)
	if err != nil {
		b.Fatal(err)
	}
	base := transport.NewBase(nil)
	b.Cleanup(base.CloseIdleConnections)
	config := transport.Config{Base: base, MaxRetries: transport.DefaultMaxRetries}
	session := credentials.New(credentials.Config{
		Region: emulator.Region, ProjectID: emulator.ProjectID,
		AccessKey: emulator.AccessKey, SecretKey: credentials.NewSecret(emulator.SecretKey),
	}, config)
	scope, err := session.Scope(b.Context(), "", "")
	if err != nil {
		b.Fatal(err)
	}
	config.Authorizer = scope.Authorizer
	return &signedConnection{endpoint: endpoint, config: config}
}

// client returns a client that sends so many requests a second.
func (c *signedConnection) client(perSecond float64) *Client {
	config := c.config
	config.Limiter = transport.NewLimiter(perSecond)
	return New(c.endpoint, emulator.ProjectID, transport.New(config))
}

func listAll(ctx context.Context, client *Client, want int) error {
	list, err := client.ListJobs(ctx, &ListJobsOptions{})
	if err != nil {
		return err
	}
	return wantJobs(len(list.Jobs), want)
}

// sdkLoop is the vendor SDK in the way in which a user reads a list with it: one page after the
// other until all are there.
func sdkLoop(b *testing.B, service *bench.Service, want int) func() error {
	b.Helper()
	credential, err := basic.NewCredentialsBuilder().
		WithAk(emulator.AccessKey).WithSk(emulator.SecretKey).WithProjectId(emulator.ProjectID).SafeBuild()
	if err != nil {
		b.Fatal(err)
	}
	http, err := metastudio.MetaStudioClientBuilder().
		WithEndpoints([]string{service.URL}).WithCredential(credential).SafeBuild()
	if err != nil {
		b.Fatal(err)
	}
	client := metastudio.NewMetaStudioClient(http)
	return func() error {
		var jobs []model.TrainingJobBasicInfo
		limit := int32(maxPageSize)
		for {
			offset := int32(len(jobs))
			page, err := client.List2dModelTrainingJob(&model.List2dModelTrainingJobRequest{Offset: &offset, Limit: &limit})
			if err != nil {
				return err
			}
			jobs = append(jobs, *page.Jobs...)
			if len(*page.Jobs) == 0 || len(jobs) >= int(*page.Count) {
				return wantJobs(len(jobs), want)
			}
		}
	}
}

// bareGets gets the pages that ListJobs gets, first the first and then the others, so many at a
// time, and reads the bytes of their bodies: what any way to read them takes at least.
func bareGets(b *testing.B, service *bench.Service, jobs, workers int) func() error {
	b.Helper()
	base := transport.NewBase(nil)
	b.Cleanup(base.CloseIdleConnections)
	get := func(offset int) error {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, fmt.Sprintf("%s/?offset=%d&limit=%d", service.URL, offset, maxPageSize), nil)
		if err != nil {
			return err
		}
		resp, err := base.RoundTrip(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return errors.New(resp.Status)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	return func() error {
		if err := get(0); err != nil {
			return err
		}
		var group errgroup.Group
		group.SetLimit(workers)
		for offset := maxPageSize - 1; offset < jobs-1; offset += maxPageSize - 1 {
			group.Go(func() error { return get(offset) })
		}
		return group.Wait()
	}
}

func wantJobs(got, want int) error {
	if got != want {
		return fmt.Errorf("%d jobs, want %d", got, want)
	}
	return nil
}

// BenchmarkDecode decodes a page of 100 jobs, and compares that with the standard library, which
// takes any number of jobs and repeated keys.
func BenchmarkDecode(b *testing.B) {
	data := []byte(`{"count":100,"jobs":[`)
	for i := range maxPageSize {
		if i > 0 {
			data = append(data, ',')
		}
		data = bench.AppendJob(data, i, 0)
	}
	data = append(data, "]}"...)
	ours := func() error {
		_, _, err := avatarJobs.decode(data, maxPageSize)
		return err
	}
	standard := func() error {
		var page struct {
			Count *int32 `json:"count"`
			Jobs  []Job  `json:"jobs"`
		}
		page.Jobs = make([]Job, 0, maxPageSize)
		return json.Unmarshal(data, &page)
	}
	b.Run("ours", bench.Alone(ours))
	b.Run("standard", bench.Alone(standard))
	b.Run("compared", func(b *testing.B) {
		rounds := bench.InRounds(b, 100, ours, standard)
		b.ReportMetric(rounds.Ratio(0, 1), "ours/standard<=1.1")
	})
}
