package provider

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// Helpers that write configurations and run them through a real Terraform. Each run starts it about
// eight times: use them for what is Terraform's own, and inprocess_test.go for all else.

// factories serve the provider to a real Terraform as main does.
var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"metastudio": func() (tfprotov6.ProviderServer, error) { return NewServer("test") },
}

// binDir is where the provider is built, for as long as the tests run.
var binDir string

func TestMain(m *testing.M) {
	var err error
	if binDir, err = os.MkdirTemp("", "metastudio-test-"); err != nil {
		panic(err)
	}
	defer os.RemoveAll(binDir)
	m.Run()
}

// buildProvider builds the provider from this work tree, once for all tests.
var buildProvider = sync.OnceValues(func() (path string, err error) {
	path = filepath.Join(binDir, "terraform-provider-metastudio")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	// No test's context: the binary is for all of them.
	output, err := exec.CommandContext(context.Background(), "go", "build", "-o", path, "../..").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("the provider does not build: %w\n%s", err, output)
	}
	return path, err
})

// builtProvider returns the path of a binary of the provider, for tests that run it as a process of
// its own.
func builtProvider(t *testing.T) string {
	t.Helper()
	path, err := buildProvider()
	if err != nil {
		t.Fatal(err)
	}
	return path
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

// dataBlock is a list with these arguments.
func dataBlock(arguments ...string) string {
	return "data \"metastudio_avatar_training_jobs\" \"test\" {\n" + strings.Join(arguments, "\n") + "\n}\n"
}

// on serves the provider to a real Terraform as it is on a machine.
func on(machine *metastudioProvider) map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){"metastudio": served(machine)}
}

// served returns what makes the server of a provider.
func served(p *metastudioProvider) func() (tfprotov6.ProviderServer, error) {
	return func() (tfprotov6.ProviderServer, error) { return newServer(p) }
}

// cloudBlock is a provider block that leads to an emulator and says nothing else
// but more.
func cloudBlock(cloud *emulator.Server, more string) string {
	return fmt.Sprintf("provider \"metastudio\" {\n  endpoints = { metastudio = %[1]q, iam = %[1]q, sts = %[1]q }\n%[2]s\n}\n", cloud.URL, more)
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

// words makes a pattern of a text that tolerates Terraform's line breaks.
func words(text string) string {
	return strings.Join(strings.Fields(regexp.QuoteMeta(text)), `[\s│]+`)
}
