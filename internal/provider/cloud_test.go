package provider

import (
	"slices"
	"strings"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// Helpers that start services, and tell what they have.

// startEmulator runs an emulator for the test.
func startEmulator(tb testing.TB, options ...emulator.Option) *emulator.Server {
	tb.Helper()
	server, err := emulator.Start(options...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(server.Close)
	return server
}

// oldestFirst returns the ids of the jobs that keep says yes to, in the
// service's default order.
func oldestFirst(jobs []emulator.Job, keep func(*emulator.Job) bool) []string {
	return sortedIDs(jobs, keep, func(job *emulator.Job) string { return *job.CreateTime })
}

func sortedIDs(jobs []emulator.Job, keep func(*emulator.Job) bool, by func(*emulator.Job) string) []string {
	var kept []emulator.Job
	for _, job := range jobs {
		if keep(&job) {
			kept = append(kept, job)
		}
	}
	slices.SortFunc(kept, func(a, b emulator.Job) int {
		if c := strings.Compare(by(&a), by(&b)); c != 0 {
			return c
		}
		return strings.Compare(a.JobID, b.JobID)
	})
	ids := make([]string, len(kept))
	for i, job := range kept {
		ids[i] = job.JobID
	}
	return ids
}

func everyJob(*emulator.Job) bool { return true }
