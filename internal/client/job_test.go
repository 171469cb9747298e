package client

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

const documentedJob = "646682facddb4912976f19a4d61c6a91"

func TestGetJob(t *testing.T) {
	t.Parallel()
	server := start(t)
	server.Fail(emulator.Fault{Call: emulator.CallDetail, Body: string(readFixture(t, "job_detail.json"))})
	job, err := connect(t, server).GetJob(t.Context(), documentedJob, "")
	if err != nil {
		t.Fatal(err)
	}
	want := &JobDetail{
		Job: Job{
			JobID: documentedJob, Name: new("Name 1"), State: new("TRAINING"), ProjectID: new("***"),
			CoverDownloadURL: new("https://example.com/" + documentedJob + "_cover?param1=XXX&param2=YYY"),
			LastUpdateTime:   new("2023-12-09T07:38:09Z"), CreateTime: new("2023-12-08T08:30:56Z"), Contact: new("1**********"),
			Tags: []string{"spring", "studio"}, ModelVersion: new("V3.2"), MattingType: new("AI"), IsFlexus: new(false), OptionalTrainingLocation: []string{},
		},
		OperationLogs: []OperationLog{
			{OperateTime: new("2023-12-08T08:30:56Z"), LogType: new("USER_CREATE_JOD"), OperateUser: new("USER"), RedoReasons: []string{}},
			{LogType: new("SYSTEM_VERIFY_FAILED"), LogDescription: new("The resolution of the video is not supported."), ErrorCode: new("44005901"), RedoReasons: []string{"RESOLUTION"}},
		},
		CommentLogs: []CommentLog{{
			OperateTime: new("2023-12-09T07:38:09Z"), CommentType: new("USER_COMMENT"), CommentTitle: new("First look"), CommentMessage: new("The left hand is cut off."),
		}},
		FlexusRetryCount: new(int64(3)), AudioSourceType: new("VIDEO"), SupportedService: []string{"VIDEO_2D", "LIVE_2D"},
		AllocatedResource: &AllocatedResource{ResourceID: new("8f5b1a7c"), ChargeMode: new("ONE_TIME"), ExpireTime: new("2024-12-08T08:30:56Z")},
		VoiceTrainJobID:   new("26f06524-4f75-4b3a-a853-b649a21aaf66"),
		SubTrainingJobInfo: []SubTrainingJob{{
			JobID: new("sub1"), SubJobType: new("TRAINING"), State: new("SUCCESS"), CreateTime: new(int64(1702024256000)), LastUpdateTime: new(int64(1702107489000)),
		}},
		TrainVideoRotationState: new("SUCCESS"), ActionVideoRotationState: new("WAITING"),
	}
	if diff := cmp.Diff(want, job); diff != "" {
		t.Errorf("job (-want +got):\n%s", diff)
	}
}

