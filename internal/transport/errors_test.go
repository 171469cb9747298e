package transport

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

func TestParseErrorBody(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		want       errorBody
	}{
		{"MetaStudio", `{"error_code":"MSS.00000003","error_msg":"Invalid parameter"}`, errorBody{code: "MSS.00000003", message: "Invalid parameter"}},
		{"MetaStudio, as documented", "{\n\"error_code\" : \"MSS.00000004\",\n\"error_msg\" : \"Internal Error\"\n}\n", errorBody{code: "MSS.00000004", message: "Internal Error"}},
		{"gateway", `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information: verify aksk signature fail","request_id":"abc"}`,
			errorBody{code: "APIGW.0301", message: "Incorrect IAM authentication information: verify aksk signature fail", requestID: "abc"}},
		{"other gateway", `{"error_msg":"The API does not exist","error_code":"APIG.0101","request_id":"abc"}`,
			errorBody{code: "APIG.0101", message: "The API does not exist", requestID: "abc"}},
		{"IAM v5 denial", `{"error_code":"APIGW.0302","error_msg":"denied","request_id":"abc","encoded_authorization_message":"RW5jb2RlZA"}`,
			errorBody{code: "APIGW.0302", message: "denied", requestID: "abc"}},
		{"IAM v3", `{"error":{"code":401,"message":"The username or password is wrong.","title":"Unauthorized"}}`,
			errorBody{code: "401", message: "The username or password is wrong."}},
		{"IAM v3 with a string", `{"error":{"code":"EPS.0003","message":"no"}}`, errorBody{code: "EPS.0003", message: "no"}},
		{"IAM v3 with a title alone", `{"error":{"code":403,"message":"","title":"Forbidden"}}`, errorBody{code: "403", message: "Forbidden"}},
		{"IAM v3 without a message", `{"error":{"code":403,"message":null}}`, errorBody{code: "403"}},
		{"IAM v3.0", `{"error_code":"IAM.0011","error_msg":"Request body is invalid."}`, errorBody{code: "IAM.0011", message: "Request body is invalid."}},
		{"STS v5", `{"error_code":"STS5.1001","error_msg":"denied","encoded_authorization_message":"RW5jb2RlZA"}`, errorBody{code: "STS5.1001", message: "denied"}},
		{"code and message", `{"code":"X.1","message":"no"}`, errorBody{code: "X.1", message: "no"}},
		{"camel case", `{"errorCode":"X.1","errorMsg":"no"}`, errorBody{code: "X.1", message: "no"}},

		{"number as code", `{"error_code":40001,"error_msg":"no"}`, errorBody{code: "40001", message: "no"}},
		{"negative number as code", `{"code":-1,"message":"no"}`, errorBody{code: "-1", message: "no"}},
		{"long number as code", `{"code":12345678901234567890,"message":"no"}`, errorBody{code: "12345678901234567890", message: "no"}},
		{"number as message", `{"error_code":"X.1","error_msg":5}`, errorBody{code: "X.1", message: "5"}},
		{"number as request id", `{"error_code":"X.1","error_msg":"no","request_id":7}`, errorBody{code: "X.1", message: "no", requestID: "7"}},
		{"odd types besides", `{"error_code":["X"],"error_msg":"no","request_id":{"a":1},"code":true,"message":null}`, errorBody{message: "no"}},
		{"code alone", `{"error_code":"X.1"}`, errorBody{code: "X.1"}},
		{"message alone", `{"error_msg":"no"}`, errorBody{message: "no"}},
		{"blank message", `{"error_msg":" ","message":"no"}`, errorBody{message: "no"}},
		{"own shape before the others", `{"error_code":"X.1","error_msg":"one","code":"X.2","message":"two","error":{"code":"X.3","message":"three"}}`, errorBody{code: "X.1", message: "one"}},
		{"white space around", "\r\n\t {\"error_code\":\"X.1\",\"error_msg\":\"no\"} \n", errorBody{code: "X.1", message: "no"}},
		{"several lines", `{"error_code":"X.1","error_msg":"one\ntwo\t three\u001b[31m"}`, errorBody{code: "X.1", message: "one two three[31m"}},
		{"long message", `{"error_code":"X.1","error_msg":"` + strings.Repeat("a", 501) + `"}`, errorBody{code: "X.1", message: strings.Repeat("a", 500) + "…"}},

		{"error as a string", `{"error":"invalid_grant"}`, errorBody{}},
		{"nothing known", `{"status":"failed"}`, errorBody{}},
		{"empty object", `{}`, errorBody{}},
		{"null", `null`, errorBody{message: "null"}},
		{"list", `[{"error_code":"X.1"}]`, errorBody{}},
		{"string", `"no"`, errorBody{message: `"no"`}},
		{"HTML", "<html>\n<head><title>502 Bad Gateway</title></head>\n</html>\n", errorBody{message: "<html> <head><title>502 Bad Gateway</title></head> </html>"}},
		{"text", "upstream connect error\n", errorBody{message: "upstream connect error"}},
		{"truncated", `{"error_code":"X.1","error_msg":"n`, errorBody{}},
		{"twice", `{"error_code":"X.1"}{"error_code":"X.2"}`, errorBody{}},
		{"with a mark before it", "\ufeff {\"phone\":\"13800138000\"}", errorBody{}},
		{"page of jobs", ` {"count":1,"jobs":[{"contact":"13800138000"}]}`, errorBody{}},
		{"credential", `{"credential":{"secret":"s3cr3t"}}`, errorBody{}},
		{"empty", "", errorBody{}},
		{"blank", " \r\n ", errorBody{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := parseErrorBody([]byte(test.body)); got != test.want {
				t.Errorf("body %+v, want %+v", got, test.want)
			}
		})
	}
	if got := parseErrorBody(nil); got != (errorBody{}) {
		t.Errorf("no body: %+v", got)
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, body, want string }{
		{"empty", "", ""},
		{"short", "no", "no"},
		{"lines", "  one\r\n\ttwo\n\nthree  ", "one two three"},
		{"escape sequences", "\x1b[31mred\x1b[0m\x07\x00\x7f", "[31mred[0m"},
		{"escape sequences of one character", "a\u009b31mb\u0090c\u0085d", "a31mbc d"},
		{"text turned around", "a\u202e\u2066b\u202d\u200f\u061cc\u2069", "abc"},
		{"other separators", "a\u2028b\u2029c", "a b c"},
		{"not UTF-8", "a\xff\xfeb\xc3", "a�b�"},
		{"Chinese", "参数错误", "参数错误"},
		{"as long as may be", strings.Repeat("a", 500), strings.Repeat("a", 500)},
		{"too long", strings.Repeat("a", 501), strings.Repeat("a", 500) + "…"},
		{"far too long", strings.Repeat("a", 1<<20), strings.Repeat("a", 500) + "…"},
		{"too long in the middle of a character", "a" + strings.Repeat("参", 200), "a" + strings.Repeat("参", 166) + "…"},
		{"long white space", strings.Repeat(" ", 1<<20) + "a", ""},
		{"long line of controls", strings.Repeat("\x1b", 1<<20), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Excerpt([]byte(test.body)); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// presentable returns what is wrong with a text for a terminal or a log, "" if nothing is.
func presentable(text string) string {
	switch {
	case !utf8.ValidString(text):
		return "not UTF-8"
	case len(text) > maxExcerpt+len("…"):
		return "too long"
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }):
		return "has control characters"
	}
	return ""
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	cause := errors.New("connection reset by peer")
	for _, test := range []struct {
		name string
		err  *Error
		want string
	}{
		{"status", &Error{Status: 502, Attempts: 1}, "HTTP 502"},
		{"code", &Error{Status: 403, Code: "MSS.00024001", Attempts: 1}, "HTTP 403 MSS.00024001"},
		{"message", &Error{Status: 404, Message: "nothing here", Attempts: 1}, "HTTP 404: nothing here"},
		{"all", &Error{
			Method: "GET", URL: "https://metastudio.test/v1", Status: 503, Code: "APIGW.0201",
			Message: "Backend unavailable.", RequestID: "abc", Attempts: 6, Source: "the environment", Skew: time.Hour,
		}, "HTTP 503 APIGW.0201: Backend unavailable. (request abc) after 6 attempts"},
		{"no reply", &Error{Err: cause, Attempts: 2}, "connection reset by peer after 2 attempts"},
		{"both", &Error{Err: context.Canceled, Status: 429, Code: "APIGW.0308", RequestID: "abc", Attempts: 2},
			"context canceled; last reply HTTP 429 APIGW.0308 (request abc) after 2 attempts"},
		{"never left", &Error{Err: &authorizeError{err: cause}}, "signing in: connection reset by peer"},
		{"redirect", &Error{Err: &redirectError{from: "https://a.test", to: "https://b.test"}, Status: 302, Attempts: 1},
			"https://a.test redirects to https://b.test: not followed, credentials go to no other host; last reply HTTP 302"},
		{"wait", &Error{Err: &WaitError{Wait: 12*time.Second + 345*time.Millisecond}, Attempts: 1},
			"the next attempt is due in 12.3s, after the time for this read is over"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.err.Error(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestRequestID reads the request ID from where each service puts it.
func TestRequestID(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		header http.Header
		body   string
		want   string
	}{
		{"header", http.Header{"X-Request-Id": {"of the header"}}, `{"error_code":"X","request_id":"of the body"}`, "of the header"},
		{"IAM", http.Header{"X-Iam-Trace-Id": {"of IAM"}}, `{}`, "of IAM"},
		{"header before IAM's", http.Header{"X-Request-Id": {"of the header"}, "X-Iam-Trace-Id": {"of IAM"}}, `{}`, "of the header"},
		{"body", nil, `{"error_code":"X","request_id":"of the body"}`, "of the body"},
		{"nowhere", nil, "<html>", ""},
		{"far too long", http.Header{"X-Request-Id": {strings.Repeat("a", 10000)}}, "", strings.Repeat("a", 500) + "…"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				maps.Copy(w.Header(), test.header)
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(test.body))
			})
			if failed := failureOf(t, newTestClient(t), get(t.Context(), t, server.URL)); failed.RequestID != test.want {
				t.Errorf("request id %q, want %q", failed.RequestID, test.want)
			}
		})
	}
}

