package emulator

import (
	"bytes"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// coverOf returns the cover's URL of the first job in the listing.
func coverOf(t *testing.T, s *Server) string {
	t.Helper()
	cover, _ := listJobs(t, s, "?limit=1").Jobs[0]["cover_download_url"].(string)
	if !strings.HasPrefix(cover, s.URL+"/covers/") {
		t.Fatalf("the cover is at %q", cover)
	}
	return strings.TrimPrefix(cover, s.URL)
}

func TestServedCover(t *testing.T) {
	t.Parallel()
	s := startServer(t, WithServedCovers())
	response, body := send(t, newRequest(t, s, http.MethodGet, coverOf(t, s), ""))
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "image/png" || len(body) > 2000 {
		t.Fatal(response.Status, response.Header, len(body))
	}
	picture, err := png.Decode(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	middle, corner := picture.At(48, 36), picture.At(0, 0)
	if picture.Bounds().Dx() != 96 || middle == corner {
		t.Errorf("%v, middle %v, corner %v", picture.Bounds(), middle, corner)
	}
	if bytes.Equal(portrait("a"), portrait("b")) || !bytes.Equal(portrait("a"), portrait("a")) {
		t.Error("the picture does not depend on the job alone")
	}
	_, detail := getSigned(t, s, strings.Split(strings.Replace(coverOf(t, s), "/covers", listingPath, 1), "?")[0])
	if found, _ := decodeAs[map[string]any](t, detail)["cover_download_url"].(string); !strings.HasPrefix(found, s.URL+"/covers/") {
		t.Errorf("the single job's cover is at %q", found)
	}
}

func TestServedCoverRefuses(t *testing.T) {
	t.Parallel()
	edit := func(name, value string) func(string) string {
		return func(cover string) string {
			path, query, _ := strings.Cut(cover, "?")
			values, _ := url.ParseQuery(query)
			values.Set(name, value)
			return path + "?" + values.Encode()
		}
	}
	same := func(cover string) string { return cover }
	tests := []struct {
		name   string
		after  time.Duration
		change func(string) string
		status int
		want   string
	}{
		{"just in time", 24*time.Hour - time.Second, same, 200, "PNG"},
		{"expired", 24 * time.Hour, same, 403, "<Code>AccessDenied</Code><Message>Request has expired</Message>"},
		{"longer than signed", 0, edit("Expires", "4102444800"), 403, "<Code>SignatureDoesNotMatch</Code>"},
		{"other signature", 0, edit("Signature", "x"), 403, "<Code>SignatureDoesNotMatch</Code>"},
		{"other key", 0, edit("AccessKeyId", "x"), 403, "<Code>SignatureDoesNotMatch</Code>"},
		{"other job", 0, func(cover string) string { return strings.Replace(cover, "/covers/", "/covers/0", 1) }, 403, "<Code>SignatureDoesNotMatch</Code>"},
		{"no signature", 0, func(cover string) string { return strings.Split(cover, "?")[0] }, 403, "<Code>SignatureDoesNotMatch</Code>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var later atomic.Int64
			s := startServer(t, WithServedCovers(), WithClock(func() time.Time { return testTime.Add(time.Duration(later.Load())) }))
			cover := test.change(coverOf(t, s))
			later.Store(int64(test.after))
			response, body := send(t, newRequest(t, s, http.MethodGet, cover, ""))
			if response.StatusCode != test.status || !strings.Contains(body, test.want) {
				t.Error(response.Status, body)
			}
		})
	}
	t.Run("removed job", func(t *testing.T) {
		t.Parallel()
		s := startServer(t, WithServedCovers(), WithJobCount(1))
		cover := coverOf(t, s)
		s.SetJobs(nil)
		if response, body := send(t, newRequest(t, s, http.MethodGet, cover, "")); response.StatusCode != http.StatusNotFound || !strings.Contains(body, "NoSuchKey") {
			t.Error(response.Status, body)
		}
	})
}

func TestServedCoverIsNotSignedElsewhere(t *testing.T) {
	t.Parallel()
	coverOf(t, startServer(t, WithServedCovers(), WithResignedCovers()))
}

func TestJobWithoutCover(t *testing.T) {
	t.Parallel()
	s := startServer(t, WithServedCovers(), WithJobs([]Job{{JobID: "a"}}))
	if cover, found := listJobs(t, s, "").Jobs[0]["cover_download_url"]; found {
		t.Errorf("the cover is at %v", cover)
	}
}

func TestCoversStayWhereTheyAreWithoutTheOption(t *testing.T) {
	t.Parallel()
	s := startServer(t, WithJobCount(1))
	if got := listJobs(t, s, "").Jobs[0]["cover_download_url"]; got != *StandardJobs(1)[0].CoverDownloadURL {
		t.Errorf("got %v", got)
	}
	// A URL that another server signed opens nothing here.
	cover := coverOf(t, startServer(t, WithServedCovers(), WithJobCount(1)))
	if response, body := send(t, newRequest(t, s, http.MethodGet, cover, "")); response.StatusCode != http.StatusNotFound {
		t.Error(response.Status, body)
	}
}

func TestExampleBatch(t *testing.T) {
	t.Parallel()
	got := listJobs(t, startServer(t, WithExampleBatch()), "?limit=100&batch_name="+exampleBatch)
	if got.Count == 0 || got.Count > 30 {
		t.Errorf("%d jobs in the batch", got.Count)
	}
	for _, job := range got.Jobs {
		if state, _ := job["state"].(string); !hasAsset(state) || job["asset_id"] == nil {
			t.Errorf("%v is not finished: %v, %v", job["job_id"], state, job["asset_id"])
		}
	}
	for i, job := range startServer(t, WithExampleBatch()).Jobs() {
		standard := StandardJobs(101)[i]
		if stringValue(job.BatchName) != exampleBatch && stringValue(job.BatchName) != stringValue(standard.BatchName) ||
			i < 10 && stringValue(job.BatchName) == exampleBatch {
			t.Errorf("job %d is in batch %s", i, stringValue(job.BatchName))
		}
	}
	if got := listJobs(t, startServer(t), "?batch_name="+exampleBatch); got.Count != 0 {
		t.Errorf("%d jobs in the batch without the option", got.Count)
	}
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	logged := make(chan Request, 10)
	s := startServer(t, WithRequestLog(func(r Request) { logged <- r }), WithoutRecording())
	listJobs(t, s, "?limit=1")
	r := <-logged
	if r.Call != CallListing || r.Status != 200 || r.RawQuery != "limit=1" || r.Path != listingPath || r.End.Before(r.Start) || r.Header != nil {
		t.Errorf("got %+v", r)
	}
	s.Fail(Fault{Reset: true})
	if _, err := testClient.Do(newRequest(t, s, http.MethodGet, "/", "")); err == nil {
		t.Error("no reset")
	}
	if r := <-logged; r.Status != 0 || r.Path != "/" {
		t.Errorf("got %+v", r)
	}
}
