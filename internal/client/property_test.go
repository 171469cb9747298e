package client

import (
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// world is a list that changes while it is read, and the record of what was there throughout.
type world struct {
	server *emulator.Server

	mu      sync.Mutex
	present map[string]bool // jobs that have been there since before the first request
	next    int             // of added jobs
	clock   int             // the last second at which anything happened
}

// change does one thing to the list. The emulator's jobs are in no order that matters; which picks
// one of them.
func (w *world) change(kind string, which int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock++
	jobs := w.server.Jobs()
	switch kind {
	case "append": // a new job
		w.next++
		w.server.Insert(emulator.Job{JobID: fmt.Sprintf("new%029d", w.next), State: "TRAINING", CreateTime: timeAt(w.clock), LastUpdateTime: timeAt(w.clock)})
	case "insert": // a job that comes to match a filter
		w.next++
		past := timeAt(which * 3 % w.clock)
		w.server.Insert(emulator.Job{JobID: fmt.Sprintf("new%029d", w.next), State: "TRAINING", CreateTime: past, LastUpdateTime: past})
	case "remove":
		if len(jobs) > 0 {
			id := jobs[which%len(jobs)].JobID
			w.server.Remove(id)
			delete(w.present, id)
		}
	case "update": // moves in a list that is sorted by update time
		if len(jobs) > 0 {
			w.server.Update(jobs[which%len(jobs)].JobID, func(job *emulator.Job) {
				job.LastUpdateTime = timeAt(w.clock)
				job.State = "JOB_SUCCESS"
			})
		}
	}
}

// newWorld starts an emulator with these jobs.
func newWorld(t *rapid.T, jobs []emulator.Job, options ...emulator.Option) *world {
	server, err := emulator.Start(append(options, emulator.WithJobs(jobs))...)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{server: server, present: make(map[string]bool, len(jobs)), clock: 3*len(jobs) + 3}
	for _, job := range jobs {
		w.present[job.JobID] = true
	}
	return w
}

// draw plans changes before some of the requests, and returns how many.
func (w *world) draw(t *rapid.T, kinds []string) int {
	type step struct {
		kind  string
		which int
	}
	plan := map[int][]step{}
	changes := rapid.IntRange(0, 12).Draw(t, "changes")
	for i := range changes {
		before := rapid.IntRange(2, 25).Draw(t, fmt.Sprintf("request %d", i))
		plan[before] = append(plan[before], step{rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.IntRange(0, 60).Draw(t, "which")})
	}
	w.server.OnListing(func(n int, _ *http.Request) {
		for _, step := range plan[n] {
			w.change(step.kind, step.which)
		}
	})
	return changes
}

// TestListJobsNeverLosesAJob lets a list change before, between and during the requests that read
// it, with failures mixed in, and holds the one promise: every job that was there throughout is in
// the result exactly once, or the reading fails and says why. Pages are small, so that there are
// many places at which one can be lost.
func TestListJobsNeverLosesAJob(t *testing.T) {
	t.Parallel()
	kinds := []string{"append", "insert", "remove", "remove", "update"}
	orders := []ListJobsOptions{
		{},
		{SortDir: SortDescending},
		{SortKey: SortByUpdateTime},
		{SortKey: SortByUpdateTime, SortDir: SortDescending},
		{SortKey: SortByAssetOrder},
	}
	for _, options := range orders {
		t.Run(orderOf(&options), func(t *testing.T) {
			t.Parallel()
			var read, failed, changed atomic.Int64
			rapid.Check(t, func(t *rapid.T) {
				count := rapid.IntRange(0, 60).Draw(t, "jobs")
				perSecond := rapid.SampledFrom([]int{1, 1, 1, 2, 5}).Draw(t, "jobs a second")
				jobs := make([]emulator.Job, count)
				for i := range jobs {
					id := fmt.Sprintf("%032d", i*31%97)
					jobs[i] = emulator.Job{JobID: id, State: "TRAINING", CreateTime: timeAt(i / perSecond * 3), LastUpdateTime: timeAt((count - i) / perSecond * 3)}
				}
				service, way := drawService(t, options.SortKey)
				documented := way == asDocumented || way == "turned ties"
				w := newWorld(t, jobs, append(service, emulator.WithMaxLimit(rapid.IntRange(3, 9).Draw(t, "page size")))...)
				defer w.server.Close()
				changes := w.draw(t, kinds)
				firstFault := 1
				if way == laggingCount {
					// The list does not change before the first request has been answered. A first
					// page that is shorter than asked for, with a count that is late and names just
					// its rows, cannot be told from a whole list; the package comment of listing
					// says so.
					firstFault = 2
				}
				for i := range rapid.IntRange(0, 3).Draw(t, "faults") {
					fault := rapid.SampledFrom([]emulator.Fault{
						{Status: http.StatusServiceUnavailable},
						{Status: http.StatusTooManyRequests, Code: "APIGW.0308", Message: "throttled"},
						{CutAfter: 20},
						{Reset: true},
					}).Draw(t, fmt.Sprintf("fault %d", i))
					fault.Call = emulator.CallListing
					fault.First = rapid.IntRange(firstFault, 20).Draw(t, "hits request")
					w.server.Fail(fault)
				}

				client := connect(t, w.server)
				list, err := client.ListJobs(t.Context(), &options)
				if changes > 0 {
					changed.Add(1)
				}
				if err != nil {
					if !isUnproven(err) && (documented || !isAccusation(err)) {
						t.Fatalf("an error that is not of a list that could not be proven: %v", err)
					}
					if documented {
						failed.Add(1)
					}
					return
				}
				read.Add(1)
				w.check(t, list)
				if way == asDocumented && changes == 0 && orderOf(&options) == SortByCreateTime+" "+SortAscending {
					if diff := cmp.Diff(sortedIDs(jobs), jobIDs(list.Jobs)); diff != "" {
						t.Fatalf("nothing changed; jobs (-want +got):\n%s", diff)
					}
				}
			})
			t.Logf("%d lists read, of %d that changed; %d given up", read.Load(), changed.Load(), failed.Load())
			if failed.Load() > read.Load() {
				t.Errorf("only %d of %d lists were read: a reader that gives up proves nothing", read.Load(), read.Load()+failed.Load())
			}
		})
	}
}

const (
	// asDocumented is the service without any peculiarity.
	asDocumented = "documented"
	// laggingCount is the service whose count is some changes late.
	laggingCount = "lagging count"
)

// drawService draws in which way the service differs from the documented one.
func drawService(t *rapid.T, sortKey string) (options []emulator.Option, way string) {
	seed := rapid.Uint64().Draw(t, "seed")
	ways := map[string][]emulator.Option{
		asDocumented:     nil,
		"turned ties":    {emulator.WithShuffledTies(seed)},
		"rounds offsets": {emulator.WithRoundedOffsets()},
		"page numbers":   {emulator.WithPageNumbers(rapid.IntRange(0, 1).Draw(t, "first page"))},
		"capped count":   {emulator.WithMaxCount(rapid.IntRange(10, 30).Draw(t, "cap"))},
		laggingCount:     {emulator.WithLaggingCount(emulator.Lag{Changes: rapid.IntRange(1, 3).Draw(t, "lag")})},
		"ignored times":  {emulator.WithIgnoredParameters("create_since", "create_until", "update_since", "update_until")},
		"exclusive":      {emulator.WithExclusiveTimes()},
		"shifted times":  {emulator.WithShiftedTimes(time.Duration(rapid.IntRange(-20, 20).Draw(t, "shift")) * time.Second)},
		"hidden times": {emulator.WithHiddenTimes(func(_ string, job emulator.Job) time.Time {
			hash := fnv.New32a()
			hash.Write([]byte(job.JobID))
			return time.Date(2026, 1, 1, 0, 0, int(hash.Sum32()%100), 0, time.UTC)
		})},
	}
	if sortKey != SortByUpdateTime { // rows that move between replicas are not covered
		ways["replicas"] = []emulator.Option{emulator.WithReplicas(seed, emulator.Lag{}, emulator.Lag{Changes: 1}, emulator.Lag{Changes: 2}), emulator.WithShuffledTies(seed)}
	}
	way = rapid.SampledFrom(append(slices.Sorted(maps.Keys(ways)), asDocumented, asDocumented, "turned ties")).Draw(t, "service")
	return ways[way], way
}

// TestListJobsWindowHasNoGap does the same to windows: whatever lies between the first and the last
// job of the result (and is not of their very second), and was there throughout, is in it.
func TestListJobsWindowHasNoGap(t *testing.T) {
	t.Parallel()
	var read, failed atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(20, 60).Draw(t, "jobs")
		options := ListJobsOptions{
			Offset: rapid.Int64Range(0, 20).Draw(t, "offset"),
			Limit:  rapid.Int64Range(0, 40).Draw(t, "limit"),
		}
		jobs := timedJobs(count, 1)
		w := newWorld(t, jobs, emulator.WithMaxLimit(rapid.IntRange(3, 9).Draw(t, "page size")))
		defer w.server.Close()
		w.draw(t, []string{"append", "insert", "remove"})

		list, err := connect(t, w.server).ListJobs(t.Context(), &options)
		if err != nil {
			failed.Add(1)
			if !isUnproven(err) {
				t.Fatalf("an error that is not of a list that could not be proven: %v", err)
			}
			return
		}
		read.Add(1)
		got := jobIDs(list.Jobs)
		if options.Limit > 0 && len(got) > int(options.Limit) {
			t.Fatalf("%d jobs", len(got))
		}
		if len(got) == 0 {
			return
		}
		first, last := *list.Jobs[0].CreateTime, *list.Jobs[len(got)-1].CreateTime
		for _, job := range jobs {
			within := *job.CreateTime > first && *job.CreateTime < last
			if within && w.present[job.JobID] && !slices.Contains(got, job.JobID) {
				t.Fatalf("job %s of %s was there throughout, between %s and %s, and is missing; requests:\n%s", job.JobID, *job.CreateTime, first, last, w.requests())
			}
		}
	})
	if failed.Load() > read.Load() {
		t.Errorf("only %d of %d windows were read", read.Load(), read.Load()+failed.Load())
	}
}

