package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

var (
	_ provider.Provider                       = (*metastudioProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*metastudioProvider)(nil)
	_ provider.ProviderWithFunctions          = (*metastudioProvider)(nil)
)

// metastudioProvider is the provider as the framework serves it.
type metastudioProvider struct {
	version string
	host    providerHost
}

// newMetastudioProvider returns the provider on this machine. version is that of the build.
func newMetastudioProvider(version string) *metastudioProvider {
	return &metastudioProvider{version: version, host: newHost()}
}

func (p *metastudioProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "metastudio"
	resp.Version = p.version
}

func (p *metastudioProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

// Configure sends nothing: a plan that reads nothing works offline.
func (p *metastudioProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if unknown := unknownArguments(req.Config.Raw); len(unknown) > 0 {
		// This is no error, since perhaps nothing is read before they are known. Nor is the whole
		// provider deferred: Terraform up to 1.16.0 allows deferral here, but not when it opens an
		// ephemeral resource. Each read decides by what its own request allows.
		data := &providerData{unknown: unknown}
		resp.DataSourceData, resp.EphemeralResourceData = data, data
		return
	}

	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings, diags := resolve(p.host, &model)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	data := newProviderData(settings, userAgentOf(p.version, req.TerraformVersion))
	resp.DataSourceData, resp.EphemeralResourceData = data, data
}

func (p *metastudioProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newAvatarTrainingJobsDataSource,
		newAvatarTrainingJobDataSource,
	}
}

func (p *metastudioProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		newAvatarTrainingJobsEphemeralResource,
	}
}

func (p *metastudioProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		newStateGroupFunction,
	}
}

func (p *metastudioProvider) Resources(context.Context) []func() resource.Resource { return nil }

// userAgentOf names the provider and the Terraform that runs it.
func userAgentOf(version, terraformVersion string) string {
	agent := "terraform-provider-metastudio/" + version + " (+https://registry.terraform.io/providers/metastudio/metastudio)"
	if terraformVersion != "" {
		agent += " Terraform/" + terraformVersion
	}
	return agent
}
