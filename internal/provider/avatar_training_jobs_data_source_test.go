package provider

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestJobsFilters sends each argument by itself, and compares with what Go makes of the same jobs.
func TestJobsFilters(t *testing.T) {
	t.Parallel()
	is := func(p *string, value string) bool { return p != nil && *p == value }
	yes := func(p *bool) bool { return p != nil && *p }
	jobs := emulator.StandardJobs(101)
	text := func(p *string) string {
		if p == nil {
			return ""
		}
		return *p
	}
	find := func(name string, value func(*emulator.Job) string) string {
		for i := range jobs {
			if v := value(&jobs[len(jobs)-1-i]); v != "" {
				return v
			}
		}
		t.Fatalf("no standard job has a %s", name)
		return ""
	}
	batch := find("batch_name", func(j *emulator.Job) string { return text(j.BatchName) })
	tag := find("tag", func(j *emulator.Job) string { return strings.Join(j.Tags[:min(1, len(j.Tags))], "") })
	location := find("train_location", func(j *emulator.Job) string { return j.TrainLocation })
	user := find("app_user_id", func(j *emulator.Job) string { return text(j.AppUserID) })
	created := *jobs[60].CreateTime
	updated := *jobs[70].LastUpdateTime

	tests := []struct {
		name, argument string
		keep           func(*emulator.Job) bool
	}{
		{"state", `state = ["TRAINING", "JOB_FINISH"]`, func(j *emulator.Job) bool { return j.State == "TRAINING" || j.State == "JOB_FINISH" }},
		{"create_since", fmt.Sprintf("create_since = %q", created), func(j *emulator.Job) bool { return *j.CreateTime >= created }},
		{"create_until", fmt.Sprintf("create_until = %q", created), func(j *emulator.Job) bool { return *j.CreateTime <= created }},
		{"update_since", fmt.Sprintf("update_since = %q", updated), func(j *emulator.Job) bool { return *j.LastUpdateTime >= updated }},
		{"update_until", fmt.Sprintf("update_until = %q", updated), func(j *emulator.Job) bool { return *j.LastUpdateTime <= updated }},
		{"query_project_id", `query_project_id = "***"`, func(j *emulator.Job) bool { return is(j.ProjectID, "***") }},
		{"batch_name", fmt.Sprintf("batch_name = %q", batch), func(j *emulator.Job) bool { return is(j.BatchName, batch) }},
		{"tag", fmt.Sprintf("tag = %q", tag), func(j *emulator.Job) bool { return slices.Contains(j.Tags, tag) }},
		{"job_id", fmt.Sprintf("job_id = %q", jobs[5].JobID), func(j *emulator.Job) bool { return j.JobID == jobs[5].JobID }},
		{"name", `name = "Name 7"`, func(j *emulator.Job) bool { return j.Name == "Name 7" }},
		{"model_resolution", `model_resolution = "4K"`, func(j *emulator.Job) bool { return is(j.ModelResolution, "4K") }},
		{"is_flexus", "is_flexus = true", func(j *emulator.Job) bool { return yes(j.IsFlexus) }},
		{"is_flexus=false", "is_flexus = false", func(j *emulator.Job) bool { return !yes(j.IsFlexus) }},
		{"is_live_copy", "is_live_copy = true", func(j *emulator.Job) bool { return yes(j.IsLiveCopy) }},
		{"is_ondemand_resource", "is_ondemand_resource = true", func(j *emulator.Job) bool { return yes(j.IsOndemandResource) }},
		{"train_location", fmt.Sprintf("train_location = %q", location), func(j *emulator.Job) bool { return j.TrainLocation == location }},
		{"app_user_id", fmt.Sprintf("app_user_id = %q", user), func(j *emulator.Job) bool { return is(j.AppUserID, user) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := oldestFirst(jobs, test.keep)
			if len(want) == 0 || len(want) == len(jobs) {
				t.Fatalf("the filter selects %d of %d jobs, which shows nothing", len(want), len(jobs))
			}
			server := startEmulator(t)
			readInProcess(t, newProvider, providerBlock(server)+dataBlock(test.argument),
				hasJobs(want),
				statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("total_count"), knownvalue.Int64Exact(int64(len(want)))))
		})
	}
}

