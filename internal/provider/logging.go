package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// httpLog names the part of the log that has the requests.
const httpLog = "http"

// logAttempt writes one line for each request that leaves, with what is needed
// to follow it up and nothing that opens anything: no header and no body.
// TF_LOG_PROVIDER_METASTUDIO_HTTP sets the level of these lines alone.
func logAttempt(ctx context.Context, attempt transport.Attempt) {
	fields := map[string]any{
		"method": attempt.Method, "host": attempt.Host, "path": attempt.Path, "query": attempt.Query,
		"attempt": attempt.Number, "status": attempt.Status, "bytes": attempt.Bytes,
		"duration_ms": attempt.Duration.Milliseconds(), "request_id": attempt.RequestID,
	}
	if attempt.Err != nil {
		fields["error"] = attempt.Err.Error()
	}
	ctx = tflog.NewSubsystem(ctx, httpLog, tflog.WithLevelFromEnv("TF_LOG_PROVIDER_METASTUDIO", "HTTP"), tflog.WithRootFields())
	tflog.SubsystemDebug(ctx, httpLog, "request", fields)
}
