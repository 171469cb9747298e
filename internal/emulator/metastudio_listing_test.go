package emulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestDocumentedJobsAreServedUnchanged(t *testing.T) {
	t.Parallel()
	want := decodeAs[listed](t, string(documentedListing))
	got := listJobs(t, startServer(t), "?limit=100")
	if got.Count != want.Count {
		t.Errorf("count %d, want %d", got.Count, want.Count)
	}
	served := map[any]map[string]any{}
	for _, job := range got.Jobs {
		served[job["job_id"]] = job
	}
	for _, job := range want.Jobs {
		if !reflect.DeepEqual(served[job["job_id"]], job) {
			t.Errorf("served %v, documented %v", served[job["job_id"]], job)
		}
	}

	// The documentation's own request: ten jobs of the project it calls "***".
	got = listJobs(t, startServer(t), "?query_project_id=***&offset=0&limit=10&sort_key=update_time&sort_dir=desc")
	if got.Count != 10 || !reflect.DeepEqual(got.Jobs, want.Jobs) {
		t.Errorf("the documented request gives %d jobs, or in another order: %v", got.Count, got.ids())
	}
}

// TestFilters compares each filter with a plain loop over the jobs, and wants it to select some and
// not all.
func TestFilters(t *testing.T) {
	t.Parallel()
	jobs := StandardJobs(101)
	some := jobs[57]
	created, updated := *some.CreateTime, *some.LastUpdateTime
	tests := []struct {
		query string
		want  func(*Job) bool
	}{
		{"state=TRAINING", func(j *Job) bool { return j.State == "TRAINING" }},
		{"state=TRAINING%2CJOB_SUCCESS", func(j *Job) bool { return j.State == "TRAINING" || j.State == "JOB_SUCCESS" }},
		{"state=CREATING,PUBLISHED,JOB_FINISH", func(j *Job) bool { return j.State == "JOB_FINISH" }},
		{"create_since=" + created, func(j *Job) bool { return *j.CreateTime >= created }},
		{"create_until=" + created, func(j *Job) bool { return *j.CreateTime <= created }},
		{"update_since=" + updated, func(j *Job) bool { return *j.LastUpdateTime >= updated }},
		{"update_until=" + updated, func(j *Job) bool { return *j.LastUpdateTime <= updated }},
		{"create_since=" + created + "&create_until=" + created, func(j *Job) bool { return *j.CreateTime == created }},
		{"query_project_id=" + ProjectID, func(j *Job) bool { return *j.ProjectID == ProjectID }},
		{"batch_name=batch%201", func(j *Job) bool { return stringValue(j.BatchName) == "batch 1" }},
		{"batch_name=234", func(j *Job) bool { return stringValue(j.BatchName) == "234" }},
		{"tag=studio%20a", func(j *Job) bool { return slices.Contains(j.Tags, "studio a") }},
		{"tag=%E7%9B%B4%E6%92%AD", func(j *Job) bool { return slices.Contains(j.Tags, "直播") }},
		{"job_id=" + some.JobID, func(j *Job) bool { return j.JobID == some.JobID }},
		{"name=Name%2044", func(j *Job) bool { return j.Name == "Name 44" }},
		{"model_resolution=4K", func(j *Job) bool { return stringValue(j.ModelResolution) == "4K" }},
		{"is_flexus=true", func(j *Job) bool { return isTrue(j.IsFlexus) }},
		{"is_flexus=false", func(j *Job) bool { return !isTrue(j.IsFlexus) }},
		{"is_live_copy=true", func(j *Job) bool { return isTrue(j.IsLiveCopy) }},
		{"is_live_copy=false", func(j *Job) bool { return !isTrue(j.IsLiveCopy) }},
		{"is_ondemand_resource=true", func(j *Job) bool { return isTrue(j.IsOndemandResource) }},
		{"is_ondemand_resource=false", func(j *Job) bool { return !isTrue(j.IsOndemandResource) }},
		{"train_location=cn-east-3", func(j *Job) bool { return j.TrainLocation == "cn-east-3" }},
		{"state=JOB_SUCCESS,JOB_FINISH&is_flexus=true&model_resolution=4K", func(j *Job) bool {
			return hasAsset(j.State) && isTrue(j.IsFlexus) && stringValue(j.ModelResolution) == "4K"
		}},
	}
	s := startServer(t, WithJobs(jobs))
	seen := map[string]bool{}
	for _, test := range tests {
		key, _, _ := strings.Cut(test.query, "=")
		seen[key] = true
		t.Run(test.query, func(t *testing.T) {
			t.Parallel()
			want := []string{}
			for i := range jobs {
				if test.want(&jobs[i]) {
					want = append(want, jobs[i].JobID)
				}
			}
			got := listJobs(t, s, "?limit=100&"+test.query)
			ids := got.ids()
			slices.Sort(ids)
			slices.Sort(want)
			if got.Count != len(want) || !slices.Equal(ids, want) {
				t.Errorf("count %d, jobs %v; want %v", got.Count, ids, want)
			}
			if len(want) == 0 || len(want) == len(jobs) {
				t.Errorf("selects %d of %d jobs: the standard jobs do not test it", len(want), len(jobs))
			}
		})
	}
	for _, p := range listingParameters {
		if p.shows != nil && !seen[p.name] {
			t.Errorf("no test of %s", p.name)
		}
	}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	created := func(a, b Job) int { return strings.Compare(*a.CreateTime, *b.CreateTime) }
	updated := func(a, b Job) int { return strings.Compare(*a.LastUpdateTime, *b.LastUpdateTime) }
	ordered := func(a, b Job) int { return cmp.Compare(a.AssetOrder, b.AssetOrder) }
	tests := []struct {
		query   string
		compare func(a, b Job) int
		desc    bool
	}{
		{"", created, false},
		{"&sort_dir=desc", created, true},
		{"&sort_key=create_time&sort_dir=asc", created, false},
		{"&sort_key=update_time", updated, false},
		{"&sort_key=update_time&sort_dir=desc", updated, true},
		{"&sort_key=asset_order", ordered, false},
		{"&sort_key=asset_order&sort_dir=desc", ordered, true},
	}
	for _, test := range tests {
		t.Run(test.query, func(t *testing.T) {
			t.Parallel()
			jobs := StandardJobs(101)
			slices.SortFunc(jobs, func(a, b Job) int {
				order := test.compare(a, b)
				if test.desc {
					order = -order
				}
				return cmp.Or(order, strings.Compare(a.JobID, b.JobID))
			})
			want := []string{}
			for _, job := range jobs {
				want = append(want, job.JobID)
			}
			if got := listJobs(t, s, "?limit=100"+test.query).ids(); !slices.Equal(got, want[:100]) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query        string
		options            []Option
		count, first, size int
	}{
		{"defaults", "", nil, 101, 0, 10},
		{"last page", "?offset=100&limit=100", nil, 101, 100, 1},
		{"an offset is no page number", "?offset=7&limit=5", nil, 101, 7, 5},
		{"past the end", "?offset=101", nil, 101, 0, 0},
		{"far past the end", "?offset=2147483647&limit=100", nil, 101, 0, 0},
		{"nothing matches", "?state=NO_SUCH_STATE", nil, 0, 0, 0},
		{"no jobs", "", []Option{WithJobs(nil), WithJobCount(0)}, 0, 0, 0},
		{"rounded offsets", "?offset=19&limit=10", []Option{WithRoundedOffsets()}, 101, 10, 10},
		{"smaller pages", "?offset=10&limit=100", []Option{WithMaxLimit(20)}, 101, 10, 20},
		{"count too high", "?limit=1", []Option{WithCountOffset(3)}, 104, 0, 1},
		{"count too low", "?limit=1", []Option{WithCountOffset(-500)}, 0, 0, 1},
		{"same page", "?offset=50&limit=10", []Option{WithSamePage()}, 101, 0, 10},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := listJobs(t, startServer(t, test.options...), test.query)
			want := listJobs(t, startServer(t), "?limit=100").ids()
			want = append(want, listJobs(t, startServer(t), "?offset=100").ids()...)
			if got.Count != test.count || got.Jobs == nil || !slices.Equal(got.ids(), want[test.first:test.first+test.size]) {
				t.Errorf("count %d, jobs %v", got.Count, got.ids())
			}
		})
	}
}

