package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// readme writes the parts of the README between markers such as
// "<!-- BEGIN peers -->" and "<!-- END peers -->".
func (p *pictures) readme() error {
	path := filepath.Join(p.root, "README.md")
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text := string(content)
	for _, part := range []struct {
		name  string
		write func() (string, error)
	}{
		{"demo", p.demoPart}, {"error", p.errorPart}, {"peers", p.peersPart}, {"losses", p.lossesPart},
	} {
		written, err := part.write()
		if err != nil {
			return err
		}
		if text, err = fill(text, part.name, written); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return p.put(path, []byte(text))
}

// fill replaces the part of a text between the markers with a name.
func fill(text, name, part string) (string, error) {
	begin, end := "<!-- BEGIN "+name+" -->\n", "<!-- END "+name+" -->"
	before, rest, found := strings.Cut(text, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("the markers %q and %q are not there", strings.TrimSpace(begin), end)
	}
	return before + begin + part + end + after, nil
}

// escape matches the codes that set the colors of a terminal.
var escape = regexp.MustCompile("\x1b\\[[0-9;]*m")

// demoText returns what the demo prints, without colors.
func (p *pictures) demoText() (string, error) {
	output, err := os.ReadFile(p.asset("demo.txt"))
	return escape.ReplaceAllString(string(output), ""), err
}

// errorPart returns the error at the end of the demo.
func (p *pictures) errorPart() (string, error) {
	text, err := p.demoText()
	if err != nil {
		return "", err
	}
	_, message, found := strings.Cut(text, errorHeading)
	if !found {
		return "", fmt.Errorf("%s shows no error", p.asset("demo.txt"))
	}
	return "```\n" + strings.TrimSpace(message) + "\n```\n", nil
}

// demoPart returns the part of the demo's output that is shown as text: one output and the
// comparison.
func (p *pictures) demoPart() (string, error) {
	text, err := p.demoText()
	if err != nil {
		return "", err
	}
	_, list, found := strings.Cut(text, "\nlast_failed_jobs = [\n")
	list, _, closed := strings.Cut(list, "\n]\n")
	if !found || !closed {
		return "", fmt.Errorf("%s shows no last_failed_jobs", p.asset("demo.txt"))
	}
	lines := []string{"last_failed_jobs = [", list, "]", "..."}
	for line := range strings.Lines(text) {
		if strings.Contains(line, " requests, ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return "```\n" + strings.Join(lines, "\n") + "\n```\n", nil
}

// peersPart returns the table that compares ways to read a list.
func (p *pictures) peersPart() (string, error) {
	figures, err := p.readBench()
	if err != nil {
		return "", err
	}
	columns := []struct{ reader, title string }{
		{"provider", "this provider"}, {"http", "`hashicorp/http`"}, {"usual", "a provider written the usual way"}, {"sdk", "a loop over the vendor's SDK"},
	}
	readers := map[string]*reader{}
	for i := range figures.Readers {
		readers[figures.Readers[i].Reader] = &figures.Readers[i]
	}
	plans := map[string]float64{}
	longest := 0
	for _, plan := range figures.Plans {
		longest = max(longest, plan.Jobs)
	}
	for _, plan := range figures.Plans {
		if plan.Jobs == longest {
			plans[plan.Reader] = plan.Seconds
		}
	}
	ours := readers["provider"]
	if ours == nil || ours.State == nil {
		return "", fmt.Errorf("%s has no figures of this provider", p.asset("bench.json"))
	}
	rows := [][]string{
		{""},
		{"---"},
		{fmt.Sprintf("jobs lost by %d readings of a list of %s that changes", ours.Changing.Readings, thousands(ours.Jobs))},
		{fmt.Sprintf("plan of %s jobs, %d ms a request", thousands(ours.Jobs), ours.LatencyMS)},
		{fmt.Sprintf("plan of %s jobs, answered at once", thousands(longest))},
		{fmt.Sprintf("requests for %s jobs", thousands(ours.Jobs))},
		{fmt.Sprintf("secrets in the state of %d jobs", ours.State.Jobs)},
	}
	for _, column := range columns {
		r := readers[column.reader]
		if r == nil {
			return "", fmt.Errorf("%s has no figures of the reader %s", p.asset("bench.json"), column.reader)
		}
		seconds, plan := fmt.Sprintf("%.2f s", r.Seconds), "no plan"
		if r.State == nil {
			seconds += " without Terraform"
		}
		if seconds, ok := plans[column.reader]; ok {
			plan = fmt.Sprintf("%.1f s", seconds)
		}
		for i, cell := range []string{column.title, "---", losses(r), seconds, plan, strconv.Itoa(r.Requests), secrets(r)} {
			rows[i] = append(rows[i], cell)
		}
	}
	var table strings.Builder
	for _, row := range rows {
		table.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	rounds := "one round"
	if figures.Rounds > 1 {
		rounds = fmt.Sprintf("medians of %d rounds", figures.Rounds)
	}
	fmt.Fprintf(&table, "\nMeasured by `make bench`: %s on %d cores, %s, %s.\n", rounds, figures.CPUs, figures.System, figures.Terraform)
	return table.String(), nil
}

// thousands returns a number with a comma before its last three digits.
func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// losses returns what a reader has lost, in words.
func losses(r *reader) string {
	text := thousands(r.Changing.LostJobs)
	if r.Changing.LostJobs == 0 {
		text = "**none**"
	}
	if r.Changing.Failed > 0 {
		text += fmt.Sprintf("; %d ended in an error", r.Changing.Failed)
	}
	return text
}

// secrets returns what a reader leaves in the state, in words.
func secrets(r *reader) string {
	if r.State == nil {
		return "no state"
	}
	var found []string
	if r.State.Credentials > 0 {
		found = append(found, "the token")
	}
	if n := r.State.PhoneNumbers; n > 0 {
		found = append(found, fmt.Sprintf("%d phone numbers", n))
	}
	if n := r.State.SignedURLs; n > 0 {
		found = append(found, fmt.Sprintf("%d signed URLs", n))
	}
	if len(found) == 0 {
		return "**none**"
	}
	return strings.Join(found, ", ")
}

// lossesPart returns the chart of losses, and where its figures come from.
func (p *pictures) lossesPart() (string, error) {
	figures, err := p.readLosses()
	if err != nil {
		return "", err
	}
	var ours loss
	for _, figure := range figures {
		if figure.Reader == "listing" {
			ours.Readings += figure.Readings
			ours.LostRows += figure.LostRows
			ours.Failed += figure.Failed
		}
	}
	return fmt.Sprintf(`<picture>
  <source media="(prefers-color-scheme: dark)" srcset="assets/losses-dark.svg">
  <img alt="Jobs lost over changes for each request: a loop over pages and this provider" src="assets/losses.svg">
</picture>

Measured by %smake table%s in simulated time: this provider lost %s jobs in %s readings, %s of which ended in an error instead
of a list.
`, "`", "`", thousands(ours.LostRows), thousands(ours.Readings), thousands(ours.Failed)), nil
}
