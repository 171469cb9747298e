package provider

import (
	"context"
	"maps"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
)

// What the service takes.
// Source: the API reference of List2dModelTrainingJob.
const (
	maxOffset        = 1<<31 - 1
	maxJobIDLength   = 64
	maxTextLength    = 256
	maxStatesLength  = 1024
	maxProjectLength = 64
)

var (
	regionPattern    = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	projectPattern   = regexp.MustCompile(`^[0-9A-Za-z_-]+$`)
	appUserIDPattern = regexp.MustCompile(`^[!-~]([ -~]*[!-~])?$`)
)

// scopeArguments say where jobs are read. Every block that reads has them.
func scopeArguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"region": schema.StringAttribute{
			MarkdownDescription: "Region to query, such as `cn-north-4`. A job belongs to one region. Defaults to the provider's region; after the read it is the region that was queried.",
			Optional:            true, Computed: true,
			Validators: []validator.String{textPattern{
				pattern: regionPattern, most: maxTextLength, must: "the name of a region, such as cn-north-4", unset: "Leave it out to query the provider's region.",
			}},
		},
		"project_id": schema.StringAttribute{
			MarkdownDescription: "ID of the project to query. Defaults to the provider's project, or, where `region` is set here, to the project that has the region's name; after the read it is the project that was queried.",
			Optional:            true, Computed: true,
			Validators: []validator.String{textPattern{
				pattern: projectPattern, most: maxProjectLength, must: "the ID of a project: 1 to 64 letters, digits, - and _", unset: "Leave it out to query the provider's project.",
			}},
		},
		"app_user_id": schema.StringAttribute{
			MarkdownDescription: "ID of an end user of your own application, sent as the header `X-App-UserId`. Only jobs that were created with this ID are returned. 1 to 256 printable ASCII characters.",
			Optional:            true,
			Validators: []validator.String{textPattern{
				pattern: appUserIDPattern, most: maxTextLength, must: "1 to 256 printable ASCII characters, without a space at either end", unset: "Leave it out to send none.",
			}},
		},
		"timeouts": timeoutsArgument(),
	}
}

// leaveOutFilter is for a filter that was not meant to be set.
const leaveOutFilter = "Leave it out to list jobs without this filter."

// timeoutsArgument is the library's attribute with descriptions, which it lacks, and with errors
// that name the argument.
func timeoutsArgument() schema.Attribute {
	attribute := timeouts.AttributesWithOpts(context.Background(), timeouts.Opts{ //nolint:forbidigo // the library ignores it

		ReadDescription: "How long the whole read may take: sign-in, every page, every retry and every wait. A duration such as `30s` or `5m`. Defaults to `10m`.",
	})
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "Time limits. There is only `read`. Terraform ignores other names without an error."
	if read, ok := nested.Attributes["read"].(schema.StringAttribute); ok {
		read.Validators = []validator.String{durationText{unset: "Leave it out for 10m."}}
		nested.Attributes["read"] = read
	}
	return nested
}

// includeArguments ask for what is left out by default.
func includeArguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"include_contact": schema.BoolAttribute{
			MarkdownDescription: "Whether to fill `contact`, the phone number of the person who created the job. It is personal data and is stored in the state. Defaults to `false`.",
			Optional:            true,
		},
		"include_cover_download_url": schema.BoolAttribute{
			MarkdownDescription: "Whether to fill `cover_download_url`. Anybody who has the URL can use it for 24 hours, and it is stored in the state. It differs at every read, so that everything that depends on it changes with every plan. The ephemeral resource `metastudio_avatar_training_jobs` reads it without storing it. Defaults to `false`.",
			Optional:            true,
		},
	}
}

// listArguments select and order the jobs of a list: each parameter of the API's listing call,
// under its own name.
func listArguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"state": schema.SetAttribute{
			MarkdownDescription: "Lists only jobs in one of these states, such as `JOB_SUCCESS`. The [function state_group](../functions/state_group.md#groups-and-states) has a table of all known states. Another name is sent as it is, with a warning. The names, joined by commas, may have 1,024 characters in all.",
			Optional:            true,
			ElementType:         types.StringType,
			Validators:          []validator.Set{stateNames{unset: "Leave out the argument to list jobs in all states."}},
		},
		"sort_key": schema.StringAttribute{
			MarkdownDescription: "What the list is sorted by: " + codeList(client.SortKeys()) + ". Defaults to `create_time`, the only one that cannot change while the list is read.",
			Optional:            true,
			Validators:          []validator.String{oneOf{names: client.SortKeys(), unset: "Leave it out to sort by create_time."}},
		},
		"sort_dir": schema.StringAttribute{
			MarkdownDescription: "Direction of the sorting: " + codeList(client.SortDirs()) + ". Defaults to `asc`, the oldest job first.",
			Optional:            true,
			Validators:          []validator.String{oneOf{names: client.SortDirs(), unset: "Leave it out to sort in ascending order."}},
		},
		"create_since":         timeArgument("Lists only jobs that were created at this time or later. A fraction of a second is rounded up."),
		"create_until":         timeArgument("Lists only jobs that were created at this time or earlier. A fraction of a second is rounded down."),
		"update_since":         timeArgument("Lists only jobs whose user last updated them (by creating or resubmitting them) at this time or later. Rounded like `create_since`."),
		"update_until":         timeArgument("Lists only jobs whose user last updated them at this time or earlier. Rounded like `create_until`."),
		"query_project_id":     textArgument("Lists only jobs of the project with this ID, for operators who may see the jobs of other projects. The project that is queried, and that grants access, remains `project_id`.", maxTextLength),
		"batch_name":           textArgument("Lists only jobs of the batch with this name.", maxTextLength),
		"tag":                  textArgument("Lists only jobs that have this tag.", maxTextLength),
		"job_id":               textArgument("Lists only the job with this ID.", maxJobIDLength),
		"name":                 textArgument("Lists only jobs whose avatar model has this name. Whether the service compares the whole name or a part of it is not documented.", maxTextLength),
		"model_resolution":     textArgument("Lists only jobs whose model has this resolution, "+codeList(resolutions())+". Another one is sent as it is, with a warning.", maxTextLength),
		"train_location":       textArgument("Lists only jobs that are trained in this location. The service documents no values; a job's `optional_training_location` shows some.", maxTextLength),
		"is_flexus":            flagArgument("Lists only Flexus (basic edition) jobs when `true`, and only others when `false`."),
		"is_live_copy":         flagArgument("Lists only jobs that replicate a live-stream room when `true`, and only others when `false`."),
		"is_ondemand_resource": flagArgument("Lists only on-demand (pay-per-use) jobs when `true`, and only others when `false`."),
		"offset": schema.NumberAttribute{
			MarkdownDescription: "Number of jobs to skip at the beginning of the list, from 0 to 2147483647. Defaults to 0.",
			Optional:            true,
			Validators:          []validator.Number{wholeNumber{least: 0, most: maxOffset, unset: "Leave it out to begin with the first job."}},
		},
		"limit": schema.NumberAttribute{
			MarkdownDescription: "Greatest number of jobs to return, at least 1. It is not the size of a page: as many pages are read as are needed. If unset, all jobs are returned.",
			Optional:            true,
			Validators:          []validator.Number{wholeNumber{least: 1, most: maxOffset, unset: "Leave it out to return all jobs."}},
		},
	}
}

