package transport

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// seed adds the files of testdata with this pattern, as a service sent them.
func seed(f *testing.F, pattern string, add func(data []byte)) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds like %s: %v", pattern, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		add(data)
	}
}

// FuzzParseErrorBody: whatever comes back, what is shown of it is fit to be
// shown, and what is found is found again in the service's own shape.
func FuzzParseErrorBody(f *testing.F) {
	seed(f, "error_*", func(data []byte) { f.Add(data) })
	f.Fuzz(func(t *testing.T, data []byte) {
		parsed := ParseErrorBody(data)
		for name, text := range map[string]string{"code": parsed.Code, "message": parsed.Message, "request id": parsed.RequestID} {
			if problem := presentable(text); problem != "" {
				t.Errorf("the %s %s: %q", name, problem, text)
			}
		}
		if problem := presentable(Excerpt(data)); problem != "" {
			t.Errorf("the excerpt %s: %q", problem, Excerpt(data))
		}
		if parsed.Code == "" && parsed.Message != Excerpt(data) && !json.Valid(data) {
			t.Errorf("%q is no JSON, and its message is %q", data, parsed.Message)
		}
		if parsed.Code == "" && parsed.Message == "" && Excerpt(data) != "" {
			t.Errorf("nothing is said of %q", data)
		}

		rest := func(parsed ErrorBody) ErrorBody {
			body, err := json.Marshal(map[string]string{"error_code": parsed.Code, "error_msg": parsed.Message, "request_id": parsed.RequestID})
			if err != nil {
				t.Fatal(err)
			}
			return ParseErrorBody(body)
		}
		if parsed.Code == "" && parsed.Message == "" {
			return
		}
		// Texts that were cut short end with a mark, which may be cut once more.
		again := rest(parsed)
		if len(parsed.Code) <= maxMessage && again.Code != parsed.Code || len(parsed.Message) <= maxMessage && again.Message != parsed.Message ||
			len(parsed.RequestID) <= maxMessage && again.RequestID != parsed.RequestID {
			t.Errorf("%+v is read back as %+v", parsed, again)
		}
	})
}

// FuzzParseThrottle: whatever a gateway writes, the waits and rates that come
// out of it make sense.
func FuzzParseThrottle(f *testing.F) {
	seed(f, "error_*", func(data []byte) { f.Add(string(data)) })
	for _, text := range []string{
		"policy user over ratelimit,limit:200,time:5 minute", "limit:600,time:1 minute", "limit:20,time:1 second", "limit: 1 , time: 24 hours",
		"limit:0,time:0 day", "limit:999999999,time:999999 day", "limit:20,time:24855 day",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		requests, window, ok := ParseThrottle(text)
		if !ok {
			if requests != 0 || window != 0 {
				t.Errorf("not a policy, but %d in %s", requests, window)
			}
			return
		}
		if requests < 1 || requests > 999_999_999 || window < time.Second || window > longestHint || window%time.Second != 0 {
			t.Fatalf("%d in %s", requests, window)
		}
		if perSecond := float64(requests) / window.Seconds(); perSecond <= 0 || perSecond > 999_999_999 {
			t.Errorf("%v requests a second", perSecond)
		}
		// The sums of Backoff and of the limiter's pause do not overflow.
		if far := time.Now().Add(window); backoffFloor+window+window/10 < window || !far.After(time.Now()) {
			t.Errorf("a window of %s ends at %s", window, far)
		}
	})
}