func TestListingRefusesParameters(t *testing.T) {
	t.Parallel()
	queries := []string{
		"offset=-1", "offset=2147483648", "offset=99999999999999999999", "offset=1.0", "offset=%2B1", "offset=+1", "offset=a",
		"limit=0", "limit=101", "limit=", "limit",
		"state=", "state=TRAINING,,COMPILING", "state=" + strings.Repeat("A", 1025),
		"sort_key=name", "sort_key=", "sort_dir=ASC", "sort_dir=up",
		"create_since=2026-01-01T00:00:00", "create_since=2026-01-01T00:00:00+00:00", "create_since=2026-01-01T00:00:00.5Z",
		"create_until=2026-13-01T00:00:00Z", "update_since=2026-01-01", "update_until=", "update_since=2026-01-01%2000:00:00Z",
		"query_project_id=", "batch_name=", "tag=", "job_id=", "name=", "model_resolution=", "train_location=",
		"query_project_id=" + strings.Repeat("a", 257), "batch_name=" + strings.Repeat("a", 257), "tag=" + strings.Repeat("a", 257),
		"job_id=" + strings.Repeat("a", 65), "name=" + strings.Repeat("%E5%90%8D", 257), "model_resolution=" + strings.Repeat("a", 257),
		"train_location=" + strings.Repeat("a", 257), "name=%FF",
		"is_flexus=TRUE", "is_flexus=1", "is_flexus=", "is_live_copy=yes", "is_ondemand_resource=null",
		"unknown=1", "Offset=1", "offset=0&offset=0", "offset=0&", "&",
	}
	s := startServer(t)
	for _, query := range queries {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			response, body := getSigned(t, s, listingPath+"?"+query)
			if response.StatusCode != http.StatusBadRequest || body != `{"error_code":"MSS.00000003","error_msg":"Invalid parameter"}` {
				t.Error(response.Status, body)
			}
		})
	}
}

