package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/listing"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// MaxPageSize is the most jobs that the service puts on one page.
// Source: the API reference of List2dModelTrainingJob, parameter limit.
const MaxPageSize = 100

// The values of ListJobsOptions.SortKey and SortDir.
// Source: the API reference of List2dModelTrainingJob.
const (
	SortByCreateTime = "create_time"
	SortByUpdateTime = "update_time"
	SortByAssetOrder = "asset_order"
	SortAscending    = "asc"
	SortDescending   = "desc"
)

// SortKeys and SortDirs list what the service sorts by and in which directions.
var (
	SortKeys = []string{SortByCreateTime, SortByUpdateTime, SortByAssetOrder}
	SortDirs = []string{SortAscending, SortDescending}
)

// TimeFormat is the one form in which the service takes and gives times: UTC,
// whole seconds, 20 characters.
const TimeFormat = "2006-01-02T15:04:05Z"

// ListJobsOptions selects and orders the jobs that ListJobs returns. The tag of
// a field is the name of the API's parameter. Zero values are not sent, but for
// SortKey and SortDir, which default to create_time and asc: the order in which
// new jobs disturb a reading least.
// Source: https://support.huaweicloud.com/intl/en-us/api-metastudio/List2dModelTrainingJob.html
type ListJobsOptions struct {
	// State keeps jobs in one of these states; 1 to 1024 characters when joined
	// by commas.
	State []string `query:"state"`
	// SortKey is one of SortKeys, SortDir one of SortDirs.
	SortKey string `query:"sort_key"`
	SortDir string `query:"sort_dir"`
	// CreateSince and CreateUntil keep jobs created in this span, both ends
	// included. The service knows whole seconds: a start is rounded up and an
	// end down, so that nothing outside the span comes back.
	CreateSince time.Time `query:"create_since"`
	CreateUntil time.Time `query:"create_until"`
	// UpdateSince and UpdateUntil do the same for the last update.
	UpdateSince time.Time `query:"update_since"`
	UpdateUntil time.Time `query:"update_until"`
	// QueryProjectID is the project whose jobs are listed, for operators who
	// may see another's; 1 to 256 characters.
	QueryProjectID string `query:"query_project_id"`
	// BatchName, Tag and Name keep jobs of this batch, with this tag, and whose
	// model has this name; 1 to 256 characters each.
	BatchName string `query:"batch_name"`
	Tag       string `query:"tag"`
	Name      string `query:"name"`
	// JobID keeps the job with this id; 1 to 64 characters.
	JobID string `query:"job_id"`
	// ModelResolution keeps jobs whose model has this resolution, such as 1080P
	// or 4K; 1 to 256 characters.
	ModelResolution string `query:"model_resolution"`
	// IsFlexus, IsLiveCopy and IsOndemandResource keep jobs with this value of
	// the flag; nil does not ask.
	IsFlexus           *bool `query:"is_flexus"`
	IsLiveCopy         *bool `query:"is_live_copy"`
	IsOndemandResource *bool `query:"is_ondemand_resource"`
	// TrainLocation keeps jobs trained in this place.
	TrainLocation string `query:"train_location"`
	// Offset is how many jobs of the list are left out before the first,
	// 0 to 2147483647.
	Offset int64 `query:"offset"`
	// Limit is how many jobs are returned at most, over as many pages as that
	// takes; 0 is all of them.
	Limit int64 `query:"limit"`

	// AppUserID lists the jobs of one end user of the caller's application; 1
	// to 256 printable ASCII characters. It travels as a header.
	AppUserID string
}

// values returns the parameters that are the same for every page.
func (o *ListJobsOptions) values() url.Values {
	query := url.Values{}
	set := func(name, value string) {
		if value != "" {
			query.Set(name, value)
		}
	}
	setBool := func(name string, value *bool) {
		if value != nil {
			query.Set(name, strconv.FormatBool(*value))
		}
	}
	setTime := func(name string, value time.Time) {
		if !value.IsZero() {
			query.Set(name, value.UTC().Format(TimeFormat))
		}
	}
	set("state", strings.Join(slices.Sorted(slices.Values(o.State)), ","))
	set("sort_key", o.sortKey())
	set("sort_dir", o.sortDir())
	setTime("create_since", RoundUp(o.CreateSince))
	setTime("create_until", o.CreateUntil)
	setTime("update_since", RoundUp(o.UpdateSince))
	setTime("update_until", o.UpdateUntil)
	set("query_project_id", o.QueryProjectID)
	set("batch_name", o.BatchName)
	set("tag", o.Tag)
	set("job_id", o.JobID)
	set("name", o.Name)
	set("model_resolution", o.ModelResolution)
	setBool("is_flexus", o.IsFlexus)
	setBool("is_live_copy", o.IsLiveCopy)
	setBool("is_ondemand_resource", o.IsOndemandResource)
	set("train_location", o.TrainLocation)
	return query
}

