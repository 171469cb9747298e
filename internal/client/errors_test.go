package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// What must never show in an error, and stands in the replies of these tests.
const (
	contact  = "13800138000"
	coverURL = "https://obs.example.com/cover?AccessKeyId=AK&Signature=EmulatedUrlSignature"
	person   = `"name":"Li Lei","contact":"` + contact + `","cover_download_url":"` + coverURL + `"`
)

// leakIn returns what of a job a text shows, "" when nothing does.
func leakIn(text string) string {
	for _, secret := range []string{contact[:8], "Signature", "AccessKeyId", "obs.example", "Li Lei", emulator.URLSecret} {
		if strings.Contains(text, secret) {
			return secret
		}
	}
	return ""
}

// TestRepliesThatAreNotThisAPIs come with status 200.
func TestRepliesThatAreNotThisAPIs(t *testing.T) {
	t.Parallel()
	const job = `{"job_id":"1",` + person + `}`
	const noCount = `its "count" is not a whole number from 0 to 2147483647`
	for _, test := range []struct{ name, body, want string }{
		{"HTML", "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>", `it begins "<!DOCTYPE html> <html><head><title>Sign in</title></head></html>"`},
		{"HTML with attributes", `<html lang="en"><h1>200</h1></html>`, `it begins "<html lang=\"en\"><h1>200</h1></html>"`},
		{"long HTML", "<html>" + strings.Repeat("a", 200), `it begins "<html>` + strings.Repeat("a", 74) + `"`},
		{"text", "no healthy upstream", `it begins "no healthy upstream"`},
		{"blank", " \r\n", "it is empty"},
		{"truncated", `{"count":1,"jobs":[{"job_id":"1",` + person, "it breaks off after 171 bytes"},
		{"truncated in a text", `{"count":1,"jobs":[{"job_id":"1","contact":"13800138`, "it breaks off after 52 bytes"},
		{"truncated and blank", "\n{\"count\":1, \n", "it breaks off after 11 bytes"},
		{"truncated before the count", `{"count":`, "it breaks off after 9 bytes"},
		{"not JSON", `{"count":1,"jobs":[{"job_id":"1","contact":"13800138000"x}]}`, "it is not valid JSON at byte 57"},
		{"something after it", `{"count":1,"jobs":[` + job + `]}]`, "it is not valid JSON at byte 175"},
		{"two of them", `{"count":0}{"count":0}`, "it is not valid JSON at byte 12"},

		{"list", `[` + job + `]`, "it is not a JSON object"},
		{"text in JSON", `"` + contact + `"`, "it is not a JSON object"},
		{"number", contact, "it is not a JSON object"},
		{"null", "null", `it begins "null"`},
		{"with a mark before it", "\ufeff" + `{"contact":"` + contact + `"}`, "it is not a JSON object"},
		{"with a guard before it", ")]}',\n" + job, "it is not a JSON object"},
		{"in a function", "callback(" + job + ")", "it is not a JSON object"},
		{"job by job", "1," + contact + "," + coverURL, "it is not a JSON object"},

		{"nothing in it", `{}`, `it has no "count"`},
		{"no count", `{"jobs":[` + job + `]}`, `it has no "count"`},
		{"another reply", `{"total":1,"items":[` + job + `]}`, `it has no "count"`},
		{"count of null", `{"count":null,"jobs":[]}`, `it has no "count"`},
		{"negative count", `{"count":-1,"jobs":[` + job + `]}`, noCount},
		{"count beyond 32 bits", `{"count":2147483648,"jobs":[` + job + `]}`, noCount},
		{"count far beyond", `{"count":1e400,"jobs":[]}`, noCount},
		{"count of a fraction", `{"count":1.5,"jobs":[]}`, noCount},
		{"count of a boolean", `{"count":true,"jobs":[]}`, noCount},
		{"count in another case beside none", `{"Count":1,"jobs":[]}`, `it has no "count"`},
		{"jobs twice", `{"count":1,"jobs":[],"jobs":[` + job + `]}`, `"jobs" is in it twice`},
		{"count twice", `{"count":1,"count":2,"jobs":[]}`, `"count" is in it twice`},
		{"field twice", `{"count":1,"jobs":[{"job_id":"1","name":"a","name":"b"}]}`, `"name" is in it twice`},
		{"unknown key twice", `{"count":1,"` + contact + `":1,"` + contact + `":2}`, "a key is in it twice"},
		{"more jobs than were asked for", `{"count":1,"jobs":[` + strings.Repeat(`{"job_id":"1"},`, maxPageSize) + `{}]}`, "it has more than the 100 jobs that were asked for"},
		{"text that is too long", `{"count":1,"jobs":[{"job_id":"1","name":"` + strings.Repeat("a", maxText+1) + `"}]}`, "a text in it has more than 16384 bytes"},
		{"tag that is too long", `{"count":1,"jobs":[{"job_id":"1","tags":["` + strings.Repeat("a", maxText+1) + `"]}]}`, "a text in it has more than 16384 bytes"},
		{"too many tags", `{"count":1,"jobs":[{"job_id":"1","tags":["a"` + strings.Repeat(`,"a"`, maxTexts) + `]}]}`, "a list in it has more than 100 elements"},
		{"count of a text", `{"count":"1","jobs":[` + job + `]}`, noCount},
		{"jobs of an object", `{"count":1,"jobs":` + job + `}`, `"jobs" in it is an object`},
		{"jobs of a text", `{"count":1,"jobs":"` + contact + `"}`, `"jobs" in it is a string`},
		{"jobs of numbers", `{"count":1,"jobs":[` + contact + `]}`, `"jobs" in it is a number`},
		{"job without an id", `{"count":2,"jobs":[` + job + `,{` + person + `}]}`, `job 2 of the page has no "job_id"`},
		{"job with an empty id", `{"count":1,"jobs":[{"job_id":"",` + person + `}]}`, `job 1 of the page has no "job_id"`},
		{"job of null", `{"count":1,"jobs":[null]}`, `job 1 of the page has no "job_id"`},
		{"id of a number", `{"count":1,"jobs":[{"job_id":` + contact + `}]}`, `"jobs.job_id" in it is a number`},
		{"contact of a number", `{"count":1,"jobs":[{"job_id":"1","contact":` + contact + `}]}`, `"jobs.contact" in it is a number`},
		{"contact in a list", `{"count":1,"jobs":[{"job_id":"1","contact":["` + contact + `"]}]}`, `"jobs.contact" in it is an array`},
		{"tags of a text", `{"count":1,"jobs":[{"job_id":"1","tags":"` + contact + `"}]}`, `"jobs.tags" in it is a string`},
		{"flag of a text", `{"count":1,"jobs":[{"job_id":"1","is_flexus":"` + contact + `"}]}`, `"jobs.is_flexus" in it is a string`},
		{"flag of a number", `{"count":1,"jobs":[{"job_id":"1","is_flexus":` + contact + `}]}`, `"jobs.is_flexus" in it is a number`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			server.Fail(emulator.Fault{Call: emulator.CallListing, Body: test.body})
			list, err := connect(t, server).ListJobs(t.Context(), &ListJobsOptions{})
			failed, ok := errors.AsType[*ListError](err)
			if !ok || list != nil {
				t.Fatalf("got %v, %v", list, err)
			}
			failure, ok := errors.AsType[*transport.Error](err)
			if !ok {
				t.Fatalf("failed with %v, want a *transport.Error", err)
			}
			if got, want := failure.Err.Error(), "the reply is not this API's: "+test.want; got != want {
				t.Errorf("failed with\n%s, want\n%s", got, want)
			}
			if leak := leakIn(err.Error()); leak != "" && !strings.Contains(test.want, leak) {
				t.Errorf("the error shows %q: %v", leak, err)
			}
			want := &transport.Error{
				Method: http.MethodGet, Status: http.StatusOK, Attempts: 1,
				URL:       server.URL + "/v1/" + emulator.ProjectID + "/digital-human-training-manage/user/jobs",
				RequestID: server.Requests()[0].ID, Err: failure.Err, Source: "the emulator's token",
			}
			if diff := cmp.Diff(*want, *failure, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(Reading{Requests: 1}, failed.Reading); diff != "" {
				t.Errorf("reading (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRepliesThatBreakOff cuts the documented page at each of its bytes.
func TestRepliesThatBreakOff(t *testing.T) {
	t.Parallel()
	page := strings.TrimSpace(string(readFixture(t, "jobs_documented.json")))
	for n := range len(page) {
		_, _, err := avatarJobs.decode([]byte(page[:n]), maxPageSize)
		if err == nil {
			t.Fatalf("%d bytes of %d are a page", n, len(page))
		}
		got := notThisAPI(err, []byte(page[:n])).Error()
		want := fmt.Sprintf("the reply is not this API's: it breaks off after %d bytes", len(strings.TrimSpace(page[:n])))
		if n == 0 {
			want = "the reply is not this API's: it is empty"
		}
		if got != want {
			t.Fatalf("after %d bytes: %q, want %q", n, got, want)
		}
	}
}

// TestTruncatedPage is one that arrives whole and broken.
func TestTruncatedPage(t *testing.T) {
	t.Parallel()
	server := start(t)
	server.Fail(emulator.Fault{Call: emulator.CallListing, Truncate: 1000})
	_, err := connect(t, server).ListJobs(t.Context(), &ListJobsOptions{})
	if err == nil || !strings.Contains(err.Error(), "it breaks off after 1000 bytes") || leakIn(err.Error()) != "" {
		t.Errorf("failed with %v", err)
	}
}

// TestListErrorSaysWhatWasAsked for, without the parameters of a page.
func TestListErrorSaysWhatWasAsked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		options ListJobsOptions
		want    string
	}{
		{"nothing", ListJobsOptions{}, "sort_dir=asc, sort_key=create_time"},
		{"window", ListJobsOptions{Offset: 10, Limit: 20}, "sort_dir=asc, sort_key=create_time"},
		{"some", ListJobsOptions{State: []string{"TRAINING", "COMPILING"}, Name: "a b", IsFlexus: new(false)},
			"is_flexus=false, name=a b, sort_dir=asc, sort_key=create_time, state=COMPILING,TRAINING"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			server.Fail(emulator.Fault{Status: http.StatusBadRequest})
			_, err := connect(t, server).ListJobs(t.Context(), &test.options)
			failed, ok := errors.AsType[*ListError](err)
			if !ok {
				t.Fatalf("failed with %v", err)
			}
			if failed.Filters != test.want || failed.What != "avatar training jobs" {
				t.Errorf("filters of %s: %q, want %q", failed.What, failed.Filters, test.want)
			}
		})
	}
}

func TestErrorTexts(t *testing.T) {
	t.Parallel()
	failure := &OpError{Op: "reading", Err: &transport.Error{Status: 403, Attempts: 1}}
	for _, test := range []struct {
		name   string
		err    error
		want   string
		within error // what it unwraps to
	}{
		{"list", &ListError{What: "avatar training jobs", Reading: Reading{Pages: 2, Rows: 199, Requests: 5}, Filters: "name=x", Err: failure},
			"reading avatar training jobs (2 pages, 199 jobs, 5 requests so far): reading: HTTP 403", failure},
		{"not found", &NotFoundError{JobID: "1", Err: failure}, "there is no avatar training job 1: reading: HTTP 403", failure},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.err.Error(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
			if got := errors.Unwrap(test.err); (got == nil) != (test.within == nil) || !errors.Is(got, test.within) {
				t.Errorf("unwraps to %v", got)
			}
		})
	}
}