func TestJobsOrderAndWindow(t *testing.T) {
	t.Parallel()
	jobs := emulator.StandardJobs(250)
	created := oldestFirst(jobs, everyJob)
	updated := sortedIDs(jobs, everyJob, func(j *emulator.Job) string { return *j.LastUpdateTime })
	arranged := sortedIDs(jobs, everyJob, func(j *emulator.Job) string { return fmt.Sprintf("%09d", j.AssetOrder) })
	newest := slices.Clone(created)
	slices.Reverse(newest)
	for _, test := range []struct {
		name, arguments string
		want            []string
	}{
		{"default", "", created},
		{"descending", `sort_dir = "desc"`, newest},
		{"update time", `sort_key = "update_time"`, updated},
		{"asset order", `sort_key = "asset_order"`, arranged},
		{"offset", "offset = 130", created[130:]},
		{"limit", "limit = 5", created[:5]},
		{"limit over pages", "limit = 130", created[:130]},
		{"offset and limit", "offset = 20\nlimit = 150", created[20:170]},
		{"behind the end", "offset = 250", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startEmulator(t, emulator.WithJobs(jobs))
			readInProcess(t, newProvider, providerBlock(server)+dataBlock(test.arguments),
				hasJobs(test.want),
				statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("total_count"), knownvalue.Int64Exact(250)))
		})
	}
}

// TestJobsPages is about page boundaries.
func TestJobsPages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ jobs, requests int }{
		{0, 1}, {1, 1}, {99, 1}, {100, 2}, {101, 2}, {200, 3}, {1001, 11},
	} {
		t.Run(strconv.Itoa(test.jobs), func(t *testing.T) {
			t.Parallel()
			server := startEmulator(t, emulator.WithJobCount(test.jobs))
			readInProcess(t, newProvider, providerBlock(server, "max_requests_per_second = 1000")+dataBlock(),
				hasJobs(oldestFirst(server.Jobs(), everyJob)),
				statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("total_count"), knownvalue.Int64Exact(int64(test.jobs))),
				statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("jobs"), knownvalue.ListSizeExact(test.jobs)))
			if got := server.Count(emulator.CallListing); got != test.requests {
				t.Errorf("%d requests, want %d", got, test.requests)
			}
		})
	}
}

// TestJobsWindowOfTurnedPairs plans with a window of a list whose jobs share their second with one
// other, which the service turns at each request.
func TestJobsWindowOfTurnedPairs(t *testing.T) {
	t.Parallel()
	server := startEmulator(t, emulator.WithJobs(jobsInPairs(400)), emulator.WithShuffledTies(1))
	readInProcess(t, newProvider, providerBlock(server, "max_requests_per_second = 1000")+dataBlock("limit = 300"),
		statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("jobs"), knownvalue.ListSizeExact(300)),
		statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("jobs"), eachJobOnce{}))
}

// jobsInPairs returns n jobs, two of each second.
func jobsInPairs(n int) []emulator.Job {
	jobs := emulator.StandardJobs(n)
	for i := range jobs {
		at := time.Date(2026, 1, 1, 0, 0, i/2, 0, time.UTC).Format(client.TimeFormat)
		jobs[i].CreateTime = &at
	}
	return jobs
}

// eachJobOnce checks that no job is in a list twice.
type eachJobOnce struct{}

func (eachJobOnce) CheckValue(value any) error {
	seen := map[any]bool{}
	jobs, _ := value.([]any)
	for _, job := range jobs {
		fields, _ := job.(map[string]any)
		id := fields["job_id"]
		if seen[id] {
			return fmt.Errorf("job %v is there twice", id)
		}
		seen[id] = true
	}
	return nil
}

func (eachJobOnce) String() string { return "each job once" }

// TestJobsThatAreUpdated plans with a list of 5,000 jobs, the one updated last first, of which one
// is updated before every fourth request or so.
func TestJobsThatAreUpdated(t *testing.T) {
	t.Parallel()
	jobs := emulator.StandardJobs(5000)
	server := startEmulator(t, emulator.WithJobs(jobs))
	start := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	server.OnListing(func(n int, _ *http.Request) {
		if n%4 == 0 {
			now := start.Add(time.Duration(n) * time.Second).Format(client.TimeFormat)
			server.Update(jobs[n*1237%len(jobs)].JobID, func(job *emulator.Job) { job.LastUpdateTime = &now })
		}
	})
	readInProcess(t, newProvider, providerBlock(server, "max_requests_per_second = 1000")+dataBlock(`sort_key = "update_time"`, `sort_dir = "desc"`),
		statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("jobs"), knownvalue.ListSizeExact(5000)),
		statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("jobs"), eachJobOnce{}))
}

