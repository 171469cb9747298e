package listing

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// readingTest is a reading of a small list, with pages of ten rows. want says what becomes of it,
// and what is asked for, request by request, see shelf.requests.
type readingTest struct {
	name          string
	shelf         *shelf
	offset, limit int
	moves         Movement
	proof         bool // the list can be read in the order of its values as well
	want          string
}

// runOf returns rows of distinct values, as many of one value as equal says, and rows behind these.
func runOf(before, equal, behind int) []number {
	var values []int
	for i := range before {
		values = append(values, i)
	}
	for range equal {
		values = append(values, 50)
	}
	for i := range behind {
		values = append(values, 60+i)
	}
	return numbers(values...).rows
}

// roundOffset, pageNumber and ignoreOffset are what services make of an offset.
func roundOffset(offset, limit int) int { return offset - offset%limit }
func pageNumber(offset, limit int) int  { return offset * limit }
func ignoreOffset(int, int) int         { return 0 }

// removeAt removes rows before an answer.
func removeAt(at, from, to int) func(int, *shelf) {
	return func(answer int, s *shelf) {
		if answer == at {
			s.remove(from, to)
		}
	}
}

// addAt adds rows of these values before an answer.
func addAt(at int, values ...int) func(int, *shelf) {
	return func(answer int, s *shelf) {
		if answer == at {
			rows := numbers(values...).rows
			for i := range rows {
				rows[i].id = "new" + rows[i].id
			}
			s.add(rows...)
		}
	}
}

// addToStart adds as many rows to the start of the list before each answer as rows says.
func addToStart(rows map[int]int) func(int, *shelf) {
	return func(answer int, s *shelf) {
		for i := range rows[answer] {
			s.add(number{fmt.Sprint("new", answer, "-", i), -answer})
		}
	}
}

// moveAt moves the rows of these values before an answer.
func moveAt(at int, values ...int) func(int, *shelf) {
	return func(answer int, s *shelf) {
		if answer == at {
			for i, value := range values {
				if s.moves == ToStart {
					s.move(value, -1-i)
				} else {
					s.move(value, 100+i)
				}
			}
		}
	}
}

// testReadings reads, and holds the requests and the outcome against what is wanted.
func testReadings(t *testing.T, tests []readingTest) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := test.shelf
				s.slow, s.moves = true, test.moves
				list := List[number]{
					View: View[number]{Compare: compareNumbers, Moves: test.moves, Fetch: s.fetch},
					Noun: "rows", PageSize: pageOfTen, InFlight: 30, Key: keyOf, Offset: test.offset, Limit: test.limit,
				}
				if s.unshown {
					list.Fetch = s.fetchUnshown
				}
				if test.proof {
					list.Proof = &View[number]{Compare: compareNumbers, Fetch: s.fetch}
				}
				result, err := Read(t.Context(), &list)
				outcome := fmt.Sprintf("%d rows", len(result.Rows))
				if err != nil {
					outcome = strings.TrimPrefix(fmt.Sprintf("%T", err), "*listing.")
					outcome, _, _ = strings.Cut(outcome, "[")
				} else {
					s.check(t, &list, result.Rows)
				}
				requests := strings.Join(s.requests(), " ")
				if n := len(s.requests()); n > 30 {
					requests = fmt.Sprintf("%d requests", n)
				}
				if got := outcome + ": " + requests; got != test.want {
					t.Errorf("got  %s\nwant %s", got, test.want)
				}
			})
		})
	}
}

// check holds the result against the list: at rest there is one right answer, and of a list that
// changed it has each row that was always there, once.
func (s *shelf) check(t *testing.T, list *List[number], rows []number) {
	t.Helper()
	var got []string
	for _, row := range rows {
		got = append(got, row.id)
	}
	if s.before == nil && !s.turned {
		var want []string
		for i, row := range s.rows {
			if i >= list.Offset && (list.Limit == 0 || i < list.Offset+list.Limit) {
				want = append(want, row.id)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
	}
	times := map[string]int{}
	for _, id := range got {
		times[id]++
		if times[id] > 1 {
			t.Errorf("row %s is there %d times", id, times[id])
		}
	}
	for id, always := range s.always {
		if always && times[id] == 0 && list.Offset == 0 && list.Limit == 0 {
			t.Errorf("row %s is missing", id)
		}
	}
	if !s.unshown && !slices.IsSortedFunc(rows, func(a, b number) int { return a.value - b.value }) {
		t.Errorf("rows are out of order: %v", rows)
	}
}
