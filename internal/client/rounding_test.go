package client

import (
	"slices"
	"strconv"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestListJobsFromServicesThatRound reads lists and windows of many sizes from a service that
// rounds offsets down to a multiple of the limit. Left out are windows of one page that begin
// elsewhere than at such a multiple: no boundary shows it.
func TestListJobsFromServicesThatRound(t *testing.T) {
	t.Parallel()
	for _, count := range []int{0, 1, 2, 100, 101, 150, 198, 199, 250, 450} {
		t.Run(strconv.Itoa(count), func(t *testing.T) {
			t.Parallel()
			server := start(t, emulator.WithJobCount(count), emulator.WithRoundedOffsets())
			client := connect(t, server)
			all := sortedIDs(server.Jobs())
			for _, offset := range []int{0, 1, 99, 100, 130, 199, 200} {
				for _, limit := range []int{0, 1, 7, 100, 150} {
					want, page := all[min(offset, count):], maxPageSize
					if limit > 0 {
						want = want[:min(limit, len(want))]
						page = min(page, limit)
					}
					if offset%page != 0 && len(want) <= page {
						continue
					}
					list, err := client.ListJobs(t.Context(), &ListJobsOptions{Offset: int64(offset), Limit: int64(limit)})
					switch {
					case err != nil:
						t.Errorf("offset %d, limit %d: %v", offset, limit, err)
					case !slices.Equal(want, jobIDs(list.Jobs)) || list.TotalCount != count:
						t.Errorf("offset %d, limit %d: %d jobs of %d, want those from %d on", offset, limit, len(list.Jobs), list.TotalCount, min(offset, count))
					}
				}
			}
		})
	}
}
