package provider

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// dataFor returns a configured provider's data for an emulator. change may change its settings.
func dataFor(t *testing.T, server *emulator.Server, change func(*providerSettings)) *providerData {
	t.Helper()
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := &providerSettings{
		credentials: credentials.Config{
			Region: emulator.Region, IAMEndpoint: address, STSEndpoint: address,
			AccessKey: emulator.AccessKey, SecretKey: credentials.NewSecret(emulator.SecretKey), Source: "access key from the test",
			Now: time.Now,
		},
		endpoint: address, maxRetries: transport.DefaultMaxRetries, requestsPerSecond: 1000,
	}
	change(s)
	data := newProviderData(s, "test")
	t.Cleanup(data.network.Base.(*http.Transport).CloseIdleConnections)
	return data
}

// emptyList is a list without arguments, with this time for a read.
func emptyList(read string) *listModel {
	model := &listModel{State: types.SetNull(types.StringType)}
	model.Timeouts = timeouts.Value{Object: types.ObjectValueMust(
		map[string]attr.Type{"read": types.StringType}, map[string]attr.Value{"read": types.StringValue(read)},
	)}
	return model
}

// shownText returns the diagnostics as Terraform would show them.
func shownText(diags diag.Diagnostics) string {
	var shown []string
	for _, d := range diags {
		shown = append(shown, d.Severity().String()+": "+d.Summary()+"\n"+d.Detail())
	}
	return strings.Join(shown, "\n")
}

// TestWrongKeyIsTriedOnceForAllReads: twelve lists at once with a wrong key, whatever it is used
// for, send one request and fail with one text, and so do later ones.
func TestWrongKeyIsTriedOnceForAllReads(t *testing.T) {
	t.Parallel()
	byName := credentials.AssumeRole{AgencyName: emulator.AgencyName, DomainName: emulator.AgencyDomainName}
	byID := credentials.AssumeRole{AgencyName: emulator.AgencyName, DomainID: emulator.AgencyDomainID}
	for _, test := range []struct {
		name   string
		change func(*credentials.Config)
	}{
		{"list", func(c *credentials.Config) { c.ProjectID = emulator.ProjectID }},
		{"project", func(*credentials.Config) {}},
		{"agency by name", func(c *credentials.Config) { c.AssumeRoles = []credentials.AssumeRole{byName} }},
		{"agency by ID", func(c *credentials.Config) { c.AssumeRoles = []credentials.AssumeRole{byID} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startEmulator(t)
			var minutes atomic.Int64
			data := dataFor(t, server, func(s *providerSettings) {
				s.credentials.SecretKey = credentials.NewSecret("wrong")
				s.credentials.Now = func() time.Time { return time.Now().Add(time.Duration(minutes.Load()) * time.Minute) }
				test.change(&s.credentials)
			})
			shown := make([]string, 13)
			read := func(i int) {
				_, diags := emptyList("1m").read(t.Context(), data, includedFields{})
				shown[i] = shownText(diags)
			}
			var all sync.WaitGroup
			for i := range 12 {
				all.Go(func() { read(i) })
			}
			all.Wait()
			minutes.Add(2) // longer than a failed sign-in is remembered
			read(12)
			for _, one := range shown {
				if diff := cmp.Diff(shown[0], one); diff != "" || !strings.Contains(one, "check that secret_key belongs to access_key") {
					t.Errorf("another text (-first +this):\n%s", diff)
				}
			}
			if got := server.Count(""); got != 1 || server.KeyLocked(emulator.AccessKey) {
				t.Errorf("%d requests were sent, the key is locked: %t", got, server.KeyLocked(emulator.AccessKey))
			}
			t.Log(shown[0])
		})
	}
}

// TestThrottlingWarning reads what is throttled several times. The back-off moves the clock instead
// of waiting.
func TestThrottlingWarning(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		job  bool          // reads a job, not a list
		wait time.Duration // after each of three 429s
		want string        // the warning, "" for none
	}{
		{"short", false, 3333 * time.Millisecond, ""},
		{"long", false, 25 * time.Second, "waited 1m15s"},
		{"a job", true, 25 * time.Second, "waited 1m15s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startEmulator(t, emulator.WithJobCount(50))
			server.Fail(emulator.Fault{
				Status: http.StatusTooManyRequests, Code: "APIGW.0308", Times: 3,
				Message: "policy user over ratelimit,limit:1000000,time:1 second",
			})
			var passed atomic.Int64
			data := dataFor(t, server, func(s *providerSettings) {
				s.credentials.ProjectID = emulator.ProjectID
				s.credentials.Now = func() time.Time { return noon.Add(time.Duration(passed.Load())) }
				s.credentials.AccessKey, s.credentials.Token = "", credentials.NewSecret(emulator.Token)
			})
			data.network.Backoff = func(int, transport.Hint) time.Duration {
				passed.Add(int64(test.wait))
				return 0
			}
			var read []byte
			var diags diag.Diagnostics
			if test.job {
				model := &avatarTrainingJobModel{JobID: types.StringValue(server.Jobs()[0].JobID)}
				model.Timeouts = emptyList("5m").Timeouts
				read, diags = model.read(t.Context(), data)
			} else {
				read, diags = emptyList("5m").read(t.Context(), data, includedFields{})
			}
			if diags.HasError() || len(read) == 0 {
				t.Fatal(shownText(diags))
			}
			shown := shownText(diags)
			if test.want == "" {
				if shown != "" {
					t.Errorf("shows %s", shown)
				}
				return
			}
			for _, want := range []string{"Warning", test.want, "answered 3 of this read's requests with HTTP 429", "a quota of 1000000 requests in 1s", "Lower max_requests_per_second"} {
				if !strings.Contains(shown, want) {
					t.Errorf("%q is not in:\n%s", want, shown)
				}
			}
		})
	}
}

// noon is the time of tests that move the clock.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func TestThrottlingWarningTexts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		cost transport.Throttling
		want string // the first paragraphs, "" for no warning
	}{
		{"nothing", transport.Throttling{}, ""},
		{"ten seconds", transport.Throttling{Refusals: 9, Waited: 10 * time.Second}, ""},
		{"one", transport.Throttling{Refusals: 1, Waited: 11 * time.Second},
			"The service answered one of this read's requests with HTTP 429 (Too Many Requests), and the read waited 11s for the quota."},
		{"several", transport.Throttling{Refusals: 12, Waited: 2 * time.Minute, Requests: 200, Window: 5 * time.Minute},
			"The service answered 12 of this read's requests with HTTP 429 (Too Many Requests), and the read waited 2m for the quota.\n\nIt names a quota of 200 requests in 5m."},
		{"of others", transport.Throttling{Waited: time.Minute},
			"The service answered requests of other reads with HTTP 429 (Too Many Requests), and the read waited 1m for the quota."},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, want := "", test.want
			for _, d := range throttlingWarning(test.cost) {
				got += d.Detail()
			}
			if want != "" {
				want += "\n\n" + adviceQuota
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
