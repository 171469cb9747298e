package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// yardstickProvider is the provider with its list written the way in which the framework's
// documentation writes one: a model with a value of the framework for each field, and State.Set. It
// judges what the server answers, and tells what the server saves.
type yardstickProvider struct {
	provider.Provider
}

func (yardstickProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &yardstickDataSource{} }}
}

// newYardstick returns the yardstick as the framework serves it.
func newYardstick() (tfprotov6.ProviderServer, error) {
	return providerserver.NewProtocol6WithError(yardstickProvider{newMetastudioProvider("test")})()
}

type yardstickDataSource struct {
	avatarTrainingJobsDataSource
}

func (d *yardstickDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config avatarTrainingJobsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	model, diags := readYardstick(ctx, d.provider, &config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

func readYardstick(ctx context.Context, provider *providerData, config *avatarTrainingJobsModel) (*yardstickModel, diag.Diagnostics) {
	options, diags := config.options(ctx)
	if diags.HasError() {
		return nil, diags
	}
	scope, err := provider.scope(ctx, config.Region.ValueString(), config.ProjectID.ValueString())
	if err != nil {
		diags.AddError("Unable to sign in", err.Error())
		return nil, diags
	}
	list, err := scope.Client.ListJobs(ctx, options)
	if err != nil {
		diags.AddError("Unable to list", err.Error())
		return nil, diags
	}
	model := &yardstickModel{
		scopeModel: config.scopeModel, includeModel: config.includeModel,
		State: config.State, SortKey: config.SortKey, SortDir: config.SortDir,
		CreateSince: config.CreateSince, CreateUntil: config.CreateUntil,
		UpdateSince: config.UpdateSince, UpdateUntil: config.UpdateUntil,
		QueryProjectID: config.QueryProjectID, BatchName: config.BatchName, Tag: config.Tag,
		JobID: config.JobID, Name: config.Name,
		ModelResolution: config.ModelResolution, TrainLocation: config.TrainLocation,
		IsFlexus: config.IsFlexus, IsLiveCopy: config.IsLiveCopy, IsOndemandResource: config.IsOndemandResource,
		Offset: config.Offset, Limit: config.Limit,
		TotalCount: types.Int64Value(int64(list.TotalCount)),
		Jobs:       make([]yardstickJobModel, len(list.Jobs)),
	}
	model.Region = types.StringValue(scope.Region)
	model.ProjectID = types.StringValue(scope.ProjectID)
	for i := range list.Jobs {
		job := config.include().shown(list.Jobs[i])
		var problems diag.Diagnostics
		model.Jobs[i], problems = newYardstickJobModel(ctx, &job)
		diags.Append(problems...)
	}
	return model, diags
}

// yardstickModel is avatarTrainingJobsModel with the jobs in it.
type yardstickModel struct {
	scopeModel
	includeModel

	State              types.Set    `tfsdk:"state"`
	SortKey            types.String `tfsdk:"sort_key"`
	SortDir            types.String `tfsdk:"sort_dir"`
	CreateSince        types.String `tfsdk:"create_since"`
	CreateUntil        types.String `tfsdk:"create_until"`
	UpdateSince        types.String `tfsdk:"update_since"`
	UpdateUntil        types.String `tfsdk:"update_until"`
	QueryProjectID     types.String `tfsdk:"query_project_id"`
	BatchName          types.String `tfsdk:"batch_name"`
	Tag                types.String `tfsdk:"tag"`
	JobID              types.String `tfsdk:"job_id"`
	Name               types.String `tfsdk:"name"`
	ModelResolution    types.String `tfsdk:"model_resolution"`
	TrainLocation      types.String `tfsdk:"train_location"`
	IsFlexus           types.Bool   `tfsdk:"is_flexus"`
	IsLiveCopy         types.Bool   `tfsdk:"is_live_copy"`
	IsOndemandResource types.Bool   `tfsdk:"is_ondemand_resource"`
	Offset             types.Number `tfsdk:"offset"`
	Limit              types.Number `tfsdk:"limit"`

	TotalCount types.Int64         `tfsdk:"total_count"`
	Jobs       []yardstickJobModel `tfsdk:"jobs"`
}

type yardstickJobModel struct {
	JobID                    types.String `tfsdk:"job_id"`
	Name                     types.String `tfsdk:"name"`
	State                    types.String `tfsdk:"state"`
	AssetID                  types.String `tfsdk:"asset_id"`
	ProjectID                types.String `tfsdk:"project_id"`
	CoverDownloadURL         types.String `tfsdk:"cover_download_url"`
	LastUpdateTime           types.String `tfsdk:"last_update_time"`
	CreateTime               types.String `tfsdk:"create_time"`
	Contact                  types.String `tfsdk:"contact"`
	BatchName                types.String `tfsdk:"batch_name"`
	Tags                     types.List   `tfsdk:"tags"`
	ModelVersion             types.String `tfsdk:"model_version"`
	MattingType              types.String `tfsdk:"matting_type"`
	ModelResolution          types.String `tfsdk:"model_resolution"`
	AppUserID                types.String `tfsdk:"app_user_id"`
	IsFlexus                 types.Bool   `tfsdk:"is_flexus"`
	IsLiveCopy               types.Bool   `tfsdk:"is_live_copy"`
	IsFastFlexus             types.Bool   `tfsdk:"is_fast_flexus"`
	IsOnlyHumanModel         types.Bool   `tfsdk:"is_only_human_model"`
	OptionalTrainingLocation types.List   `tfsdk:"optional_training_location"`
	IsBackgroundReplacement  types.Bool   `tfsdk:"is_background_replacement"`
	IsOndemandResource       types.Bool   `tfsdk:"is_ondemand_resource"`
}

func newYardstickJobModel(ctx context.Context, job *client.Job) (yardstickJobModel, diag.Diagnostics) {
	tags, diags := types.ListValueFrom(ctx, types.StringType, job.Tags)
	locations, problems := types.ListValueFrom(ctx, types.StringType, job.OptionalTrainingLocation)
	diags.Append(problems...)
	return yardstickJobModel{
		JobID:                    types.StringValue(job.JobID),
		Name:                     types.StringPointerValue(job.Name),
		State:                    types.StringPointerValue(job.State),
		AssetID:                  types.StringPointerValue(job.AssetID),
		ProjectID:                types.StringPointerValue(job.ProjectID),
		CoverDownloadURL:         types.StringPointerValue(job.CoverDownloadURL),
		LastUpdateTime:           types.StringPointerValue(job.LastUpdateTime),
		CreateTime:               types.StringPointerValue(job.CreateTime),
		Contact:                  types.StringPointerValue(job.Contact),
		BatchName:                types.StringPointerValue(job.BatchName),
		Tags:                     tags,
		ModelVersion:             types.StringPointerValue(job.ModelVersion),
		MattingType:              types.StringPointerValue(job.MattingType),
		ModelResolution:          types.StringPointerValue(job.ModelResolution),
		AppUserID:                types.StringPointerValue(job.AppUserID),
		IsFlexus:                 types.BoolPointerValue(job.IsFlexus),
		IsLiveCopy:               types.BoolPointerValue(job.IsLiveCopy),
		IsFastFlexus:             types.BoolPointerValue(job.IsFastFlexus),
		IsOnlyHumanModel:         types.BoolPointerValue(job.IsOnlyHumanModel),
		OptionalTrainingLocation: locations,
		IsBackgroundReplacement:  types.BoolPointerValue(job.IsBackgroundReplacement),
		IsOndemandResource:       types.BoolPointerValue(job.IsOndemandResource),
	}, diags
}

// jobsOfEveryKind returns jobs whose fields are all filled, all empty, all null and all absent, and
// jobs whose texts and lists are just so long that their encoding takes another form.
func jobsOfEveryKind(t *testing.T) []emulator.Job {
	t.Helper()
	var jobs []emulator.Job
	add := func(text, flag, list any, fields map[string]attr.Type) {
		id := fmt.Sprintf("%03d", len(jobs))
		raw := map[string]any{}
		for name, fieldType := range fields {
			switch fieldType {
			case types.StringType:
				raw[name] = text
			case types.BoolType:
				raw[name] = flag
			default:
				raw[name] = list
			}
		}
		raw["job_id"] = id
		data, err := json.Marshal(raw)
		if err != nil {
			t.Fatal(err)
		}
		at := "2026-01-01T00:00:00Z"
		jobs = append(jobs, emulator.Job{JobID: id, CreateTime: &at, Raw: data})
	}
	all := schema.NestedAttributeObject{Attributes: jobAttributes()}.Type().(types.ObjectType).AttrTypes
	add("数字人 \"quoted\"\n", true, []string{"直播", ""}, all)
	add("", false, []string{}, all)
	add(nil, nil, nil, all)
	add(nil, nil, nil, nil)
	for _, length := range []int{31, 32, 255, 256, 16 << 10} {
		add(strings.Repeat("x", length), true, []string{strings.Repeat("y", length)}, all)
	}
	for _, length := range []int{15, 16} {
		add("x", false, make([]string, length), all)
	}
	return jobs
}

// TestServerAnswersAsTheFrameworkWould compares what the server answers with what the framework
// answers for the yardstick, value by value.
func TestServerAnswersAsTheFrameworkWould(t *testing.T) {
	t.Parallel()
	kinds := jobsOfEveryKind(t)
	yes := tftypes.NewValue(tftypes.Bool, true)
	for _, test := range []struct {
		name      string
		jobs      []emulator.Job
		arguments map[string]tftypes.Value
		want      int
	}{
		{"no job", []emulator.Job{}, nil, 0},
		{"fields of every kind", kinds, nil, len(kinds)},
		{"with what is left out by default", kinds, map[string]tftypes.Value{"include_contact": yes, "include_cover_download_url": yes}, len(kinds)},
		{"arguments in the answer", kinds, map[string]tftypes.Value{
			"app_user_id":  tftypes.NewValue(tftypes.String, "user-1"),
			"offset":       tftypes.NewValue(tftypes.Number, 1),
			"limit":        tftypes.NewValue(tftypes.Number, 3),
			"create_until": tftypes.NewValue(tftypes.String, "2026-01-31T08:00:00+08:00"),
			"timeouts":     tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"read": tftypes.String}}, map[string]tftypes.Value{"read": tftypes.NewValue(tftypes.String, "1m")}),
		}, 0},
		{"more than 15 jobs", emulator.StandardJobs(16), nil, 16},
		{"pages", emulator.StandardJobs(101), nil, 101},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			service := startEmulator(t, emulator.WithJobs(test.jobs))
			got := configure(t, newProvider, service.URL).list(t, test.arguments)
			want := configure(t, newYardstick, service.URL).list(t, test.arguments)
			if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
				t.Errorf("attributes %v, want %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
			}
			for name := range want {
				sameValue(t, name, got[name], want[name])
			}
			var jobs []tftypes.Value
			if err := got["jobs"].As(&jobs); err != nil || len(jobs) != test.want {
				t.Errorf("%d jobs (%v), want %d", len(jobs), err, test.want)
			}
		})
	}
}

// TestServerOpensAsTheFrameworkWould does the same for the ephemeral list, whose jobs are those of
// the data source with nothing left out.
func TestServerOpensAsTheFrameworkWould(t *testing.T) {
	t.Parallel()
	service := startEmulator(t, emulator.WithJobs(jobsOfEveryKind(t)))
	yes := tftypes.NewValue(tftypes.Bool, true)
	got := configure(t, newProvider, service.URL).open(t, nil)
	want := configure(t, newYardstick, service.URL).list(t, map[string]tftypes.Value{"include_contact": yes, "include_cover_download_url": yes})
	for name := range got {
		sameValue(t, name, got[name], want[name])
	}
}

func sameValue(t *testing.T, name string, got, want tftypes.Value) {
	t.Helper()
	differences, err := want.Diff(got)
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for _, difference := range differences {
		t.Errorf("%s: %s", name, difference)
	}
}
