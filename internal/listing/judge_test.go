package listing_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/metastudio/terraform-provider-metastudio/internal/listing"
)

// reader is listing.Read, or something to compare it with. The judge's own tests have readers that
// know more than a list.
type reader func(ctx context.Context, s *service) (listing.Result[row], error)

// readers are those that cases name.
var readers = map[string]reader{
	"listing": func(ctx context.Context, s *service) (listing.Result[row], error) {
		return listing.Read(ctx, s.list())
	},
	"naive": readNaively,
}

// verdict is what the judge finds about one reading.
type verdict struct {
	lost     []string // rows that were there throughout and are not in the result
	defects  []string // all else that must not happen, whatever the service does
	err      error
	requests int
	ideal    int
}

// read lets a reader read once, in a bubble of its own, and judges.
func read(t *testing.T, s *setup, by reader) (v verdict) {
	t.Helper()
	defer func() {
		// The bubble panics if goroutines are blocked for ever.
		if problem := recover(); problem != nil {
			v.defects = append(v.defects, fmt.Sprintf("panic: %v", problem))
		}
	}()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		service := newService(s, cancel)
		before := service.snapshot()
		result, err := func() (result listing.Result[row], err error) {
			defer func() {
				if problem := recover(); problem != nil {
					err = fmt.Errorf("panic: %v", problem)
					service.defect("%v", err)
				}
			}()
			return by(ctx, service)
		}()
		service.mu.Lock()
		v = service.judge(before, &result, err)
		requests := service.requests
		service.mu.Unlock()
		cancel()
		synctest.Wait()
		if service.requests > requests {
			v.defects = append(v.defects, "requests after the reading was over")
		}
	})
	return v
}

// snapshot returns the list in its order before the reading.
func (s *service) snapshot() []*record { return slices.Clone(s.head.orders[0].records) }

// judge compares the result with what the service knows to have happened. It knows nothing of how
// the reader works.
func (s *service) judge(before []*record, result *listing.Result[row], err error) verdict {
	v := verdict{err: err, requests: s.requests}
	most := max(len(before), len(s.head.orders[0].records))
	v.ideal = s.ideal(s.wanted(most), s.Limit == 0 || s.Offset+s.Limit > s.fewest)
	if s.flying > 0 {
		s.defect("%d requests are left behind", s.flying)
	}
	if result.Reading.Requests != s.requests {
		s.defect("the reading says that it took %d requests, it took %d", result.Reading.Requests, s.requests)
	}
	if err != nil {
		s.judgeError(err)
		v.defects = s.defects
		return v
	}
	if !s.counts[result.Count] {
		s.defect("no page that was not narrowed had the count %d", result.Count)
	}
	if result.Reading.Rows != len(result.Rows) {
		s.defect("the reading says that it has %d rows, it has %d", result.Reading.Rows, len(result.Rows))
	}

	found := make([]bool, len(s.lives))
	for i := range result.Rows {
		r := &result.Rows[i]
		switch life := &s.lives[r.number]; {
		case found[r.number]:
			s.defect("row %s twice", r.ID)
		case life.died <= s.first-s.staleness() || life.born > s.last:
			s.defect("row %s was not there", r.ID)
		}
		found[r.number] = true
		value, ok := s.shown[r.number]
		if ok && value != r.Value && s.calm && s.Sort == byUpdateTime && s.Lags == nil && s.Offsets == exact && !s.windowed() {
			s.defect("row %s is not where it was seen last", r.ID)
		}
	}
	s.judgeOrder(result.Rows)
	switch {
	case len(s.changes) == 0:
		s.judgeRest(before, result.Rows)
	case s.windowed():
		s.judgeLength(result.Rows)
		s.judgeBeginning(before, result.Rows)
	}
	v.lost = s.lost(before, result.Rows, found)
	v.defects = s.defects
	return v
}

// wanted is how many of so many rows are asked for.
func (s *service) wanted(rows int) int {
	rows = max(0, rows-s.Offset)
	if s.Limit > 0 {
		rows = min(rows, s.Limit)
	}
	return rows
}

// throughout reports whether every page that was read could have shown the row: it was there in the
// oldest table that a replica had at the first moment, and is there after the last.
func (s *service) throughout(number int) bool {
	life := &s.lives[number]
	return life.born <= s.first-s.staleness() && life.died > s.last
}

// showsOrder reports whether the rows show the values by which they are sorted.
func (s *service) showsOrder() bool {
	return s.Sort != byAssetOrder && !s.Hidden && s.Odd == 0
}

// judgeOrder looks for rows out of order: by what they show, and, as far as their values did not
// change, by what they are.
func (s *service) judgeOrder(rows []row) {
	o := s.head.orders[0]
	var shown, settled *row
	var shownDefect, settledDefect string
	for i := range rows {
		r := &rows[i]
		if r.Shown && s.Sort != byAssetOrder {
			if shown != nil && shownDefect == "" && o.compareValues(shown.Value, r.Value) > 0 {
				shownDefect = fmt.Sprintf("row %s at %d shows that it belongs before row %s", r.ID, i, shown.ID)
			}
			shown = r
		}
		if life := &s.lives[r.number]; !life.moved && s.throughout(r.number) {
			if settled != nil && settledDefect == "" && o.compareValues(s.sortOf(settled), s.sortOf(r)) > 0 {
				settledDefect = fmt.Sprintf("row %s at %d belongs before row %s", r.ID, i, settled.ID)
			}
			settled = r
		}
	}
	switch {
	case s.Hidden && (shownDefect == "" || settledDefect == ""):
		// Sorted by what they show or by what they are: nobody can tell.
	case shownDefect != "":
		s.defect("%s", shownDefect)
	case settledDefect != "":
		s.defect("%s", settledDefect)
	}
}

