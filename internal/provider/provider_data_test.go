package provider

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

func TestMetadata(t *testing.T) {
	t.Parallel()
	var resp provider.MetadataResponse
	newMetastudioProvider("1.2.3").Metadata(t.Context(), provider.MetadataRequest{}, &resp)
	if resp.TypeName != "metastudio" || resp.Version != "1.2.3" {
		t.Errorf("%+v", resp)
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	const own = "terraform-provider-metastudio/1.2.3 (+https://registry.terraform.io/providers/metastudio/metastudio)"
	for terraform, want := range map[string]string{"": own, "1.15.0": own + " Terraform/1.15.0"} {
		if got := userAgentOf("1.2.3", terraform); got != want {
			t.Errorf("with Terraform %q: %q, want %q", terraform, got, want)
		}
	}
}

func TestProviderDataOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		data any
		fail bool
	}{
		{"before it is configured", nil, false},
		{"configured", &providerData{}, false},
		{"of another kind", providerData{}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			got := providerDataOf(test.data, &diags)
			if diags.HasError() != test.fail {
				t.Errorf("the diagnostics are %v", diags)
			}
			if want, _ := test.data.(*providerData); got != want {
				t.Errorf("the data are %v", got)
			}
		})
	}
}

// TestInvalidTokenIsReplaced: MetaStudio refuses a token that the provider got itself, with a code
// of its own and the status 400. The provider signs in once more.
func TestInvalidTokenIsReplaced(t *testing.T) {
	t.Parallel()
	cloud := startEmulator(t)
	cloud.Fail(emulator.Fault{Call: emulator.CallListing, Status: http.StatusBadRequest, Code: client.InvalidTokenCode})
	p := serverOf(providerOn(texts{"HW_REGION_NAME": emulator.Region, "HW_USER_ID": emulator.UserID, "HW_USER_PASSWORD": emulator.Password}, nil))
	readInProcess(t, p, cloudBlock(cloud, "")+dataBlock("limit = 1"))
	if got := cloud.Count(emulator.CallTokens); got != 2 {
		t.Errorf("%d tokens were asked for, want 2", got)
	}
}

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
