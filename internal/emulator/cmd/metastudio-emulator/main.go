// Command metastudio-emulator runs the emulated MetaStudio service until it is interrupted, for a
// demonstration or a script that needs the real thing's behaviour without an account.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "metastudio-emulator:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("metastudio-emulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:0", "`address` to listen on; port 0 takes a free one")
	jobs := flags.Int("jobs", 101, "`number` of training jobs; the first ten are those of the documentation")
	latency := flags.Duration("latency", 0, "`time` that every request waits before it is answered")
	ready := flags.String("ready-file", "", "`file` that the address is written to once the service listens")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *jobs < 0:
		return fmt.Errorf("-jobs is %d, but there cannot be fewer than none", *jobs)
	}

	server, err := emulator.Start(
		emulator.WithAddr(*addr), emulator.WithJobCount(*jobs), emulator.WithLatency(*latency), emulator.WithoutRecording(),
	)
	if err != nil {
		return err
	}
	defer server.Close()
	if err := describe(stdout, server.URL, *jobs, *latency); err != nil {
		return err
	}
	if *ready != "" {
		if err := writeWhole(*ready, server.URL+"\n"); err != nil {
			return err
		}
		defer os.Remove(*ready)
	}
	<-ctx.Done()
	return nil
}

// describe says how to reach the service, as text that can be pasted.
func describe(w io.Writer, url string, jobs int, latency time.Duration) error {
	_, err := fmt.Fprintf(w, `Emulated MetaStudio, IAM and STS at %[1]s: %[2]d jobs, latency %[3]s. Stop with Ctrl-C.

As a provider block:

provider "metastudio" {
  region     = %[4]q
  project_id = %[5]q
  access_key = %[6]q
  secret_key = %[7]q

  endpoints = {
    metastudio = %[1]q
    iam        = %[1]q
    sts        = %[1]q
  }
}

Or the credentials from the environment, and only the endpoints in the block:

export HW_REGION_NAME=%[4]s
export HW_PROJECT_ID=%[5]s
export HW_ACCESS_KEY=%[6]s
export HW_SECRET_KEY=%[7]s
`, url, jobs, latency, emulator.Region, emulator.ProjectID, emulator.AccessKey, emulator.SecretKey)
	return err
}

// writeWhole writes a file so that whoever sees it sees all of it.
func writeWhole(path, content string) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("cannot write the ready file: %w", err)
	}
	_, err = temporary.WriteString(content)
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("cannot write the ready file: %w", err), os.Remove(temporary.Name()))
	}
	return nil
}
