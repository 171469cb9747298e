package listing

import (
	"context"
	"errors"
	"slices"
)

// chain is the beginning of a list, or of a window, put together from pages that continue one
// another.
type chain[T any] struct {
	*reader[T]

	view  *View[T]
	first page[T]
	tail  page[T] // the page that leads farthest
	// through says that the chain has all rows of the value with which it ends, because they were
	// read by readRun. Then run is how many they are.
	through bool
	run     int
	pages   int  // that are part of the chain
	ended   bool // the list ends with the chain
	doubted bool // the list seems to end with the chain, but a count says that rows follow
	changed bool // the list was seen to change
	checked bool // roundsOffsets has asked
	rounds  bool // what it found out
	before  int  // rows of the first page that stand before the window
	back    int  // how many rows before the end of the chain a page by value begins
	spent   int  // requests that count against the bound

	rows  []T            // as they came, with those that came again
	index map[string]int // key to the row that counts
}

func newChain[T any](r *reader[T], view *View[T], first *page[T]) *chain[T] {
	size := len(first.rows) + min(max(0, first.count-first.Offset), maxRows/10)
	if r.Limit > 0 {
		size = min(size, r.Limit+r.PageSize)
	}
	c := &chain[T]{
		reader: r, view: view, first: *first, back: 1, spent: 1,
		rows: make([]T, 0, size), index: make(map[string]int, size),
	}
	c.add(first, 0)
	c.tail = *first
	if len(first.rows) < min(r.full, first.Limit) {
		c.doubted = deniesEnd(first)
		c.ended = !c.doubted
	}
	if c.doubted { // the service may put fewer rows on a full page than it is asked for
		c.full = len(first.rows)
	}
	return c
}

// complete reports whether the chain has reached the end of the list or window.
func (c *chain[T]) complete() bool {
	return c.ended || c.Limit > 0 && len(c.index)-c.before >= c.Limit
}

// last returns the row with which the chain ends.
func (c *chain[T]) last() *T { return &c.tail.rows[len(c.tail.rows)-1] }

// add appends the rows of p. Those before the row number from are not behind the end of the chain,
// so that the chain does not need them. In a window that does not begin with the list, they are
// left out, as they may stand before the window.
func (c *chain[T]) add(p *page[T], from int) {
	rows := p.rows
	if c.Offset > 0 {
		rows = rows[from:]
	}
	for i := range rows {
		c.put(&rows[i])
	}
	c.pages++
	c.full = max(c.full, len(p.rows))
	c.reading.Pages, c.reading.Rows = c.pages, len(c.index)
}

// update takes over the values of rows that the chain has already from a page that does not
// continue it. In a window it does not: with another value a row could stand outside of the window.
func (c *chain[T]) update(p *page[T]) {
	for i := range p.rows {
		if _, known := c.index[c.Key(&p.rows[i])]; known && !c.windowed() {
			c.put(&p.rows[i])
		}
	}
}

// put appends a row. A row that is in the chain already keeps its place, unless its value has
// changed. Then the value counts that is nearer to the end to which rows move, or the later one
// that was seen if rows do not move.
func (c *chain[T]) put(row *T) {
	key := c.Key(row)
	old, known := c.index[key]
	if known {
		order, _ := c.view.Compare(row, &c.rows[old])
		c.changed = c.changed || order != 0
		if order == 0 || order > 0 && c.view.Moves == ToStart || order < 0 && c.view.Moves == ToEnd {
			return
		}
	}
	c.index[key] = len(c.rows)
	c.rows = append(c.rows, *row)
}

// result returns the rows in the order of their values, equals as they came.
func (c *chain[T]) result() []T {
	rows := make([]T, 0, len(c.index))
	for i := range c.first.rows[:min(c.before, len(c.first.rows))] {
		delete(c.index, c.Key(&c.first.rows[i]))
	}
	for i := range c.rows {
		if at, ok := c.index[c.Key(&c.rows[i])]; ok && at == i {
			rows = append(rows, c.rows[i])
		}
	}
	compare := func(a, b T) int {
		order, _ := c.view.Compare(&a, &b)
		return order
	}
	// A single page is in the service's order, whether it shows it or not.
	if c.pages > 1 {
		slices.SortStableFunc(rows, compare)
	}
	if c.Limit > 0 {
		rows = rows[:min(len(rows), c.Limit)]
	}
	c.reading.Pages, c.reading.Rows = c.pages, len(rows)
	return rows
}

