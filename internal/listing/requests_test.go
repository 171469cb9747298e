package listing

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// TestRequestsOfReadings holds, request by request, what is asked for of small lists and services
// of many kinds, and what becomes of the reading. Pages have ten rows.
func TestRequestsOfReadings(t *testing.T) {
	t.Parallel()
	runOf := func(before, equal, behind int) []number {
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
	rounded := func(offset, limit int) int { return offset - offset%limit }
	removal := func(at, from, to int) func(int, *shelf) {
		return func(answer int, s *shelf) {
			if answer == at {
				s.remove(from, to)
			}
		}
	}
	addition := func(at int, values ...int) func(int, *shelf) {
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
	moves := func(at int, values ...int) func(int, *shelf) {
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
	for _, test := range []struct {
		name          string
		shelf         *shelf
		offset, limit int
		moves         Movement
		proof         bool
		want          string
	}{
		{name: "nine rows", shelf: &shelf{rows: rising(9)}, want: "9 rows: 0"},
		{name: "no rows", shelf: &shelf{}, want: "0 rows: 0"},
		{name: "ten rows", shelf: &shelf{rows: rising(10)}, want: "10 rows: 0 8"},
		{name: "25 rows", shelf: &shelf{rows: rising(25)}, want: "25 rows: 0 8 16"},
		{name: "26 rows", shelf: &shelf{rows: rising(26)}, want: "26 rows: 0 8 16 24"},
		{name: "60 rows", shelf: &shelf{rows: rising(60)}, want: "60 rows: 0 8 16 24 32 40 48 56"},
		{name: "window of 5", shelf: &shelf{rows: rising(30)}, limit: 5, want: "5 rows: 0x5"},
		{name: "window of 10", shelf: &shelf{rows: rising(30)}, limit: 10, want: "10 rows: 0"},
		{name: "window of 11", shelf: &shelf{rows: rising(30)}, limit: 11, want: "11 rows: 0 8"},
		{name: "window of 18", shelf: &shelf{rows: rising(30)}, limit: 18, want: "18 rows: 0 8"},
		{name: "window of 19", shelf: &shelf{rows: rising(30)}, limit: 19, want: "19 rows: 0 8 16"},
		{name: "window of 12 from 3", shelf: &shelf{rows: rising(30)}, offset: 3, limit: 12, want: "12 rows: 3 11"},
		{name: "window from 3", shelf: &shelf{rows: rising(30)}, offset: 3, want: "27 rows: 3 11 19 27"},
		{name: "window from 30", shelf: &shelf{rows: rising(30)}, offset: 30, want: "0 rows: 30"},
		{name: "window from 35", shelf: &shelf{rows: rising(30)}, offset: 35, want: "0 rows: 35"},
		{name: "window of 50 of 30", shelf: &shelf{rows: rising(30)}, limit: 50, want: "30 rows: 0 8 16 24"},
		{name: "pairs", shelf: &shelf{rows: repeated(30, 2)}, want: "30 rows: 0 7 14 21"},
		{name: "fours", shelf: &shelf{rows: repeated(30, 4)}, want: "30 rows: 0 5 10 15 20 25"},
		{name: "fives", shelf: &shelf{rows: repeated(30, 5)}, want: "30 rows: 0 8 16 24 0>=0e 0>=1e<=1e 0>=1e<=1e 0>=2e 0>=3c<=3c 0>=3c<=3c"},
		{name: "eights", shelf: &shelf{rows: repeated(40, 8)}, want: "40 rows: 0 8 16 24 32 7>=0h 7>=1h 7>=2h 7>=3h"},
		{name: "run of 9", shelf: &shelf{rows: runOf(8, 9, 8)}, want: "25 rows: 0 7 14 21 0>=7 0>=50b<=50b 0>=50b<=50b"},
		{name: "run of 10", shelf: &shelf{rows: runOf(8, 10, 8)}, want: "26 rows: 0 7 14 21 0>=7 0>=50b<=50b 10>=50b<=50b 0>=50b<=50b 10>=50b<=50b"},
		{name: "run of 25", shelf: &shelf{rows: runOf(8, 25, 8)},
			want: "41 rows: 0 7 14 21 28 35 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b"},
		{name: "run of 25 at the start", shelf: &shelf{rows: runOf(0, 25, 8)},
			want: "33 rows: 0 8 16 24 0>=50j<=50j 10>=50j<=50j 20>=50j<=50j 0>=50j<=50j 10>=50j<=50j 20>=50j<=50j"},
		{name: "run of 25 at the end", shelf: &shelf{rows: runOf(8, 25, 0)},
			want: "33 rows: 0 7 14 21 28 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b"},
		{name: "run of 25 alone", shelf: &shelf{rows: runOf(0, 25, 0)},
			want: "25 rows: 0 8 16 0>=50j<=50j 10>=50j<=50j 20>=50j<=50j 0>=50j<=50j 10>=50j<=50j 20>=50j<=50j"},
		{name: "run of 25, turned", shelf: &shelf{rows: runOf(8, 25, 8), turned: true},
			want: "41 rows: 0 7 14 21 28 35 0>=7 0>=50<=50 10>=50<=50 20>=50<=50 0>=50<=50 10>=50<=50 20>=50<=50 0>=50<=50 10>=50<=50 20>=50<=50 0>=50<=50 10>=50<=50 20>=50<=50"},
		{name: "run of 25, window in it", shelf: &shelf{rows: runOf(8, 25, 8)}, offset: 12, limit: 11, want: "11 rows: 12 20 13 12 22 12 22"},
		{name: "run of 25, window of 20", shelf: &shelf{rows: runOf(8, 25, 8)}, limit: 20,
			want: "20 rows: 0 7 14 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b"},
		{name: "run of 25, to excludes", shelf: &shelf{rows: runOf(8, 25, 8), until: func(v int) int { return v - 1 }},
			want: "UnprovenError: 0 7 14 21 28 35 0>=7 0>=50b<=50b 0>=50b<=50b 0>=50b<=50b"},
		{name: "run of 25, to includes more", shelf: &shelf{rows: runOf(8, 25, 8), until: func(v int) int { return v + 10 }},
			want: "ServiceError: 0 7 14 21 28 35 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b"},
		{name: "run of 25, counted one too many", shelf: &shelf{rows: runOf(8, 25, 8), count: func(n, _, _ int) int { return n + 1 }},
			want: "EqualRowsError: 43 requests"},
		{name: "run of 25, counted one too few", shelf: &shelf{rows: runOf(8, 25, 8), count: func(n, _, _ int) int { return n - 1 }},
			want: "EqualRowsError: 0 7 14 21 28 35 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b"},
		{name: "count is 5 too many", shelf: &shelf{rows: rising(25), count: func(n, _, _ int) int { return n + 5 }}, want: "25 rows: 0 8 16 24 0>=23 2>=23 0>=23"},
		{name: "count is 50 too many", shelf: &shelf{rows: rising(25), count: func(n, _, _ int) int { return n + 50 }},
			want: "25 rows: 0 8 16 24 32 40 48 56 64 72 0>=23 2>=23 0>=23"},
		{name: "count is 5 too few", shelf: &shelf{rows: rising(25), count: func(n, _, _ int) int { return n - 5 }}, want: "25 rows: 0 8 16"},
		{name: "count is at most 12", shelf: &shelf{rows: rising(45), count: func(n, _, _ int) int { return min(n, 12) }}, want: "45 rows: 0 8 16 24 32 40"},
		{name: "count is of the page", shelf: &shelf{rows: rising(45), count: func(_, n, _ int) int { return n }}, want: "45 rows: 0 8 16 24 32 40"},
		{name: "count is 5 too many, few rows", shelf: &shelf{rows: rising(5), count: func(n, _, _ int) int { return n + 5 }}, want: "5 rows: 0 3 6 0>=3 2>=3 0>=3"},
		{name: "count is 5 too many, two rows", shelf: &shelf{rows: rising(2), count: func(n, _, _ int) int { return n + 5 }}, want: "PageError: 0 0 0"},
		{name: "count is more", shelf: &shelf{rows: rising(25), count: func(int, int, int) int { return maxRows + 1 }}, want: "TooManyError: 0"},
		{name: "count is more, window", shelf: &shelf{rows: rising(25), count: func(int, int, int) int { return maxRows + 1 }}, limit: 15, want: "15 rows: 0 8"},
		{name: "count grows", shelf: &shelf{rows: rising(25), count: func(n, _, answer int) int { return n + answer }}, want: "25 rows: 0 8 16 24 0>=23 2>=23 0>=23"},
		{name: "clamped to 4", shelf: &shelf{rows: rising(25), clamp: 4}, want: "25 rows: 0 2 4 6 8 10 12 14 16 18 20 22"},
		{name: "clamped to 3", shelf: &shelf{rows: rising(12), clamp: 3}, want: "12 rows: 0 1 2 3 4 5 6 7 8 9 10"},
		{name: "clamped to 2", shelf: &shelf{rows: rising(12), clamp: 2}, want: "PageError: 0 0 0"},
		{name: "clamped to 2, window of 2", shelf: &shelf{rows: rising(12), clamp: 2}, limit: 2, want: "2 rows: 0x2"},
		{name: "every other page has one row", shelf: &shelf{rows: rising(25), short: func(answer int) int { return 1 + 9*(answer%2) }},
			want: "25 rows: 0 8 16 0>=8 1>=8 0>=8 0>=8"},
		{name: "every page but the first has three rows", shelf: &shelf{rows: rising(25), short: func(answer int) int { return 3 + 10/answer }},
			want: "25 rows: 0 8 16 0>=14 24 0>=20 0>=22"},
		{name: "pages have four, seven and ten rows", shelf: &shelf{rows: rising(45), short: func(answer int) int { return 4 + 3*(answer%3) }},
			want: "45 rows: 0 5 10 15 20 25 30 35 40 0>=13 0>=38"},
		{name: "rounded", shelf: &shelf{rows: rising(45), offset: rounded}, want: "45 rows: 0 8 16 24 32 0>=8 0>=16 0>=24 0>=32 0>=40"},
		{name: "rounded, window of 20 from 15", shelf: &shelf{rows: rising(45), offset: rounded}, offset: 15, limit: 20, want: "20 rows: 15 23 31 16 10 9 0>=18 0>=26"},
		{name: "rounded, window from 19", shelf: &shelf{rows: rising(45), offset: rounded}, offset: 19, want: "26 rows: 19 27 35 43 18 10 9 0>=18 0>=26 0>=34 0>=42"},
		{name: "rounded, window from 41", shelf: &shelf{rows: rising(45), offset: rounded}, offset: 41, want: "4 rows: 41 42 40 39"},
		{name: "rounded, window from 46", shelf: &shelf{rows: rising(45), offset: rounded}, offset: 46, want: "0 rows: 46 47 40 39"},
		{name: "rounded, window from 20", shelf: &shelf{rows: rising(45), offset: rounded}, offset: 20, want: "25 rows: 20 28 36 19 0>=28 0>=36"},
		{name: "page numbers", shelf: &shelf{rows: rising(45), offset: func(o, l int) int { return o * l }}, want: "45 rows: 0 8 16 24 32 0>=8 0>=16 0>=24 0>=32 0>=40"},
		{name: "offsets ignored", shelf: &shelf{rows: rising(45), offset: func(int, int) int { return 0 }}, want: "45 rows: 0 8 16 24 32 0>=8 0>=16 0>=24 0>=32 0>=40"},
		{name: "offsets ignored, window from 15", shelf: &shelf{rows: rising(45), offset: func(int, int) int { return 0 }}, offset: 15,
			want: "ServiceError: 15 23 31 39 16 10 9"},
		{name: "offsets ignored, window from 20", shelf: &shelf{rows: rising(45), offset: func(int, int) int { return 0 }}, offset: 20,
			want: "ServiceError: 20 28 36 19"},
		{name: "offsets ignored, window from 5", shelf: &shelf{rows: rising(45), offset: func(int, int) int { return 0 }}, offset: 5,
			want: "40 rows: 5 13 21 29 37 6 0 0>=8 0>=16 0>=24 0>=32 0>=40"},
		{name: "offsets ignored, window from 41", shelf: &shelf{rows: rising(45), offset: func(int, int) int { return 0 }}, offset: 41,
			want: "ServiceError: 41 42 40 39"},
		{name: "the same page", shelf: &shelf{rows: rising(45), offset: func(int, int) int { return 0 }, since: func(int) int { return 0 }},
			want: "ServiceError: 0 8 16 24 32 0>=8"},
		{name: "last page again", shelf: &shelf{rows: rising(45), offset: func(o, l int) int { return min(o, 45-l) }, count: func(n, _, _ int) int { return n + 20 }},
			want: "45 rows: 0 8 16 24 32 40 48 56 0>=43 2>=43 0>=43"},
		{name: "first page again", shelf: &shelf{rows: rising(45), offset: func(o, _ int) int {
			if o >= 45 {
				return 0
			}
			return o
		}, count: func(n, _, _ int) int { return n + 20 }},
			want: "45 rows: 0 8 16 24 32 40 48 56 0>=43 2>=43 0>=43"},
		{name: "six removed", shelf: &shelf{rows: rising(45), before: removal(3, 0, 6)}, want: "45 rows: 0 8 16 24 32 40 0>=16"},
		{name: "one removed", shelf: &shelf{rows: rising(45), before: removal(3, 0, 1)}, want: "45 rows: 0 8 16 24 32 40 0>=16"},
		{name: "two removed", shelf: &shelf{rows: rising(45), before: removal(3, 0, 2)}, want: "45 rows: 0 8 16 24 32 40 0>=16"},
		{name: "the last removed", shelf: &shelf{rows: rising(45), before: removal(3, 12, 45)}, want: "18 rows: 0 8 16 24 32 40 0>=16 0>=9"},
		{name: "those about the boundary removed", shelf: &shelf{rows: rising(45), before: removal(3, 10, 24)}, want: "39 rows: 0 8 16 24 32 40 0>=16 0>=9"},
		{name: "those before the boundary removed", shelf: &shelf{rows: rising(45), before: removal(3, 0, 18)}, want: "ChangedError: 0 8 16 24 32 40 0>=16 0>=9 0>=9"},
		{name: "all removed", shelf: &shelf{rows: rising(45), before: removal(2, 0, 45)}, want: "UnprovenError: 0 8 16 24 32 0>=8 0>=1 0>=1"},
		{name: "six removed, from ignored", shelf: &shelf{rows: rising(45), before: removal(3, 0, 6), since: func(int) int { return 0 }},
			want: "ChangedError: 0 8 16 24 32 40 0>=16"},
		{name: "six removed, from excludes", shelf: &shelf{rows: rising(45), before: removal(3, 0, 6), since: func(v int) int { return v + 1 }},
			want: "45 rows: 0 8 16 24 32 40 0>=16 0>=9 0>=11 0>=13 0>=15 0>=17 0>=19 0>=21 0>=23 0>=25 0>=27 0>=29 0>=31 0>=33 0>=35"},
		{name: "six removed, from too early", shelf: &shelf{rows: rising(45), before: removal(3, 0, 6), since: func(v int) int { return v - 5 }},
			want: "45 rows: 0 8 16 24 32 40 0>=16 0>=19"},
		{name: "six removed, from too late", shelf: &shelf{rows: rising(45), before: removal(3, 0, 6), since: func(v int) int { return v + 5 }},
			want: "45 rows: 0 8 16 24 32 40 0>=16 0>=9"},
		{name: "ten added at the end", shelf: &shelf{rows: rising(25), before: addition(4, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49)}, want: "25 rows: 0 8 16"},
		{name: "30 added at the start", shelf: &shelf{rows: rising(45), before: func(answer int, s *shelf) {
			if answer == 3 {
				for i := range 30 {
					s.add(number{fmt.Sprint("new", i), 0})
				}
			}
		}},
			want: "60 rows: 0 8 16 24 32 40 48 56 64 72"},
		{name: "to the end", shelf: &shelf{rows: rising(25)}, moves: ToEnd, want: "25 rows: 0 8 0>=16"},
		{name: "to the end, 26", shelf: &shelf{rows: rising(26)}, moves: ToEnd, want: "26 rows: 0 8 16 0>=24"},
		{name: "to the end, moved", shelf: &shelf{rows: rising(25), before: moves(3, 20)}, moves: ToEnd, want: "25 rows: 0 8 0>=16"},
		{name: "to the end, read ones moved", shelf: &shelf{rows: rising(25), before: moves(3, 4)}, moves: ToEnd, want: "25 rows: 0 8 0>=16 0>=24"},
		{name: "to the start", shelf: &shelf{rows: rising(25)}, moves: ToStart, want: "25 rows: 0 8 16 0"},
		{name: "to the start, window from 3", shelf: &shelf{rows: rising(25)}, moves: ToStart, offset: 3, want: "22 rows: 3 11 19"},
		{name: "to the start, one page", shelf: &shelf{rows: rising(5)}, moves: ToStart, want: "5 rows: 0"},
		{name: "to the start, window of 12", shelf: &shelf{rows: rising(25)}, moves: ToStart, limit: 12, want: "12 rows: 0 8 0"},
		{name: "to the start, three moved", shelf: &shelf{rows: rising(25), before: moves(2, 20, 21, 22)}, moves: ToStart, want: "25 rows: 0 8 16 0"},
		{name: "to the start, twelve moved", shelf: &shelf{rows: rising(45), before: moves(2, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41)}, moves: ToStart,
			want: "45 rows: 0 8 16 24 32 40 0 0>=33 0"},
		{name: "to the start, one moves at every request", shelf: &shelf{rows: rising(25), before: func(answer int, s *shelf) { s.move(s.rows[len(s.rows)-1].value, -answer) }}, moves: ToStart,
			want: "25 rows: 0 8 16 0"},
		{name: "to the start, ten move at every request", shelf: &shelf{rows: rising(45), before: func(answer int, s *shelf) {
			for i := range 10 {
				s.move(s.rows[len(s.rows)-1].value, -10*answer-i)
			}
		}}, moves: ToStart,
			want: "UnprovenError: 0 8 16 24 32 40 0 0>=28 0>=36 0 0>=43 0>=6 0 0>=13 0>=21 0 0>=28 0>=36 0 0>=43 0>=6 0 0>=13 0>=21 0 0>=28 0>=36 0 0>=43 0>=6"},
		{name: "to the start, a page beyond the first twice", shelf: &shelf{rows: rising(25), before: moves(3, 1)}, moves: ToStart, want: "25 rows: 0 8 16 0"},
		{name: "to the end, moved while the end is read", shelf: &shelf{rows: rising(25), before: moves(2, 17)}, moves: ToEnd, want: "25 rows: 0 8 0>=16"},
		{name: "to the end, one moves at every request", shelf: &shelf{rows: rising(25), before: func(answer int, s *shelf) { s.move(s.rows[0].value, 100+answer) }}, moves: ToEnd,
			want: "25 rows: 0 8 0>=9 0>=18 0>=1"},
		{name: "run of 25, most with fractions that they do not show, six removed", shelf: &shelf{rows: runOf(8, 25, 8), before: removal(3, 0, 6), fraction: func(id string) bool { return id > "50c" }},
			want: "ChangedError: 0 7 14 21 28 35 0>=7 0>=50b<=50b 0>=50b<=50b 0>=50b<=50b"},
		{name: "run of 25, half of it removed", shelf: &shelf{rows: runOf(8, 25, 8), before: removal(8, 8, 20)},
			want: "EqualRowsError: 0 7 14 21 28 35 0>=7 0>=50b<=50b 10>=50b<=50b 0>=50b<=50b 10>=50b<=50b 0>=50b<=50b 10>=50b<=50b"},
		{name: "run of 25, a row of it removed while it is read", shelf: &shelf{rows: runOf(8, 25, 8), before: removal(9, 8, 9)},
			want: "41 rows: 0 7 14 21 28 35 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b"},
		{name: "run of 25, a row added while it is read", shelf: &shelf{rows: runOf(8, 25, 8), before: addition(9, 50)},
			want: "42 rows: 0 7 14 21 28 35 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b"},
		{name: "run of 25, offsets rounded", shelf: &shelf{rows: runOf(8, 25, 8), offset: rounded},
			want: "41 rows: 0 7 14 21 28 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 24>=50b 0>=63"},
		{name: "run of 25, clamped", shelf: &shelf{rows: runOf(8, 25, 8), clamp: 6},
			want: "41 rows: 0 4 8 12 16 20 24 28 32 36 0>=7 0>=50b<=50b 6>=50b<=50b 12>=50b<=50b 18>=50b<=50b 24>=50b<=50b 0>=50b<=50b 6>=50b<=50b 12>=50b<=50b 18>=50b<=50b 24>=50b<=50b"},
		{name: "run of 25, since ignored", shelf: &shelf{rows: runOf(8, 25, 8), since: func(int) int { return 0 }}, want: "ServiceError: 0 7 14 21 28 35 0>=7"},
		{name: "pairs, turned, one removed", shelf: &shelf{rows: repeated(45, 2), turned: true, before: removal(3, 0, 1)}, want: "45 rows: 0 7 14 21 28 35 42"},
		{name: "eights, one removed", shelf: &shelf{rows: repeated(45, 8), before: removal(3, 0, 1)}, want: "UnprovenError: 0 8 16 24 32 7>=0h 0>=0h 7>=0h"},
		{name: "proof, turned", shelf: &shelf{rows: repeated(45, 45), unshown: true, turned: true}, proof: true, want: "UnprovenError: 94 requests"},
		{name: "proof, one added", shelf: &shelf{rows: rising(25), unshown: true, before: addition(5, 30)}, proof: true, want: "26 rows: 0 0 8 16 0 10 20"},
		{name: "proof, one removed with every answer", shelf: &shelf{rows: rising(45), unshown: true, before: func(_ int, s *shelf) { s.remove(0, 1) }}, proof: true,
			want: "UnprovenError: 32 requests"},
		{name: "proof, window", shelf: &shelf{rows: rising(25), unshown: true}, proof: true, offset: 2, limit: 15, want: "15 rows: 2 2 12 2 12"},
		{name: "unshown, window, turned", shelf: &shelf{rows: repeated(25, 25), unshown: true, turned: true}, offset: 2, limit: 15,
			want: "UnprovenError: 2 2 12 2 12 2 12"},
		{name: "unshown, window, one page", shelf: &shelf{rows: rising(25), unshown: true}, offset: 2, limit: 5, want: "5 rows: 2x5"},
		{name: "unshown, offsets ignored", shelf: &shelf{rows: rising(25), unshown: true, offset: func(int, int) int { return 0 }}, want: "UnprovenError: 49 requests"},
		{name: "unshown, offsets rounded, clamped", shelf: &shelf{rows: rising(25), unshown: true, offset: rounded, clamp: 4},
			want: "25 rows: 0 0 4 8 12 16 20 24 0 4 8 12 16 20 24"},
		{name: "unshown, counted 5 too few", shelf: &shelf{rows: rising(25), unshown: true, count: func(n, _, _ int) int { return n - 5 }},
			want: "UnprovenError: 0 0 10 20 0 10 20 0 10 20"},
		{name: "unshown, count of a million", shelf: &shelf{rows: rising(25), unshown: true, clamp: 4, count: func(int, int, int) int { return maxRows }},
			want: "TooManyError: 0 0"},
		{name: "the same row twice on a page", shelf: &shelf{rows: append(rising(3), rising(3)[2])}, want: "PageError: 0 0 0"},
		{name: "unshown", shelf: &shelf{rows: rising(25), unshown: true}, want: "25 rows: 0 0 10 20 0 10 20"},
		{name: "unshown, turned", shelf: &shelf{rows: repeated(25, 25), unshown: true, turned: true}, want: "25 rows: 0 0 10 20 0 10 20 0 10 20 0 10 20"},
		{name: "unshown, one too many", shelf: &shelf{rows: rising(25), unshown: true, count: func(n, _, _ int) int { return n + 1 }},
			want: "UnprovenError: 37 requests"},
		{name: "unshown, one too few", shelf: &shelf{rows: rising(25), unshown: true, count: func(n, _, _ int) int { return n - 1 }},
			want: "UnprovenError: 0 0 10 20 0 10 20 0 10 20"},
		{name: "unshown, one page", shelf: &shelf{rows: rising(5), unshown: true}, want: "5 rows: 0"},
		{name: "unshown, window of 15 from 3", shelf: &shelf{rows: rising(25), unshown: true}, offset: 3, limit: 15, want: "15 rows: 3 3 13 3 13"},
		{name: "unshown, window from 3", shelf: &shelf{rows: rising(25), unshown: true}, offset: 3, want: "22 rows: 3 3 13 23 3 13 23"},
		{name: "unshown, window from 3, changes", shelf: &shelf{rows: rising(25), unshown: true, before: removal(5, 0, 1)}, offset: 3,
			want: "21 rows: 3 3 13 23 3 13 23 3 13 23"},
		{name: "unshown, removed", shelf: &shelf{rows: rising(25), unshown: true, before: removal(4, 0, 1)}, want: "24 rows: 0 0 10 20 0 10 20 0 10 20"},
		{name: "unshown, clamped", shelf: &shelf{rows: rising(25), unshown: true, clamp: 4}, want: "25 rows: 0 0 4 8 12 16 20 24 0 4 8 12 16 20 24"},
		{name: "proof", shelf: &shelf{rows: rising(25), unshown: true}, proof: true, want: "25 rows: 0 0 8 16 0 10 20"},
		{name: "proof, removed", shelf: &shelf{rows: rising(45), unshown: true, before: removal(7, 0, 6)}, proof: true,
			want: "39 rows: 0 0 8 16 24 32 40 0>=40 0 10 20 30 0 8 16 24 32"},
	} {
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