// TestGetJobFillsLists: whatever way the service says nothing, lists are there.
func TestGetJobFillsLists(t *testing.T) {
	t.Parallel()
	want := &JobDetail{
		Job:           Job{JobID: "1", Tags: []string{}, OptionalTrainingLocation: []string{}},
		OperationLogs: []OperationLog{}, CommentLogs: []CommentLog{}, SupportedService: []string{}, SubTrainingJobInfo: []SubTrainingJob{},
	}
	for _, test := range []struct{ name, body string }{
		{"absent", `{"job_id":"1"}`},
		{"null", `{"job_id":"1","name":null,"tags":null,"optional_training_location":null,"operation_logs":null,"comment_logs":null,` +
			`"supported_service":null,"sub_training_job_info":null,"allocated_resource":null,"cover_download_url":"null"}`},
		{"empty", `{"job_id":"1","tags":[],"optional_training_location":[],"operation_logs":[],"comment_logs":[],"supported_service":[],"sub_training_job_info":[]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			server.Fail(emulator.Fault{Call: emulator.CallDetail, Body: test.body})
			job, err := connect(t, server).GetJob(t.Context(), "1", "")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, job); diff != "" {
				t.Errorf("job (-want +got):\n%s", diff)
			}
		})
	}
}

// TestGetJobOfAnEndUser: the same job is there for one and not for another.
func TestGetJobOfAnEndUser(t *testing.T) {
	t.Parallel()
	jobs := []emulator.Job{{JobID: "1", AppUserID: new("user-1")}, {JobID: "2"}}
	for _, test := range []struct {
		name, job, user string
		found           bool
	}{
		{"own job", "1", "user-1", true},
		{"job of the account", "2", "", true},
		{"another's job", "1", "user-2", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, emulator.WithJobs(jobs))
			job, err := connect(t, server).GetJob(t.Context(), test.job, test.user)
			if _, missing := errors.AsType[*NotFoundError](err); missing == test.found || test.found && (err != nil || job.JobID != test.job) {
				t.Errorf("got %+v, %v", job, err)
			}
			requests := server.Requests()
			if len(requests) != 1 || requests[0].Call != emulator.CallDetail || requests[0].RawQuery != "" {
				t.Fatalf("requests %+v", requests)
			}
			var want []string
			if test.user != "" {
				want = []string{test.user}
			}
			if diff := cmp.Diff(want, requests[0].Header.Values("X-App-UserId")); diff != "" {
				t.Errorf("X-App-UserId (-want +got):\n%s", diff)
			}
		})
	}
}

// TestGetJobFailures tells a job that is not there from a call that is not.
func TestGetJobFailures(t *testing.T) {
	t.Parallel()
	const doing = "reading the avatar training job 1: "
	for _, test := range []struct {
		name     string
		fault    emulator.Fault
		notFound bool
		text     string
	}{
		{"not found", emulator.Fault{Status: 404, Code: "MSS.00010010", Message: "The training job does not exist"}, true,
			"there is no avatar training job 1: " + doing + "HTTP 404 MSS.00010010: The training job does not exist"},
		{"the gateway knows no such call", emulator.Fault{Status: 404, Code: "APIGW.0101", Message: "The API does not exist"}, false, doing + "HTTP 404 APIGW.0101: The API does not exist"},
		{"nor does the other gateway", emulator.Fault{Status: 404, Code: "APIG.0101", Message: "The API does not exist"}, false, doing + "HTTP 404 APIG.0101: The API does not exist"},
		{"not found by a proxy", emulator.Fault{Status: 404, Body: "<html>404 page not found</html>"}, false, doing + "HTTP 404: <html>404 page not found</html>"},
		{"not found without a word", emulator.Fault{Status: 404, Body: " "}, false, doing + "HTTP 404"},
		{"forbidden", emulator.Fault{Status: 403, Code: "MSS.00024001", Message: "No privilege"}, false, doing + "HTTP 403 MSS.00024001: No privilege"},
		{"bad request", emulator.Fault{Status: 400, Code: "MSS.00000003", Message: "Invalid parameter"}, false, doing + "HTTP 400 MSS.00000003: Invalid parameter"},
		{"unavailable", emulator.Fault{Status: 503, Code: "APIGW.0201", Message: "Backend unavailable.", Times: -1}, false,
			doing + "HTTP 503 APIGW.0201: Backend unavailable. after 4 attempts"},
		{"another job", emulator.Fault{Body: `{"job_id":"2","contact":"13800138000"}`}, false, doing + `the reply is not this API's: its "job_id" is "2"; last reply HTTP 200`},
		{"no job", emulator.Fault{Body: `{"count":1,"jobs":[{"job_id":"1","contact":"13800138000"}]}`}, false,
			doing + `the reply is not this API's: its "job_id" is ""; last reply HTTP 200`},
		{"another job with a long id", emulator.Fault{Body: `{"job_id":"` + strings.Repeat("2", 1000) + `"}`}, false,
			doing + `the reply is not this API's: its "job_id" is "` + strings.Repeat("2", 500-len(`the reply is not this API's: its "job_id" is "`)) + `…; last reply HTTP 200`},
		{"not found with 400", emulator.Fault{Status: 400, Code: "MSS.47010065"}, true,
			"there is no avatar training job 1: " + doing + "HTTP 400 MSS.47010065: The task does not exist"},
		{"not found with 400 of another code", emulator.Fault{Status: 400, Code: "MSS.10001001"}, true,
			"there is no avatar training job 1: " + doing + "HTTP 400 MSS.10001001: The resource does not exist"},
		{"bad request of the gateway", emulator.Fault{Status: 400, Code: "APIGW.0602"}, false, doing + "HTTP 400 APIGW.0602: Bad request"},
		{"400 of a proxy", emulator.Fault{Status: 400, Body: "<html>"}, false, doing + "HTTP 400: <html>"},
		{"name twice", emulator.Fault{Body: `{"job_id":"1","name":"13800138000","name":"b"}`}, false,
			doing + `the reply is not this API's: "name" is in it twice; last reply HTTP 200`},
		{"too many logs", emulator.Fault{Flood: emulator.FloodOfLogs(maxRecords + 1)}, false,
			doing + `the reply is not this API's: a list in it has more than 10000 elements; last reply HTTP 200`},
		{"a text that is too long", emulator.Fault{Body: `{"job_id":"1","name":"` + strings.Repeat("a", maxText+1) + `"}`}, false,
			doing + `the reply is not this API's: a text in it has more than 16384 bytes; last reply HTTP 200`},
		{"another success", emulator.Fault{AsStatus: 206}, false, doing + `the reply is not this API's: its status is not 200; last reply HTTP 206 MSS.41000003: The training task does not exist`},
		{"wrong type", emulator.Fault{Body: `{"job_id":"1","operation_logs":"13800138000"}`}, false,
			doing + `the reply is not this API's: "operation_logs" in it is a string; last reply HTTP 200`},
		{"wrong type of a number", emulator.Fault{Body: `{"job_id":"1","flexus_retry_count":"13800138000"}`}, false,
			doing + `the reply is not this API's: "flexus_retry_count" in it is a string; last reply HTTP 200`},
		{"HTML", emulator.Fault{Body: "<html><title>Sign in</title>"}, false, doing + `the reply is not this API's: it begins "<html><title>Sign in</title>"; last reply HTTP 200`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			test.fault.Call = emulator.CallDetail
			server.Fail(test.fault)
			job, err := connect(t, server).GetJob(t.Context(), "1", "")
			failure, ok := errors.AsType[*transport.Error](err)
			if !ok || job != nil {
				t.Fatalf("got %v, %v", job, err)
			}
			if failure.RequestID != server.Requests()[server.Count("")-1].ID || failure.Attempts != server.Count("") {
				t.Errorf("request id %q, attempts %d", failure.RequestID, failure.Attempts)
			}
			text := strings.ReplaceAll(err.Error(), " (request "+failure.RequestID+")", "")
			if text != test.text {
				t.Errorf("failed with\n%s, want\n%s", text, test.text)
			}
			missing, ok := errors.AsType[*NotFoundError](err)
			if ok != test.notFound || ok && (missing.JobID != "1" || !errors.Is(missing.Err, failure)) {
				t.Errorf("failed with %#v", err)
			}
			if strings.Contains(err.Error(), "13800138000") {
				t.Error("the error shows a contact")
			}
		})
	}
}

