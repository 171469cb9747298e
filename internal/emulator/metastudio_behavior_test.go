package emulator

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// namedJobs returns jobs with the ids "0", "1" and so on, created a minute apart.
func namedJobs(n int) []Job {
	jobs := make([]Job, n)
	for i := range jobs {
		created := testTime.Add(time.Duration(i) * time.Minute).Format(timeFormat)
		jobs[i] = Job{JobID: strconv.Itoa(i), Name: "n", State: "TRAINING", CreateTime: &created, LastUpdateTime: &created}
	}
	return jobs
}

func TestPageNumbers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		first       int
		query, want string
	}{
		{"first page", 0, "?limit=3", "[0 1 2]"},
		{"second page", 0, "?limit=3&offset=1", "[3 4 5]"},
		{"short page", 0, "?limit=3&offset=2", "[6]"},
		{"past the end", 0, "?limit=3&offset=3", "[]"},
		{"far past the end", 0, "?limit=100&offset=2147483647", "[]"},
		{"numbered from one", 1, "?limit=3&offset=1", "[0 1 2]"},
		{"no page before the first", 1, "?limit=3&offset=0", "[0 1 2]"},
		{"second of those", 1, "?limit=3&offset=2", "[3 4 5]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := listJobs(t, startServer(t, WithJobs(namedJobs(7)), WithPageNumbers(test.first)), test.query)
			if fmt.Sprint(got.ids()) != test.want || got.Count != 7 {
				t.Errorf("got %v of %d, want %s", got.ids(), got.Count, test.want)
			}
		})
	}
}

func TestTiesTurnAtEachRequest(t *testing.T) {
	t.Parallel()
	jobs := namedJobs(30)
	for i := range jobs {
		jobs[i].CreateTime = new("2025-01-01T00:00:00Z")
	}
	s := startServer(t, WithJobs(jobs), WithShuffledTies(1))
	orders := map[string]bool{}
	for range 5 {
		orders[fmt.Sprint(listJobs(t, s, "?limit=100").ids())] = true
	}
	s.Reset()
	orders[fmt.Sprint(listJobs(t, s, "?limit=100").ids())] = true
	if len(orders) != 6 {
		t.Errorf("six equal requests had %d orders", len(orders))
	}
}

func TestReplicas(t *testing.T) {
	t.Parallel()
	t.Run("behind by changes", func(t *testing.T) {
		t.Parallel()
		s := startServer(t, WithJobs(namedJobs(1)), WithReplicas(1, Lag{}, Lag{Changes: 2}))
		for i := 1; i <= 4; i++ {
			s.Insert(namedJobs(i + 1)[i])
		}
		seen := map[int]int{}
		for range 40 {
			got := listJobs(t, s, "")
			if len(got.Jobs) != got.Count {
				t.Fatalf("%d jobs, count %d", len(got.Jobs), got.Count)
			}
			seen[got.Count]++
		}
		if len(seen) != 2 || seen[5] == 0 || seen[3] == 0 {
			t.Errorf("counts seen: %v, want some 5 and some 3", seen)
		}
	})
	t.Run("behind by time", func(t *testing.T) {
		t.Parallel()
		var seconds atomic.Int64
		clock := func() time.Time { return testTime.Add(time.Duration(seconds.Load()) * time.Second) }
		s := startServer(t, WithClock(clock), WithJobs(namedJobs(1)), WithReplicas(1, Lag{Time: 10 * time.Second}))
		seconds.Store(100)
		s.SetJobs(namedJobs(2))
		seconds.Store(105)
		s.Update("1", func(j *Job) { j.State = "TRAIN_FAILED" })
		// A key signed at testTime is good for a quarter of an hour.
		for _, step := range []struct{ at, want int64 }{{105, 1}, {109, 1}, {110, 2}, {114, 2}, {115, 2}} {
			seconds.Store(step.at)
			if got := listJobs(t, s, ""); int64(got.Count) != step.want {
				t.Errorf("after %d s: count %d, want %d", step.at, got.Count, step.want)
			}
			wantState := "TRAINING"
			if step.at >= 115 {
				wantState = "TRAIN_FAILED"
			}
			if got := listJobs(t, s, "?job_id=1"); step.at >= 110 && got.Jobs[0]["state"] != wantState {
				t.Errorf("after %d s: state %v, want %s", step.at, got.Jobs[0]["state"], wantState)
			}
		}
		if got := len(s.Jobs()); got != 2 {
			t.Errorf("%d jobs in the current state", got)
		}
	})
	t.Run("a single job too", func(t *testing.T) {
		t.Parallel()
		s := startServer(t, WithJobs(nil), WithReplicas(1, Lag{Changes: 1}))
		s.Insert(namedJobs(1)...)
		response, body := getSigned(t, s, listingPath+"/0")
		checkRefusal(t, s, response, body, 404, "MSS.41000003", "")
	})
	t.Run("no state is kept that nothing asks for", func(t *testing.T) {
		t.Parallel()
		for _, test := range []struct {
			keep Lag
			want int
		}{{Lag{}, 1}, {Lag{Changes: 3}, 4}, {Lag{Time: time.Hour}, 21}} {
			s := newStore(func() time.Time { return testTime }, test.keep, nil)
			for range 20 {
				s.change(func(e []*entry) []*entry { return e })
			}
			if got := len(s.history); got != test.want {
				t.Errorf("%+v keeps %d states, want %d", test.keep, got, test.want)
			}
		}
	})
}

