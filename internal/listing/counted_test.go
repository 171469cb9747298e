package listing

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// idsOf returns the IDs of rows, separated by spaces.
func idsOf(rows []number) string {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].id
	}
	return strings.Join(ids, " ")
}

// TestSplice adds a page that overlaps the one before it.
func TestSplice(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		before []int
		length int // of the page before
		page   []int
		want   string
		added  int
	}{
		{"the same rows on both", []int{1, 2, 3, 4, 5}, 5, []int{4, 5, 6, 7}, "1 2 3 4 5 6 7", 2},
		{"no row on both", []int{1, 2, 3}, 3, []int{4, 5}, "1 2 3 4 5", 2},
		{"in another order", []int{1, 2, 3, 4, 5}, 5, []int{5, 4, 6}, "1 2 3 5 4 6", 1},
		{"a new row before those on both", []int{1, 2, 3}, 5, []int{9, 3, 4}, "1 2 9 3 4", 2},
		{"rows that the new page lacks", []int{1, 2, 3, 4, 5}, 5, []int{3, 6}, "1 2 3 6", -1},
		{"a row that came to stand behind", []int{1, 2, 3, 4, 5}, 5, []int{5, 2, 6}, "1 3 4 5 2 6", 1},
		{"a row of a page long before", []int{1, 2, 3, 4, 5, 6}, 3, []int{2, 5, 6, 7}, "1 3 4 2 5 6 7", 1},
		{"the first row of the page before", []int{1, 2, 3, 4, 5, 6}, 3, []int{4, 7}, "1 2 3 4 7", -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := collected(numbers(test.before...))
			added := c.splice(numbers(test.page...), test.length, keyOf)
			if got := idsOf(c.ordered(keyOf)); got != test.want || added != test.added || len(c.index) != len(strings.Fields(test.want)) {
				t.Errorf("got %s, %d added, %d known, want %s, %d added", got, added, len(c.index), test.want, test.added)
			}
		})
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	c := collected(numbers(1, 2, 3))
	c.keep(numbers(3, 1, 4).rows, keyOf)
	if got := idsOf(c.ordered(keyOf)); got != "1 3" || len(c.index) != 2 {
		t.Errorf("got %s, %d known, want 1 3", got, len(c.index))
	}
}

