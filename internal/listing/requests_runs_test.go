package listing

import "testing"

// TestRequestsOfRuns reads lists that have rows of equal value, in runs shorter and longer than a
// page.
func TestRequestsOfRuns(t *testing.T) {
	t.Parallel()
	testReadings(t, []readingTest{
		{name: "pairs", shelf: &shelf{rows: repeated(30, 2)}, want: "30 rows: 0 7 14 21"},
		{name: "fours", shelf: &shelf{rows: repeated(30, 4)}, want: "30 rows: 0 5 10 15 20 25"},
		{
			name: "fives", shelf: &shelf{rows: repeated(30, 5)},
			want: "30 rows: 0 8 16 24 0>=0e 0>=1e<=1e 0>=1e<=1e 0>=2e 0>=3c<=3c 0>=3c<=3c",
		},
		{name: "eights", shelf: &shelf{rows: repeated(40, 8)}, want: "40 rows: 0 8 16 24 32 7>=0h 7>=1h 7>=2h 7>=3h"},
		{
			name: "run of 9", shelf: &shelf{rows: runOf(8, 9, 8)},
			want: "25 rows: 0 7 14 21 0>=7 0>=50b<=50b 0>=50b<=50b",
		},
		{
			name: "run of 10", shelf: &shelf{rows: runOf(8, 10, 8)},
			want: "26 rows: 0 7 14 21 0>=7 0>=50b<=50b 10>=50b<=50b 0>=50b<=50b 10>=50b<=50b",
		},
		{
			name: "run of 25", shelf: &shelf{rows: runOf(8, 25, 8)},
			want: "41 rows: 0 7 14 21 28 35 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b " +
				"20>=50b<=50b",
		},
		{
			name: "run of 25 at the start", shelf: &shelf{rows: runOf(0, 25, 8)},
			want: "33 rows: 0 8 16 24 0>=50j<=50j 10>=50j<=50j 20>=50j<=50j 0>=50j<=50j 10>=50j<=50j 20>=50j<=50j",
		},
		{
			name: "run of 25 at the end", shelf: &shelf{rows: runOf(8, 25, 0)},
			want: "33 rows: 0 7 14 21 28 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b " +
				"20>=50b<=50b",
		},
		{
			name: "run of 25 alone", shelf: &shelf{rows: runOf(0, 25, 0)},
			want: "25 rows: 0 8 16 0>=50j<=50j 10>=50j<=50j 20>=50j<=50j 0>=50j<=50j 10>=50j<=50j 20>=50j<=50j",
		},
		{
			name: "run of 25, turned", shelf: &shelf{rows: runOf(8, 25, 8), turned: true},
			want: "41 rows: 0 7 14 21 28 35 0>=7 0>=50<=50 10>=50<=50 20>=50<=50 0>=50<=50 10>=50<=50 20>=50<=50 " +
				"0>=50<=50 10>=50<=50 20>=50<=50 0>=50<=50 10>=50<=50 20>=50<=50",
		},
		{
			name:  "run of 25, to excludes",
			shelf: &shelf{rows: runOf(8, 25, 8), until: func(v int) int { return v - 1 }},
			want:  "UnprovenError: 0 7 14 21 28 35 0>=7 0>=50b<=50b 0>=50b<=50b 0>=50b<=50b",
		},
		{
			name:  "run of 25, to includes more",
			shelf: &shelf{rows: runOf(8, 25, 8), until: func(v int) int { return v + 10 }},
			want:  "ServiceError: 0 7 14 21 28 35 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b",
		},
		{
			name:  "run of 25, counted one too many",
			shelf: &shelf{rows: runOf(8, 25, 8), count: func(n, _, _ int) int { return n + 1 }},
			want:  "EqualRowsError: 43 requests",
		},
		{
			name:  "run of 25, counted one too few",
			shelf: &shelf{rows: runOf(8, 25, 8), count: func(n, _, _ int) int { return n - 1 }},
			want: "EqualRowsError: 0 7 14 21 28 35 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b " +
				"10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b",
		},
		{
			name: "run of 25, most with fractions that they do not show, six removed",
			shelf: &shelf{
				rows:     runOf(8, 25, 8),
				before:   removeAt(3, 0, 6),
				fraction: func(id string) bool { return id > "50c" },
			},
			want: "ChangedError: 0 7 14 21 28 35 0>=7 0>=50b<=50b 0>=50b<=50b 0>=50b<=50b",
		},
		{
			name: "run of 25, half of it removed", shelf: &shelf{rows: runOf(8, 25, 8), before: removeAt(8, 8, 20)},
			want: "EqualRowsError: 0 7 14 21 28 35 0>=7 0>=50b<=50b 10>=50b<=50b 0>=50b<=50b 10>=50b<=50b " +
				"0>=50b<=50b 10>=50b<=50b",
		},
		{
			name:  "run of 25, a row of it removed while it is read",
			shelf: &shelf{rows: runOf(8, 25, 8), before: removeAt(9, 8, 9)},
			want: "41 rows: 0 7 14 21 28 35 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b " +
				"20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b",
		},
		{
			name: "run of 25, a row added while it is read", shelf: &shelf{rows: runOf(8, 25, 8), before: addAt(9, 50)},
			want: "42 rows: 0 7 14 21 28 35 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b " +
				"20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b",
		},
		{
			name: "run of 25, offsets rounded", shelf: &shelf{rows: runOf(8, 25, 8), offset: roundOffset},
			want: "41 rows: 0 7 14 21 28 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b " +
				"20>=50b<=50b 24>=50b 0>=63",
		},
		{
			name: "run of 25, clamped", shelf: &shelf{rows: runOf(8, 25, 8), clamp: 6},
			want: "41 rows: 0 4 8 12 16 20 24 28 32 36 0>=7 0>=50b<=50b 6>=50b<=50b 12>=50b<=50b 18>=50b<=50b " +
				"24>=50b<=50b 0>=50b<=50b 6>=50b<=50b 12>=50b<=50b 18>=50b<=50b 24>=50b<=50b",
		},
		{
			name: "run of 25, since ignored", shelf: &shelf{rows: runOf(8, 25, 8), since: func(int) int { return 0 }},
			want: "ServiceError: 0 7 14 21 28 35 0>=7",
		},
		{
			name:  "pairs, turned, one removed",
			shelf: &shelf{rows: repeated(45, 2), turned: true, before: removeAt(3, 0, 1)},
			want:  "45 rows: 0 7 14 21 28 35 42",
		},
		{
			name: "eights, one removed", shelf: &shelf{rows: repeated(45, 8), before: removeAt(3, 0, 1)},
			want: "UnprovenError: 0 8 16 24 32 7>=0h 0>=0h 7>=0h",
		},
		{
			name: "run of 25, offsets rounded, twelve added to it",
			shelf: &shelf{
				rows:   runOf(8, 25, 8),
				offset: roundOffset,
				before: addAt(10, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50),
			},
			want: "UnprovenError: 0 7 14 21 28 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b " +
				"10>=50b<=50b 20>=50b<=50b 24>=50b",
		},
	})
}