// everyArgument sets all that there is to set.
const everyArgument = `
  state                = ["TRAINING", "JOB_SUCCESS"]
  sort_key             = "update_time"
  sort_dir             = "desc"
  create_since         = "2020-01-01T08:00:00.2+08:00"
  create_until         = "2030-01-01T00:00:00.9Z"
  update_since         = "2020-01-02T00:00:00Z"
  update_until         = "2030-01-02T01:30:00+01:30"
  query_project_id     = "project ü"
  batch_name           = "a b+c/d"
  tag                  = "~tag*"
  job_id               = "646682facddb4912976f19a4d61c6a91"
  name                 = "名字 (&=?!#%.*)"
  model_resolution     = "4K"
  is_flexus            = false
  is_live_copy         = true
  is_ondemand_resource = false
  train_location       = "cn-north-4"
  offset               = 3
  limit                = 7
  app_user_id          = "user 1"
`

// TestJobsSendsEveryArgument compares with what goes over the wire, byte for byte.
func TestJobsSendsEveryArgument(t *testing.T) {
	t.Parallel()
	server := startEmulator(t)
	apply(t, providerBlock(server)+dataBlock(everyArgument, `
  region                     = "cn-north-4"
  project_id                 = "0123456789abcdef0123456789abcdef"
  include_contact            = true
  include_cover_download_url = true
  timeouts                   = { read = "1m" }
`), hasJobs(nil))
	const want = "batch_name=a%20b%2Bc%2Fd" +
		"&create_since=2020-01-01T00%3A00%3A01Z" +
		"&create_until=2030-01-01T00%3A00%3A00Z" +
		"&is_flexus=false&is_live_copy=true&is_ondemand_resource=false" +
		"&job_id=646682facddb4912976f19a4d61c6a91" +
		"&limit=7&model_resolution=4K" +
		"&name=%E5%90%8D%E5%AD%97%20%28%26%3D%3F%21%23%25.%2A%29" +
		"&offset=3" +
		"&query_project_id=project%20%C3%BC" +
		"&sort_dir=desc&sort_key=update_time" +
		"&state=JOB_SUCCESS%2CTRAINING" +
		"&tag=~tag%2A&train_location=cn-north-4" +
		"&update_since=2020-01-02T00%3A00%3A00Z" +
		"&update_until=2030-01-02T00%3A00%3A00Z"
	requests := server.RequestsOf(emulator.CallListing)
	if len(requests) == 0 {
		t.Fatal("nothing was sent")
	}
	for _, request := range requests {
		if request.RawQuery != want {
			t.Errorf("query\n%s, want\n%s", request.RawQuery, want)
		}
		if path := "/v1/" + emulator.ProjectID + "/digital-human-training-manage/user/jobs"; request.Path != path || request.Method != http.MethodGet {
			t.Errorf("sent %s %s", request.Method, request.Path)
		}
		for name, value := range map[string]string{
			"X-App-UserId": "user 1",
			"X-Project-Id": emulator.ProjectID,
		} {
			if got := request.Header.Get(name); got != value {
				t.Errorf("%s: %q, want %q", name, got, value)
			}
		}
		if agent := request.Header.Get("User-Agent"); !regexp.MustCompile(`^terraform-provider-metastudio/test .*Terraform/\d+\.\d+`).MatchString(agent) {
			t.Errorf("User-Agent %q", agent)
		}
		if !strings.HasPrefix(request.Header.Get("Authorization"), "SDK-HMAC-SHA256 Access="+emulator.AccessKey+", SignedHeaders=host;") {
			t.Errorf("Authorization %q", request.Header.Get("Authorization"))
		}
	}
}

func TestJobsSendsNothingThatIsNotSet(t *testing.T) {
	t.Parallel()
	server := startEmulator(t, emulator.WithJobCount(3))
	readInProcess(t, newProvider, providerBlock(server)+dataBlock(), hasJobs(oldestFirst(server.Jobs(), everyJob)))
	for _, request := range server.RequestsOf(emulator.CallListing) {
		if want := "limit=100&offset=0&sort_dir=asc&sort_key=create_time"; request.RawQuery != want {
			t.Errorf("query %s, want %s", request.RawQuery, want)
		}
		if _, sent := request.Header["X-App-Userid"]; sent {
			t.Error("X-App-UserId was sent")
		}
	}
}

