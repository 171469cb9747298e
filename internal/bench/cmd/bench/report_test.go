package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestReport holds that what a benchmark reports arrives in the table, and is judged by the target
// in its unit.
func TestReport(t *testing.T) {
	t.Parallel()
	r := &report{}
	r.addGoBenchmarks(`goos: linux
BenchmarkList/latency=50ms,jobs=10000/ours-2    	       3	 644843709 ns/op	         9.9 not/compared<=1
BenchmarkList/latency=50ms,jobs=10000/compared-2         	       3	         1.064 ours/floor<=1.15	         5.5 sdk/ours>=6	110379410 B/op
BenchmarkReadDataSource/jobs=1000/nulls=0%/compared         	       5	     20635 ns/job	      8438 B/job<=8000
PASS
`)
	r.add("beyond any target", 3, "")
	r.figure("plan", "1 s", "", "2 s")

	var printed bytes.Buffer
	if err := r.print(&printed); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(printed.String()) {
		if fields := strings.Join(strings.Fields(line), " "); fields != "" {
			got = append(got, fields)
		}
	}
	want := []string{
		"median of rounds provider precomputed http usual",
		"plan 1 s 2 s",
		"measure ratio target",
		"List/latency=50ms,jobs=10000: ours/floor 1.064 <=1.15 ok",
		"List/latency=50ms,jobs=10000: sdk/ours 5.5 >=6 under",
		"ReadDataSource/jobs=1000/nulls=0%: B/job 8438 <=8000 over",
		"beyond any target 3",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
