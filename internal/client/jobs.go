package client

import (
	"context"
	"net/url"
	"time"
)

// maxPageSize is the most jobs that the service puts on one page.
// Source: the API reference of List2dModelTrainingJob, parameter limit.
const maxPageSize = 100

// The values of ListJobsOptions.SortKey and SortDir.
// Source: the API reference of List2dModelTrainingJob.
const (
	SortByCreateTime = "create_time"
	SortByUpdateTime = "update_time"
	SortByAssetOrder = "asset_order"
	SortAscending    = "asc"
	SortDescending   = "desc"
)

// SortKeys returns what the service can sort by.
func SortKeys() []string { return []string{SortByCreateTime, SortByUpdateTime, SortByAssetOrder} }

// SortDirs returns the directions in which the service can sort.
func SortDirs() []string { return []string{SortAscending, SortDescending} }

// ListJobsOptions selects and orders the jobs that ListJobs returns. The tag of a field is the name
// of the API's parameter. Zero values are not sent, but for SortKey and SortDir, which default to
// create_time and asc: the order in which new jobs disturb a reading least. Source:
// https://support.huaweicloud.com/intl/en-us/api-metastudio/List2dModelTrainingJob.html
type ListJobsOptions struct {
	// State keeps jobs in one of these states; 1 to 1024 characters when joined by commas.
	State []string `query:"state"`
	// SortKey is one of SortKeys(), SortDir one of SortDirs().
	SortKey string `query:"sort_key"`
	SortDir string `query:"sort_dir"`
	// CreateSince and CreateUntil keep jobs created in this span, both ends included. The service
	// knows whole seconds: a start is rounded up and an end down, so that nothing outside the span
	// comes back.
	CreateSince time.Time `query:"create_since"`
	CreateUntil time.Time `query:"create_until"`
	// UpdateSince and UpdateUntil do the same for the last update.
	UpdateSince time.Time `query:"update_since"`
	UpdateUntil time.Time `query:"update_until"`
	// QueryProjectID is the project whose jobs are listed, for operators who may see another's; 1
	// to 256 characters.
	QueryProjectID string `query:"query_project_id"`
	// BatchName, Tag and Name keep jobs of this batch, with this tag, and whose model has this
	// name; 1 to 256 characters each.
	BatchName string `query:"batch_name"`
	Tag       string `query:"tag"`
	Name      string `query:"name"`
	// JobID keeps the job with this id; 1 to 64 characters.
	JobID string `query:"job_id"`
	// ModelResolution keeps jobs whose model has this resolution, such as 1080P or 4K; 1 to 256
	// characters.
	ModelResolution string `query:"model_resolution"`
	// IsFlexus, IsLiveCopy and IsOndemandResource keep jobs with this value of the flag; nil does
	// not ask.
	IsFlexus           *bool `query:"is_flexus"`
	IsLiveCopy         *bool `query:"is_live_copy"`
	IsOndemandResource *bool `query:"is_ondemand_resource"`
	// TrainLocation keeps jobs trained in this place.
	TrainLocation string `query:"train_location"`
	// Offset is how many jobs of the list are left out before the first,
	// 0 to 2147483647.
	Offset int64 `query:"offset"`
	// Limit is how many jobs are returned at most, over as many pages as that takes; 0 is all of
	// them.
	Limit int64 `query:"limit"`

	// AppUserID lists the jobs of one end user of the caller's application; 1 to 256 printable
	// ASCII characters. It travels as a header.
	AppUserID string

	// Fit bounds what the jobs may take; nil does not.
	Fit *Fit[Job]
}

// filters returns the parameters that select jobs.
func (o *ListJobsOptions) filters() parameters {
	p := parameters{url.Values{}}
	p.setStates("state", o.State)
	p.setTime("create_since", RoundUp(o.CreateSince))
	p.setTime("create_until", o.CreateUntil)
	p.setTime("update_since", RoundUp(o.UpdateSince))
	p.setTime("update_until", o.UpdateUntil)
	p.setText("query_project_id", o.QueryProjectID)
	p.setText("batch_name", o.BatchName)
	p.setText("tag", o.Tag)
	p.setText("job_id", o.JobID)
	p.setText("name", o.Name)
	p.setText("model_resolution", o.ModelResolution)
	p.setBool("is_flexus", o.IsFlexus)
	p.setBool("is_live_copy", o.IsLiveCopy)
	p.setBool("is_ondemand_resource", o.IsOndemandResource)
	p.setText("train_location", o.TrainLocation)
	return p
}

// Job is one avatar training job as the service lists it. Its tags name the API's fields, and are
// what the job is encoded with for Terraform as well. A nil pointer is a field that the service
// left out; the lists are never nil.
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

// TextBytes returns how many bytes the texts of the job have.
func (j *Job) TextBytes() int {
	bytes := 0
	for _, text := range j.texts() {
		if text != nil {
			bytes += len(*text)
		}
	}
	for _, list := range [][]string{j.Tags, j.OptionalTrainingLocation} {
		for _, text := range list {
			bytes += len(text)
		}
	}
	return bytes
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

// avatarJobs are the avatar training jobs. They do not show their place in the order of assets.
var avatarJobs = jobKind[Job]{
	noun:      "avatar training jobs",
	path:      avatarJobsPath,
	pageSize:  maxPageSize,
	id:        func(j *Job) string { return j.JobID },
	check:     (*Job).check,
	normalize: (*Job).normalize,
	times: map[string]sortTime[Job]{
		SortByCreateTime: {
			value: func(j *Job) string { return timeText(j.CreateTime) },
			since: "create_since", until: "create_until",
		},
		SortByUpdateTime: {
			value: func(j *Job) string { return timeText(j.LastUpdateTime) },
			since: "update_since", until: "update_until",
			changes: true,
		},
	},
}

// avatarJobsPath is the path of the avatar training jobs below the project.
var avatarJobsPath = []string{"digital-human-training-manage", "user", "jobs"}

// JobList is a whole list of avatar training jobs, or a whole window of one.
type JobList = List[Job]

// ListJobs returns all jobs that options select, from as many pages as it takes. The list is whole:
// a job that was there throughout the reading is in it, or ListJobs fails; see package listing.
// Every error is a *ListError.
func (c *Client) ListJobs(ctx context.Context, options *ListJobsOptions) (*JobList, error) {
	return readList(ctx, c, &avatarJobs, &listRequest{
		filters: options.filters(),
		header:  asEndUser(options.AppUserID),
		sortKey: options.SortKey, sortDir: options.SortDir,
		offset: options.Offset, limit: options.Limit,
	}, options.Fit)
}