// TestJobsLeavesUnknownArgumentsForLater plans with values that are not known before something is
// applied.
func TestJobsLeavesUnknownArgumentsForLater(t *testing.T) {
	t.Parallel()
	server := startEmulator(t)
	apply(t, providerBlock(server)+`
resource "terraform_data" "later" {
  input = { since = "2025-01-01T00:00:00Z", until = "2026-01-01T00:00:00Z", state = "JOB_SUCCESS", n = 4 }
}
`+dataBlock(`
  create_since = terraform_data.later.output.since
  create_until = terraform_data.later.output.until
  state        = ["JOB_FINISH", terraform_data.later.output.state]
  limit        = terraform_data.later.output.n
`), checkValues{dataAddress, func(values map[string]any) error {
		if n := len(jobsOf(values)); n != 4 {
			return fmt.Errorf("%d jobs", n)
		}
		return nil
	}})
}

// TestJobsAreStable reads lists whose cover URLs are signed anew each time.
func TestJobsAreStable(t *testing.T) {
	t.Parallel()
	server := startEmulator(t, emulator.WithJobCount(20), emulator.WithResignedCovers())
	config := providerBlock(server) + dataBlock() + `
output "all" {
  value = ` + dataAddress + `
}
resource "terraform_data" "uses" {
  input = ` + dataAddress + `.jobs
}
`
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: config},
			{
				Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
			},
		},
	})
}

// TestJobsLeavesOutWhatOpensAndWhoCreated is about what state holds.
func TestJobsLeavesOutWhatOpensAndWhoCreated(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		arguments    string
		contact, url bool
	}{
		{"", false, false},
		{"include_contact = true", true, false},
		{"include_cover_download_url = true", false, true},
		{"include_contact = true\ninclude_cover_download_url = true", true, true},
	} {
		t.Run(strings.ReplaceAll("with "+test.arguments, "\n", ", "), func(t *testing.T) {
			t.Parallel()
			server := startEmulator(t, emulator.WithJobCount(10))
			readInProcess(t, newProvider, providerBlock(server)+dataBlock(test.arguments), checkValues{dataAddress, func(values map[string]any) error {
				jobs := jobsOf(values)
				if len(jobs) != 10 {
					return fmt.Errorf("%d jobs", len(jobs))
				}
				for _, job := range jobs {
					if (job["contact"] != nil) != test.contact || (job["cover_download_url"] != nil) != test.url {
						return fmt.Errorf("contact %v, cover_download_url %v", job["contact"], job["cover_download_url"])
					}
				}
				return nil
			}})
		})
	}
}

// TestJobsNulls gives each field absent, null, empty and filled.
func TestJobsNulls(t *testing.T) {
	t.Parallel()
	const bare = `{"job_id":"%s","name":"n","state":"TRAINING"%s}`
	raw := func(n int, fields string) emulator.Job {
		id, at := strconv.Itoa(n), fmt.Sprintf("2026-01-01T00:00:%02dZ", n)
		return emulator.Job{JobID: id, CreateTime: &at, Raw: []byte(fmt.Sprintf(bare, id, fields))}
	}
	jobs := []emulator.Job{
		raw(1, ``),
		raw(2, `,"asset_id":null,"tags":null,"is_flexus":null,"optional_training_location":null,"cover_download_url":null`),
		raw(3, `,"asset_id":"","tags":[],"is_flexus":false,"optional_training_location":[],"cover_download_url":"null"`),
		raw(4, `,"asset_id":"a","tags":["t","u"],"is_flexus":true,"optional_training_location":["x"],"cover_download_url":"https://c","new_field":{"a":[1]}`),
	}
	jobs[3].Raw = bytes.Replace(jobs[3].Raw, []byte("TRAINING"), []byte("BRAND_NEW"), 1)
	server := startEmulator(t, emulator.WithJobs(jobs))
	field := func(i int, name string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("jobs").AtSliceIndex(i).AtMapKey(name), value)
	}
	texts := func(values ...string) knownvalue.Check {
		checks := make([]knownvalue.Check, len(values))
		for i, value := range values {
			checks[i] = knownvalue.StringExact(value)
		}
		return knownvalue.ListExact(checks)
	}
	var checks []statecheck.StateCheck
	for i, want := range []struct{ asset, tags, flexus, location, cover, state knownvalue.Check }{
		{knownvalue.Null(), texts(), knownvalue.Null(), texts(), knownvalue.Null(), knownvalue.StringExact("TRAINING")},
		{knownvalue.Null(), texts(), knownvalue.Null(), texts(), knownvalue.Null(), knownvalue.StringExact("TRAINING")},
		{knownvalue.StringExact(""), texts(), knownvalue.Bool(false), texts(), knownvalue.Null(), knownvalue.StringExact("TRAINING")},
		{knownvalue.StringExact("a"), texts("t", "u"), knownvalue.Bool(true), texts("x"), knownvalue.StringExact("https://c"), knownvalue.StringExact("BRAND_NEW")},
	} {
		checks = append(checks, field(i, "asset_id", want.asset), field(i, "tags", want.tags), field(i, "is_flexus", want.flexus),
			field(i, "optional_training_location", want.location), field(i, "cover_download_url", want.cover), field(i, "state", want.state))
	}
	readInProcess(t, newProvider, providerBlock(server)+dataBlock("include_cover_download_url = true"), checks...)
}

