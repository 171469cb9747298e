package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
)

var _ function.Function = (*stateGroupFunction)(nil)

func newStateGroupFunction() function.Function { return &stateGroupFunction{} }

// stateGroupFunction is the console's label for a state.
type stateGroupFunction struct{}

func (f *stateGroupFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "state_group"
}

func (f *stateGroupFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	var groups []string
	for _, group := range append(client.StateGroups(), client.GroupUnknown) {
		groups = append(groups, string(group))
	}
	resp.Definition = function.Definition{
		Summary:             "The console's label for the state of a job",
		MarkdownDescription: "Returns the group in which the MetaStudio console shows a job of this state: " + codeList(groups) + ". The last is for a state that the provider does not know.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "state",
				MarkdownDescription: "State of a job, such as `TRAINING`.",
			},
		},
		Return: function.StringReturn{},
	}
}

func (f *stateGroupFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var state string
	resp.Error = req.Arguments.Get(ctx, &state)
	if resp.Error == nil {
		resp.Error = resp.Result.Set(ctx, string(client.GroupOf(state)))
	}
}
