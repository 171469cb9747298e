package client

import (
	"slices"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

func TestZZProbe(t *testing.T) {
	for _, count := range []int{1, 50, 100, 101, 150, 198, 199, 200, 240, 250, 299, 300, 450} {
		for _, maxLimit := range []int{0, 20} {
			server := start(t, emulator.WithJobCount(count), emulator.WithRoundedOffsets(), emulator.WithMaxLimit(maxLimit))
			c := connect(t, server)
			all := sorted(server.Jobs())
			for _, offset := range []int{0, 1, 50, 99, 100, 130, 150, 199, 200, 249, 300} {
				for _, limit := range []int{0, 1, 7, 40, 100, 101, 150, 220} {
					list, err := c.ListJobs(t.Context(), &ListJobsOptions{Offset: int64(offset), Limit: int64(limit)})
					from := min(offset, count)
					to := count
					if limit > 0 {
						to = min(count, from+limit)
					}
					switch {
					case err != nil:
						t.Logf("ERR count %d max %d offset %d limit %d: %.200s", count, maxLimit, offset, limit, err)
					case !slices.Equal(all[from:to], ids(list.Jobs)):
						t.Logf("WRONG count %d max %d offset %d limit %d: %d rows", count, maxLimit, offset, limit, len(list.Jobs))
					}
				}
			}
		}
	}
}