func TestJobsTakesAToken(t *testing.T) {
	t.Parallel()
	server := startEmulator(t, emulator.WithJobCount(3))
	readInProcess(t, newProvider, fmt.Sprintf(`
provider "metastudio" {
  region     = %q
  project_id = %q
  token      = %q
  endpoints  = { metastudio = "%s/" }
}
`, emulator.Region, emulator.ProjectID, emulator.Token, server.URL)+dataBlock(), hasJobs(oldestFirst(server.Jobs(), everyJob)))
	for _, request := range server.RequestsOf(emulator.CallListing) {
		if request.Header.Get("X-Auth-Token") != emulator.Token || request.Header.Get("Authorization") != "" {
			t.Error("the token was not what was sent")
		}
	}
}

// TestJobsWarnsOfUnknownStates reads with names that the provider does not know: a warning names
// each, and they are sent.
func TestJobsWarnsOfUnknownStates(t *testing.T) {
	t.Parallel()
	server := startEmulator(t)
	result := planInProcess(t, newProvider, providerBlock(server)+dataBlock(`state = ["BRAND_NEW", "job_success", "TRAINING"]`))
	if result.failed() {
		t.Fatal(result.text())
	}
	for name, want := range map[string]bool{`"BRAND_NEW"`: true, `"job_success"`: true, `"TRAINING"`: false} {
		if warned := strings.Contains(result.text(), name); warned != want {
			t.Errorf("a warning of %s: %t, want %t, in\n%s", name, warned, want, result.text())
		}
	}
	if got := server.RequestsOf(emulator.CallListing)[0].Query.Get("state"); got != "BRAND_NEW,TRAINING,job_success" {
		t.Errorf("state=%s was sent", got)
	}
}

// TestJobsRefusesMoreThanFits counts two billion jobs.
func TestJobsRefusesMoreThanFits(t *testing.T) {
	t.Parallel()
	server := startEmulator(t, emulator.WithCountOffset(math.MaxInt32-101))
	failInProcess(t, newProvider, providerBlock(server)+dataBlock(),
		`(?s)The 2,147,483,647 jobs do not fit into one answer.*Narrow the list with its filters`)
}

// TestJobsRefusesYears is about times that are right, but not in UTC within the years that the
// service's 20 characters can hold.
func TestJobsRefusesYears(t *testing.T) {
	t.Parallel()
	server := startEmulator(t)
	for _, test := range []struct {
		argument string
		refused  bool
	}{
		{`create_since = "0000-12-31T23:59:59Z"`, true},
		{`create_since = "0001-01-01T00:00:00+00:01"`, true},
		{`create_since = "0001-01-01T00:00:01Z"`, false},
		{`create_until = "9999-12-31T23:59:59Z"`, false},
		{`create_until = "9999-12-31T23:59:59-00:01"`, true},
		{`update_since = "9999-12-31T23:59:59.5Z"`, true}, // rounded up
	} {
		t.Run(test.argument, func(t *testing.T) {
			t.Parallel()
			config := providerBlock(server) + dataBlock(test.argument)
			if test.refused {
				failInProcess(t, newProvider, config, `not within the years 1 to 9999`)
			} else {
				readInProcess(t, newProvider, config)
			}
		})
	}
}
