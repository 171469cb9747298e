package listing_test

import (
	"context"
	"slices"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/listing"
)

// TestJudgeAcquits lets a reader read that looks into the service's own record, so that it cannot
// be wrong: it puts lists together from two moments, divided by value, in the order that is right
// for rows that move. The judge must find nothing, or it would accuse listing.Read of what it did
// not do.
func TestJudgeAcquits(t *testing.T) {
	t.Parallel()
	for _, class := range classes {
		t.Run(class.name, func(t *testing.T) {
			t.Parallel()
			acquitted := 0
			for _, rate := range changeRates {
				for seed := range uint64(25) {
					c := class.draft(4, rate, seed, "all-knowing")
					v := read(t, c.setup, readAllKnowing)
					if v.err == nil {
						acquitted++
					}
					if len(v.lost) > 0 || len(v.defects) > 0 {
						t.Fatalf("seed %d, rate %g: lost %v, defects %q\n  %v", seed, rate, v.lost, v.defects, c.setup)
					}
				}
			}
			if fails := class.name == "requests fail" || class.name == "given up"; acquitted == 0 && !fails {
				t.Error("nothing was read")
			}
		})
	}
}

// readAllKnowing returns rows from the record of the service.
func readAllKnowing(ctx context.Context, s *service) (listing.Result[row], error) {
	list := s.list()
	var result listing.Result[row]
	ask := func(times int) error {
		for range times {
			// A page without rows: what it would show could be newer than the record.
			page, err := list.Fetch(ctx, listing.Request[row]{Offset: 1 << 20, Limit: 1})
			result.Reading.Requests++
			result.Count = page.Count
			if err != nil {
				return err
			}
		}
		return nil
	}
	if err := ask(2); err != nil {
		return result, err
	}
	early := s.snapshotNow()
	if err := ask(3); err != nil {
		return result, err
	}
	late := s.snapshotNow()
	if err := ask(1); err != nil {
		return result, err
	}

	// What is read last is the end to which rows move.
	head, tail := early, late
	if list.Moves == listing.ToStart {
		head, tail = late, early
	}
	head = head[min(s.Offset, len(head)):]
	o := &order{column: s.head.orders[0].column, descending: s.Descending, records: tail}
	if len(head) == 0 || head[0].sorts[o.column] == head[len(head)/2].sorts[o.column] || o.column == byAsset {
		// Nothing divides what may move in any direction, or what is equal.
		tail = nil
	} else {
		divide := head[len(head)/2].sorts[o.column]
		tail = tail[o.first(divide, false):]
		o.records = head
		head = head[:o.first(divide, false)]
	}
	last := map[int]*record{} // of a row, where it was seen last
	for _, r := range slices.Concat(early, late) {
		last[r.number] = r
	}
	rows := slices.Concat(head, tail)
	for _, r := range rows {
		twice := last[r.number] != r && slices.Contains(rows, last[r.number])
		if !twice && (s.Limit == 0 || len(result.Rows) < s.Limit) {
			result.Rows = append(result.Rows, r.row)
		}
	}
	result.Reading.Rows = len(result.Rows)
	return result, nil
}

func (s *service) snapshotNow() []*record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snapshot()
}
