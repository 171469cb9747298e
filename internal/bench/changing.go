package bench

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// Changing is an emulated MetaStudio whose list changes while it is read. Before each request of a
// reading but the first, the oldest job is deleted and a new one is created, so that the count does
// not change.
type Changing struct {
	// URL is the service's endpoint.
	URL string

	server *emulator.Server
	jobs   []emulator.Job // at the beginning of each reading, the oldest first

	mu      sync.Mutex
	changes int // since the beginning of the reading
}

// StartChanging returns a Changing with a number of jobs that listens on this machine; Close ends
// it.
func StartChanging(jobs int) (*Changing, error) {
	c := &Changing{jobs: emulator.StandardJobs(jobs)}
	slices.SortStableFunc(c.jobs, func(a, b emulator.Job) int { return cmp.Compare(*a.CreateTime, *b.CreateTime) })
	server, err := emulator.Start(emulator.WithJobs(c.jobs))
	if err != nil {
		return nil, err
	}
	c.URL, c.server = server.URL, server
	server.OnListing(c.change)
	return c, nil
}

// Close ends the service.
func (c *Changing) Close() { c.server.Close() }

// Begin restores the list for the next reading.
func (c *Changing) Begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes = 0
	c.server.SetJobs(c.jobs)
	c.server.Reset()
}

// Requests returns how many requests the reading has sent.
func (c *Changing) Requests() int { return c.server.Count(emulator.CallListing) }

// Lost returns the IDs of the jobs that were in the list from the beginning of the reading to its
// end and are not among the IDs that it has found.
func (c *Changing) Lost(found []string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	read := make(map[string]bool, len(found))
	for _, id := range found {
		read[id] = true
	}
	var lost []string
	for i := c.changes; i < len(c.jobs); i++ {
		if id := c.jobs[i].JobID; !read[id] {
			lost = append(lost, id)
		}
	}
	return lost
}

// change is called before each listing request.
func (c *Changing) change(n int, _ *http.Request) {
	if n == 1 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changes < len(c.jobs) {
		c.server.Remove(c.jobs[c.changes].JobID)
	}
	c.changes++
	created := time.Date(2026, 1, 1, 0, 0, c.changes, 0, time.UTC).Format(time.RFC3339)
	job := c.jobs[len(c.jobs)-1]
	job.JobID, job.Name, job.CreateTime = fmt.Sprintf("%032x", c.changes), fmt.Sprintf("New %d", c.changes), &created
	c.server.Insert(job)
}
