package provider

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// readOn returns the diagnostic of the first read with this configuration, nil for none.
func readOn(t *testing.T, m *metastudioProvider, model *providerModel) error {
	t.Helper()
	settings, diags := resolve(m.host, model)
	if diags.HasError() {
		t.Fatal(diags)
	}
	scope, err := newProviderData(settings, "test").scope(t.Context(), "", "")
	if err == nil {
		_, err = scope.Client.ListJobs(t.Context(), &client.ListJobsOptions{})
	}
	return err
}

// TestMissing holds what the first read is told to a golden file: of everything that is missing,
// what would do.
func TestMissing(t *testing.T) {
	t.Parallel()
	cloud := startEmulator(t, emulator.WithBareInstance())
	nobody := httptest.NewServer(nil)
	nobody.Close()
	key := texts{"HW_ACCESS_KEY": emulator.AccessKey, "HW_SECRET_KEY": emulator.SecretKey}
	other := texts{"OS_REGION_NAME": "RegionOne", "OS_ACCESS_KEY": "ak", "OS_SECRET_KEY": "zq-sk"}
	var got strings.Builder
	for _, test := range []struct {
		name        string
		environment texts
		block       texts
		metadata    string // its address, "" for an instance without an agency
	}{
		{name: "nothing is set"},
		{name: "only another cloud's variables are set", environment: other},
		{
			name: "a project and no region", block: texts{"project_id": emulator.ProjectID},
			environment: texts{"HW_ACCESS_KEY": emulator.AccessKey, "HW_SECRET_KEY": emulator.SecretKey, "OS_PROJECT_ID": "p"},
		},
		{name: "a project's name and no region", environment: key, block: texts{"project_name": "n"}},
		{name: "no region", environment: key},
		{
			name: "no credential", block: texts{"region": emulator.Region},
			environment: texts{"OS_PROJECT_ID": "p", "OS_REGION_NAME": "RegionOne"}, // nothing of these is missing
		},
		{
			name: "no credential, shown by the listing itself", block: texts{"region": emulator.Region, "project_id": emulator.ProjectID},
			environment: texts{"OS_PASSWORD": "zq-p"},
		},
		{name: "no credential on another machine than an ECS instance", block: texts{"region": emulator.Region}, metadata: nobody.URL},
	} {
		m := providerOn(test.environment, nil)
		m.host.metadataURL = cloud.URL
		if test.metadata != "" {
			m.host.metadataURL = test.metadata
		}
		model := test.block.model()
		model.Endpoints = endpoints(texts{"metastudio": cloud.URL, "iam": cloud.URL, "sts": cloud.URL})
		err := readOn(t, m, model)
		if err == nil {
			t.Fatalf("%s: no error", test.name)
		}
		diagnostic := newDiagnostic("Unable to list", err, 0)
		fmt.Fprintf(&got, "---- %s\n\n%s\n\n%s\n\n", test.name, diagnostic.Summary(), diagnostic.Detail())
	}
	if strings.Contains(got.String(), "zq-") {
		t.Error("a secret shows")
	}
	equalsGolden(t, "testdata/missing.golden", got.String())
	if cloud.Count(emulator.CallListing) > 0 {
		t.Error("a list was asked for without a credential")
	}
}

// TestAgencyOfAnInstanceIsNoLack reads with what the instance has, and then with an agency that
// cannot be assumed with it, which is another error.
func TestAgencyOfAnInstanceIsNoLack(t *testing.T) {
	t.Parallel()
	cloud := startEmulator(t, emulator.WithInstanceAgency())
	m := providerOn(nil, nil)
	m.host.metadataURL = cloud.URL
	model := texts{"region": emulator.Region}.model()
	model.Endpoints = endpoints(texts{"metastudio": cloud.URL, "iam": cloud.URL, "sts": cloud.URL})
	if err := readOn(t, m, model); err != nil {
		t.Error(err)
	}
	model.AssumeRole = assumeRoles("no-such-agency", "no-such-account", "")
	if err := readOn(t, m, model); err == nil || strings.Contains(err.Error(), "No credentials found") {
		t.Errorf("the error is %v", err)
	}
}

// TestNothingSetNeedsNothing configures the provider as OpenTofu 1.8 to 1.10 do before they call a
// function, with nothing set.
func TestNothingSetNeedsNothing(t *testing.T) {
	t.Parallel()
	p := startInProcess(t, serverOf(providerOn(nil, nil)))
	server, schemas := p.server, p.schemas
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: encodeBlock(t, schemas.Provider, nil)})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured.Diagnostics)
	}
	argument, err := tfprotov6.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, "TRAINING"))
	if err != nil {
		t.Fatal(err)
	}
	called, err := server.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: "state_group", Arguments: []*tfprotov6.DynamicValue{&argument}})
	if err != nil || called.Error != nil {
		t.Fatal(err, called.Error)
	}
	if group, err := called.Result.Unmarshal(tftypes.String); err != nil || !group.Equal(tftypes.NewValue(tftypes.String, "training")) {
		t.Errorf("the function returns %v (%v)", group, err)
	}

	read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: listTypeName, Config: encodeBlock(t, schemas.DataSourceSchemas[listTypeName], nil),
	})
	if err != nil || len(read.Diagnostics) != 1 || read.Diagnostics[0].Summary != "No region and no credentials found" {
		t.Error(err, read.Diagnostics)
	}
}
