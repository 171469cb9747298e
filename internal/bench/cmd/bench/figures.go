package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"text/tabwriter"
	"time"
)

// figures are the figures of a run that the README shows, as they are stored.
type figures struct {
	System    string         `json:"system"`
	Terraform string         `json:"terraform"`
	CPUs      int            `json:"cpus"`
	Rounds    int            `json:"rounds"`
	Plans     []planFigure   `json:"plans"`
	Readers   []readerFigure `json:"readers"`
}

// planFigure is how long a plan takes of a service that answers at once.
type planFigure struct {
	Reader  string  `json:"reader"`
	Jobs    int     `json:"jobs"`
	Seconds float64 `json:"seconds"`
}

// readerFigure is the cost of one way to read a list, and what it loses.
type readerFigure struct {
	Reader string `json:"reader"`
	// Jobs is the length of the list, LatencyMS how long each answer takes.
	Jobs      int     `json:"jobs"`
	LatencyMS int64   `json:"latency_ms"`
	Seconds   float64 `json:"seconds"`
	Requests  int     `json:"requests"`
	// Changing counts readings of a list of as many jobs that changes at each request.
	Changing lossFigure `json:"changing"`
	// State is nil for a reader that has no state.
	State *stateFigure `json:"state,omitempty"`
}

// lossFigure is what some readings of a list that changes have lost.
type lossFigure struct {
	Readings int `json:"readings"`
	// Failed readings end with an error instead of a list.
	Failed       int `json:"failed_readings"`
	LostReadings int `json:"lost_readings"`
	LostJobs     int `json:"lost_jobs"`
}

// stateFigure counts the different secrets of each kind in a state.
type stateFigure struct {
	Jobs         int `json:"jobs"`
	Credentials  int `json:"credentials"`
	PhoneNumbers int `json:"phone_numbers"`
	SignedURLs   int `json:"signed_urls"`
}

func newFigures(rounds int) *figures {
	return &figures{System: runtime.GOOS + "/" + runtime.GOARCH, CPUs: runtime.NumCPU(), Rounds: rounds}
}

// inSeconds returns a time in seconds, to the millisecond.
func inSeconds(d time.Duration) float64 { return float64(d.Milliseconds()) / 1000 }

// write stores the figures.
func (f *figures) write(path string) error {
	content, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(content, '\n'), 0o644) //nolint:gosec // a file of the repository
}

// print prints the figures of the readers.
func (f *figures) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nreader\tseconds\trequests\treadings\tfailed\tincomplete\tlost jobs\tcredentials\tphone numbers\tsigned URLs")
	for _, r := range f.Readers {
		credentials, phones, urls := "", "", ""
		if r.State != nil {
			credentials, phones, urls = strconv.Itoa(r.State.Credentials), strconv.Itoa(r.State.PhoneNumbers), strconv.Itoa(r.State.SignedURLs)
		}
		fmt.Fprintf(table, "%s\t%.2f\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\n", r.Reader, r.Seconds, r.Requests,
			r.Changing.Readings, r.Changing.Failed, r.Changing.LostReadings, r.Changing.LostJobs, credentials, phones, urls)
	}
	return table.Flush()
}
