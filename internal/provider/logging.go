package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// httpLog is the subsystem of the log that holds the requests.
const httpLog = "http"

// logAttempt logs one attempt of a request. It logs no header and no body, which hold secrets and
// personal data. TF_LOG_PROVIDER_METASTUDIO_HTTP sets the level of these entries alone.
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
