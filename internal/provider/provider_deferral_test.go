package provider

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// TestDeferral configures the provider with a value that is not known, as Terraform does that is
// run with -allow-deferral. A read is deferred where its own request allows that, and is otherwise
// an error that names the value: Terraform up to 1.16.0 allows deferral when it configures the
// provider, but not when it opens an ephemeral resource, and refuses a deferred answer then.
func TestDeferral(t *testing.T) {
	t.Parallel()
	p := startInProcess(t, serverOf(providerOn(nil, nil)))
	server, schemas := p.server, p.schemas
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: encodeBlock(t, schemas.Provider, map[string]tftypes.Value{
			"region": tftypes.NewValue(tftypes.String, "cn-north-4"), "project_id": tftypes.NewValue(tftypes.String, tftypes.UnknownValue),
		}),
		ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: true},
	})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured.Diagnostics)
	}
	type answer struct {
		reason      tfprotov6.DeferredReason // of a deferred one
		known       bool
		diagnostics []*tfprotov6.Diagnostic
	}
	answered := func(deferred *tfprotov6.Deferred, value *tfprotov6.DynamicValue, schema *tfprotov6.Schema, diagnostics []*tfprotov6.Diagnostic) answer {
		a := answer{diagnostics: diagnostics}
		if deferred != nil {
			a.reason = deferred.Reason
		}
		if value != nil {
			decoded, err := value.Unmarshal(schema.ValueType())
			if err != nil {
				t.Fatal(err)
			}
			a.known = decoded.IsKnown()
		}
		return a
	}
	read := func(name string) func(t *testing.T, allowed bool) answer {
		return func(t *testing.T, allowed bool) answer {
			t.Helper()
			arguments := map[string]tftypes.Value{}
			if name == jobTypeName {
				arguments["job_id"] = tftypes.NewValue(tftypes.String, "a")
			}
			resp, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
				TypeName: name, Config: encodeBlock(t, schemas.DataSourceSchemas[name], arguments),
				ClientCapabilities: &tfprotov6.ReadDataSourceClientCapabilities{DeferralAllowed: allowed},
			})
			if err != nil {
				t.Fatal(err)
			}
			return answered(resp.Deferred, resp.State, schemas.DataSourceSchemas[name], resp.Diagnostics)
		}
	}
	for name, ask := range map[string]func(t *testing.T, allowed bool) answer{
		"list": read(listTypeName),
		"job":  read(jobTypeName),
		"ephemeral list": func(t *testing.T, allowed bool) answer {
			t.Helper()
			schema := schemas.EphemeralResourceSchemas[listTypeName]
			resp, err := server.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{
				TypeName: listTypeName, Config: encodeBlock(t, schema, nil),
				ClientCapabilities: &tfprotov6.OpenEphemeralResourceClientCapabilities{DeferralAllowed: allowed},
			})
			if err != nil {
				t.Fatal(err)
			}
			return answered(resp.Deferred, resp.Result, schema, resp.Diagnostics)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ask(t, true); got.reason != tfprotov6.DeferredReasonProviderConfigUnknown || len(got.diagnostics) > 0 || got.known {
				t.Errorf("where deferral is allowed, the answer is %+v", got)
			}
			got := ask(t, false)
			if got.reason != tfprotov6.DeferredReasonUnknown || len(got.diagnostics) != 1 ||
				got.diagnostics[0].Summary != "Provider settings not known yet" || !strings.Contains(got.diagnostics[0].Detail, "project_id") {
				t.Errorf("where deferral is not allowed, the answer is %+v", got)
			}
		})
	}
}

// TestNothingIsDeferredThatCanBeRead reads where deferral is allowed, and all settings are known.
func TestNothingIsDeferredThatCanBeRead(t *testing.T) {
	t.Parallel()
	cloud := startEmulator(t)
	p := configure(t, newProvider, cloud.URL)
	for name, arguments := range map[string]map[string]tftypes.Value{
		listTypeName: nil, jobTypeName: {"job_id": tftypes.NewValue(tftypes.String, cloud.Jobs()[0].JobID)},
	} {
		resp, err := p.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: name, Config: encodeBlock(t, p.schemas.DataSourceSchemas[name], arguments),
			ClientCapabilities: &tfprotov6.ReadDataSourceClientCapabilities{DeferralAllowed: true},
		})
		if err != nil || resp.Deferred != nil || len(resp.Diagnostics) > 0 {
			t.Errorf("%s: the answer is %+v (%v)", name, resp, err)
		}
	}
	opened, err := p.server.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{
		TypeName: listTypeName, Config: encodeBlock(t, p.schemas.EphemeralResourceSchemas[listTypeName], nil),
		ClientCapabilities: &tfprotov6.OpenEphemeralResourceClientCapabilities{DeferralAllowed: true},
	})
	if err != nil || opened.Deferred != nil || len(opened.Diagnostics) > 0 {
		t.Errorf("ephemeral: the answer is %+v (%v)", opened, err)
	}
}

func TestUnknownArguments(t *testing.T) {
	t.Parallel()
	var (
		known   = tftypes.NewValue(tftypes.String, "known")
		unknown = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
		texts   = tftypes.Map{ElementType: tftypes.String}
		role    = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"agency_name": tftypes.String}}
		roles   = tftypes.List{ElementType: role}
		block   = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
			"token": tftypes.String, "region": tftypes.String, "endpoints": texts, "assume_role": roles, "profile": tftypes.String,
		}}
	)
	named := func(name tftypes.Value) tftypes.Value {
		return tftypes.NewValue(role, map[string]tftypes.Value{"agency_name": name})
	}
	got := unknownArguments(tftypes.NewValue(block, map[string]tftypes.Value{
		"token": unknown, "region": known, "profile": tftypes.NewValue(tftypes.String, nil),
		"endpoints":   tftypes.NewValue(texts, map[string]tftypes.Value{"iam": known, "sts": unknown}),
		"assume_role": tftypes.NewValue(roles, []tftypes.Value{named(known), named(unknown)}),
	}))
	if want := []string{"assume_role[1].agency_name", "endpoints.sts", "token"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
