package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

func TestJob(t *testing.T) {
	t.Parallel()
	server := startEmulator(t)
	text := func(s string) *string { return &s }
	number := func(n int32) *int32 { return &n }
	milliseconds := func(n int64) *int64 { return &n }
	yes := true
	job := emulator.StandardJobs(1)[0]
	job.JobID, job.IsFlexus, job.AssetID = "one", &yes, text("asset")
	job.Detail = &emulator.Detail{
		FlexusRetryCount: number(2), AudioSourceType: text("VIDEO"), VoiceTrainJobID: text("voice"),
		SupportedService:         []string{"VIDEO_2D"},
		TrainVideoRotationState:  text("SUCCESS"),
		TrainingVideoDownloadURL: text("https://example.com/video?Signature=" + emulator.URLSecret),
		AllocatedResource:        &emulator.AllocatedResource{ResourceID: text("resource"), ChargeMode: text("ONE_TIME")},
		OperationLogs:            []emulator.OperationLog{{LogType: text("USER_CREATE_JOD"), OperateUser: text("USER")}},
		CommentLogs: []emulator.CommentLog{{
			CommentMessage: text("fine"), AttachmentDownloadURL: []string{"https://example.com/a?Signature=" + emulator.URLSecret},
		}},
		SubTrainingJobInfo: []emulator.SubTrainingJob{{JobID: text("part"), CreateTime: milliseconds(1701250765000)}},
	}
	server.SetJobs([]emulator.Job{job})

	object := func(fields map[string]knownvalue.Check) knownvalue.Check { return knownvalue.ObjectPartial(fields) }
	apply(t, providerBlock(server)+jobBlock(`job_id = "one"`)+`output "all" { value = `+jobAddress+` }`,
		statecheck.ExpectKnownValue(jobAddress, tfjsonpath.New("project_id"), knownvalue.StringExact(emulator.ProjectID)),
		statecheck.ExpectKnownValue(jobAddress, tfjsonpath.New("region"), knownvalue.StringExact(emulator.Region)),
		statecheck.ExpectKnownValue(jobAddress, tfjsonpath.New("job"), object(map[string]knownvalue.Check{
			"job_id": knownvalue.StringExact("one"), "name": knownvalue.StringExact("Name 1"), "state": knownvalue.StringExact("TRAINING"),
			"asset_id": knownvalue.StringExact("asset"), "project_id": knownvalue.StringExact("***"), "is_flexus": knownvalue.Bool(true),
			"contact": knownvalue.Null(), "cover_download_url": knownvalue.Null(), "is_live_copy": knownvalue.Null(),
			"tags": knownvalue.ListSizeExact(0), "flexus_retry_count": knownvalue.Int64Exact(2),
			"audio_source_type": knownvalue.StringExact("VIDEO"), "voice_train_job_id": knownvalue.StringExact("voice"),
			"supported_service":          knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("VIDEO_2D")}),
			"train_video_rotation_state": knownvalue.StringExact("SUCCESS"), "action_video_rotation_state": knownvalue.Null(),
			"allocated_resource": object(map[string]knownvalue.Check{
				"resource_id": knownvalue.StringExact("resource"), "charge_mode": knownvalue.StringExact("ONE_TIME"), "expire_time": knownvalue.Null(),
			}),
			"operation_logs": knownvalue.ListExact([]knownvalue.Check{object(map[string]knownvalue.Check{
				"log_type": knownvalue.StringExact("USER_CREATE_JOD"), "operate_user": knownvalue.StringExact("USER"),
				"operate_time": knownvalue.Null(), "redo_reasons": knownvalue.ListSizeExact(0),
			})}),
			"comment_logs": knownvalue.ListExact([]knownvalue.Check{object(map[string]knownvalue.Check{"comment_message": knownvalue.StringExact("fine")})}),
			"sub_training_job_info": knownvalue.ListExact([]knownvalue.Check{object(map[string]knownvalue.Check{
				"job_id": knownvalue.StringExact("part"), "create_time": knownvalue.Int64Exact(1701250765000),
			})}),
		})),
		checkValues{jobAddress, func(values map[string]any) error {
			if strings.Contains(fmt.Sprint(values), emulator.URLSecret) {
				return fmt.Errorf("the state has a signed URL: %v", values)
			}
			return nil
		}})
}

func TestJobIncludes(t *testing.T) {
	t.Parallel()
	server := startEmulator(t)
	job := server.Jobs()[6]
	readInProcess(t, newProvider, providerBlock(server)+jobBlock(fmt.Sprintf("job_id = %q", job.JobID), "include_contact = true\ninclude_cover_download_url = true"),
		statecheck.ExpectKnownValue(jobAddress, tfjsonpath.New("project_id"), knownvalue.StringExact(emulator.ProjectID)),
		statecheck.ExpectKnownValue(jobAddress, tfjsonpath.New("region"), knownvalue.StringExact(emulator.Region)),
		statecheck.ExpectKnownValue(jobAddress, tfjsonpath.New("job").AtMapKey("contact"), knownvalue.StringExact(*job.Contact)),
		statecheck.ExpectKnownValue(jobAddress, tfjsonpath.New("job").AtMapKey("cover_download_url"), knownvalue.NotNull()))
}

func TestJobRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, arguments, want string
		requests              int
	}{
		{"not there", `job_id = "nosuchjob"`, `(?s)Unable to read the avatar training job.*HTTP 404.*A job belongs to one region and one project`, 1},
		{"an empty id", `job_id = ""`, `(?s)job_id.*the ID of a job`, 0},
		{"an id that is a path", `job_id = "../x"`, `(?s)job_id.*the ID of a job`, 0},
		{"no time", "job_id = \"x\"\ntimeouts = { read = \"-1s\" }", `(?s)timeouts.*read.*"-1s"`, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startEmulator(t)
			failInProcess(t, newProvider, providerBlock(server)+jobBlock(test.arguments), test.want)
			if n := server.Count(""); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
}
