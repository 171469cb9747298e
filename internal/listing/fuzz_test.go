package listing

import (
	"context"
	"strconv"
	"sync"
	"testing"
)

// FuzzRead reads lists from a service whose every answer is made up: any rows, in any order, with
// any count. Read ends, after a bounded number of requests, and has no row twice.
func FuzzRead(f *testing.F) {
	f.Add([]byte{}, uint8(0), uint8(0), uint8(0))
	f.Add([]byte{8, 9, 1, 1, 2, 2, 3, 3, 4, 4, 2, 9, 4, 4, 5, 5}, uint8(0), uint8(0), uint8(0))
	f.Add([]byte{3, 200, 1, 5, 2, 5, 3, 5, 3, 200, 3, 5, 4, 5, 5, 5}, uint8(0), uint8(0), uint8(1))
	f.Add([]byte{8, 255, 9, 9, 8, 8, 7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2}, uint8(3), uint8(20), uint8(2))
	f.Add([]byte{8, 100, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0}, uint8(0), uint8(0), uint8(4))
	f.Fuzz(func(t *testing.T, data []byte, offset, limit, moves uint8) {
		var mu sync.Mutex
		at, requests := 0, 0
		next := func() int {
			if len(data) == 0 {
				return 0
			}
			at++
			return int(data[(at-1)%len(data)])
		}
		view := View[number]{
			Compare: ascending.Compare,
			Moves:   Movement(moves % 3),
			Fetch: func(_ context.Context, request Request[number]) (Page[number], error) {
				mu.Lock()
				defer mu.Unlock()
				requests++
				page := Page[number]{Count: next()}
				for range min(next()%10, request.Limit+1) {
					page.Rows = append(page.Rows, number{id: strconv.Itoa(next() % 40), value: next()%20 - 1})
				}
				return page, nil
			},
		}
		list := List[number]{View: view, Noun: "rows", PageSize: 8, InFlight: 3, Key: keyOf, Offset: int(offset % 20), Limit: int(limit)}
		if moves >= 128 {
			proof := view
			proof.Moves = Stays
			list.Proof = &proof
		}
		result, err := Read(t.Context(), &list)
		// A count of 255 and pages of one row: three readings of up to eight times 255 pages, and
		// those that were tried before.
		if most := 2 * 255 * maxReadings * maxPasses; requests > most {
			t.Errorf("%d requests, want at most %d", requests, most)
		}
		if result.Reading.Requests != requests {
			t.Errorf("%d requests, and %d told of", requests, result.Reading.Requests)
		}
		if err != nil && result.Rows != nil {
			t.Errorf("failed with %v, and with %d rows", err, len(result.Rows))
		}
		if list.Limit > 0 && len(result.Rows) > list.Limit {
			t.Errorf("%d rows of at most %d", len(result.Rows), list.Limit)
		}
		seen := map[string]bool{}
		for i := range result.Rows {
			if id := result.Rows[i].id; seen[id] {
				t.Errorf("row %s twice", id)
			} else {
				seen[id] = true
			}
		}
	})
}
