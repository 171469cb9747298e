package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// JobDetail is one job with what only the detail call tells of it: of that, what
// stays the same from one call to the next and opens nothing. Its other fields
// are signed URLs of videos, identity cards and the like, and the settings of
// the service's own staff.
// Source: https://support.huaweicloud.com/intl/en-us/api-metastudio/Show2dModelTrainingJob.html
// and the vendor SDK's services/metastudio/v1/model.
type JobDetail struct {
	Job

	OperationLogs            []OperationLog     `json:"operation_logs"`
	CommentLogs              []CommentLog       `json:"comment_logs"`
	FlexusRetryCount         *int64             `json:"flexus_retry_count"`
	AudioSourceType          *string            `json:"audio_source_type"`
	SupportedService         []string           `json:"supported_service"`
	AllocatedResource        *AllocatedResource `json:"allocated_resource"`
	VoiceTrainJobID          *string            `json:"voice_train_job_id"`
	SubTrainingJobInfo       []SubTrainingJob   `json:"sub_training_job_info"`
	TrainVideoRotationState  *string            `json:"train_video_rotation_state"`
	ActionVideoRotationState *string            `json:"action_video_rotation_state"`
}

// OperationLog is one step in a job's life.
type OperationLog struct {
	OperateTime    *string  `json:"operate_time"`
	LogType        *string  `json:"log_type"`
	LogDescription *string  `json:"log_description"`
	OperateUser    *string  `json:"operate_user"`
	ErrorCode      *string  `json:"error_code"`
	RedoReasons    []string `json:"redo_reasons"`
}

// CommentLog is what somebody wrote about a job. Its attachments are signed
// URLs, and left out.
type CommentLog struct {
	OperateTime    *string `json:"operate_time"`
	CommentType    *string `json:"comment_type"`
	CommentTitle   *string `json:"comment_title"`
	CommentMessage *string `json:"comment_message"`
}

// AllocatedResource is the resource that a job was paid with.
type AllocatedResource struct {
	ResourceID *string `json:"resource_id"`
	ChargeMode *string `json:"charge_mode"`
	ExpireTime *string `json:"expire_time"`
}

// SubTrainingJob is a part of a job. Its times are milliseconds since 1970.
type SubTrainingJob struct {
	JobID          *string `json:"job_id"`
	SubJobType     *string `json:"sub_job_type"`
	State          *string `json:"state"`
	CreateTime     *int64  `json:"create_time"`
	LastUpdateTime *int64  `json:"last_update_time"`
}

// NotFoundError is a job that is not there, or not for this caller.
type NotFoundError struct {
	// JobID is the job that was asked for.
	JobID string
	// Err is the service's answer.
	Err *transport.Error
}

// Error implements error.
func (e *NotFoundError) Error() string {
	return fmt.Sprintf("there is no avatar training job %s: %v", e.JobID, e.Err)
}

// Unwrap returns the service's answer.
func (e *NotFoundError) Unwrap() error { return e.Err }

// GetJob returns the job with this id, 1 to 64 characters. appUserID asks in the
// name of an end user, as ListJobsOptions.AppUserID does; "" does not. An error
// is a *NotFoundError or a *transport.Error.
func (c *Client) GetJob(ctx context.Context, jobID, appUserID string) (*JobDetail, error) {
	options := ListJobsOptions{AppUserID: appUserID}
	var job JobDetail
	err := c.get(ctx, "reading the avatar training job "+jobID, nil, options.header(), func(body []byte) error {
		if err := json.Unmarshal(body, &job); err != nil {
			return err
		}
		if job.JobID != jobID {
			return fmt.Errorf("its \"job_id\" is %q", transport.Excerpt([]byte(job.JobID)))
		}
		job.normalize()
		return nil
	}, "user", "jobs", jobID)

	var failure *transport.Error
	switch {
	case err == nil:
		return &job, nil
	case errors.As(err, &failure) && failure.Status == http.StatusNotFound && failure.Code != "" && !strings.HasPrefix(failure.Code, "APIG"):
		// The gateway's own 404, and a proxy's without a code, is about the call,
		// not about the job.
		return nil, &NotFoundError{JobID: jobID, Err: failure}
	}
	return nil, err
}

func (d *JobDetail) normalize() {
	d.Job.normalize()
	if d.SupportedService == nil {
		d.SupportedService = []string{}
	}
	if d.OperationLogs == nil {
		d.OperationLogs = []OperationLog{}
	}
	for i := range d.OperationLogs {
		if d.OperationLogs[i].RedoReasons == nil {
			d.OperationLogs[i].RedoReasons = []string{}
		}
	}
	if d.CommentLogs == nil {
		d.CommentLogs = []CommentLog{}
	}
	if d.SubTrainingJobInfo == nil {
		d.SubTrainingJobInfo = []SubTrainingJob{}
	}
}
