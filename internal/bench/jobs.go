package bench

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// AppendJob appends job number i as the service would list it: 22 fields of the lengths in the
// API's documentation, about 1 kB together. A percentage of the fields is left out, drawn for each
// job and the same at each call. The job ID and the create time are always there, because readers
// need them.
func AppendJob(to []byte, i, nulls int) []byte {
	// One minute apart, so that each job has a place of its own in the list.
	created := time.Date(2023, 12, 8, 8, 30, 56, 0, time.UTC).Add(time.Duration(i) * time.Minute)
	id := fmt.Sprintf("26f06524-4f75-4b3a-a853-%012d", i)
	random := rand.New(rand.NewPCG(uint64(i), 0)) //nolint:gosec // draws nulls

	to = fmt.Appendf(to, `{"job_id":%q,"create_time":%q`, id, created.Format(time.RFC3339))
	for _, field := range []struct{ name, value string }{
		{"name", fmt.Sprintf(`"Avatar of studio number %d"`, i)},
		{"state", `"JOB_SUCCESS"`},
		{"asset_id", fmt.Sprintf(`"6bea1fee-cb13-45c6-9ef0-%012d"`, i)},
		{"project_id", `"0123456789abcdef0123456789abcdef"`},
		{"cover_download_url", fmt.Sprintf(`"https://metastudio-training.obs.cn-north-4.myhuaweicloud.com:443/0123456789abcdef0123456789abcdef/%s/cover/cover_download_url.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20231209T073809Z&X-Amz-SignedHeaders=host&X-Amz-Expires=86399&X-Amz-Signature=%064x"`, id, i)},
		{"last_update_time", created.Add(time.Hour).Format(`"2006-01-02T15:04:05Z"`)},
		{"contact", fmt.Sprintf(`"139%08d"`, i)},
		{"batch_name", `"winter campaign"`},
		{"tags", `["news","studio a"]`},
		{"model_version", `"V3.2"`},
		{"matting_type", `"AI"`},
		{"model_resolution", `"1080P"`},
		{"app_user_id", fmt.Sprintf(`"user-%d"`, i%1000)},
		{"is_flexus", `false`},
		{"is_live_copy", `false`},
		{"is_fast_flexus", `false`},
		{"is_only_human_model", `true`},
		{"optional_training_location", `["cn-north-4"]`},
		{"is_background_replacement", `true`},
		{"is_ondemand_resource", `false`},
	} {
		if random.IntN(100) >= nulls {
			to = fmt.Appendf(to, `,%q:%s`, field.name, field.value)
		}
	}
	return append(to, '}')
}
