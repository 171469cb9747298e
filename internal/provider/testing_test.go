package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// factories serve the provider to a real Terraform as main does.
var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"metastudio": func() (tfprotov6.ProviderServer, error) { return NewServer("test") },
}

// startEmulator runs an emulator for the test.
func startEmulator(tb testing.TB, options ...emulator.Option) *emulator.Server {
	tb.Helper()
	server, err := emulator.Start(options...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(server.Close)
	return server
}

// providerBlock configures the provider for an emulator; more is put inside.
func providerBlock(server *emulator.Server, more ...string) string {
	return fmt.Sprintf(`
provider "metastudio" {
  region     = %q
  project_id = %q
  access_key = %q
  secret_key = %q
  endpoints  = { metastudio = %q }
  %s
}
`, emulator.Region, emulator.ProjectID, emulator.AccessKey, emulator.SecretKey, server.URL, strings.Join(more, "\n"))
}

// readSource reads a data source on a machine, without Terraform and without retries, and returns the
// diagnostics.
func readSource(ctx context.Context, t *testing.T, machine *metastudioProvider, address, name string, arguments map[string]tftypes.Value) []*tfprotov6.Diagnostic {
	t.Helper()
	server, err := on(machine)["metastudio"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	endpoint := tftypes.NewValue(tftypes.String, address)
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: object(t, schemas.Provider, map[string]tftypes.Value{
		"endpoints": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{
			"metastudio": endpoint, "iam": endpoint, "sts": endpoint,
		}),
		"max_retries": tftypes.NewValue(tftypes.Number, 0),
	})})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured)
	}
	read, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: name, Config: object(t, schemas.DataSourceSchemas[name], arguments),
	})
	if err != nil {
		t.Fatal(err)
	}
	return read.Diagnostics
}

// dataBlock is a list with these arguments.
func dataBlock(arguments ...string) string {
	return "data \"metastudio_avatar_training_jobs\" \"test\" {\n" + strings.Join(arguments, "\n") + "\n}\n"
}

const dataAddress = "data.metastudio_avatar_training_jobs.test"

// apply applies a configuration and runs the checks on its state.
func apply(t *testing.T, config string, checks ...statecheck.StateCheck) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps:                    []resource.TestStep{{Config: config, ConfigStateChecks: checks}},
	})
}

// checkValues is a statecheck that hands over the values of a block.
type checkValues struct {
	address string
	check   func(values map[string]any) error
}

// CheckState implements statecheck.StateCheck.
func (c checkValues) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	at := slices.IndexFunc(req.State.Values.RootModule.Resources, func(r *tfjson.StateResource) bool { return r.Address == c.address })
	if at < 0 {
		resp.Error = fmt.Errorf("%s is not in the state", c.address)
		return
	}
	resp.Error = c.check(req.State.Values.RootModule.Resources[at].AttributeValues)
}

// jobsOf returns the jobs among a block's values.
func jobsOf(values map[string]any) []map[string]any {
	list, _ := values["jobs"].([]any)
	jobs := make([]map[string]any, len(list))
	for i, element := range list {
		jobs[i], _ = element.(map[string]any)
	}
	return jobs
}

// hasJobs checks that a list has just these jobs, in this order.
func hasJobs(want []string) statecheck.StateCheck {
	return checkValues{dataAddress, func(values map[string]any) error {
		var got []string
		for _, job := range jobsOf(values) {
			got = append(got, fmt.Sprint(job["job_id"]))
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("got %d jobs %q, want %d jobs %q", len(got), got, len(want), want)
		}
		return nil
	}}
}

// oldestFirst returns the ids of the jobs that keep says yes to, in the
// service's default order.
func oldestFirst(jobs []emulator.Job, keep func(*emulator.Job) bool) []string {
	return sortedIDs(jobs, keep, func(job *emulator.Job) string { return *job.CreateTime })
}

func sortedIDs(jobs []emulator.Job, keep func(*emulator.Job) bool, by func(*emulator.Job) string) []string {
	var kept []emulator.Job
	for _, job := range jobs {
		if keep(&job) {
			kept = append(kept, job)
		}
	}
	slices.SortFunc(kept, func(a, b emulator.Job) int {
		if c := strings.Compare(by(&a), by(&b)); c != 0 {
			return c
		}
		return strings.Compare(a.JobID, b.JobID)
	})
	ids := make([]string, len(kept))
	for i, job := range kept {
		ids[i] = job.JobID
	}
	return ids
}

func everyJob(*emulator.Job) bool { return true }
