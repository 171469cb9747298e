package listing

import (
	"context"
	"strconv"

	"golang.org/x/sync/errgroup"
)

const (
	// maxReadings is how often rows are read that two readings have to agree on.
	maxReadings = 3
	// maxOrders is how often the order of rows is read that do not show it.
	maxOrders = 3
	// maxPasses is how often the pages of one reading are asked for, see passes. If the service
	// puts equal rows in another order at each request, each pass brings some rows that were
	// missing.
	maxPasses = 8
	// maxIdle is how many passes in a row may bring nothing new.
	maxIdle = 3
)

// collection is the rows of pages that are not joined by values.
type collection[T any] struct {
	rows     []T
	index    map[string]int // key to the row that counts
	repeated bool           // a row came twice
	foreign  bool           // a row is not of the value that was asked for
	lowest   int            // the lowest count of a page
	highest  int            // the highest count of a page
	pages    int
}

// add appends the rows of a page, and returns how many are new.
func (c *collection[T]) add(p *page[T], key func(*T) string) (added int) {
	if c.index == nil {
		c.index = make(map[string]int, len(p.rows))
		c.lowest = p.count
	}
	c.lowest, c.highest = min(c.lowest, p.count), max(c.highest, p.count)
	c.pages++
	for i := range p.rows {
		k := key(&p.rows[i])
		if _, known := c.index[k]; known {
			c.repeated = true
		} else {
			added++
		}
		c.index[k] = len(c.rows)
		c.rows = append(c.rows, p.rows[i])
	}
	return added
}

// splice adds the rows of a page that overlaps the last one, which had at most length rows. From
// the first row on that both pages have, the rows are those of this page alone. It returns by how
// many rows the collection grew, which is negative if it shrank.
func (c *collection[T]) splice(p *page[T], length int, key func(*T) string) (added int) {
	before := len(c.index)
	for i := range p.rows {
		at, known := c.index[key(&p.rows[i])]
		if !known || at < len(c.rows)-length {
			continue
		}
		for j := at; j < len(c.rows); j++ {
			delete(c.index, key(&c.rows[j]))
		}
		c.rows = c.rows[:at]
		break
	}
	c.add(p, key)
	return len(c.index) - before
}

// ordered returns the rows in the order in which they came. A row that came more than once has its
// last place.
func (c *collection[T]) ordered(key func(*T) string) []T {
	rows := make([]T, 0, len(c.index))
	for i := range c.rows {
		if at, ok := c.index[key(&c.rows[i])]; ok && at == i {
			rows = append(rows, c.rows[i])
		}
	}
	return rows
}

// keep removes the rows that are not among others.
func (c *collection[T]) keep(others []T, key func(*T) string) {
	index := make(map[string]int, len(c.index))
	for i := range others {
		k := key(&others[i])
		if at, ok := c.index[k]; ok {
			index[k] = at
		}
	}
	c.index = index
}