func TestListingAcceptsTheLongest(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	for _, query := range []string{
		"state=" + strings.Repeat("A", 1024), "name=" + strings.Repeat("%E5%90%8D", 256), "job_id=" + strings.Repeat("a", 64),
		"query_project_id=" + strings.Repeat("a", 256), "batch_name=" + strings.Repeat("a", 256), "tag=" + strings.Repeat("a", 256),
		"model_resolution=" + strings.Repeat("a", 256), "train_location=" + strings.Repeat("a", 256),
		"create_since=2026-01-01T00:00:00Z&create_until=2020-01-01T00:00:00Z",
	} {
		if got := listJobs(t, s, "?"+query); got.Count != 0 {
			t.Errorf("%s: count %d", query, got.Count)
		}
	}
}

func TestAppUserPartitionsTheJobs(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	for _, user := range []string{"user-1", "user-2", "nobody", strings.Repeat("u", 256)} {
		want := 0
		for _, job := range StandardJobs(101) {
			if stringValue(job.AppUserID) == user {
				want++
			}
		}
		if got := listJobs(t, s, "", headerAppUserID+": "+user); got.Count != want {
			t.Errorf("%s: count %d, want %d", user, got.Count, want)
		}
	}
	for _, user := range []string{"", strings.Repeat("u", 257), "用户", "tab\tbed"} {
		response, body := getSigned(t, s, listingPath, headerAppUserID+": "+user)
		checkRefusal(t, s, response, body, http.StatusBadRequest, "MSS.00000003", "")
	}
	response, body := getSigned(t, s, listingPath, headerAppUserID+": user-1", headerAppUserID+": user-1")
	checkRefusal(t, s, response, body, http.StatusBadRequest, "MSS.00000003", "")
}

func TestProjectsShareNoJobs(t *testing.T) {
	t.Parallel()
	s := startServer(t, WithJobCount(3))
	path := strings.Replace(listingPath, ProjectID, SecondProjectID, 1)
	r := newRequest(t, s, http.MethodGet, path, "", headerProjectID+": "+SecondProjectID)
	if _, body := send(t, permanentKeys.sign(t, r, "")); body != `{"count":0,"jobs":[]}` {
		t.Errorf("%s has %s", SecondProjectID, body)
	}
	if got := listJobs(t, s, ""); got.Count != 3 {
		t.Errorf("%s has %d jobs", ProjectID, got.Count)
	}
}

func TestResignedCovers(t *testing.T) {
	t.Parallel()
	covers := func(l listed) (urls []string) {
		for _, job := range l.Jobs {
			urls = append(urls, fmt.Sprint(job["cover_download_url"]))
		}
		return urls
	}
	s := startServer(t, WithResignedCovers())
	first, second := covers(listJobs(t, s, "")), covers(listJobs(t, s, ""))
	for i := range first {
		object, query, _ := strings.Cut(first[i], "?")
		if first[i] == second[i] || !strings.HasPrefix(second[i], object+"?") || !strings.Contains(query, "Signature="+URLSecret) {
			t.Errorf("%s, then %s", first[i], second[i])
		}
	}
	s = startServer(t)
	if !slices.Equal(covers(listJobs(t, s, "")), covers(listJobs(t, s, ""))) {
		t.Error("covers change without the option")
	}
}

