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

// FuzzParseErrorBody: whatever the body, its texts are fit for a terminal, and survive another
// round in the service's own shape.
func FuzzParseErrorBody(f *testing.F) {
	seed(f, "error_*", func(data []byte) { f.Add(data) })
	f.Fuzz(func(t *testing.T, data []byte) {
		parsed := parseErrorBody(data)
		for name, text := range map[string]string{"code": parsed.code, "message": parsed.message, "request id": parsed.requestID} {
			if problem := presentable(text); problem != "" {
				t.Errorf("the %s %s: %q", name, problem, text)
			}
		}
		if problem := presentable(Excerpt(data)); problem != "" {
			t.Errorf("the excerpt %s: %q", problem, Excerpt(data))
		}
		if parsed.code == "" && parsed.message != Excerpt(data) && !json.Valid(data) {
			t.Errorf("%q is no JSON, and its message is %q", data, parsed.message)
		}
		if parsed.code == "" && parsed.message == "" && Excerpt(data) != "" {
			t.Errorf("nothing is said of %q", data)
		}

		rest := func(parsed errorBody) errorBody {
			body, err := json.Marshal(map[string]string{"error_code": parsed.code, "error_msg": parsed.message, "request_id": parsed.requestID})
			if err != nil {
				t.Fatal(err)
			}
			return parseErrorBody(body)
		}
		if parsed.code == "" && parsed.message == "" {
			return
		}
		// Texts that were cut short end with a mark, which may be cut once more.
		again := rest(parsed)
		if len(parsed.code) <= maxExcerpt && again.code != parsed.code || len(parsed.message) <= maxExcerpt && again.message != parsed.message ||
			len(parsed.requestID) <= maxExcerpt && again.requestID != parsed.requestID {
			t.Errorf("%+v is read back as %+v", parsed, again)
		}
	})
}

// FuzzParseThrottle: whatever the text, the waits and rates that follow from it are in range.
func FuzzParseThrottle(f *testing.F) {
	seed(f, "error_*", func(data []byte) { f.Add(string(data)) })
	for _, text := range []string{
		"policy user over ratelimit,limit:200,time:5 minute", "limit:600,time:1 minute", "limit:20,time:1 second", "limit: 1 , time: 24 hours",
		"limit:0,time:0 day", "limit:999999999,time:999999 day", "limit:20,time:24855 day",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		requests, window, ok := parseThrottle(text)
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
		// The sums of defaultBackoff and of the limiter's pause do not overflow.
		if far := time.Now().Add(window); backoffFloor+window+window/10 < window || !far.After(time.Now()) {
			t.Errorf("a window of %s ends at %s", window, far)
		}
	})
}
