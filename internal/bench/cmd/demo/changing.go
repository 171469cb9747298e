package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/metastudio/terraform-provider-metastudio/internal/bench"
)

// changingJobs is the length of the list that changes.
const changingJobs = 500

// reading is what somebody has read of a changing list.
type reading struct {
	reader         string
	jobs, requests int
	lost           []string // the IDs of the jobs
}

// showChanging reads a changing list with the vendor's SDK and with the provider, and prints what
// each of them has lost.
func showChanging(ctx context.Context, tf *terraform, show *screen, configuration string) error {
	service, err := bench.StartChanging(changingJobs)
	if err != nil {
		return err
	}
	defer service.Close()

	loop, err := bench.SDKLoop(service.URL)
	if err != nil {
		return err
	}
	service.Begin()
	jobs, err := loop()
	if err != nil {
		return err
	}
	var found []string
	for i := range jobs {
		found = append(found, jobs[i].JobId)
	}
	sdk := reading{"a loop over the vendor's SDK", len(found), service.Requests(), service.Lost(found)}

	workspace, err := tf.workspace(configuration, map[string]string{"endpoint": service.URL})
	if err != nil {
		return err
	}
	service.Begin()
	if err := workspace.apply(ctx); err != nil {
		return err
	}
	output, err := workspace.run(ctx, "output", "-json", "job_ids")
	if err != nil {
		return err
	}
	found = nil
	if err := json.Unmarshal([]byte(output), &found); err != nil {
		return fmt.Errorf("the output is %q: %w", output, err)
	}
	provider := reading{"this provider", len(found), service.Requests(), service.Lost(found)}

	show.print("\n")
	show.heading("The same list of %d jobs, read twice. Before each request but the first, one job is deleted and one created:", changingJobs)
	show.print("\n")
	for _, r := range []reading{sdk, provider} {
		verdict := show.styled(green, "none lost")
		if len(r.lost) > 0 {
			verdict = show.styled(red, fmt.Sprintf("%d lost without a word", len(r.lost)))
		}
		show.print("  %-28s  %d requests, %d jobs, %s\n", r.reader, r.requests, r.jobs, verdict)
	}
	if len(sdk.lost) > 0 {
		show.print("\n  Lost, although they were in the list from the first request to the last:\n")
		for ids := range slices.Chunk(sdk.lost, 2) {
			show.print("  %s\n", strings.Join(ids, "  "))
		}
	}
	return nil
}
