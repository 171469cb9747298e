package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
)

// statesValidator holds a set of states to what the service takes: a list that
// is joined by commas and not too long. A name that is not known is a warning,
// since the service adds states faster than providers are updated.
type statesValidator struct{}

var _ validator.Set = statesValidator{}

// Description implements validator.Describer.
func (statesValidator) Description(context.Context) string {
	return fmt.Sprintf("names without commas, at most %d characters together", maxStatesLength)
}

// MarkdownDescription implements validator.Describer.
func (v statesValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements validator.Set.
func (v statesValidator) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	length := 0
	for _, element := range req.ConfigValue.Elements() {
		state, ok := element.(types.String)
		if !ok || state.IsUnknown() {
			continue
		}
		at, name := req.Path.AtSetValue(element), state.ValueString()
		length += len(name) + len(",")
		switch {
		case state.IsNull() || name == "":
			resp.Diagnostics.AddAttributeError(at, "Invalid state", "A state cannot be empty. Leave out the element, or the whole argument to list jobs in all states.")
		case strings.Contains(name, ","):
			resp.Diagnostics.AddAttributeError(at, "Invalid state", fmt.Sprintf("The state %q holds a comma. Give each state as an element of its own.", name))
		case !slices.Contains(client.States(), name):
			resp.Diagnostics.AddAttributeWarning(at, "Unknown state", fmt.Sprintf("The service is not known to use the state %q, so perhaps no job will match%s. It is sent as it is.", name, suggestion(name)))
		}
	}
	if length-1 > maxStatesLength {
		resp.Diagnostics.AddAttributeError(req.Path, "Too many states",
			fmt.Sprintf("The names, joined by commas, have %d characters, and the service takes %d. List jobs in all states and keep those you want with a for expression, or split the states over several blocks.", length-1, maxStatesLength))
	}
}

// suggestion is for a name that differs from a known one only in case, or in
// the way in which the service misspells two of them.
func suggestion(name string) string {
	folded := strings.NewReplacer("MANUL_", "MANUAL_", "_ROCESSING", "_PROCESSING")
	for _, state := range client.States() {
		if strings.EqualFold(folded.Replace(state), strings.ReplaceAll(name, "-", "_")) || strings.EqualFold(state, name) {
			return fmt.Sprintf("; the service's own spelling is %q", state)
		}
	}
	return ""
}
