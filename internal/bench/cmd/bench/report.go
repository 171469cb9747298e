package main

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// report is what was measured, in the order in which it is printed.
type report struct {
	figures [][]string // a name, and a value for each of the four providers
	ratios  []ratio
}

// ratio is a measure that depends little on the machine, with its target, such as "<=1.1", or ""
// without one.
type ratio struct {
	what   string
	value  float64
	target string
}

// add adds a ratio.
func (r *report) add(what string, value float64, target string) {
	r.ratios = append(r.ratios, ratio{what, value, target})
}

// figure adds a measure that depends on the machine. Its values are those of the provider, of the
// precomputed one, of hashicorp/http, and of the usual one.
func (r *report) figure(what string, values ...string) {
	r.figures = append(r.figures, append([]string{what}, values...))
}

var (
	benchmarkLine = regexp.MustCompile(`^Benchmark(\S+?)/compared(?:-\d+)?\s+\d+\s+(.*)$`)
	unit          = regexp.MustCompile(`^(.+?)([<>]=[0-9.]+)$`)
)

// addGoBenchmarks adds the measures that carry a target in their unit.
func (r *report) addGoBenchmarks(printed string) {
	for line := range strings.Lines(printed) {
		match := benchmarkLine.FindStringSubmatch(strings.TrimSpace(line))
		if match == nil {
			continue
		}
		fields := strings.Fields(match[2])
		for i := 0; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			named := unit.FindStringSubmatch(fields[i+1])
			if err == nil && named != nil {
				r.add(match[1]+": "+named[1], value, named[2])
			}
		}
	}
}

// verdict returns "ok", or "over" or "under" for a value that misses its target.
func (r *ratio) verdict() string {
	if r.target == "" {
		return ""
	}
	bound, err := strconv.ParseFloat(r.target[2:], 64)
	switch {
	case err != nil:
		return err.Error()
	case strings.HasPrefix(r.target, "<=") && r.value > bound:
		return "over"
	case strings.HasPrefix(r.target, ">=") && r.value < bound:
		return "under"
	default:
		return "ok"
	}
}

func (r *report) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nmedian of rounds\tprovider\tprecomputed\thttp\tusual")
	for _, figure := range r.figures {
		fmt.Fprintln(table, strings.Join(figure, "\t"))
	}
	// Another table, because its columns are not those of the one above.
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(table, "\nmeasure\tratio\ttarget\t")
	for _, one := range r.ratios {
		fmt.Fprintf(table, "%s\t%.4g\t%s\t%s\n", one.what, one.value, one.target, one.verdict())
	}
	return table.Flush()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }

func megabytes(bytes float64) string {
	if bytes == 0 {
		return "unknown"
	}
	return fmt.Sprintf("%.2f MB", bytes/1e6)
}
