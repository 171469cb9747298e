package provider

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// providerData is what a configured provider hands to all that read: one session,
// one pool of connections and one request rate for them together.
type providerData struct {
	// unknown are the provider's arguments that are not known yet. While there are
	// any, nothing can be read.
	unknown []string

	region   string
	cloud    string
	endpoint *url.URL // nil is the region's own
	session  *credentials.Session
	network  transport.Config
	limiter  *transport.Limiter
}

// scope is where one block reads.
type scope struct {
	// Client reads in Region, in the name of the project ProjectID.
	Client            *client.Client
	Region, ProjectID string
}

// computed returns the values of the arguments that say where a block has read.
func (s scope) computed() map[string]tftypes.Value {
	return map[string]tftypes.Value{
		"region":     tftypes.NewValue(tftypes.String, s.Region),
		"project_id": tftypes.NewValue(tftypes.String, s.ProjectID),
	}
}

// settingsError is a reading that cannot begin with the settings there are.
type settingsError struct {
	summary, detail string
}

// Error implements error.
func (e *settingsError) Error() string { return e.summary + ": " + e.detail }

func newProviderData(s *settings, userAgent string) *providerData {
	network := transport.Config{
		Base:       transport.NewBase(s.insecure),
		MaxRetries: s.maxRetries,
		Observe:    logAttempt,
		UserAgent:  userAgent,
		Now:        s.credentials.Now,
	}
	return &providerData{
		region: s.credentials.Region, cloud: s.credentials.Cloud, endpoint: s.endpoint,
		session: credentials.New(s.credentials, network),
		network: network,
		limiter: transport.NewLimiter(s.requestsPerSecond),
	}
}

// providerDataOf returns what the provider handed over, nil before it was
// configured, as when Terraform only validates.
func providerDataOf(handed any, diags *diag.Diagnostics) *providerData {
	if handed == nil {
		return nil
	}
	data, ok := handed.(*providerData)
	if !ok {
		diags.AddError("Unable to use the provider",
			fmt.Sprintf("The provider handed over a %T. This is a defect of the provider; please report it.", handed))
	}
	return data
}

// scope returns where a block reads that names this region and project; ""
// means the provider's own. It may sign in. An error is a *settingsError, or says
// that ctx ended.
func (d *providerData) scope(ctx context.Context, region, projectID string) (scope, error) {
	if d == nil || len(d.unknown) > 0 {
		return scope{}, d.notConfigured()
	}
	if d.endpoint != nil && region != "" && region != d.region {
		return scope{}, &settingsError{
			summary: "Conflicting region",
			detail: fmt.Sprintf("The region %s cannot be read: endpoints.metastudio sends every request to %s, which serves the provider's region %s. "+
				"Remove region here, or read the other region through a provider block of its own (with an alias), without this endpoint.",
				region, d.endpoint.Host, d.region),
		}
	}
	tflog.Debug(ctx, "signing in", map[string]any{"credential": d.session.Source()})
	where, err := d.session.Scope(ctx, region, projectID)
	if err != nil {
		return scope{}, err
	}

	network := d.network
	network.Limiter, network.Authorizer = d.limiter, where.Authorizer
	endpoint := d.endpoint
	if endpoint == nil {
		endpoint = credentials.Endpoint("metastudio", where.Region, d.cloud)
	}
	return scope{
		Client: client.New(endpoint, where.ProjectID, transport.New(network)),
		Region: where.Region, ProjectID: where.ProjectID,
	}, nil
}

func (d *providerData) notConfigured() error {
	if d == nil {
		return &settingsError{summary: "Provider not configured", detail: "The provider was not configured before it was asked to read. This is a defect of the provider; please report it."}
	}
	return &settingsError{
		summary: "Provider settings not known yet",
		detail: "Nothing can be read while these arguments of the provider block are not known: " + strings.Join(d.unknown, ", ") + ". " +
			"They come from something that is not applied yet. Apply that first (terraform apply -target=…), or give them values that are known when Terraform plans, such as variables.",
	}
}