// read makes the chain longer until it is complete: by pages by offset, which are asked for ahead
// and side by side, and where these do not continue the chain, by pages by value.
func (c *chain[T]) read(ctx context.Context) error {
	if c.Offset+len(c.first.rows) > c.first.count {
		if _, err := c.roundsOffsets(ctx); err != nil {
			return err
		}
	}
	if c.complete() {
		return nil
	}
	if !inOrder(c.view, &c.first) {
		return errNotShown
	}
	ahead := newPrefetcher(ctx, c)
	defer ahead.stop()
	for !c.complete() {
		next, ok, err := ahead.take()
		switch {
		case err != nil:
			return err
		case ok:
			err = c.reach(ctx, &next, ahead)
		case c.pages == 1: // no page by offset has shown where the first one begins
			if _, err = c.roundsOffsets(ctx); err == nil {
				err = c.advance(ctx)
			}
		default:
			err = c.advance(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// maxBridges is how many pages by value are read at most to reach one page by offset.
const maxBridges = 2

// reach makes the chain longer until page p, which was asked for by offset, is part of it. It gives
// up offsets if p repeats an earlier page, or if p is still not reached after maxBridges pages by
// value.
func (c *chain[T]) reach(ctx context.Context, p *page[T], ahead *prefetcher[T]) error {
	if err := c.spend(); err != nil {
		return err
	}
	if ahead.repeats(p) {
		ahead.giveUp()
		if rounds, err := c.roundsOffsets(ctx); err != nil || rounds {
			return err
		}
		return c.checkOffset(ctx)
	}
	for bridges := 0; ; bridges++ {
		rows, last := len(c.index), *c.last()
		ok, err := c.join(p)
		switch {
		case err != nil:
			return err
		case ok && len(c.index) < rows+c.full/10 && !c.ended && !allEqual(c.view, p, &last):
			ahead.miss()
			return nil
		case ok:
			ahead.confirm(p)
			return nil
		case c.complete():
			return nil
		case bridges == maxBridges:
			ahead.giveUp()
			return nil
		case c.pages == 1:
			if rounds, err := c.roundsOffsets(ctx); err != nil || rounds {
				ahead.giveUp()
				return err
			}
		}
		if err := c.advance(ctx); err != nil {
			return err
		}
	}
}

// join adds a page if it continues the chain, and reports whether it does.
func (c *chain[T]) join(p *page[T]) (bool, error) {
	if !inOrder(c.view, p) {
		return false, errNotShown
	}
	c.changed = c.changed || countsDiffer(&c.first, p)
	from, ok := join(c.view, c.last(), c.through, p)
	if !ok {
		c.update(p)
		return false, nil
	}
	if cutsRun(c.view, c.Offset, &c.first.rows[0], c.last()) {
		return false, errNotShown
	}
	end := isEnd(c.view, p, c.full, c.latest(p))
	c.add(p, from)
	if order, _ := c.view.Compare(&p.rows[len(p.rows)-1], c.last()); order > 0 {
		c.tail, c.through = *p, false
	}
	c.doubted = end && deniesEnd(p)
	c.ended = end && !c.doubted
	return true, nil
}

// countsDiffer reports whether two pages count different numbers of rows, both in the list and both
// possible.
func countsDiffer[T any](a, b *page[T]) bool {
	return a.count != b.count && !b.narrowed() && a.count >= a.Offset+len(a.rows) && b.count >= b.Offset+len(b.rows)
}

// maxSteps is how many pages by value are asked for at most to make the chain longer by one.
const maxSteps = 3

// advance makes the chain longer by a page by value, which begins a little before the end of the
// chain. If the first one does not continue the chain, because the rows there have gone or the
// service does not filter as it should, the next one begins farther back.
func (c *chain[T]) advance(ctx context.Context) error {
	var p page[T]
	for range maxSteps {
		request, ok := c.byValue()
		if !ok { // all rows of the chain have one value
			return c.readRun(ctx)
		}
		if err := c.spend(); err != nil {
			return err
		}
		last, rows := *c.last(), len(c.index)
		var err error
		if p, err = c.fetch(ctx, c.view, request); err != nil {
			return err
		}
		if ok, err = c.join(&p); err != nil {
			return err
		}
		farther, _ := c.view.Compare(c.last(), &last)
		switch {
		case c.ended:
			return nil
		case c.ignores(&p) && len(c.index) < rows+c.full/10:
			return c.stuck(&p)
		case !ok:
			c.back = min(8*c.back, max(1, c.full-2))
		case farther > 0:
			return nil
		case c.doubted:
			if c.ended, err = c.confirmEnd(ctx, &p); err != nil || c.ended {
				return err
			}
		case c.back > 1:
			c.back = 1
		case len(p.rows) < min(c.full, p.Limit):
			return nil // the end, if the next page confirms it
		case c.endsWith(&p):
			return c.readRun(ctx)
		default:
			return c.stuck(&p)
		}
	}
	return c.stuck(&p)
}

// confirmEnd asks for what confirms that the list ends with page p.
func (c *chain[T]) confirmEnd(ctx context.Context, p *page[T]) (bool, error) {
	requests := [2]Request[T]{p.Request, p.Request}
	requests[0].Offset += len(p.rows)
	var pages [2]page[T]
	for i, request := range requests {
		if err := c.spend(); err != nil {
			return false, err
		}
		var err error
		if pages[i], err = c.fetch(ctx, c.view, request); err != nil {
			return false, err
		}
	}
	return confirmsEnd(c.Key, p, &pages[0], &pages[1]), nil
}

// byValue returns the request for a page that begins c.back rows before the rows of the value with
// which the chain ends. ok is false if the chain has no rows before these.
func (c *chain[T]) byValue() (request Request[T], ok bool) {
	last := c.last()
	if c.through {
		row := *last
		return Request[T]{From: &row, Offset: max(0, c.run-c.back), Limit: c.PageSize}, true
	}
	var row *T
	equals, back := 0, 0 // rows of row's value, and rows before last's
	for i := len(c.rows) - 1; i >= 0; i-- {
		if order, _ := c.view.Compare(&c.rows[i], last); order >= 0 || c.index[c.Key(&c.rows[i])] != i {
			continue
		}
		order := -1
		if row != nil {
			order, _ = c.view.Compare(&c.rows[i], row)
		}
		if order != 0 && back >= c.back {
			break
		}
		if order != 0 {
			row, equals = &c.rows[i], 0
		}
		equals++
		back++
	}
	if row == nil {
		return request, false
	}
	from := *row
	request = Request[T]{From: &from, Limit: c.PageSize}
	if equals > c.full/2 { // the page would have little else
		request.Offset = max(0, equals-c.back)
	}
	return request, true
}

// endsWith reports whether page p ends with the value with which the chain ends.
func (c *chain[T]) endsWith(p *page[T]) bool {
	if len(p.rows) == 0 {
		return false
	}
	order, _ := c.view.Compare(&p.rows[len(p.rows)-1], c.last())
	return order == 0
}

// readRun reads all rows of the value with which the chain ends, which may be more than fit on a
// page. They are read by offset, see readCounted.
func (c *chain[T]) readRun(ctx context.Context) error {
	row := *c.last()
	if c.through {
		return c.stuck(&c.tail)
	}
	if cutsRun(c.view, c.Offset, &c.first.rows[0], &row) {
		return errNotShown
	}
	var known collection[T]
	for i := range c.rows {
		if order, _ := c.view.Compare(&c.rows[i], &row); order == 0 {
			known.add(&page[T]{rows: c.rows[i : i+1]}, c.Key)
		}
	}
	rows, err := c.readCounted(ctx, c.view, &row, &known)
	if equals, ok := errors.AsType[*EqualRowsError](err); ok && equals.Rows < c.full {
		return c.stuck(&c.tail) // they are not that many
	}
	if err != nil {
		return err
	}
	for i := range rows {
		c.put(&rows[i])
	}
	c.through, c.run, c.back = true, len(rows), 1
	return nil
}

// Requests returns how many requests a list of so many rows takes where nothing changes: pages
// overlap by two rows.
func Requests(rows, pageSize int) int {
	switch {
	case rows < pageSize:
		return 1
	case pageSize < minPage:
		return rows
	}
	return (rows - 2 + pageSize - 3) / (pageSize - 2)
}

// spend counts a request, and bounds how many there are: twice those that the rows take where
// nothing happens, and 32.
func (c *chain[T]) spend() error {
	c.spent++
	switch n := len(c.index); {
	case n > maxRows:
		return &TooManyError{Noun: c.Noun, Count: n, Max: maxRows}
	case c.spent > 2*Requests(n, c.full)+32:
		return c.exhausted()
	case c.changed && n > 4*c.first.count+40*c.full: // it grows faster than it can be read
		return c.exhausted()
	}
	return nil
}
