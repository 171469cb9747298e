package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// TestReadBeforeConfigure calls everything that reads on a server that was never configured.
func TestReadBeforeConfigure(t *testing.T) {
	t.Parallel()
	p := startInProcess(t, newProvider)
	answers := map[string][]*tfprotov6.Diagnostic{}
	for name, schema := range p.schemas.DataSourceSchemas {
		arguments := map[string]tftypes.Value{}
		if name == jobTypeName {
			arguments["job_id"] = tftypes.NewValue(tftypes.String, "a")
		}
		resp, err := p.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: encodeBlock(t, schema, arguments)})
		if err != nil {
			t.Fatal(err)
		}
		answers["data "+name] = resp.Diagnostics
	}
	for name, schema := range p.schemas.EphemeralResourceSchemas {
		resp, err := p.server.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: encodeBlock(t, schema, nil)})
		if err != nil {
			t.Fatal(err)
		}
		answers["ephemeral "+name] = resp.Diagnostics
	}
	want := newDiagnostic("", errNotConfigured(), 0)
	for name, diagnostics := range answers {
		if len(diagnostics) != 1 || diagnostics[0].Summary != want.Summary() || diagnostics[0].Detail != want.Detail() {
			t.Errorf("%s is answered with %v", name, diagnosed(diagnostics))
		}
	}
}
