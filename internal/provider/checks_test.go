package provider

import (
	"context"
	"fmt"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// Helpers that check what was read, through a Terraform or in process.

// checkValues is a statecheck that hands over the values of a block.
type checkValues struct {
	address string
	check   func(values map[string]any) error
}

// CheckState implements statecheck.StateCheck.
func (c checkValues) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	at := slices.IndexFunc(req.State.Values.RootModule.Resources, func(r *tfjson.StateResource) bool { return r.Address == c.address })
	if at < 0 {
		resp.Error = fmt.Errorf("%s is not in the state", c.address)
		return
	}
	resp.Error = c.check(req.State.Values.RootModule.Resources[at].AttributeValues)
}

// jobsOf returns the jobs among a block's values.
func jobsOf(values map[string]any) []map[string]any {
	list, _ := values["jobs"].([]any)
	jobs := make([]map[string]any, len(list))
	for i, element := range list {
		jobs[i], _ = element.(map[string]any)
	}
	return jobs
}

// hasJobs checks that a list has just these jobs, in this order.
func hasJobs(want []string) statecheck.StateCheck {
	return checkValues{dataAddress, func(values map[string]any) error {
		var got []string
		for _, job := range jobsOf(values) {
			got = append(got, fmt.Sprint(job["job_id"]))
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("got %d jobs %q, want %d jobs %q", len(got), got, len(want), want)
		}
		return nil
	}}
}
