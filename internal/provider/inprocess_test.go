package provider

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// Helpers that call the provider's server within the process of the test, as Terraform calls it
// through a pipe. They take a thousandth of the time of a Terraform, and show warnings and whole
// texts. What is Terraform's own, such as unknown values, plans that do not change and the use of
// functions, is tested through a real one; see terraform_test.go.

const (
	listTypeName = "metastudio_avatar_training_jobs"
	jobTypeName  = "metastudio_avatar_training_job"
)

// newProvider returns the provider as main serves it.
func newProvider() (tfprotov6.ProviderServer, error) { return NewServer("test") }

// serverOf returns a function that makes the server of a provider.
func serverOf(p *metastudioProvider) func() (tfprotov6.ProviderServer, error) {
	return func() (tfprotov6.ProviderServer, error) { return newServer(p) }
}

// inProcess is a server without the process and the pipe that are between it and Terraform.
type inProcess struct {
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
}

// startInProcess makes a server and asks it for its schemas.
func startInProcess(tb testing.TB, newServer func() (tfprotov6.ProviderServer, error)) *inProcess {
	tb.Helper()
	server, err := newServer()
	if err != nil {
		tb.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	if err := diagnosed(schemas.Diagnostics); err != nil {
		tb.Fatal(err)
	}
	return &inProcess{server: server, schemas: schemas}
}

// configure makes a server and configures it for the service at url, without a limit on the request
// rate.
func configure(tb testing.TB, newServer func() (tfprotov6.ProviderServer, error), url string) *inProcess {
	tb.Helper()
	p := startInProcess(tb, newServer)
	text := func(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	resp, err := p.server.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.0.0",
		Config: encodeBlock(tb, p.schemas.Provider, map[string]tftypes.Value{
			"region": text(emulator.Region), "project_id": text(emulator.ProjectID),
			"access_key": text(emulator.AccessKey), "secret_key": text(emulator.SecretKey),
			"endpoints":               tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"metastudio": text(url)}),
			"max_requests_per_second": tftypes.NewValue(tftypes.Number, 1_000_000),
		}),
	})
	if err != nil {
		tb.Fatal(err)
	}
	if err := diagnosed(resp.Diagnostics); err != nil {
		tb.Fatal(err)
	}
	return p
}

// listRequest asks for a list with these arguments.
func (p *inProcess) listRequest(tb testing.TB, arguments map[string]tftypes.Value) *tfprotov6.ReadDataSourceRequest {
	tb.Helper()
	return &tfprotov6.ReadDataSourceRequest{
		TypeName: listTypeName,
		Config:   encodeBlock(tb, p.schemas.DataSourceSchemas[listTypeName], arguments),
	}
}

// list reads a list and decodes the answer as Terraform does, by the schema.
func (p *inProcess) list(tb testing.TB, arguments map[string]tftypes.Value) map[string]tftypes.Value {
	tb.Helper()
	resp, err := p.server.ReadDataSource(tb.Context(), p.listRequest(tb, arguments))
	if err != nil {
		tb.Fatal(err)
	}
	if err := diagnosed(resp.Diagnostics); err != nil {
		tb.Fatal(err)
	}
	return decodeBlock(tb, p.schemas.DataSourceSchemas[listTypeName], resp.State)
}

// open opens the ephemeral list.
func (p *inProcess) open(tb testing.TB, arguments map[string]tftypes.Value) map[string]tftypes.Value {
	tb.Helper()
	schema := p.schemas.EphemeralResourceSchemas[listTypeName]
	resp, err := p.server.OpenEphemeralResource(tb.Context(), &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: listTypeName, Config: encodeBlock(tb, schema, arguments),
	})
	if err != nil {
		tb.Fatal(err)
	}
	if err := diagnosed(resp.Diagnostics); err != nil {
		tb.Fatal(err)
	}
	return decodeBlock(tb, schema, resp.Result)
}

// planned is what a configuration came to.
type planned struct {
	// state has the data sources that were read.
	state *tfjson.State
	// diagnostics are all that the provider said, in its order.
	diagnostics []*tfprotov6.Diagnostic
}

