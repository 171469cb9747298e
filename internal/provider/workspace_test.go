package provider

import (
	"context"
	"errors"
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
)

// Helpers that run Terraform as a user does, by its command line and with the provider as a process
// of its own.

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

// terraform is the Terraform or OpenTofu that the tests run, with the provider built from this work
// tree.
type terraform struct {
	binary    string
	cliConfig string
}

func newTerraform(t *testing.T) *terraform {
	t.Helper()
	path, _ := engineUnderTest()
	tf := &terraform{binary: path}
	dir := t.TempDir()
	provider := builtProvider(t)
	tf.cliConfig = filepath.Join(dir, "terraform.tfrc")
	config := fmt.Sprintf(`disable_checkpoint = true
provider_installation {
  dev_overrides {
    "registry.terraform.io/metastudio/metastudio" = %[1]q
    "registry.opentofu.org/metastudio/metastudio" = %[1]q
  }
}
`, filepath.ToSlash(filepath.Dir(provider)))
	if err := os.WriteFile(tf.cliConfig, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}

	return tf
}

// cleanEnvironment is the environment without whatever configures Terraform, the provider or a
// proxy.
func cleanEnvironment() []string {
	configures := regexp.MustCompile(`(?i)^(HW_|HUAWEICLOUD_|TF_|TOFU_|(HTTPS?|ALL|NO)_PROXY=)`)
	return slices.DeleteFunc(os.Environ(), configures.MatchString)
}

// workspace is a folder with a configuration, in which Terraform is run.
type workspace struct {
	tf    *terraform
	dir   string
	env   []string
	hosts func() []string
	// fetched is where the stand-in for curl writes what it was given.
	fetched string
}

// want runs a command, of which "terraform" is the one under test, and returns what it prints.
func (w *workspace) want(t *testing.T, code int, args ...string) string {
	t.Helper()
	program := args[0]
	switch {
	case program == "terraform":
		program = w.tf.binary
	case strings.HasPrefix(program, "./"):
		program = filepath.Join(w.dir, program)
	}
	command := exec.CommandContext(t.Context(), program, args[1:]...)
	command.Dir, command.Env = w.dir, w.env
	output, err := command.CombinedOutput()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	if got := command.ProcessState.ExitCode(); got != code {
		t.Fatalf("%s exits with %d, not %d:\n%s", strings.Join(args, " "), got, code, output)
	}
	return string(output)
}
