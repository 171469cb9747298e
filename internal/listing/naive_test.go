package listing_test

import (
	"context"

	"github.com/metastudio/terraform-provider-metastudio/internal/listing"
)

// readNaively is the loop that everybody writes first. It stands beside the reader in the tables.
func readNaively(ctx context.Context, s *service) (listing.Result[row], error) {
	list := s.list()
	var result listing.Result[row]
	for {
		limit := list.PageSize
		if list.Limit > 0 {
			limit = min(limit, list.Limit-len(result.Rows))
		}
		result.Reading.Requests++
		page, err := list.Fetch(ctx, listing.Request[row]{Offset: list.Offset + len(result.Rows), Limit: limit})
		if err != nil {
			return result, err
		}
		result.Rows = append(result.Rows, page.Rows...)
		result.Count = page.Count
		result.Reading.Rows = len(result.Rows)
		result.Reading.Pages++
		if len(page.Rows) == 0 || list.Offset+len(result.Rows) >= page.Count || len(result.Rows) == list.Limit {
			return result, nil
		}
	}
}