// collect asks for pages from an offset on, up to the first page that is not full, or up to the
// offset end if that is not 0. If overlapping is not 0, pages overlap: a page of n rows shares
// n/overlapping rows with the next one. collect adds the rows to into, and returns how many are
// new.
func (r *reader[T]) collect(ctx context.Context, view *View[T], request Request[T], end, overlapping int, into *collection[T]) (added int, err error) {
	request.Limit = r.PageSize
	take := func(p *page[T]) int {
		rows := *p
		if end > 0 {
			rows.rows = rows.rows[:min(len(rows.rows), end-rows.Offset)]
		}
		into.foreign = into.foreign || request.To != nil && !allEqual(view, p, request.To)
		if overlapping > 0 {
			return into.splice(&rows, r.PageSize, r.Key)
		}
		return into.add(&rows, r.Key)
	}
	first, err := r.fetch(ctx, view, request)
	if err != nil {
		return 0, err
	}
	added = take(&first)
	full := len(first.rows)
	if full == 0 || into.foreign || full < r.full && first.Offset+full >= first.count {
		return added, nil
	}
	step := full
	if overlapping > 0 {
		step = max(1, full-full/overlapping)
	}
	until := min(first.count, maxRows)
	if end > 0 {
		until = min(until, end)
	}
	if (until-first.Offset)/step > maxRows/r.PageSize {
		return 0, &TooManyError{Noun: r.Noun, Count: first.count, Max: full * maxRows / r.PageSize}
	}
	last := &first
	for last.Offset+full < until { // the pages of which the count knows, side by side
		pages := make([]page[T], (until-last.Offset-full+step-1)/step)
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(r.InFlight)
		for i := range pages {
			at := request
			at.Offset = last.Offset + (i+1)*step
			group.Go(func() (err error) {
				pages[i], err = r.fetch(ctx, view, at)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return 0, err
		}
		for i := range pages {
			added += take(&pages[i])
		}
		last = &pages[len(pages)-1]
	}
	for len(last.rows) >= full && (end == 0 || last.Offset+full < end) { // and those behind it
		request.Offset = last.Offset + step
		next, err := r.fetch(ctx, view, request)
		if err != nil {
			return 0, err
		}
		brought := take(&next)
		if added += brought; brought <= 0 {
			break
		}
		last = &next
	}
	return added, nil
}

// readCounted reads rows that cannot be joined by values, until two readings agree. With equals,
// these are all rows that have its value, and known has some of them. Without, they are a whole
// list that shows no values, and known is nil as well.
func (r *reader[T]) readCounted(ctx context.Context, view *View[T], equals *T, known *collection[T]) ([]T, error) {
	var before *collection[T]
	most := 0
	for range maxReadings {
		found, err := r.passes(ctx, view, Request[T]{From: equals, To: equals}, func(found *collection[T]) bool {
			return len(found.index) >= found.highest
		})
		if err != nil {
			return nil, err
		}
		most = max(most, len(found.index))
		if found.foreign {
			return nil, &ServiceError{
				Noun: r.Noun, Asked: "the " + r.Noun + " with the value of " + r.Key(equals),
				Got: strconv.Itoa(len(found.index)) + " of which some have another value",
			}
		}
		if !isCounted(found, known) {
			before = nil
			continue
		}
		if before != nil && agree(before, found) {
			return r.uncounted(found), nil
		}
		before = found
	}
	if equals != nil {
		return nil, &EqualRowsError{Noun: r.Noun, Rows: most, Readings: maxReadings}
	}
	return nil, r.disagreed("by which they are sorted, and no two readings had the same")
}

// passes collects the pages of a list again and again, until enough reports true, maxIdle passes in
// a row bring nothing new, or the list changes.
func (r *reader[T]) passes(ctx context.Context, view *View[T], request Request[T], enough func(*collection[T]) bool) (*collection[T], error) {
	found := &collection[T]{}
	idle := 0
	for range maxPasses {
		added, err := r.collect(ctx, view, request, 0, 0, found)
		if err != nil {
			return nil, err
		}
		if idle++; added > 0 {
			idle = 0
		}
		if idle == maxIdle || found.foreign || found.lowest != found.highest || enough(found) {
			break
		}
	}
	return found, nil
}

// uncounted returns the rows of a collection that stands for the whole list.
func (r *reader[T]) uncounted(found *collection[T]) []T {
	rows := found.ordered(r.Key)
	r.reading.Pages, r.reading.Rows = found.pages, len(rows)
	return rows
}

// readOrdered reads a list whose rows do not show their place. Which rows there are is proven by a
// reading in the order of Proof. Their places come from a reading in the order of View, which has
// to have all rows that every reading of the proof had.
func (r *reader[T]) readOrdered(ctx context.Context) ([]T, error) {
	var proof, found *collection[T]
	for range maxOrders {
		rows, err := r.byValues(ctx, r.Proof)
		if err != nil {
			return nil, err
		}
		if proof == nil {
			proof = &collection[T]{}
			proof.add(&page[T]{rows: rows}, r.Key)
		} else if proof.keep(rows, r.Key); len(missing(found, proof)) == 0 {
			break // what it did not have has gone
		}
		found = &collection[T]{}
		if _, err := r.collect(ctx, &r.View, Request[T]{}, 0, 20, found); err != nil {
			return nil, err
		}
		if len(missing(found, proof)) == 0 {
			break
		}
	}
	if len(missing(found, proof)) == 0 {
		return r.uncounted(found), nil
	}
	return nil, r.disagreed("by which they are sorted, and no reading in that order had all of them")
}

// readWindow reads a window whose rows do not show their place, until two readings of it agree.
func (r *reader[T]) readWindow(ctx context.Context) ([]T, error) {
	end := 0
	if r.Limit > 0 {
		end = r.Offset + r.Limit
	}
	var before *collection[T]
	for range maxReadings {
		found := &collection[T]{}
		if _, err := r.collect(ctx, &r.View, Request[T]{Offset: r.Offset}, end, 0, found); err != nil {
			return nil, err
		}
		switch {
		case found.repeated || r.Limit > 0 && len(found.index) > r.Limit:
			before = nil
		case before != nil && agree(before, found):
			return r.uncounted(found), nil
		default:
			before = found
		}
	}
	return nil, r.disagreed("by which they are sorted, and no two readings of the window had the same")
}
