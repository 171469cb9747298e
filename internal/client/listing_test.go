package client

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

func TestListJobsReadsAllPages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ jobs, requests int }{
		{0, 1}, {1, 1}, {2, 1}, {99, 1}, {100, 2}, {101, 2}, {197, 2}, {198, 3}, {199, 3}, {295, 3}, {296, 4}, {1001, 11},
	} {
		t.Run(strconv.Itoa(test.jobs), func(t *testing.T) {
			t.Parallel()
			server := start(t, emulator.WithJobCount(test.jobs))
			list, err := connect(t, server).ListJobs(t.Context(), &ListJobsOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(sortedIDs(server.Jobs()), jobIDs(list.Jobs)); diff != "" {
				t.Errorf("jobs (-want +got):\n%s", diff)
			}
			if list.TotalCount != test.jobs {
				t.Errorf("total count %d, want %d", list.TotalCount, test.jobs)
			}
			if got := len(server.RequestsOf(emulator.CallListing)); got != test.requests {
				t.Errorf("%d requests, want %d", got, test.requests)
			}
			if peak := server.PeakInFlight(emulator.CallListing); peak > 10 {
				t.Errorf("%d requests in flight", peak)
			}
		})
	}
}

func TestListJobsWindow(t *testing.T) {
	t.Parallel()
	const count = 350
	for _, test := range []struct{ offset, limit, requests int }{
		{0, 1, 1}, {0, 100, 1}, {0, 101, 2}, {50, 0, 4}, {120, 40, 1}, {120, 150, 2},
		{249, 101, 2}, {300, 100, 1}, {349, 10, 1}, {350, 0, 1}, {5000, 7, 1}, {0, 350, 4}, {0, 351, 4},
	} {
		t.Run(fmt.Sprintf("offset=%d,limit=%d", test.offset, test.limit), func(t *testing.T) {
			t.Parallel()
			server := start(t, emulator.WithJobCount(count))
			list, err := connect(t, server).ListJobs(t.Context(), &ListJobsOptions{Offset: int64(test.offset), Limit: int64(test.limit)})
			if err != nil {
				t.Fatal(err)
			}
			from := min(test.offset, count)
			to := count
			if test.limit > 0 {
				to = min(count, from+test.limit)
			}
			if diff := cmp.Diff(sortedIDs(server.Jobs())[from:to], jobIDs(list.Jobs)); diff != "" {
				t.Errorf("jobs (-want +got):\n%s", diff)
			}
			if list.TotalCount != count {
				t.Errorf("total count %d", list.TotalCount)
			}
			if got := len(server.RequestsOf(emulator.CallListing)); got != test.requests {
				t.Errorf("%d requests, want %d", got, test.requests)
			}
		})
	}
}

