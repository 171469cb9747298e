package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// validateStates returns what a list with these states is told.
func validateStates(t *testing.T, states ...string) diag.Diagnostics {
	t.Helper()
	values := make([]attr.Value, len(states))
	for i, state := range states {
		values[i] = types.StringValue(state)
	}
	model := &listModel{State: types.SetValueMust(types.StringType, values)}
	var resp validator.SetResponse
	stateNames{}.ValidateSet(t.Context(), validator.SetRequest{Path: path.Root("state"), ConfigValue: model.State}, &resp)
	return append(resp.Diagnostics, model.validate()...)
}
