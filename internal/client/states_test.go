package client

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStates counts what is known of the service's states.
func TestStates(t *testing.T) {
	t.Parallel()
	names := States()
	if len(names) != 61 {
		t.Errorf("%d states, want 61", len(names))
	}
	if got := len(strings.Join(names, ",")); got != 1372 {
		t.Errorf("joined they are %d characters, want 1372", got)
	}
	sorted := slices.Sorted(slices.Values(names))
	if len(slices.Compact(sorted)) != len(names) {
		t.Error("a state is there twice")
	}
	for _, name := range names {
		if name == "" || len(name) > 64 || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
			t.Errorf("%q is not the name of a state", name)
		}
	}
	names[0] = "changed"
	if States()[0] == "changed" {
		t.Error("callers share the list")
	}
}

func TestStateGroups(t *testing.T) {
	t.Parallel()
	want := []StateGroup{"submitting", "reviewing", "review_failed", "training", "user_review", "rejected", "suspended", "done"}
	if diff := cmp.Diff(want, StateGroups()); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	sizes := map[StateGroup]int{}
	for _, state := range States() {
		sizes[GroupOf(state)]++
	}
	wantSizes := map[StateGroup]int{
		"submitting": 1, "reviewing": 2, "review_failed": 2, "training": 51, "user_review": 1, "rejected": 1, "suspended": 1, "done": 2,
	}
	if diff := cmp.Diff(wantSizes, sizes); diff != "" {
		t.Errorf("states of each group (-want +got):\n%s", diff)
	}
}

func TestGroupOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		state string
		want  StateGroup
	}{
		{"WAIT_FILE_UPLOAD", GroupSubmitting},
		{"AUTO_VERIFYING", GroupReviewing},
		{"MANUAL_VERIFYING", GroupReviewing},
		{"AUTO_VERIFY_FAILED", GroupReviewFailed},
		{"MANUAL_VERIFY_FAILED", GroupReviewFailed},
		{"MANUAL_VERIFY_SUCCESS", GroupTraining},
		{"TRAIN_FAILED", GroupTraining},
		{"TRAIN_SUCCESS", GroupTraining},
		{"MANUL_STOP_ACTION_MARK", GroupTraining}, // misspelt by the service
		{"BEAUTYFACE_ROCESSING", GroupTraining},   // this one as well
		{"VIDEO_ANALYZE_FAILED", GroupTraining},
		{"WAIT_USER_CONFIRM", GroupUserReview},
		{"JOB_REJECT", GroupRejected},
		{"JOB_PENDING", GroupSuspended},
		{"JOB_SUCCESS", GroupDone},
		{"JOB_FINISH", GroupDone},

		{"", GroupUnknown},
		{"training", GroupUnknown},
		{" TRAINING", GroupUnknown},
		{"MANUAL_STOP_ACTION_MARK", GroupUnknown},
		{"A_STATE_OF_TOMORROW", GroupUnknown},
		{"CREATING", GroupUnknown}, // of the API reference's example, which has no state of a job
	} {
		t.Run(test.state, func(t *testing.T) {
			t.Parallel()
			if got := GroupOf(test.state); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}