// TestGetJobPath looks at what an id becomes on the wire.
func TestGetJobPath(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, prefix, project, id, want string }{
		{"plain", "", "p1", documentedJob, "/v1/p1/digital-human-training-manage/user/jobs/" + documentedJob},
		{"slash", "", "p1", "a/b", "/v1/p1/digital-human-training-manage/user/jobs/a%2Fb"},
		{"two levels up", "", "p1", "../..", "/v1/p1/digital-human-training-manage/user/jobs/..%2F.."},
		{"query", "", "p1", "a?b=c&d", "/v1/p1/digital-human-training-manage/user/jobs/a%3Fb=c&d"},
		{"fragment", "", "p1", "a#b", "/v1/p1/digital-human-training-manage/user/jobs/a%23b"},
		{"escape", "", "p1", "%2F", "/v1/p1/digital-human-training-manage/user/jobs/%252F"},
		{"space", "", "p1", " a b ", "/v1/p1/digital-human-training-manage/user/jobs/%20a%20b%20"},
		{"Chinese", "", "p1", "名", "/v1/p1/digital-human-training-manage/user/jobs/%E5%90%8D"},
		{"three dots", "", "p1", "...", "/v1/p1/digital-human-training-manage/user/jobs/..."},
		{"project", "", "p/1", "a", "/v1/p%2F1/digital-human-training-manage/user/jobs/a"},
		{"prefix", "/gateway", "p1", "a", "/gateway/v1/p1/digital-human-training-manage/user/jobs/a"},
		{"prefix with a slash", "/gateway/", "p1", "a", "/gateway/v1/p1/digital-human-training-manage/user/jobs/a"},

		{"this level", "", "p1", ".", ""},
		{"a level up", "", "p1", "..", ""},
		{"no id", "", "p1", "", ""},
		{"project a level up", "", "..", "a", ""},
		{"no project", "", "", "a", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var asked []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.RequestURI)
				_, _ = io.WriteString(w, `{"job_id":"?"}`)
			}))
			t.Cleanup(server.Close)
			endpoint, err := url.Parse(server.URL + test.prefix)
			if err != nil {
				t.Fatal(err)
			}
			base := transport.NewBase(nil)
			t.Cleanup(base.CloseIdleConnections)
			_, err = New(endpoint, test.project, transport.New(transport.Config{Base: base})).GetJob(t.Context(), test.id, "")
			if _, ok := errors.AsType[*OpError](err); !ok {
				t.Errorf("failed with %v", err)
			}
			var want []string
			if test.want != "" {
				want = []string{test.want}
			}
			if diff := cmp.Diff(want, asked); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if endpoint.String() != server.URL+test.prefix {
				t.Errorf("the endpoint has become %s", endpoint)
			}
		})
	}
}
