package listing

import (
	"testing"
	"testing/synctest"
)

// TestPagesAhead holds how many pages are asked for while one does not come: a few until a page has
// shown that the service keeps to offsets, and then so many that the one stops no others.
func TestPagesAhead(t *testing.T) {
	t.Parallel()
	const pageSize, step = 10, 8
	for _, test := range []struct {
		name                 string
		rows, inFlight, late int
		moves                Movement
		offset, limit        int
		asked                int // pages, with the first
	}{
		{name: "the second page is late", rows: 2000, inFlight: 10, late: step, asked: 1 + firstWave},
		{name: "the second page is late, and few may be in flight", rows: 2000, inFlight: 2, late: step, asked: 1 + 2},
		{name: "the third page is late", rows: 2000, inFlight: 10, late: 2 * step, asked: 1 + 1 + 100},
		{name: "the tenth page is late", rows: 2000, inFlight: 10, late: 9 * step, asked: 1 + 8 + 100},
		{name: "the third page is late, and few may be in flight", rows: 2000, inFlight: 2, late: 2 * step, asked: 1 + 1 + 20},
		{name: "the third page is late, and the last one is not full", rows: 81, inFlight: 10, late: 2 * step, asked: 10},
		{name: "the third page is late, and the last one is full, which shows no end", rows: 82, inFlight: 10, late: 2 * step, asked: 11},
		{name: "the end to which rows move is not asked for ahead", rows: 81, inFlight: 10, late: 2 * step, moves: ToEnd, asked: 9},
		{name: "a window ends with a page", rows: 2000, inFlight: 10, late: 100 + 2*step, offset: 100, limit: 42, asked: 5},
		{name: "a window ends a row later", rows: 2000, inFlight: 10, late: 100 + 2*step, offset: 100, limit: 43, asked: 6},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &shelf{rows: rising(test.rows), late: test.late, release: make(chan struct{})}
				list := List[number]{
					View: View[number]{Compare: ascending.Compare, Moves: test.moves, Fetch: s.fetch},
					Noun: "rows", PageSize: pageSize, InFlight: test.inFlight, Key: keyOf, Offset: test.offset, Limit: test.limit,
				}
				var result Result[number]
				var err error
				done := make(chan struct{})
				go func() {
					defer close(done)
					result, err = Read(t.Context(), &list)
				}()
				synctest.Wait()
				if asked := s.requests(); len(asked) != test.asked {
					t.Errorf("%d pages were asked for, want %d: %q", len(asked), test.asked, asked)
				}
				close(s.release)
				<-done
				want := test.rows - test.offset
				if test.limit > 0 {
					want = min(want, test.limit)
				}
				if err != nil || len(result.Rows) != want {
					t.Errorf("%d rows of %d: %v", len(result.Rows), want, err)
				}
			})
		})
	}
}
