// Command usual is a provider that lists training jobs in the way in which providers are usually
// written: the vendor's SDK page by page, a model with a value of the framework for each field, and
// State.Set. The difference to this provider is what that way costs.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/metastudio/v1/model"

	"github.com/metastudio/terraform-provider-metastudio/internal/bench"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return &usualProvider{} }, providerserver.ServeOpts{
		Address: "registry.terraform.io/bench/usual", ProtocolVersion: 6,
	})
	if err != nil {
		log.Fatal(err)
	}
}

// usualProvider is the provider. Its only setting is the endpoint.
type usualProvider struct{}

// Metadata implements provider.Provider.
func (*usualProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "usual"
}

// Schema implements provider.Provider.
func (*usualProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"endpoint": schema.StringAttribute{Required: true}}}
}

// Configure implements provider.Provider.
func (*usualProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config struct {
		Endpoint types.String `tfsdk:"endpoint"`
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !config.Endpoint.IsUnknown() {
		resp.DataSourceData = config.Endpoint.ValueString()
	}
}

// DataSources implements provider.Provider.
func (*usualProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &jobsDataSource{} }}
}

// Resources implements provider.Provider.
func (*usualProvider) Resources(context.Context) []func() resource.Resource { return nil }

// jobsDataSource is the list.
type jobsDataSource struct{ endpoint string }

// jobsModel is what the list is set from.
type jobsModel struct {
	Jobs []jobModel `tfsdk:"jobs"`
}

// jobModel has the 22 fields of a job.
type jobModel struct {
	JobID                    types.String   `tfsdk:"job_id"`
	Name                     types.String   `tfsdk:"name"`
	State                    types.String   `tfsdk:"state"`
	AssetID                  types.String   `tfsdk:"asset_id"`
	ProjectID                types.String   `tfsdk:"project_id"`
	CoverDownloadURL         types.String   `tfsdk:"cover_download_url"`
	LastUpdateTime           types.String   `tfsdk:"last_update_time"`
	CreateTime               types.String   `tfsdk:"create_time"`
	Contact                  types.String   `tfsdk:"contact"`
	BatchName                types.String   `tfsdk:"batch_name"`
	Tags                     []types.String `tfsdk:"tags"`
	ModelVersion             types.String   `tfsdk:"model_version"`
	MattingType              types.String   `tfsdk:"matting_type"`
	ModelResolution          types.String   `tfsdk:"model_resolution"`
	AppUserID                types.String   `tfsdk:"app_user_id"`
	IsFlexus                 types.Bool     `tfsdk:"is_flexus"`
	IsLiveCopy               types.Bool     `tfsdk:"is_live_copy"`
	IsFastFlexus             types.Bool     `tfsdk:"is_fast_flexus"`
	IsOnlyHumanModel         types.Bool     `tfsdk:"is_only_human_model"`
	OptionalTrainingLocation []types.String `tfsdk:"optional_training_location"`
	IsBackgroundReplacement  types.Bool     `tfsdk:"is_background_replacement"`
	IsOndemandResource       types.Bool     `tfsdk:"is_ondemand_resource"`
}

// Metadata implements datasource.DataSource.
func (*jobsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "usual_avatar_training_jobs"
}

// Schema implements datasource.DataSource.
func (*jobsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	fields := map[string]datasourceschema.Attribute{}
	for _, name := range []string{
		"job_id", "name", "state", "asset_id", "project_id", "cover_download_url", "last_update_time", "create_time", "contact",
		"batch_name", "model_version", "matting_type", "model_resolution", "app_user_id",
	} {
		fields[name] = datasourceschema.StringAttribute{Computed: true}
	}
	for _, name := range []string{
		"is_flexus", "is_live_copy", "is_fast_flexus", "is_only_human_model", "is_background_replacement", "is_ondemand_resource",
	} {
		fields[name] = datasourceschema.BoolAttribute{Computed: true}
	}
	for _, name := range []string{"tags", "optional_training_location"} {
		fields[name] = datasourceschema.ListAttribute{Computed: true, ElementType: types.StringType}
	}
	resp.Schema = datasourceschema.Schema{Attributes: map[string]datasourceschema.Attribute{
		"jobs": datasourceschema.ListNestedAttribute{
			Computed: true, NestedObject: datasourceschema.NestedAttributeObject{Attributes: fields},
		},
	}}
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *jobsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.endpoint, _ = req.ProviderData.(string)
}

// Read implements datasource.DataSource.
func (d *jobsDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	loop, err := bench.SDKLoop(d.endpoint)
	if err != nil {
		resp.Diagnostics.AddError("Unable to sign in", err.Error())
		return
	}
	jobs, err := loop()
	if err != nil {
		resp.Diagnostics.AddError("Unable to list the jobs", err.Error())
		return
	}
	state := jobsModel{Jobs: make([]jobModel, 0, len(jobs))}
	for i := range jobs {
		state.Jobs = append(state.Jobs, newJobModel(&jobs[i]))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func newJobModel(job *model.TrainingJobBasicInfo) jobModel {
	m := jobModel{
		JobID:                    types.StringValue(job.JobId),
		Name:                     types.StringValue(job.Name),
		State:                    types.StringValue(job.State.Value()),
		AssetID:                  types.StringPointerValue(job.AssetId),
		ProjectID:                types.StringPointerValue(job.ProjectId),
		CoverDownloadURL:         types.StringPointerValue(job.CoverDownloadUrl),
		LastUpdateTime:           types.StringPointerValue(job.LastUpdateTime),
		CreateTime:               types.StringPointerValue(job.CreateTime),
		Contact:                  types.StringPointerValue(job.Contact),
		BatchName:                types.StringPointerValue(job.BatchName),
		Tags:                     newStrings(job.Tags),
		ModelResolution:          types.StringPointerValue(job.ModelResolution),
		AppUserID:                types.StringPointerValue(job.AppUserId),
		IsFlexus:                 types.BoolPointerValue(job.IsFlexus),
		IsLiveCopy:               types.BoolPointerValue(job.IsLiveCopy),
		IsFastFlexus:             types.BoolPointerValue(job.IsFastFlexus),
		IsOnlyHumanModel:         types.BoolPointerValue(job.IsOnlyHumanModel),
		OptionalTrainingLocation: newStrings(job.OptionalTrainingLocation),
		IsBackgroundReplacement:  types.BoolPointerValue(job.IsBackgroundReplacement),
		IsOndemandResource:       types.BoolPointerValue(job.IsOndemandResource),
	}
	if job.ModelVersion != nil {
		m.ModelVersion = types.StringValue(job.ModelVersion.Value())
	}
	if job.MattingType != nil {
		m.MattingType = types.StringValue(job.MattingType.Value())
	}
	return m
}

func newStrings(values *[]string) []types.String {
	if values == nil {
		return nil
	}
	list := make([]types.String, 0, len(*values))
	for _, value := range *values {
		list = append(list, types.StringValue(value))
	}
	return list
}
