package listing

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"
)

// shelf is a small list behind offset and limit, for tests that say what is asked for. It keeps to
// its parameters unless a field says otherwise.
type shelf struct {
	rows    []number
	late    int           // the offset of a page that waits for release; 0 for none
	release chan struct{} // closed to let it come

	clamp    int                                  // the most rows of a page; 0 is what was asked for
	offset   func(offset, limit int) int          // where the page begins that is asked for by an offset
	since    func(value int) int                  // the first value from From on
	until    func(value int) int                  // the last value to To
	short    func(answer int) int                 // the most rows of a page, at least one
	fraction func(id string) bool                 // whether a row has a fraction that it does not show, so that To leaves it out
	count    func(listed, onPage, answer int) int // what is counted
	before   func(answer int, s *shelf)           // what happens before an answer, numbered from 1
	fails    int                                  // the number of an answer that is an error; 0 for none
	turned   bool                                 // each request turns rows of equal value by one
	unshown  bool                                 // whether fetchUnshown is to be used

	slow bool // answers take their time, each a different one

	mu      sync.Mutex
	asked   []asked
	answers int
	moves   Movement
	always  map[string]bool // rows that were there at every request
}

// asked is one request.
type asked struct {
	at     time.Time
	offset int
	text   string
}

// rising returns rows with the values 0, 1, 2 and so on.
func rising(n int) []number { return repeated(n, 1) }

// repeated returns n rows, times of them with each value.
func repeated(n, times int) []number {
	values := make([]int, n)
	for i := range values {
		values[i] = i / times
	}
	return numbers(values...).rows
}

// requests returns what was asked for, in this order: the offset, with "x" and the limit if it is
// not that of a page, and with the values from which and to which.
func (s *shelf) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.SortStableFunc(s.asked, func(a, b asked) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.offset, b.offset)) })
	var texts []string
	for _, a := range s.asked {
		texts = append(texts, a.text)
	}
	return texts
}

// unknown is the value of a row that does not show it.
const unknown = -1 << 20

// compareNumbers compares rows by their values.
func compareNumbers(a, b *number) (int, bool) {
	return a.value - b.value, a.value != unknown && b.value != unknown
}

// fetchUnshown is fetch with rows that do not show their values.
func (s *shelf) fetchUnshown(ctx context.Context, request Request[number]) (Page[number], error) {
	page, err := s.fetch(ctx, request)
	for i := range page.Rows {
		page.Rows[i].value = unknown
	}
	return page, err
}

func (s *shelf) fetch(ctx context.Context, request Request[number]) (Page[number], error) {
	s.mu.Lock()
	s.asked = append(s.asked, asked{time.Now(), request.Offset, requestText(request)})
	s.mu.Unlock()
	if s.slow {
		time.Sleep(time.Second + time.Duration(request.Offset)*time.Millisecond)
	}
	if request.Offset == s.late && s.late > 0 {
		<-s.release
	}
	if err := ctx.Err(); err != nil {
		return Page[number]{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers++
	if s.before != nil {
		s.before(s.answers, s)
	}
	s.record()
	if s.answers == s.fails {
		return Page[number]{}, errShelf
	}

	listed := s.narrowed(request)
	if s.turned {
		turn(listed, s.answers)
	}
	limit := request.Limit
	if s.clamp > 0 {
		limit = min(limit, s.clamp)
	}
	begin := request.Offset
	if s.offset != nil {
		begin = s.offset(request.Offset, limit)
	}
	begin = min(begin, len(listed))
	if s.short != nil {
		limit = max(1, min(limit, s.short(s.answers)))
	}
	page := Page[number]{Count: len(listed), Rows: listed[begin:min(begin+limit, len(listed))]}
	if s.count != nil {
		page.Count = s.count(page.Count, len(page.Rows), s.answers)
	}
	return page, nil
}

// narrowed returns the rows that the request's values leave.
func (s *shelf) narrowed(request Request[number]) []number {
	var listed []number
	for _, row := range s.rows {
		first, last := row.value, row.value
		if request.From != nil {
			first = request.From.value
			if s.since != nil {
				first = s.since(first)
			}
		}
		if request.To != nil {
			last = request.To.value
			if s.until != nil {
				last = s.until(last)
			}
		}
		if request.To != nil && row.value == last && s.fraction != nil && s.fraction(row.id) {
			continue
		}
		if first <= row.value && row.value <= last {
			listed = append(listed, row)
		}
	}
	return listed
}

// record keeps which rows were there at every request.
func (s *shelf) record() {
	now := map[string]bool{}
	for _, row := range s.rows {
		now[row.id] = s.always == nil || s.always[row.id]
	}
	s.always = now
}

// remove takes rows from the position from to before the position to.
func (s *shelf) remove(from, to int) { s.rows = slices.Delete(s.rows, from, to) }

// add puts rows in at their places.
func (s *shelf) add(rows ...number) {
	s.rows = append(slices.Clone(s.rows), rows...)
	slices.SortStableFunc(s.rows, func(a, b number) int { return cmp.Compare(a.value, b.value) })
}

// move gives a row another value.
func (s *shelf) move(from, to int) {
	i := slices.IndexFunc(s.rows, func(row number) bool { return row.value == from })
	row := s.rows[i]
	s.remove(i, i+1)
	row.value = to
	s.add(row)
}

// turn rotates the rows of each value.
func turn(rows []number, by int) {
	for i := 0; i < len(rows); {
		j := i + 1
		for j < len(rows) && rows[j].value == rows[i].value {
			j++
		}
		run := slices.Clone(rows[i:j])
		for k := range run {
			rows[i+(k+by)%len(run)] = run[k]
		}
		i = j
	}
}

func requestText(request Request[number]) string {
	text := strconv.Itoa(request.Offset)
	if request.Limit != pageOfTen {
		text += "x" + strconv.Itoa(request.Limit)
	}
	if request.From != nil {
		text += ">=" + request.From.id
	}
	if request.To != nil {
		text += "<=" + request.To.id
	}
	return text
}

// errShelf is what a request fails with that is meant to fail.
var errShelf = errors.New("the request failed")

// pageOfTen is the page size of the tests with a shelf.
const pageOfTen = 10
