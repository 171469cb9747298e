package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/metastudio/terraform-provider-metastudio/internal/provider"
)

// addresses are the names of the provider in Terraform and in OpenTofu.
var addresses = []string{"registry.terraform.io/metastudio/metastudio", "registry.opentofu.org/metastudio/metastudio"}

// servedProvider is the provider, served by this process.
type servedProvider struct {
	reattach string // the value of TF_REATTACH_PROVIDERS that leads to it
	cancel   context.CancelFunc
	done     chan struct{}
}

// serveProvider serves the provider until ctx ends or stop is called.
func serveProvider(ctx context.Context) (*servedProvider, error) {
	server, err := provider.NewServer("demo")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	p := &servedProvider{cancel: cancel, done: make(chan struct{})}
	listening := make(chan *plugin.ReattachConfig)
	served := make(chan error, 1)
	go func() {
		served <- tf6server.Serve(addresses[0], func() tfprotov6.ProviderServer { return server },
			tf6server.WithDebug(ctx, listening, p.done), tf6server.WithGoPluginLogger(hclog.NewNullLogger()))
	}()
	select {
	case config := <-listening:
		p.reattach, err = reattachTo(config)
		return p, err
	case err := <-served:
		cancel()
		return nil, errors.Join(errors.New("the provider does not start"), err, ctx.Err())
	}
}

// stop ends the serving and waits for its end.
func (p *servedProvider) stop() {
	p.cancel()
	<-p.done
}

func reattachTo(config *plugin.ReattachConfig) (string, error) {
	type listener struct{ Network, String string }
	providers := map[string]any{}
	for _, address := range addresses {
		providers[address] = map[string]any{
			"Protocol": config.Protocol, "ProtocolVersion": config.ProtocolVersion, "Pid": config.Pid, "Test": config.Test,
			"Addr": listener{config.Addr.Network(), config.Addr.String()},
		}
	}
	value, err := json.Marshal(providers)
	return string(value), err
}

// terraform is a Terraform or OpenTofu that uses the served provider.
type terraform struct{ binary, work, reattach string }

// version returns the name and version, such as "Terraform v1.11.4".
func (t *terraform) version(ctx context.Context) (string, error) {
	output, err := t.run(ctx, t.work, "version")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(output) {
		if strings.HasPrefix(line, "Terraform v") || strings.HasPrefix(line, "OpenTofu v") {
			return strings.TrimSpace(line), nil
		}
	}
	return "", fmt.Errorf("%s is neither Terraform nor OpenTofu", t.binary)
}

// run runs Terraform in a directory and returns what it prints. When ctx ends it is killed at once:
// it has no process of its own, and no files elsewhere.
func (t *terraform) run(ctx context.Context, directory string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, t.binary, arguments...) //nolint:gosec // the caller's choice
	command.Dir = directory
	command.Env = append(os.Environ(),
		"TF_REATTACH_PROVIDERS="+t.reattach, "TF_CLI_CONFIG_FILE="+filepath.Join(t.work, "terraform.tfrc"),
		"TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1", "TMPDIR="+t.work)
	output, err := command.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", filepath.Base(t.binary), strings.Join(arguments, " "), err, output)
	}
	return string(output), err
}

// workspace is a directory with a configuration.
type workspace struct {
	*terraform

	directory string
}

// workspace copies a configuration, and gives it values for its variables.
func (t *terraform) workspace(configuration string, values map[string]string) (*workspace, error) {
	directory, err := os.MkdirTemp(t.work, "workspace-")
	if err != nil {
		return nil, err
	}
	code, err1 := os.ReadFile(filepath.Join(configuration, "main.tf")) //nolint:gosec // the caller's choice
	variables, err2 := json.Marshal(values)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	return &workspace{t, directory}, errors.Join(
		os.WriteFile(filepath.Join(t.work, "terraform.tfrc"), []byte("disable_checkpoint = true\n"), 0o600),
		os.WriteFile(filepath.Join(directory, "main.tf"), code, 0o600), //nolint:gosec // below our own directory
		os.WriteFile(filepath.Join(directory, "demo.auto.tfvars.json"), variables, 0o600),
	)
}

func (w *workspace) run(ctx context.Context, arguments ...string) (string, error) {
	return w.terraform.run(ctx, w.directory, arguments...)
}

func (w *workspace) apply(ctx context.Context) error {
	_, err := w.run(ctx, "apply", "-auto-approve", "-input=false", "-no-color")
	return err
}