// TestListJobsFromOddServices reads whole lists from services that keep to offset and limit in
// their own way.
func TestListJobsFromOddServices(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		options ListJobsOptions
		service []emulator.Option
		jobs    []emulator.Job
		anyTie  bool // jobs of one second come in any order
	}{
		{"rounds offsets", ListJobsOptions{}, []emulator.Option{emulator.WithRoundedOffsets()}, emulator.StandardJobs(450), false},
		{"rounds offsets, window", ListJobsOptions{Offset: 150, Limit: 220}, []emulator.Option{emulator.WithRoundedOffsets()}, emulator.StandardJobs(450), false},
		{"rounds offsets, aligned window", ListJobsOptions{Offset: 200, Limit: 150}, []emulator.Option{emulator.WithRoundedOffsets()}, emulator.StandardJobs(450), false},
		{"gives 20 a page", ListJobsOptions{}, []emulator.Option{emulator.WithMaxLimit(20)}, emulator.StandardJobs(450), false},
		{"gives 20 a page, window", ListJobsOptions{Offset: 33, Limit: 99}, []emulator.Option{emulator.WithMaxLimit(20)}, emulator.StandardJobs(450), false},
		{"gives three a page", ListJobsOptions{}, []emulator.Option{emulator.WithMaxLimit(3)}, emulator.StandardJobs(12), false},
		{"counts too many", ListJobsOptions{}, []emulator.Option{emulator.WithCountOffset(700)}, emulator.StandardJobs(300), false},
		{"counts too many of a few", ListJobsOptions{}, []emulator.Option{emulator.WithCountOffset(5)}, emulator.StandardJobs(3), false},
		{"counts too few", ListJobsOptions{}, []emulator.Option{emulator.WithCountOffset(-250)}, emulator.StandardJobs(300), false},
		{"ignores offsets", ListJobsOptions{}, []emulator.Option{emulator.WithSamePage()}, emulator.StandardJobs(300), false},
		{"rounds offsets and gives 20 a page", ListJobsOptions{}, []emulator.Option{emulator.WithRoundedOffsets(), emulator.WithMaxLimit(20)}, emulator.StandardJobs(90), false},
		{"ties", ListJobsOptions{}, nil, timedJobs(500, 7), false},
		{"turned ties", ListJobsOptions{}, []emulator.Option{emulator.WithShuffledTies(1)}, timedJobs(500, 7), true},
		{"turned ties, a page long", ListJobsOptions{}, []emulator.Option{emulator.WithShuffledTies(2)}, timedJobs(300, 150), true},
		{"sorted by update time", ListJobsOptions{SortKey: SortByUpdateTime}, nil, timedJobs(500, 1), false},
		{"sorted by asset order", ListJobsOptions{SortKey: SortByAssetOrder}, nil, timedJobs(500, 1), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, append(test.service, emulator.WithJobs(test.jobs))...)
			list, err := connect(t, server).ListJobs(t.Context(), &test.options)
			if err != nil {
				t.Fatal(err)
			}
			want := sortedIDs(test.jobs)
			want = want[test.options.Offset:]
			if test.options.Limit > 0 {
				want = want[:test.options.Limit]
			}
			got := jobIDs(list.Jobs)
			if test.anyTie {
				slices.Sort(got)
				slices.Sort(want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("jobs (-want +got):\n%s", diff)
			}
			t.Logf("%+v", list.Reading)
		})
	}
}

func TestListJobsKeepsTheOrderOfTies(t *testing.T) {
	t.Parallel()
	server := start(t, emulator.WithJobs(timedJobs(500, 7)), emulator.WithShuffledTies(3))
	list, err := connect(t, server).ListJobs(t.Context(), &ListJobsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(list.Jobs, func(a, b Job) int { return strings.Compare(*a.CreateTime, *b.CreateTime) }) {
		t.Error("the jobs are not sorted by create_time")
	}
}

// TestListJobsWindowOfTurnedPairs reads a window a hundred times, of jobs that share their second
// with one other, and that the service turns at each request.
func TestListJobsWindowOfTurnedPairs(t *testing.T) {
	t.Parallel()
	server := start(t, emulator.WithJobs(timedJobs(400, 2)), emulator.WithShuffledTies(1))
	client := connect(t, server)
	for range 100 {
		list, err := client.ListJobs(t.Context(), &ListJobsOptions{Limit: 300})
		if err != nil {
			t.Fatal(err)
		}
		got := jobIDs(list.Jobs)
		slices.Sort(got)
		if len(slices.Compact(got)) != 300 || len(list.Jobs) != 300 {
			t.Fatalf("%d jobs, %d of them different, want 300", len(list.Jobs), len(slices.Compact(got)))
		}
	}
}

// TestListJobsRefusesNonsense is about services that cannot be read: the work is bounded, and the
// error says why.
func TestListJobsRefusesNonsense(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		service  []emulator.Option
		options  ListJobsOptions
		want     string
		requests int // at most
	}{
		{"gives one a page", []emulator.Option{emulator.WithJobCount(12), emulator.WithMaxLimit(1)}, ListJobsOptions{}, "the first page has less than it was asked for, and its count says that more follows (offset 0, limit 100: 1 rows, count 12)", 3},
		{"counts more than one", []emulator.Option{emulator.WithJobCount(1), emulator.WithCountOffset(1)}, ListJobsOptions{}, "(offset 0, limit 100: 1 rows, count 2)", 3},
		{"counts two billion", []emulator.Option{emulator.WithJobCount(300), emulator.WithCountOffset(2000000000)}, ListJobsOptions{}, "the list has 2000000300 avatar training jobs", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, test.service...)
			list, err := connect(t, server).ListJobs(t.Context(), &test.options)
			if _, ok := errors.AsType[*ListError](err); !ok || list != nil {
				t.Fatalf("got %v, %v, want a *ListError", list, err)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q does not say %q", err, test.want)
			}
			if got := len(server.RequestsOf(emulator.CallListing)); got > test.requests {
				t.Errorf("%d requests, want at most %d", got, test.requests)
			}
		})
	}
}

