package emulator

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// testTime is the time of the tests: the emulator's and the signers'.
var testTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

const listingPath = "/v1/" + ProjectID + "/digital-human-training-manage/user/jobs"

// startServer returns a running server, whose clock stands still.
func startServer(t *testing.T, options ...Option) *Server {
	t.Helper()
	s, err := Start(append([]Option{WithClock(func() time.Time { return testTime })}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// testClient keeps no connections and follows no redirects, so that tests do not touch one another.
var testClient = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// newRequest makes a request with headers "Name: value".
func newRequest(t *testing.T, s *Server, method, path, body string, headers ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	return r
}

// pairOfKeys signs requests.
type pairOfKeys struct{ access, secret, token string }

var permanentKeys = pairOfKeys{AccessKey, SecretKey, ""}

// sign signs a request as the documentation says, with the date of the tests.
func (k pairOfKeys) sign(t *testing.T, r *http.Request, body string) *http.Request {
	t.Helper()
	return k.signAt(t, r, body, testTime.Format(sdkDateFormat))
}

// signAt signs a request with a date.
func (k pairOfKeys) signAt(t *testing.T, r *http.Request, body, date string) *http.Request {
	t.Helper()
	r.Header.Set(headerSdkDate, date)
	signed := []string{"host", "x-sdk-date"}
	if k.token != "" {
		r.Header.Set(headerSecurityToken, k.token)
		signed = append(signed, "x-security-token")
	}
	canonical, err := canonicalRequest(r, []byte(body), signed)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", signatureAlgorithm+" Access="+k.access+", SignedHeaders="+strings.Join(signed, ";")+
		", Signature="+signatureOf(k.secret, date, canonical))
	return r
}

// send sends a request and reads the whole reply.
func send(t *testing.T, r *http.Request) (*http.Response, string) {
	t.Helper()
	response, err := testClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

// getSigned sends a signed GET of a project's resource.
func getSigned(t *testing.T, s *Server, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	r := newRequest(t, s, http.MethodGet, path, "", append([]string{headerProjectID + ": " + ProjectID}, headers...)...)
	return send(t, permanentKeys.sign(t, r, ""))
}

// listed is a page, as a client without our types sees it.
type listed struct {
	Count int              `json:"count"`
	Jobs  []map[string]any `json:"jobs"`
}

// listJobs gets a page of the listing, which must succeed.
func listJobs(t *testing.T, s *Server, query string, headers ...string) listed {
	t.Helper()
	response, body := getSigned(t, s, listingPath+query, headers...)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s %s (%s)", query, response.Status, body, lastRefusal(s))
	}
	if h := response.Header; h.Get("X-Request-Id") == "" || h.Get("X-Iam-Trace-Id") != "" || h.Get("Content-Type") != "application/json" {
		t.Errorf("GET %s: headers %v", query, response.Header)
	}
	return decodeAs[listed](t, body)
}

func (l listed) ids() []string {
	ids := []string{}
	for _, job := range l.Jobs {
		id, _ := job["job_id"].(string)
		ids = append(ids, id)
	}
	return ids
}

func decodeAs[T any](t *testing.T, body string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return v
}

func lastRefusal(s *Server) string {
	requests := s.Requests()
	if len(requests) == 0 {
		return ""
	}
	return requests[len(requests)-1].Refused
}

// checkRefusal checks a reply's status, code and a part of its text.
func checkRefusal(t *testing.T, s *Server, response *http.Response, body string, status int, code, part string) {
	t.Helper()
	var shape struct {
		Code  string `json:"error_code"`
		Msg   string `json:"error_msg"`
		Error struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
			Title   string `json:"title"`
		} `json:"error"`
		RequestID string `json:"request_id"`
	}
	if err := json.Unmarshal([]byte(body), &shape); err != nil {
		t.Fatalf("%s: %v in %q", response.Status, err, body)
	}
	got := shape.Code
	if shape.Error.Code != 0 {
		got = "v3"
		if shape.Error.Code != status || shape.Error.Title != http.StatusText(status) {
			t.Errorf("IAM v3 error %+v does not agree with status %d", shape.Error, status)
		}
	}
	if response.StatusCode != status || got != code || !strings.Contains(shape.Msg+shape.Error.Message, part) {
		t.Errorf("got %s %s, want %d %s with %q; refused because: %s", response.Status, body, status, code, part, lastRefusal(s))
	}
	if strings.HasPrefix(code, "APIG") && (shape.RequestID == "" || shape.RequestID != response.Header.Get(headerRequestID)) {
		t.Errorf("request_id is %q, the header's is %q", shape.RequestID, response.Header.Get(headerRequestID))
	}
}
