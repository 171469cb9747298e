package emulator

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// documentedListing is the reply that the documentation shows: ten jobs of 101.
//
//go:embed metastudio_listing.json
var documentedListing []byte

// standardCount is how many jobs there are by default: the count in the documentation's reply.
const standardCount = 101

// StandardJobs returns n jobs, the same at every call. The first ten are those of the
// documentation, unchanged. The others are varied so that every filter selects some and not all of
// them; their create times are all different, as are their update times, and all lie between the
// documentation's jobs and 2026.
func StandardJobs(n int) []Job {
	var documented struct {
		Jobs []Job `json:"jobs"`
	}
	if err := json.Unmarshal(documentedListing, &documented); err != nil {
		panic(fmt.Sprintf("the emulator's metastudio_listing.json is broken: %v", err))
	}
	jobs := documented.Jobs[:min(max(n, 0), len(documented.Jobs))]
	for i := len(jobs) + 1; i <= n; i++ {
		jobs = append(jobs, standardJob(i))
	}
	return jobs
}

// exampleBatch is the batch that the examples of the documentation ask for.
const exampleBatch = "spring-campaign"

// WithExampleBatch puts the finished jobs that are made up and in no batch into "spring-campaign",
// so that the examples of the documentation work as they are.
func WithExampleBatch() Option { return func(c *config) { c.exampleBatch = true } }

// putIntoExampleBatch changes jobs as WithExampleBatch describes.
func putIntoExampleBatch(jobs []Job) {
	for i := range jobs {
		made := stringValue(jobs[i].ProjectID) == ProjectID
		if made && jobs[i].BatchName == nil && hasAsset(jobs[i].State) {
			jobs[i].BatchName = new(exampleBatch)
		}
	}
}

// standardJob makes up the i-th job. Its properties are drawn independently, seeded by i.
func standardJob(i int) Job {
	random := rand.New(rand.NewPCG(uint64(i), 0)) //nolint:gosec // nothing here is a secret
	flag := func() *bool { return pickOne(random, new(true), new(false), nil) }
	id := stableID("job", i)
	created, updated := standardTimes(i)
	job := Job{
		JobID:            id,
		Name:             fmt.Sprintf("Name %d", i),
		State:            pickOne(random, "JOB_SUCCESS", "JOB_FINISH", pickOne(random, jobStates...), pickOne(random, jobStates...)),
		ProjectID:        new(ProjectID),
		CoverDownloadURL: new(signedURL(id+"_cover", i, updated)),
		LastUpdateTime:   new(updated.Format(timeFormat)),
		CreateTime:       new(created.Format(timeFormat)),
		Contact:          new(fmt.Sprintf("139%08d", i)),
		BatchName:        pickOne(random, nil, nil, new("batch 1"), new("batch 2"), new("批次 3")),
		Tags:             pickOne(random, nil, []string{}, []string{"news"}, []string{"news", "studio a"}, []string{"marketing", "直播"}),
		ModelVersion:     new(pickOne(random, "V2", "V3", "V3.2", "V3.2", "V3.2", "V3.3")),
		MattingType:      new(pickOne(random, "AI", "AI", "AI", "MANUAL")),
		ModelResolution:  pickOne(random, nil, new("1080P"), new("4K")),
		AppUserID:        pickOne(random, nil, nil, nil, new("user-1"), new("user-2")),

		IsFlexus:                flag(),
		IsLiveCopy:              flag(),
		IsFastFlexus:            flag(),
		IsOnlyHumanModel:        flag(),
		IsBackgroundReplacement: flag(),
		IsOndemandResource:      flag(),

		OptionalTrainingLocation: pickOne(random, nil, []string{}, []string{Region}, []string{Region, SecondRegion}),
		TrainLocation:            pickOne(random, "", Region, Region, SecondRegion),
		AssetOrder:               i * 7919 % 10007,
	}
	if hasAsset(job.State) {
		job.AssetID = new(stableID("asset", i))
	}
	return job
}

