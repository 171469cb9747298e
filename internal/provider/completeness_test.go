package provider

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
)

// documentedAPI are the parameters and fields of the API's own page, in its words. Source: the API
// reference of List2dModelTrainingJob.
var documentedAPI = struct{ parameters, fields map[string]tftypes.Type }{
	parameters: map[string]tftypes.Type{
		"offset": tftypes.Number, "limit": tftypes.Number,
		"state":    tftypes.Set{ElementType: tftypes.String},
		"sort_key": tftypes.String, "sort_dir": tftypes.String,
		"create_until": tftypes.String, "create_since": tftypes.String,
		"update_since": tftypes.String, "update_until": tftypes.String,
		"query_project_id": tftypes.String, "batch_name": tftypes.String, "tag": tftypes.String,
		"job_id": tftypes.String, "name": tftypes.String, "model_resolution": tftypes.String,
		"is_flexus": tftypes.Bool, "is_live_copy": tftypes.Bool,
		"train_location": tftypes.String, "is_ondemand_resource": tftypes.Bool,
	},
	fields: map[string]tftypes.Type{
		"job_id": tftypes.String, "name": tftypes.String, "state": tftypes.String, "asset_id": tftypes.String,
		"project_id": tftypes.String, "cover_download_url": tftypes.String, "last_update_time": tftypes.String,
		"create_time": tftypes.String, "contact": tftypes.String, "batch_name": tftypes.String,
		"tags": tftypes.List{ElementType: tftypes.String}, "model_version": tftypes.String,
		"matting_type": tftypes.String, "model_resolution": tftypes.String, "app_user_id": tftypes.String,
		"is_flexus": tftypes.Bool, "is_live_copy": tftypes.Bool, "is_fast_flexus": tftypes.Bool,
		"is_only_human_model": tftypes.Bool, "optional_training_location": tftypes.List{ElementType: tftypes.String},
		"is_background_replacement": tftypes.Bool, "is_ondemand_resource": tftypes.Bool,
	},
}

func typesOf(attributes []*tfprotov6.SchemaAttribute) map[string]tftypes.Type {
	types := map[string]tftypes.Type{}
	for _, attribute := range attributes {
		types[attribute.Name] = attribute.ValueType()
	}
	return types
}

func attributeNamed(t *testing.T, attributes []*tfprotov6.SchemaAttribute, name string) *tfprotov6.SchemaAttribute {
	t.Helper()
	for _, attribute := range attributes {
		if attribute.Name == name {
			return attribute
		}
	}
	t.Fatalf("no attribute %s", name)
	return nil
}

// tagValues returns the values of a tag of a struct's fields.
func tagValues(of reflect.Type, tag string) []string {
	var values []string
	for _, field := range reflect.VisibleFields(of) {
		if value := field.Tag.Get(tag); value != "" {
			values = append(values, value)
		}
	}
	return values
}