func (o *ListJobsOptions) header() http.Header {
	if o.AppUserID == "" {
		return nil
	}
	return http.Header{"X-App-Userid": {o.AppUserID}}
}

func (o *ListJobsOptions) sortKey() string {
	if o.SortKey == "" {
		return SortByCreateTime
	}
	return o.SortKey
}

func (o *ListJobsOptions) sortDir() string {
	if o.SortDir == "" {
		return SortAscending
	}
	return o.SortDir
}

// RoundUp returns t in whole seconds, not before t.
func RoundUp(t time.Time) time.Time {
	if whole := t.Truncate(time.Second); whole.Before(t) {
		return whole.Add(time.Second)
	}
	return t
}

// Job is one avatar training job as the service lists it. Its tags name the
// API's fields, and are what the job is encoded with for Terraform as well. A
// nil pointer is a field that the service left out; the lists are never nil.
type Job struct {
	JobID                    string   `json:"job_id"`
	Name                     *string  `json:"name"`
	State                    *string  `json:"state"`
	AssetID                  *string  `json:"asset_id"`
	ProjectID                *string  `json:"project_id"`
	CoverDownloadURL         *string  `json:"cover_download_url"`
	LastUpdateTime           *string  `json:"last_update_time"`
	CreateTime               *string  `json:"create_time"`
	Contact                  *string  `json:"contact"`
	BatchName                *string  `json:"batch_name"`
	Tags                     []string `json:"tags"`
	ModelVersion             *string  `json:"model_version"`
	MattingType              *string  `json:"matting_type"`
	ModelResolution          *string  `json:"model_resolution"`
	AppUserID                *string  `json:"app_user_id"`
	IsFlexus                 *bool    `json:"is_flexus"`
	IsLiveCopy               *bool    `json:"is_live_copy"`
	IsFastFlexus             *bool    `json:"is_fast_flexus"`
	IsOnlyHumanModel         *bool    `json:"is_only_human_model"`
	OptionalTrainingLocation []string `json:"optional_training_location"`
	IsBackgroundReplacement  *bool    `json:"is_background_replacement"`
	IsOndemandResource       *bool    `json:"is_ondemand_resource"`
}

// normalize gives the service's several ways to say nothing one form each.
func (j *Job) normalize() {
	if j.Tags == nil {
		j.Tags = []string{}
	}
	if j.OptionalTrainingLocation == nil {
		j.OptionalTrainingLocation = []string{}
	}
	// A sibling call's example in the API reference has this literal text.
	if j.CoverDownloadURL != nil && *j.CoverDownloadURL == "null" {
		j.CoverDownloadURL = nil
	}
}

// decodeJobs reads one page as it comes. It is strict about what the reading
// depends on, the count and each job's id, and tolerant elsewhere.
func decodeJobs(data []byte) (count int, jobs []Job, err error) {
	var wire struct {
		Count *int32 `json:"count"`
		Jobs  []Job  `json:"jobs"`
	}
	// A page is full or the last one, so this is nearly always the right size.
	wire.Jobs = make([]Job, 0, min(MaxPageSize, len(data)/512+1))
	if err := json.Unmarshal(data, &wire); err != nil {
		return 0, nil, err
	}
	if wire.Count == nil {
		return 0, nil, errors.New(`it has no "count"`)
	}
	if *wire.Count < 0 {
		return 0, nil, fmt.Errorf(`its "count" is %d`, *wire.Count)
	}
	for i := range wire.Jobs {
		if wire.Jobs[i].JobID == "" {
			return 0, nil, fmt.Errorf(`job %d of the page has no "job_id"`, i+1)
		}
		wire.Jobs[i].normalize()
	}
	return int(*wire.Count), wire.Jobs, nil
}

// JobList is a whole list, or a whole window of one.
type JobList struct {
	// Jobs are in the service's order, each job once.
	Jobs []Job
	// TotalCount is how many jobs the service counts for the filters, whatever
	// the window.
	TotalCount int
	// Reading says how the list was read.
	Reading Reading
}

