package provider

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestFaults spoils the first page, one in the middle and the last, each in every way that the
// service and the network have.
func TestFaults(t *testing.T) {
	t.Parallel()
	asked := http.Header{"Retry-After": {"0"}}
	tests := []struct {
		name  string
		fault emulator.Fault
		fails []string // what the diagnostic says, all of it; empty for a fault that passes
	}{
		{"503 once", emulator.Fault{Status: 503}, nil},
		{"500 once", emulator.Fault{Status: 500}, nil},
		{"502 once", emulator.Fault{Status: 502, Body: "<html>Bad Gateway</html>"}, nil},
		{"504 once", emulator.Fault{Status: 504}, nil},
		{"408 once", emulator.Fault{Status: 408}, nil},
		{"429 once", emulator.Fault{Status: 429, Code: "APIGW.0308", Message: "throttled", Header: asked}, nil},
		{"a connection reset once", emulator.Fault{Reset: true}, nil},
		{"a reply cut off once", emulator.Fault{CutAfter: 50}, nil},
		{"503 for ever", emulator.Fault{Status: 503, Times: -1}, []string{"HTTP 503", "Request ID: ", "Attempts: 3", "report it to Huawei Cloud with the request ID"}},
		{"429 for longer than the read may take", emulator.Fault{Status: 429, Code: "APIGW.0308", Message: "policy user over ratelimit,limit:20,time:1 second", Header: http.Header{"Retry-After": {"3600"}}, Times: -1},
			[]string{"the next attempt is due in 1h0m", "HTTP 429", "APIGW.0308: policy user over ratelimit,limit:20,time:1 second", "Attempts: 1", "Lower max_requests_per_second", "The read had 10m"}},
		{"400", emulator.Fault{Status: 400, Code: "MSS.00000003", Message: "Invalid parameter"},
			[]string{"HTTP 400", "MSS.00000003: Invalid parameter", "Attempts: 1", "The request had sort_dir=asc, sort_key=create_time"}},
		{"project and token disagree", emulator.Fault{Status: 400, Code: "MSS.00010009", Message: "project mismatch"}, []string{"Set project_id to the token's own project"}},
		{"wrong signature", emulator.Fault{Status: 401, Code: "APIGW.0301", Message: "Incorrect IAM authentication information: verify aksk signature fail"},
			[]string{"HTTP 401", "Attempts: 1", "Credential: access key from", "check that secret_key belongs to access_key"}},
		{"locked", emulator.Fault{Status: 401, Code: "APIGW.0301", Message: "Incorrect IAM authentication information: AK access failed to reach the limit,forbidden"},
			[]string{"The access key is locked for five minutes"}},
		{"403", emulator.Fault{Status: 403, Code: "MSS.00024001", Message: "no privilege"}, []string{"HTTP 403", `"MetaStudio ReadOnlyAccess" where the console offers it, else "MetaStudio FullAccess"`}},
		{"frozen", emulator.Fault{Status: 403, Code: "MSS.00022009", Message: "frozen"}, []string{"The IAM user is frozen"}},
		{"not signed", emulator.Fault{Status: 403, Code: "MSS.00022008", Message: "not signed"}, []string{"has not accepted the privacy statement"}},
		{"404 of the gateway", emulator.Fault{Status: 404, Code: "APIGW.0101", Message: "The API does not exist"}, []string{"MetaStudio is not in every region"}},
		{"501", emulator.Fault{Status: 501}, []string{"HTTP 501", "Attempts: 1"}},
		{"a page of HTML", emulator.Fault{Body: "<html><body>Sign in to the proxy</body></html>", Status: 200}, []string{"but the reply is not this API's: it begins", "Sign in to the proxy", "whether a proxy or a sign-in page is in between"}},
		{"half a page", emulator.Fault{Truncate: 60}, []string{"but the reply is not this API's: it breaks off after 60 bytes"}},
		{"nothing", emulator.Fault{Status: 200, Body: "{}"}, []string{`it has no "count"`}},
		{"wrong types", emulator.Fault{Status: 200, Body: `{"count":"101","jobs":[]}`}, []string{`its "count" is not a whole number from 0 to 2147483647`}},
		{"a redirect elsewhere", emulator.Fault{Redirect: "https://elsewhere.example.com/"}, []string{"redirects to https://elsewhere.example.com: not followed"}},
	}
	positions := []struct {
		name   string
		offset int
	}{{"first", 0}, {"middle", 196}, {"last", 294}}
	for n, test := range tests {
		position := positions[n%len(positions)] // where a page stands makes no difference to the text
		t.Run(test.name+", "+position.name+" page", func(t *testing.T) {
			t.Parallel()
			server := startEmulator(t, emulator.WithJobCount(350))
			fault := test.fault
			fault.Call, fault.Offset = emulator.CallListing, &position.offset
			server.Fail(fault)
			config := providerBlock(server, "max_retries = 2", "max_requests_per_second = 1000") + dataBlock()
			if test.fails == nil {
				readInProcess(t, newProvider, config, hasJobs(oldestFirst(server.Jobs(), everyJob)))
				return
			}
			failInProcess(t, newProvider, config, `(?s)Unable to list avatar training jobs.*`+inOrder(test.fails))
		})
	}
}

// TestClockOff reads with a service whose clock is an hour and a half ahead.
func TestClockOff(t *testing.T) {
	t.Parallel()
	server := startEmulator(t, emulator.WithClock(func() time.Time { return time.Now().Add(90 * time.Minute) }))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config:      providerBlock(server) + dataBlock(),
			ExpectError: regexp.MustCompile(`(?s)HTTP[\s│]+401.*` + words("This machine's clock is") + `[\s│]+1h(29m\d+s|30m)[\s│]+` + words("behind the service's")),
		}},
	})
}

// TestReadTimeout waits for a service that does not answer.
func TestReadTimeout(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		fault emulator.Fault
		want  []string
	}{
		{"on the network", emulator.Fault{Offset: new(int), Delay: time.Hour}, []string{"the read timed out after", "The read had 2s", "timeouts = { read", pageTimeLimit}},
		{"on back-off", emulator.Fault{Status: 503, Times: -1, Header: http.Header{"Retry-After": {"3600"}}}, []string{"the next attempt is due in 1h0m", "HTTP 503", "The read had 2s"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startEmulator(t)
			test.fault.Call = emulator.CallListing
			server.Fail(test.fault)
			failInProcess(t, newProvider, providerBlock(server)+dataBlock(`timeouts = { read = "2s" }`), `(?s)Unable to list.*`+inOrder(test.want))
		})
	}
}

// inOrder makes a pattern of texts that follow each other.
func inOrder(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = regexp.QuoteMeta(text)
	}
	return strings.Join(quoted, ".*")
}
