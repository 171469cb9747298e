package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/metastudio/terraform-provider-metastudio/internal/bench"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// peerJobs is the length of the lists by which ways to read them are compared.
const peerJobs = 1000

// stateJobs is how many jobs the states have in which secrets are counted.
const stateJobs = 100

// peers measures what ways to read a list cost and what they lose: the provider as its
// documentation shows it, the other providers, and a loop over the vendor's SDK.
func (m *measurement) peers(ctx context.Context) error {
	asDocumented := *m.provider
	asDocumented.configure = configureDefault
	contestants := []*contestant{&asDocumented, m.http, m.usual}

	var err error
	if m.figures.Terraform, err = m.terraformVersion(ctx); err != nil {
		return err
	}
	if m.figures.Readers, err = m.readings(ctx, contestants); err != nil {
		return err
	}
	for i, c := range contestants {
		if m.figures.Readers[i].Changing, err = m.losses(ctx, c); err != nil {
			return err
		}
		if m.figures.Readers[i].State, err = m.secrets(ctx, c); err != nil {
			return err
		}
	}
	m.figures.Readers[len(contestants)].Changing, err = m.lossesOfSDK(ctx)
	return err
}

// terraformVersion returns the name and version, such as "Terraform v1.11.4".
func (m *measurement) terraformVersion(ctx context.Context) (string, error) {
	w, err := m.newWorkspace(m.provider, 0, "")
	if err != nil {
		return "", err
	}
	output, err := w.run(ctx, nil, "version")
	if err != nil {
		return "", err
	}
	return regexp.MustCompile(`(Terraform|OpenTofu) v\S+`).FindString(output), nil
}

// readings measures plans of a list through each contestant, and last the reading of the list with
// a loop over the vendor's SDK.
func (m *measurement) readings(ctx context.Context, contestants []*contestant) ([]readerFigure, error) {
	service, err := bench.Start(bench.Options{Jobs: peerJobs, Latency: latency})
	if err != nil {
		return nil, err
	}
	defer service.Close()

	var ways []func() error
	var readers []readerFigure
	add := func(name string, way func() error) error {
		before := service.Requests()
		if err := way(); err != nil { // the first time, files are not in memory
			return err
		}
		ways = append(ways, way)
		readers = append(readers, readerFigure{
			Reader: name, Jobs: peerJobs, LatencyMS: latency.Milliseconds(), Requests: service.Requests() - before,
		})
		return nil
	}
	for _, c := range contestants {
		w, err := m.workspace(c, peerJobs, service.URL)
		if err != nil {
			return nil, err
		}
		if err := add(c.name, w.plan(ctx)); err != nil {
			return nil, err
		}
	}
	loop, err := bench.SDKLoop(service.URL)
	if err != nil {
		return nil, err
	}
	err = add("sdk", func() error {
		jobs, err := loop()
		if err == nil && len(jobs) != peerJobs {
			err = fmt.Errorf("the SDK has read %d jobs", len(jobs))
		}
		return err
	})
	if err != nil {
		return nil, err
	}

	var rounds bench.Rounds
	for range m.rounds {
		if err := rounds.Run(ways...); err != nil {
			return nil, err
		}
	}
	for i := range readers {
		readers[i].Seconds = inSeconds(rounds.Median(i))
	}
	return readers, nil
}

// losses counts what a provider loses of a list that changes.
func (m *measurement) losses(ctx context.Context, c *contestant) (lossFigure, error) {
	service, err := bench.StartChanging(peerJobs)
	if err != nil {
		return lossFigure{}, err
	}
	defer service.Close()
	configuration, list := c.configure(service.URL, peerJobs)
	w, err := m.newWorkspace(c, peerJobs, configuration+fmt.Sprintf("\noutput \"ids\" {\n  value = %s[*].job_id\n}\n", list))
	if err != nil {
		return lossFigure{}, err
	}
	return m.countLosses(ctx, service, func() ([]string, error) {
		if _, err := w.run(ctx, nil, "apply", "-auto-approve", "-input=false", "-no-color"); err != nil {
			return nil, err
		}
		var ids []string
		return ids, w.output(ctx, "ids", &ids)
	})
}

// lossesOfSDK counts what a loop over the vendor's SDK loses.
func (m *measurement) lossesOfSDK(ctx context.Context) (lossFigure, error) {
	service, err := bench.StartChanging(peerJobs)
	if err != nil {
		return lossFigure{}, err
	}
	defer service.Close()
	loop, err := bench.SDKLoop(service.URL)
	if err != nil {
		return lossFigure{}, err
	}
	return m.countLosses(ctx, service, func() ([]string, error) {
		jobs, err := loop()
		var ids []string
		for i := range jobs {
			ids = append(ids, jobs[i].JobId)
		}
		return ids, err
	})
}

// countLosses counts what some readings of a service lose. A reading that fails is counted, unless
// it was interrupted.
func (m *measurement) countLosses(ctx context.Context, service *bench.Changing, read func() ([]string, error)) (lossFigure, error) {
	figure := lossFigure{Readings: 4 * m.rounds}
	for range figure.Readings {
		service.Begin()
		ids, err := read()
		if ctx.Err() != nil {
			return figure, ctx.Err()
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			figure.Failed++
			continue
		}
		if lost := len(service.Lost(ids)); lost > 0 {
			figure.LostReadings++
			figure.LostJobs += lost
		}
	}
	return figure, nil
}

// secrets counts the secrets in the state of an apply.
func (m *measurement) secrets(ctx context.Context, c *contestant) (*stateFigure, error) {
	service, err := bench.Start(bench.Options{Jobs: stateJobs})
	if err != nil {
		return nil, err
	}
	defer service.Close()
	w, err := m.workspace(c, stateJobs, service.URL)
	if err != nil {
		return nil, err
	}
	if err := w.apply(ctx)(); err != nil {
		return nil, err
	}
	state, err := os.ReadFile(w.file("terraform.tfstate"))
	if err != nil {
		return nil, err
	}
	return countSecrets(string(state)), nil
}

var (
	phoneNumber = regexp.MustCompile(`\b139\d{8}\b`)
	signature   = regexp.MustCompile(`X-Amz-Signature=[0-9a-f]+`)
)

// countSecrets counts the different secrets of each kind in a state.
func countSecrets(state string) *stateFigure {
	different := func(pattern *regexp.Regexp) int {
		found := pattern.FindAllString(state, -1)
		slices.Sort(found)
		return len(slices.Compact(found))
	}
	figure := &stateFigure{Jobs: stateJobs, PhoneNumbers: different(phoneNumber), SignedURLs: different(signature)}
	for _, credential := range []string{emulator.SecretKey, emulator.Token} {
		if strings.Contains(state, credential) {
			figure.Credentials++
		}
	}
	return figure
}
