package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/bench"
)

// latency is how long the service waits with each answer where it is not at
// hand.
const latency = 50 * time.Millisecond

// targetsFrom is the number of jobs from which on targets hold: below, what does
// not depend on the jobs outweighs them.
const targetsFrom = 1000

// contestant is a provider to measure.
type contestant struct {
	name, address, directory, binary string
}

func (c *contestant) path() string { return filepath.Join(c.directory, c.binary) }

// measurement is what all that is measured has in common.
type measurement struct {
	terraform, work             string
	rounds                      int
	report                      *report
	provider, precomputed, http *contestant
}

// startUp measures how long a provider takes from its start to its schema.
func (m *measurement) startUp(ctx context.Context) error {
	var rounds bench.Rounds
	for range 4*m.rounds + 1 {
		var started []*process
		start := func(c *contestant) func() error {
			return func() error {
				p, err := startProvider(ctx, c.path(), "PLUGIN_UNIX_SOCKET_DIR="+m.work)
				if err != nil {
					return err
				}
				started = append(started, p) // ending is not what is measured
				return p.schema(ctx)
			}
		}
		err := rounds.Run(start(m.provider), start(m.http))
		for _, p := range started {
			p.stop()
		}
		if err != nil {
			return err
		}
	}
	m.report.add("start-up to the schema, provider/http", rounds.Ratio(0, 1), "<=1.1")
	m.report.figure("start-up", milliseconds(rounds.Median(0)), "", milliseconds(rounds.Median(1)))
	return nil
}

// plansAndApplies measures plans and applies of a list of so many jobs.
func (m *measurement) plansAndApplies(ctx context.Context, jobs int) error {
	atHand, err := bench.Start(bench.Options{Jobs: jobs})
	if err != nil {
		return err
	}
	defer atHand.Close()
	farOff, err := bench.Start(bench.Options{Jobs: jobs, Latency: latency})
	if err != nil {
		return err
	}
	defer farOff.Close()

	provider, err1 := m.workspace(m.provider, jobs, atHand)
	precomputed, err2 := m.workspace(m.precomputed, jobs, atHand)
	http, err3 := m.workspace(m.http, jobs, atHand)
	farProvider, err4 := m.workspace(m.provider, jobs, farOff)
	farHTTP, err5 := m.workspace(m.http, jobs, farOff)
	// An apply has the state of the one before, as all have but the first.
	appliedProvider, err6 := m.workspace(m.provider, jobs, atHand)
	appliedHTTP, err7 := m.workspace(m.http, jobs, atHand)
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7); err != nil {
		return err
	}

	// The first time, files are not in memory, and neither the precomputed answer
	// nor a state is there.
	for _, first := range []func() error{provider.plan(ctx), precomputed.plan(ctx), http.plan(ctx), appliedProvider.apply(ctx), appliedHTTP.apply(ctx)} {
		if err := first(); err != nil {
			return err
		}
	}
	var plans, farPlans, applies bench.Rounds
	for range m.rounds {
		if err := plans.Run(provider.plan(ctx), precomputed.plan(ctx), http.plan(ctx)); err != nil {
			return err
		}
		if err := farPlans.Run(farProvider.plan(ctx), farHTTP.plan(ctx)); err != nil {
			return err
		}
		if err := applies.Run(appliedProvider.apply(ctx), appliedHTTP.apply(ctx)); err != nil {
			return err
		}
	}
	var memory [3]float64
	for i, w := range []*workspace{provider, precomputed, http} {
		if memory[i], err = w.peakMemory(ctx); err != nil {
			return err
		}
	}

	target := func(text string) string {
		if jobs < targetsFrom {
			return ""
		}
		return text
	}
	add := func(what string, value float64, text string) {
		m.report.add(fmt.Sprintf("%d jobs: %s", jobs, what), value, target(text))
	}
	add("plan, provider/precomputed", plans.Ratio(0, 1), "<=1.1")
	add("plan, provider/http", plans.Ratio(0, 2), "<=1")
	add(fmt.Sprintf("plan, %s a request, provider/http", latency), farPlans.Ratio(0, 1), "<=1.05")
	add("apply again, provider/http", applies.Ratio(0, 1), "<=0.7")
	add("state, provider/http", appliedProvider.state/appliedHTTP.state, "<=0.5")
	if memory[1] > 0 {
		add("provider's peak memory, provider/precomputed", memory[0]/memory[1], "<=2.5")
	}
	figure := func(what string, values ...string) {
		m.report.figure(fmt.Sprintf("%d jobs: %s", jobs, what), values...)
	}
	figure("plan", seconds(plans.Median(0)), seconds(plans.Median(1)), seconds(plans.Median(2)))
	figure(fmt.Sprintf("plan, %s a request", latency), seconds(farPlans.Median(0)), "", seconds(farPlans.Median(1)))
	figure("apply again", seconds(applies.Median(0)), "", seconds(applies.Median(1)))
	figure("state", megabytes(appliedProvider.state), "", megabytes(appliedHTTP.state))
	figure("provider's peak memory", megabytes(memory[0]), megabytes(memory[1]), megabytes(memory[2]))
	return nil
}

