package listing

import "testing"

// TestRequestsOfWindows reads windows of lists that show their order.
func TestRequestsOfWindows(t *testing.T) {
	t.Parallel()
	testReadings(t, []readingTest{
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
		{
			name: "run of 25, window in it", shelf: &shelf{rows: runOf(8, 25, 8)}, offset: 12, limit: 11,
			want: "11 rows: 12 20 13 12 22 12 22",
		},
		{
			name: "run of 25, window of 20", shelf: &shelf{rows: runOf(8, 25, 8)}, limit: 20,
			want: "20 rows: 0 7 14 0>=7 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b 0>=50b<=50b 10>=50b<=50b 20>=50b<=50b",
		},
		{
			name:  "count is more, window",
			shelf: &shelf{rows: rising(25), count: func(int, int, int) int { return maxRows + 1 }}, limit: 15,
			want: "15 rows: 0 8",
		},
		{name: "clamped to 2, window of 2", shelf: &shelf{rows: rising(12), clamp: 2}, limit: 2, want: "2 rows: 0x2"},
		{
			name:  "rounded, window of 20 from 15",
			shelf: &shelf{rows: rising(45), offset: roundOffset}, offset: 15, limit: 20,
			want: "20 rows: 15 23 31 16 10 9 0>=18 0>=26",
		},
		{
			name: "rounded, window from 19", shelf: &shelf{rows: rising(45), offset: roundOffset}, offset: 19,
			want: "26 rows: 19 27 35 43 18 10 9 0>=18 0>=26 0>=34 0>=42",
		},
		{
			name: "rounded, window from 41", shelf: &shelf{rows: rising(45), offset: roundOffset}, offset: 41,
			want: "4 rows: 41 42 40 39",
		},
		{
			name: "rounded, window from 36", shelf: &shelf{rows: rising(45), offset: roundOffset}, offset: 36,
			want: "9 rows: 36 37 30 29 44 0>=38",
		},
		{
			name: "to the end, window from 3", shelf: &shelf{rows: rising(25)}, offset: 3, moves: ToEnd,
			want: "22 rows: 3 11 0>=19",
		},
		{
			name: "rounded, window from 46", shelf: &shelf{rows: rising(45), offset: roundOffset}, offset: 46,
			want: "0 rows: 46 47 40 39",
		},
		{
			name: "ignored, clamped to 4, window from 8", shelf: &shelf{rows: rising(45), clamp: 4, offset: ignoreOffset}, offset: 8,
			want: "ServiceError: 8 10 12 14 16 9 0",
		},
		{
			name: "rounded, window from 20", shelf: &shelf{rows: rising(45), offset: roundOffset}, offset: 20,
			want: "25 rows: 20 28 36 21 19 0>=28 0>=36",
		},
		{
			name: "offsets ignored, window from 15", shelf: &shelf{rows: rising(45), offset: ignoreOffset}, offset: 15,
			want: "ServiceError: 15 23 31 39 16 10 9",
		},
		{
			name: "offsets ignored, window from 20", shelf: &shelf{rows: rising(45), offset: ignoreOffset}, offset: 20,
			want: "ServiceError: 20 28 36 21 19",
		},
		{
			name: "offsets ignored, window from 5", shelf: &shelf{rows: rising(45), offset: ignoreOffset}, offset: 5,
			want: "40 rows: 5 13 21 29 37 6 0 0>=8 0>=16 0>=24 0>=32 0>=40",
		},
		{
			name: "offsets ignored, window from 41", shelf: &shelf{rows: rising(45), offset: ignoreOffset}, offset: 41,
			want: "ServiceError: 41 42 40 39",
		},
		{
			name: "to the start, window from 3", shelf: &shelf{rows: rising(25)}, moves: ToStart, offset: 3,
			want: "22 rows: 3 11 19",
		},
		{
			name: "to the start, window of 12", shelf: &shelf{rows: rising(25)}, moves: ToStart, limit: 12,
			want: "12 rows: 0 8 0",
		},
		{
			name:  "run of 25, window in it, 13 added at the start",
			shelf: &shelf{rows: runOf(8, 25, 8), before: addToStart(map[int]int{2: 13})}, offset: 12,
			want: "ChangedError: 12 20 28 36 13",
		},
		{
			name:  "window from 3, ten added at the start",
			shelf: &shelf{rows: rising(45), before: addToStart(map[int]int{2: 10})}, offset: 3,
			want: "42 rows: 3 11 19 27 35 43 51",
		},
		{
			name:  "rounded, window of 15 from 15",
			shelf: &shelf{rows: rising(45), offset: roundOffset}, offset: 15, limit: 15,
			want: "15 rows: 15 23 16 10 9 0>=18 0>=26",
		},
		{
			name:  "rounded, run of 25, window of 15 from 15",
			shelf: &shelf{rows: runOf(8, 25, 8), offset: roundOffset}, offset: 15, limit: 15,
			want: "ServiceError: 15 23 16 10 9",
		},
		{
			name:  "rounded, window from 15, to the end",
			shelf: &shelf{rows: rising(30), offset: roundOffset}, offset: 15, moves: ToEnd,
			want: "15 rows: 15 16 10 9 0>=18 0>=26",
		},
		{
			name: "page numbers, window from 10", shelf: &shelf{rows: rising(145), offset: pageNumber}, offset: 10,
			want: "UnprovenError: 10 18 26 34 42 11",
		},
		{
			name: "page numbers, window from 2", shelf: &shelf{rows: rising(45), offset: pageNumber}, offset: 2,
			want: "UnprovenError: 2 10 18 26 34 3",
		},
		{
			name:  "page numbers, window of 15 from 2",
			shelf: &shelf{rows: rising(45), offset: pageNumber}, offset: 2, limit: 15,
			want: "UnprovenError: 2 10 3",
		},
	})
}
