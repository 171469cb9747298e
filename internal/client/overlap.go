package client

import (
	"context"
	"slices"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
	"golang.org/x/sync/errgroup"
)

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

// chain is the pages joined so far, of which only the last is kept.
type chain[T any] struct {
	reader   *reader[T]
	size     int  // of a page
	strict   bool // do not accept tied joints
	budget   int  // of requests beyond the planned ones
	count    int  // of the first page
	tail     page[T]
	loose    []page[T] // read, and not joined
	rows     []T
	position []int          // of the rows, as far as pages told
	index    map[string]int // key to row
	changed  bool           // a row came, went or moved, as far as was seen
	tied     bool           // some joint needs the count besides
}

func newChain[T any](r *reader[T], first page[T], strict bool) *chain[T] {
	rows := max(r.expected(first.count), len(first.rows))
	c := &chain[T]{
		reader: r, size: len(first.rows), strict: strict,
		rows: make([]T, 0, rows), position: make([]int, 0, rows), index: make(map[string]int, rows),
		count: first.count,
	}
	c.add(&first, 0, rowJoint)
	return c
}

// add appends the rows of p from its row number from, and makes p the tail.
func (c *chain[T]) add(p *page[T], from int, found joint) {
	r := c.reader
	joined := len(c.rows)
	if from > 0 && found != valueJoint {
		joined = c.index[r.key(&p.rows[from-1])]
	}
	for i := from; i < len(p.rows); i++ {
		key := r.key(&p.rows[i])
		if old, seen := c.index[key]; seen {
			// Before the joint there and behind it here: it moved, or rows of
			// equal value swapped places, and another one may be missing for it.
			same := r.sortValue(&c.rows[old]) == r.sortValue(&p.rows[i])
			c.changed = c.changed || !same
			c.tied = c.tied || same && old < joined && found != valueJoint
			continue
		}
		c.index[key] = len(c.rows)
		c.rows = append(c.rows, p.rows[i])
		c.position = append(c.position, p.offset+i)
	}
	c.tail = *p
	r.pages, r.rows = r.pages+1, len(c.rows)
}

// join adds a page if it continues the tail.
func (c *chain[T]) join(p *page[T]) bool {
	r := c.reader
	c.changed = c.changed || p.count != c.count
	from, found := r.join(&c.tail, p)
	if found == noJoint || found == tiedJoint && c.strict {
		return false
	}
	tailEnd := r.key(&c.tail.rows[len(c.tail.rows)-1])
	if from == len(p.rows) && r.key(&p.rows[from-1]) != tailEnd && !p.last() {
		return false // it ends before the tail does, and leads nowhere
	}
	c.tied = c.tied || found == tiedJoint
	c.add(p, from, found)
	return true
}

// complete reports whether the chain has reached the end of the window.
func (c *chain[T]) complete() bool {
	return c.tail.last() || c.reader.limit > 0 && len(c.rows) >= c.reader.limit
}

// extra asks for a page that was not planned, as long as the budget lasts.
func (c *chain[T]) extra(ctx context.Context, offset int) (p page[T], ok bool, err error) {
	if c.budget == 0 {
		return p, false, nil
	}
	c.budget--
	p, err = c.reader.page(ctx, max(0, offset), c.size)
	return p, err == nil, err
}

// advance is the outcome of trying to make the chain longer.
type advance int

const (
	joined     advance = iota
	gaveUp             // the budget is spent
	sameAnswer         // the service rounds offsets
)

