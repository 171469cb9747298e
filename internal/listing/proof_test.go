package listing

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
)

// number is a row whose value is a number; a negative one is not shown.
type number struct {
	id    string
	value int
}

var ascending = View[number]{Compare: func(a, b *number) (int, bool) {
	return a.value - b.value, a.value >= 0 && b.value >= 0
}}

// numbers returns a page of rows with these values. A row is named by its value, and by its place
// among equal ones: "5", "5b", "5c".
func numbers(values ...int) *page[number] {
	p := &page[number]{Request: Request[number]{Limit: 100}, count: len(values)}
	seen := map[int]int{}
	for _, value := range values {
		id := strconv.Itoa(value)
		if n := seen[value]; n > 0 {
			id += string(rune('a' + n))
		}
		seen[value]++
		p.rows = append(p.rows, number{id, value})
	}
	return p
}

func (p *page[T]) at(offset, count int) *page[T] {
	p.Offset, p.count = offset, count
	return p
}

func keyOf(row *number) string { return row.id }

func TestJoin(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		last    int
		through bool
		page    *page[number]
		from    int
		want    bool
	}{
		{"begins before the last value", 5, false, numbers(4, 5, 6), 1, true},
		{"begins long before it", 5, false, numbers(1, 2, 3), 3, true},
		{"begins with it", 5, false, numbers(5, 6), 0, false},
		{"begins with it, and all rows of it are known", 5, true, numbers(5, 6), 1, true},
		{"has several of it, and all are known", 5, true, numbers(5, 5, 6), 2, true},
		{"has several of it, and not all are known", 5, false, numbers(4, 5, 5, 6), 1, true},
		{"begins behind it", 5, false, numbers(6, 7), 0, false},
		{"begins behind it, and all rows of it are known", 5, true, numbers(6, 7), 0, false},
		{"is empty", 5, true, numbers(), 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			from, ok := join(&ascending, &number{value: test.last}, test.through, test.page)
			if from != test.from || ok != test.want {
				t.Errorf("got %d, %t, want %d, %t", from, ok, test.from, test.want)
			}
		})
	}
}

func TestInOrder(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		page *page[number]
		want bool
	}{
		{"empty", numbers(), true},
		{"one row", numbers(1), true},
		{"rising", numbers(1, 2, 2, 3), true},
		{"falling", numbers(1, 3, 2), false},
		{"one that shows no value", numbers(-1), false},
		{"the last shows no value", numbers(1, 2, -1), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := inOrder(&ascending, test.page); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestIsEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		moves  Movement
		page   *page[number]
		full   int
		latest bool
		want   bool
	}{
		{"not full", Stays, numbers(1, 2), 3, false, true},
		{"full", Stays, numbers(1, 2, 3), 3, true, false},
		{"empty", Stays, numbers(), 3, false, true},
		{"full, whatever its count says", Stays, numbers(1, 2, 3).at(0, 3), 3, true, false},
		{"not full, whatever its count says", Stays, numbers(1, 2).at(0, 50), 3, false, true},
		{"rows move there, and it is the latest", ToEnd, numbers(1, 2), 3, true, true},
		{"rows move there, and it is not", ToEnd, numbers(1, 2), 3, false, false},
		{"rows move to the start", ToStart, numbers(1, 2), 3, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			view := ascending
			view.Moves = test.moves
			if got := isEnd(&view, test.page, test.full, test.latest); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
	small := numbers(1, 2)
	small.Limit = 2
	if isEnd(&ascending, small, 100, true) {
		t.Error("a page that has what it was asked for is an end")
	}
}

func TestEndsThatCountsDeny(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		page *page[number]
		want bool
	}{
		{"as many as counted", numbers(1, 2).at(98, 100), false},
		{"fewer", numbers(1, 2).at(98, 101), true},
		{"more", numbers(1, 2).at(98, 99), false},
	} {
		if got := deniesEnd(test.page); got != test.want {
			t.Errorf("%s: got %t, want %t", test.name, got, test.want)
		}
	}
	for _, test := range []struct {
		name          string
		behind, again *page[number]
		want          bool
	}{
		{"nothing behind, and the same rows again", numbers(), numbers(1, 2), true},
		{"nothing behind, and the same rows turned", numbers(), numbers(2, 1), true},
		{"nothing behind, and another row", numbers(), numbers(1, 2, 3), true},
		{"nothing behind, and one has gone", numbers(), numbers(2, 3), false},
		{"a row behind", numbers(3), numbers(1, 2), false},
		{"the same rows behind", numbers(1, 2), numbers(1, 2), false},
	} {
		if got := confirmsEnd(keyOf, numbers(1, 2), test.behind, test.again); got != test.want {
			t.Errorf("%s: got %t, want %t", test.name, got, test.want)
		}
	}
}

func TestIsStart(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pages  int
		latest bool
		want   bool
	}{{1, true, true}, {1, false, false}, {2, true, false}} {
		if got := isStart(test.pages, test.latest); got != test.want {
			t.Errorf("%d pages, latest %t: got %t", test.pages, test.latest, got)
		}
	}
}

