package emulator

// Detail is what the detail call adds to the fields of the listing: the documented fields that a
// client may read, and some signed URLs that it must not keep, since they work for whoever has
// them.
type Detail struct {
	TrainingVideoDownloadURL *string  `json:"training_video_download_url,omitempty"`
	IDCardImage1DownloadURL  *string  `json:"id_card_image1_download_url,omitempty"`
	IDCardImage2DownloadURL  *string  `json:"id_card_image2_download_url,omitempty"`
	GrantFileDownloadURL     *string  `json:"grant_file_download_url,omitempty"`
	AudioFileDownloadURL     *string  `json:"audio_file_download_url,omitempty"`
	ActionMarkFileUploadURL  *string  `json:"action_mark_file_upload_url,omitempty"`
	VerifyVideoDownloadURL   *string  `json:"verify_video_download_url,omitempty"`
	MarkableVideoDownloadURL *string  `json:"markable_video_download_url,omitempty"`
	IsMaskFileUploaded       *bool    `json:"is_mask_file_uploaded,omitempty"`
	VoiceTrainJobID          *string  `json:"voice_train_job_id,omitempty"`
	FlexusRetryCount         *int32   `json:"flexus_retry_count,omitempty"`
	AudioSourceType          *string  `json:"audio_source_type,omitempty"`
	TrainVideoRotationState  *string  `json:"train_video_rotation_state,omitempty"`
	ActionVideoRotationState *string  `json:"action_video_rotation_state,omitempty"`
	WorkerType               []string `json:"worker_type,omitzero"`
	SupportedService         []string `json:"supported_service,omitzero"`

	OperationLogs      []OperationLog     `json:"operation_logs,omitzero"`
	CommentLogs        []CommentLog       `json:"comment_logs,omitzero"`
	AllocatedResource  *AllocatedResource `json:"allocated_resource,omitempty"`
	VoiceProperties    *VoiceProperties   `json:"voice_properties,omitempty"`
	SubTrainingJobInfo []SubTrainingJob   `json:"sub_training_job_info,omitzero"`

	// TraningVideoMarkInfo is misspelt by the service.
	TraningVideoMarkInfo *TrainingVideoMark `json:"traning_video_mark_info,omitempty"`
}

// OperationLog is one step in the life of a job.
type OperationLog struct {
	OperateTime    *string  `json:"operate_time,omitempty"`
	LogType        *string  `json:"log_type,omitempty"`
	LogDescription *string  `json:"log_description,omitempty"`
	OperateUser    *string  `json:"operate_user,omitempty"`
	ErrorCode      *string  `json:"error_code,omitempty"`
	RedoReasons    []string `json:"redo_reasons,omitzero"`
}

// CommentLog is what somebody wrote about a job.
type CommentLog struct {
	OperateTime           *string  `json:"operate_time,omitempty"`
	CommentType           *string  `json:"comment_type,omitempty"`
	CommentTitle          *string  `json:"comment_title,omitempty"`
	CommentMessage        *string  `json:"comment_message,omitempty"`
	AttachmentDownloadURL []string `json:"attachment_download_url,omitzero"`
}

// AllocatedResource is the resource that a job was paid with.
type AllocatedResource struct {
	ResourceID *string `json:"resource_id,omitempty"`
	ChargeMode *string `json:"charge_mode,omitempty"`
	ExpireTime *string `json:"expire_time,omitempty"`
}

// VoiceProperties describes the voice of a Flexus avatar.
type VoiceProperties struct {
	JobTag   string `json:"job_tag"`
	Sex      string `json:"sex"`
	Language string `json:"language"`
}

// SubTrainingJob is a part of a job. Its times are milliseconds since 1970.
type SubTrainingJob struct {
	JobID          *string `json:"job_id,omitempty"`
	SubJobType     *string `json:"sub_job_type,omitempty"`
	HeartBeatID    *string `json:"heart_beat_id,omitempty"`
	State          *string `json:"state,omitempty"`
	CreateTime     *int64  `json:"create_time,omitempty"`
	LastUpdateTime *int64  `json:"last_update_time,omitempty"`
}

// TrainingVideoMark is the part of the video that trains the model.
type TrainingVideoMark struct {
	VideoStartTime *string `json:"video_start_time,omitempty"`
	VideoEndTime   *string `json:"video_end_time,omitempty"`
}
