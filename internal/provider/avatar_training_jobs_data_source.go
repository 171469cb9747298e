package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"
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
	computed, jobs, diags := model.read(ctx, d.provider, model.include())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.State.Raw = complete(req.Config.Raw, computed, &resp.Diagnostics)
	deliver(ctx, "jobs", jobs, &resp.Diagnostics)
}

// read reads the list that the model's arguments ask for, and returns what is
// computed, with the jobs apart and encoded.
func (m *listModel) read(ctx context.Context, provider *providerData, include include) (computed map[string]tftypes.Value, encoded []byte, diags diag.Diagnostics) {
	const failed = "Unable to list avatar training jobs"

	options, diags := m.options(ctx)
	timeout, problems := m.Timeouts.Read(ctx, defaultReadTimeout)
	diags.Append(problems...)
	if diags.HasError() {
		return nil, nil, diags
	}
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ctx, reader := provider.withReader(ctx)
	defer func() { diags.Append(throttlingWarning(reader.Throttling())...) }()

	scope, err := provider.scope(ctx, m.Region.ValueString(), m.ProjectID.ValueString())
	if err != nil {
		return nil, nil, append(diags, newDiagnostic(failed, err, timeout))
	}
	options.Fit = include.fit()
	list, err := scope.Client.ListJobs(ctx, options)
	if err != nil {
		return nil, nil, append(diags, newDiagnostic(failed, err, timeout))
	}
	jobs, err := encodeJobs(list.Jobs, include, maxEncodedJobs)
	if err != nil {
		return nil, nil, append(diags, newDiagnostic(failed, err, timeout))
	}

	tflog.Info(ctx, "read avatar training jobs", map[string]any{
		"jobs": len(list.Jobs), "total_count": list.TotalCount, "pages": list.Reading.Pages,
		"requests":    list.Reading.Requests,
		"duration_ms": time.Since(start).Milliseconds(),
	})
	computed = scope.computed()
	computed["total_count"] = tftypes.NewValue(tftypes.Number, list.TotalCount)
	return computed, jobs, diags
}
