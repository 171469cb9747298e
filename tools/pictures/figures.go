package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
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

// reader is what one way to read a list costs and loses.
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

// loss is what readings of a list that changes have lost, a line of what
// "make soak" stores in assets/losses.json.
type loss struct {
	ChangesPerRequest float64 `json:"changes_per_request"`
	Pages             int     `json:"pages"`
	// Reader is "provider" or "naive".
	Reader       string `json:"reader"`
	Readings     int    `json:"readings"`
	LostReadings int    `json:"lost_readings"`
	LostJobs     int    `json:"lost_jobs"`
}

// read decodes the figures in assets/ that a target of make writes.
func (p *pictures) read(name, target string, to any) error {
	content, err := os.ReadFile(p.asset(name))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no assets/%s: run '%s', which measures the figures and writes them there", name, target)
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, to); err != nil {
		return fmt.Errorf("assets/%s: %w", name, err)
	}
	return nil
}

// readBench returns the figures of "make bench".
func (p *pictures) readBench() (*bench, error) {
	figures := new(bench)
	if err := p.read("bench.json", "make bench", figures); err != nil {
		return nil, err
	}
	if len(figures.Plans) == 0 || len(figures.Readers) == 0 {
		return nil, errors.New("assets/bench.json has no figures")
	}
	return figures, nil
}

// readLosses returns the figures of "make soak" for the longest list that both
// readers have read.
func (p *pictures) readLosses() ([]loss, error) {
	var all []loss
	if err := p.read("losses.json", "make soak", &all); err != nil {
		return nil, err
	}
	pages := map[string]map[int]bool{"provider": {}, "naive": {}}
	for _, one := range all {
		of, known := pages[one.Reader]
		if !known || one.Readings <= 0 {
			return nil, fmt.Errorf("assets/losses.json: %d readings by %q; the readers are provider and naive", one.Readings, one.Reader)
		}
		of[one.Pages] = true
	}
	longest := 0
	for n := range pages["naive"] {
		if pages["provider"][n] {
			longest = max(longest, n)
		}
	}
	if longest == 0 {
		return nil, errors.New("assets/losses.json: no list was read by both readers, provider and naive")
	}
	return slices.DeleteFunc(all, func(one loss) bool { return one.Pages != longest }), nil
}
