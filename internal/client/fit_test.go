package client

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/listing"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// fullError is what the fits of these tests fail with.
type fullError struct{ jobs, fitting int }

func (e *fullError) Error() string { return fmt.Sprintf("%d jobs, of which %d fit", e.jobs, e.fitting) }

// TestFit reads lists that fit, and lists that do not: those fail long before their end.
func TestFit(t *testing.T) {
	t.Parallel()
	const jobs, size = 5000, 100
	for _, test := range []struct {
		name        string
		options     ListJobsOptions
		fits        int // jobs that fit
		jobs        int // that the error speaks of, 0 for none
		maxRequests int
	}{
		{"all fit", ListJobsOptions{}, jobs, 0, 60},
		{"half of them fit", ListJobsOptions{}, jobs / 2, jobs, 1},
		{"nearly all fit", ListJobsOptions{}, jobs * 9 / 10, jobs, 30},
		{"a window fits", ListJobsOptions{Limit: 1000}, 1000, 0, 20},
		{"a window that ends behind the list fits", ListJobsOptions{Limit: 2 * jobs}, jobs, 0, 60},
		{"the end fits", ListJobsOptions{Offset: 4000}, 1000, 0, 20},
		{"a window does not fit", ListJobsOptions{Offset: 1000, Limit: 2000}, 1000, 2000, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, emulator.WithJobCount(jobs))
			test.options.Fit = &Fit[Job]{
				Limit: test.fits * size, Size: func(*Job) int { return size },
				Exceeded: func(jobs, fitting int) error { return &fullError{jobs, fitting} },
			}
			list, err := connect(t, server).ListJobs(t.Context(), &test.options)
			if requests := server.Count(emulator.CallListing); requests > test.maxRequests {
				t.Errorf("%d requests", requests)
			}
			if test.jobs == 0 {
				if err != nil || len(list.Jobs) != test.fits {
					t.Errorf("got %d jobs, %v", len(list.Jobs), err)
				}
				return
			}
			full, ok := errors.AsType[*fullError](err)
			if !ok || full.jobs != test.jobs || full.fitting != test.fits {
				t.Errorf("failed with %v", err)
			}
		})
	}
}

// TestFitEstimate holds what single pages say about the list. 10,000 bytes are allowed.
func TestFitEstimate(t *testing.T) {
	t.Parallel()
	type answer struct{ offset, count, rows, size int }
	for _, test := range []struct {
		name    string
		answers []answer
		want    int // jobs that the error speaks of, 0 for none
	}{
		{"few jobs may exceed it by a quarter", []answer{{0, 1000, 100, 12}}, 0},
		{"few jobs exceed it by exactly a quarter", []answer{{0, 1250, 100, 10}}, 0},
		{"few jobs exceed it by more", []answer{{0, 1251, 100, 10}}, 1251},
		{"many jobs may not exceed it by as much", []answer{{0, 1000, 999, 12}, {999, 1000, 1, 12}}, 1000},
		{"many jobs exceed it by exactly a twentieth", []answer{{0, 1050, 1000, 10}}, 0},
		{"a page without jobs, beyond the end", []answer{{0, 100, 100, 10}, {5000, 100, 0, 0}}, 0},
		{"a page of another count", []answer{{0, 1000, 100, 10}, {98, 100, 100, 30}}, 1000},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			size := 0
			fits := newFitEstimate(&Fit[Job]{
				Limit: 10_000, Size: func(*Job) int { return size },
				Exceeded: func(jobs, fitting int) error { return &fullError{jobs, fitting} },
			}, &listRequest{})
			var err error
			for i, answer := range test.answers {
				if err != nil {
					t.Fatalf("page %d failed with %v", i, err)
				}
				size = answer.size
				err = fits.add(listing.Request[Job]{Offset: answer.offset}, listing.Page[Job]{Count: answer.count, Rows: make([]Job, answer.rows)})
			}
			got := 0
			if full, ok := errors.AsType[*fullError](err); ok {
				got = full.jobs
			}
			if got != test.want {
				t.Errorf("failed with %v, want an error of %d jobs", err, test.want)
			}
		})
	}
}

// TestFitWithLowCount: a list that goes on behind its count is bounded too.
func TestFitWithLowCount(t *testing.T) {
	t.Parallel()
	fits := newFitEstimate(&Fit[Job]{
		Limit: 1000, Size: func(*Job) int { return 1 },
		Exceeded: func(jobs, fitting int) error { return &fullError{jobs, fitting} },
	}, &listRequest{})
	rows := make([]Job, maxPageSize)
	for offset := 0; ; offset += maxPageSize {
		err := fits.add(listing.Request[Job]{Offset: offset}, listing.Page[Job]{Count: maxPageSize, Rows: rows})
		if full, ok := errors.AsType[*fullError](err); ok {
			if full.fitting != 1000 || full.jobs <= 1000 || full.jobs > 1100 {
				t.Errorf("failed with %v", err)
			}
			return
		}
		if offset > 2000 {
			t.Fatal("goes on")
		}
	}
}

// TestOnly200 refuses every other success.
func TestOnly200(t *testing.T) {
	t.Parallel()
	for _, status := range []int{201, 202, 203, 204, 205, 206, 207, 226} {
		server := start(t)
		server.Fail(emulator.Fault{Call: emulator.CallListing, AsStatus: status})
		_, err := connect(t, server).ListJobs(t.Context(), &ListJobsOptions{})
		failed, ok := errors.AsType[*transport.Error](err)
		if !ok || failed.Status != status || !errors.Is(err, errNot200) {
			t.Errorf("HTTP %d %s: %v", status, http.StatusText(status), err)
		}
	}
}

// TestReplyIsBounded refuses pages and jobs of more bytes than they can have.
func TestReplyIsBounded(t *testing.T) {
	t.Parallel()
	const want = "the reply is larger than the 4194304 bytes that are read"
	server := start(t)
	server.Fail(emulator.Fault{Call: emulator.CallListing, Flood: emulator.FloodOfTags(maxReply)})
	server.Fail(emulator.Fault{Call: emulator.CallDetail, Flood: emulator.FloodOfLogs(maxReply)})
	client := connect(t, server)
	_, listErr := client.ListJobs(t.Context(), &ListJobsOptions{})
	_, jobErr := client.GetJob(t.Context(), "1", "")
	for _, err := range []error{listErr, jobErr} {
		if failed, ok := errors.AsType[*transport.Error](err); !ok || failed.Err == nil || failed.Err.Error() != want {
			t.Errorf("failed with %v", err)
		}
	}
}

// TestNullsInLists: an element that is null is none, and keys are matched exactly.
func TestNullsInLists(t *testing.T) {
	t.Parallel()
	count, jobs, err := avatarJobs.decode([]byte(`{"count":3,"Count":7,"JOBS":[],"jobs":[
		{"job_id":"1","tags":[null],"Name":"other"},{"job_id":"2","tags":["a",null,"b",""]},{"job_id":"3","tags":null}]}`), maxPageSize)
	if err != nil || count != 3 {
		t.Fatal(count, err)
	}
	if jobs[0].Name != nil {
		t.Errorf("name %q", *jobs[0].Name)
	}
	for i, want := range [][]string{{}, {"a", "b", ""}, {}} {
		if got := jobs[i].Tags; fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) || got == nil {
			t.Errorf("job %d: tags %q, want %q", i+1, got, want)
		}
	}
}
