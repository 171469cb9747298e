package client

import (
	"context"
	"slices"
	"sync/atomic"
)

const (
	// maxRounds is how often a list is read from the start before giving up.
	maxRounds = 4
	// maxPageTries is how often a page that contradicts itself is asked for: the
	// service takes its count and its rows one after the other, and a job may
	// come or go in between.
	maxPageTries = 3
	// maxRows bounds the work that a count can ask for. It is far above what
	// fits into one answer to Terraform.
	maxRows = 1_000_000
)

// page is one reply to a listing call.
type page[T any] struct {
	offset int // the row of the list that the page was asked to begin with
	count  int // how many rows the service counted in the list
	rows   []T
}

// end is the row of the list after the page's last one.
func (p *page[T]) end() int { return p.offset + len(p.rows) }

// last reports whether the list ends with this page.
func (p *page[T]) last() bool { return p.end() >= p.count }

// movement says where a row goes when the value changes that the list is sorted
// by.
type movement int

const (
	staysInPlace movement = iota // the value never changes
	movesToEnd                   // it only grows, and the list ascends
	movesToStart                 // it only grows, and the list descends
)

// reader reads one list, or a window of it, through a call that knows only
// offset and limit, and proves that nothing is missing. A reader is for one
// reading.
type reader[T any] struct {
	what       string
	offset     int                 // where the window begins
	limit      int                 // how many rows it has at most, 0 for all
	key        func(row *T) string // who a row is
	sortValue  func(row *T) string // what the list is sorted by, "" where rows do not show it
	descending bool                // the list is sorted from the greatest value down
	moves      movement
	fetch      func(ctx context.Context, offset, limit int) (page[T], error)

	pages, rows int // put together so far
	requests    atomic.Int64
}

func (r *reader[T]) reading() Reading {
	requests := int(r.requests.Load())
	return Reading{Pages: r.pages, Jobs: r.rows, Requests: requests, Rereads: max(0, requests-r.pages)}
}

// read returns the window's rows and the list's count. It reads the list anew
// while a round of reading ends without a proof, and gives up after maxRounds.
func (r *reader[T]) read(ctx context.Context) ([]T, int, error) {
	var seen union[T]
	for n := range maxRounds {
		result, err := r.readOverlapping(ctx, n > 0)
		if err == nil && result.roundsOffsets {
			result, err = r.readPlain(ctx)
		}
		switch {
		case err != nil:
			return nil, 0, err
		case result.whole:
			return result.rows, result.count, nil
		case len(result.positions) == len(result.rows):
			seen.add(&result, r.key)
			if rows, ok := seen.whole(r.windowed()); ok {
				return rows, result.count, nil
			}
		}
	}
	return nil, 0, &ChangingError{Rounds: maxRounds}
}

// round is what one reading of the list brought.
type round[T any] struct {
	rows          []T
	positions     []int     // of the rows in the list, as far as pages told
	loose         []page[T] // what was read besides
	count         int       // of the last page
	whole         bool      // nothing is missing: proven
	changed       bool      // rows came, went or moved meanwhile, as far as was seen
	roundsOffsets bool      // the service does not give the page that it is asked for
}

// union gathers what several rounds saw. If the service counted the same number
// of rows in every page of every round, nothing else showed a change either, and
// that many different rows were seen, then these are all of them, in whatever
// order it puts rows of equal value.
type union[T any] struct {
	rows      []T
	positions []int
	index     map[string]int
	count     int
	changed   bool
}

func (u *union[T]) add(result *round[T], key func(*T) string) {
	if u.index == nil {
		u.index = make(map[string]int, len(result.rows))
		u.count = result.count
	}
	u.changed = u.changed || result.changed || result.count != u.count
	one := func(row *T, position int) {
		k := key(row)
		if _, ok := u.index[k]; !ok {
			u.index[k] = len(u.rows)
			u.rows = append(u.rows, *row)
			u.positions = append(u.positions, position)
		}
	}
	for i := range result.rows {
		one(&result.rows[i], result.positions[i])
	}
	for _, page := range result.loose {
		for i := range page.rows {
			one(&page.rows[i], page.offset+i)
		}
	}
}

// whole returns the rows in the list's order, if they are all. Of a window the
// count does not tell how many rows belong to it once rows swap places across
// its ends.
func (u *union[T]) whole(windowed bool) ([]T, bool) {
	if u.changed || windowed || len(u.rows) != u.count {
		return nil, false
	}
	order := make([]int, len(u.rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return u.positions[a] - u.positions[b] })
	rows := make([]T, len(order))
	for i, j := range order {
		rows[i] = u.rows[j]
	}
	return rows, true
}

func (r *reader[T]) windowed() bool { return r.offset > 0 || r.limit > 0 }

// expected is how many rows the window has in a list of count rows.
func (r *reader[T]) expected(count int) int {
	rows := max(0, count-r.offset)
	if r.limit > 0 {
		rows = min(rows, r.limit)
	}
	return rows
}

// page asks for one page until it does not contradict itself.
func (r *reader[T]) page(ctx context.Context, offset, limit int) (page[T], error) {
	for try := 1; ; try++ {
		r.requests.Add(1)
		p, err := r.fetch(ctx, offset, limit)
		if err != nil {
			return p, err
		}
		problem := r.contradiction(&p, limit)
		if problem == "" {
			return p, nil
		}
		if try == maxPageTries {
			return p, &InconsistentError{Offset: offset, Limit: limit, Count: p.count, Rows: len(p.rows), Problem: problem}
		}
	}
}

func (r *reader[T]) contradiction(p *page[T], limit int) string {
	switch {
	case len(p.rows) > limit:
		return "a page has more rows than it was asked for"
	case len(p.rows) == 0 && p.offset < p.count:
		return "a page is empty before the end of the list"
	case len(p.rows) > 0 && p.end() > p.count:
		return "a page has rows beyond the list's count"
	}
	keys := make(map[string]struct{}, len(p.rows))
	for i := range p.rows {
		keys[r.key(&p.rows[i])] = struct{}{}
	}
	if len(keys) < len(p.rows) {
		return "a page has the same row twice"
	}
	return ""
}
