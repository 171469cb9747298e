package listing

import (
	"context"
	"strconv"
)

// This file decides what becomes of a window if the service does not keep to offsets. A service
// that rounds offsets down to a multiple of the limit answers with a known number of rows before
// the window, and these are left out. A service that ignores offsets, or that takes them for the
// numbers of pages, begins elsewhere, and the reading fails. A list from its first row on needs
// none of this: its first page begins where it should, and all other pages are joined by value.

// roundsOffsets reports whether the service rounds the offset of a window down to a multiple of the
// limit. If it does, c.before says how many rows of the first page stand before the window. They
// are left out of the result.
//
// Such a service has the rows of the first page at each offset between two multiples of the limit:
// at the one beside the window's, and at the multiple below, and not below that. A service that
// keeps to offsets has all but one of them at the offset beside. A service that does neither, or a
// list that changes just then, is an error: the window could begin anywhere.
//
// It asks only the first time that it is called.
func (c *chain[T]) roundsOffsets(ctx context.Context) (bool, error) {
	request := &c.first.Request
	if c.checked || request.Offset == 0 || len(c.first.rows) < 2 {
		return c.rounds, nil
	}
	c.checked = true
	before := request.Offset % request.Limit
	beside := request.Offset + 1
	if beside%request.Limit == 0 {
		beside = request.Offset - 1
	}
	p, err := c.fetchAt(ctx, beside)
	switch {
	case err != nil:
		return false, err
	case !sharesRows(c.Key, &c.first, &p):
		return false, c.stuck(&p)
	case !samePlace(c.view, c.Key, &c.first, &p):
		return false, nil
	}
	if before > 0 {
		p, err = c.fetchAt(ctx, request.Offset-before)
		switch {
		case err != nil:
			return false, err
		case !samePlace(c.view, c.Key, &c.first, &p):
			return false, c.stuck(&p)
		}
	}
	if err := c.checkOffset(ctx); err != nil {
		return false, err
	}
	if before > len(c.first.rows) && !c.ended {
		// The service puts fewer rows on a page than it is asked for, and the window begins on a
		// later one.
		return false, c.misplaced(request.Offset - before)
	}
	c.rounds, c.before = true, before
	return true, nil
}

// checkOffset returns an error if the service has the rows of a window's first page also at an
// offset that is lower even when rounded down to a multiple of the limit. Then it ignores offsets,
// and the window begins anywhere.
func (c *chain[T]) checkOffset(ctx context.Context) error {
	request := &c.first.Request
	lower := request.Offset - request.Offset%request.Limit - 1
	if lower < 0 {
		return nil
	}
	p, err := c.fetchAt(ctx, lower)
	switch {
	case err != nil:
		return err
	case samePlace(c.view, c.Key, &c.first, &p):
		return c.misplaced(lower)
	default:
		return nil
	}
}

// checkStart returns an error if a window does not begin at its offset. It is for a window whose
// rows do not show their place, so that rows before it could not be told from its own.
func (c *chain[T]) checkStart(ctx context.Context) error {
	_, err := c.roundsOffsets(ctx)
	if err == nil && c.before > 0 {
		err = c.misplaced(c.Offset - c.before)
	}
	return err
}

// fetchAt asks for as many rows as the first page was asked for, from another offset on.
func (c *chain[T]) fetchAt(ctx context.Context, offset int) (page[T], error) {
	request := c.first.Request
	request.Offset = offset
	if err := c.spend(); err != nil {
		return page[T]{}, err
	}
	return c.fetch(ctx, c.view, request)
}

// misplaced returns the error of a first page that the service also has at another offset.
func (c *chain[T]) misplaced(offset int) error {
	return &ServiceError{
		Noun: c.Noun, Asked: c.describe(&c.first.Request),
		Got: "the " + c.Noun + " that it also has at offset " + strconv.Itoa(offset),
	}
}