// TestEveryParameterAndField walks the API's parameters and fields: each has its option and its
// attribute of the right type in every block that lists jobs, and there is nothing else.
func TestEveryParameterAndField(t *testing.T) {
	t.Parallel()
	all := startInProcess(t, newProvider).schemas
	for kind, block := range map[string]*tfprotov6.Schema{
		"data source": all.DataSourceSchemas[listTypeName], "ephemeral resource": all.EphemeralResourceSchemas[listTypeName],
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			types := typesOf(block.Block.Attributes)
			for parameter, want := range documentedAPI.parameters {
				if got := types[parameter]; got == nil || !got.Equal(want) {
					t.Errorf("argument %s has type %v, want %v", parameter, got, want)
				}
			}
			own := []string{"region", "project_id", "app_user_id", "timeouts", "total_count", "jobs"}
			if kind == "data source" {
				own = append(own, "include_contact", "include_cover_download_url")
			}
			for name := range types {
				if _, known := documentedAPI.parameters[name]; !known && !slices.Contains(own, name) {
					t.Errorf("attribute %s is neither the API's nor one of ours", name)
				}
			}
			jobs := attributeNamed(t, block.Block.Attributes, "jobs")
			if jobs.NestedType == nil || jobs.NestedType.Nesting != tfprotov6.SchemaObjectNestingModeList {
				t.Fatal("jobs is not a list of objects")
			}
			if diff := cmp.Diff(documentedAPI.fields, typesOf(jobs.NestedType.Attributes)); diff != "" {
				t.Errorf("fields of a job (-want +got):\n%s", diff)
			}
		})
	}

	var parameters, fields []string
	for name := range documentedAPI.parameters {
		parameters = append(parameters, name)
	}
	for name := range documentedAPI.fields {
		fields = append(fields, name)
	}
	sorted := cmp.Transformer("sorted", func(names []string) []string { return slices.Sorted(slices.Values(names)) })
	if diff := cmp.Diff(parameters, tagValues(reflect.TypeFor[client.ListJobsOptions](), "query"), sorted); diff != "" {
		t.Errorf("options of the client (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(fields, tagValues(reflect.TypeFor[client.Job](), "json"), sorted); diff != "" {
		t.Errorf("fields of the client (-want +got):\n%s", diff)
	}
}

// TestDocumentationShowsEveryField: the job on the list's page has all fields, and no other.
func TestDocumentationShowsEveryField(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../templates/data-sources/avatar_training_jobs.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	_, sample, _ := strings.Cut(string(page), "## A Job as It Comes Out")
	sample, _, _ = strings.Cut(sample, "\n}\n")
	shown := map[string]bool{}
	for _, match := range regexp.MustCompile(`(?m)^  "(\w+)" = `).FindAllStringSubmatch(sample, -1) {
		shown[match[1]] = true
		if documentedAPI.fields[match[1]] == nil {
			t.Errorf("the page shows %s, which no job has", match[1])
		}
	}
	for name := range documentedAPI.fields {
		if !shown[name] {
			t.Errorf("the page does not show %s", name)
		}
	}
}

// TestEveryOptionIsMapped sets each argument of the model, and finds each option of the client set.
func TestEveryOptionIsMapped(t *testing.T) {
	t.Parallel()
	model := &listModel{}
	value := reflect.ValueOf(model).Elem()
	ctx := t.Context()
	block := datasourceSchema(t, &avatarTrainingJobsDataSource{})
	for _, field := range reflect.VisibleFields(value.Type()) {
		name := field.Tag.Get("tfsdk")
		if _, parameter := documentedAPI.parameters[name]; !parameter && name != "app_user_id" {
			continue
		}
		sample := map[string]any{
			"state": []tftypes.Value{tftypes.NewValue(tftypes.String, "TRAINING")},
			"limit": 5, "offset": 6, "is_flexus": false, "is_live_copy": true, "is_ondemand_resource": false,
		}[name]
		if sample == nil {
			sample = "2026-01-01T00:00:00Z" // a text as good as any, and a time
		}
		typ := block.Schema.Attributes[name].GetType()
		converted, err := typ.ValueFromTerraform(ctx, tftypes.NewValue(typ.TerraformType(ctx), sample))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		value.FieldByIndex(field.Index).Set(reflect.ValueOf(converted))
	}
	options, diags := model.options(ctx)
	if diags.HasError() {
		t.Fatal(diags)
	}
	set := reflect.ValueOf(options).Elem()
	for i := range set.NumField() {
		if set.Type().Field(i).Name == "Fit" {
			continue // depends on what the block shows, and is set when it is read
		}
		if set.Field(i).IsZero() {
			t.Errorf("option %s is not set from any argument", set.Type().Field(i).Name)
		}
	}
}

func datasourceSchema(t *testing.T, source datasource.DataSource) datasource.SchemaResponse {
	t.Helper()
	var resp datasource.SchemaResponse
	source.Schema(t.Context(), datasource.SchemaRequest{}, &resp)
	if diags := resp.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Fatal(diags)
	}
	return resp
}