// planInProcess does with a configuration what Terraform does to plan it: it validates every block,
// configures the provider, and reads the data sources and opens the ephemeral resources one after
// the other. It ends where a call is answered with an error.
func planInProcess(tb testing.TB, newServer func() (tfprotov6.ProviderServer, error), config string) *planned {
	tb.Helper()
	var (
		p      = startInProcess(tb, newServer)
		ctx    = tb.Context()
		module = &tfjson.StateModule{}
		result = &planned{state: &tfjson.State{Values: &tfjson.StateValues{RootModule: module}}}
		blocks = parseBlocks(tb, config)
		tell   = func(diagnostics []*tfprotov6.Diagnostic, err error) (failed bool) {
			if err != nil {
				tb.Fatal(err)
			}
			result.diagnostics = append(result.diagnostics, diagnostics...)
			return result.failed()
		}
	)
	for _, block := range blocks {
		switch block.kind {
		case "provider":
			resp, err := p.server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: block.encode(tb, p.schemas.Provider)})
			if tell(resp.Diagnostics, err) {
				return result
			}
		case "data":
			config := block.encode(tb, p.schemas.DataSourceSchemas[block.typeName])
			resp, err := p.server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: block.typeName, Config: config})
			if tell(resp.Diagnostics, err) {
				return result
			}
		case "ephemeral":
			config := block.encode(tb, p.schemas.EphemeralResourceSchemas[block.typeName])
			resp, err := p.server.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: block.typeName, Config: config})
			if tell(resp.Diagnostics, err) {
				return result
			}
		}
	}
	for _, block := range blocks {
		switch block.kind {
		case "provider":
			resp, err := p.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.0.0", Config: block.encode(tb, p.schemas.Provider)})
			if tell(resp.Diagnostics, err) {
				return result
			}
		case "data":
			schema := p.schemas.DataSourceSchemas[block.typeName]
			resp, err := p.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: block.typeName, Config: block.encode(tb, schema)})
			if tell(resp.Diagnostics, err) {
				return result
			}
			module.Resources = append(module.Resources, &tfjson.StateResource{
				Address: "data." + block.typeName + "." + block.name, AttributeValues: plainValues(tb, decodeBlock(tb, schema, resp.State)),
			})
		case "ephemeral":
			schema := p.schemas.EphemeralResourceSchemas[block.typeName]
			resp, err := p.server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: block.typeName, Config: block.encode(tb, schema)})
			if tell(resp.Diagnostics, err) {
				return result
			}
		}
	}
	return result
}

// failed reports whether there is an error.
func (p *planned) failed() bool {
	return slices.ContainsFunc(p.diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
}

// text returns all diagnostics.
func (p *planned) text() string {
	var text strings.Builder
	for _, d := range p.diagnostics {
		fmt.Fprintf(&text, "%s: %s\n", d.Severity, d.Summary)
		if d.Attribute != nil {
			fmt.Fprintf(&text, "on %s\n", d.Attribute)
		}
		text.WriteString(d.Detail + "\n\n")
	}
	return text.String()
}

// readInProcess plans a configuration, without a Terraform, and runs the checks on what was read.
// Every diagnostic fails the test.
func readInProcess(t *testing.T, newServer func() (tfprotov6.ProviderServer, error), config string, checks ...statecheck.StateCheck) {
	t.Helper()
	result := planInProcess(t, newServer, config)
	if len(result.diagnostics) > 0 {
		t.Fatal(result.text())
	}
	result.check(t, checks...)
}

// check runs checks on what was read.
func (p *planned) check(t *testing.T, checks ...statecheck.StateCheck) {
	t.Helper()
	for _, check := range checks {
		var resp statecheck.CheckStateResponse
		check.CheckState(t.Context(), statecheck.CheckStateRequest{State: p.state}, &resp)
		if resp.Error != nil {
			t.Error(resp.Error)
		}
	}
}

// failInProcess plans a configuration, without a Terraform, which has to fail with an error that
// matches the pattern.
func failInProcess(t *testing.T, newServer func() (tfprotov6.ProviderServer, error), config, pattern string) {
	t.Helper()
	result := planInProcess(t, newServer, config)
	if !result.failed() {
		t.Fatalf("no error, want %s", pattern)
	}
	if text := result.text(); !regexp.MustCompile(pattern).MatchString(text) {
		t.Errorf("got\n%s\nwant %s", text, pattern)
	}
}

// diagnosed returns the first of a call's diagnostics, of any severity.
func diagnosed(diagnostics []*tfprotov6.Diagnostic) error {
	for _, diagnostic := range diagnostics {
		return fmt.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
	}
	return nil
}

// readSource reads a data source on a machine, without Terraform and without retries, and returns
// the diagnostics.
func readSource(ctx context.Context, t *testing.T, machine *metastudioProvider, address, name string, arguments map[string]tftypes.Value) []*tfprotov6.Diagnostic {
	t.Helper()
	server, err := serverOf(machine)()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	endpoint := tftypes.NewValue(tftypes.String, address)
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: encodeBlock(t, schemas.Provider, map[string]tftypes.Value{
		"endpoints": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{
			"metastudio": endpoint, "iam": endpoint, "sts": endpoint,
		}),
		"max_retries": tftypes.NewValue(tftypes.Number, 0),
	})})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured)
	}
	read, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: name, Config: encodeBlock(t, schemas.DataSourceSchemas[name], arguments),
	})
	if err != nil {
		t.Fatal(err)
	}
	return read.Diagnostics
}
