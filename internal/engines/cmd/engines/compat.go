package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

// goTest returns the command that tests packages; it prints events as go test -json does.
func goTest(pattern string, packages []string) []string {
	command := []string{"scripts/with-terraform.sh", "go", "test", "-json", "-count=1", "-timeout=20m"}
	if pattern != "" {
		command = append(command, "-run", pattern)
	}
	return append(command, packages...)
}

// testThrough runs a test command with each engine and prints a table of the results. It continues
// after a failure, so that one run shows the result of every engine.
func testThrough(ctx context.Context, builder builder, chosen []engines.Engine, command []string, stdout io.Writer) error {
	var results []*result
	for _, engine := range chosen {
		program, err := builder.build(ctx, engine)
		if err != nil {
			return err
		}
		fmt.Fprintf(builder.log, "Testing with %s...\n", engine)
		result, err := runTests(ctx, engine, program, command, builder.log)
		if err != nil {
			return err
		}
		results = append(results, result)
	}
	if err := printResults(stdout, results); err != nil {
		return err
	}
	if slices.ContainsFunc(results, func(r *result) bool { return !r.ok() }) {
		return errors.New("not every engine passes")
	}
	return nil
}

// result is the outcome of the tests with an engine.
type result struct {
	engine         engines.Engine
	passed, failed int
	// skipped counts the skipped tests by their reason.
	skipped map[string]int
	took    time.Duration
	// err is the error of the command that ran the tests.
	err error
}

func (r *result) ok() bool { return r.err == nil && r.failed == 0 && r.passed > 0 }

// runTests runs the command for an engine. What a failed test printed goes to log.
func runTests(ctx context.Context, engine engines.Engine, program string, args []string, log io.Writer) (*result, error) {
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Env = append(os.Environ(), "TF_BIN="+program, "TF_ACC=")
	log = &lockedWriter{writer: log} // also written while events are read
	command.Stderr = log
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := command.Start(); err != nil {
		return nil, err
	}
	result, err := readEvents(stdout, log)
	if err != nil {
		return nil, errors.Join(err, command.Wait())
	}
	result.engine, result.err, result.took = engine, command.Wait(), time.Since(start)
	return result, ctx.Err()
}

// lockedWriter is a writer for several goroutines.
type lockedWriter struct {
	mu     sync.Mutex
	writer io.Writer
}

// Write implements io.Writer.
func (w *lockedWriter) Write(data []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.writer.Write(data)
}

// event is a line of what go test -json prints.
type event struct {
	Action  string `json:"Action"`
	Package string `json:"Package"`
	Test    string `json:"Test"`
	Output  string `json:"Output"`
}

// key names what an event is about: a test, or a whole package.
func (e event) key() string { return e.Package + " " + e.Test }

// skipReason matches the line in which a test says why it is skipped.
var skipReason = regexp.MustCompile(`(?m)^\s+\w+\.go:\d+: (.*)$`)

// readEvents counts the tests in the events of go test -json. Of a test with subtests, only these
// count, unless the test itself failed.
func readEvents(events io.Reader, log io.Writer) (*result, error) {
	var (
		outcomes = map[string]string{}
		output   = map[string]*bytes.Buffer{}
		parents  = map[string]bool{}
		lines    = bufio.NewScanner(events)
	)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var event event
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			// A build that fails prints plain text.
			fmt.Fprintln(log, lines.Text())
			continue
		}
		key := event.key()
		switch event.Action {
		case "run":
			output[key] = &bytes.Buffer{}
			if end := strings.LastIndex(event.Test, "/"); end >= 0 {
				parents[event.Package+" "+event.Test[:end]] = true
			}
		case "output", "build-output":
			if buffer, ok := output[key]; ok {
				buffer.WriteString(event.Output)
			} else if event.Test == "" {
				fmt.Fprint(log, event.Output)
			}
		case "pass", "skip", "fail":
			if event.Test == "" {
				continue
			}
			outcomes[key] = event.Action
			if event.Action == "fail" {
				_, _ = output[key].WriteTo(log)
			}
			if event.Action != "skip" {
				delete(output, key)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	result := &result{skipped: map[string]int{}}
	for key, outcome := range outcomes {
		// A failure of a parent may be its own.
		if parents[key] && outcome != "fail" {
			continue
		}
		switch outcome {
		case "pass":
			result.passed++
		case "fail":
			result.failed++
		case "skip":
			reason := "no reason given"
			if match := skipReason.FindStringSubmatch(output[key].String()); match != nil {
				reason = match[1]
			}
			result.skipped[reason]++
		}
	}
	return result, nil
}

// printResults prints a line for each engine, and below it why tests were skipped.
func printResults(stdout io.Writer, results []*result) error {
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ENGINE\tPASSED\tFAILED\tSKIPPED\tTIME\t")
	for _, r := range results {
		skipped := 0
		for count := range maps.Values(r.skipped) {
			skipped += count
		}
		note := ""
		if !r.ok() {
			note = "FAIL"
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\t%s\n", r.engine, r.passed, r.failed, skipped, r.took.Round(time.Second), note)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, r := range results {
		for _, reason := range slices.Sorted(maps.Keys(r.skipped)) {
			fmt.Fprintf(stdout, "%s skips %d: %s\n", r.engine, r.skipped[reason], reason)
		}
	}
	return nil
}