func TestRawJobIsServedAsItIs(t *testing.T) {
	t.Parallel()
	cover := "https://example.com/a?Signature=b"
	s := startServer(t, WithResignedCovers(),
		WithJobs([]Job{{JobID: "a", CoverDownloadURL: &cover, Raw: json.RawMessage(`{"job_id":"a","tags":null,"new":[1]}`)}}))
	_, body := getSigned(t, s, listingPath)
	if want := `{"count":1,"jobs":[{"job_id":"a","tags":null,"new":[1]}]}`; body != want {
		t.Errorf("got %s, want %s", body, want)
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	tests := []struct {
		method, path string
		status       int
		code         string
	}{
		{http.MethodGet, "/", 404, "APIGW.0101"},
		{http.MethodGet, listingPath + "/", 404, "APIGW.0101"},
		{http.MethodGet, strings.Replace(listingPath, "/v1/", "/v2/", 1), 404, "APIGW.0101"},
		{http.MethodGet, "/v1//digital-human-training-manage/user/jobs", 404, "APIGW.0101"},
		{http.MethodPost, listingPath, 400, "MSS.00010004"},
		{http.MethodDelete, listingPath + "/x", 400, "MSS.00010004"},
		{http.MethodDelete, "/v3/projects", 404, "APIGW.0101"},
		{http.MethodGet, "/" + strings.Repeat("a", 32<<10-1), 404, "APIGW.0101"},
		{http.MethodGet, "/" + strings.Repeat("a", 32<<10), 414, "APIGW.0201"},
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.path[:min(len(test.path), 60)], func(t *testing.T) {
			t.Parallel()
			response, body := send(t, newRequest(t, s, test.method, test.path, ""))
			checkRefusal(t, s, response, body, test.status, test.code, "")
		})
	}
}

func TestStandardJobs(t *testing.T) {
	t.Parallel()
	ids, created, updated := map[string]bool{}, map[string]bool{}, map[string]bool{}
	jobs := StandardJobs(20000)
	for i, job := range jobs {
		ids[job.JobID], created[*job.CreateTime], updated[*job.LastUpdateTime] = true, true, true
		if len(job.JobID) != 32 || strings.Trim(job.JobID, "0123456789abcdef") != "" || job.Name != fmt.Sprintf("Name %d", i+1) {
			t.Errorf("job %d is %s %s", i, job.JobID, job.Name)
		}
		if *job.CreateTime > *job.LastUpdateTime || *job.LastUpdateTime >= "2026" {
			t.Errorf("job %d: created %s, updated %s", i, *job.CreateTime, *job.LastUpdateTime)
		}
		if i >= 10 && !slices.Contains(jobStates, job.State) {
			t.Errorf("job %d has state %s", i, job.State)
		}
	}
	if len(ids) != len(jobs) || len(created) != len(jobs) || len(updated) != len(jobs) {
		t.Errorf("%d ids, %d create times, %d update times", len(ids), len(created), len(updated))
	}
	if len(jobStates) != 61 { // the vendor's SDK has so many
		t.Errorf("%d states: %q", len(jobStates), jobStates)
	}
	if !reflect.DeepEqual(StandardJobs(50), jobs[:50]) || len(StandardJobs(3)) != 3 || len(StandardJobs(0)) != 0 {
		t.Error("not the same jobs at every call")
	}
}

// TestListingHasEveryParameter compares the parameters with those of the API reference of
// List2dModelTrainingJob.
func TestListingHasEveryParameter(t *testing.T) {
	t.Parallel()
	var names []string
	for _, parameter := range listingParameters {
		names = append(names, parameter.name)
	}
	want := []string{
		"batch_name", "create_since", "create_until", "is_flexus", "is_live_copy", "is_ondemand_resource", "job_id", "limit",
		"model_resolution", "name", "offset", "query_project_id", "sort_dir", "sort_key", "state", "tag", "train_location",
		"update_since", "update_until",
	}
	for _, name := range want {
		if !slices.Contains(names, name) {
			t.Errorf("no parameter %s", name)
		}
	}
	for i, name := range names {
		if !slices.Contains(want, name) || slices.Index(names, name) != i {
			t.Errorf("parameter %s is not documented, or there twice", name)
		}
	}
}