// readOverlapping is one round of reading: the first page, then the others side
// by side, joined in order as they come. strict asks for a sound joint between
// any two pages, at the price of more requests where rows have equal values.
func (r *reader[T]) readOverlapping(ctx context.Context, strict bool) (round[T], error) {
	r.pages, r.rows = 0, 0
	asked := MaxPageSize
	if r.limit > 0 {
		asked = min(asked, r.limit)
	}
	first, err := r.page(ctx, r.offset, asked)
	if err != nil {
		return round[T]{}, err
	}
	expected := r.expected(first.count)
	if expected > maxRows {
		return round[T]{}, &TooManyError{Count: first.count, Max: maxRows}
	}
	// A service that gives less than was asked for will go on like that.
	c := newChain(r, first, strict)
	if c.complete() {
		return c.round(true), nil // one page is one moment
	}
	if c.size < 2 {
		return round[T]{roundsOffsets: true}, nil // pages of one row cannot overlap
	}

	var offsets []int
	for offset := r.offset + c.size - 1; offset < r.offset+expected-1; offset += c.size - 1 {
		offsets = append(offsets, offset)
	}
	c.budget = len(offsets)/2 + 16
	ahead := r.readAhead(ctx, offsets, c.size)
	defer ahead.stop()
	for !c.complete() {
		next, ok, err := ahead.next()
		if err == nil && !ok {
			next, ok, err = c.extra(ctx, c.tail.end()-1)
		}
		if err != nil {
			return round[T]{}, err
		}
		outcome := gaveUp
		if ok {
			outcome, err = c.reach(ctx, &next)
		}
		switch {
		case err != nil:
			return round[T]{}, err
		case outcome == gaveUp:
			return c.round(false), nil
		case outcome == sameAnswer:
			return round[T]{roundsOffsets: true}, nil
		}
	}
	return r.confirm(ctx, c, &first)
}

// reach makes the chain longer until next is part of it, or the list has ended
// before. Where next does not meet the tail, rows that were inserted or removed
// between their two moments have left a gap, and a page from around it closes
// it.
func (c *chain[T]) reach(ctx context.Context, next *page[T]) (advance, error) {
	if rounds, err := c.roundsOffsets(ctx, next); err != nil || rounds {
		return sameAnswer, err
	}
	for !c.join(next) {
		outcome, err := c.bridge(ctx, next.count-c.tail.count)
		if err == nil && outcome == gaveUp && !c.changed && len(next.rows) > 0 {
			// Nothing came or went as far as the count tells: more rows of equal
			// value than a page can span. Whether all were found, the count tells.
			c.tied = true
			c.add(next, 0, tiedJoint)
			return joined, nil
		}
		if err != nil || outcome != joined {
			return outcome, err
		}
		if c.complete() {
			break
		}
	}
	return joined, nil
}

// bridge makes the chain longer by a page that overlaps its tail by half, if
// the rows around the tail are where they are looked for: shifted by as many as
// the list has grown, in place, or up to a page away to either side.
func (c *chain[T]) bridge(ctx context.Context, grown int) (advance, error) {
	middle := c.tail.offset + len(c.tail.rows)/2
	guesses := []int{middle + grown, middle, middle - c.size, middle + c.size}
	if len(c.tail.rows) < c.size {
		guesses = append([]int{c.tail.end() - 1}, guesses...) // the page was cut short
	}
	for _, offset := range slices.Compact(guesses) {
		p, ok, err := c.extra(ctx, offset)
		if err != nil || !ok {
			return gaveUp, err
		}
		if rounds, err := c.roundsOffsets(ctx, &p); err != nil || rounds {
			return sameAnswer, err
		}
		before := len(c.rows)
		if c.join(&p) && (len(c.rows) > before || c.complete()) {
			return joined, nil
		}
		c.loose = append(c.loose, p)
	}
	return gaveUp, nil
}

// repeats reports whether b looks like a asked for under another offset.
func (r *reader[T]) repeats(a, b *page[T]) bool {
	if a.offset == b.offset || a.count != b.count || len(b.rows) < 2 {
		return false
	}
	return slices.EqualFunc(a.rows, b.rows, func(x, y T) bool { return r.key(&x) == r.key(&y) })
}

// roundsOffsets tells a service that rounds offsets down to a multiple of the
// limit from rows that happened to move by as many places as the offsets differ:
// the former gives the same page for the next offset, too.
func (c *chain[T]) roundsOffsets(ctx context.Context, p *page[T]) (bool, error) {
	if !c.reader.repeats(&c.tail, p) {
		return false, nil
	}
	again, ok, err := c.extra(ctx, c.tail.offset+1)
	return ok && c.reader.repeats(&c.tail, &again), err
}

