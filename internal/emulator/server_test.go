package emulator

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDataChangeBetweenPages(t *testing.T) {
	t.Parallel()
	s := startServer(t, WithJobCount(25))
	removed := listJobs(t, s, "?limit=1").ids()[0]
	s.Reset()
	s.OnListing(func(n int, r *http.Request) {
		if n == 2 && requestedOffset(r) == 10 {
			s.Remove(removed)
		}
	})
	first, second := listJobs(t, s, "?limit=10"), listJobs(t, s, "?limit=10&offset=10")
	if first.Count != 25 || second.Count != 24 || first.ids()[0] != removed {
		t.Errorf("counts %d, %d", first.Count, second.Count)
	}
	if calls := s.Count(CallListing); calls != 2 {
		t.Errorf("%d listings", calls)
	}
	s.OnListing(func(int, *http.Request) { t.Error("the hook is called for a single job") })
	getSigned(t, s, listingPath+"/"+first.ids()[1])
	s.OnListing(nil)
	if slices.Contains(listJobs(t, s, "?limit=100").ids(), removed) {
		t.Error("the job is still there")
	}
}

func TestDataChanges(t *testing.T) {
	t.Parallel()
	s := startServer(t, WithJobCount(3))
	jobs := s.Jobs()
	*jobs[0].CreateTime = "changed" // a copy: nobody sees it
	s.Insert(Job{JobID: "new", Name: "new", State: "TRAINING", CreateTime: new("2026-01-01T00:00:00Z")})
	s.Insert(Job{JobID: jobs[1].JobID, Name: "replaced", State: "TRAINING", CreateTime: new("2026-01-02T00:00:00Z")})
	if !s.Update(jobs[2].JobID, func(j *Job) { j.State = "JOB_SUCCESS" }) || s.Update("nobody", func(*Job) {}) {
		t.Error("Update does not say whether there is such a job")
	}
	got := listJobs(t, s, "?sort_dir=desc")
	if got.Count != 4 || got.Jobs[0]["name"] != "replaced" || got.Jobs[1]["job_id"] != "new" || got.Jobs[2]["state"] != "JOB_SUCCESS" {
		t.Errorf("got %v", got)
	}
	s.SetJobs(nil)
	if got := listJobs(t, s, ""); got.Count != 0 {
		t.Errorf("count %d", got.Count)
	}
	s.Insert(Job{JobID: "twice", Name: "first"}, Job{JobID: "twice", Name: "second"})
	if got := listJobs(t, s, ""); got.Count != 1 || got.Jobs[0]["name"] != "second" {
		t.Errorf("one ID inserted twice at once: %v", got)
	}
}

func TestRememberedListingsAreBounded(t *testing.T) {
	t.Parallel()
	s := startServer(t, WithJobCount(1), WithoutRecording())
	for i := range maxViews + 10 {
		listJobs(t, s, fmt.Sprintf("?name=%d", i))
	}
	if got := len(s.store.current().views); got > maxViews {
		t.Errorf("%d listings are remembered", got)
	}
}

func TestRecording(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	listJobs(t, s, "?name=a+b&limit=3", headerAppUserID+": user-1")
	send(t, newRequest(t, s, http.MethodPost, "/v3/auth/tokens", `{"auth":{}}`))
	send(t, newRequest(t, s, http.MethodGet, "/nowhere", ""))
	all := s.Requests()
	if len(all) != 3 || all[0].Call != CallListing || all[1].Call != CallTokens || all[2].Call != "" {
		t.Fatalf("got %+v", all)
	}
	first := s.RequestsOf(CallListing)[0]
	if first.Query.Get("name") != "a+b" || first.Header.Get(headerAppUserID) != "user-1" || first.Status != 200 ||
		first.RawQuery != "name=a+b&limit=3" || first.Path != listingPath || first.Number != 1 || first.End.Before(first.Start) {
		t.Errorf("got %+v", first)
	}
	if string(all[1].Body) != `{"auth":{}}` || all[0].ID == all[1].ID || len(all[0].ID) != 32 {
		t.Errorf("got %+v", all[1])
	}
	if s.Count("") != 3 || s.Count(CallListing) != 1 || s.PeakInFlight("") != 1 {
		t.Errorf("count %d, peak %d", s.Count(""), s.PeakInFlight(""))
	}
	s.Close() // waits for the requests in flight
	for call, n := range s.recorder.current {
		if n != 0 {
			t.Errorf("%d requests of %q are still in flight", n, call)
		}
	}
	s.Reset()
	if len(s.Requests()) != 0 || s.Count("") != 0 || s.PeakInFlight("") != 0 {
		t.Error("Reset forgets not all")
	}
}

