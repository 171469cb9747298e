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

// InRounds is a benchmark of ways to do the same, whose iterations are so many rounds.
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
	b.ReportMetric(0, "ns/op") // the time of rounds tells nothing
	return rounds
}
