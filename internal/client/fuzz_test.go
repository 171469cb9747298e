package client

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecodeJobs: whatever comes back, either it is a page in which everything is that a reading
// depends on, or an error that is fit to be shown.
func FuzzDecodeJobs(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	// The documentation's refusals, which are no pages.
	f.Add([]byte("{\n\"error_code\" : \"MSS.00000003\",\n\"error_msg\" : \"Invalid parameter\"\n}"))
	f.Add([]byte("{\n\"error_code\" : \"MSS.00000004\",\n\"error_msg\" : \"Internal Error\"\n}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		count, jobs, err := avatarJobs.decode(data, maxPageSize)
		if err != nil {
			if count != 0 || jobs != nil {
				t.Errorf("failed with %v, and with %d of %d jobs", err, len(jobs), count)
			}
			text := notThisAPI(err, data).Error()
			switch {
			case !utf8.ValidString(text) || len(text) > 1000:
				t.Errorf("%d bytes of error: %q", len(text), text)
			case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }):
				t.Errorf("control characters in %q", text)
			case !strings.HasPrefix(text, "the reply is not this API's: ") && text != "the reply is an error in spite of its status":
				t.Errorf("failed with %q", text)
			}
			return
		}
		if !json.Valid(data) || count < 0 || count > math.MaxInt32 {
			t.Fatalf("%q is a page of %d", data, count)
		}
		for i := range jobs {
			job := &jobs[i]
			if job.JobID == "" || job.Tags == nil || job.OptionalTrainingLocation == nil || job.CoverDownloadURL != nil && *job.CoverDownloadURL == "null" {
				t.Fatalf("job %d is %+v", i, job)
			}
			if !utf8.ValidString(job.JobID) {
				t.Fatalf("job id %q", job.JobID)
			}
		}

		// What was read once is read again as it was.
		again, err := json.Marshal(map[string]any{"count": count, "jobs": jobs})
		if err != nil {
			t.Fatal(err)
		}
		countAgain, jobsAgain, err := avatarJobs.decode(again, maxPageSize)
		if err != nil || countAgain != count {
			t.Fatalf("%s is a page of %d, %v", again, countAgain, err)
		}
		if diff := cmp.Diff(jobs, jobsAgain); diff != "" {
			t.Fatalf("jobs (-once +again):\n%s", diff)
		}
	})
}
