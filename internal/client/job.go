package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// JobDetail is one job with the fields that only the detail call returns: those that stay the same
// from one call to the next and grant no access. Its other fields are signed URLs of videos,
// identity cards and the like, and the settings of the service's own staff. Source:
// https://support.huaweicloud.com/intl/en-us/api-metastudio/Show2dModelTrainingJob.html and the
// vendor SDK's services/metastudio/v1/model.
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

// CommentLog is a comment on a job. Its attachments are signed URLs, and left out.
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

// NotFoundError is a job that does not exist, or that this caller may not see.
type NotFoundError struct {
	// JobID is the job that was asked for.
	JobID string
	// Err is the failed call.
	Err *OpError
}

// Error implements error.
func (e *NotFoundError) Error() string {
	return fmt.Sprintf("there is no avatar training job %s: %v", e.JobID, e.Err)
}

// Unwrap returns the failed call.
func (e *NotFoundError) Unwrap() error { return e.Err }

// GetJob returns the job with this ID, 1 to 64 characters. appUserID reads it as an end user of the
// caller's application, as ListJobsOptions.AppUserID does; "" does not. Every error is a
// *NotFoundError or an *OpError.
func (c *Client) GetJob(ctx context.Context, jobID, appUserID string) (*JobDetail, error) {
	var job JobDetail
	path := append(slices.Clone(avatarJobsPath), jobID)
	err := c.get(ctx, "reading the avatar training job "+jobID, nil, asEndUser(appUserID), func(body []byte) error {
		if err := decodeObject(body, &job); err != nil {
			return err
		}
		if job.JobID != jobID {
			return fmt.Errorf("its \"job_id\" is %q", transport.Excerpt([]byte(job.JobID)))
		}
		if err := job.check(); err != nil {
			return err
		}
		job.normalize()
		return nil
	}, path...)
	if err == nil {
		return &job, nil
	}
	if failed, ok := errors.AsType[*OpError](err); ok && isNotFound(failed) {
		return nil, &NotFoundError{JobID: jobID, Err: failed}
	}
	return nil, err
}

// aboutRequest are the codes that come with status 400 and are about the request, not about the
// job: its body, parameters, address, method, token and project.
// Source: the MetaStudio API reference, "Error Codes".
var aboutRequest = []string{
	"MSS.00000002", "MSS.00000003", "MSS.10000003", "MSS.00010003", "MSS.00010004", InvalidTokenCode, "MSS.00010009",
}

// isNotFound reports whether a call failed because the service does not have the resource: with
// status 404, or with 400 and a code of the many that the service has for this. What the gateway
// answers, and a proxy that has no code, is about the call and not the resource.
func isNotFound(failed *OpError) bool {
	answer, ok := errors.AsType[*transport.Error](failed)
	if !ok || answer.Code == "" {
		return false
	}
	if _, isGateway := transport.GatewayCode(answer.Code); isGateway {
		return false
	}
	return answer.Status == http.StatusNotFound ||
		answer.Status == http.StatusBadRequest && !slices.Contains(aboutRequest, answer.Code)
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
