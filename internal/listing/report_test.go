package listing_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"
	"text/tabwriter"
)

// cell is one kind of reading.
type cell struct {
	Reader string  `json:"reader"`
	Class  string  `json:"class"`
	Rate   float64 `json:"changes_per_request"`
	Pages  int     `json:"pages"`
}

// tally is what became of the readings of a cell.
type tally struct {
	cell

	Readings int     `json:"readings"`
	Lost     int     `json:"lost"` // readings that lost rows
	LostRows int     `json:"lost_rows"`
	Failed   int     `json:"failed"`
	Mean     float64 `json:"requests_over_ideal_mean"`
	Worst    float64 `json:"requests_over_ideal_worst"`

	squares float64 // sum of the squared distances from Mean
	class   *class
	failure string // one of them
}

func (t *tally) add(o *outcome, extra int) {
	t.Readings++
	if n := len(o.verdict.lost); n > 0 {
		t.Lost++
		t.LostRows += n
	}
	if o.verdict.err != nil {
		t.Failed++
		t.failure = fmt.Sprintf("%v\n  "+rerun, o.verdict.err, o)
	}
	over := float64(max(1, o.verdict.requests-extra)) / float64(o.verdict.ideal)
	before := over - t.Mean
	t.Mean += before / float64(t.Readings)
	t.squares += before * (over - t.Mean)
	t.Worst = max(t.Worst, over)
}

// report gathers the tallies of many readings.
type report struct {
	tallies map[cell]*tally
	order   []*tally
	shown   map[string]int // how many problems of a class were shown
}

func newReport() *report {
	return &report{tallies: map[cell]*tally{}, shown: map[string]int{}}
}

// add counts a reading, and complains about what no reading may do. The naive loop may do anything.
func (r *report) add(t *testing.T, o outcome) {
	t.Helper()
	key := cell{o.reader, o.class.name, o.rate, o.pages}
	sum := r.tallies[key]
	if sum == nil {
		sum = &tally{cell: key, class: o.class}
		r.tallies[key] = sum
		r.order = append(r.order, sum)
	}
	target := o.class.target(o.rate)
	sum.add(&o, target.extra)
	if o.reader == "naive" {
		return
	}
	for _, problem := range o.problems() {
		const most = 3
		r.shown[o.class.name]++
		if r.shown[o.class.name] > most {
			t.Fail()
			continue
		}
		t.Errorf("%s\n  "+rerun+"\n  %+v, error: %v", problem, &o, o.setup, o.verdict.err)
	}
}

// check holds the tallies against the targets of their classes. Shares and means of a few readings
// may be off by chance, so only what chance cannot explain is a failure.
func (r *report) check(t *testing.T) {
	t.Helper()
	for _, sum := range r.order {
		if sum.Reader == "naive" {
			continue
		}
		target := sum.class.target(sum.Rate)
		n := float64(sum.Readings)
		allowed := func(share float64) float64 { return share*n + 3*math.Sqrt(share*(1-share)*n) }
		if target.lost > 0 && float64(sum.Lost) > allowed(target.lost) { // else add has complained
			t.Errorf("%+v: %d of %d readings lost rows", sum.cell, sum.Lost, sum.Readings)
		}
		if float64(sum.Failed) > allowed(target.failed) {
			t.Errorf("%+v: %d of %d readings failed, such as\n  %s", sum.cell, sum.Failed, sum.Readings, sum.failure)
		}
		if chance := 3 * math.Sqrt(sum.squares) / n; target.over > 0 && sum.Mean-chance > target.over {
			t.Errorf("%+v: %.2f of the ideal requests, want at most %.2f", sum.cell, sum.Mean, target.over)
		}
	}
}

// print writes a line for each class and rate, with the sizes side by side.
func (r *report) print(t *testing.T) {
	t.Helper()
	sizes := []int{}
	naive := false
	for _, sum := range r.order {
		if !slices.Contains(sizes, sum.Pages) {
			sizes = append(sizes, sum.Pages)
		}
		naive = naive || sum.Reader == "naive"
	}
	slices.Sort(sizes)
	w := tabwriter.NewWriter(t.Output(), 0, 0, 1, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%-36s\tchanges/\t", "")
	for _, pages := range sizes {
		fmt.Fprintf(w, "|%d pages\t\t\t\t\t", pages)
		if naive {
			fmt.Fprint(w, "naive\t\t")
		}
	}
	fmt.Fprintf(w, "\n%-36s\trequest\t", "kind of list")
	for range sizes {
		fmt.Fprint(w, "|readings\tlost\tfailed\tover\tworst\t")
		if naive {
			fmt.Fprint(w, "lost\tover\t")
		}
	}
	readings, lost, failed := 0, 0, 0
	seen := map[cell]bool{}
	for _, line := range r.order {
		key := cell{"", line.Class, line.Rate, 0}
		if seen[key] {
			continue
		}
		seen[key] = true
		fmt.Fprintf(w, "\n%-36s\t%g\t", line.Class, line.Rate)
		for _, pages := range sizes {
			sum := r.tallies[cell{"listing", line.Class, line.Rate, pages}]
			if sum == nil {
				fmt.Fprint(w, "|\t\t\t\t\t")
			} else {
				readings, lost, failed = readings+sum.Readings, lost+sum.Lost, failed+sum.Failed
				fmt.Fprintf(w, "|%d\t%d\t%s\t%.2f\t%.2f\t", sum.Readings, sum.Lost, percent(sum.Failed, sum.Readings), sum.Mean, sum.Worst)
			}
			if other := r.tallies[cell{"naive", line.Class, line.Rate, pages}]; other != nil {
				fmt.Fprintf(w, "%s\t%.2f\t", percent(other.Lost, other.Readings), other.Mean)
			} else if naive {
				fmt.Fprint(w, "\t\t")
			}
		}
	}
	fmt.Fprintf(w, "\n\n%d readings, %d lost rows, %d failed. \"over\" is requests over the ideal in the mean, \"worst\" the greatest.\n", readings, lost, failed)
	if err := w.Flush(); err != nil {
		t.Error(err)
	}
}

func percent(part, whole int) string {
	return fmt.Sprintf("%.3g%%", 100*float64(part)/float64(whole))
}

// save writes the tallies to the file that the environment names.
func (r *report) save(t *testing.T) {
	t.Helper()
	path := os.Getenv(reportVariable)
	if path == "" {
		return
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	encoder := json.NewEncoder(file)
	for _, sum := range r.order {
		if err := encoder.Encode(sum); err != nil {
			t.Fatal(err)
		}
	}
}
