package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
)

// defaultReadTimeout is the time limit of a read unless the configuration sets another one.
const defaultReadTimeout = 10 * time.Minute

// scopeModel is scopeArguments.
type scopeModel struct {
	Region    types.String   `tfsdk:"region"`
	ProjectID types.String   `tfsdk:"project_id"`
	AppUserID types.String   `tfsdk:"app_user_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// includeModel is includeArguments.
type includeModel struct {
	IncludeContact          types.Bool `tfsdk:"include_contact"`
	IncludeCoverDownloadURL types.Bool `tfsdk:"include_cover_download_url"`
}

// listModel is scopeArguments, listArguments and listResults: what every block that lists jobs has.
type listModel struct {
	scopeModel

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

	TotalCount types.Int64 `tfsdk:"total_count"`
	Jobs       types.List  `tfsdk:"jobs"`
}

// validate refuses what no single argument shows, a span that holds no time at which the service
// could find a job, and warns of unknown names. Values that are not known yet are for later.
func (m *listModel) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	diags.Append(warnOfNames(m.unknownNames())...)
	spans := []struct {
		since, until         types.String
		sinceName, untilName string
	}{
		{m.CreateSince, m.CreateUntil, "create_since", "create_until"},
		{m.UpdateSince, m.UpdateUntil, "update_since", "update_until"},
	}
	for _, span := range spans {
		since, okSince := timeIn(span.since, span.sinceName, &diags)
		until, okUntil := timeIn(span.until, span.untilName, &diags)
		if !okSince || !okUntil || !client.RoundUp(since).After(until) {
			continue
		}
		if since.After(until) {
			diags.AddAttributeError(path.Root(span.sinceName), "Empty span of time",
				fmt.Sprintf("%s (%s) is later than %s (%s), so no job can match.", span.sinceName, span.since.ValueString(), span.untilName, span.until.ValueString()))
		} else {
			diags.AddAttributeError(path.Root(span.sinceName), "Empty span of time",
				fmt.Sprintf("No whole second lies between %s (%s) and %s (%s). The service compares whole seconds, so no job can match.", span.sinceName, span.since.ValueString(), span.untilName, span.until.ValueString()))
		}
	}
	return diags
}

// timeIn returns a time that is set and known, and that the service's 20 characters can hold.
func timeIn(value types.String, name string, diags *diag.Diagnostics) (time.Time, bool) {
	parsed, err := time.Parse(time.RFC3339, value.ValueString())
	if err != nil {
		return time.Time{}, false // not set, not known, or reported by its validator
	}
	if year := client.RoundUp(parsed).UTC().Year(); year < 1 || year > 9999 {
		diags.AddAttributeError(path.Root(name), "Time out of range",
			fmt.Sprintf("%s (%s) is not within the years 1 to 9999 in UTC.", name, value.ValueString()))
		return time.Time{}, false
	}
	return parsed, true
}

// unknownNames returns the names that the service may not know.
func (m *scopeModel) unknownNames() []unknownName {
	return unknownRegion(path.Root("region"), m.Region.ValueString())
}

func (m *listModel) unknownNames() []unknownName {
	names := m.scopeModel.unknownNames()
	var states []string
	for _, element := range m.State.Elements() {
		state, ok := element.(types.String)
		if name := state.ValueString(); ok && name != "" && !strings.Contains(name, ",") && !slices.Contains(client.States(), name) {
			states = append(states, name)
		}
	}
	switch {
	case len(strings.Join(states, ",")) > maxStatesLength: // refused
	case len(states) == 1:
		names = append(names, unknownName{path.Root("state"), "The service is not known to use the state " + namesWithHints(states, client.States()) +
			". It is sent as it is, and perhaps no job matches."})
	case len(states) > 1:
		names = append(names, unknownName{path.Root("state"), "The service is not known to use the states " + namesWithHints(states, client.States()) +
			". They are sent as they are, and perhaps no job matches."})
	}
	if resolution := m.ModelResolution.ValueString(); resolution != "" && !slices.Contains(resolutions(), resolution) {
		names = append(names, unknownName{path.Root("model_resolution"), "The service is not known to use the resolution " + namesWithHints([]string{resolution}, resolutions()) +
			", only " + enumerate(resolutions(), "and") + ". It is sent as it is, and perhaps no job matches."})
	}
	return names
}

// options returns what the service is asked for.
func (m *listModel) options(ctx context.Context) (*client.ListJobsOptions, diag.Diagnostics) {
	options := &client.ListJobsOptions{
		SortKey:            m.SortKey.ValueString(),
		SortDir:            m.SortDir.ValueString(),
		QueryProjectID:     m.QueryProjectID.ValueString(),
		BatchName:          m.BatchName.ValueString(),
		Tag:                m.Tag.ValueString(),
		JobID:              m.JobID.ValueString(),
		Name:               m.Name.ValueString(),
		ModelResolution:    m.ModelResolution.ValueString(),
		TrainLocation:      m.TrainLocation.ValueString(),
		IsFlexus:           m.IsFlexus.ValueBoolPointer(),
		IsLiveCopy:         m.IsLiveCopy.ValueBoolPointer(),
		IsOndemandResource: m.IsOndemandResource.ValueBoolPointer(),
		Offset:             int64Of(m.Offset),
		Limit:              int64Of(m.Limit),
		AppUserID:          m.AppUserID.ValueString(),
	}
	var diags diag.Diagnostics
	if !m.State.IsNull() {
		diags.Append(m.State.ElementsAs(ctx, &options.State, false)...)
	}
	for target, value := range map[*time.Time]types.String{
		&options.CreateSince: m.CreateSince, &options.CreateUntil: m.CreateUntil,
		&options.UpdateSince: m.UpdateSince, &options.UpdateUntil: m.UpdateUntil,
	} {
		if value.IsNull() {
			continue
		}
		parsed, err := time.Parse(time.RFC3339, value.ValueString())
		if err != nil { // only if the validators were passed by
			diags.AddError("Invalid time", err.Error())
		}
		*target = parsed
	}
	return options, diags
}

// includedFields says which of the fields that are left out by default are filled.
type includedFields struct {
	contact, coverDownloadURL bool
}

func (m *includeModel) include() includedFields {
	return includedFields{contact: m.IncludeContact.ValueBool(), coverDownloadURL: m.IncludeCoverDownloadURL.ValueBool()}
}

// shown returns a job without the fields that are left out.
func (i includedFields) shown(job client.Job) client.Job {
	if !i.contact {
		job.Contact = nil
	}
	if !i.coverDownloadURL {
		job.CoverDownloadURL = nil
	}
	return job
}

// read reads the list that the model's arguments ask for. It sets what is computed, but for the
// jobs, which it returns encoded.
func (m *listModel) read(ctx context.Context, provider *providerData, include includedFields) ([]byte, diag.Diagnostics) {
	options, diags := m.options(ctx)
	if diags.HasError() {
		return nil, diags
	}
	options.Fit = include.fit()
	reading := listReading[client.Job]{
		noun:  "avatar training jobs",
		shown: include.shown,
		list: func(ctx context.Context, service *client.Client) (*client.JobList, error) {
			return service.ListJobs(ctx, options)
		},
	}
	var (
		jobs     []byte
		problems diag.Diagnostics
	)
	jobs, m.TotalCount, problems = reading.read(ctx, provider, &m.scopeModel)
	return jobs, append(diags, problems...)
}

// fit bounds a list while it is read, so that one that does not fit fails early.
func (i includedFields) fit() *client.Fit[client.Job] {
	return &client.Fit[client.Job]{Limit: maxEncodedJobs, Size: i.sizeOf, Exceeded: func(jobs, fitting int) error {
		return &tooLargeError{jobs: jobs, fitting: fitting}
	}}
}

// sizeOf returns about how many bytes a job has when it is encoded. It leaves out those that encode
// the lengths of its texts.
func (i includedFields) sizeOf(job *client.Job) int {
	shown := i.shown(*job)
	return emptyJob() + shown.TextBytes()
}
