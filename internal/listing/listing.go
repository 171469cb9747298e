package listing

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/semaphore"
)

const (
	// maxRows bounds the work that a count can ask for.
	maxRows = 1_000_000
	// maxPageTries is how often a page that contradicts itself is asked for.
	maxPageTries = 3
	// minPage is how many rows a page needs to overlap both of its neighbours.
	minPage = 3
)

// Page is one answer of the service.
type Page[T any] struct {
	// Rows are the rows of the page, at most as many as were asked for.
	Rows []T
	// Count is how many rows the service counts in the list that was asked for. It serves to plan
	// the reading and proves nothing.
	Count int
}

// Request asks for one page of a list.
type Request[T any] struct {
	// Offset is how many rows of the list stand before the page.
	Offset int
	// Limit is the largest number of rows of the page.
	Limit int
	// From leaves out the rows that stand before From's value, To the rows that stand behind To's
	// value, both in the order of the view. Rows of these very values are not left out. nil leaves
	// out nothing.
	From, To *T
}

// narrowed reports whether the request is for a part of the list only, so that its offset and its
// count are not those of the list.
func (r *Request[T]) narrowed() bool { return r.From != nil || r.To != nil }

// Movement says where a row goes when the value changes by which the list is sorted.
type Movement int

const (
	// Stays means that the value of a row never changes.
	Stays Movement = iota
	// ToEnd means that the value can change, and that the row then goes to the end of the list.
	ToEnd
	// ToStart means that the value can change, and that the row then goes to the start of the list.
	ToStart
)

// View is a list in one order.
type View[T any] struct {
	// Compare compares the values of two rows by which the list is sorted. The order is negative
	// where a's value stands before b's in the order of the view, and 0 where they are equal. shown
	// is false where one of the rows does not show its value; the order then means nothing.
	Compare func(a, b *T) (order int, shown bool)
	// Moves says what happens to a row whose value changes.
	Moves Movement
	// Fetch asks the service for one page. It is called from several goroutines at a time.
	Fetch func(ctx context.Context, request Request[T]) (Page[T], error)
}

// List describes a list, or a window of one.
type List[T any] struct {
	// View is the list in the order in which its rows are returned.
	View[T]
	// Proof is the same list in another order, nil where there is none. Where the rows do not show
	// their place in the order of View, it proves which rows there are.
	Proof *View[T]
	// Noun names the rows in errors, such as "jobs".
	Noun string
	// PageSize is the most rows that the service puts on a page.
	PageSize int
	// InFlight is how many pages are asked for at a time.
	InFlight int
	// Key returns the unique ID of a row.
	Key func(row *T) string
	// Offset is how many rows are left out before the first, Limit how many are returned at most. 0
	// returns all.
	Offset, Limit int
}

// windowed reports whether a part of the list is wanted only.
func (l *List[T]) windowed() bool { return l.Offset > 0 || l.Limit > 0 }

// Reading says how far, and with how much work, a list was read.
type Reading struct {
	// Pages is how many pages were put together, Rows how many rows they had.
	Pages, Rows int
	// Requests is how many pages were asked for.
	Requests int
}

// Result is a list, or a window of one, whole.
type Result[T any] struct {
	// Rows are the rows in the order of the list, each once.
	Rows []T
	// Count is what the service counted on the last page of the list that was read, 0 where none
	// was. It is set as well where Read fails.
	Count int
	// Reading says how the list was read. It is set as well where Read fails.
	Reading Reading
}

// Read returns the rows of a list, or of a window of it, as far as the package comment promises, or
// an error: what Fetch failed with, a *ChangedError, a *ServiceError, an *UnprovenError, an
// *EqualRowsError, a *PageError or a *TooManyError.
func Read[T any](ctx context.Context, list *List[T]) (Result[T], error) {
	r := newReader(list)
	rows, err := r.read(ctx)
	if err != nil {
		rows = nil
	}
	reading := r.reading
	reading.Requests = r.sent
	return Result[T]{Rows: rows, Count: r.count, Reading: reading}, err
}

// reader reads one list, once.
type reader[T any] struct {
	*List[T]

	reading Reading // but for the requests
	full    int     // rows of a full page
	places  *semaphore.Weighted

	mu       sync.Mutex
	sent     int // requests, with those whose answers contradicted themselves
	answered int
	count    int // on the last page of the whole list
}

func newReader[T any](list *List[T]) *reader[T] {
	return &reader[T]{List: list, full: list.PageSize, places: semaphore.NewWeighted(int64(list.InFlight))}
}

