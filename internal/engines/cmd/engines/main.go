// Command engines builds the supported versions of Terraform and OpenTofu, runs tests with them,
// and writes their versions for the documentation and the workflows.
//
//	engines build NAME...           builds engines and prints the paths of their programs
//	engines test [-full] PACKAGE... runs go test with engines and prints the results
//	engines docs DIRECTORY          writes the versions into the documentation's templates
//	engines matrix                  prints the matrix of the test workflow
//
// A name is that of an engine ("terraform-1.5.7"), or that of a product ("opentofu"), which means
// its newest engine. Without a name, all engines are built.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) //nolint:forbidigo // the root of all
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "engines:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) == 0 {
		return errors.New("usage: engines build|test|docs|matrix; see the comment of internal/engines/cmd/engines")
	}
	flags := flag.NewFlagSet("engines "+args[0], flag.ExitOnError)
	builder := builder{log: os.Stderr}
	switch args[0] {
	case "build":
		flags.StringVar(&builder.dir, "dir", ".tools/engines", "`directory` of the engines")
		_ = flags.Parse(args[1:]) // exits by itself
		return buildNamed(ctx, builder, flags.Args(), stdout)
	case "test":
		flags.StringVar(&builder.dir, "dir", ".tools/engines", "`directory` of the engines")
		full := flags.Bool("full", false, "test with all engines, and not only the oldest and the newest of each product")
		pattern := flags.String("run", "", "run only the tests that match the `pattern`")
		_ = flags.Parse(args[1:])
		chosen := engines.Bounds()
		if *full {
			chosen = engines.All()
		}
		return testThrough(ctx, builder, chosen, goTest(*pattern, flags.Args()), stdout)
	case "docs":
		_ = flags.Parse(args[1:])
		return fillTemplates(flags.Arg(0))
	case "matrix":
		return json.NewEncoder(stdout).Encode(matrix())
	default:
		return fmt.Errorf("unknown command %q", args[0])
	}
}

func buildNamed(ctx context.Context, builder builder, names []string, stdout io.Writer) error {
	chosen := engines.All()
	if len(names) > 0 {
		chosen = nil
	}
	for _, name := range names {
		engine, err := engines.Named(name)
		if err != nil {
			return err
		}
		chosen = append(chosen, engine)
	}
	for _, engine := range chosen {
		program, err := builder.build(ctx, engine)
		if err != nil {
			return err
		}
		fmt.Fprintln(stdout, program)
	}
	return nil
}

// matrixEntry is one job of the test workflow.
type matrixEntry struct {
	Product engines.Product `json:"product"`
	Version string          `json:"version"`
}

// matrix returns a job for every engine.
func matrix() map[string][]matrixEntry {
	var entries []matrixEntry
	for _, engine := range engines.All() {
		entries = append(entries, matrixEntry{engine.Product, engine.Version})
	}
	return map[string][]matrixEntry{"include": entries}
}
