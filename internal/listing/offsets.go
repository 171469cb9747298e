package listing

import (
	"context"
	"strconv"
)

// This file decides what becomes of a window if the service does not keep to offsets. A service that
// rounds offsets down to a multiple of the limit answers with a known number of rows before the
// window, and these are left out. A service that ignores offsets begins anywhere, and the reading
// fails. A list from its first row on needs none of this: its first page begins where it should, and
// all other pages are joined by value.

// skipRounded finds out whether the service rounds offsets down to a multiple of the limit. If it
// does, the rows of the first page that stand before the window are left out of the result. It
// reports whether there are such rows.
//
// Such a service has the rows of the first page at each offset between two multiples of the limit:
// at the one beside the window's, and at the multiple below.
func (c *chain[T]) skipRounded(ctx context.Context) (bool, error) {
	request := c.first.Request
	before := request.Offset % request.Limit
	if before == 0 || len(c.first.rows) == 0 {
		return false, nil
	}
	beside := request.Offset + 1
	if beside%request.Limit == 0 {
		beside = request.Offset - 1
	}
	for _, offset := range []int{beside, request.Offset - before} {
		if same, err := c.firstAlsoAt(ctx, offset); err != nil || !same {
			return false, err
		}
	}
	if err := c.checkOffset(ctx); err != nil {
		return false, err
	}
	c.before = before
	return true, nil
}

// checkOffset returns an error if the service has the rows of a window's first page also at an
// offset that is lower even when rounded down to a multiple of the limit. Then it ignores offsets,
// and the window begins anywhere.
func (c *chain[T]) checkOffset(ctx context.Context) error {
	request := c.first.Request
	lower := request.Offset - request.Offset%request.Limit - 1
	if lower < 0 {
		return nil
	}
	if same, err := c.firstAlsoAt(ctx, lower); err != nil || !same {
		return err
	}
	return &ServiceError{
		Noun: c.Noun, Asked: c.describe(&request),
		Got: "the " + c.Noun + " that it also has at offset " + strconv.Itoa(lower),
	}
}

// firstAlsoAt reports whether the service answers another offset with the rows of the first page,
// in the same order.
func (c *chain[T]) firstAlsoAt(ctx context.Context, offset int) (bool, error) {
	if err := c.spend(); err != nil {
		return false, err
	}
	request := c.first.Request
	request.Offset = offset
	p, err := c.fetch(ctx, c.view, request)
	if err != nil {
		return false, err
	}
	return sameRows(c.Key, &c.first, &p), nil
}
