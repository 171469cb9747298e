package client

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// Helpers of all tests: services, clients of them, and their jobs.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// token signs in with the emulator's ready token: how requests are signed is tested where they are
// signed.
type token struct{}

func (t token) Credential(context.Context) (transport.Credential, error) { return t, nil }

func (token) Source() string { return "the emulator's token" }

func (token) Key() string { return "" }

func (token) Authorize(req *http.Request) error {
	req.Header.Set("X-Auth-Token", emulator.Token)
	return nil
}

func (token) Invalidate(*http.Request, int, string) bool { return false }

// start runs an emulator for the test.
func start(tb testing.TB, options ...emulator.Option) *emulator.Server {
	tb.Helper()
	server, err := emulator.Start(options...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(server.Close)
	return server
}

// cleaner is what *testing.T and *rapid.T have in common, as far as it is used.
type cleaner interface {
	Cleanup(func())
	Fatal(...any)
}

// connect returns a client of the emulator that does not wait between attempts. change may set
// other things.
func connect(t cleaner, server *emulator.Server, change ...func(*transport.Config)) *Client {
	base := transport.NewBase(nil)
	t.Cleanup(base.CloseIdleConnections)
	config := transport.Config{
		Base:       base,
		Authorizer: token{},
		MaxRetries: 3,
		Backoff:    func(int, transport.Hint) time.Duration { return 0 },
	}
	for _, change := range change {
		change(&config)
	}
	endpoint, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return New(endpoint, emulator.ProjectID, transport.New(config))
}

func jobIDs(jobs []Job) []string {
	ids := make([]string, len(jobs))
	for i := range jobs {
		ids[i] = jobs[i].JobID
	}
	return ids
}

func emulatedIDs(jobs []emulator.Job) []string {
	ids := make([]string, len(jobs))
	for i := range jobs {
		ids[i] = jobs[i].JobID
	}
	return ids
}

// orderOf returns the order of the list that options ask for, such as "create_time asc".
func orderOf(options *ListJobsOptions) string {
	return cmp.Or(options.SortKey, SortByCreateTime) + " " + cmp.Or(options.SortDir, SortAscending)
}

// readFixture returns a file of testdata.
func readFixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// sortedIDs returns the ids of jobs in the service's default order.
func sortedIDs(jobs []emulator.Job) []string {
	jobs = slices.Clone(jobs)
	slices.SortFunc(jobs, func(a, b emulator.Job) int {
		if c := strings.Compare(*a.CreateTime, *b.CreateTime); c != 0 {
			return c
		}
		return strings.Compare(a.JobID, b.JobID)
	})
	return emulatedIDs(jobs)
}

// timedJobs returns n jobs, those of one group of size tied created in the same second.
func timedJobs(n, tied int) []emulator.Job {
	jobs := make([]emulator.Job, n)
	for i := range jobs {
		jobs[i] = emulator.Job{JobID: fmt.Sprintf("%032x", i*7919%n), Name: "n", State: "TRAINING", CreateTime: timeAt(i / tied), LastUpdateTime: timeAt(i / tied)}
	}
	return jobs
}

// timeAt returns a time in the form of the service.
func timeAt(second int) *string {
	text := time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC).Format(TimeFormat)
	return &text
}

// jobAt returns a job that was created and last updated at this second.
func jobAt(second int) emulator.Job {
	return emulator.Job{JobID: fmt.Sprintf("added%027d", second+500), Name: "n", State: "TRAINING", CreateTime: timeAt(second), LastUpdateTime: timeAt(second)}
}

// requestedOffset returns the offset that a page is asked for at.
func requestedOffset(r *http.Request) int {
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	return offset
}