// ListJobs returns all jobs that options select, from as many pages as it takes.
// The list is whole: a job that was there throughout the reading is in it, or
// ListJobs fails; see package listing. Every error is a *ListError.
func (c *Client) ListJobs(ctx context.Context, options *ListJobsOptions) (*JobList, error) {
	list := listing.List[Job]{
		View:     c.jobsView(options, options.sortKey(), options.sortDir()),
		Noun:     "avatar training jobs",
		PageSize: MaxPageSize,
		InFlight: transport.MaxInFlight,
		Key:      func(j *Job) string { return j.JobID },
		Offset:   int(options.Offset),
		Limit:    int(options.Limit),
	}
	if options.sortKey() != SortByCreateTime {
		proof := c.jobsView(options, SortByCreateTime, SortAscending)
		list.Proof = &proof
	}
	result, err := listing.Read(ctx, &list)
	if err != nil {
		failure := &ListError{
			What: list.Noun, Reading: result.Reading, PerSecond: c.http.PerSecond(),
			Filters: describe(options.values()), Err: err,
		}
		if jobs := result.Count - list.Offset; jobs > 0 {
			if list.Limit > 0 {
				jobs = min(jobs, list.Limit)
			}
			failure.Jobs, failure.Requests = jobs, listing.Requests(jobs, MaxPageSize)
		}
		return nil, failure
	}
	return &JobList{Jobs: result.Rows, TotalCount: result.Count, Reading: result.Reading}, nil
}

// jobsView returns the list of the jobs that options select in an order of its
// own.
func (c *Client) jobsView(options *ListJobsOptions, sortKey, sortDir string) listing.View[Job] {
	sorted := *options
	sorted.SortKey, sorted.SortDir = sortKey, sortDir
	query, header := sorted.values(), sorted.header()
	descending := sortDir == SortDescending

	view := listing.View[Job]{}
	var value func(*Job) *string
	var since, until string
	switch sortKey {
	case SortByCreateTime:
		value, since, until = func(j *Job) *string { return j.CreateTime }, "create_since", "create_until"
	case SortByUpdateTime:
		value, since, until = func(j *Job) *string { return j.LastUpdateTime }, "update_since", "update_until"
		view.Moves = listing.ToEnd
		if descending {
			view.Moves = listing.ToStart
		}
	}
	if descending {
		since, until = until, since
	}
	view.Compare = func(a, b *Job) (order int, shown bool) {
		if value == nil { // a job does not show its place in the order of assets
			return 0, false
		}
		one, other := value(a), value(b)
		if !isTime(one) || !isTime(other) {
			return 0, false
		}
		order = strings.Compare(*one, *other)
		if descending {
			order = -order
		}
		return order, true
	}
	view.Fetch = func(ctx context.Context, request listing.Request[Job]) (listing.Page[Job], error) {
		query := cloneQuery(query)
		query.Set("limit", strconv.Itoa(request.Limit))
		query.Set("offset", strconv.Itoa(request.Offset))
		doing := fmt.Sprintf("reading avatar training jobs from offset %d", request.Offset)
		if request.From != nil {
			narrow(query, since, *value(request.From))
			doing += fmt.Sprintf(" with %s=%s", since, query.Get(since))
		}
		if request.To != nil {
			narrow(query, until, *value(request.To))
		}
		var page listing.Page[Job]
		err := c.get(ctx, doing, query, header, func(body []byte) (err error) {
			page.Count, page.Rows, err = decodeJobs(body)
			return err
		}, "user", "jobs")
		return page, err
	}
	return view
}

// isTime reports whether a time has the one form of the service, see TimeFormat,
// so that it can be compared as a text.
func isTime(value *string) bool {
	const form = "dddd-dd-ddTdd:dd:ddZ"
	if value == nil || len(*value) != len(form) {
		return false
	}
	for i := range len(form) {
		c := (*value)[i]
		if digit := c >= '0' && c <= '9'; form[i] == 'd' && !digit || form[i] != 'd' && form[i] != c {
			return false
		}
	}
	return true
}

// narrow bounds the times of a query, unless they are bounded closer already.
func narrow(query url.Values, name, value string) {
	current := query.Get(name)
	since := strings.HasSuffix(name, "_since")
	if current == "" || since && value > current || !since && value < current {
		query.Set(name, value)
	}
}

// cloneQuery makes room for a page's own parameters; the values are shared.
func cloneQuery(query url.Values) url.Values {
	clone := make(url.Values, len(query)+2)
	maps.Copy(clone, query)
	return clone
}

// describe writes parameters for a person.
func describe(query url.Values) string {
	var parameters []string
	for _, name := range slices.Sorted(maps.Keys(query)) {
		parameters = append(parameters, name+"="+query.Get(name))
	}
	return strings.Join(parameters, ", ")
}