// pickOne draws one of the choices.
func pickOne[T any](random *rand.Rand, choices ...T) T { return choices[random.IntN(len(choices))] }

// standardTimes returns the times of the i-th job. i times a number that has no divisor in common
// with the slots visits every slot once, so no two jobs are created in one second; slots are four
// seconds wide and the four update delays fall on different seconds of a slot, so no two are
// updated in one second either.
func standardTimes(i int) (created, updated time.Time) {
	const slots, stride = 15_500_000, 9_579_529
	start := time.Date(2023, 12, 10, 0, 0, 0, 0, time.UTC)
	created = start.Add(time.Duration(4*(i*stride%slots)) * time.Second)
	seconds := []int{0, 3601, 86_402, 2_592_003}
	return created, created.Add(time.Duration(seconds[i%len(seconds)]) * time.Second)
}

func hasAsset(state string) bool { return state == "JOB_SUCCESS" || state == "JOB_FINISH" }

// jobStates are the service's names for states, two of them misspelt.
var jobStates = []string{
	"WAIT_FILE_UPLOAD", "AUTO_VERIFYING", "MANUAL_VERIFYING", "AUTO_VERIFY_FAILED", "MANUAL_VERIFY_FAILED", "MANUAL_VERIFY_SUCCESS",
	"WAIT_TRAINING_DATA_PREPROCESS", "TRAINING_DATA_PREPROCESSING", "TRAINING_DATA_PREPROCESS_FAILED",
	"TRAINING_DATA_PREPROCESS_SUCCESS", "TRAINING", "TRAIN_FAILED", "TRAIN_SUCCESS", "INFERENCE_DATA_PREPROCESSING",
	"INFERENCE_DATA_PREPROCESS_FAILED", "WAIT_MAIN_FILE_UPLOAD", "MANUAL_STOP_INFERENCE_DATA_PREPROCESS", "MANUAL_STOP_TRAIN",
	"MANUAL_STOP_TRAINING_DATA_PREPROCESS", "WAIT_ADMIN_CONFIRM", "WAIT_COMPILE", "COMPILING", "COMPILE_FAILED",
	"WAIT_GENERATE_ACTION", "WAIT_ARRANGE", "ACTION_GENERATE_DATA_PROCESSING", "ACTION_GENERATE_DATA_FAILED",
	"MANUAL_STOP_ACTION_GENERATE_DATA_PROCESSING", "ACTION_GENERATE_ORI_PROCESSING", "ACTION_GENERATE_ORI_SUCCESS",
	"ACTION_GENERATE_ORI_FAILED", "MANUAL_STOP_ACTION_GENERATE_ORI_PROCESSING", "GENERATE_ACTION_PREPROCESS_FAILED",
	"WAIT_ADMIN_CALIBRATION", "WAIT_ASSET_SYNC", "WAIT_GENERATE_ACTION_MARK", "ACTION_MARKING", "ACTION_MARK_SUCCESS",
	"ACTION_MARK_FAILED", "ACTION_MARK_UPLOADED", "MANUL_STOP_ACTION_MARK", "WAIT_TEST_VIDEO_CHECK", "TEST_VIDEO_CHECK_PROCESSING",
	"TEST_VIDEO_CHECK_SUCCESS", "TEST_VIDEO_CHECK_FAILED", "VIDEO_ANALYZE_PROCESSING", "VIDEO_ANALYZE_SUCCESS",
	"VIDEO_ANALYZE_FAILED", "WAIT_USER_CONFIRM", "JOB_REJECT", "JOB_PENDING", "JOB_SUCCESS", "JOB_FINISH", "WAIT_MASK_UPLOAD",
	"WAIT_BEAUTY", "MANUAL_STOP_BEAUTY_PREPROCESS", "WAIT_BEAUTY_VIDEO_FILE_UPLOAD", "BEAUTY_VIDEO_FILE_UPLOADED",
	"BEAUTYFACE_ROCESSING", "BEAUTYFACE_SUCCESS", "BEAUTYFACE_FAILED",
}