// TestCollect asks for pages of ten rows, or of forty, from a service that does not filter.
func TestCollect(t *testing.T) {
	t.Parallel()
	five := &number{"5", 5}
	count := func(n int) func(int, int, int) int { return func(int, int, int) int { return n } }
	fives := func(other int) []number {
		rows := repeated(25, 25)
		for i := range rows {
			rows[i].value = 5
		}
		rows[other].value = 6
		return rows
	}
	for _, test := range []struct {
		name                       string
		shelf                      *shelf
		of                         *number // whose value was asked for
		pageSize, end, overlapping int
		asked                      string // offsets
		rows                       int
		foreign                    bool
	}{
		{name: "no rows", shelf: &shelf{}, asked: "0"},
		{name: "no rows, counted otherwise", shelf: &shelf{count: count(5)}, asked: "0"},
		{name: "fewer than a page", shelf: &shelf{rows: rising(9)}, asked: "0", rows: 9},
		{name: "to an end", shelf: &shelf{rows: rising(45)}, end: 25, asked: "0 10 20", rows: 25},
		{name: "to an end where a page ends", shelf: &shelf{rows: rising(45)}, end: 20, asked: "0 10", rows: 20},
		{name: "to an end of which the count does not know", shelf: &shelf{rows: rising(45), count: count(10)}, end: 15, asked: "0 10", rows: 15},
		{name: "counts as many as the first page has", shelf: &shelf{rows: rising(25), count: count(10)}, asked: "0 10 20", rows: 25},
		{name: "the same page for ever", shelf: &shelf{rows: rising(10), count: count(10), offset: func(int, int) int { return 0 }}, asked: "0 10", rows: 10},
		{name: "overlapping", shelf: &shelf{rows: rising(100)}, pageSize: 40, overlapping: 20, asked: "0 38 76", rows: 100},
		{name: "not overlapping", shelf: &shelf{rows: rising(100)}, pageSize: 40, asked: "0 40 80", rows: 100},
		{name: "overlapping, the same page for ever", shelf: &shelf{rows: rising(40), count: count(40), offset: func(int, int) int { return 0 }},
			pageSize: 40, overlapping: 20, asked: "0 38", rows: 40},
		{name: "another value on the first page", shelf: &shelf{rows: fives(3)}, of: five, asked: "0", rows: 10, foreign: true},
		{name: "another value on a page between", shelf: &shelf{rows: fives(13)}, of: five, asked: "0 10 20", rows: 25, foreign: true},
		{name: "another value, and none asked for", shelf: &shelf{rows: fives(3)}, asked: "0 10 20", rows: 25},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := test.shelf
			s.fails = 20 // it does not go on for ever
			view := View[number]{Compare: compareNumbers, Fetch: func(ctx context.Context, request Request[number]) (Page[number], error) {
				request.From, request.To = nil, nil
				return s.fetch(ctx, request)
			}}
			r := newReader(&List[number]{View: view, InFlight: 1, PageSize: max(pageOfTen, test.pageSize), Key: keyOf, Noun: "rows"})
			found := &collection[number]{}
			added, err := r.collect(t.Context(), &r.View, Request[number]{From: test.of, To: test.of}, test.end, test.overlapping, found)
			if err != nil {
				t.Fatal(err)
			}
			var asked []string
			for _, a := range s.asked {
				asked = append(asked, strconv.Itoa(a.offset))
			}
			if diff := cmp.Diff(test.asked, strings.Join(asked, " ")); diff != "" {
				t.Errorf("asked for (-want +got):\n%s", diff)
			}
			if added != test.rows || len(found.index) != test.rows || found.foreign != test.foreign {
				t.Errorf("%d added, %d rows, foreign %t, want %d, foreign %t", added, len(found.index), found.foreign, test.rows, test.foreign)
			}
		})
	}
}

// TestCollectSplicesPages removes a row that two pages share before the second one is asked for.
// From the first row on that both pages have, the result is that of the later page.
func TestCollectSplicesPages(t *testing.T) {
	t.Parallel()
	s := &shelf{rows: rising(60), before: func(answer int, s *shelf) {
		if answer == 2 {
			s.remove(39, 40)
		}
	}}
	r := newReader(&List[number]{View: View[number]{Compare: compareNumbers, Fetch: s.fetch}, InFlight: 1, PageSize: 40, Key: keyOf})
	found := &collection[number]{}
	if _, err := r.collect(t.Context(), &r.View, Request[number]{}, 0, 20, found); err != nil {
		t.Fatal(err)
	}
	want := append(rising(39), rising(60)[40:]...)
	if diff := cmp.Diff(idsOf(want), idsOf(found.ordered(keyOf))); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// TestRequestsThatFail fails one request of a kind: the reading has this error and no other.
func TestRequestsThatFail(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		shelf  *shelf
		offset int
	}{
		{"the page beside a window's first", &shelf{rows: rising(45), offset: roundOffset, fails: 2}, 41},
		{"the page at the multiple below", &shelf{rows: rising(45), offset: roundOffset, fails: 3}, 41},
		{"the page below a window's first", &shelf{rows: rising(45), offset: ignoreOffset, fails: 4}, 41},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			list := List[number]{
				View: View[number]{Compare: compareNumbers, Fetch: test.shelf.fetch},
				Noun: "rows", PageSize: pageOfTen, InFlight: 1, Key: keyOf, Offset: test.offset,
			}
			if result, err := Read(t.Context(), &list); !errors.Is(err, errShelf) {
				t.Errorf("%d rows: %v, asked for %q", len(result.Rows), err, test.shelf.requests())
			}
		})
	}
}
