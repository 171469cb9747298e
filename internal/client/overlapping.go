package client

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// readOverlapping is one round of reading: the first page, then the others side
// by side, joined in order as they come. strict asks for joints that hold without
// the count between any two pages, at the price of more requests where rows have equal values.
func (r *reader[T]) readOverlapping(ctx context.Context, strict bool) (round[T], error) {
	r.pages, r.rows = 0, 0
	asked := r.pageSize()
	first, err := r.page(ctx, r.offset, asked)
	if err != nil {
		return r.contradicted(ctx, err, &first, r.offset-1)
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
	ahead, stop := r.readAhead(ctx, offsets, c.size)
	defer stop()
	for !c.complete() {
		next, ok, err := ahead()
		if err == nil && !ok {
			next, ok, err = c.extra(ctx, c.tail.end()-1)
		}
		outcome := gaveUp
		if err == nil && ok {
			outcome, err = c.reach(ctx, &next)
		}
		switch {
		case err != nil:
			return r.contradicted(ctx, err, &c.tail, c.tail.offset+1, c.tail.offset-1)
		case outcome == gaveUp:
			return c.round(false), nil
		case outcome == sameAnswer:
			return round[T]{roundsOffsets: true}, nil
		}
	}
	return r.confirm(ctx, c, &first)
}

// contradicted ends a round for err, unless the service rounds offsets, whose rows
// seem to lie beyond the count. p is the page that it then gives at one of the
// other offsets, too.
func (r *reader[T]) contradicted(ctx context.Context, err error, p *page[T], others ...int) (round[T], error) {
	if _, ok := errors.AsType[*InconsistentError](err); !ok {
		return round[T]{}, err
	}
	for _, offset := range others {
		if rounds, err := r.sameAt(ctx, p, offset); err != nil || rounds {
			return round[T]{roundsOffsets: rounds}, err
		}
	}
	return round[T]{}, err
}

// sameAt reports whether the service gives the page p at another offset, too.
func (r *reader[T]) sameAt(ctx context.Context, p *page[T], offset int) (bool, error) {
	if offset < 0 || len(p.rows) == 0 {
		return false, nil
	}
	r.requests.Add(1)
	again, err := r.fetch(ctx, offset, r.pageSize())
	return err == nil && p.count == again.count && r.sameRows(p, &again), err
}

// pageSize is how many rows a page is asked for.
func (r *reader[T]) pageSize() int {
	if r.limit > 0 {
		return min(MaxPageSize, r.limit)
	}
	return MaxPageSize
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

// readAhead fetches the pages at these offsets side by side, at most
// transport.MaxInFlight at a time. next hands them out in order, waiting for
// each, and says no after the last. stop ends what is still under way and waits
// for it; it has to be called.
func (r *reader[T]) readAhead(ctx context.Context, offsets []int, size int) (next func() (page[T], bool, error), stop func()) {
	type outcome struct {
		page page[T]
		err  error
	}
	ctx, cancel := context.WithCancel(ctx)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(transport.MaxInFlight)
	outcomes := make([]chan outcome, len(offsets))
	for i := range outcomes {
		outcomes[i] = make(chan outcome, 1)
	}
	started := make(chan struct{})
	go func() {
		defer close(started)
		for i, offset := range offsets {
			if ctx.Err() != nil {
				return
			}
			group.Go(func() error {
				p, err := r.page(ctx, offset, size)
				var inconsistent *InconsistentError
				if err != nil && !errors.As(err, &inconsistent) {
					return err
				}
				// A page that contradicts itself waits for its turn: an earlier
				// one may show why, if the service rounds offsets.
				outcomes[i] <- outcome{p, err}
				return nil
			})
		}
	}()

	wait := func() error {
		<-started
		return group.Wait()
	}
	taken := 0
	next = func() (p page[T], ok bool, err error) {
		if taken == len(outcomes) {
			return p, false, nil
		}
		select {
		case o := <-outcomes[taken]:
			taken++
			return o.page, true, o.err
		case <-ctx.Done():
			if err := wait(); err != nil {
				return p, false, err
			}
			return p, false, ctx.Err()
		}
	}
	stop = func() {
		cancel()
		_ = wait() // what fails now is not needed
	}
	return next, stop
}
