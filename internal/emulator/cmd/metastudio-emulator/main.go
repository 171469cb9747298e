// Command metastudio-emulator runs the emulated MetaStudio service until it is interrupted, for
// demonstrations, and for scripts that need the behavior of the service without an account.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// Set by the linker when a release is built.
var (
	version = ""
	commit  = ""
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
	logging := flags.Bool("log", false, "write a line for every request to standard error")
	show := flags.Bool("version", false, "print the version and exit")
	ready := flags.String("ready-file", "", "`file` that the address is written to once the service listens")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case *show:
		build, _ := debug.ReadBuildInfo()
		_, err := fmt.Fprintln(stdout, "metastudio-emulator", buildVersion(version, commit, build))
		return err
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *jobs < 0:
		return fmt.Errorf("-jobs is %d, and must not be negative", *jobs)
	}

	options := []emulator.Option{
		emulator.WithAddr(*addr), emulator.WithJobCount(*jobs), emulator.WithLatency(*latency), emulator.WithoutRecording(),
		emulator.WithExampleBatch(), emulator.WithServedCovers(),
	}
	if *logging {
		options = append(options, emulator.WithRequestLog(logTo(stderr)))
	}
	server, err := emulator.Start(options...)
	if err != nil {
		return err
	}
	defer server.Close()
	if err := describe(stdout, server.URL, *jobs, *latency); err != nil {
		return err
	}
	if *ready != "" {
		if err := writeAtomically(*ready, server.URL+"\n"); err != nil {
			return err
		}
		defer os.Remove(*ready)
	}
	<-ctx.Done()
	return nil
}

// buildVersion returns the version and the commit of a build: those that the linker has set, or
// else those that Go has recorded, such as for "go install".
func buildVersion(linkedVersion, linkedCommit string, build *debug.BuildInfo) string {
	var recordedVersion, recordedCommit string
	if build != nil {
		if build.Main.Version != "(devel)" {
			recordedVersion = build.Main.Version
		}
		for _, setting := range build.Settings {
			if setting.Key == "vcs.revision" {
				recordedCommit = setting.Value
			}
		}
	}
	return fmt.Sprintf("%s (%s)", cmp.Or(linkedVersion, recordedVersion, "dev"), cmp.Or(linkedCommit, recordedCommit, "unknown commit"))
}

// logTo returns a function that writes a line for each request. A cover's query is left out,
// because whoever has it can use it.
func logTo(w io.Writer) func(emulator.Request) {
	logger := log.New(w, "", log.Ltime|log.Lmicroseconds)
	return func(r emulator.Request) {
		target := r.Path
		if r.RawQuery != "" && r.Call != emulator.CallCover {
			target += "?" + r.RawQuery
		}
		status := "no answer"
		if r.Status != 0 {
			status = strconv.Itoa(r.Status)
		}
		line := fmt.Sprintf("%s %s: %s in %s", r.Method, target, status, r.End.Sub(r.Start).Round(10*time.Microsecond))
		if r.Refused != "" {
			// Only the first line: the others of a refused signature repeat the request.
			reason, _, _ := strings.Cut(r.Refused, "\n")
			line += ": " + reason
		}
		logger.Println(line)
	}
}

// describe writes how to reach the service, as text that can be pasted.
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

// writeAtomically writes a file atomically: nobody can read a part of it.
func writeAtomically(path, content string) error {
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
