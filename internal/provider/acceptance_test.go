package provider

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// The tests in this file read a real account, with the credential that the environment has
// (HW_REGION_NAME, HW_ACCESS_KEY, HW_SECRET_KEY and so on, as documented for the provider). They
// change nothing, need no particular jobs, and say more where there are some. TF_ACC=1 lets them
// run.

// accept applies a configuration with an empty provider block.
func accept(t *testing.T, config string, checks ...statecheck.StateCheck) {
	t.Helper()
	resource.Test(t, resource.TestCase{
		PreCheck:                 func() { needAccount(t) },
		ProtoV6ProviderFactories: factories,
		Steps:                    []resource.TestStep{{Config: "provider \"metastudio\" {}\n" + config, ConfigStateChecks: checks}},
	})
}

func needAccount(t *testing.T) {
	t.Helper()
	if os.Getenv("HW_REGION_NAME") == "" {
		t.Fatal("set HW_REGION_NAME and a credential, as in docs/guides/authentication.md")
	}
}

// aListCheck looks at the jobs and the count of a list.
func aListCheck(check func(jobs []map[string]any, total int64) error) statecheck.StateCheck {
	return checkValues{dataAddress, func(values map[string]any) error {
		var total int64
		if _, err := fmt.Sscan(fmt.Sprint(values["total_count"]), &total); err != nil {
			return err
		}
		return check(jobsOf(values), total)
	}}
}

func TestAccJobs_all(t *testing.T) {
	accept(t, dataBlock(), aListCheck(func(jobs []map[string]any, total int64) error {
		seen := map[any]bool{}
		previous := ""
		for _, job := range jobs {
			if job["job_id"] == nil || seen[job["job_id"]] {
				return fmt.Errorf("job %v has no id, or came twice", job)
			}
			seen[job["job_id"]] = true
			if job["contact"] != nil || job["cover_download_url"] != nil {
				return fmt.Errorf("job %v shows what nobody asked for", job["job_id"])
			}
			if created, ok := job["create_time"].(string); ok {
				if created < previous {
					return fmt.Errorf("job %v of %s comes after one of %s", job["job_id"], created, previous)
				}
				previous = created
			}
		}
		if int64(len(jobs)) != total {
			return fmt.Errorf("%d jobs, and a count of %d", len(jobs), total)
		}
		return nil
	}))
}

func TestAccJobs_none(t *testing.T) {
	accept(t, dataBlock(`create_since = "2999-01-01T00:00:00Z"`), aListCheck(func(jobs []map[string]any, total int64) error {
		if len(jobs) != 0 || total != 0 {
			return fmt.Errorf("%d jobs of the next millennium, and a count of %d", len(jobs), total)
		}
		return nil
	}))
}

func TestAccJobs_window(t *testing.T) {
	accept(t, dataBlock("limit = 1\nsort_dir = \"desc\""), aListCheck(func(jobs []map[string]any, total int64) error {
		if int64(len(jobs)) != min(1, total) {
			return fmt.Errorf("%d jobs, and a count of %d", len(jobs), total)
		}
		return nil
	}))
}

func TestAccJobs_filters(t *testing.T) {
	for _, argument := range []string{
		`state = ["JOB_SUCCESS", "JOB_FINISH"]`, `is_flexus = true`, `is_live_copy = false`, `is_ondemand_resource = false`,
		`model_resolution = "1080P"`, `tag = "no such tag"`, `batch_name = "no such batch"`, `name = "no such name"`,
		`job_id = "00000000000000000000000000000000"`, `train_location = "nowhere"`,
		"create_since = \"2020-01-01T00:00:00Z\"\ncreate_until = \"2030-01-01T00:00:00Z\"",
		"update_since = \"2020-01-01T00:00:00Z\"\nupdate_until = \"2030-01-01T00:00:00Z\"",
		"sort_key = \"update_time\"\nsort_dir = \"desc\"", `sort_key = "asset_order"`, `app_user_id = "no-such-user"`,
	} {
		t.Run(argument, func(t *testing.T) {
			accept(t, dataBlock(argument), aListCheck(func(jobs []map[string]any, total int64) error {
				for _, job := range jobs {
					if argument == `state = ["JOB_SUCCESS", "JOB_FINISH"]` && !slices.Contains([]any{"JOB_SUCCESS", "JOB_FINISH"}, job["state"]) {
						return fmt.Errorf("job %v is in state %v", job["job_id"], job["state"])
					}
				}
				if int64(len(jobs)) != total {
					return fmt.Errorf("%d jobs, and a count of %d", len(jobs), total)
				}
				return nil
			}))
		})
	}
}

// TestAccJob_first reads the first job of the list once more, by its ID.
func TestAccJob_first(t *testing.T) {
	accept(t, dataBlock("limit = 1")+`
data "metastudio_avatar_training_job" "test" {
  for_each = toset(`+dataAddress+`.jobs[*].job_id)
  job_id   = each.key
}
output "same" {
  value = [for job in `+dataAddress+`.jobs : data.metastudio_avatar_training_job.test[job.job_id].job.create_time == job.create_time]
}
check "same" {
  assert {
    condition     = alltrue([for job in `+dataAddress+`.jobs : data.metastudio_avatar_training_job.test[job.job_id].job.name == job.name])
    error_message = "The list and the job itself disagree."
  }
}
`)
}

func TestAccJob_notThere(t *testing.T) {
	resource.Test(t, resource.TestCase{
		PreCheck:                 func() { needAccount(t) },
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config:      "provider \"metastudio\" {}\n" + jobBlock(`job_id = "00000000000000000000000000000000"`),
			ExpectError: regexp.MustCompile(`Unable to read the avatar training job`),
		}},
	})
}

// TestAccProvider_unknownKey is refused once, and not tried again: an access key that does not
// exist locks nobody's.
func TestAccProvider_unknownKey(t *testing.T) {
	resource.Test(t, resource.TestCase{
		PreCheck:                 func() { needAccount(t) },
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config: `
provider "metastudio" {
  access_key = "NOSUCHKEY00000000000"
  secret_key = "0000000000000000000000000000000000000000"
  project_id = "00000000000000000000000000000000"
}
` + dataBlock(),
			ExpectError: regexp.MustCompile(`(?s)HTTP[\s│]+401.*Attempts:[\s│]+1`),
		}},
	})
}
