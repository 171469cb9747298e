package emulator

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// SetJobs replaces all jobs.
func (s *Server) SetJobs(jobs []Job) {
	entries := newEntries(jobs)
	s.store.change(func([]*entry) []*entry { return entries })
}

// Jobs returns a copy of all jobs, in the order they were put in.
func (s *Server) Jobs() []Job {
	entries := s.store.current().entries
	jobs := make([]Job, len(entries))
	for i, e := range entries {
		jobs[i] = e.job.clone()
	}
	return jobs
}

// Insert adds jobs; one that has the id of another replaces it.
func (s *Server) Insert(jobs ...Job) {
	s.store.change(func(entries []*entry) []*entry {
		places := make(map[string]int, len(entries))
		for i, e := range entries {
			places[e.job.JobID] = i
		}
		for i := range jobs {
			added := newEntry(&jobs[i])
			if at, known := places[added.job.JobID]; known {
				entries[at] = added
				continue
			}
			places[added.job.JobID] = len(entries)
			entries = append(entries, added)
		}
		return entries
	})
}

// Remove removes jobs; ids of no job are ignored.
func (s *Server) Remove(ids ...string) {
	s.store.change(func(entries []*entry) []*entry {
		return slices.DeleteFunc(entries, func(e *entry) bool { return slices.Contains(ids, e.job.JobID) })
	})
}

// Update changes the job with an id, and reports whether there is one.
func (s *Server) Update(id string, change func(*Job)) bool {
	found := false
	s.store.change(func(entries []*entry) []*entry {
		for i, e := range entries {
			if e.job.JobID == id {
				job := e.job.clone()
				change(&job)
				entries[i] = newEntry(&job)
				found = true
			}
		}
		return entries
	})
	return found
}

// maxViews bounds the cached listings of one state.
const maxViews = 256

// entry is a job and its encoded form in the listing.
type entry struct {
	job     Job
	encoded []byte
}

func newEntry(job *Job) *entry {
	e := &entry{job: job.clone()}
	e.encoded = []byte(e.job.Raw)
	if e.encoded == nil {
		e.encoded = encodeJSON(&e.job)
	}
	return e
}

// store holds the jobs and, as far back as options ask for, their earlier states.
type store struct {
	clock func() time.Time
	// keep is how far back a state may be asked for.
	keep Lag

	mu sync.RWMutex
	// history has the oldest state first and the current one last. It is never empty.
	history []*snapshot
}

// snapshot is the state of all jobs between two changes. Its entries never change, and neither does
// a view that was returned.
type snapshot struct {
	entries []*entry
	since   time.Time

	mu sync.Mutex
	// views caches the listing of each selection, so that 100,000 jobs are not sorted for each of
	// their 1,000 pages.
	views map[string][]*entry
}

func newStore(clock func() time.Time, keep Lag, jobs []Job) *store {
	return &store{clock: clock, keep: keep, history: []*snapshot{newSnapshot(newEntries(jobs), clock())}}
}

func newSnapshot(entries []*entry, since time.Time) *snapshot {
	return &snapshot{entries: entries, since: since, views: map[string][]*entry{}}
}

func newEntries(jobs []Job) []*entry {
	entries := make([]*entry, len(jobs))
	for i := range jobs {
		entries[i] = newEntry(&jobs[i])
	}
	return entries
}

// change adds a state, which f makes of a copy of the current one, and drops the states that are
// older than keep.
func (s *store) change(f func([]*entry) []*entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock()
	entries := f(slices.Clone(s.history[len(s.history)-1].entries))
	s.history = append(s.history, newSnapshot(entries, now))
	s.history = slices.Delete(s.history, 0, s.index(s.keep, now))
}

func (s *store) current() *snapshot { return s.behind(Lag{}, time.Time{}) }

// behind returns the state that lies back by lag, the oldest that is kept when none is that old.
func (s *store) behind(lag Lag, now time.Time) *snapshot {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.history[s.index(lag, now)]
}

func (s *store) index(lag Lag, now time.Time) int {
	i := max(len(s.history)-1-lag.Changes, 0)
	for lag.Time > 0 && i > 0 && s.history[i].since.After(now.Add(-lag.Time)) {
		i--
	}
	return i
}

// find returns the job with an id, nil when there is none that the selection shows.
func (s *snapshot) find(id string, shown func(*Job) bool) *Job {
	for _, e := range s.entries {
		if e.job.JobID == id && shown(&e.job) {
			return &e.job
		}
	}
	return nil
}

// view returns the jobs that a selection shows, in its order. The result must not be changed.
func (s *snapshot) view(q *selection) []*entry {
	key := q.key()
	s.mu.Lock()
	defer s.mu.Unlock()
	if view, known := s.views[key]; known {
		return view
	}
	view := []*entry{}
	for _, e := range s.entries {
		if q.shows(&e.job) {
			view = append(view, e)
		}
	}
	slices.SortFunc(view, func(a, b *entry) int {
		order := q.compare(&a.job, &b.job)
		// Ties fall by id in either direction, so that pages of one listing agree.
		return cmp.Or(order, cmp.Compare(a.job.JobID, b.job.JobID))
	})
	if len(s.views) >= maxViews {
		clear(s.views)
	}
	s.views[key] = view
	return view
}
