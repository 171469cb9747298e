package bench

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestChanging reads a changing list with the vendor's SDK. Each page but the first moves up by one
// more job than the page before, so that one job is lost between every two of them, while the
// number of jobs is right.
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
		if lost := service.Lost(nil); len(lost) != 350-3 || lost[0] != service.jobs[3].JobID {
			t.Errorf("who finds nothing has lost %d jobs", len(lost))
		}
	}
}

// TestSDKLoopEnds reads a list whose count is larger than the list.
func TestSDKLoopEnds(t *testing.T) {
	t.Parallel()
	server, err := emulator.Start(emulator.WithJobCount(1), emulator.WithCountOffset(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	loop, err := SDKLoop(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if jobs, err := loop(); err != nil || len(jobs) != 1 {
		t.Errorf("%d jobs, %v", len(jobs), err)
	}
}

// TestChangingRunsOut reads on after every job of the beginning was deleted.
func TestChangingRunsOut(t *testing.T) {
	t.Parallel()
	service, err := StartChanging(1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)
	loop, err := SDKLoop(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	service.Begin()
	for range 3 {
		if _, err := loop(); err != nil {
			t.Fatal(err)
		}
	}
	if lost := service.Lost(nil); len(lost) > 0 {
		t.Errorf("%v are lost, but none stayed", lost)
	}
}