func TestCounts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		option Option
		want   int
	}{
		{"right", WithCountOffset(0), 9},
		{"capped", WithMaxCount(5), 5},
		{"below the cap", WithMaxCount(10), 9},
		{"one change behind", WithLaggingCount(Lag{Changes: 1}), 8},
		{"all changes behind", WithLaggingCount(Lag{Changes: 50}), 7},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			jobs := namedJobs(9)
			s := startServer(t, WithJobs(jobs[:7]), test.option)
			s.Insert(jobs[7])
			s.Insert(jobs[8])
			if got := listJobs(t, s, "?offset=6&limit=3"); got.Count != test.want || fmt.Sprint(got.ids()) != "[6 7 8]" {
				t.Errorf("count %d, jobs %v; want %d", got.Count, got.ids(), test.want)
			}
		})
	}
}

func TestHiddenTimes(t *testing.T) {
	t.Parallel()
	jobs := namedJobs(4)
	for i := range jobs {
		jobs[i].CreateTime = new("2025-01-01T00:00:00Z")
	}
	// The hidden create times fall, half a second apart; the hidden update times rise.
	hidden := func(sortKey string, job Job) time.Time {
		base := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
		step := time.Duration(job.JobID[0]-'0') * 500 * time.Millisecond
		if sortKey == "create_time" {
			step = -step
		}
		return base.Add(step)
	}
	s := startServer(t, WithJobs(jobs), WithHiddenTimes(hidden))
	tests := []struct{ query, want string }{
		{"", "[3 2 1 0]"},
		{"?sort_dir=desc", "[0 1 2 3]"},
		{"?sort_key=update_time", "[0 1 2 3]"},
		{"?create_since=2024-12-31T23:59:59Z", "[2 1 0]"},
		{"?create_since=2025-01-01T00:00:00Z", "[0]"},
		{"?create_until=2024-12-31T23:59:59Z", "[3 2]"},
		{"?update_until=2025-01-01T00:00:00Z", "[0]"},
	}
	for _, test := range tests {
		if got := fmt.Sprint(listJobs(t, s, test.query).ids()); got != test.want {
			t.Errorf("%s: got %s, want %s", test.query, got, test.want)
		}
	}
}

func TestTimeFilters(t *testing.T) {
	t.Parallel()
	minute := func(i int) string { return *namedJobs(i + 1)[i].CreateTime }
	tests := []struct {
		name   string
		option Option
		query  string
		want   string
	}{
		{"as documented", WithCountOffset(0), "?create_since=" + minute(1) + "&create_until=" + minute(2), "[1 2]"},
		{"without times", WithJobs([]Job{{JobID: "timeless"}}), "?create_until=" + minute(1), "[]"},
		{"without times, since", WithJobs([]Job{{JobID: "timeless"}}), "?update_since=" + minute(1), "[]"},
		{"exclusive", WithExclusiveTimes(), "?create_since=" + minute(1) + "&create_until=" + minute(3), "[2]"},
		{"exclusive update", WithExclusiveTimes(), "?update_since=" + minute(1) + "&update_until=" + minute(3), "[2]"},
		{"shifted later", WithShiftedTimes(20 * time.Second), "?create_since=" + minute(1), "[2 3 4]"},
		{"shifted later, until", WithShiftedTimes(20 * time.Second), "?create_until=" + minute(1), "[0 1]"},
		{"shifted earlier", WithShiftedTimes(-20 * time.Second), "?update_until=" + minute(1), "[0]"},
		{"ignored", WithIgnoredParameters("create_since"), "?create_since=" + minute(3) + "&create_until=" + minute(3), "[0 1 2 3]"},
		{"ignored direction", WithIgnoredParameters("sort_dir"), "?sort_dir=desc", "[0 1 2 3 4]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, WithJobs(namedJobs(5)), test.option)
			if got := fmt.Sprint(listJobs(t, s, test.query).ids()); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	t.Run("an ignored parameter is checked all the same", func(t *testing.T) {
		t.Parallel()
		s := startServer(t, WithIgnoredParameters("create_since"))
		for _, query := range []string{"?create_since=x", "?create_since=" + minute(1) + "&create_since=" + minute(1)} {
			response, body := getSigned(t, s, listingPath+query)
			checkRefusal(t, s, response, body, 400, "MSS.00000003", "")
		}
	})
}

func TestShuffledTiesAreReproducible(t *testing.T) {
	t.Parallel()
	jobs := StandardJobs(40)
	for i := range jobs {
		jobs[i].CreateTime = new(fmt.Sprintf("2025-01-01T00:00:%02dZ", i/20))
	}
	read := func(options ...Option) (pages [][]string) {
		s := startServer(t, append(options, WithJobs(jobs))...)
		for range 3 {
			pages = append(pages, listJobs(t, s, "?limit=100").ids())
		}
		return pages
	}
	stable, shuffled := read(), read(WithShuffledTies(7))
	if !slices.Equal(stable[0], stable[1]) {
		t.Error("ties are not stable without the option")
	}
	if diff := cmp.Diff(shuffled, read(WithShuffledTies(7))); diff != "" {
		t.Error("another order for the same seed:", diff)
	}
	if reflect.DeepEqual(shuffled, read(WithShuffledTies(8))) {
		t.Error("the same order for another seed")
	}
	for _, page := range shuffled {
		first, all := slices.Sorted(slices.Values(page[:20])), slices.Sorted(slices.Values(stable[0][:20]))
		if !slices.Equal(first, all) {
			t.Error("jobs of different times changed places")
		}
	}
}