// read reads the list in its own order by values, and where its rows do not show them, in the next
// best way.
func (r *reader[T]) read(ctx context.Context) ([]T, error) {
	rows, err := r.byValues(ctx, &r.View)
	switch {
	case !errors.Is(err, errNotShown):
		return rows, err
	case r.windowed():
		return r.readWindow(ctx)
	case r.Proof == nil:
		return r.readCounted(ctx, &r.View, nil, nil)
	}
	rows, err = r.readOrdered(ctx)
	if errors.Is(err, errNotShown) { // nor do they in the other order
		return r.readCounted(ctx, &r.View, nil, nil)
	}
	return rows, err
}

// byValues reads the list, or the window, in the order of view. The error is errNotShown where
// values would be needed that rows do not show.
func (r *reader[T]) byValues(ctx context.Context, view *View[T]) ([]T, error) {
	first, err := r.firstPage(ctx, view)
	if err != nil {
		return nil, err
	}
	c := newChain(r, view, &first)
	err = c.read(ctx)
	if errors.Is(err, errNotShown) {
		if err := c.checkStart(ctx); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	if view.Moves == ToStart && r.Offset == 0 && c.pages > 1 {
		if c, err = c.closeStart(ctx); err != nil {
			return nil, err
		}
	}
	return c.result(), nil
}

// page is a page with what was asked for.
type page[T any] struct {
	Request[T]

	rows  []T
	count int
	// alone is set where all other requests had been answered before this one, which was number
	// number, was sent.
	alone  bool
	number int
}

// fetch asks for a page, and asks again where it contradicts itself: the service may take its count
// and its rows one after the other.
func (r *reader[T]) fetch(ctx context.Context, view *View[T], request Request[T]) (page[T], error) {
	for try := 1; ; try++ {
		p, err := r.ask(ctx, view, request)
		if err != nil {
			return p, err
		}
		problem := r.contradiction(&p)
		if problem == "" {
			return p, nil
		}
		if try == maxPageTries {
			return p, &PageError{Offset: p.Offset, Limit: p.Limit, Count: p.count, Rows: len(p.rows), Problem: problem}
		}
	}
}

// ask sends one request when there is a place for it.
func (r *reader[T]) ask(ctx context.Context, view *View[T], request Request[T]) (page[T], error) {
	// Without a place the context is over, and Fetch fails at once, in its own words.
	if err := r.places.Acquire(ctx, 1); err == nil {
		defer r.places.Release(1)
	}
	r.mu.Lock()
	alone := r.sent == r.answered
	r.sent++
	number := r.sent
	r.mu.Unlock()

	answer, err := view.Fetch(ctx, request)

	r.mu.Lock()
	defer r.mu.Unlock()
	r.answered++
	if err == nil && !request.narrowed() {
		r.count = answer.Count
	}
	return page[T]{Request: request, rows: answer.Rows, count: answer.Count, alone: alone, number: number}, err
}

// latest reports whether page p was asked for after all others had been answered.
func (r *reader[T]) latest(p *page[T]) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return p.alone && p.number == r.sent
}

// contradiction returns what is impossible in a page, "" where nothing is.
func (r *reader[T]) contradiction(p *page[T]) string {
	if len(p.rows) > p.Limit {
		return "a page has more rows than it was asked for"
	}
	keys := make(map[string]struct{}, len(p.rows))
	for i := range p.rows {
		keys[r.Key(&p.rows[i])] = struct{}{}
	}
	if len(keys) < len(p.rows) {
		return "a page has the same row twice"
	}
	return ""
}

// firstPage asks for the first page of the list, or of the window. Where it has too few rows to
// overlap the next one, it is asked for until its count agrees.
func (r *reader[T]) firstPage(ctx context.Context, view *View[T]) (page[T], error) {
	limit := r.PageSize
	if r.Limit > 0 {
		limit = min(limit, r.Limit)
	}
	for try := 1; ; try++ {
		p, err := r.fetch(ctx, view, Request[T]{Offset: r.Offset, Limit: limit})
		switch {
		case err != nil:
			return p, err
		case r.Limit == 0 && p.count-r.Offset > maxRows:
			return p, &TooManyError{Noun: r.Noun, Count: p.count, Max: maxRows}
		case len(p.rows) >= min(minPage, p.Limit) || !deniesEnd(&p):
			return p, nil
		case try == maxPageTries:
			return p, &PageError{
				Offset: p.Offset, Limit: p.Limit, Count: p.count, Rows: len(p.rows),
				Problem: "the first page has less than it was asked for, and its count says that more follows",
			}
		}
	}
}
