// Command demo shows the provider at work: it applies the configurations under examples/demo with a
// real Terraform, to an emulated MetaStudio and to one whose list changes while it is read, and
// reads the latter with the vendor's SDK too.
//
// The provider and the services run in this process and all files lie in one temporary directory,
// so that an interrupt leaves nothing behind: the only other process is Terraform, which is killed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"golang.org/x/mod/semver"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case interrupted:
		// An interrupt is a way to leave a demo, not a failure of it.
		fmt.Fprintln(os.Stderr, "\nInterrupted.")
	case err != nil:
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// run shows the demo. It removes what it has made before it returns.
func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	binary := flags.String("terraform", "terraform", "`path` of Terraform or OpenTofu")
	examples := flags.String("examples", "examples/demo", "`directory` of the configurations")
	color := flags.Bool("color", isTerminal(os.Stdout), "highlight in color")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := cleanEnvironment(); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "metastudio-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()

	provider, err := serveProvider(ctx)
	if err != nil {
		return err
	}
	defer provider.stop()
	tf := &terraform{binary: *binary, work: work, reattach: provider.reattach}
	show := &screen{w: stdout, color: *color}
	if err := showOutputs(ctx, tf, show, *examples); err != nil {
		return err
	}
	if err := showChanging(ctx, tf, show, *examples+"/changing"); err != nil {
		return err
	}
	return showError(ctx, tf, show, *examples+"/changing")
}

// showOutputs applies a configuration and prints its outputs.
func showOutputs(ctx context.Context, tf *terraform, show *screen, configuration string) error {
	service, err := emulator.Start()
	if err != nil {
		return err
	}
	defer service.Close()
	version, err := tf.version(ctx)
	if err != nil {
		return err
	}
	if err := checkVersion(version); err != nil {
		return err
	}
	workspace, err := tf.workspace(configuration, map[string]string{"endpoint": service.URL})
	if err != nil {
		return err
	}
	if err := workspace.apply(ctx); err != nil {
		return err
	}
	outputs, err := workspace.run(ctx, "output", "-no-color")
	if err != nil {
		return err
	}
	show.heading("%s applies examples/demo to a MetaStudio on this machine:", version)
	show.print("\n%s\n", strings.TrimSpace(outputs))
	return nil
}

// oldestVersion is the first of Terraform that takes the configurations: they call a function of
// the provider, which older versions report as a mistake in their syntax.
const oldestVersion = "v1.8.0"

// checkVersion returns an error for a version, such as "Terraform v1.5.7", that is too old for the
// demo.
func checkVersion(version string) error {
	_, number, _ := strings.Cut(version, " ")
	if semver.IsValid(number) && semver.Compare(number, oldestVersion) < 0 {
		return fmt.Errorf("the demo needs Terraform or OpenTofu 1.8 or later, and this is %s", version)
	}
	return nil
}

// showError plans a configuration with a secret key that does not belong to the access key, and
// prints the error.
func showError(ctx context.Context, tf *terraform, show *screen, configuration string) error {
	service, err := emulator.Start()
	if err != nil {
		return err
	}
	defer service.Close()
	workspace, err := tf.workspace(configuration, map[string]string{"endpoint": service.URL, "secret_key": "mistyped"})
	if err != nil {
		return err
	}
	output, err := workspace.run(ctx, "plan", "-input=false", "-no-color")
	_, message, found := strings.Cut(output, "\nError: ")
	if err == nil || !found {
		return errors.Join(errors.New("a wrong secret key was taken"), err)
	}
	show.print("\n")
	show.heading("With a mistyped secret key:")
	show.print("\nError: %s\n", strings.TrimSpace(message))
	return nil
}

// cleanEnvironment takes out of the environment whatever configures Terraform or the provider. Log
// settings stay: they are how one looks into a run. Without any, a provider that Terraform has not
// started would log all it does.
func cleanEnvironment() error {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		for _, prefix := range []string{"HW_", "HUAWEICLOUD_", "TF_", "TOFU_"} {
			if strings.HasPrefix(name, prefix) && !strings.HasPrefix(name, "TF_LOG") {
				if err := os.Unsetenv(name); err != nil {
					return err
				}
			}
		}
	}
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_METASTUDIO"} {
		if os.Getenv(name) == "" {
			if err := os.Setenv(name, "off"); err != nil {
				return err
			}
		}
	}
	return nil
}

// isTerminal reports whether a file is a terminal, as far as the standard library can tell.
func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
