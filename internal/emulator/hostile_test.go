package emulator

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// allCalls are the calls that HostileReplies knows.
var allCalls = []string{
	CallListing, CallDetail, CallProjects, CallTokens, CallCheckToken, CallSecurityTokens, CallIDTokens, CallAssumeRole,
	CallAssumeRoleWithOIDC, CallMetadataToken, CallSecurityKey,
}

func TestHostileReplies(t *testing.T) {
	t.Parallel()
	for _, call := range allCalls {
		names := map[string]bool{}
		for _, reply := range HostileReplies(call) {
			if names[reply.Name] || reply.Fault.Call != call {
				t.Errorf("%s: %s is there twice, or hits %s", call, reply.Name, reply.Fault.Call)
			}
			names[reply.Name] = true
			// Only a fault that takes the place of the reply may hide it.
			if reply.Answered && reply.Fault.answers() {
				t.Errorf("%s: %s answers itself", call, reply.Name)
			}
		}
	}
}

func TestHostileListings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		// want must be in the body or in the headers.
		want string
	}{
		{"one 103 before the reply", 200, `"count":101`},
		{"slow headers", 200, `"count":101`},
		{"Count beside count", 200, `{"Count":7,"count":101,`},
		{"a fractional count", 200, `{"count":1.5,"jobs":[{`},
		{"a count in words", 200, `{"count":"101","jobs":[{`},
		{"a negative count", 200, `{"count":-1,"jobs":[{`},
		{"a count beyond 64 bits", 200, `{"count":100000000000000000000,`},
		{"jobs twice", 200, `"jobs":[],"jobs":[{`},
		{"count twice", 200, `{"count":1,"count":101`},
		{"a tag that is null", 200, `"tags":[null]`},
		{"status Created", 201, `"count":101`},
		{"status Accepted", 202, `"count":101`},
		{"status Non-Authoritative Information", 203, `"count":101`},
		{"status Reset Content", 205, ""},
		{"status Partial Content", 206, `"count":101`},
		{"status Multi-Status", 207, `"count":101`},
		{"status IM Used", 226, `"count":101`},
		{"an error text with control characters", 400, `\u001b[2J`},
		{"a request ID with bidirectional controls", 400, "\u202e"},
		{"a redirect with bidirectional controls", 302, "\u2066"},
		{"a redirect of megabytes", 302, strings.Repeat("a", hostileHeader)},
		{"a request ID of megabytes", 400, strings.Repeat("9", hostileHeader)},
		{"an error text of megabytes", 400, strings.Repeat("text ", hostileHeader/5)},
	}
	replies := HostileReplies(CallListing)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			at := slices.IndexFunc(replies, func(r HostileReply) bool { return r.Name == test.name })
			if at < 0 {
				t.Fatal("there is no such reply")
			}
			s := startServer(t)
			s.Fail(replies[at].Fault)
			response, body := getSigned(t, s, listingPath)
			found := strings.Contains(body, test.want)
			for _, values := range response.Header {
				found = found || slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, test.want) })
			}
			if response.StatusCode != test.status || !found {
				t.Errorf("%s, %d bytes: %.300s", response.Status, len(body), body)
			}
			if answered := response.StatusCode == http.StatusOK && strings.Contains(body, `"count":101`) &&
				!strings.Contains(test.name, "twice"); answered != replies[at].Answered {
				t.Errorf("answered %v, told %v", answered, replies[at].Answered)
			}
		})
	}
}
