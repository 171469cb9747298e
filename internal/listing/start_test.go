package listing

import "testing"

// TestTake puts a chain that was read before behind a new start, which has a row that moved there.
func TestTake(t *testing.T) {
	t.Parallel()
	view := ascending
	view.Moves = ToStart
	r := newReader(&List[number]{View: view, InFlight: 1, PageSize: 10, Key: keyOf})
	older := newChain(r, &r.View, numbers(5, 6, 7))
	older.put(&number{"8", 8})
	older.put(&number{"8", 6}) // it moved while the chain was read
	older.pages, older.spent = 4, 7
	front := newChain(r, &r.View, &page[number]{rows: []number{{"7", 2}, {"5", 5}}})
	front.take(older)
	if got := idsOf(front.result()); got != "7 5 6 8" {
		t.Errorf("got %s, want 7 5 6 8", got)
	}
	if front.pages != 5 || front.spent != 8 || !front.changed {
		t.Errorf("%d pages, %d requests, changed %t", front.pages, front.spent, front.changed)
	}
}
