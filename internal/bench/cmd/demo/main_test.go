package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// terraformPath returns the Terraform or OpenTofu of the tests.
func terraformPath(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	path, err := exec.LookPath("terraform")
	if err != nil {
		t.Fatal("set TF_ACC_TERRAFORM_PATH to a Terraform or OpenTofu binary, or run make test: ", err)
	}
	return path
}

// demoArguments returns the arguments of the demo and the empty directory of its temporary files.
// The environment is restored after the test.
func demoArguments(t *testing.T) (args []string, temporary string) {
	t.Helper()
	path := terraformPath(t)
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	temporary = t.TempDir()
	t.Setenv("TMPDIR", temporary)
	return []string{"-terraform", path, "-examples", "../../../../examples/demo"}, temporary
}

// wantEmpty fails the test if something is left in a directory.
func wantEmpty(t *testing.T, directory string) {
	t.Helper()
	left, err := os.ReadDir(directory)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		t.Errorf("%s is left behind", entry.Name())
	}
}

func TestDemo(t *testing.T) {
	args, temporary := demoArguments(t)
	// Each of these would make the demo fail.
	t.Setenv("TF_CLI_ARGS", "-no-such-flag")
	t.Setenv("HW_ASSUME_ROLE_AGENCY_NAME", "another account's")
	var shown bytes.Buffer
	if err := run(t.Context(), args, &shown); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"total_count = 101\n",
		`"done" = 50`,
		`"2025-11-10T18:35:11Z Name 63: AUTO_VERIFY_FAILED"`,
		`"job_id" = "bf46c9f335b14e84bd028f6acb52686b"`,
		"5 requests, 500 jobs, 4 lost without a word\n",
		"jobs, none lost\n",
		"\nError: Unable to list avatar training jobs\n",
		"verify aksk signature fail",
	} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("%q is not shown", want)
		}
	}
	if strings.Contains(shown.String(), " = null") {
		t.Error("nulls are shown")
	}
	if t.Failed() {
		t.Log(shown.String())
	}
	wantEmpty(t, temporary)
}

func TestCleanEnvironment(t *testing.T) { //nolint:paralleltest // changes the environment
	for name, value := range map[string]string{
		"HW_REGION_NAME": "x", "HUAWEICLOUD_SDK_AK": "x", "TOFU_X": "x", "TF_VAR_endpoint": "x",
		"TF_LOG": "DEBUG", "TF_LOG_SDK": "", "TF_LOG_PROVIDER_METASTUDIO": "WARN", "HOME_X": "x",
	} {
		t.Setenv(name, value)
	}
	if err := cleanEnvironment(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"HW_REGION_NAME": "", "HUAWEICLOUD_SDK_AK": "", "TOFU_X": "", "TF_VAR_endpoint": "",
		"TF_LOG": "DEBUG", "TF_LOG_SDK": "off", "TF_LOG_PROVIDER_METASTUDIO": "WARN", "HOME_X": "x",
	} {
		if got := os.Getenv(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// interruption ends a context when something is shown for the first time.
type interruption struct{ cancel context.CancelFunc }

func (i interruption) Write(p []byte) (int, error) {
	i.cancel()
	return len(p), nil
}

func TestDemoInterrupted(t *testing.T) { //nolint:paralleltest // changes the environment
	for _, test := range []struct { //nolint:paralleltest // as above
		name   string
		screen func(context.CancelFunc) io.Writer
	}{
		{"before it begins", func(cancel context.CancelFunc) io.Writer { cancel(); return io.Discard }},
		{"between the two parts", func(cancel context.CancelFunc) io.Writer { return interruption{cancel} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			args, temporary := demoArguments(t)
			ctx, cancel := context.WithCancel(t.Context())
			err := run(ctx, args, test.screen(cancel))
			if err == nil || !errors.Is(ctx.Err(), context.Canceled) {
				t.Errorf("the demo went on to its end: %v", err)
			}
			wantEmpty(t, temporary)
		})
	}
}

func TestCheckVersion(t *testing.T) {
	t.Parallel()
	for version, tooOld := range map[string]bool{
		"Terraform v1.5.7": true, "Terraform v1.7.99": true, "Terraform v1.8.0": false, "Terraform v1.11.4": false,
		"OpenTofu v1.8.11": false, "OpenTofu v1.13.0-dev": false, "Terraform": false,
	} {
		if err := checkVersion(version); (err != nil) != tooOld {
			t.Errorf("%s: %v", version, err)
		}
	}
}
