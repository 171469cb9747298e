package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func validateStates(t *testing.T, states ...string) diag.Diagnostics {
	t.Helper()
	values := make([]attr.Value, len(states))
	for i, state := range states {
		values[i] = types.StringValue(state)
	}
	var resp validator.SetResponse
	statesValidator{}.ValidateSet(t.Context(), validator.SetRequest{
		Path: path.Root("state"), ConfigValue: types.SetValueMust(types.StringType, values),
	}, &resp)
	return resp.Diagnostics
}