// listResults are what a list is answered with.
func listResults() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"total_count": schema.Int64Attribute{
			MarkdownDescription: "Number of jobs that the service counts for the filters, including those that `offset` and `limit` leave out.",
			Computed:            true,
		},
		"jobs": schema.ListNestedAttribute{
			MarkdownDescription: "The jobs in the service's order, each once. An empty list when nothing matches. The list is complete: a job that was there throughout the read is in it, or the read fails.",
			Computed:            true,
			NestedObject:        schema.NestedAttributeObject{Attributes: jobAttributes()},
		},
	}
}

// jobAttributes are the fields of a job as the service lists it, in whichever block they are shown.
// A field that the service leaves out is null; none is sensitive and none a set, since Terraform's
// work would grow with the square of the number of jobs.
func jobAttributes() map[string]schema.Attribute {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	flag := func(description string) schema.Attribute {
		return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
	}
	texts := func(description string) schema.Attribute {
		return schema.ListAttribute{MarkdownDescription: description, Computed: true, ElementType: types.StringType}
	}
	return map[string]schema.Attribute{
		"job_id":                     text("ID of the job, unique."),
		"name":                       text("Name of the avatar model, which becomes the name of the model asset."),
		"state":                      text("State of the job, such as `TRAINING` or `JOB_SUCCESS`. The service adds states over time."),
		"asset_id":                   text("ID of the model asset. Null until there is one."),
		"project_id":                 text("ID of the project that owns the model asset."),
		"cover_download_url":         text("URL of the cover picture, signed and valid for 24 hours. Null in a data source that does not ask for it."),
		"last_update_time":           text("When the user last updated the job by creating or resubmitting it, in UTC, such as `2023-12-09T07:38:09Z`."),
		"create_time":                text("When the job was created, in UTC, such as `2023-12-08T08:30:56Z`."),
		"contact":                    text("Mobile phone number of the person who created the job. Null in a data source that does not ask for it."),
		"batch_name":                 text("Name of the batch that the job belongs to."),
		"tags":                       texts("Tags of the job. An empty list when it has none."),
		"model_version":              text("Version of the model: `V3.2` is the usual one and `V3.3` the fast Flexus one; `V2` and `V3` are retired."),
		"matting_type":               text("How the person is cut out of the picture: `AI` or `MANUAL`."),
		"model_resolution":           text("Resolution of the model: `1080P` gives videos of 1080P and 720P, `4K` also of 4K."),
		"app_user_id":                text("ID of the end user for whom the job was created. Null when there is none."),
		"is_flexus":                  flag("Whether the job trains a Flexus (basic edition) model."),
		"is_live_copy":               flag("Whether the job replicates a live-stream room."),
		"is_fast_flexus":             flag("Whether the job trains a fast Flexus model."),
		"is_only_human_model":        flag("Whether only the appearance is trained, without the voice."),
		"optional_training_location": texts("Locations in which the job may be trained. An empty list if the service names none."),
		"is_background_replacement":  flag("Whether the background is to be replaced, which needs footage in front of a green screen."),
		"is_ondemand_resource":       flag("Whether the job is on demand (pay per use)."),
	}
}

func textArgument(description string, length int) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Validators:          []validator.String{textLength{most: length, unset: leaveOutFilter}},
	}
}

func flagArgument(description string) schema.Attribute {
	return schema.BoolAttribute{MarkdownDescription: description, Optional: true}
}

func timeArgument(description string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Validators:          []validator.String{timeText{unset: leaveOutFilter}},
	}
}

// codeList writes names as a sentence has them, each as code.
func codeList(names []string) string {
	code := make([]string, len(names))
	for i, name := range names {
		code[i] = "`" + name + "`"
	}
	return enumerate(code, "or")
}

// joinAttributes joins groups of attributes.
func joinAttributes(groups ...map[string]schema.Attribute) map[string]schema.Attribute {
	all := make(map[string]schema.Attribute)
	for _, group := range groups {
		maps.Copy(all, group)
	}
	return all
}
