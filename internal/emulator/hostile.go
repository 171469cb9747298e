package emulator

import (
	"bytes"
	"net/http"
	"strings"
	"time"
)

// HostileRunes are the Unicode characters that change the direction of text, a line separator and a
// C1 control character. They may stand in the value of a header.
const HostileRunes = "\u0085\u2028\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

// hostileText has what must not reach a terminal or a log: control characters, escape sequences and
// HostileRunes. net/http's client refuses headers with it, and repeats the line in its error.
const hostileText = "\x00\x07\x1b[2J\x1b]0;title\x07\r\n\ta\x7f" + HostileRunes + "b"

// HostileReply is a reply that no service should send.
type HostileReply struct {
	Name  string
	Fault Fault
	// Answered reports whether the real reply comes nevertheless, and a client should accept it.
	Answered bool
}

// Sizes of hostile replies.
const (
	// hostileBody is many times what a client should read of one reply.
	hostileBody = 30 << 20
	// hostileHeader is a little less than what net/http reads of headers by default.
	hostileHeader = 9 << 20
)

// HostileReplies returns replies to a call that no service should send. Every fault in it hits the
// next request of that call.
func HostileReplies(call string) []HostileReply {
	replies := []HostileReply{
		{"101 and then nothing", Fault{Status: http.StatusSwitchingProtocols}, false},
		{"102 and then nothing", Fault{Status: http.StatusProcessing}, false},
		{"nothing at all", Fault{Hang: true}, false},
		{"a flood of 103", Fault{Interim: http.StatusEarlyHints, InterimTimes: -1}, false},
		{"one 103 before the reply", Fault{Interim: http.StatusEarlyHints}, true},
		{"a body that ends with the connection", Fault{CloseDelimited: true}, true},
		{"a cut body that ends with the connection", Fault{CloseDelimited: true, Truncate: 40}, false},
		{"slow headers", Fault{HeaderPause: time.Millisecond}, true},
		{"headers that never end", Fault{HeaderPause: time.Hour}, false},
		{"a body that never ends", Fault{BodyPause: time.Hour}, false},
		{"an unsolicited response", Fault{Unsolicited: "HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{\"count\":0,\"jobs\":[]}\n"}, true},
		{"cut in the status line", Fault{CutAt: new(5)}, false},
		{"cut in a header", Fault{CutAt: new(30)}, false},
		{"cut before anything", Fault{CutAt: new(0)}, false},

		{"an error text with control characters", Fault{Code: "MSS.00000003", Message: hostileText}, false},
		{"an error text of megabytes", Fault{Status: 400, Flood: floodOfText("MSS.00000003", "text ", hostileHeader)}, false},
		{"an error code with control characters", Fault{Status: 400, Code: "MSS." + hostileText, Message: "x"}, false},
		{"a request ID with bidirectional controls", Fault{Status: 400, Header: http.Header{headerRequestID: {"id" + HostileRunes}}}, false},
		{"a request ID of megabytes", Fault{Status: 400, Header: http.Header{headerRequestID: {strings.Repeat("9", hostileHeader)}}}, false},
		{"a redirect with bidirectional controls", Fault{Redirect: "https://elsewhere.example/" + HostileRunes}, false},
		{"a redirect of megabytes", Fault{Redirect: "https://elsewhere.example/" + strings.Repeat("a", hostileHeader)}, false},
		{"a header with control characters", Fault{Status: 400, Header: http.Header{"X-Hostile": {hostileText}}}, false},
		{"a malformed header of megabytes", Fault{Status: 400, Header: http.Header{"X-Hostile": {"\x1b" + strings.Repeat("9", hostileHeader)}}}, false},
		{"a proxy's page with control characters", Fault{Status: 502, Body: "<html>" + hostileText + "</html>"}, false},

		{"the canonical request repeated", Fault{Echo: EchoCanonical}, false},
		{"the request repeated in an error text", Fault{Echo: EchoMessage}, false},
		{"the request repeated in an object", Fault{Echo: EchoObject}, false},
		{"the request repeated in a page", Fault{Echo: EchoHTML}, false},
		{"the request repeated in a redirect", Fault{Echo: EchoLocation}, false},
		{"the request repeated in headers", Fault{Echo: EchoHeaders}, true},
	}
	replies = append(replies, hostileBodies(call)...)
	for i := range replies {
		replies[i].Fault.Call = call
	}
	return replies
}

