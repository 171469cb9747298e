package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
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

// TestNothingUnknownIsRefused validates every block with arguments whose values are not known yet.
func TestNothingUnknownIsRefused(t *testing.T) {
	t.Parallel()
	p := startInProcess(t, newProvider)
	unknown := func(schema *tfprotov6.Schema) *tfprotov6.DynamicValue {
		values := map[string]tftypes.Value{}
		for _, argument := range schema.Block.Attributes {
			if argument.Optional || argument.Required {
				values[argument.Name] = tftypes.NewValue(argument.ValueType(), tftypes.UnknownValue)
			}
		}
		if len(values) < 5 {
			t.Fatalf("the block has only %d arguments", len(values))
		}
		return encodeBlock(t, schema, values)
	}
	told := map[string][]*tfprotov6.Diagnostic{}
	for name, schema := range p.schemas.DataSourceSchemas {
		resp, err := p.server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: unknown(schema)})
		if err != nil {
			t.Fatal(err)
		}
		told["data "+name] = resp.Diagnostics
	}
	for name, schema := range p.schemas.EphemeralResourceSchemas {
		resp, err := p.server.ValidateEphemeralResourceConfig(t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: unknown(schema)})
		if err != nil {
			t.Fatal(err)
		}
		told["ephemeral "+name] = resp.Diagnostics
	}
	resp, err := p.server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: unknown(p.schemas.Provider)})
	if err != nil {
		t.Fatal(err)
	}
	told["provider"] = resp.Diagnostics
	for block, diagnostics := range told {
		if err := diagnosed(diagnostics); err != nil {
			t.Errorf("%s: %v", block, err)
		}
	}
}

func TestQuoteStart(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("训", 60)
	for given, want := range map[string]string{
		"": `""`, "a\"b": `"a\"b"`, longest: `"` + longest + `"`, longest + "x": `"` + longest + `"…`,
	} {
		if got := quoteStart(given); got != want {
			t.Errorf("%q: %s, want %s", given, got, want)
		}
	}
}

func TestNearestName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, given string
		known       []string
		want        string
	}{
		{"a third differs", "abc", []string{"abd"}, "abd"},
		{"more than a third differs", "ab", []string{"ac"}, ""},
		{"the nearest comes later", "abcdey", []string{"abcdxx", "abcdex"}, "abcdex"},
		{"the first of two that are as near", "abcdx", []string{"abcda", "abcdb"}, "abcda"},
		{"another case", "ASC", []string{"asc", "desc"}, "asc"},
		{"hyphens", "job-success", []string{"JOB_SUCCESS"}, "JOB_SUCCESS"},
		{"nothing is known", "abc", nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := nearestName(test.given, test.known); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestNearestTime(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"2025-01-01\n": "2025-01-01T00:00:00Z", "2025-01-01T08:00": "2025-01-01T08:00:00Z", "1735689600": "2025-01-01T00:00:00Z",
		"1735689600000": "2025-01-01T00:00:00Z", "17356896000": "", "yesterday": "",
	} {
		got := ""
		if near, ok := nearestTime(given); ok {
			got = near.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}