// sortOf is the value by which the row is sorted, if it did not move.
func (s *service) sortOf(r *row) int64 {
	return s.lives[r.number].initial.sorts[s.head.orders[0].column]
}

// judgeRest holds the result of a list that did not change against the list: there is one right
// answer, but for the order of equal rows.
func (s *service) judgeRest(before []*record, rows []row) {
	want := before[min(s.Offset, len(before)):]
	want = want[:s.wanted(len(before))]
	if len(rows) != len(want) {
		s.defect("%d rows instead of %d", len(rows), len(want))
		return
	}
	if s.Hidden {
		return
	}
	for i := range want {
		switch {
		case s.sortOf(&rows[i]) != s.sortOf(&want[i].row):
			s.defect("row %s at %d does not have the value of the list's row there", rows[i].ID, i)
			return
		case !s.Turned && rows[i].number != want[i].number:
			s.defect("row %s at %d instead of row %s of the same value", rows[i].ID, i, want[i].ID)
			return
		}
	}
}

// judgeLength is about windows of lists that change: as many rows as the window has, unless the
// list was too short at some time.
func (s *service) judgeLength(rows []row) {
	if s.Limit > 0 && len(rows) > s.Limit {
		s.defect("%d rows in a window of %d", len(rows), s.Limit)
	}
	if least := s.wanted(s.fewest - len(s.changes)); len(rows) < least && s.Offsets == exact {
		s.defect("%d rows in a window that had at least %d", len(rows), least)
	}
}

// judgeBeginning is about windows of lists that change: they begin where the offset says, give or
// take a row for each change.
func (s *service) judgeBeginning(before []*record, rows []row) {
	if len(rows) == 0 || !s.showsOrder() || s.Offsets != exact {
		return
	}
	o := &order{column: byTime, descending: s.Descending, records: before}
	first, behind := o.first(rows[0].Value, false), o.first(rows[0].Value, true)
	if changes := len(s.changes); first > s.Offset+changes || behind <= s.Offset-changes {
		s.defect("the window begins with row %s, at %d to %d of the list after %d changes", rows[0].ID, first, behind, changes)
	}
}

// lost returns the rows that have to be in the result and are not. Of a window of a list that
// changes these are the ones between its first row and its last, or between the first and the end
// of the list if the window has no other end.
func (s *service) lost(before []*record, rows []row, found []bool) []string {
	if s.windowed() && (len(rows) == 0 || !s.showsOrder()) {
		return nil
	}
	o := s.head.orders[0]
	open := s.Limit == 0 || len(rows) < s.Limit
	initially := map[int]int{}
	if s.windowed() {
		for i, r := range before {
			initially[r.number] = i
		}
	}
	inside := func(number int) bool {
		life := &s.lives[number]
		switch value := life.initial.sorts[o.column]; {
		case !s.windowed():
			return true
		case life.moved:
			// Never so far ahead that changes could have put it before the window.
			at, ok := initially[number]
			return ok && s.Limit == 0 && !s.Descending && at >= s.Offset+len(s.changes)
		default:
			return o.compareValues(rows[0].Value, value) < 0 &&
				(open || o.compareValues(value, rows[len(rows)-1].Value) < 0)
		}
	}
	var lost []string
	for number := range s.lives {
		if !found[number] && s.throughout(number) && inside(number) {
			lost = append(lost, s.lives[number].initial.ID)
		}
	}
	return lost
}

// judgeError looks for errors that say what is not true.
func (s *service) judgeError(err error) {
	faithful := !s.Short && s.Offsets == exact && s.Count == truthful && s.Filter == inclusive && s.Lags == nil && !s.Hidden && s.Odd == 0
	switch {
	case errors.Is(err, errRunaway):
	case errors.Is(err, errRequest):
	case errors.Is(err, context.Canceled) && s.CancelAt > 0:
	case isA[*listing.ChangedError](err):
		if len(s.changes) == 0 {
			s.defect("an error says that the list changed, and it did not: %v", err)
		}
	case isA[*listing.ServiceError](err):
		if faithful {
			s.defect("an error accuses a faithful service: %v", err)
		}
	case isA[*listing.PageError](err):
		if faithful {
			s.defect("an error accuses a page of a faithful service: %v", err)
		}
	case isA[*listing.UnprovenError](err): // accuses nobody
	case isA[*listing.EqualRowsError](err):
		if s.Ties != longRuns && s.Clamp >= 50 {
			s.defect("an error sees a long run of equal rows, and there is none: %v", err)
		}
	case isA[*listing.TooManyError](err):
		if s.Count == truthful {
			s.defect("an error says that the rows are too many: %v", err)
		}
	default:
		s.defect("an error of no known kind: %v", err)
	}
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
