package provider

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestInstall puts the provider into a local mirror as make install does, and
// lets a real init find it there, at its own address and without a registry.
func TestInstall(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the script that make install runs needs a POSIX shell")
	}
	server := startEmulator(t, emulator.WithJobCount(3))
	tf := newTerraform(t)
	mirror, dir := t.TempDir(), t.TempDir()
	script := exec.CommandContext(t.Context(), "../../scripts/install.sh", mirror, "0.0.1")
	if output, err := script.CombinedOutput(); err != nil {
		t.Fatalf("install.sh: %v\n%s", err, output)
	}

	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	write("main.tf", `
terraform {
  required_providers {
    metastudio = {
      source  = "metastudio/metastudio"
      version = "0.0.1"
    }
  }
}
`+providerBlock(server)+dataBlock()+`
output "n" {
  value = length(`+dataAddress+`.jobs)
}
`)
	cli := write("cli.tfrc", fmt.Sprintf("disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror))
	run := func(arguments ...string) string {
		cmd := exec.CommandContext(t.Context(), tf.binary, arguments...)
		cmd.Dir = dir
		cmd.Env = append(cleanEnvironment(), "TF_CLI_CONFIG_FILE="+cli, "CHECKPOINT_DISABLE=1")
		output, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(arguments, " "), err, output)
		}
		return string(output)
	}
	run("init", "-no-color", "-input=false")
	if lock, err := os.ReadFile(filepath.Join(dir, ".terraform.lock.hcl")); err != nil || !strings.Contains(string(lock), `/metastudio/metastudio"`) {
		t.Errorf("the lock file: %v\n%s", err, lock)
	}
	run("apply", "-auto-approve", "-no-color", "-input=false")
	if n := strings.TrimSpace(run("output", "-raw", "n")); n != "3" {
		t.Errorf("%s jobs", n)
	}
}
