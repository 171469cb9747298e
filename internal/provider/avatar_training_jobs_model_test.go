package provider

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
)

// TestEncodeJobsRefusesTooMuch gives a list more than an answer may have.
func TestEncodeJobsRefusesTooMuch(t *testing.T) {
	t.Parallel()
	jobs := make([]client.Job, 100)
	for i := range jobs {
		jobs[i] = client.Job{JobID: strings.Repeat("x", 64), Tags: []string{}, OptionalTrainingLocation: []string{}}
	}
	whole, err := encodeJobs(jobs, includedFields{}.shown, maxEncodedJobs)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := encodeJobs(jobs, includedFields{}.shown, len(whole)); err != nil {
		t.Errorf("%d bytes do not fit into as many: %v", len(whole), err)
	}
	_, err = encodeJobs(jobs, includedFields{}.shown, len(whole)/2)
	tooLarge, ok := errors.AsType[*tooLargeError](err)
	if !ok || tooLarge.jobs != 100 || tooLarge.fitting < 48 || tooLarge.fitting > 50 {
		t.Fatalf("error %v", err)
	}
	diagnostic := newDiagnostic("Unable to list", err, 0)
	for _, want := range []string{"The 100 jobs do not fit into one answer to Terraform", "Narrow the list with its filters"} {
		if !strings.Contains(diagnostic.Detail(), want) {
			t.Errorf("the diagnostic does not say %q: %s", want, diagnostic.Detail())
		}
	}
}

// TestEncodeJobRefusesTooMuch gives a single job more than an answer may have.
func TestEncodeJobRefusesTooMuch(t *testing.T) {
	t.Parallel()
	job := &client.JobDetail{Job: client.Job{JobID: "1"}, OperationLogs: make([]client.OperationLog, 100)}
	whole, err := encodeJob(job, maxEncodedJobs)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := encodeJob(job, len(whole)); err != nil {
		t.Errorf("%d bytes do not fit into as many: %v", len(whole), err)
	}
	_, err = encodeJob(job, len(whole)-1)
	if tooLarge, ok := errors.AsType[*tooLargeJobError](err); !ok || tooLarge.bytes != len(whole) {
		t.Errorf("error %v", err)
	}
}

// TestSizeOf: the size by which a list is refused early is about that of the encoded job.
func TestSizeOf(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200)
	for _, include := range []includedFields{{}, {contact: true}, {coverDownloadURL: true}} {
		job := client.Job{
			JobID: "1", Name: &long, Contact: &long, CoverDownloadURL: &long, AppUserID: &long, Tags: []string{long, long}, OptionalTrainingLocation: []string{long},
		}
		size := include.sizeOf(&job)
		encoded, err := encodeJobs([]client.Job{job}, include.shown, maxEncodedJobs)
		if err != nil {
			t.Fatal(err)
		}
		if size > len(encoded) || size < len(encoded)*95/100 {
			t.Errorf("%+v: %d bytes, encoded %d", include, size, len(encoded))
		}
	}
}

// TestEncodeJobsNeedsNoJobs holds that an empty list is a list.
func TestEncodeJobsNeedsNoJobs(t *testing.T) {
	t.Parallel()
	encoded, err := encodeJobs(nil, includedFields{}.shown, maxEncodedJobs)
	if err != nil {
		t.Fatal(err)
	}
	var jobs []any
	if err := msgpack.Unmarshal(encoded, &jobs); err != nil || jobs == nil || len(jobs) != 0 {
		t.Errorf("%v, %v", jobs, err)
	}
}

// TestOptionsRefuseAWrongTime holds that nothing is asked for at a time of zero, should a value
// ever pass the validators by.
func TestOptionsRefuseAWrongTime(t *testing.T) {
	t.Parallel()
	model := &listModel{CreateSince: types.StringValue("yesterday")}
	if _, diags := model.read(t.Context(), nil, includedFields{}); len(diags) != 1 || diags[0].Summary() != "Invalid time" {
		t.Errorf("the diagnostics are %v", diags)
	}
}
