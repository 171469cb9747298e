package emulator

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func TestDetail(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	for _, want := range listJobs(t, s, "?limit=100").Jobs {
		id, _ := want["job_id"].(string)
		response, body := getSigned(t, s, listingPath+"/"+id)
		if response.StatusCode != http.StatusOK {
			t.Fatal(response.Status, body)
		}
		got := decodeAs[map[string]any](t, body)
		for field, value := range want {
			if !reflect.DeepEqual(got[field], value) {
				t.Errorf("%s: %s is %v, in the listing %v", id, field, got[field], value)
			}
		}
		for _, field := range []string{
			"operation_logs", "comment_logs", "audio_source_type", "supported_service", "allocated_resource", "voice_train_job_id",
			"sub_training_job_info", "train_video_rotation_state", "id_card_image1_download_url", "action_mark_file_upload_url",
		} {
			if got[field] == nil {
				t.Errorf("%s: no %s", id, field)
			}
		}
		if flexus, retries := got["is_flexus"] == true, got["flexus_retry_count"] != nil; flexus != retries {
			t.Errorf("%s: flexus %v, but a number of retrains %v", id, flexus, retries)
		}
		resource, _ := got["allocated_resource"].(map[string]any)
		if onDemand := got["is_ondemand_resource"] == true; onDemand != (resource["charge_mode"] == "ON_DEMAND") {
			t.Errorf("%s: on demand %v, but the resource is %v", id, onDemand, resource)
		}
		logs := fmt.Sprint(got["operation_logs"])
		if done, _ := want["state"].(string); hasAsset(done) != strings.Contains(logs, "SYSTEM_JOB_SUCCESS") {
			t.Errorf("%s: state %s, but the logs are %s", id, done, logs)
		}
		if failed := want["state"] == "AUTO_VERIFY_FAILED"; failed != strings.Contains(logs, "SYSTEM_VERIFY_FAILED") {
			t.Errorf("%s: state %s, but the logs are %s", id, want["state"], logs)
		}
	}
}

func TestDetailURLsAreSignedAnew(t *testing.T) {
	t.Parallel()
	s := startServer(t, WithJobCount(1))
	path := listingPath + "/" + StandardJobs(1)[0].JobID
	_, body := getSigned(t, s, path)
	first := decodeAs[map[string]any](t, body)
	_, body = getSigned(t, s, path)
	second := decodeAs[map[string]any](t, body)
	for field, value := range first {
		if url, ok := value.(string); ok && field != "cover_download_url" && strings.HasSuffix(field, "_url") {
			if second[field] == url || !strings.Contains(url, URLSecret) {
				t.Errorf("%s is %s at every call, or not signed", field, url)
			}
		}
	}
}

func TestDetailRefuses(t *testing.T) {
	t.Parallel()
	jobs := StandardJobs(2)
	jobs[1].AppUserID = new("user-1")
	jobs[1].Detail = &Detail{WorkerType: []string{"own"}}
	s := startServer(t, WithJobs(jobs))
	tests := []struct {
		name, path string
		headers    []string
		status     int
		code       string
	}{
		{"not there", "/nothing", nil, 404, "MSS.41000003"},
		{"id too long", "/" + strings.Repeat("a", 65), nil, 400, "MSS.00000003"},
		{"parameter", "/" + jobs[0].JobID + "?a=b", nil, 400, "MSS.00000003"},
		{"of another end user", "/" + jobs[1].JobID, []string{headerAppUserID + ": user-2"}, 404, "MSS.41000003"},
		{"empty end user", "/" + jobs[1].JobID, []string{headerAppUserID + ": "}, 400, "MSS.00000003"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			response, body := getSigned(t, s, listingPath+test.path, test.headers...)
			checkRefusal(t, s, response, body, test.status, test.code, "")
		})
	}
	if _, body := getSigned(t, s, listingPath+"/"+jobs[1].JobID, headerAppUserID+": user-1"); !strings.Contains(body, `"worker_type":["own"]`) {
		t.Error(body)
	}
	response, body := send(t, newRequest(t, s, http.MethodGet, listingPath+"/"+jobs[0].JobID, ""))
	checkRefusal(t, s, response, body, http.StatusUnauthorized, "APIGW.0301", "x-auth-token not found")
}
