package bench

import (
	"runtime"
	"slices"
	"time"
)

// Rounds measures several ways to do the same, one after the other in each round, and compares them
// within the rounds. What slows the machine down for a while then affects all of them, and what
// affects only one is an outlier, which does not change the median.
type Rounds struct {
	times [][]time.Duration // of each way, in each round
}

// Run adds a round. Each round begins with another way, and the garbage is collected before each
// way. An error ends the round.
func (r *Rounds) Run(ways ...func() error) error {
	if r.times == nil {
		r.times = make([][]time.Duration, len(ways))
	}
	first := len(r.times[0])
	for i := range ways {
		way := (first + i) % len(ways)
		runtime.GC()
		start := time.Now()
		if err := ways[way](); err != nil {
			return err
		}
		r.times[way] = append(r.times[way], time.Since(start))
	}
	return nil
}

// Median returns the time of a way, given by its number from 0.
func (r *Rounds) Median(way int) time.Duration {
	return time.Duration(median(r.times[way], func(_ int, t time.Duration) float64 { return float64(t) }))
}

// Ratio returns the time of one way over that of another: the median of the rounds' ratios.
func (r *Rounds) Ratio(way, over int) float64 {
	return median(r.times[way], func(round int, t time.Duration) float64 { return float64(t) / float64(r.times[over][round]) })
}

// median returns the median of the values of the times.
func median(times []time.Duration, value func(round int, t time.Duration) float64) float64 {
	if len(times) == 0 {
		return 0
	}
	values := make([]float64, len(times))
	for round, t := range times {
		values[round] = value(round, t)
	}
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return (values[middle-1] + values[middle]) / 2
}