// isUnproven reports whether err says that it is open whether a job was missed. Pages of a few jobs
// do not always show that it is the list that changed.
func isUnproven(err error) bool {
	_, changed := errors.AsType[*ChangedError](err)
	_, unproven := errors.AsType[*UnprovenError](err)
	_, equals := errors.AsType[*EqualRowsError](err)
	return changed || unproven || equals
}

// isAccusation reports whether err says that the service is not the documented one.
func isAccusation(err error) bool {
	_, service := errors.AsType[*ServiceError](err)
	_, page := errors.AsType[*PageError](err)
	return service || page
}

// check holds the promise against what was read.
func (w *world) check(t *rapid.T, list *JobList) {
	w.mu.Lock()
	defer w.mu.Unlock()
	got := map[string]int{}
	for _, id := range jobIDs(list.Jobs) {
		got[id]++
	}
	for id := range w.present {
		if got[id] != 1 {
			t.Fatalf("job %s was there throughout and is in the result %d times; reading: %+v\nrequests:\n%s", id, got[id], list.Reading, w.requests())
		}
	}
	for id, times := range got {
		if times != 1 {
			t.Fatalf("job %s is in the result %d times", id, times)
		}
	}
}

func (w *world) requests() string {
	var text strings.Builder
	requests := w.server.RequestsOf(emulator.CallListing)
	slices.SortFunc(requests, func(a, b emulator.Request) int { return a.Number - b.Number })
	for _, r := range requests {
		fmt.Fprintf(&text, "%d: %s -> %d\n", r.Number, r.RawQuery, r.Status)
	}
	return text.String()
}
