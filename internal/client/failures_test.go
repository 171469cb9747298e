package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// Six pages have 500 jobs.
const (
	sixPages   = 500
	firstPage  = 0
	middlePage = 2 * 98
	lastPage   = 5 * 98
)

var positions = []struct {
	name   string
	offset int
}{{"first page", firstPage}, {"middle page", middlePage}, {"last page", lastPage}}

// TestFaultsThatStay spoils one page for good: the list fails, and says which.
func TestFaultsThatStay(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		fault    emulator.Fault
		attempts int
		status   int // of the last reply
		text     string
	}{
		{"400", emulator.Fault{Status: 400}, 1, 400, "HTTP 400 MSS.00000003: Invalid parameter"},
		{"401", emulator.Fault{Status: 401}, 1, 401, "HTTP 401 APIGW.0301: Incorrect IAM authentication information: verify aksk signature fail"},
		{"403", emulator.Fault{Status: 403}, 1, 403, "HTTP 403 MSS.00024001: No privilege to perform this operation"},
		{"404", emulator.Fault{Status: 404}, 1, 404, "HTTP 404 APIGW.0101: The API does not exist or has not been published in the environment"},
		{"429", emulator.Fault{Status: 429}, 4, 429, "HTTP 429 APIGW.0308: The throttling threshold has been reached: policy user over ratelimit,limit:20,time:1 second"},
		{"500", emulator.Fault{Status: 500}, 4, 500, "HTTP 500 MSS.00000004: Internal Error"},
		{"502", emulator.Fault{Status: 502}, 4, 502, "HTTP 502 APIGW.0201: Backend unavailable."},
		{"503", emulator.Fault{Status: 503}, 4, 503, "HTTP 503 APIGW.0201: Service Unavailable"},
		{"504", emulator.Fault{Status: 504}, 4, 504, "HTTP 504 APIGW.0201: Backend timeout."},
		{"cut body", emulator.Fault{CutAfter: 20}, 4, 0, "the reply broke off after "},
		{"reset", emulator.Fault{Reset: true}, 4, 0, "connection reset by peer"},
		{"redirect", emulator.Fault{Redirect: "https://elsewhere.test/"}, 1, 302, "redirects to https://elsewhere.test: not followed, credentials go to no other host; last reply HTTP 302"},
		{"HTML", emulator.Fault{Body: "<html>Sign in</html>"}, 1, 200, `the reply is not this API's: it begins "<html>Sign in</html>"; last reply HTTP 200`},
		{"truncated", emulator.Fault{Truncate: 13}, 1, 200, "the reply is not this API's: it breaks off after 13 bytes; last reply HTTP 200"},
		{"an error beside an empty list", emulator.Fault{Body: `{"error_code":"MSS.00010001","error_msg":"Internal failure","count":0,"jobs":[]}`}, 1, 200,
			"the reply is an error in spite of its status; last reply HTTP 200 MSS.00010001: Internal failure"},
		{"an error instead of a list", emulator.Fault{Body: `{"error":{"code":"MSS.00010001","message":"Internal failure"}}`}, 1, 200,
			`the reply is not this API's: it has no "count"; last reply HTTP 200 MSS.00010001: Internal failure`},
		{"no count", emulator.Fault{Body: `{"jobs":[]}`}, 1, 200, `the reply is not this API's: it has no "count"; last reply HTTP 200`},
	} {
		for _, position := range positions {
			t.Run(test.name+" on the "+position.name, func(t *testing.T) {
				t.Parallel()
				server := start(t, emulator.WithJobCount(sixPages))
				fault := test.fault
				fault.Call, fault.Offset, fault.Times = emulator.CallListing, &position.offset, -1
				server.Fail(fault)
				list, err := connect(t, server).ListJobs(t.Context(), &ListJobsOptions{})
				failed, ok := errors.AsType[*ListError](err)
				if !ok || list != nil {
					t.Fatalf("got %v, %v, want a *ListError", list, err)
				}
				failure, ok := errors.AsType[*transport.Error](failed)
				if !ok {
					t.Fatalf("failed with %v, want a *transport.Error", err)
				}
				call, ok := errors.AsType[*OpError](failed)
				if want := "reading avatar training jobs from offset " + strconv.Itoa(position.offset); !ok || call.Op != want {
					t.Errorf("failed with %v, want one of %s", failed, want)
				}
				// net/http sends a request again by itself after a reset of a connection that it
				// had kept.
				again := test.fault.Reset && failure.Attempts > test.attempts && failure.Attempts <= 2*test.attempts
				if failure.Attempts != test.attempts && !again || failure.Status != test.status {
					t.Errorf("attempts %d, status %d; want %d, %d", failure.Attempts, failure.Status, test.attempts, test.status)
				}
				if !strings.Contains(err.Error(), test.text) {
					t.Errorf("failed with %v, want %q in it", err, test.text)
				}
				if failed.Reading.Requests > 6 || failed.Reading.Pages > position.offset/98 || failed.Reading.Rows > position.offset+2 {
					t.Errorf("read %+v", failed.Reading)
				}
				if leakIn(err.Error()) != "" || strings.Contains(err.Error(), emulator.Token) {
					t.Errorf("the error shows a secret: %v", err)
				}
			})
		}
	}
}

