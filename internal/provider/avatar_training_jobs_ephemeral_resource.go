package provider

import (
	"context"
	"fmt"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*avatarTrainingJobsEphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*avatarTrainingJobsEphemeralResource)(nil)
)

func newAvatarTrainingJobsEphemeralResource() ephemeral.EphemeralResource {
	return &avatarTrainingJobsEphemeralResource{}
}

// avatarTrainingJobsEphemeralResource is the list of avatar training jobs with what must not be
// stored.
type avatarTrainingJobsEphemeralResource struct {
	provider *providerData
}

func (r *avatarTrainingJobsEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_avatar_training_jobs"
}

func (r *avatarTrainingJobsEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists avatar training jobs of MetaStudio as the data source of the same name does, with the contact and a fresh cover URL of each job. Nothing of it is stored in plans or state.",
		Attributes:          ephemeralAttributes(joinAttributes(scopeArguments(), listArguments(), listResults())),
	}
}

func (r *avatarTrainingJobsEphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	r.provider = providerDataOf(req.ProviderData, &resp.Diagnostics)
}

func (r *avatarTrainingJobsEphemeralResource) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	var model listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(model.validate()...)
	}
}

func (r *avatarTrainingJobsEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	if r.provider.mustWait() && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &ephemeral.Deferred{Reason: ephemeral.DeferredReasonProviderConfigUnknown}
		resp.Result.Raw = unknownResult(req.Config.Raw)
		return
	}
	var model listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	jobs, diags := model.read(ctx, r.provider, includedFields{contact: true, coverDownloadURL: true})
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)
	deliver(ctx, "jobs", jobs, &resp.Diagnostics)
}

// ephemeralAttributes are attributes of a data source as an ephemeral resource has them: the
// framework gives each kind of block types of its own, with the same fields.
func ephemeralAttributes(attributes map[string]dsschema.Attribute) map[string]schema.Attribute {
	converted := make(map[string]schema.Attribute, len(attributes))
	for name, attribute := range attributes {
		converted[name] = ephemeralAttribute(attribute)
	}
	return converted
}

func ephemeralAttribute(attribute dsschema.Attribute) schema.Attribute {
	switch a := attribute.(type) {
	case dsschema.StringAttribute:
		return schema.StringAttribute(a)
	case dsschema.BoolAttribute:
		return schema.BoolAttribute(a)
	case dsschema.Int64Attribute:
		return schema.Int64Attribute(a)
	case dsschema.NumberAttribute:
		return schema.NumberAttribute(a)
	case dsschema.SetAttribute:
		return schema.SetAttribute(a)
	case dsschema.ListAttribute:
		return schema.ListAttribute(a)
	case dsschema.SingleNestedAttribute:
		return schema.SingleNestedAttribute{
			Attributes: ephemeralAttributes(a.Attributes), CustomType: a.CustomType,
			Required: a.Required, Optional: a.Optional, Computed: a.Computed,
			Description: a.Description, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	case dsschema.ListNestedAttribute:
		return schema.ListNestedAttribute{
			NestedObject: schema.NestedAttributeObject{Attributes: ephemeralAttributes(a.NestedObject.Attributes)},
			CustomType:   a.CustomType,
			Required:     a.Required, Optional: a.Optional, Computed: a.Computed,
			Description: a.Description, MarkdownDescription: a.MarkdownDescription, Validators: a.Validators,
		}
	}
	panic(fmt.Sprintf("no ephemeral attribute for a %T", attribute)) // a schema's own mistake, which every test finds
}
