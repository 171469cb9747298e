package client

import "slices"

// StateGroup is the console's label for a group of states.
type StateGroup string

// The groups of states, in the order in which a job passes them.
const (
	GroupSubmitting   StateGroup = "submitting"
	GroupReviewing    StateGroup = "reviewing"
	GroupReviewFailed StateGroup = "review_failed"
	GroupTraining     StateGroup = "training"
	GroupUserReview   StateGroup = "user_review"
	GroupRejected     StateGroup = "rejected"
	GroupSuspended    StateGroup = "suspended"
	GroupDone         StateGroup = "done"
	GroupUnknown      StateGroup = "unknown"
)

// stateTable has the states that the service is known to use: 53 documented ones and 8 that only
// the vendor SDK's enumeration has. Two names are misspelt by the service and kept so. The service
// has added states over the years, so a name that is not here is no error. Sources: the API
// reference of List2dModelTrainingJob; the vendor SDK's
// services/metastudio/v1/model/model_training_job_basic_info.go.
var stateTable = []struct {
	name  string
	group StateGroup
}{
	{"WAIT_FILE_UPLOAD", GroupSubmitting},
	{"AUTO_VERIFYING", GroupReviewing},
	{"MANUAL_VERIFYING", GroupReviewing},
	{"AUTO_VERIFY_FAILED", GroupReviewFailed},
	{"MANUAL_VERIFY_FAILED", GroupReviewFailed},
	{"MANUAL_VERIFY_SUCCESS", GroupTraining},
	{"WAIT_TRAINING_DATA_PREPROCESS", GroupTraining},
	{"TRAINING_DATA_PREPROCESSING", GroupTraining},
	{"TRAINING_DATA_PREPROCESS_FAILED", GroupTraining},
	{"TRAINING_DATA_PREPROCESS_SUCCESS", GroupTraining},
	{"TRAINING", GroupTraining},
	{"TRAIN_FAILED", GroupTraining},
	{"TRAIN_SUCCESS", GroupTraining},
	{"INFERENCE_DATA_PREPROCESSING", GroupTraining},
	{"INFERENCE_DATA_PREPROCESS_FAILED", GroupTraining},
	{"WAIT_MAIN_FILE_UPLOAD", GroupTraining},
	{"MANUAL_STOP_INFERENCE_DATA_PREPROCESS", GroupTraining},
	{"MANUAL_STOP_TRAIN", GroupTraining},
	{"MANUAL_STOP_TRAINING_DATA_PREPROCESS", GroupTraining},
	{"WAIT_ADMIN_CONFIRM", GroupTraining},
	{"WAIT_COMPILE", GroupTraining},
	{"COMPILING", GroupTraining},
	{"COMPILE_FAILED", GroupTraining},
	{"WAIT_GENERATE_ACTION", GroupTraining},
	{"WAIT_ARRANGE", GroupTraining},
	{"ACTION_GENERATE_DATA_PROCESSING", GroupTraining},
	{"ACTION_GENERATE_DATA_FAILED", GroupTraining},
	{"MANUAL_STOP_ACTION_GENERATE_DATA_PROCESSING", GroupTraining},
	{"ACTION_GENERATE_ORI_PROCESSING", GroupTraining},
	{"ACTION_GENERATE_ORI_SUCCESS", GroupTraining},
	{"ACTION_GENERATE_ORI_FAILED", GroupTraining},
	{"MANUAL_STOP_ACTION_GENERATE_ORI_PROCESSING", GroupTraining},
	{"GENERATE_ACTION_PREPROCESS_FAILED", GroupTraining},
	{"WAIT_ADMIN_CALIBRATION", GroupTraining},
	{"WAIT_ASSET_SYNC", GroupTraining},
	{"WAIT_GENERATE_ACTION_MARK", GroupTraining},
	{"ACTION_MARKING", GroupTraining},
	{"ACTION_MARK_SUCCESS", GroupTraining},
	{"ACTION_MARK_FAILED", GroupTraining},
	{"ACTION_MARK_UPLOADED", GroupTraining},
	{"MANUL_STOP_ACTION_MARK", GroupTraining},
	{"WAIT_TEST_VIDEO_CHECK", GroupTraining},
	{"TEST_VIDEO_CHECK_PROCESSING", GroupTraining},
	{"TEST_VIDEO_CHECK_SUCCESS", GroupTraining},
	{"TEST_VIDEO_CHECK_FAILED", GroupTraining},
	{"VIDEO_ANALYZE_PROCESSING", GroupTraining},
	{"VIDEO_ANALYZE_SUCCESS", GroupTraining},
	{"VIDEO_ANALYZE_FAILED", GroupTraining},
	{"WAIT_MASK_UPLOAD", GroupTraining},
	{"WAIT_BEAUTY", GroupTraining},
	{"MANUAL_STOP_BEAUTY_PREPROCESS", GroupTraining},
	{"WAIT_BEAUTY_VIDEO_FILE_UPLOAD", GroupTraining},
	{"BEAUTY_VIDEO_FILE_UPLOADED", GroupTraining},
	{"BEAUTYFACE_ROCESSING", GroupTraining},
	{"BEAUTYFACE_SUCCESS", GroupTraining},
	{"BEAUTYFACE_FAILED", GroupTraining},
	{"WAIT_USER_CONFIRM", GroupUserReview},
	{"JOB_REJECT", GroupRejected},
	{"JOB_PENDING", GroupSuspended},
	{"JOB_SUCCESS", GroupDone},
	{"JOB_FINISH", GroupDone},
}

// States returns the names of all known states.
func States() []string {
	names := make([]string, len(stateTable))
	for i, state := range stateTable {
		names[i] = state.name
	}
	return names
}

// StateGroups returns all groups but GroupUnknown, in the order in which a job passes them.
func StateGroups() []StateGroup {
	var groups []StateGroup
	for _, state := range stateTable {
		if !slices.Contains(groups, state.group) {
			groups = append(groups, state.group)
		}
	}
	return groups
}

// GroupOf returns the console's label for a state, and GroupUnknown for a name that it does not
// know. The console shows all the steps between approval and the finished model as one, failed ones
// included: the service's staff repeat those, and only a failed review is the user's to act on.
func GroupOf(state string) StateGroup {
	for _, known := range stateTable {
		if known.name == state {
			return known.group
		}
	}
	return GroupUnknown
}
