package provider

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

// engineUnderTest finds the Terraform or OpenTofu that the tests run, as terraform-plugin-testing
// does, and returns its path and which one it is.
var engineUnderTest = sync.OnceValues(func() (string, engines.Engine) {
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if path == "" {
		var err error
		if path, err = exec.LookPath("terraform"); err != nil {
			panic(fmt.Sprint("set TF_ACC_TERRAFORM_PATH to a Terraform or OpenTofu binary, or run make test: ", err))
		}
	}
	command := exec.CommandContext(context.Background(), path, "version")
	command.Env = append(cleanEnvironment(), "CHECKPOINT_DISABLE=1")
	output, err := command.Output()
	if err != nil {
		panic(fmt.Sprintf("%s version: %v", path, err))
	}
	engine, err := engines.Parse(string(output))
	if err != nil {
		panic(fmt.Sprintf("%s version: %v", path, err))
	}
	return path, engine
})

// need skips the test where the engine under test lacks a feature.
func need(t *testing.T, feature engines.Feature) {
	t.Helper()
	if _, engine := engineUnderTest(); !engine.Has(feature) {
		t.Skipf("needs %s (%s)", feature.Needs(), feature)
	}
}

// TestExamplesSayWhatTheyNeed holds that examples name the versions that the table of engines has.
func TestExamplesSayWhatTheyNeed(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(examplesDir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	since := func(feature engines.Feature, product engines.Product) string {
		version, _ := feature.Since(product)
		return version
	}
	requires := func(feature engines.Feature) string {
		return fmt.Sprintf("required_version = \">= %s\"", since(feature, engines.Terraform))
	}
	emulatorTest, forEach := read("testing/tests/emulator.tftest.hcl"), read("data-sources/metastudio_avatar_training_jobs/region-providers.tf")
	for _, test := range []struct{ name, text, want string }{
		{"function's example", read("functions/state_group/function.tf"), requires(engines.ProviderFunctions)},
		{"ephemeral resource's example", read("ephemeral-resources/metastudio_avatar_training_jobs/ephemeral-resource.tf"), requires(engines.EphemeralResources)},
		{"test with the emulator", emulatorTest, "Needs Terraform " + since(engines.Tests, engines.Terraform) + ","},
		{"test with mocks beside it", emulatorTest, "before Terraform " + since(engines.Mocks, engines.Terraform) + "."},
		{"test with mocks", read("testing/tests/mock.tftest.hcl"), "Needs Terraform " + since(engines.Mocks, engines.Terraform) + "."},
		{"test of a gate", read("guides/gating-pipelines/tests/batch.tftest.hcl"), "Needs Terraform " + since(engines.Tests, engines.Terraform) + "."},
		{"for_each in provider blocks", forEach, "OpenTofu " + since(engines.ProviderForEach, engines.OpenTofu) + " and later"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(test.text, test.want) {
				t.Errorf("%q is not in:\n%s", test.want, test.text)
			}
		})
	}
}
