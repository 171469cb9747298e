package client

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// token signs in with the emulator's ready token: how requests are signed is
// tested where they are signed.
type token struct{}

func (token) Authorize(_ context.Context, req *http.Request) (string, error) {
	req.Header.Set("X-Auth-Token", emulator.Token)
	return "the emulator's token", nil
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

// connect returns a client of the emulator that does not wait between attempts.
// change may set other things.
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

func ids(jobs []Job) []string {
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

// orderOf returns the order of the list that options ask for, such as
// "create_time asc".
func orderOf(options *ListJobsOptions) string {
	return cmp.Or(options.SortKey, SortByCreateTime) + " " + cmp.Or(options.SortDir, SortAscending)
}