// hostileBodies returns the replies with a hostile body of one call.
func hostileBodies(call string) []HostileReply {
	switch call {
	case CallListing:
		replies := []HostileReply{
			{"30 MB of empty jobs", Fault{Flood: floodOfJobs("{}")}, false},
			{"30 MB of null jobs", Fault{Flood: floodOfJobs("null")}, false},
			{"ten million tags", Fault{Flood: FloodOfTags(10_000_000)}, false},
			{"Count beside count", Fault{Edit: replaceOnce(`{"count":`, `{"Count":7,"count":`)}, true},
			{"a fractional count", Fault{Edit: replaceCount("1.5")}, false},
			{"a count in words", Fault{Edit: replaceCount(`"101"`)}, false},
			{"a negative count", Fault{Edit: replaceCount("-1")}, false},
			{"a count beyond 64 bits", Fault{Edit: replaceCount("100000000000000000000")}, false},
			{"jobs twice", Fault{Edit: replaceOnce(`,"jobs":`, `,"jobs":[],"jobs":`)}, false},
			{"count twice", Fault{Edit: replaceOnce(`{"count":`, `{"count":1,"count":`)}, false},
			{"a tag that is null", Fault{Body: `{"count":1,"jobs":[{"job_id":"a","name":"a","state":"TRAINING","tags":[null]}]}`}, false},
		}
		for _, status := range []int{201, 202, 203, 205, 206, 207, 226} {
			replies = append(replies, HostileReply{"status " + http.StatusText(status), Fault{AsStatus: status}, false})
		}
		return replies
	case CallDetail:
		return []HostileReply{
			{"3.5 million logs", Fault{Flood: FloodOfLogs(3_500_000)}, false},
			{"a name twice", Fault{Edit: replaceOnce(`"name":`, `"name":"x","name":`)}, false},
		}
	case CallProjects:
		return []HostileReply{
			{"ten million projects", Fault{Flood: FloodOfProjects(10_000_000)}, false},
			{"a project name with control characters", Fault{
				Body: `{"projects":[{"id":"a","name":` + string(encodeJSON(hostileText)) + `},{"id":"b","name":"x"}]}`,
			}, false},
		}
	case CallTokens, CallIDTokens:
		return []HostileReply{{"30 MB of token", Fault{
			Status: http.StatusCreated, Flood: &Flood{Prefix: `{"token":{"catalog":[`, Item: "{}", Separator: ",", Count: hostileBody / 3, Suffix: "]}}"},
		}, false}}
	case CallSecurityTokens:
		return []HostileReply{{"30 MB of secret key", Fault{Status: http.StatusCreated, Flood: floodOfCredential(call)}, false}}
	case CallAssumeRole, CallAssumeRoleWithOIDC, CallSecurityKey:
		return []HostileReply{{"30 MB of secret key", Fault{Flood: floodOfCredential(call)}, false}}
	case CallMetadataToken:
		return []HostileReply{{"30 MB of token", Fault{Flood: &Flood{Item: "A", Count: hostileBody}}, false}}
	default:
		return nil
	}
}

// replaceOnce changes the first occurrence of a text in a body.
func replaceOnce(from, to string) func([]byte) []byte {
	return func(body []byte) []byte { return bytes.Replace(body, []byte(from), []byte(to), 1) }
}

// replaceCount puts another value in the place of a page's count.
func replaceCount(value string) func([]byte) []byte {
	return func(body []byte) []byte {
		_, rest, found := bytes.Cut(body, []byte(`,"jobs":`))
		if !found {
			return body
		}
		return append([]byte(`{"count":`+value+`,"jobs":`), rest...)
	}
}