// workspace is a configuration that reads a list through a provider.
type workspace struct {
	*measurement

	contestant *contestant
	jobs       int
	service    *bench.Service
	directory  string
	state      float64 // its size in bytes, of the last apply
}

// workspace returns a directory with a configuration that reads from a service
// through a provider.
func (m *measurement) workspace(c *contestant, jobs int, service *bench.Service) (*workspace, error) {
	directory, err := os.MkdirTemp(m.work, fmt.Sprintf("%s-%d-", c.name, jobs))
	if err != nil {
		return nil, err
	}
	w := &workspace{measurement: m, contestant: c, jobs: jobs, service: service, directory: directory}
	return w, w.write()
}

// write writes the configuration, and Terraform's own.
func (w *workspace) write() error {
	_, source, _ := strings.Cut(w.contestant.address, "/")
	_, name, _ := strings.Cut(source, "/")
	configuration := fmt.Sprintf("terraform {\n  required_providers {\n    %s = { source = %q }\n  }\n}\n", name, source)
	if w.contestant == w.http {
		// Terraform runs ten of these at a time, and is told how many there are.
		configuration += fmt.Sprintf(`
data "http" "pages" {
  count = %d
  url   = "%s/?limit=100&offset=${100 * count.index}"
}

output "jobs" {
  value = length(flatten([for page in data.http.pages : jsondecode(page.response_body).jobs]))
}
`, (w.jobs+99)/100, w.service.URL)
	} else {
		// Nothing is left out, so that both have the same to carry, and no request
		// waits for a rate that the other does not keep either.
		configuration += fmt.Sprintf(`
provider "metastudio" {
  region                  = "cn-north-4"
  project_id              = "0123456789abcdef0123456789abcdef"
  access_key              = "access-key"
  secret_key              = "secret-key"
  max_requests_per_second = 1000000
  endpoints               = { metastudio = %q }
}

data "metastudio_avatar_training_jobs" "all" {
  include_contact            = true
  include_cover_download_url = true
}

output "jobs" {
  value = length(data.metastudio_avatar_training_jobs.all.jobs)
}
`, w.service.URL)
	}
	settings := fmt.Sprintf(`
disable_checkpoint = true

provider_installation {
  dev_overrides {
    %q = %q
  }
}
`, w.contestant.address, w.contestant.directory)
	if err := os.WriteFile(w.file("main.tf"), []byte(configuration), 0o600); err != nil {
		return err
	}
	return os.WriteFile(w.file("terraform.tfrc"), []byte(settings), 0o600)
}

func (w *workspace) file(name string) string { return filepath.Join(w.directory, name) }

// environment has the precomputed provider's answer in one file for all
// latencies.
func (w *workspace) environment() string {
	return "BENCH_ANSWER=" + filepath.Join(w.work, fmt.Sprintf("answer-%d.msgpack", w.jobs))
}

// plan plans the configuration.
func (w *workspace) plan(ctx context.Context) func() error {
	return func() error { return w.run(ctx, nil, "plan") }
}

// apply applies the configuration and notes the size of the state.
func (w *workspace) apply(ctx context.Context) func() error {
	return func() error {
		if err := w.run(ctx, nil, "apply", "-auto-approve"); err != nil {
			return err
		}
		state, err := os.Stat(w.file("terraform.tfstate"))
		if err == nil {
			w.state = float64(state.Size())
		}
		return err
	}
}

// run runs Terraform and makes sure that it saw all jobs.
func (w *workspace) run(ctx context.Context, environment []string, arguments ...string) error {
	command := exec.CommandContext(ctx, w.terraform, append(arguments, "-input=false", "-no-color")...) //nolint:gosec // the caller's choice
	command.Dir = w.directory
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 30 * time.Second
	command.Env = append(append(os.Environ(), environment...),
		w.environment(), "TF_CLI_CONFIG_FILE="+w.file("terraform.tfrc"), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
	output, err := command.CombinedOutput()
	if err == nil && !strings.Contains(string(output), fmt.Sprintf("jobs = %d\n", w.jobs)) {
		err = fmt.Errorf("it did not see %d jobs", w.jobs)
	}
	if err != nil {
		return fmt.Errorf("%s in %s: %w\n%s", strings.Join(command.Args, " "), w.directory, err, output)
	}
	return nil
}

// peakMemory returns the most memory that the provider holds during a plan, the
// median of three.
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
	reattach, err := p.reattach(w.contestant.address)
	if err != nil {
		return 0, err
	}
	if err := w.run(ctx, []string{"TF_REATTACH_PROVIDERS=" + reattach}, "plan"); err != nil {
		return 0, err
	}
	return p.peakMemory()
}
