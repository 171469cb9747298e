package listing

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// firstWave is how many pages are asked for by offset, side by side, until one of them has shown
// that the service keeps to offsets.
const firstWave = 4

// maxMissed is how many pages in a row may hardly make the chain longer.
const maxMissed = 2

// prefetcher asks for the pages of a list by offset, ahead of the chain that they are to continue.
// Each page overlaps the one before.
type prefetcher[T any] struct {
	chain *chain[T]
	send  func(offset int) <-chan page[T]
	stop  func() // ends what is under way, and waits for it
	done  <-chan struct{}
	wait  func() error // returns why done is closed

	queue    []<-chan page[T] // sent and not taken
	width    int              // how many of these there may be
	next     int              // offset of the next page
	step     int              // from one offset to the next
	overlap  int              // rows on both of two pages
	believed int              // how many rows the list is believed to have
	beyond   int              // pages behind these that were asked for
	gaveUp   bool             // no more pages are asked for
	taken    page[T]          // the last one that made the chain longer
	missed   int              // how many pages since hardly did
}

// newPrefetcher begins to ask for the pages behind the first one.
func newPrefetcher[T any](ctx context.Context, c *chain[T]) *prefetcher[T] {
	ctx, cancel := context.WithCancel(ctx)
	group, ctx := errgroup.WithContext(ctx)
	size := len(c.first.rows)
	a := &prefetcher[T]{
		chain: c, width: min(firstWave, c.InFlight), believed: c.first.count, taken: c.first,
		overlap: overlap(c.view, &c.first),
	}
	a.step = max(1, size-a.overlap)
	a.next = c.first.Offset + a.step
	a.send = func(offset int) <-chan page[T] {
		answer := make(chan page[T], 1)
		group.Go(func() error {
			p, err := c.fetch(ctx, c.view, Request[T]{Offset: offset, Limit: c.PageSize})
			if err != nil {
				return err
			}
			answer <- p
			return nil
		})
		return answer
	}
	a.done, a.wait = ctx.Done(), group.Wait
	a.stop = func() {
		cancel()
		_ = group.Wait() // what fails now is not needed
	}
	a.fill()
	return a
}

// overlap returns how many rows two neighboring pages are to share: one more than the longest run
// of equal values on the first page has. Then a page begins before the last value of the page
// before, if nothing changes. If that takes more than half of a page, pages overlap by two, and
// runs are left to pages by value.
func overlap[T any](view *View[T], first *page[T]) int {
	longest, run := 1, 1
	for i := 1; i < len(first.rows); i++ {
		if order, _ := view.Compare(&first.rows[i-1], &first.rows[i]); order != 0 {
			run = 0
		}
		run++
		longest = max(longest, run)
	}
	if longest+1 > len(first.rows)/2 {
		return 2
	}
	return longest + 1
}

// planned reports whether the next page belongs to the list, or to the window, as far as counts
// tell. The last page of a list to whose end rows move does not: it has to be asked for after all
// others.
func (a *prefetcher[T]) planned() bool {
	offset := a.next
	if a.chain.view.Moves == ToEnd {
		offset += a.step
	}
	limit := a.chain.Limit
	return offset+a.overlap <= a.believed && (limit == 0 || a.next+a.overlap < a.chain.Offset+limit)
}

func (a *prefetcher[T]) fill() {
	for len(a.queue) < a.width && a.planned() {
		a.ask()
	}
}

func (a *prefetcher[T]) ask() {
	a.queue = append(a.queue, a.send(a.next))
	a.next += a.step
}

// take waits for the next page, and returns it. ok is false if no more pages are asked for by
// offset. If all pages that the count knows of have been taken and the list has not ended, take
// asks for pages behind these, a few at first and then more at a time.
func (a *prefetcher[T]) take() (p page[T], ok bool, err error) {
	if len(a.queue) == 0 {
		if a.gaveUp || a.chain.view.Moves == ToEnd {
			return p, false, nil
		}
		for range min(1+a.beyond/2, a.width) {
			a.ask()
			a.beyond++
		}
	}
	select {
	case p = <-a.queue[0]:
		a.queue = a.queue[1:]
		return p, true, nil
	case <-a.done:
		return p, false, a.wait()
	}
}

// confirm is told that page p is part of the chain, so that offsets are what they should be, and
// asks for more pages.
func (a *prefetcher[T]) confirm(p *page[T]) {
	a.taken, a.missed = *p, 0
	a.width = 10 * a.chain.InFlight // far more than can be asked for, so that one that waits stops no others
	a.believed = max(a.believed, p.count)
	a.fill()
}

// repeats reports whether page p begins with the same row as a page before it, which was asked for
// by a lower offset: the service rounds offsets, or always answers with the same page.
func (a *prefetcher[T]) repeats(p *page[T]) bool {
	key := a.chain.Key
	return len(p.rows) > 0 && key(&p.rows[0]) == key(&a.taken.rows[0])
}

// miss is told that the page taken is part of the chain and hardly makes it longer. After several
// in a row, offsets are given up, as they do not lead to the pages that they should.
func (a *prefetcher[T]) miss() {
	if a.missed++; a.missed == maxMissed {
		a.giveUp()
	}
}

// giveUp stops asking for pages by offset.
func (a *prefetcher[T]) giveUp() {
	a.stop()
	a.queue, a.gaveUp = nil, true
}
