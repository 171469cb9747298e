package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
)

var (
	_ datasource.DataSourceWithConfigure      = (*avatarTrainingJobDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*avatarTrainingJobDataSource)(nil)
)

func newAvatarTrainingJobDataSource() datasource.DataSource { return &avatarTrainingJobDataSource{} }

// avatarTrainingJobDataSource is one avatar training job.
type avatarTrainingJobDataSource struct {
	provider *providerData
}

// avatarTrainingJobModel has the job in an attribute of its own: a job has a project_id and an
// app_user_id, and so have the arguments.
type avatarTrainingJobModel struct {
	scopeModel
	includeModel

	JobID types.String `tfsdk:"job_id"`
	Job   types.Object `tfsdk:"job"`
}

func (d *avatarTrainingJobDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_avatar_training_job"
}

func (d *avatarTrainingJobDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one avatar training job of MetaStudio by its ID: the fields that a list has, and others that a pipeline can act on, such as the steps that the job went through. It is an error if the job does not exist.",
		Attributes: joinAttributes(scopeArguments(), includeArguments(), map[string]schema.Attribute{
			"job_id": schema.StringAttribute{
				MarkdownDescription: "ID of the job, 1 to 64 characters.",
				Required:            true,
				Validators:          []validator.String{textPattern{pattern: projectPattern, most: maxJobIDLength, must: "the ID of a job: 1 to 64 letters, digits, - and _"}},
			},
			"job": schema.SingleNestedAttribute{
				MarkdownDescription: "The job. A field that the service leaves out is null.",
				Computed:            true,
				Attributes:          joinAttributes(jobAttributes(), jobDetailAttributes()),
			},
		}),
	}
}

func (d *avatarTrainingJobDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.provider = providerDataOf(req.ProviderData, &resp.Diagnostics)
}

func (d *avatarTrainingJobDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var model avatarTrainingJobModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(warnOfNames(model.unknownNames())...)
	}
}

func (d *avatarTrainingJobDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if d.provider.mustWait() && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &datasource.Deferred{Reason: datasource.DeferredReasonProviderConfigUnknown}
		resp.State.Raw = unknownResult(req.Config.Raw)
		return
	}
	var model avatarTrainingJobModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	job, diags := model.read(ctx, d.provider)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
	deliver(ctx, "job", job, &resp.Diagnostics)
}

// read reads the job that the model's arguments name. It sets what is computed, but for the job,
// which it returns encoded.
func (m *avatarTrainingJobModel) read(ctx context.Context, provider *providerData) ([]byte, diag.Diagnostics) {
	return m.scopeModel.read(ctx, provider, "Unable to read the avatar training job", func(ctx context.Context, service *client.Client) ([]byte, error) {
		job, err := service.GetJob(ctx, m.JobID.ValueString(), m.AppUserID.ValueString())
		if err != nil {
			return nil, err
		}
		job.Job = m.include().shown(job.Job)
		return encodeJob(job, maxEncodedJobs)
	})
}
