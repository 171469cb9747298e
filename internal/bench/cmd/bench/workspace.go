package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// workspace is a configuration that reads a list through a provider. Its outputs are the number of
// the jobs and, if wanted, their IDs.
type workspace struct {
	*measurement

	contestant *contestant
	jobs       int
	directory  string
	state      float64 // its size in bytes, of the last apply
}

// workspace returns a directory with a configuration that reads a list of so many jobs from a
// service through a provider. Its output is their number.
func (m *measurement) workspace(c *contestant, jobs int, url string) (*workspace, error) {
	configuration, list := c.configure(url, jobs)
	return m.newWorkspace(c, jobs, configuration+fmt.Sprintf("\noutput \"jobs\" {\n  value = length(%s)\n}\n", list))
}

// newWorkspace returns a directory with a configuration.
func (m *measurement) newWorkspace(c *contestant, jobs int, configuration string) (*workspace, error) {
	directory, err := os.MkdirTemp(m.work, fmt.Sprintf("%s-%d-", c.name, jobs))
	if err != nil {
		return nil, err
	}
	w := &workspace{measurement: m, contestant: c, jobs: jobs, directory: directory}
	return w, w.write(configuration)
}

// write writes the configuration, and Terraform's own.
func (w *workspace) write(configuration string) error {
	_, name, _ := strings.Cut(w.contestant.source, "/")
	configuration = fmt.Sprintf("terraform {\n  required_providers {\n    %s = { source = %q }\n  }\n}\n", name, w.contestant.source) + configuration
	settings := fmt.Sprintf(`
disable_checkpoint = true

provider_installation {
  dev_overrides {
    %q = %q
  }
}
`, w.contestant.address(), w.contestant.directory)
	if err := os.WriteFile(w.file("main.tf"), []byte(configuration), 0o600); err != nil {
		return err
	}
	return os.WriteFile(w.file("terraform.tfrc"), []byte(settings), 0o600)
}

func (w *workspace) file(name string) string { return filepath.Join(w.directory, name) }

// environment has the precomputed provider's answer in one file for all latencies.
func (w *workspace) environment() string {
	return "BENCH_ANSWER=" + filepath.Join(w.work, fmt.Sprintf("answer-%d.msgpack", w.jobs))
}

// plan plans the configuration.
func (w *workspace) plan(ctx context.Context) func() error {
	return func() error { return w.runToEnd(ctx, nil, "plan") }
}

// apply applies the configuration and notes the size of the state.
func (w *workspace) apply(ctx context.Context) func() error {
	return func() error {
		if err := w.runToEnd(ctx, nil, "apply", "-auto-approve"); err != nil {
			return err
		}
		state, err := os.Stat(w.file("terraform.tfstate"))
		if err == nil {
			w.state = float64(state.Size())
		}
		return err
	}
}

// runToEnd runs Terraform and makes sure that it saw all jobs.
func (w *workspace) runToEnd(ctx context.Context, environment []string, arguments ...string) error {
	output, err := w.run(ctx, environment, append(arguments, "-input=false", "-no-color")...)
	if err == nil && !strings.Contains(output, fmt.Sprintf("jobs = %d\n", w.jobs)) {
		err = fmt.Errorf("%s in %s did not see %d jobs:\n%s", arguments[0], w.directory, w.jobs, output)
	}
	return err
}

// run runs Terraform and returns what it prints.
func (w *workspace) run(ctx context.Context, environment []string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, w.terraform, arguments...) //nolint:gosec // the caller's choice
	command.Dir = w.directory
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 30 * time.Second
	command.Env = append(append(os.Environ(), environment...),
		w.environment(), "TF_CLI_CONFIG_FILE="+w.file("terraform.tfrc"), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s in %s: %w\n%s", strings.Join(command.Args, " "), w.directory, err, output)
	}
	return string(output), nil
}

// output decodes an output of the state.
func (w *workspace) output(ctx context.Context, name string, to any) error {
	value, err := w.run(ctx, nil, "output", "-json", name)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(value), to)
}

// peakMemory returns the most memory that the provider holds during a plan, the median of three.
func (w *workspace) peakMemory(ctx context.Context) (float64, error) {
	var peaks []int64
	for range 3 {
		peak, err := w.peakOfOne(ctx)
		if err != nil {
			return 0, err
		}
		peaks = append(peaks, peak)
	}
	slices.Sort(peaks)
	return float64(peaks[1]), nil
}

func (w *workspace) peakOfOne(ctx context.Context) (int64, error) {
	p, err := startProvider(ctx, w.contestant.path(), "PLUGIN_UNIX_SOCKET_DIR="+w.work, w.environment())
	if err != nil {
		return 0, err
	}
	defer p.stop()
	reattach, err := p.reattach(w.contestant.address())
	if err != nil {
		return 0, err
	}
	if err := w.runToEnd(ctx, []string{"TF_REATTACH_PROVIDERS=" + reattach}, "plan"); err != nil {
		return 0, err
	}
	return p.peakMemory()
}
