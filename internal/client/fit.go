package client

import (
	"sync"

	"github.com/metastudio/terraform-provider-metastudio/internal/listing"
)

// Fit bounds what the jobs of a list may take where the caller wants them. A list that cannot fit
// is not read to its end.
type Fit[J any] struct {
	// Limit is how many bytes the jobs may take together.
	Limit int
	// Size returns how many bytes a job takes.
	Size func(job *J) int
	// Exceeded returns the error of a list of so many jobs, of which about fitting would fit.
	Exceeded func(jobs, fitting int) error
}

// What the jobs read so far say about the others: jobs of one account are much alike, those of one
// page more than those of several.
const (
	toleranceOfFew  = 1.25
	toleranceOfMany = 1.05
	manyJobs        = 10 * maxPageSize
)

// fitEstimate estimates, while a list is read, what its jobs will take.
type fitEstimate[J any] struct {
	*Fit[J]

	offset, limit int // the window, see listRequest

	mu          sync.Mutex
	jobs, bytes int // on the pages so far
	expected    int // jobs of the whole list
}

// newFitEstimate returns the estimate for one reading; nil if nothing is bounded.
func newFitEstimate[J any](fit *Fit[J], request *listRequest) *fitEstimate[J] {
	if fit == nil {
		return nil
	}
	return &fitEstimate[J]{Fit: fit, offset: int(request.offset), limit: int(request.limit)}
}

// add takes a page into account. It returns an error if the whole list cannot fit.
func (f *fitEstimate[J]) add(request listing.Request[J], page listing.Page[J]) error {
	if f == nil || len(page.Rows) == 0 {
		return nil
	}
	bytes := 0
	for i := range page.Rows {
		bytes += f.Size(&page.Rows[i])
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.jobs += len(page.Rows)
	f.bytes += bytes
	// A count may be too low: then the pages show it. Count and offset of a part of the list, asked
	// for by value, are never higher than those of the list.
	expected := max(page.Count, request.Offset+len(page.Rows)) - f.offset
	if f.limit > 0 {
		expected = min(expected, f.limit)
	}
	f.expected = max(f.expected, expected)
	tolerance := toleranceOfFew
	if f.jobs >= manyJobs {
		tolerance = toleranceOfMany
	}
	each := float64(f.bytes) / float64(f.jobs)
	if each*float64(f.expected) > tolerance*float64(f.Limit) {
		return f.Exceeded(f.expected, int(float64(f.Limit)/each))
	}
	return nil
}
