package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

var (
	_ datasource.DataSourceWithConfigure      = (*avatarTrainingJobsDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*avatarTrainingJobsDataSource)(nil)
)

func newAvatarTrainingJobsDataSource() datasource.DataSource {
	return &avatarTrainingJobsDataSource{}
}

// avatarTrainingJobsDataSource is the list of avatar training jobs.
type avatarTrainingJobsDataSource struct {
	provider *providerData
}

type avatarTrainingJobsModel struct {
	listModel
	includeModel
}

func (d *avatarTrainingJobsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_avatar_training_jobs"
}

func (d *avatarTrainingJobsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists avatar training jobs of MetaStudio. Every query parameter of the service's listing call is an argument of the same name. All pages are read, and the result is proven complete.",
		Attributes:          joinAttributes(scopeArguments(), listArguments(), includeArguments(), listResults()),
	}
}

func (d *avatarTrainingJobsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.provider = providerDataOf(req.ProviderData, &resp.Diagnostics)
}

func (d *avatarTrainingJobsDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var model avatarTrainingJobsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(model.validate()...)
	}
}

func (d *avatarTrainingJobsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.provider.mustWait() && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &datasource.Deferred{Reason: datasource.DeferredReasonProviderConfigUnknown}
		resp.State.Raw = unknownResult(req.Config.Raw)
		return
	}
	var model avatarTrainingJobsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	jobs, diags := model.read(ctx, d.provider, model.include())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	deliver(ctx, "jobs", jobs, &resp.Diagnostics)
}
