package client

import "slices"

// joint is how two pages of a list meet.
type joint int

const (
	noJoint    joint = iota // there may be a gap between them
	tiedJoint               // they share a row that may have swapped places with its neighbours
	valueJoint              // one begins at a smaller value than that with which the other ends
	rowJoint                // they share a row whose place is certain
)

// join tells how page b continues page a, and from which of its rows on.
//
// This is the proof that a list read through offset and limit is whole. The
// service sorts the list by a value of the rows, and each page is a stretch of
// that order as it was at one moment: between its first row and its last, no
// row of that moment is missing. Say page a was read at one moment and page b
// at another, in whichever order, rows were inserted and removed at will in
// between, and row c is on both with the value by which the list is sorted
// unchanged. Take a row s that was there all the time with its own value
// unchanged. Both moments put s on the same side of c. If s comes before c, it
// is no concern of what b adds to a: at a's moment it stood before c, so on a
// or on a page joined to a before. If s comes after c, then at b's moment it
// stood after c: on b, or past b's end, where the next joint takes over. So
// along a chain of pages, each joined to the next by such a row, the first
// beginning with the list's first row and the last ending with its last, every
// row that was there throughout is on some page. Offsets do not enter: they say
// where to look for a shared row, and prove nothing. Pages are asked for so that
// the last row of one is the first of the next, since that is the row shared
// when nothing happens.
//
// The argument needs c's place to be certain. Rows of equal value may come back
// in any order, so c will only do where no neighbour has c's value. A neighbour
// beyond a page's edge is not seen: a tie there goes unnoticed if, between the
// two moments, rows came and went and the tie was turned as well.
//
// Values do without a shared row, and without regard to ties: if b begins with
// a smaller value than that with which a ends, then whatever has a value less
// than a's last stood before a's last row at a's moment, and whatever has that
// value or more stood after b's first row at b's moment.
//
// What is left is a shared row among equals. It holds if, besides, as many rows
// were found as the service counted all along, which the caller checks.
//
// Rows whose value changes move; see confirm for those.
func (r *reader[T]) join(a, b *page[T]) (from int, found joint) {
	if len(a.rows) == 0 || len(b.rows) == 0 {
		return 0, noJoint
	}
	places := make(map[string]int, len(a.rows))
	for i := range a.rows {
		places[r.key(&a.rows[i])] = i
	}
	for onB := len(b.rows) - 1; onB >= 0; onB-- {
		onA, shared := places[r.key(&b.rows[onB])]
		if !shared || r.sortValue(&a.rows[onA]) != r.sortValue(&b.rows[onB]) {
			continue
		}
		if !r.tied(a, onA) && !r.tied(b, onB) {
			return onB + 1, rowJoint
		}
		if found == noJoint {
			from, found = onB+1, tiedJoint
		}
	}
	last := r.sortValue(&a.rows[len(a.rows)-1])
	if r.sortsVisibly(a) && r.sortsVisibly(b) && r.before(r.sortValue(&b.rows[0]), last) {
		from = slices.IndexFunc(b.rows, func(row T) bool { return !r.before(r.sortValue(&row), last) })
		if from < 0 {
			from = len(b.rows)
		}
		return from, valueJoint
	}
	return from, found
}

// tied reports whether a neighbour on the page has the row's sort value.
func (r *reader[T]) tied(p *page[T], i int) bool {
	value := r.sortValue(&p.rows[i])
	return value == "" ||
		i > 0 && r.sortValue(&p.rows[i-1]) == value ||
		i+1 < len(p.rows) && r.sortValue(&p.rows[i+1]) == value
}

// before reports whether the list has value a before value b.
func (r *reader[T]) before(a, b string) bool {
	if r.descending {
		a, b = b, a
	}
	return a < b
}

// sortsVisibly reports whether the page is in the order of the values that its
// rows show. What the service shows as the last update, for one, need not be
// what it sorts by.
func (r *reader[T]) sortsVisibly(p *page[T]) bool {
	for i := range p.rows {
		value := r.sortValue(&p.rows[i])
		if value == "" || i > 0 && r.before(value, r.sortValue(&p.rows[i-1])) {
			return false
		}
	}
	return true
}
