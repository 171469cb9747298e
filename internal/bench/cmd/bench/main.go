// Command bench measures plans and applies of lists through a real Terraform, and compares the
// provider with three others: one with a stored answer; hashicorp/http, which reads the same pages;
// and one that is written in the usual way. It counts the jobs that each of them, and a loop over
// the vendor's SDK, loses from a list that changes. It prints the figures, and their ratios and
// those of the Go benchmarks with the targets. scripts/bench.sh builds what it needs and runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	terraform := flags.String("terraform", "terraform", "`path` of Terraform or OpenTofu")
	host := flags.String("host", "registry.terraform.io", "`host` that it puts before a provider's name")
	work := flags.String("work", "", "empty `directory` to work in")
	providers := flags.String("providers", "", "`directory` of the providers: provider/, precomputed/, http/ and usual/")
	goBenchmarks := flags.String("go-benchmarks", "", "`file` with what the Go benchmarks printed")
	figuresFile := flags.String("figures", "", "`file` to write the figures to, as JSON")
	rounds := flags.Int("rounds", 5, "`number` of rounds")
	jobs := flags.String("jobs", "100 1000 10000", "`numbers` of jobs, separated by spaces")
	_ = flags.Parse(args) // exits by itself

	report := &report{}
	if *goBenchmarks != "" {
		printed, err := os.ReadFile(*goBenchmarks)
		if err != nil {
			return err
		}
		report.addGoBenchmarks(string(printed))
	}

	one := func(name, source, binary string, configure func(string, int) (string, string)) *contestant {
		return &contestant{name: name, host: *host, source: source, directory: filepath.Join(*providers, name), binary: binary, configure: configure}
	}
	m := &measurement{
		terraform: *terraform, work: *work, rounds: *rounds, report: report, figures: newFigures(*rounds),
		provider:    one("provider", "metastudio/metastudio", "terraform-provider-metastudio", configureWhole),
		precomputed: one("precomputed", "metastudio/metastudio", "terraform-provider-metastudio", configureWhole),
		http:        one("http", "hashicorp/http", "terraform-provider-http", configureHTTP),
		usual:       one("usual", "bench/usual", "terraform-provider-usual", configureUsual),
	}
	if err := m.startUp(ctx); err != nil {
		return err
	}
	for field := range strings.FieldsSeq(*jobs) {
		n, err := strconv.Atoi(field)
		if err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "Plans and applies of %d jobs...\n", n)
		if err := m.plansAndApplies(ctx, n); err != nil {
			return err
		}
	}
	fmt.Fprintln(os.Stderr, "Lists that change, requests and states...")
	if err := m.peers(ctx); err != nil {
		return err
	}
	if *figuresFile != "" {
		if err := m.figures.write(*figuresFile); err != nil {
			return err
		}
	}
	return errors.Join(report.print(os.Stdout), m.figures.print(os.Stdout))
}
