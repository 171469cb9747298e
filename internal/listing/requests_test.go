package listing

import "testing"

// TestRequestsOfLists reads whole lists of distinct values.
func TestRequestsOfLists(t *testing.T) {
	t.Parallel()
	testReadings(t, []readingTest{
		{name: "nine rows", shelf: &shelf{rows: rising(9)}, want: "9 rows: 0"},
		{name: "no rows", shelf: &shelf{}, want: "0 rows: 0"},
		{name: "ten rows", shelf: &shelf{rows: rising(10)}, want: "10 rows: 0 8"},
		{name: "25 rows", shelf: &shelf{rows: rising(25)}, want: "25 rows: 0 8 16"},
		{name: "26 rows", shelf: &shelf{rows: rising(26)}, want: "26 rows: 0 8 16 24"},
		{name: "60 rows", shelf: &shelf{rows: rising(60)}, want: "60 rows: 0 8 16 24 32 40 48 56"},
		{
			name: "count is 5 too many", shelf: &shelf{rows: rising(25), count: func(n, _, _ int) int { return n + 5 }},
			want: "25 rows: 0 8 16 24 0>=23 2>=23 0>=23",
		},
		{
			name:  "count is 50 too many",
			shelf: &shelf{rows: rising(25), count: func(n, _, _ int) int { return n + 50 }},
			want:  "25 rows: 0 8 16 24 32 40 48 56 64 72 0>=23 2>=23 0>=23",
		},
		{
			name: "count is 5 too few", shelf: &shelf{rows: rising(25), count: func(n, _, _ int) int { return n - 5 }},
			want: "25 rows: 0 8 16",
		},
		{
			name:  "count is at most 12",
			shelf: &shelf{rows: rising(45), count: func(n, _, _ int) int { return min(n, 12) }},
			want:  "45 rows: 0 8 16 24 32 40",
		},
		{
			name: "count is of the page", shelf: &shelf{rows: rising(45), count: func(_, n, _ int) int { return n }},
			want: "45 rows: 0 8 16 24 32 40",
		},
		{
			name:  "count is 5 too many, few rows",
			shelf: &shelf{rows: rising(5), count: func(n, _, _ int) int { return n + 5 }},
			want:  "5 rows: 0 3 6 0>=3 2>=3 0>=3",
		},
		{
			name:  "count is 5 too many, two rows",
			shelf: &shelf{rows: rising(2), count: func(n, _, _ int) int { return n + 5 }},
			want:  "PageError: 0 0 0",
		},
		{
			name:  "count is more",
			shelf: &shelf{rows: rising(25), count: func(int, int, int) int { return maxRows + 1 }},
			want:  "TooManyError: 0",
		},
		{
			name:  "count grows",
			shelf: &shelf{rows: rising(25), count: func(n, _, answer int) int { return n + answer }},
			want:  "25 rows: 0 8 16 24 0>=23 2>=23 0>=23",
		},
		{
			name: "clamped to 4", shelf: &shelf{rows: rising(25), clamp: 4},
			want: "25 rows: 0 2 4 6 8 10 12 14 16 18 20 22",
		},
		{name: "clamped to 3", shelf: &shelf{rows: rising(12), clamp: 3}, want: "12 rows: 0 1 2 3 4 5 6 7 8 9 10"},
		{name: "clamped to 2", shelf: &shelf{rows: rising(12), clamp: 2}, want: "PageError: 0 0 0"},
		{
			name:  "every other page has one row",
			shelf: &shelf{rows: rising(25), short: func(answer int) int { return 1 + 9*(answer%2) }},
			want:  "25 rows: 0 8 16 0>=8 1>=8 0>=8 0>=8",
		},
		{
			name:  "every page but the first has three rows",
			shelf: &shelf{rows: rising(25), short: func(answer int) int { return 3 + 10/answer }},
			want:  "25 rows: 0 8 16 0>=14 24 0>=20 0>=22",
		},
		{
			name:  "pages have four, seven and ten rows",
			shelf: &shelf{rows: rising(45), short: func(answer int) int { return 4 + 3*(answer%3) }},
			want:  "45 rows: 0 5 10 15 20 25 30 35 40 0>=13 0>=38",
		},
		{
			name: "rounded", shelf: &shelf{rows: rising(45), offset: roundOffset},
			want: "45 rows: 0 8 16 24 32 0>=8 0>=16 0>=24 0>=32 0>=40",
		},
		{
			name: "page numbers", shelf: &shelf{rows: rising(45), offset: pageNumber},
			want: "45 rows: 0 8 16 24 32 0>=8 0>=16 0>=24 0>=32 0>=40",
		},
		{
			name: "offsets ignored", shelf: &shelf{rows: rising(45), offset: ignoreOffset},
			want: "45 rows: 0 8 16 24 32 0>=8 0>=16 0>=24 0>=32 0>=40",
		},
		{
			name:  "the same page",
			shelf: &shelf{rows: rising(45), offset: ignoreOffset, since: func(int) int { return 0 }},
			want:  "ServiceError: 0 8 16 24 32 0>=8",
		},
		{
			name: "last page again",
			shelf: &shelf{
				rows:   rising(45),
				offset: func(o, l int) int { return min(o, 45-l) },
				count:  func(n, _, _ int) int { return n + 20 },
			},
			want: "45 rows: 0 8 16 24 32 40 48 56 0>=43 2>=43 0>=43",
		},
		{
			name: "first page again",
			shelf: &shelf{rows: rising(45), offset: func(o, _ int) int {
				if o >= 45 {
					return 0
				}
				return o
			}, count: func(n, _, _ int) int { return n + 20 }},
			want: "45 rows: 0 8 16 24 32 40 48 56 0>=43 2>=43 0>=43",
		},
		{
			name: "six removed", shelf: &shelf{rows: rising(45), before: removeAt(3, 0, 6)},
			want: "45 rows: 0 8 16 24 32 40 0>=16",
		},
		{
			name: "one removed", shelf: &shelf{rows: rising(45), before: removeAt(3, 0, 1)},
			want: "45 rows: 0 8 16 24 32 40 0>=16",
		},
		{
			name: "two removed", shelf: &shelf{rows: rising(45), before: removeAt(3, 0, 2)},
			want: "45 rows: 0 8 16 24 32 40 0>=16",
		},
		{
			name: "the last removed", shelf: &shelf{rows: rising(45), before: removeAt(3, 12, 45)},
			want: "18 rows: 0 8 16 24 32 40 0>=16 0>=9",
		},
		{
			name: "those about the boundary removed", shelf: &shelf{rows: rising(45), before: removeAt(3, 10, 24)},
			want: "39 rows: 0 8 16 24 32 40 0>=16 0>=9",
		},
		{
			name: "those before the boundary removed", shelf: &shelf{rows: rising(45), before: removeAt(3, 0, 18)},
			want: "ChangedError: 0 8 16 24 32 40 0>=16 0>=9 0>=9",
		},
		{
			name: "all removed", shelf: &shelf{rows: rising(45), before: removeAt(2, 0, 45)},
			want: "UnprovenError: 0 8 16 24 32 0>=8 0>=1 0>=1",
		},
		{
			name:  "six removed, from ignored",
			shelf: &shelf{rows: rising(45), before: removeAt(3, 0, 6), since: func(int) int { return 0 }},
			want:  "ChangedError: 0 8 16 24 32 40 0>=16",
		},
		{
			name:  "six removed, from excludes",
			shelf: &shelf{rows: rising(45), before: removeAt(3, 0, 6), since: func(v int) int { return v + 1 }},
			want: "45 rows: 0 8 16 24 32 40 0>=16 0>=9 0>=11 0>=13 0>=15 0>=17 0>=19 0>=21 0>=23 0>=25 0>=27 " +
				"0>=29 0>=31 0>=33 0>=35",
		},
		{
			name:  "six removed, from too early",
			shelf: &shelf{rows: rising(45), before: removeAt(3, 0, 6), since: func(v int) int { return v - 5 }},
			want:  "45 rows: 0 8 16 24 32 40 0>=16 0>=19",
		},
		{
			name:  "six removed, from too late",
			shelf: &shelf{rows: rising(45), before: removeAt(3, 0, 6), since: func(v int) int { return v + 5 }},
			want:  "45 rows: 0 8 16 24 32 40 0>=16 0>=9",
		},
		{
			name:  "ten added at the end",
			shelf: &shelf{rows: rising(25), before: addAt(4, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49)},
			want:  "25 rows: 0 8 16",
		},
		{
			name: "30 added at the start", shelf: &shelf{rows: rising(45), before: addToStart(map[int]int{3: 30})},
			want: "59 rows: 0 8 16 24 32 40 48 56 64 72",
		},
		{name: "to the end", shelf: &shelf{rows: rising(25)}, moves: ToEnd, want: "25 rows: 0 8 0>=16"},
		{name: "to the end, 26", shelf: &shelf{rows: rising(26)}, moves: ToEnd, want: "26 rows: 0 8 16 0>=24"},
		{
			name: "to the end, moved", shelf: &shelf{rows: rising(25), before: moveAt(3, 20)}, moves: ToEnd,
			want: "25 rows: 0 8 0>=16",
		},
		{
			name: "to the end, read ones moved", shelf: &shelf{rows: rising(25), before: moveAt(3, 4)}, moves: ToEnd,
			want: "25 rows: 0 8 0>=16 0>=24",
		},
		{name: "to the start", shelf: &shelf{rows: rising(25)}, moves: ToStart, want: "25 rows: 0 8 16 0"},
		{
			name: "to the start, clamped, and counted too low when it is read again",
			shelf: &shelf{rows: rising(9), clamp: 7, count: func(n, _, answer int) int {
				if answer == 1 {
					return n
				}
				return 7
			}},
			moves: ToStart, want: "9 rows: 0 5 0",
		},
		{name: "to the start, one page", shelf: &shelf{rows: rising(5)}, moves: ToStart, want: "5 rows: 0"},
		{
			name:  "to the start, three moved",
			shelf: &shelf{rows: rising(25), before: moveAt(2, 20, 21, 22)}, moves: ToStart,
			want: "25 rows: 0 8 16 0",
		},
		{
			name: "to the start, twelve moved",
			shelf: &shelf{
				rows:   rising(45),
				before: moveAt(2, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41),
			},
			moves: ToStart,
			want:  "45 rows: 0 8 16 24 32 40 0 0>=33 0",
		},
		{
			name: "to the start, one moves at every request",
			shelf: &shelf{
				rows:   rising(25),
				before: func(answer int, s *shelf) { s.move(s.rows[len(s.rows)-1].value, -answer) },
			},
			moves: ToStart,
			want:  "25 rows: 0 8 16 0",
		},
		{
			name: "to the start, ten move at every request",
			shelf: &shelf{rows: rising(45), before: func(answer int, s *shelf) {
				for i := range 10 {
					s.move(s.rows[len(s.rows)-1].value, -10*answer-i)
				}
			}}, moves: ToStart,
			want: "UnprovenError: 0 8 16 24 32 40 0 0>=28 0>=36 0 0>=43 0>=6 0 0>=13 0>=21 0 0>=28 0>=36 0 0>=43 " +
				"0>=6 0 0>=13 0>=21 0 0>=28 0>=36 0 0>=43 0>=6",
		},
		{
			name:  "to the start, a page beyond the first twice",
			shelf: &shelf{rows: rising(25), before: moveAt(3, 1)}, moves: ToStart,
			want: "25 rows: 0 8 16 0",
		},
		{
			name:  "to the end, moved while the end is read",
			shelf: &shelf{rows: rising(25), before: moveAt(2, 17)}, moves: ToEnd,
			want: "25 rows: 0 8 0>=16",
		},
		{
			name: "to the end, one moves at every request",
			shelf: &shelf{
				rows:   rising(25),
				before: func(answer int, s *shelf) { s.move(s.rows[0].value, 100+answer) },
			},
			moves: ToEnd,
			want:  "25 rows: 0 8 0>=9 0>=18 0>=1",
		},
		{
			name: "the same row twice on a page", shelf: &shelf{rows: append(rising(3), rising(3)[2])},
			want: "PageError: 0 0 0",
		},
		{
			name:  "two pages in a row bring nothing",
			shelf: &shelf{rows: rising(60), before: addToStart(map[int]int{3: 12, 4: 11})},
			want:  "60 rows: 0 8 16 24 32 40 48 56 0>=16 0>=24 0>=32 0>=40 0>=48 0>=56",
		},
		{
			name:  "two pages, but not in a row, bring nothing",
			shelf: &shelf{rows: rising(60), before: addToStart(map[int]int{3: 12, 5: 11})},
			want:  "60 rows: 0 8 16 24 32 40 48 56 64 72 80",
		},
		{
			name: "to the start, a row without a value when it is read again",
			shelf: &shelf{rows: rising(25), before: func(answer int, s *shelf) {
				if answer == 4 {
					s.rows[0].value = unknown
				}
			}}, moves: ToStart,
			want: "25 rows: 0 8 16 0 0 10 20 0 10 20",
		},
		{
			name: "a later page is not in order",
			shelf: &shelf{rows: rising(25), count: func(n, _, _ int) int { return n - 1 }, before: func(answer int, s *shelf) {
				if answer == 2 {
					s.rows[12], s.rows[13] = s.rows[13], s.rows[12]
				}
			}},
			want: "UnprovenError: 0 8 16 0 10 20 0 10 20 0 10 20",
		},
		{
			name:  "to the end, the last removed",
			shelf: &shelf{rows: rising(45), before: removeAt(3, 12, 45)}, moves: ToEnd,
			want: "18 rows: 0 8 16 24 32 0>=16 0>=9",
		},
		{
			name:  "to the end, most of the last removed",
			shelf: &shelf{rows: rising(45), before: removeAt(3, 18, 42)}, moves: ToEnd,
			want: "21 rows: 0 8 16 24 32 0>=43 0>=43",
		},
		{
			name: "offsets ignored, 12 added before the last value",
			shelf: &shelf{rows: numbers(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210).rows,
				offset: ignoreOffset, before: addAt(3, 81, 82, 83, 84, 85, 86, 87, 88, 89, 81, 82, 83)},
			want: "UnprovenError: 0 8 16 0>=80",
		},
		{
			name: "clamped to 4, later counts are of what is known",
			shelf: &shelf{rows: rising(25), clamp: 4, count: func(n, onPage, answer int) int {
				if answer == 1 {
					return n
				}
				return onPage
			}},
			want: "25 rows: 0 2 4 6 8 10 12 14 16 18 20 22",
		},
	})
}