// TestTheSamePageForEver is a service that ignores offsets and times.
func TestTheSamePageForEver(t *testing.T) {
	t.Parallel()
	for _, options := range []ListJobsOptions{{}, {SortDir: SortDescending}, {SortKey: SortByUpdateTime}, {SortKey: SortByAssetOrder}, {Limit: 300}} {
		t.Run(orderOf(&options)+" "+strconv.FormatInt(options.Limit, 10), func(t *testing.T) {
			t.Parallel()
			var jobs []string
			for i := range maxPageSize {
				second := i
				if options.SortDir == SortDescending {
					second = maxPageSize - i
				}
				jobs = append(jobs, fmt.Sprintf(`{"job_id":"%d","create_time":"2026-01-01T00:%02d:%02dZ","last_update_time":"2026-01-01T00:%02d:%02dZ"}`,
					i, second/60, second%60, second/60, second%60))
			}
			server := start(t)
			server.Fail(emulator.Fault{Call: emulator.CallListing, Body: `{"count":5000,"jobs":[` + strings.Join(jobs, ",") + `]}`, Times: -1})
			list, err := connect(t, server).ListJobs(t.Context(), &options)
			if _, ok := errors.AsType[*ServiceError](err); !ok || list != nil {
				t.Errorf("got %v, %v, want a *ServiceError", list, err)
			}
			if got := server.Count(""); got > 10 {
				t.Errorf("%d requests, want at most 10", got)
			}
		})
	}
}

// TestListJobsWhileTheListChanges tells single stories; the property test looks for others.
func TestListJobsWhileTheListChanges(t *testing.T) {
	t.Parallel()
	type change func(server *emulator.Server, offset string)
	all := sortedIDs(timedJobs(500, 1))
	once := func(offset string, do func(*emulator.Server)) change {
		done := false
		return func(server *emulator.Server, at string) {
			if at == offset && !done {
				done = true
				do(server)
			}
		}
	}
	for _, test := range []struct {
		name    string
		change  change
		missing []string // ids that may be missing
	}{
		{"one removed before a boundary", once("297", func(s *emulator.Server) { s.Remove(all[10]) }), all[10:11]},
		{"the boundary itself removed", once("297", func(s *emulator.Server) { s.Remove(all[297]) }), all[297:298]},
		{"forty removed", once("297", func(s *emulator.Server) { s.Remove(all[20:60]...) }), all[20:60]},
		{"three hundred removed", once("297", func(s *emulator.Server) { s.Remove(all[20:320]...) }), all[20:320]},
		{"shrunk to one page", once("396", func(s *emulator.Server) { s.Remove(all[90:]...) }), all[90:]},
		{"one added at the end", once("396", func(s *emulator.Server) { s.Insert(jobAt(1000)) }), nil},
		{"three hundred added at the end", once("99", func(s *emulator.Server) {
			for i := range 300 {
				s.Insert(jobAt(1000 + i))
			}
		}), nil},
		{"fifty added at the beginning", once("297", func(s *emulator.Server) {
			for i := range 50 {
				s.Insert(jobAt(-50 + i))
			}
		}), nil},
		{"a removal at every page", func(s *emulator.Server, _ string) {
			if jobs := s.Jobs(); len(jobs) > 480 {
				s.Remove(sortedIDs(jobs)[0])
			}
		}, all[:20]},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, emulator.WithJobs(timedJobs(500, 1)))
			ready := make(chan struct{}, 1)
			ready <- struct{}{}
			server.OnListing(func(_ int, r *http.Request) {
				<-ready
				test.change(server, r.URL.Query().Get("offset"))
				ready <- struct{}{}
			})
			list, err := connect(t, server).ListJobs(t.Context(), &ListJobsOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got := jobIDs(list.Jobs)
			for _, id := range all {
				if !slices.Contains(got, id) && !slices.Contains(test.missing, id) {
					t.Errorf("%s is missing", id)
				}
			}
			slices.Sort(got)
			if len(slices.Compact(got)) != len(list.Jobs) {
				t.Error("a job came twice")
			}
			t.Logf("%+v", list.Reading)
		})
	}
}
