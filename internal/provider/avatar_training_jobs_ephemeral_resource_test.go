package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

// TestEphemeralJobs shows what an ephemeral resource holds through a provider that puts its own
// configuration into the state.
func TestEphemeralJobs(t *testing.T) {
	t.Parallel()
	need(t, engines.EphemeralResources)
	server := startEmulator(t)
	jobs := server.Jobs()
	want := oldestFirst(jobs, func(j *emulator.Job) bool { return j.State == "JOB_FINISH" })
	echo := map[string]func() (tfprotov6.ProviderServer, error){
		"metastudio": factories["metastudio"], "echo": echoprovider.NewProviderServer(),
	}
	data := tfjsonpath.New("data")
	// OpenTofu 1.11 lists the opening of an ephemeral resource among the changes of a plan, in its
	// JSON alone. Source: https://github.com/opentofu/opentofu/issues/3781.
	_, engine := engineUnderTest()
	listsOpening := engine.Product == engines.OpenTofu && engine.Minor() == "1.11"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: echo,
		Steps: []resource.TestStep{{
			Config: providerBlock(server) + `
ephemeral "metastudio_avatar_training_jobs" "test" {
  state    = ["JOB_FINISH"]
  timeouts = { read = "1m" }
}
provider "echo" {
  data = ephemeral.metastudio_avatar_training_jobs.test
}
resource "echo" "test" {}
`,
			ExpectNonEmptyPlan: listsOpening,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.test", data.AtMapKey("total_count"), knownvalue.Int64Exact(int64(len(want)))),
				statecheck.ExpectKnownValue("echo.test", data.AtMapKey("region"), knownvalue.StringExact(emulator.Region)),
				checkValues{"echo.test", func(values map[string]any) error {
					inner, _ := values["data"].(map[string]any)
					got := jobsOf(inner)
					if len(got) != len(want) {
						return fmt.Errorf("%d jobs, want %d", len(got), len(want))
					}
					for i, job := range got {
						if job["job_id"] != want[i] || job["contact"] == nil || job["cover_download_url"] == nil {
							return fmt.Errorf("job %d is %v", i, job)
						}
					}
					return nil
				}},
			},
		}},
	})
}

func TestEphemeralJobsRefusals(t *testing.T) {
	t.Parallel()
	server := startEmulator(t)
	for _, test := range []struct{ name, argument, want string }{
		{"sort_key", `sort_key = "name"`, `sort_key must be`},
		{"a span", "update_since = \"2026-01-02T00:00:00Z\"\nupdate_until = \"2026-01-01T00:00:00Z\"", `is later than`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			failInProcess(t, newProvider, providerBlock(server)+"ephemeral \"metastudio_avatar_training_jobs\" \"test\" {\n"+test.argument+"\n}\n", test.want)
			if n := server.Count(""); n != 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}