// confirm asks the one question that joints leave open. Where the list is
// sorted by a value that changes, a row whose value changes moves, always to the
// same end of the list, and could pass from pages not read yet to pages read
// already. Reading the page at that end again, after all others, shows whether
// one did: a row that moved in the meantime, and is still there, would be on it.
func (r *reader[T]) confirm(ctx context.Context, c *chain[T], first *page[T]) (round[T], error) {
	var edge *page[T]
	switch {
	case r.moves == movesToStart && r.offset == 0:
		edge = first
	case r.moves == movesToEnd && c.tail.last():
		edge = &c.tail
	default: // nothing moves, or out of the window
		return c.round(true), nil
	}
	again, err := r.page(ctx, edge.offset, c.size)
	if err != nil {
		return round[T]{}, err
	}
	same := slices.EqualFunc(edge.rows, again.rows, func(a, b T) bool {
		return r.key(&a) == r.key(&b) && r.sortValue(&a) == r.sortValue(&b)
	}) && (r.moves == movesToStart || again.last())
	c.changed = c.changed || !same || again.count != c.count
	return c.round(same), nil
}

// round ends a reading: joined says that the chain is complete and holds.
func (c *chain[T]) round(joined bool) round[T] {
	r := c.reader
	result := round[T]{
		rows: c.rows, positions: c.position, count: c.tail.count,
		changed: c.changed, loose: c.loose,
	}
	if r.limit > 0 && len(result.rows) > r.limit {
		result.rows, result.positions = result.rows[:r.limit], result.positions[:r.limit]
	}
	// If nothing came or went, the count has to be right whatever the joints say.
	missing := !c.changed && len(result.rows) < r.expected(result.count)
	exact := !c.changed && len(result.rows) == r.expected(result.count)
	result.whole = joined && !missing && (exact || !c.tied)
	r.rows = len(result.rows)
	return result
}

// pagesAhead are pages fetched side by side and handed out in order.
type pagesAhead[T any] struct {
	ctx    context.Context
	cancel context.CancelFunc
	group  *errgroup.Group
	pages  []chan page[T]
	done   chan struct{}
	taken  int
}

// readAhead starts to fetch the pages at these offsets, at most
// transport.MaxInFlight at a time.
func (r *reader[T]) readAhead(ctx context.Context, offsets []int, size int) *pagesAhead[T] {
	ctx, cancel := context.WithCancel(ctx)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(transport.MaxInFlight)
	ahead := &pagesAhead[T]{ctx: ctx, cancel: cancel, group: group, pages: make([]chan page[T], len(offsets)), done: make(chan struct{})}
	for i := range offsets {
		ahead.pages[i] = make(chan page[T], 1)
	}
	go func() {
		defer close(ahead.done)
		for i, offset := range offsets {
			if ctx.Err() != nil {
				return
			}
			group.Go(func() error {
				p, err := r.page(ctx, offset, size)
				if err == nil {
					ahead.pages[i] <- p
				}
				return err
			})
		}
	}()
	return ahead
}

// next returns the next page in order, waiting for it; planned is false after
// the last.
func (a *pagesAhead[T]) next() (p page[T], planned bool, err error) {
	if a.taken == len(a.pages) {
		return page[T]{}, false, nil
	}
	select {
	case p = <-a.pages[a.taken]:
		a.taken++
		return p, true, nil
	case <-a.ctx.Done():
		<-a.done
		if err := a.group.Wait(); err != nil {
			return page[T]{}, false, err
		}
		return page[T]{}, false, a.ctx.Err()
	}
}

// stop ends what is still under way and waits for it. What fails then is of no
// interest: the pages are not needed.
func (a *pagesAhead[T]) stop() {
	a.cancel()
	<-a.done
	_ = a.group.Wait()
}
