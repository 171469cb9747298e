package listing_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The environment says which simulations are run, besides the few seconds of TestSimulation.
const (
	soakVariable   = "SOAK"          // how long TestSoak runs, such as 10m
	tableVariable  = "LISTING_TABLE" // how many readings TestTable does of each kind and size
	seedVariable   = "LISTING_SEED"  // the first seed of TestSimulation, TestSoak and TestTable
	caseVariable   = "LISTING_CASE"  // the one reading that TestCase does
	reportVariable = "LISTING_JSON"  // the file to which results are written, a JSON object a line
	traceVariable  = "LISTING_TRACE" // set: every case is named before it is read
	rerun          = caseVariable + "='%s' go test -run '^TestCase$' -v ./internal/listing"
)

// TestSimulation reads lists of all kinds, from services of all kinds, while they change at all
// rates, in virtual time. It is the same every time.
func TestSimulation(t *testing.T) {
	t.Parallel()
	results := newReport()
	for _, class := range classes {
		for _, rate := range changeRates {
			for _, pages := range class.pages() {
				readings := map[int]int{1: 20, 4: 12, 10: 6, 40: 2}[pages] * max(1, class.times)
				if pages == 1000 && class.name == "create_time, pairs, turned" && rate == 0.1 {
					readings = 1
				}
				for n := range readings {
					results.add(t, class.run(t, pages, rate, firstSeed(t, 1)+uint64(n), "listing"))
				}
			}
		}
	}
	results.print(t)
	results.check(t)
}

// TestSoak is TestSimulation for as long as asked, with other seeds every time.
func TestSoak(t *testing.T) {
	t.Parallel()
	if os.Getenv(soakVariable) == "" {
		t.Skipf("set %s to how long the simulation is to run, such as 10m, or call make soak", soakVariable)
	}
	duration, err := time.ParseDuration(os.Getenv(soakVariable))
	if err != nil {
		t.Fatal(err)
	}
	seed := firstSeed(t, uint64(time.Now().UnixNano()))
	t.Logf("%s=%d", seedVariable, seed)
	results := newReport()
	for end, round := time.Now().Add(duration), 0; time.Now().Before(end); round++ {
		for _, class := range classes {
			for _, rate := range changeRates {
				for _, pages := range class.pages() {
					readings := max(1, 10/pages) * max(1, class.times)
					if pages == 1000 && round%20 != 1 {
						readings = 0 // they take as long as all the others
					}
					for range readings {
						results.add(t, class.run(t, pages, rate, seed, "listing"))
						seed++
					}
				}
			}
		}
	}
	results.print(t)
	results.check(t)
	results.save(t)
}

// TestTable prints what the reading was to reach and what it reaches, with the naive loop beside
// it.
func TestTable(t *testing.T) {
	t.Parallel()
	if os.Getenv(tableVariable) == "" {
		t.Skipf("set %s to how many readings of each kind and size to do, such as 100, or call make table", tableVariable)
	}
	readings, err := strconv.Atoi(os.Getenv(tableVariable))
	if err != nil {
		t.Fatal(err)
	}
	first := firstSeed(t, 1)
	results := newReport()
	for _, class := range classes {
		if !class.measured {
			continue
		}
		for _, rate := range changeRates {
			for _, pages := range class.pages() {
				for n := range max(1, readings/max(1, pages/10)) {
					seed := first + uint64(n)
					results.add(t, class.run(t, pages, rate, seed, "listing"))
					results.add(t, class.run(t, pages, rate, seed, "naive"))
				}
			}
		}
	}
	results.print(t)
	results.check(t)
	results.save(t)
}

// TestCase does one reading again that another test complained about.
func TestCase(t *testing.T) {
	t.Parallel()
	if os.Getenv(caseVariable) == "" {
		t.Skipf("set %s to the case that a failed simulation names", caseVariable)
	}
	c, err := parseCase(os.Getenv(caseVariable))
	if err != nil {
		t.Fatal(err)
	}
	o := c.class.run(t, c.pages, c.rate, c.seed, c.reader)
	t.Logf("%+v", o.setup)
	t.Logf("%d requests, ideal are %d, error: %v", o.verdict.requests, o.verdict.ideal, o.verdict.err)
	for _, problem := range o.problems() {
		t.Error(problem)
	}
}

// outcome is one reading and the verdict on it.
type outcome struct {
	class   *class
	pages   int
	rate    float64
	seed    uint64
	reader  string
	setup   *setup
	verdict verdict
}

// pages are the sizes that the class is read at.
func (c *class) pages() []int {
	if c.sizes != nil {
		return c.sizes
	}
	return listSizes
}

// run draws a case and reads it.
func (c *class) run(t *testing.T, pages int, rate float64, seed uint64, name string) outcome {
	t.Helper()
	o := c.draft(pages, rate, seed, name)
	if os.Getenv(traceVariable) != "" {
		fmt.Fprintln(os.Stderr, &o)
	}
	o.verdict = read(t, o.setup, readers[name])
	return o
}

// draft draws a case that is still to be read.
func (c *class) draft(pages int, rate float64, seed uint64, name string) outcome {
	o := outcome{class: c, pages: pages, rate: rate, seed: seed, reader: name}
	hash := fnv.New64a()
	fmt.Fprintf(hash, "%s/%d/%g", c.name, pages, rate)
	rng := rand.New(rand.NewPCG(seed, hash.Sum64()))
	pageSize := 100
	if c.pageSize != nil {
		pageSize = c.pageSize(rng)
	}
	o.setup = newSetup(rng, rng.Uint64(), pageSize, pages, rate)
	c.draw(o.setup, rng)
	return o
}

// String names the case for LISTING_CASE.
func (o *outcome) String() string {
	return fmt.Sprintf("%s/%s/%d/%g/%d", o.reader, o.class.name, o.pages, o.rate, o.seed)
}

func parseCase(text string) (outcome, error) {
	var o outcome
	parts := strings.Split(text, "/")
	if len(parts) != 5 {
		return o, fmt.Errorf("%q does not name a case", text)
	}
	o.reader, o.class = parts[0], classNamed(parts[1])
	if o.class == nil || readers[o.reader] == nil {
		return o, fmt.Errorf("%q names no reader or no class", text)
	}
	if _, err := fmt.Sscan(strings.Join(parts[2:], " "), &o.pages, &o.rate, &o.seed); err != nil {
		return o, fmt.Errorf("%q does not name a case: %w", text, err)
	}
	return o, nil
}

func classNamed(name string) *class {
	i := slices.IndexFunc(classes, func(c *class) bool { return c.name == name })
	if i < 0 {
		return nil
	}
	return classes[i]
}

// problems says what no single reading of the class may do.
func (o *outcome) problems() []string {
	target := o.class.target(o.rate)
	problems := slices.Clone(o.verdict.defects)
	if n := len(o.verdict.lost); n > 0 && target.lost == 0 {
		problems = append(problems, fmt.Sprintf("%d rows lost: %s", n, strings.Join(o.verdict.lost[:min(n, 5)], ", ")))
	}
	if most := target.bound(o.verdict.ideal); o.verdict.requests > most {
		problems = append(problems, fmt.Sprintf("%d requests, at most %d are allowed, ideal are %d", o.verdict.requests, most, o.verdict.ideal))
	}
	if target.fails && o.verdict.err == nil {
		problems = append(problems, "no error")
	}
	return problems
}

func firstSeed(t *testing.T, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(seedVariable)
	if text == "" {
		return otherwise
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", seedVariable, err)
	}
	return seed
}
