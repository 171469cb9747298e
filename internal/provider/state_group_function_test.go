package provider

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

// consoleGroups is the table of the console, in the words of the API reference and not the code's
// own: 61 names.
var consoleGroups = map[string]string{
	"submitting":    "WAIT_FILE_UPLOAD",
	"reviewing":     "AUTO_VERIFYING MANUAL_VERIFYING",
	"review_failed": "AUTO_VERIFY_FAILED MANUAL_VERIFY_FAILED",
	"training": `MANUAL_VERIFY_SUCCESS WAIT_TRAINING_DATA_PREPROCESS TRAINING_DATA_PREPROCESSING TRAINING_DATA_PREPROCESS_FAILED
		TRAINING_DATA_PREPROCESS_SUCCESS TRAINING TRAIN_FAILED TRAIN_SUCCESS INFERENCE_DATA_PREPROCESSING INFERENCE_DATA_PREPROCESS_FAILED
		WAIT_MAIN_FILE_UPLOAD MANUAL_STOP_INFERENCE_DATA_PREPROCESS MANUAL_STOP_TRAIN MANUAL_STOP_TRAINING_DATA_PREPROCESS WAIT_ADMIN_CONFIRM
		WAIT_COMPILE COMPILING COMPILE_FAILED WAIT_GENERATE_ACTION WAIT_ARRANGE ACTION_GENERATE_DATA_PROCESSING ACTION_GENERATE_DATA_FAILED
		MANUAL_STOP_ACTION_GENERATE_DATA_PROCESSING ACTION_GENERATE_ORI_PROCESSING ACTION_GENERATE_ORI_SUCCESS ACTION_GENERATE_ORI_FAILED
		MANUAL_STOP_ACTION_GENERATE_ORI_PROCESSING GENERATE_ACTION_PREPROCESS_FAILED WAIT_ADMIN_CALIBRATION WAIT_ASSET_SYNC
		WAIT_GENERATE_ACTION_MARK ACTION_MARKING ACTION_MARK_SUCCESS ACTION_MARK_FAILED ACTION_MARK_UPLOADED MANUL_STOP_ACTION_MARK
		WAIT_TEST_VIDEO_CHECK TEST_VIDEO_CHECK_PROCESSING TEST_VIDEO_CHECK_SUCCESS TEST_VIDEO_CHECK_FAILED
		VIDEO_ANALYZE_PROCESSING VIDEO_ANALYZE_SUCCESS VIDEO_ANALYZE_FAILED
		WAIT_MASK_UPLOAD WAIT_BEAUTY MANUAL_STOP_BEAUTY_PREPROCESS WAIT_BEAUTY_VIDEO_FILE_UPLOAD BEAUTY_VIDEO_FILE_UPLOADED
		BEAUTYFACE_ROCESSING BEAUTYFACE_SUCCESS BEAUTYFACE_FAILED`,
	"user_review": "WAIT_USER_CONFIRM",
	"rejected":    "JOB_REJECT",
	"suspended":   "JOB_PENDING",
	"done":        "JOB_SUCCESS JOB_FINISH",
}

func TestStateGroup(t *testing.T) {
	t.Parallel()
	need(t, engines.ProviderFunctions)
	var config strings.Builder
	config.WriteString("output \"groups\" {\n  value = { for s in [\"NEW\", \"\", \"training\"")
	want := map[string]knownvalue.Check{}
	for _, name := range []string{"NEW", "", "training"} {
		want[name] = knownvalue.StringExact("unknown")
	}
	names := 0
	for group, states := range consoleGroups {
		for state := range strings.FieldsSeq(states) {
			names++
			fmt.Fprintf(&config, ", %q", state)
			want[state] = knownvalue.StringExact(group)
		}
	}
	config.WriteString("] : s => provider::metastudio::state_group(s) }\n}\n")
	if names != 61 || len(client.States()) != 61 {
		t.Errorf("%d names here, %d known to the client", names, len(client.States()))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config:            config.String(),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("groups", knownvalue.MapExact(want))},
		}},
	})
}

// TestStateGroupAndFilterKnowTheSame holds that the filter warns of none of the names of the table.
func TestStateGroupAndFilterKnowTheSame(t *testing.T) {
	t.Parallel()
	for _, states := range consoleGroups {
		for state := range strings.FieldsSeq(states) {
			if client.GroupOf(state) == client.GroupUnknown {
				t.Errorf("%s is unknown", state)
			}
			if diags := validateStates(t, state); len(diags) > 0 {
				t.Errorf("%s: %v", state, diags)
			}
		}
	}
	if diags := validateStates(t, "NEW"); diags.WarningsCount() != 1 || diags.HasError() {
		t.Errorf("an unknown name gives %v", diags)
	}
	for near, spelt := range map[string]string{
		"training": "TRAINING", "MANUAL_STOP_ACTION_MARK": "MANUL_STOP_ACTION_MARK", "BEAUTYFACE_PROCESSING": "BEAUTYFACE_ROCESSING",
	} {
		if diags := validateStates(t, near); len(diags) != 1 || !regexp.MustCompile(spelt).MatchString(diags[0].Detail()) {
			t.Errorf("%s does not suggest %s: %v", near, spelt, diags)
		}
	}
}

func TestStateGroupWithoutAnArgument(t *testing.T) {
	t.Parallel()
	need(t, engines.ProviderFunctions)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{{
			Config:      `output "x" { value = provider::metastudio::state_group(null) }`,
			ExpectError: regexp.MustCompile(`argument must not be null`),
		}},
	})
}