func TestEphemeralSchemaIsValid(t *testing.T) {
	t.Parallel()
	var resp ephemeral.SchemaResponse
	newAvatarTrainingJobsEphemeralResource().Schema(t.Context(), ephemeral.SchemaRequest{}, &resp)
	if diags := resp.Schema.ValidateImplementation(t.Context()); diags.HasError() {
		t.Fatal(diags)
	}
}

// TestSchemas walks every attribute of every block.
func TestSchemas(t *testing.T) {
	t.Parallel()
	all := startInProcess(t, newProvider).schemas
	sentence := regexp.MustCompile(`^[A-Z].*\.$`)
	var walk func(path string, attributes []*tfprotov6.SchemaAttribute, inside bool)
	walk = func(path string, attributes []*tfprotov6.SchemaAttribute, inside bool) {
		for _, a := range attributes {
			at := path + "." + a.Name
			if !sentence.MatchString(strings.ReplaceAll(a.Description, "\n", " ")) {
				t.Errorf("%s: the description %q is not a sentence", at, a.Description)
			}
			if inside && a.Sensitive {
				t.Errorf("%s is sensitive within a collection, which makes Terraform quadratic", at)
			}
			if a.NestedType != nil {
				if a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSet {
					t.Errorf("%s is a set of objects, which makes Terraform quadratic", at)
				}
				walk(at, a.NestedType.Attributes, true)
			}
		}
	}
	blocks := func(kind string, blocks map[string]*tfprotov6.Schema) {
		for name, block := range blocks {
			if block.Block.Description == "" {
				t.Errorf("%s %s has no description", kind, name)
			}
			walk(kind+" "+name, block.Block.Attributes, false)
			for _, nested := range block.Block.BlockTypes {
				walk(kind+" "+name+"."+nested.TypeName, nested.Block.Attributes, false)
			}
		}
	}
	blocks("data", all.DataSourceSchemas)
	blocks("ephemeral", all.EphemeralResourceSchemas)
	blocks("provider", map[string]*tfprotov6.Schema{"metastudio": all.Provider})
	names := map[string][]string{
		"data sources":        slices.Sorted(maps.Keys(all.DataSourceSchemas)),
		"ephemeral resources": slices.Sorted(maps.Keys(all.EphemeralResourceSchemas)),
		"functions":           slices.Sorted(maps.Keys(all.Functions)),
		"resources":           slices.Sorted(maps.Keys(all.ResourceSchemas)),
	}
	if diff := cmp.Diff(map[string][]string{
		"data sources":        {"metastudio_avatar_training_job", "metastudio_avatar_training_jobs"},
		"ephemeral resources": {"metastudio_avatar_training_jobs"},
		"functions":           {"state_group"},
		"resources":           nil,
	}, names); diff != "" {
		t.Errorf("what the provider has (-want +got):\n%s", diff)
	}
}

// TestDescriptionsNameVariables: the description of an argument names its variables, and no other.
func TestDescriptionsNameVariables(t *testing.T) {
	t.Parallel()
	block := startInProcess(t, newProvider).schemas.Provider.Block
	described := 0
	for _, argument := range block.Attributes {
		_, got, _ := strings.Cut(argument.Description, " Environment: ")
		want := ""
		if variables := environment[argument.Name]; len(variables) > 0 {
			want = "`" + strings.Join(variables, "`, `") + "`."
			described++
		}
		if got != want {
			t.Errorf("%s: the variables are %s, want %s", argument.Name, got, want)
		}
	}
	if described != len(environment) {
		t.Errorf("%d arguments have variables, want %d", described, len(environment))
	}
}

// TestRegistryManifest says the protocol that the server speaks.
func TestRegistryManifest(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../terraform-registry-manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(manifest.Metadata.ProtocolVersions, []string{"6.0"}) {
		t.Errorf("protocol versions %q", manifest.Metadata.ProtocolVersions)
	}
}
