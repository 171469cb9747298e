package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// bench is what "make bench" stores in assets/bench.json.
type bench struct {
	System    string `json:"system"`
	Terraform string `json:"terraform"`
	CPUs      int    `json:"cpus"`
	Rounds    int    `json:"rounds"`
	Plans     []struct {
		Reader  string  `json:"reader"`
		Jobs    int     `json:"jobs"`
		Seconds float64 `json:"seconds"`
	} `json:"plans"`
	Readers []reader `json:"readers"`
}

// reader has the cost and the losses of one way to read a list.
type reader struct {
	Reader    string  `json:"reader"`
	Jobs      int     `json:"jobs"`
	LatencyMS int     `json:"latency_ms"`
	Seconds   float64 `json:"seconds"`
	Requests  int     `json:"requests"`
	Changing  struct {
		Readings     int `json:"readings"`
		Failed       int `json:"failed_readings"`
		LostReadings int `json:"lost_readings"`
		LostJobs     int `json:"lost_jobs"`
	} `json:"changing"`
	State *struct {
		Jobs         int `json:"jobs"`
		Credentials  int `json:"credentials"`
		PhoneNumbers int `json:"phone_numbers"`
		SignedURLs   int `json:"signed_urls"`
	} `json:"state"`
}

// loss is a line of assets/losses.jsonl, where "make table" stores what readings of a changing list
// lose: an object for each kind of list, rate of changes, length and reader.
type loss struct {
	// Reader is "listing", this provider's, or "naive", one page after the other.
	Reader            string  `json:"reader"`
	Class             string  `json:"class"`
	ChangesPerRequest float64 `json:"changes_per_request"`
	Pages             int     `json:"pages"`
	Readings          int     `json:"readings"`
	Failed            int     `json:"failed"`
	LostRows          int     `json:"lost_rows"`
}

// The lists whose losses are shown: sorted as by default, of 1,000 jobs.
const (
	lossClass = "create_time, distinct"
	lossPages = 10
)

// open opens a file of figures in assets/ that a target of make writes.
func (p *pictures) open(name, target string) (*os.File, error) {
	file, err := os.Open(p.asset(name))
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("there is no assets/%s: run '%s', which measures the figures and writes them there", name, target)
	}
	return file, err
}

// readBench returns the figures of "make bench".
func (p *pictures) readBench() (*bench, error) {
	file, err := p.open("bench.json", "make bench")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	figures := new(bench)
	if err := json.NewDecoder(file).Decode(figures); err != nil {
		return nil, fmt.Errorf("assets/bench.json: %w", err)
	}
	if len(figures.Plans) == 0 || len(figures.Readers) == 0 {
		return nil, errors.New("assets/bench.json has no figures")
	}
	return figures, nil
}

// readLosses returns the figures of "make table" that are shown.
func (p *pictures) readLosses() ([]loss, error) {
	file, err := p.open("losses.jsonl", "make table")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var shown []loss
	readers := map[string]int{"listing": 0, "naive": 0}
	for decoder := json.NewDecoder(file); ; {
		var one loss
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("assets/losses.jsonl: %w", err)
		}
		if one.Class != lossClass || one.Pages != lossPages {
			continue
		}
		if _, known := readers[one.Reader]; !known || one.Readings <= 0 {
			return nil, fmt.Errorf("assets/losses.jsonl: %d readings by %q; the readers are listing and naive", one.Readings, one.Reader)
		}
		readers[one.Reader]++
		shown = append(shown, one)
	}
	for reader, lines := range readers {
		if lines == 0 {
			return nil, fmt.Errorf("assets/losses.jsonl has no readings of %d pages of the kind %q by %s", lossPages, lossClass, reader)
		}
	}
	return shown, nil
}