// TestErrorIsPresentable: an error is fit for a terminal, whatever the reply.
func TestErrorIsPresentable(t *testing.T) {
	t.Parallel()
	address := listen(t, rawReply("HTTP/1.1 400 \x1b[31mBad\r\nX-Request-Id: \u009b31m\r\nContent-Length: 30\r\n\r\n"+
		"\x1b[2J\xff\u0090{\"error_msg\":\"\x07\"}abcdefgh"))
	failed := failureOf(t, newTestClient(t), get(t.Context(), t, "http://"+address))
	if problem := presentable(failed.Error()); problem != "" || failed.Status != http.StatusBadRequest {
		t.Errorf("the error %s: %q", problem, failed.Error())
	}
}

// TestErrorShowsNoQuery: a filter may be somebody's name, and the error has a place of its own for
// filters.
func TestErrorShowsNoQuery(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	for _, fault := range []emulator.Fault{{Status: http.StatusBadRequest}, {Reset: true, Times: -1}} {
		server.Fail(fault)
		failed := failureOf(t, newTestClient(t), get(t.Context(), t, server.URL+jobsPath+"?name=somebody"))
		if strings.Contains(failed.Error()+failed.URL, "somebody") {
			t.Errorf("error %v of %s", failed, failed.URL)
		}
	}
}

// TestSkew compares the service's clock with the local one.
func TestSkew(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		fault emulator.Fault
		want  time.Duration
	}{
		{"none", emulator.Fault{}, 0},
		{"ahead", emulator.Fault{ClockSkew: 20 * time.Minute}, 20 * time.Minute},
		{"behind", emulator.Fault{ClockSkew: -time.Hour}, -time.Hour},
		{"unreadable", emulator.Fault{Header: http.Header{"Date": {"today"}}}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startServer(t, emulator.WithClock(atNoon))
			test.fault.Status = http.StatusUnauthorized
			server.Fail(test.fault)
			if failed := failureOf(t, newTestClient(t), get(t.Context(), t, server.URL+jobsPath)); failed.Skew != test.want {
				t.Errorf("skew %s, want %s", failed.Skew, test.want)
			}
		})
	}
}