func TestGzip(t *testing.T) {
	t.Parallel()
	tests := []struct {
		accept  string
		options []Option
		want    string
	}{
		{"gzip", nil, "gzip"},
		{"deflate, GZIP;q=0.5", nil, "gzip"},
		{"gzip;q=0", nil, ""},
		{"gzip; q=0.0", nil, ""},
		{"gzip; q=0.001", nil, "gzip"},
		{"identity", nil, ""},
		{"gzip", []Option{WithoutGzip()}, ""},
	}
	for _, test := range tests {
		t.Run(test.accept, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, test.options...)
			r := newRequest(t, s, http.MethodGet, listingPath, "", headerAuthToken+": "+Token, "Accept-Encoding: "+test.accept)
			response, err := testClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if got := response.Header.Get("Content-Encoding"); got != test.want {
				t.Fatalf("Content-Encoding is %q", got)
			}
			body := response.Body
			if test.want == "gzip" {
				if body, err = gzip.NewReader(response.Body); err != nil {
					t.Fatal(err)
				}
			}
			var got listed
			if err := json.NewDecoder(body).Decode(&got); err != nil || got.Count != 101 {
				t.Errorf("%v, count %d", err, got.Count)
			}
		})
	}
}

func TestHandlerWithoutListener(t *testing.T) {
	t.Parallel()
	s := New(WithClock(func() time.Time { return testTime }))
	defer s.Close()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, listingPath, nil)
	r.Header.Set(headerAuthToken, Token)
	s.ServeHTTP(w, r)
	if w.Code != http.StatusOK || w.Header().Get(headerRequestID) == "" {
		t.Error(w.Code, w.Body)
	}
}

func TestLargestBody(t *testing.T) {
	t.Parallel()
	s := startServer(t, WithoutRecording())
	for size, want := range map[int]string{12 << 20: "APIGW.0101", 12<<20 + 1: "APIGW.0201"} {
		response, body := send(t, newRequest(t, s, http.MethodPost, "/nowhere", strings.Repeat("a", size)))
		if status := map[string]int{"APIGW.0101": 404, "APIGW.0201": 413}[want]; response.StatusCode != status || !strings.Contains(body, want) {
			t.Errorf("%d bytes: %s %s", size, response.Status, body)
		}
	}
}

func TestStartReportsATakenAddress(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	if _, err := Start(WithAddr(s.URL[len("http://"):])); err == nil {
		t.Error("two servers listen on one address")
	}
	s.Close()
	s.Close()
}

// TestURLOnAllAddresses: the address is one that a provider on this machine takes without TLS.
func TestURLOnAllAddresses(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0"} {
		s, err := Start(WithAddr(addr))
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		if !strings.HasPrefix(s.URL, "http://127.0.0.1:") {
			t.Errorf("listening on %s is named %s", addr, s.URL)
		}
	}
}

func BenchmarkListing(b *testing.B) {
	s := New(WithJobCount(100_000), WithoutRecording(), WithoutGzip())
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, listingPath+"?limit=100&offset=50000", nil)
	r.Header.Set(headerAuthToken, Token)
	for b.Loop() {
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
}

// TestTimesFollowTheClock runs the service an hour behind this machine and wants every time that it
// writes to agree with its own clock, so that a client can learn the difference.
func TestTimesFollowTheClock(t *testing.T) {
	t.Parallel()
	now := time.Now().Add(-time.Hour).Truncate(time.Second)
	s := startServer(t, WithClock(func() time.Time { return now }), WithInstanceAgency(), WithoutMetadataTokens())
	response, body := send(t, newRequest(t, s, http.MethodPost, "/v3/auth/tokens", fmt.Sprintf(passwordBody, UserName, Password, DomainName, Region)))
	got := decodeAs[struct {
		Token struct {
			Issued  time.Time `json:"issued_at"`
			Expires time.Time `json:"expires_at"`
		} `json:"token"`
	}](t, body).Token
	date, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil || !date.Equal(now) || !got.Issued.Equal(now) || !got.Expires.Equal(now.Add(24*time.Hour)) {
		t.Errorf("%v, date %s, issued %s, expires %s; the clock is %s", err, date, got.Issued, got.Expires, now)
	}
	_, body = send(t, newRequest(t, s, http.MethodGet, securityKeyPath, ""))
	key := decodeAs[map[string]map[string]string](t, body)["credential"]
	if want := now.Add(24 * time.Hour).UTC().Format(tokenTimeFormat); key["expires_at"] != want {
		t.Errorf("the instance's key expires at %s, want %s", key["expires_at"], want)
	}
}
