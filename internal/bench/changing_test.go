package bench

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestChanging reads a changing list with the vendor's SDK. Each page but the
// first moves up by one more job than the page before, so that one job is lost
// between every two of them, while the number of jobs is right.
func TestChanging(t *testing.T) {
	t.Parallel()
	service, err := StartChanging(350)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)
	loop, err := SDKLoop(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // each reading finds the list as the first one did
		service.Begin()
		jobs, err := loop()
		if err != nil {
			t.Fatal(err)
		}
		if len(jobs) != 350 || service.Requests() != 4 {
			t.Errorf("%d jobs in %d requests, want 350 in 4", len(jobs), service.Requests())
		}
		var found []string
		for i := range jobs {
			found = append(found, jobs[i].JobId)
		}
		want := []string{service.jobs[100].JobID, service.jobs[201].JobID, service.jobs[302].JobID}
		if diff := cmp.Diff(want, service.Lost(found)); diff != "" {
			t.Errorf("lost jobs (-want +got):\n%s", diff)
		}
		// Three jobs were deleted; who does not find them has not lost them.
		var stayed []string
		for _, job := range service.jobs[3:] {
			stayed = append(stayed, job.JobID)
		}
		if lost := service.Lost(stayed); len(lost) > 0 {
			t.Errorf("%d jobs lost of those that stayed, all of which were found", len(lost))
		}
	}
}