// TestFaultsThatPassOnAPage spoils one page once: the list is whole.
func TestFaultsThatPassOnAPage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		fault emulator.Fault
	}{
		{"408", emulator.Fault{Status: 408}},
		{"429", emulator.Fault{Status: 429}},
		{"500", emulator.Fault{Status: 500}},
		{"502", emulator.Fault{Status: 502}},
		{"503", emulator.Fault{Status: 503}},
		{"504", emulator.Fault{Status: 504}},
		{"cut body", emulator.Fault{CutAfter: 20}},
		{"reset", emulator.Fault{Reset: true}},
	} {
		for _, position := range positions {
			t.Run(test.name+" on the "+position.name, func(t *testing.T) {
				t.Parallel()
				server := start(t, emulator.WithJobCount(sixPages))
				fault := test.fault
				fault.Call, fault.Offset = emulator.CallListing, &position.offset
				server.Fail(fault)
				list, err := connect(t, server).ListJobs(t.Context(), &ListJobsOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(sortedIDs(server.Jobs()), jobIDs(list.Jobs)); diff != "" {
					t.Errorf("jobs (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(Reading{Pages: 6, Rows: sixPages, Requests: 6}, list.Reading); diff != "" {
					t.Errorf("reading (-want +got):\n%s", diff)
				}
				attempts := map[string]int{}
				for _, request := range server.Requests() {
					attempts[request.Query.Get("offset")]++
				}
				want := map[string]int{"0": 1, "98": 1, "196": 1, "294": 1, "392": 1, "490": 1}
				want[strconv.Itoa(position.offset)] = 2
				if diff := cmp.Diff(want, attempts); diff != "" {
					t.Errorf("attempts by offset (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestInterruptedList interrupts a read at one of its requests, while all the later ones are never
// answered: it ends, and says how far it got.
func TestInterruptedList(t *testing.T) {
	t.Parallel()
	const count = 3000 // 31 pages
	for _, test := range []struct {
		name     string
		atOffset int
		pages    int // read at least
	}{
		{"on the first page", 0, 0},
		{"on the second page", 98, 1},
		{"on a page far behind", 5 * 98, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, emulator.WithJobCount(count))
			ctx, stop := context.WithCancel(t.Context())
			server.OnListing(func(_ int, r *http.Request) {
				if requestedOffset(r) == test.atOffset {
					stop()
				}
			})
			server.Fail(emulator.Fault{
				Call: emulator.CallListing, Times: -1, Delay: time.Hour, Match: func(r *http.Request) bool { return requestedOffset(r) >= test.atOffset },
			})
			list, err := connect(t, server).ListJobs(ctx, &ListJobsOptions{})
			failed, ok := errors.AsType[*ListError](err)
			if !ok || list != nil || !errors.Is(err, context.Canceled) {
				t.Fatalf("got %v, %v, want a *ListError of an interrupt", list, err)
			}
			got := failed.Reading
			if got.Pages < test.pages || got.Pages > max(1, test.atOffset/98) || got.Rows != got.Pages*98+2*min(1, got.Pages) || got.Requests > 31 {
				t.Errorf("read %+v", got)
			}
			progress := fmt.Sprintf("reading avatar training jobs (%d pages, %d jobs, %d requests so far): ", got.Pages, got.Rows, got.Requests)
			if !strings.HasPrefix(err.Error(), progress) || !strings.Contains(err.Error(), "context canceled") {
				t.Errorf("failed with %v", err)
			}
			if leak := leakIn(err.Error()); leak != "" {
				t.Errorf("the error shows %q: %v", leak, err)
			}
			if requests := server.Count(emulator.CallListing); requests > max(1, test.atOffset/98+transport.MaxInFlight) {
				t.Errorf("%d requests", requests)
			}
		})
	}
}

// TestListOutOfTime: the pages behind the first are never answered.
func TestListOutOfTime(t *testing.T) {
	t.Parallel()
	server := start(t, emulator.WithJobCount(sixPages))
	server.Fail(emulator.Fault{Call: emulator.CallListing, Times: -1, Delay: time.Hour, Match: func(r *http.Request) bool { return requestedOffset(r) > 0 }})
	ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	_, err := connect(t, server).ListJobs(ctx, &ListJobsOptions{})
	if _, ok := errors.AsType[*ListError](err); !ok || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("failed with %v, want a *ListError of a time limit", err)
	}
}

// TestListErrorSaysWhatThereIsToRead: by the count of the first page, in the window, at the rate.
func TestListErrorSaysWhatThereIsToRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name           string
		options        ListJobsOptions
		jobs, requests int
	}{
		{"before the first page", ListJobsOptions{}, 0, 0},
		{"all", ListJobsOptions{}, 501, 6},
		{"from an offset on", ListJobsOptions{Offset: 201}, 300, 4},
		{"a window", ListJobsOptions{Offset: 101, Limit: 250}, 250, 3},
		{"a window that ends behind the list", ListJobsOptions{Offset: 301, Limit: 1000}, 200, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, emulator.WithJobCount(501))
			server.Fail(emulator.Fault{Call: emulator.CallListing, Status: http.StatusForbidden, Times: -1, Match: func(r *http.Request) bool {
				return test.jobs == 0 || requestedOffset(r) > int(test.options.Offset)
			}})
			limit := func(config *transport.Config) { config.Limiter = transport.NewLimiter(1000) }
			_, err := connect(t, server, limit).ListJobs(t.Context(), &test.options)
			failed, ok := errors.AsType[*ListError](err)
			if !ok {
				t.Fatalf("failed with %v", err)
			}
			if failed.Jobs != test.jobs || failed.Requests != test.requests || failed.PerSecond != 1000 {
				t.Errorf("%d jobs, %d requests at %g a second, want %d, %d at 1000",
					failed.Jobs, failed.Requests, failed.PerSecond, test.jobs, test.requests)
			}
		})
	}
}

// TestInterruptedBeforeItBegins asks for nothing.
func TestInterruptedBeforeItBegins(t *testing.T) {
	t.Parallel()
	server := start(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	client := connect(t, server)
	_, listErr := client.ListJobs(ctx, &ListJobsOptions{})
	_, jobErr := client.GetJob(ctx, documentedJob, "")
	for _, err := range []error{listErr, jobErr} {
		if _, ok := errors.AsType[*transport.Error](err); !ok || !errors.Is(err, context.Canceled) {
			t.Errorf("failed with %v", err)
		}
	}
	if server.Count("") != 0 {
		t.Errorf("%d requests", server.Count(""))
	}
}

// TestInterruptedBetweenAttempts ends the wait after a failure.
func TestInterruptedBetweenAttempts(t *testing.T) {
	t.Parallel()
	server := start(t, emulator.WithJobCount(sixPages))
	offset := middlePage
	server.Fail(emulator.Fault{Call: emulator.CallListing, Offset: &offset, Status: http.StatusServiceUnavailable, Times: -1})
	ctx, stop := context.WithCancel(t.Context())
	client := connect(t, server, func(c *transport.Config) {
		c.Backoff = func(int, transport.Hint) time.Duration {
			stop()
			return time.Hour
		}
	})
	_, err := client.ListJobs(ctx, &ListJobsOptions{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("failed with %v", err)
	}
	failure, ok := errors.AsType[*transport.Error](err)
	if !ok || !slices.Contains([]int{0, http.StatusServiceUnavailable}, failure.Status) {
		t.Errorf("failed with %+v", failure)
	}
}

// TestOneLimiterForAll: several lists at once stay within the number in flight that they share.
func TestOneLimiterForAll(t *testing.T) {
	t.Parallel()
	server := start(t, emulator.WithJobCount(sixPages), emulator.WithLatency(time.Millisecond))
	limiter := transport.NewLimiter(100_000)
	done := make(chan error, 5)
	for range cap(done) {
		client := connect(t, server, func(c *transport.Config) { c.Limiter = limiter })
		go func() {
			list, err := client.ListJobs(t.Context(), &ListJobsOptions{})
			if err == nil && len(list.Jobs) != sixPages {
				err = fmt.Errorf("%d jobs", len(list.Jobs))
			}
			done <- err
		}()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if peak := server.PeakInFlight(emulator.CallListing); peak > transport.MaxInFlight {
		t.Errorf("%d requests in flight", peak)
	}
}

// TestPagesThatContradictThemselves, however often they are asked for.
func TestPagesThatContradictThemselves(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		options    ListJobsOptions
		want       PageError
	}{
		{"a job twice", `{"count":2,"jobs":[{"job_id":"1"},{"job_id":"1"}]}`, ListJobsOptions{},
			PageError{Limit: 100, Count: 2, Rows: 2, Problem: "a page has the same row twice"}},
		{"nothing of something", `{"count":1}`, ListJobsOptions{},
			PageError{Limit: 100, Count: 1, Problem: "the first page has less than it was asked for, and its count says that more follows"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			server.Fail(emulator.Fault{Call: emulator.CallListing, Body: test.body, Times: -1})
			_, err := connect(t, server).ListJobs(t.Context(), &test.options)
			problem, ok := errors.AsType[*PageError](err)
			if !ok {
				t.Fatalf("failed with %v, want a *PageError", err)
			}
			if diff := cmp.Diff(test.want, *problem); diff != "" {
				t.Errorf("problem (-want +got):\n%s", diff)
			}
			if server.Count("") != 3 {
				t.Errorf("%d requests, want 3", server.Count(""))
			}
		})
	}
}

// TestFaultsOnTheWay spoils requests that only some lists need.
func TestFaultsOnTheWay(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		options ListJobsOptions
		service []emulator.Option
		first   int // request that is refused, and all after it
	}{
		{"the moving end, read last", ListJobsOptions{SortKey: SortByUpdateTime}, []emulator.Option{emulator.WithJobs(timedJobs(150, 1))}, 2},
		{"the moving start, read again", ListJobsOptions{SortKey: SortByUpdateTime, SortDir: SortDescending}, []emulator.Option{emulator.WithJobs(timedJobs(150, 1))}, 3},
		{"a page by value", ListJobsOptions{}, []emulator.Option{emulator.WithJobCount(150), emulator.WithRoundedOffsets()}, 3},
		{"whether a service rounds offsets", ListJobsOptions{Offset: 50}, []emulator.Option{emulator.WithJobCount(150), emulator.WithRoundedOffsets()}, 3},
		{"the order of assets", ListJobsOptions{SortKey: SortByAssetOrder}, []emulator.Option{emulator.WithJobs(timedJobs(150, 1))}, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, test.service...)
			server.Fail(emulator.Fault{Call: emulator.CallListing, First: test.first, Times: -1, Status: http.StatusForbidden})
			list, err := connect(t, server).ListJobs(t.Context(), &test.options)
			failed, ok := errors.AsType[*ListError](err)
			failure, refused := errors.AsType[*transport.Error](err)
			if !ok || !refused || list != nil || failure.Status != http.StatusForbidden || failure.Attempts != 1 {
				t.Fatalf("got %v, %v", list, err)
			}
			if server.Count("") != test.first || failed.Reading.Requests != test.first {
				t.Errorf("%d requests, %+v; want %d", server.Count(""), failed.Reading, test.first)
			}
		})
	}
}
