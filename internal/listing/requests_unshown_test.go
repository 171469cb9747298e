package listing

import "testing"

// TestRequestsOfUnshownValues reads lists whose rows do not show by what they are sorted, with and
// without another order as a proof.
func TestRequestsOfUnshownValues(t *testing.T) {
	t.Parallel()
	testReadings(t, []readingTest{
		{
			name: "proof, turned", shelf: &shelf{rows: repeated(45, 45), unshown: true, turned: true}, proof: true,
			want: "UnprovenError: 94 requests",
		},
		{
			name: "proof, one added", shelf: &shelf{rows: rising(25), unshown: true, before: addAt(5, 30)}, proof: true,
			want: "26 rows: 0 0 8 16 0 10 20",
		},
		{
			name: "proof, one removed with every answer",
			shelf: &shelf{
				rows:    rising(45),
				unshown: true,
				before:  func(_ int, s *shelf) { s.remove(0, 1) },
			},
			proof: true,
			want:  "UnprovenError: 32 requests",
		},
		{
			name: "proof, window", shelf: &shelf{rows: rising(25), unshown: true}, proof: true, offset: 2, limit: 15,
			want: "15 rows: 2 3 2 12 2 12",
		},
		{
			name:  "unshown, window, turned",
			shelf: &shelf{rows: repeated(25, 25), unshown: true, turned: true}, offset: 2, limit: 15,
			want: "UnprovenError: 2 3 0",
		},
		{
			name: "unshown, window, one page", shelf: &shelf{rows: rising(25), unshown: true}, offset: 2, limit: 5,
			want: "5 rows: 2x5",
		},
		{
			name: "unshown, offsets ignored", shelf: &shelf{rows: rising(25), unshown: true, offset: ignoreOffset},
			want: "UnprovenError: 49 requests",
		},
		{
			name:  "unshown, offsets rounded, clamped",
			shelf: &shelf{rows: rising(25), unshown: true, offset: roundOffset, clamp: 4},
			want:  "25 rows: 0 0 4 8 12 16 20 24 0 4 8 12 16 20 24",
		},
		{
			name:  "unshown, counted 5 too few",
			shelf: &shelf{rows: rising(25), unshown: true, count: func(n, _, _ int) int { return n - 5 }},
			want:  "UnprovenError: 0 0 10 20 0 10 20 0 10 20",
		},
		{
			name:  "unshown, count of a million",
			shelf: &shelf{rows: rising(25), unshown: true, clamp: 4, count: func(int, int, int) int { return maxRows }},
			want:  "TooManyError: 0 0",
		},
		{name: "unshown", shelf: &shelf{rows: rising(25), unshown: true}, want: "25 rows: 0 0 10 20 0 10 20"},
		{
			name: "unshown, turned", shelf: &shelf{rows: repeated(25, 25), unshown: true, turned: true},
			want: "25 rows: 0 0 10 20 0 10 20 0 10 20 0 10 20",
		},
		{
			name:  "unshown, one too many",
			shelf: &shelf{rows: rising(25), unshown: true, count: func(n, _, _ int) int { return n + 1 }},
			want:  "UnprovenError: 37 requests",
		},
		{
			name:  "unshown, one too few",
			shelf: &shelf{rows: rising(25), unshown: true, count: func(n, _, _ int) int { return n - 1 }},
			want:  "UnprovenError: 0 0 10 20 0 10 20 0 10 20",
		},
		{name: "unshown, one page", shelf: &shelf{rows: rising(5), unshown: true}, want: "5 rows: 0"},
		{
			name: "unshown, window of 15 from 3", shelf: &shelf{rows: rising(25), unshown: true}, offset: 3, limit: 15,
			want: "15 rows: 3 4 3 13 3 13",
		},
		{
			name: "unshown, window from 3", shelf: &shelf{rows: rising(25), unshown: true}, offset: 3,
			want: "22 rows: 3 4 3 13 23 3 13 23",
		},
		{
			name:  "unshown, window from 3, changes",
			shelf: &shelf{rows: rising(25), unshown: true, before: removeAt(5, 0, 1)}, offset: 3,
			want: "21 rows: 3 4 3 13 23 3 13 23 3 13 23",
		},
		{
			name: "unshown, removed", shelf: &shelf{rows: rising(25), unshown: true, before: removeAt(4, 0, 1)},
			want: "24 rows: 0 0 10 20 0 10 20 0 10 20",
		},
		{
			name: "unshown, clamped", shelf: &shelf{rows: rising(25), unshown: true, clamp: 4},
			want: "25 rows: 0 0 4 8 12 16 20 24 0 4 8 12 16 20 24",
		},
		{
			name: "unshown, one exchanged between two readings",
			shelf: &shelf{rows: rising(25), unshown: true, before: func(answer int, s *shelf) {
				if answer == 5 {
					s.remove(3, 4)
					s.add(number{"new", 30})
				}
			}},
			want: "25 rows: 0 0 10 20 0 10 20 0 10 20",
		},
		{
			name: "unshown, counted one too many in the second of three readings",
			shelf: &shelf{rows: rising(25), unshown: true, count: func(n, _, answer int) int {
				if answer == 6 {
					n++
				}
				return n
			}},
			want: "UnprovenError: 0 0 10 20 0 10 20 0 10 20",
		},
		{
			name: "unshown, window, pages that overlap",
			shelf: &shelf{
				rows:    rising(30),
				unshown: true,
				offset:  func(o, _ int) int { return o - o/10 },
			},
			offset: 2, limit: 15,
			want: "UnprovenError: 2 3 2 12 2 12 2 12",
		},
		{
			name: "unshown, window, pages of which the first has fewer rows",
			shelf: &shelf{
				rows: rising(60), unshown: true, offset: func(o, _ int) int { return 3 * o },
				short: func(answer int) int { return 10 - 6*((answer+2)%3/2) },
			}, offset: 2, limit: 12,
			want: "UnprovenError: 2 3 2 6 10 2 6 10 2 6 10",
		},
		{
			name:  "rounded, unshown, window of 15 from 20",
			shelf: &shelf{rows: rising(45), unshown: true, offset: roundOffset}, offset: 20, limit: 15,
			want: "15 rows: 20 21 19 20 30 20 30",
		},
		{
			name:  "rounded, unshown, window of 20 from 15",
			shelf: &shelf{rows: rising(45), unshown: true, offset: roundOffset}, offset: 15, limit: 20,
			want: "ServiceError: 15 16 10 9",
		},
		{
			name:  "page numbers, unshown, window of 15 from 2",
			shelf: &shelf{rows: rising(45), unshown: true, offset: pageNumber}, offset: 2, limit: 15,
			want: "UnprovenError: 2 3",
		},
		{name: "proof", shelf: &shelf{rows: rising(25), unshown: true}, proof: true, want: "25 rows: 0 0 8 16 0 10 20"},
		{
			name:  "proof, removed",
			shelf: &shelf{rows: rising(45), unshown: true, before: removeAt(7, 0, 6)}, proof: true,
			want: "39 rows: 0 0 8 16 24 32 40 0>=40 0 10 20 30 0 8 16 24 32",
		},
	})
}
