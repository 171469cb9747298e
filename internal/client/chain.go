package client

import (
	"context"
	"slices"
)

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
	gaveUp             // no page continues it where one was looked for, or the budget is spent
	sameAnswer         // the service rounds offsets
)

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
		if err == nil && outcome == gaveUp && c.equals(next) {
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

// equals reports whether a run of equal values, longer than a page can span,
// goes on from the tail to next, and nothing came or went as far as was seen.
// Whether all of the run were found, the count has to tell.
func (c *chain[T]) equals(next *page[T]) bool {
	r := c.reader
	return !c.changed && len(next.rows) > 0 &&
		r.sortValue(&c.tail.rows[len(c.tail.rows)-1]) == r.sortValue(&next.rows[0])
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
		rows, before := len(c.rows), c.tail.offset
		if c.join(&p) && (len(c.rows) > rows || c.tail.offset != before || c.complete()) {
			return joined, nil // or, without new rows, shows where the tail's are now
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
	return r.sameRows(a, b)
}

func (r *reader[T]) sameRows(a, b *page[T]) bool {
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
