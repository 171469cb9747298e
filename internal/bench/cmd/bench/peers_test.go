package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/bench"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestLossesOfSDK holds that a loop over pages loses a job at each page but the first of a list
// from which a job goes at each request.
func TestLossesOfSDK(t *testing.T) {
	t.Parallel()
	m := &measurement{rounds: 1}
	got, err := m.lossesOfSDK(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(lossFigure{Readings: 4, LostReadings: 4, LostJobs: 4 * 9}, got); diff != "" {
		t.Errorf("losses (-want +got):\n%s", diff)
	}
}

// TestCountLosses counts a reading that fails apart from those that lose jobs.
func TestCountLosses(t *testing.T) {
	t.Parallel()
	service, err := bench.StartChanging(10)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)
	loop, err := bench.SDKLoop(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	reading := 0
	m := &measurement{rounds: 1}
	got, err := m.countLosses(t.Context(), service, func() ([]string, error) {
		reading++
		jobs, err := loop()
		if err != nil || reading == 1 {
			return nil, errors.Join(errors.New("refused"), err)
		}
		var ids []string
		for i := range jobs {
			ids = append(ids, jobs[i].JobId)
		}
		if reading == 2 {
			return ids[3:], nil
		}
		return ids, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(lossFigure{Readings: 4, Failed: 1, LostReadings: 1, LostJobs: 3}, got); diff != "" {
		t.Errorf("losses (-want +got):\n%s", diff)
	}
}

// TestCountLossesInterrupted does not take an interrupt for a failed reading.
func TestCountLossesInterrupted(t *testing.T) {
	t.Parallel()
	service, err := bench.StartChanging(1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)
	ctx, cancel := context.WithCancel(t.Context())
	m := &measurement{rounds: 1}
	_, err = m.countLosses(ctx, service, func() ([]string, error) {
		cancel()
		return nil, errors.New("killed")
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

// TestCountSecrets counts each secret once, however often a state holds it.
func TestCountSecrets(t *testing.T) {
	t.Parallel()
	job := string(bench.AppendJob(nil, 1, 0))
	for _, test := range []struct {
		name, state string
		want        stateFigure
	}{
		{"nothing", `{"name":"13900000000000"}`, stateFigure{Jobs: stateJobs}},
		{"a job", job + job, stateFigure{Jobs: stateJobs, PhoneNumbers: 1, SignedURLs: 1}},
		{"two jobs", job + string(bench.AppendJob(nil, 2, 0)), stateFigure{Jobs: stateJobs, PhoneNumbers: 2, SignedURLs: 2}},
		{"a token", emulator.Token, stateFigure{Jobs: stateJobs, Credentials: 1}},
		{"a secret key and a token", emulator.Token + emulator.SecretKey, stateFigure{Jobs: stateJobs, Credentials: 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(&test.want, countSecrets(test.state)); diff != "" {
				t.Errorf("secrets (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFigures holds that figures are stored as they were measured, and printed.
func TestFigures(t *testing.T) {
	t.Parallel()
	want := newFigures(3)
	want.Terraform = "Terraform v1.11.4"
	want.Plans = []planFigure{{"http", 100, 0.25}}
	want.Readers = []readerFigure{
		{Reader: "http", Jobs: 1000, LatencyMS: 50, Seconds: 0.5, Requests: 10, Changing: lossFigure{12, 1, 2, 3}, State: &stateFigure{100, 1, 98, 97}},
		{Reader: "sdk", Jobs: 1000, LatencyMS: 50, Seconds: 0.75, Requests: 11},
	}
	path := filepath.Join(t.TempDir(), "bench.json")
	if err := want.write(path); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := new(figures)
	if err := json.Unmarshal(content, got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stored figures (-want +got):\n%s", diff)
	}

	var printed bytes.Buffer
	if err := want.print(&printed); err != nil {
		t.Fatal(err)
	}
	var rows []string
	for line := range strings.Lines(printed.String()) {
		if row := strings.Join(strings.Fields(line), " "); row != "" {
			rows = append(rows, row)
		}
	}
	if diff := cmp.Diff([]string{"http 0.50 10 12 1 2 3 1 98 97", "sdk 0.75 11 0 0 0 0"}, rows[1:]); diff != "" {
		t.Errorf("printed figures (-want +got):\n%s", diff)
	}
}
