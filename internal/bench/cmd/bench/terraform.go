package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/bench"
)

// latency is how long a distant service waits before each answer.
const latency = 50 * time.Millisecond

// targetsFrom is the number of jobs from which on the targets count. With fewer jobs, most of the
// time does not depend on them.
const targetsFrom = 1000

// measurement has what all measurements share.
type measurement struct {
	terraform, work                    string
	rounds                             int
	report                             *report
	figures                            *figures
	provider, precomputed, http, usual *contestant
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
				started = append(started, p) // stopped later, which is not measured
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

	var failures []error
	in := func(c *contestant, service *bench.Service) *workspace {
		w, err := m.workspace(c, jobs, service.URL)
		failures = append(failures, err)
		return w
	}
	provider, precomputed := in(m.provider, atHand), in(m.precomputed, atHand)
	http, usual := in(m.http, atHand), in(m.usual, atHand)
	farProvider, farHTTP := in(m.provider, farOff), in(m.http, farOff)
	// An apply has the state of the one before, as all have but the first.
	appliedProvider, appliedHTTP := in(m.provider, atHand), in(m.http, atHand)
	if err := errors.Join(failures...); err != nil {
		return err
	}

	// The first run is not measured: files are not cached, and there is neither a precomputed
	// answer nor a state.
	for _, first := range []func() error{
		provider.plan(ctx), precomputed.plan(ctx), http.plan(ctx), usual.plan(ctx), appliedProvider.apply(ctx), appliedHTTP.apply(ctx),
	} {
		if err := first(); err != nil {
			return err
		}
	}
	var plans, farPlans, applies bench.Rounds
	for range m.rounds {
		if err := plans.Run(provider.plan(ctx), precomputed.plan(ctx), http.plan(ctx), usual.plan(ctx)); err != nil {
			return err
		}
		if err := farPlans.Run(farProvider.plan(ctx), farHTTP.plan(ctx)); err != nil {
			return err
		}
		if err := applies.Run(appliedProvider.apply(ctx), appliedHTTP.apply(ctx)); err != nil {
			return err
		}
	}
	for i, c := range []*contestant{m.provider, m.precomputed, m.http, m.usual} {
		m.figures.Plans = append(m.figures.Plans, planFigure{Reader: c.name, Jobs: jobs, Seconds: inSeconds(plans.Median(i))})
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
	figure("plan", seconds(plans.Median(0)), seconds(plans.Median(1)), seconds(plans.Median(2)), seconds(plans.Median(3)))
	figure(fmt.Sprintf("plan, %s a request", latency), seconds(farPlans.Median(0)), "", seconds(farPlans.Median(1)))
	figure("apply again", seconds(applies.Median(0)), "", seconds(applies.Median(1)))
	figure("state", megabytes(appliedProvider.state), "", megabytes(appliedHTTP.state))
	figure("provider's peak memory", megabytes(memory[0]), megabytes(memory[1]), megabytes(memory[2]))
	return nil
}
