package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestListJobsRequest looks at what each option becomes on the wire, to the letter.
func TestListJobsRequest(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("", 8*60*60)
	const nasty = "名字 (&=?!#%.*)~/+"
	const nastyOnWire = "%E5%90%8D%E5%AD%97%20%28%26%3D%3F%21%23%25.%2A%29~%2F%2B"
	for _, test := range []struct {
		name    string
		options ListJobsOptions
		query   string     // on the wire
		decoded url.Values // what it says beyond the page and the order
		header  string     // X-App-UserId
	}{
		{"none", ListJobsOptions{}, "limit=100&offset=0&sort_dir=asc&sort_key=create_time", nil, ""},
		{"state", ListJobsOptions{State: []string{"TRAINING"}},
			"limit=100&offset=0&sort_dir=asc&sort_key=create_time&state=TRAINING", url.Values{"state": {"TRAINING"}}, ""},
		{"states", ListJobsOptions{State: []string{"TRAINING", "JOB_SUCCESS", "COMPILING"}},
			"limit=100&offset=0&sort_dir=asc&sort_key=create_time&state=COMPILING%2CJOB_SUCCESS%2CTRAINING", url.Values{"state": {"COMPILING,JOB_SUCCESS,TRAINING"}}, ""},
		{"no states", ListJobsOptions{State: []string{}}, "limit=100&offset=0&sort_dir=asc&sort_key=create_time", nil, ""},
		{"sort_key", ListJobsOptions{SortKey: SortByUpdateTime}, "limit=100&offset=0&sort_dir=asc&sort_key=update_time", nil, ""},
		{"sort_key, asset_order", ListJobsOptions{SortKey: SortByAssetOrder}, "limit=100&offset=0&sort_dir=asc&sort_key=asset_order", nil, ""},
		{"sort_dir", ListJobsOptions{SortDir: SortDescending}, "limit=100&offset=0&sort_dir=desc&sort_key=create_time", nil, ""},
		{"create_since", ListJobsOptions{CreateSince: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
			"create_since=2026-01-02T03%3A04%3A05Z&limit=100&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"create_since": {"2026-01-02T03:04:05Z"}}, ""},
		{"create_since, elsewhere", ListJobsOptions{CreateSince: time.Date(2026, 1, 1, 7, 59, 59, 1, east)},
			"create_since=2026-01-01T00%3A00%3A00Z&limit=100&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"create_since": {"2026-01-01T00:00:00Z"}}, ""},
		{"create_until", ListJobsOptions{CreateUntil: time.Date(2026, 1, 1, 8, 0, 0, 999999999, east)},
			"create_until=2026-01-01T00%3A00%3A00Z&limit=100&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"create_until": {"2026-01-01T00:00:00Z"}}, ""},
		{"update_since", ListJobsOptions{UpdateSince: time.Date(2025, 12, 31, 23, 59, 59, 500000000, time.UTC)},
			"limit=100&offset=0&sort_dir=asc&sort_key=create_time&update_since=2026-01-01T00%3A00%3A00Z", url.Values{"update_since": {"2026-01-01T00:00:00Z"}}, ""},
		{"update_until", ListJobsOptions{UpdateUntil: time.Date(2025, 12, 31, 23, 59, 59, 500000000, time.UTC)},
			"limit=100&offset=0&sort_dir=asc&sort_key=create_time&update_until=2025-12-31T23%3A59%3A59Z", url.Values{"update_until": {"2025-12-31T23:59:59Z"}}, ""},
		{"query_project_id", ListJobsOptions{QueryProjectID: emulator.ProjectID},
			"limit=100&offset=0&query_project_id=" + emulator.ProjectID + "&sort_dir=asc&sort_key=create_time", url.Values{"query_project_id": {emulator.ProjectID}}, ""},
		{"batch_name", ListJobsOptions{BatchName: nasty},
			"batch_name=" + nastyOnWire + "&limit=100&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"batch_name": {nasty}}, ""},
		{"tag", ListJobsOptions{Tag: "a,b"}, "limit=100&offset=0&sort_dir=asc&sort_key=create_time&tag=a%2Cb", url.Values{"tag": {"a,b"}}, ""},
		{"job_id", ListJobsOptions{JobID: "646682facddb4912976f19a4d61c6a91"},
			"job_id=646682facddb4912976f19a4d61c6a91&limit=100&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"job_id": {"646682facddb4912976f19a4d61c6a91"}}, ""},
		{"name", ListJobsOptions{Name: nasty}, "limit=100&name=" + nastyOnWire + "&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"name": {nasty}}, ""},
		{"name, a space", ListJobsOptions{Name: " "}, "limit=100&name=%20&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"name": {" "}}, ""},
		{"name, a plus", ListJobsOptions{Name: "+"}, "limit=100&name=%2B&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"name": {"+"}}, ""},
		{"model_resolution", ListJobsOptions{ModelResolution: "4K"},
			"limit=100&model_resolution=4K&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"model_resolution": {"4K"}}, ""},
		{"is_flexus", ListJobsOptions{IsFlexus: new(true)}, "is_flexus=true&limit=100&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"is_flexus": {"true"}}, ""},
		{"is_flexus, false", ListJobsOptions{IsFlexus: new(false)}, "is_flexus=false&limit=100&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"is_flexus": {"false"}}, ""},
		{"is_live_copy", ListJobsOptions{IsLiveCopy: new(true)}, "is_live_copy=true&limit=100&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"is_live_copy": {"true"}}, ""},
		{"is_ondemand_resource", ListJobsOptions{IsOndemandResource: new(false)},
			"is_ondemand_resource=false&limit=100&offset=0&sort_dir=asc&sort_key=create_time", url.Values{"is_ondemand_resource": {"false"}}, ""},
		{"train_location", ListJobsOptions{TrainLocation: "cn-north-4"},
			"limit=100&offset=0&sort_dir=asc&sort_key=create_time&train_location=cn-north-4", url.Values{"train_location": {"cn-north-4"}}, ""},
		{"offset", ListJobsOptions{Offset: 2147483647}, "limit=100&offset=2147483647&sort_dir=asc&sort_key=create_time", nil, ""},
		{"limit", ListJobsOptions{Limit: 7}, "limit=7&offset=0&sort_dir=asc&sort_key=create_time", nil, ""},
		{"limit of more than a page", ListJobsOptions{Limit: 101}, "limit=100&offset=0&sort_dir=asc&sort_key=create_time", nil, ""},
		{"app_user_id", ListJobsOptions{AppUserID: "user-1 (test)"}, "limit=100&offset=0&sort_dir=asc&sort_key=create_time", nil, "user-1 (test)"},
		{"all", allOptions(),
			"batch_name=spring&create_since=2026-01-01T00%3A00%3A00Z&create_until=2026-02-01T00%3A00%3A00Z&is_flexus=true&is_live_copy=false&is_ondemand_resource=true&" +
				"job_id=646682facddb4912976f19a4d61c6a91&limit=20&model_resolution=1080P&name=Name%201&offset=10&query_project_id=" + emulator.ProjectID +
				"&sort_dir=desc&sort_key=update_time&state=JOB_SUCCESS%2CTRAINING&tag=studio&train_location=cn-north-4&" +
				"update_since=2026-01-03T00%3A00%3A00Z&update_until=2026-02-03T00%3A00%3A00Z",
			url.Values{
				"batch_name": {"spring"}, "create_since": {"2026-01-01T00:00:00Z"}, "create_until": {"2026-02-01T00:00:00Z"}, "is_flexus": {"true"}, "is_live_copy": {"false"},
				"is_ondemand_resource": {"true"}, "job_id": {"646682facddb4912976f19a4d61c6a91"}, "model_resolution": {"1080P"}, "name": {"Name 1"},
				"query_project_id": {emulator.ProjectID}, "state": {"JOB_SUCCESS,TRAINING"}, "tag": {"studio"}, "train_location": {"cn-north-4"},
				"update_since": {"2026-01-03T00:00:00Z"}, "update_until": {"2026-02-03T00:00:00Z"},
			}, "user-1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, emulator.WithJobCount(0))
			list, err := connect(t, server).ListJobs(t.Context(), &test.options)
			if err != nil {
				t.Fatal(err)
			}
			if list.Jobs == nil || len(list.Jobs) != 0 || list.TotalCount != 0 {
				t.Errorf("got %+v of nothing", list)
			}
			requests := server.Requests()
			if len(requests) != 1 {
				t.Fatalf("%d requests", len(requests))
			}
			request := requests[0]
			if request.Method != http.MethodGet || request.Path != "/v1/"+emulator.ProjectID+"/digital-human-training-manage/user/jobs" || len(request.Body) != 0 {
				t.Errorf("sent %s %s with %d bytes", request.Method, request.Path, len(request.Body))
			}
			if request.RawQuery != test.query {
				t.Errorf("query\n%s, want\n%s", request.RawQuery, test.query)
			}
			said := request.Query
			for _, name := range []string{"limit", "offset", "sort_dir", "sort_key"} {
				if len(said[name]) != 1 {
					t.Errorf("%s is %q", name, said[name])
				}
				delete(said, name)
			}
			if test.decoded == nil {
				test.decoded = url.Values{}
			}
			if diff := cmp.Diff(test.decoded, said); diff != "" {
				t.Errorf("query (-want +got):\n%s", diff)
			}
			wantHeader := []string{"Accept-Encoding", "User-Agent", "X-Auth-Token"}
			if test.header != "" {
				wantHeader = []string{"Accept-Encoding", "User-Agent", "X-App-Userid", "X-Auth-Token"}
			}
			if diff := cmp.Diff(wantHeader, slices.Sorted(maps.Keys(request.Header))); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
			if got := request.Header.Get("X-App-UserId"); got != test.header {
				t.Errorf("X-App-UserId %q, want %q", got, test.header)
			}
		})
	}
}

// allOptions returns options of which none has its zero value.
func allOptions() ListJobsOptions {
	return ListJobsOptions{
		State: []string{"TRAINING", "JOB_SUCCESS"}, SortKey: SortByUpdateTime, SortDir: SortDescending,
		CreateSince: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), CreateUntil: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
		UpdateSince: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC), UpdateUntil: time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC),
		QueryProjectID: emulator.ProjectID, BatchName: "spring", Tag: "studio", Name: "Name 1", JobID: "646682facddb4912976f19a4d61c6a91", ModelResolution: "1080P",
		IsFlexus: new(true), IsLiveCopy: new(false), IsOndemandResource: new(true), TrainLocation: "cn-north-4", Offset: 10, Limit: 20, AppUserID: "user-1",
	}
}

// documentedParameters are those of the API reference of List2dModelTrainingJob.
var documentedParameters = []string{
	"batch_name", "create_since", "create_until", "is_flexus", "is_live_copy", "is_ondemand_resource", "job_id", "limit",
	"model_resolution", "name", "offset", "query_project_id", "sort_dir", "sort_key", "state", "tag", "train_location",
	"update_since", "update_until",
}

// TestEveryOptionIsSent compares ListJobsOptions with the parameters of the API, and with what is
// sent of it.
func TestEveryOptionIsSent(t *testing.T) {
	t.Parallel()
	options := allOptions()
	server := start(t, emulator.WithJobCount(0))
	if _, err := connect(t, server).ListJobs(t.Context(), &options); err != nil {
		t.Fatal(err)
	}
	sent := server.Requests()[0].Query
	var declared []string
	for i := range reflect.TypeFor[ListJobsOptions]().NumField() {
		field := reflect.TypeFor[ListJobsOptions]().Field(i)
		if field.Type == reflect.TypeFor[*Fit[Job]]() {
			continue // not for the service
		}
		if reflect.ValueOf(options).Field(i).IsZero() {
			t.Errorf("the test leaves %s out", field.Name)
		}
		name, ok := field.Tag.Lookup("query")
		if !ok {
			continue // a header
		}
		declared = append(declared, name)
		if len(sent[name]) != 1 || sent.Get(name) == "" {
			t.Errorf("%s is sent as %q", name, sent[name])
		}
	}
	for name := range sent {
		if !slices.Contains(declared, name) {
			t.Errorf("%s is sent and not declared", name)
		}
	}
	if diff := cmp.Diff(documentedParameters, slices.Sorted(slices.Values(declared))); diff != "" {
		t.Errorf("parameters of ListJobsOptions (-documented +declared):\n%s", diff)
	}
}

// TestEncodeQuery takes any query apart again, by the letter of RFC 3986.
func TestEncodeQuery(t *testing.T) {
	t.Parallel()
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	decode := func(text string) (string, error) {
		var decoded strings.Builder
		for i := 0; i < len(text); i++ {
			var b byte
			switch {
			case strings.IndexByte(unreserved, text[i]) >= 0:
				b = text[i]
			case text[i] == '%' && i+2 < len(text) && strings.ToUpper(text[i:i+3]) == text[i:i+3]:
				if _, err := fmt.Sscanf(text[i+1:i+3], "%X", &b); err != nil {
					return "", err
				}
				if strings.IndexByte(unreserved, b) >= 0 {
					return "", fmt.Errorf("%q needs no encoding", b)
				}
				i += 2
			default:
				return "", fmt.Errorf("%q is not encoded", text[i])
			}
			decoded.WriteByte(b)
		}
		return decoded.String(), nil
	}
	rapid.Check(t, func(t *rapid.T) {
		pairs := rapid.MapOfN(rapid.StringN(1, 20, -1), rapid.StringN(0, 20, -1), 0, 5).Draw(t, "parameters")
		query := url.Values{}
		for name, value := range pairs {
			query.Set(name, value)
		}
		encoded := encodeQuery(query)
		got := map[string]string{}
		var names []string
		for pair := range strings.SplitSeq(encoded, "&") {
			if encoded == "" {
				break
			}
			name, value, _ := strings.Cut(pair, "=")
			name, err := decode(name)
			if err != nil {
				t.Fatalf("%s: %v", encoded, err)
			}
			if got[name], err = decode(value); err != nil {
				t.Fatalf("%s: %v", encoded, err)
			}
			names = append(names, name)
		}
		if diff := cmp.Diff(pairs, got); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", encoded, diff)
		}
		if !slices.IsSorted(names) {
			t.Fatalf("%s is not sorted", encoded)
		}
	})
}

func TestRoundUp(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ time, want string }{
		{"2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"},
		{"2026-01-01T00:00:00.000000001Z", "2026-01-01T00:00:01Z"},
		{"2026-01-01T00:00:00.5Z", "2026-01-01T00:00:01Z"},
		{"2026-01-01T00:00:00.999999999Z", "2026-01-01T00:00:01Z"},
		{"2025-12-31T23:59:59.1Z", "2026-01-01T00:00:00Z"},
		{"2026-01-01T05:30:00.1+05:30", "2026-01-01T00:00:01Z"},
		{"1969-12-31T23:59:58.5Z", "1969-12-31T23:59:59Z"},
		{"1901-01-01T00:00:00.5-03:30", "1901-01-01T03:30:01Z"},
	} {
		t.Run(test.time, func(t *testing.T) {
			t.Parallel()
			given, err := time.Parse(time.RFC3339Nano, test.time)
			if err != nil {
				t.Fatal(err)
			}
			rounded := RoundUp(given)
			if got := rounded.UTC().Format(TimeFormat); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
			if rounded.Before(given) || rounded.Sub(given) >= time.Second {
				t.Errorf("%s is not the first whole second from %s on", rounded, given)
			}
		})
	}
	if !RoundUp(time.Time{}).IsZero() {
		t.Error("no time has become one")
	}
}

// TestTimesKeepTheirMeaning: no time inside the span on the wire is outside the span that was asked
// for.
func TestTimesKeepTheirMeaning(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4102444800).Draw(t, "second"), rapid.Int64Range(0, 999999999).Draw(t, "nanosecond")).
			In(time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(t, "zone")*60))
		sent := (&ListJobsOptions{CreateSince: at, CreateUntil: at, UpdateSince: at, UpdateUntil: at}).filters()
		for _, name := range []string{"create_since", "create_until", "update_since", "update_until"} {
			text := sent.Get(name)
			wire, err := time.Parse(TimeFormat, text)
			if err != nil || len(text) != 20 {
				t.Fatalf("%s is %q: %v", name, text, err)
			}
			away := wire.Sub(at)
			if strings.HasSuffix(name, "until") {
				away = -away
			}
			if away < 0 || away >= time.Second {
				t.Fatalf("%s of %s is %s", name, at.Format(time.RFC3339Nano), text)
			}
		}
	})
}

// TestDecodeJobs reads raw pages.
func TestDecodeJobs(t *testing.T) {
	t.Parallel()
	empty := []string{}
	for _, test := range []struct {
		file  string
		count int
		jobs  []Job
	}{
		{"jobs_none.json", 0, []Job{}},
		{"jobs_null.json", 0, nil},
		{"jobs_without_an_error.json", 0, []Job{}},
		{"jobs_sparse.json", 3, []Job{
			{JobID: "1", Tags: empty, OptionalTrainingLocation: empty},
			{JobID: "2", Tags: empty, OptionalTrainingLocation: empty},
			{JobID: "3", Contact: new("1**********"), Tags: []string{"\x00", "�"}, OptionalTrainingLocation: empty},
		}},
		{"jobs_every_field.json", 2, []Job{
			{
				JobID: "1", Name: new("Name 1"), State: new("JOB_SUCCESS"), AssetID: new("a1"), ProjectID: new("p1"),
				CoverDownloadURL: new("https://example.com/1?Signature=XXX"), LastUpdateTime: new("2026-01-02T00:00:00Z"), CreateTime: new("2026-01-01T00:00:00Z"),
				Contact: new("13800138000"), BatchName: new("batch 1"), Tags: []string{"x", "y"}, ModelVersion: new("V3.3"), MattingType: new("MANUAL"),
				ModelResolution: new("4K"), AppUserID: new("user-1"), IsFlexus: new(true), IsLiveCopy: new(false), IsFastFlexus: new(true), IsOnlyHumanModel: new(false),
				OptionalTrainingLocation: []string{"cn-north-4"}, IsBackgroundReplacement: new(true), IsOndemandResource: new(false),
			},
			{JobID: "2", State: new("A_STATE_OF_TOMORROW"), ProjectID: new(""), CreateTime: new(""), Tags: empty, OptionalTrainingLocation: empty},
		}},
	} {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			count, jobs, err := avatarJobs.decode(readFixture(t, test.file), maxPageSize)
			if err != nil {
				t.Fatal(err)
			}
			if count != test.count {
				t.Errorf("count %d, want %d", count, test.count)
			}
			if diff := cmp.Diff(test.jobs, jobs); diff != "" {
				t.Errorf("jobs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDecodeBounds reads pages that have exactly as much as is allowed.
func TestDecodeBounds(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("a", maxText)
	for _, test := range []struct{ name, body string }{
		{"the highest count", `{"count":2147483647,"jobs":[]}`},
		{"the longest text", `{"count":1,"jobs":[{"job_id":"1","name":"` + longest + `"}]}`},
		{"the longest tag", `{"count":1,"jobs":[{"job_id":"1","tags":["` + longest + `"]}]}`},
	} {
		if _, _, err := avatarJobs.decode([]byte(test.body), maxPageSize); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if _, _, err := avatarJobs.decode([]byte(`[{"count":1,"jobs":[]}]`), maxPageSize); !errors.Is(err, errNoObject) {
		t.Errorf("a list is refused with %v", err)
	}
}

func TestTextBytes(t *testing.T) {
	t.Parallel()
	job := Job{JobID: "1", Name: new("four"), Tags: []string{"a", "bc"}, OptionalTrainingLocation: []string{"here"}}
	if got := job.TextBytes(); got != 1+4+3+4 {
		t.Errorf("%d bytes", got)
	}
}

// TestDecodeDocumentedJobs reads the example of the API reference.
func TestDecodeDocumentedJobs(t *testing.T) {
	t.Parallel()
	count, jobs, err := avatarJobs.decode(readFixture(t, "jobs_documented.json"), maxPageSize)
	if err != nil {
		t.Fatal(err)
	}
	if count != 101 || len(jobs) != 10 {
		t.Fatalf("%d of %d jobs", len(jobs), count)
	}
	want := Job{
		JobID: "2f96ddd4fdda40af977c1b1d3b6adca8", Name: new("Name 7"), State: new("INFERENCE_DATA_PREPROCESS_FAILED"),
		AssetID: new("22741ee4bc4130282835bdc2a4b4ac79"), ProjectID: new("***"),
		CoverDownloadURL: new("https://example.com/2f96ddd4fdda40af977c1b1d3b6adca8_cover?param1=XXX&param2=YYY"),
		LastUpdateTime:   new("2023-12-08T07:26:53Z"), CreateTime: new("2023-10-19T01:13:24Z"), Contact: new("15312090046"), BatchName: new("234"),
		Tags: []string{}, ModelVersion: new("V3"), MattingType: new("AI"), OptionalTrainingLocation: []string{},
	}
	if diff := cmp.Diff(want, jobs[6]); diff != "" {
		t.Errorf("job 7 (-want +got):\n%s", diff)
	}
	for _, job := range jobs {
		if GroupOf(*job.State) == GroupUnknown {
			t.Errorf("the documented state %s is not known", *job.State)
		}
	}
}

// TestJobHasTheFieldsOfTheService compares Job with a job that has every field of the API
// reference.
func TestJobHasTheFieldsOfTheService(t *testing.T) {
	t.Parallel()
	var page struct {
		Jobs []map[string]any `json:"jobs"`
	}
	if err := json.Unmarshal(readFixture(t, "jobs_every_field.json"), &page); err != nil {
		t.Fatal(err)
	}
	delete(page.Jobs[0], "a_field_of_tomorrow") // is ignored
	var declared []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Job]()) {
		declared = append(declared, field.Tag.Get("json"))
	}
	slices.Sort(declared)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(page.Jobs[0])), declared); diff != "" {
		t.Errorf("fields of Job (-documented +declared):\n%s", diff)
	}
}

// TestReading counts what a reading took.
func TestReading(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		service []emulator.Option
		options ListJobsOptions
		want    Reading
	}{
		{"nothing", []emulator.Option{emulator.WithJobCount(0)}, ListJobsOptions{}, Reading{Pages: 1, Requests: 1}},
		{"one page", []emulator.Option{emulator.WithJobCount(99)}, ListJobsOptions{}, Reading{Pages: 1, Rows: 99, Requests: 1}},
		{"one page, exactly full", []emulator.Option{emulator.WithJobCount(100)}, ListJobsOptions{}, Reading{Pages: 2, Rows: 100, Requests: 2}},
		{"eleven pages", []emulator.Option{emulator.WithJobCount(1001)}, ListJobsOptions{}, Reading{Pages: 11, Rows: 1001, Requests: 11}},
		{"a window", []emulator.Option{emulator.WithJobCount(1001)}, ListJobsOptions{Offset: 500, Limit: 150}, Reading{Pages: 2, Rows: 150, Requests: 2}},
		{"small pages", []emulator.Option{emulator.WithJobCount(30), emulator.WithMaxLimit(10)}, ListJobsOptions{}, Reading{Pages: 4, Rows: 30, Requests: 4}},
		{"the moving end is read last", []emulator.Option{emulator.WithJobs(timedJobs(150, 1))}, ListJobsOptions{SortKey: SortByUpdateTime},
			Reading{Pages: 2, Rows: 150, Requests: 2}},
		{"the moving start is read again", []emulator.Option{emulator.WithJobs(timedJobs(150, 1))}, ListJobsOptions{SortKey: SortByUpdateTime, SortDir: SortDescending},
			Reading{Pages: 3, Rows: 150, Requests: 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, test.service...)
			list, err := connect(t, server).ListJobs(t.Context(), &test.options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, list.Reading); diff != "" {
				t.Errorf("reading (-want +got):\n%s", diff)
			}
			if got := server.Count(emulator.CallListing); got != list.Reading.Requests {
				t.Errorf("%d requests, and %d told of", got, list.Reading.Requests)
			}
		})
	}
}
