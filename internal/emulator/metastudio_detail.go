package emulator

import (
	"net/http"
	"time"
)

// detail answers GET …/digital-human-training-manage/user/jobs/{job_id}.
func (s *Server) detail(x *exchange) *reply {
	if refused := s.authorizeProject(x); refused != nil {
		return refused
	}
	appUser, refused := x.appUser()
	if refused != nil {
		return refused
	}
	if x.r.URL.RawQuery != "" {
		return x.invalidParameter("query", "this call has no query parameters")
	}
	if wrong := runesUpTo(64)(x.jobID); wrong != "" {
		return x.invalidParameter("job_id", wrong)
	}

	q := &selection{options: &s.config.listing, projectID: x.projectID, appUserID: appUser}
	found := s.replica(x).find(x.jobID, q.belongs)
	if found == nil {
		// Ours: the documentation has this code, but does not say which call answers with it.
		return x.service(http.StatusNotFound, "MSS.41000003", "The training task does not exist")
	}
	job, _ := s.withCover(x, found)
	more := job.Detail
	if more == nil {
		more = likelyDetail(&job, x.serial, x.now)
	}
	return jsonReply(http.StatusOK, struct {
		Job
		Detail
	}{job, *more})
}

// likelyDetail makes up the detail of a job. It is the same at every call, except for the
// signatures in URLs, which depend on n and now.
func likelyDetail(job *Job, n int, now time.Time) *Detail {
	sign := func(object string) *string { return new(signedURL(job.JobID+"_"+object, n, now)) }
	created, _ := time.Parse(timeFormat, stringValue(job.CreateTime))
	updated, _ := time.Parse(timeFormat, stringValue(job.LastUpdateTime))

	d := &Detail{
		TrainingVideoDownloadURL: sign("training_video"),
		IDCardImage1DownloadURL:  sign("id_card_1"),
		IDCardImage2DownloadURL:  sign("id_card_2"),
		GrantFileDownloadURL:     sign("grant"),
		AudioFileDownloadURL:     sign("audio"),
		ActionMarkFileUploadURL:  sign("action_mark"),
		VerifyVideoDownloadURL:   sign("verify_video"),
		MarkableVideoDownloadURL: sign("markable_video"),
		IsMaskFileUploaded:       new(false),
		VoiceTrainJobID:          new(stableID("voice/"+job.JobID, 0)),
		AudioSourceType:          new("VIDEO"),
		SupportedService:         []string{"VIDEO_2D", "LIVE_2D", "CHAT_2D"},
		WorkerType:               []string{"PI2"},
		TrainVideoRotationState:  new("SUCCESS"),
		ActionVideoRotationState: new("WAITING"),
		TraningVideoMarkInfo:     &TrainingVideoMark{new("00:00:01.000"), new("00:05:00.000")},
		AllocatedResource: &AllocatedResource{
			ResourceID: new(stableID("resource/"+job.JobID, 0)),
			ChargeMode: new("ONE_TIME"),
			ExpireTime: new(created.AddDate(1, 0, 0).Format(timeFormat)),
		},
		OperationLogs: []OperationLog{
			{OperateTime: new(created.Format(timeFormat)), LogType: new("USER_CREATE_JOD"), OperateUser: new("USER")},
			{OperateTime: new(created.Add(time.Minute).Format(timeFormat)), LogType: new("USER_VERIFYING_SUBMITTED"), OperateUser: new("USER")},
		},
		CommentLogs: []CommentLog{{
			OperateTime: new(updated.Format(timeFormat)), CommentType: new("USER_COMMENT"),
			CommentTitle: new("First look"), CommentMessage: new("The left hand is cut off at 00:42."),
			AttachmentDownloadURL: []string{*sign("attachment")},
		}},
		SubTrainingJobInfo: []SubTrainingJob{{
			JobID: new(stableID("sub/"+job.JobID, 0)), SubJobType: new("TRAINING"), HeartBeatID: new(stableID("heart/"+job.JobID, 0)),
			State: new("SUCCESS"), CreateTime: new(created.UnixMilli()), LastUpdateTime: new(updated.UnixMilli()),
		}},
	}
	if isTrue(job.IsFlexus) {
		d.FlexusRetryCount = new(int32(3))
		d.SupportedService = []string{"VIDEO_2D"}
		d.VoiceProperties = &VoiceProperties{JobTag: "NEWS", Sex: "FEMALE", Language: "CN"}
	}
	if isTrue(job.IsOndemandResource) {
		d.AllocatedResource.ChargeMode = new("ON_DEMAND")
	}
	if hasAsset(job.State) {
		d.OperationLogs = append(d.OperationLogs, OperationLog{
			OperateTime: new(updated.Format(timeFormat)), LogType: new("SYSTEM_JOB_SUCCESS"), OperateUser: new("SYSTEM"),
		})
	}
	if job.State == "AUTO_VERIFY_FAILED" {
		d.OperationLogs = append(d.OperationLogs, OperationLog{
			OperateTime: new(updated.Format(timeFormat)), LogType: new("SYSTEM_VERIFY_FAILED"), OperateUser: new("SYSTEM"),
			LogDescription: new("The resolution of the video is not supported."), ErrorCode: new("44005901"),
		})
	}
	return d
}