func TestCutsRun(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		offset, first, last int
		want                bool
	}{{10, 5, 5, true}, {10, 5, 6, false}, {0, 5, 5, false}} {
		if got := cutsRun(&ascending, test.offset, &number{value: test.first}, &number{value: test.last}); got != test.want {
			t.Errorf("offset %d, from %d to %d: got %t", test.offset, test.first, test.last, got)
		}
	}
}

// collected returns pages, each with a count, as a collection.
func collected(pages ...*page[number]) *collection[number] {
	c := &collection[number]{}
	for _, p := range pages {
		c.add(p, keyOf)
	}
	return c
}

func TestIsCounted(t *testing.T) {
	t.Parallel()
	foreign := collected(numbers(5, 5))
	foreign.foreign = true
	for _, test := range []struct {
		name         string
		found, known *collection[number]
		want         bool
	}{
		{"as many as counted", collected(numbers(5, 5)), nil, true},
		{"fewer than counted", collected(numbers(5, 5).at(0, 3)), nil, false},
		{"more than counted", collected(numbers(5, 5).at(0, 1)), nil, false},
		{"a first page that counted otherwise", collected(numbers(5, 5).at(0, 3), numbers(5, 5).at(0, 2)), nil, false},
		{"a last page that counted otherwise", collected(numbers(5, 5).at(0, 2), numbers(5, 5).at(0, 1)), nil, false},
		{"other values", foreign, nil, false},
		{"most known rows", collected(numbers(5, 5)), collected(numbers(5, 5, 7)), true},
		{"half of the known rows", collected(numbers(5, 5)), collected(numbers(5, 7)), false},
		{"no known row", collected(numbers(5, 5)), collected(numbers(7)), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := isCounted(test.found, test.known); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestAgree(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		a, b *collection[number]
		want bool
	}{
		{"the same", collected(numbers(1, 2)), collected(numbers(2, 1)), true},
		{"one fewer", collected(numbers(1, 2)), collected(numbers(1)), false},
		{"one more", collected(numbers(1)), collected(numbers(1, 2)), false},
		{"another one", collected(numbers(1, 2)), collected(numbers(1, 3)), false},
	} {
		if got := agree(test.a, test.b); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
}

func TestSamePlace(t *testing.T) {
	t.Parallel()
	rows := func(rows ...number) *page[number] { return &page[number]{rows: rows} }
	for _, test := range []struct {
		name string
		a, b *page[number]
		want bool
	}{
		{"the same rows", numbers(1, 2), numbers(1, 2), true},
		{"one row farther", numbers(1, 2, 3), numbers(2, 3, 4), false},
		{"fewer rows", numbers(1, 2), numbers(1), false},
		{"equal rows in another order", rows(number{"a", 1}, number{"b", 1}, number{"c", 2}), rows(number{"b", 1}, number{"a", 1}, number{"c", 2}), true},
		{"another equal row at the edge", rows(number{"a", 1}, number{"b", 2}), rows(number{"a", 1}, number{"c", 2}), true},
		{"all equal, the same rows", rows(number{"a", 1}, number{"b", 1}), rows(number{"a", 1}, number{"b", 1}), true},
		{"all equal, other rows", rows(number{"a", 1}, number{"b", 1}), rows(number{"b", 1}, number{"c", 1}), false},
		{"not in order, other rows", rows(number{"a", 2}, number{"b", 1}), rows(number{"c", 2}, number{"d", 1}), false},
	} {
		if got := samePlace(&ascending, keyOf, test.a, test.b); got != test.want {
			t.Errorf("%s: got %t", test.name, got)
		}
	}
}

func TestSharesRows(t *testing.T) {
	t.Parallel()
	if !sharesRows(keyOf, numbers(1, 2), numbers(2, 3)) || sharesRows(keyOf, numbers(1, 2), numbers(3, 4)) || sharesRows(keyOf, numbers(), numbers(1)) {
		t.Error("pages share rows that do not, or do not that do")
	}
}

func TestAllEqual(t *testing.T) {
	t.Parallel()
	five := &number{value: 5}
	if !allEqual(&ascending, numbers(5, 5), five) || allEqual(&ascending, numbers(5, 6), five) || allEqual(&ascending, numbers(-1), &number{value: -1}) {
		t.Error("rows are equal that are not, or are not that are")
	}
}

// TestLatest asks for pages one after the other and at the same time.
func TestLatest(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	view := View[number]{Fetch: func(_ context.Context, request Request[number]) (Page[number], error) {
		if request.Offset == 1 {
			<-release
		}
		return Page[number]{}, nil
	}}
	r := newReader(&List[number]{View: view, InFlight: 10, PageSize: 100, Key: keyOf})
	fetch := func(offset int) page[number] {
		p, err := r.fetch(t.Context(), &view, Request[number]{Offset: offset, Limit: 100})
		if err != nil {
			t.Error(err)
		}
		return p
	}
	first := fetch(0)
	if !r.latest(&first) {
		t.Error("the only page is not the latest")
	}
	second := make(chan page[number])
	go func() { second <- fetch(1) }()
	for {
		r.mu.Lock()
		sent := r.sent
		r.mu.Unlock()
		if sent == 2 {
			break
		}
	}
	beside := fetch(2)
	close(release)
	slow := <-second
	for name, p := range map[string]*page[number]{"one before others": &first, "one beside another": &beside, "one that others were asked for during": &slow} {
		if r.latest(p) {
			t.Errorf("%s is the latest", name)
		}
	}
	if last := fetch(3); !r.latest(&last) {
		t.Error("the last page is not the latest")
	}
}

// TestWorkIsBounded spends requests that bring nothing.
func TestWorkIsBounded(t *testing.T) {
	t.Parallel()
	r := newReader(&List[number]{View: ascending, InFlight: 10, PageSize: 100, Key: keyOf, Noun: "rows"})
	first := numbers(1, 2, 3)
	c := newChain(r, &r.View, first)
	for c.spent < 34 { // twice the ideal of one, and 32
		if err := c.spend(); err != nil {
			t.Fatalf("after %d requests: %v", c.spent, err)
		}
	}
	err := c.spend()
	if _, ok := errors.AsType[*UnprovenError](err); !ok || !strings.Contains(err.Error(), "35 brought only 3 rows") {
		t.Errorf("after %d requests: %v", c.spent, err)
	}
	c.changed = true
	if _, ok := errors.AsType[*ChangedError](c.exhausted()); !ok {
		t.Errorf("of a list that changed: %v", c.exhausted())
	}
}

// TestGrowingListIsGivenUp reads a list that has become many times as long.
func TestGrowingListIsGivenUp(t *testing.T) {
	t.Parallel()
	r := newReader(&List[number]{View: ascending, InFlight: 10, PageSize: 100, Key: keyOf, Noun: "rows"})
	c := newChain(r, &r.View, numbers(1, 2, 3))
	for i := range 4*3 + 40*100 - 3 {
		c.put(&number{id: "new" + strconv.Itoa(i), value: 10 + i})
	}
	c.changed = true
	if err := c.spend(); err != nil {
		t.Errorf("%d rows: %v", len(c.index), err)
	}
	c.put(&number{id: "last", value: 9999})
	if _, ok := errors.AsType[*ChangedError](c.spend()); !ok {
		t.Errorf("%d rows are not too many", len(c.index))
	}
	c.changed = false // the count was capped
	if err := c.spend(); err != nil {
		t.Errorf("%d rows of a capped count: %v", len(c.index), err)
	}
}

// TestContradiction looks at pages that cannot be.
func TestContradiction(t *testing.T) {
	t.Parallel()
	r := newReader(&List[number]{View: ascending, InFlight: 1, PageSize: 10, Key: keyOf})
	for _, test := range []struct {
		name string
		page *page[number]
		max  int
		want string
	}{
		{"as many rows as asked for", numbers(1, 2), 2, ""},
		{"a row more", numbers(1, 2, 3), 2, "a page has more rows than it was asked for"},
		{"a row twice", &page[number]{rows: append(numbers(1, 2).rows, numbers(1).rows...)}, 5, "a page has the same row twice"},
	} {
		test.page.Limit = test.max
		if got := r.contradiction(test.page); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestRowSeenTwice holds which value of a row counts that was seen with two: the one nearer to the
// end to which rows move, and the one seen last where they do not move.
func TestRowSeenTwice(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name         string
		moves        Movement
		first, again int
		want         int
	}{
		{"stays, later", Stays, 5, 7, 7},
		{"stays, earlier", Stays, 5, 3, 3},
		{"to the end, later", ToEnd, 5, 7, 7},
		{"to the end, earlier", ToEnd, 5, 3, 5},
		{"to the start, later", ToStart, 5, 7, 5},
		{"to the start, earlier", ToStart, 5, 3, 3},
	} {
		view := ascending
		view.Moves = test.moves
		r := newReader(&List[number]{View: view, InFlight: 1, PageSize: 10, Key: keyOf})
		c := newChain(r, &r.View, &page[number]{Request: Request[number]{Limit: 10}, rows: []number{{"a", test.first}}, count: 1})
		c.put(&number{"a", test.again})
		if rows := c.result(); len(rows) != 1 || rows[0].value != test.want {
			t.Errorf("%s: %v, want the value %d", test.name, rows, test.want)
		}
		if !c.changed {
			t.Errorf("%s: no change was seen", test.name)
		}
	}
}

// TestRowSeenOnPageThatDoesNotContinue holds that a value counts that is seen on a page that is not
// part of the chain, but not in a window, where the row could then stand outside of it.
func TestRowSeenOnPageThatDoesNotContinue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		offset, limit int
		want          int // value of the row
		changed       bool
	}{
		{name: "list", want: 50, changed: true},
		{name: "window with an offset", offset: 3, want: 1},
		{name: "window with a limit", limit: 100, want: 1},
	} {
		view := ascending
		view.Moves = ToEnd
		r := newReader(&List[number]{View: view, InFlight: 1, PageSize: 100, Key: keyOf, Offset: test.offset, Limit: test.limit})
		c := newChain(r, &r.View, &page[number]{rows: []number{{"a", 1}, {"b", 2}}})
		p := &page[number]{rows: []number{{"c", 40}, {"a", 50}}}
		if ok, err := c.join(p); ok || err != nil {
			t.Fatalf("%s: got %t, %v", test.name, ok, err)
		}
		if got := c.rows[c.index["a"]].value; got != test.want || len(c.index) != 2 || c.changed != test.changed {
			t.Errorf("%s: got the value %d, %d rows, changed %t", test.name, got, len(c.index), c.changed)
		}
	}
}

// TestSinglePageKeepsItsOrder holds that one page is returned as it came: it needs no joints, so
// nothing shows that the values are those by which the service sorts.
func TestSinglePageKeepsItsOrder(t *testing.T) {
	t.Parallel()
	r := newReader(&List[number]{View: ascending, InFlight: 1, PageSize: 100, Key: keyOf})
	if got := idsOf(newChain(r, &r.View, numbers(3, 1, 2)).result()); got != "3 1 2" {
		t.Errorf("got %s, want 3 1 2", got)
	}
}

// TestMostRows spends a request when the chain has as many rows as are read, and one more.
func TestMostRows(t *testing.T) {
	t.Parallel()
	r := newReader(&List[number]{View: ascending, InFlight: 1, PageSize: 100, Key: keyOf, Noun: "rows"})
	c := newChain(r, &r.View, numbers(1, 2, 3))
	c.index = make(map[string]int, maxRows+1)
	for i := range maxRows {
		c.index[strconv.Itoa(10+i)] = 0
	}
	if err := c.spend(); err != nil {
		t.Errorf("%d rows: %v", len(c.index), err)
	}
	c.index["one more"] = 0
	if _, ok := errors.AsType[*TooManyError](c.spend()); !ok {
		t.Errorf("%d rows are not too many", len(c.index))
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 1, 1: 1, 99: 1, 100: 1, 101: 2, 198: 2, 199: 3, 296: 3, 1000: 11, 10_000: 103} {
		if got := Requests(n, 100); got != want {
			t.Errorf("%d rows: %d pages, want %d", n, got, want)
		}
	}
}
