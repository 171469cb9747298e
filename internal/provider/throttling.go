package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// noticeableThrottling is how much longer throttling may make a read before a warning says so.
const noticeableThrottling = 10 * time.Second

// withReader returns the context of one read, and what records its throttling.
func (d *providerData) withReader(ctx context.Context) (context.Context, *transport.Reader) {
	var now func() time.Time
	if d != nil {
		now = d.network.Now
	}
	reader := transport.NewReader(now)
	return transport.WithReader(ctx, reader), reader
}

// throttlingWarning returns the warning of a read that throttling has made noticeably longer, and
// nothing for any other.
func throttlingWarning(cost transport.Throttling) diag.Diagnostics {
	if cost.Waited <= noticeableThrottling {
		return nil
	}
	refused := fmt.Sprintf("The service answered %d of this read's requests with HTTP 429 (Too Many Requests)", cost.Refusals)
	switch cost.Refusals {
	case 0:
		refused = "The service answered requests of other reads with HTTP 429 (Too Many Requests)"
	case 1:
		refused = "The service answered one of this read's requests with HTTP 429 (Too Many Requests)"
	}
	quota := ""
	if cost.Window > 0 {
		quota = fmt.Sprintf("It names a quota of %d requests in %s.", cost.Requests, shortDuration(cost.Window))
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("The service's request quota has slowed this read down", paragraphs(
		fmt.Sprintf("%s, and the read waited %s for the quota.", refused, shortDuration(cost.Waited.Round(time.Second))),
		quota,
		adviceQuota,
	))}
}
