package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
)

// read calls call, which reads from the service, within the block's time limit, and returns what it
// read, encoded. It sets the region and the project to those that were read. Where it fails, the
// diagnostic has the summary failed.
func (m *scopeModel) read(ctx context.Context, provider *providerData, failed string, call func(context.Context, *client.Client) ([]byte, error)) (encoded []byte, diags diag.Diagnostics) {
	timeout, diags := m.Timeouts.Read(ctx, defaultReadTimeout)
	if diags.HasError() {
		return nil, diags
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ctx, reader := provider.withReader(ctx)
	defer func() { diags.Append(throttlingWarning(reader.Throttling())...) }()

	scope, err := provider.scope(ctx, m.Region.ValueString(), m.ProjectID.ValueString())
	if err != nil {
		return nil, append(diags, newDiagnostic(failed, err, timeout))
	}
	if encoded, err = call(ctx, scope.Client); err != nil {
		return nil, append(diags, newDiagnostic(failed, err, timeout))
	}
	m.Region, m.ProjectID = types.StringValue(scope.Region), types.StringValue(scope.ProjectID)
	return encoded, diags
}

// listReading reads a list for a block, whichever kind of block it is and whichever kind of job J
// the list has.
type listReading[J any] struct {
	// noun names the jobs, such as "avatar training jobs".
	noun string
	// list lists the jobs that the block's arguments select.
	list func(context.Context, *client.Client) (*client.List[J], error)
	// shown returns a job without what the block does not show.
	shown func(J) J
}

// read returns the jobs, encoded, and how many the service counts. It sets the region and the
// project of the block.
func (r listReading[J]) read(ctx context.Context, provider *providerData, block *scopeModel) (jobs []byte, totalCount types.Int64, diags diag.Diagnostics) {
	jobs, diags = block.read(ctx, provider, "Unable to list "+r.noun, func(ctx context.Context, service *client.Client) ([]byte, error) {
		start := time.Now()
		list, err := r.list(ctx, service)
		if err != nil {
			return nil, err
		}
		totalCount = types.Int64Value(int64(list.TotalCount))
		tflog.Info(ctx, "read "+r.noun, map[string]any{
			"jobs": len(list.Jobs), "total_count": list.TotalCount, "pages": list.Reading.Pages,
			"requests":    list.Reading.Requests,
			"duration_ms": time.Since(start).Milliseconds(),
		})
		return encodeJobs(list.Jobs, r.shown, maxEncodedJobs)
	})
	return jobs, totalCount, diags
}
