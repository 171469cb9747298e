package emulator

import (
	"cmp"
	"slices"
	"sync"
)

// SetJobs replaces all jobs.
func (s *Server) SetJobs(jobs []Job) { s.store.set(jobs) }

// Jobs returns a copy of all jobs, in the order they were put in.
func (s *Server) Jobs() []Job {
	s.store.mu.RLock()
	defer s.store.mu.RUnlock()
	jobs := make([]Job, len(s.store.entries))
	for i, e := range s.store.entries {
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

// Remove takes jobs away; ids that are not there are ignored.
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

// maxViews bounds the remembered listings.
const maxViews = 256

// store holds the jobs. Entries never change once they are in: a view that was given out stays what
// it was.
type store struct {
	mu      sync.RWMutex
	entries []*entry
	// views remembers the listing of each selection until the jobs change: paging through 100,000
	// jobs must not sort them 1,000 times.
	views map[string][]*entry
}

// entry is a job and its encoded form in the listing.
type entry struct {
	job     Job
	encoded []byte
}

func newStore() *store { return &store{views: map[string][]*entry{}} }

func newEntry(job *Job) *entry {
	e := &entry{job: job.clone()}
	e.encoded = []byte(e.job.Raw)
	if e.encoded == nil {
		e.encoded = encodeJSON(&e.job)
	}
	return e
}

func (s *store) set(jobs []Job) {
	entries := make([]*entry, len(jobs))
	for i := range jobs {
		entries[i] = newEntry(&jobs[i])
	}
	s.change(func([]*entry) []*entry { return entries })
}

// change replaces the entries by what f makes of a copy of them.
func (s *store) change(f func([]*entry) []*entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries = f(slices.Clone(s.entries))
	s.views = map[string][]*entry{}
}

// find returns the job with an id, nil when there is none that the selection shows.
func (s *store) find(id string, shown func(*Job) bool) *Job {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, e := range s.entries {
		if e.job.JobID == id && shown(&e.job) {
			return &e.job
		}
	}
	return nil
}

// view returns the jobs that a selection shows, in its order. The result must not be changed.
func (s *store) view(q *selection) []*entry {
	key := q.key()
	s.mu.RLock()
	view, known := s.views[key]
	s.mu.RUnlock()
	if known {
		return view
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	view = []*entry{}
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
