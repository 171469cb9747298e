package bench

import "testing"

// Alone returns a benchmark of one way to do something.
func Alone(way func() error) func(*testing.B) {
	return func(b *testing.B) {
		b.Helper()
		b.ReportAllocs()
		for b.Loop() {
			if err := way(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// InRounds runs a benchmark of several ways to do the same. Each iteration is count rounds.
func InRounds(b *testing.B, count int, ways ...func() error) *Rounds {
	b.Helper()
	rounds := &Rounds{}
	for b.Loop() {
		for range count {
			if err := rounds.Run(ways...); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(0, "ns/op") // the time of a round has no meaning
	return rounds
}
