package provider

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/url"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// defaultRequestsPerSecond is the request rate unless the configuration sets another one: the least
// that MetaStudio grants a whole tenant in any region.
// Source: the MetaStudio API reference, "Request Throttling".
const defaultRequestsPerSecond = 10

// providerData is what the configured provider passes to everything that reads: one session, one
// pool of connections and one request rate for all.
type providerData struct {
	// unknown are the provider's arguments whose values are not known yet. While there are any,
	// nothing can be read.
	unknown []string
	// missing is what the configuration lacks.
	missing missingSettings

	region   string
	cloud    string
	endpoint *url.URL // nil is the region's own
	session  *credentials.Session
	network  transport.Config
	limiter  *transport.Limiter
}

// readScope is the region and the project that one block reads.
type readScope struct {
	// Client reads in Region and in the project ProjectID.
	Client            *client.Client
	Region, ProjectID string
}

func newProviderData(s *providerSettings, userAgent string) *providerData {
	network := transport.Config{
		Base: transport.NewBase(&tls.Config{
			RootCAs: s.authorities, Certificates: s.certificates,
			InsecureSkipVerify: s.insecure, //nolint:gosec // the user's explicit choice
		}),
		Keys:       transport.NewKeys(),
		MaxRetries: s.maxRetries,
		Observe:    logAttempt,
		UserAgent:  userAgent,
		Now:        s.credentials.Now,
	}
	signIn := s.credentials
	signIn.InvalidTokenCodes = []string{client.InvalidTokenCode}
	return &providerData{
		missing: s.missing,
		region:  signIn.Region, cloud: signIn.Cloud, endpoint: s.endpoint,
		session: credentials.New(signIn, network),
		network: network,
		limiter: transport.NewLimiter(s.requestsPerSecond),
	}
}

// providerDataOf returns what the provider passed on, nil before it was configured, as when
// Terraform only validates.
func providerDataOf(data any, diags *diag.Diagnostics) *providerData {
	if data == nil {
		return nil
	}
	configured, ok := data.(*providerData)
	if !ok {
		diags.AddError("Unable to use the provider",
			fmt.Sprintf("The provider passed on a %T. This is a defect of the provider; please report it.", data))
	}
	return configured
}

// scope returns the scope of a block that names this region and project; "" stands for the
// provider's own. It may sign in. An error is a *settingsError or a *credentials.Error.
func (d *providerData) scope(ctx context.Context, region, projectID string) (readScope, error) {
	if d == nil {
		return readScope{}, errNotConfigured()
	}
	if len(d.unknown) > 0 {
		return readScope{}, errUnknownArguments(d.unknown)
	}
	if err := d.missing.beforeReading(); err != nil {
		return readScope{}, err
	}
	if d.endpoint != nil && region != "" && region != d.region {
		return readScope{}, errRegionOfEndpoint(region, d.region, d.endpoint.Host)
	}
	tflog.Debug(ctx, "signing in", map[string]any{"credential": d.session.Source()})
	found, err := d.session.Scope(ctx, region, projectID)
	if err != nil {
		return readScope{}, d.missing.explain(err)
	}

	network := d.network
	network.Limiter, network.Authorizer = d.limiter, explainedAuthorizer{found.Authorizer, d.missing}
	endpoint := d.endpoint
	if endpoint == nil {
		endpoint = credentials.Endpoint("metastudio", found.Region, d.cloud)
	}
	return readScope{
		Client: client.New(endpoint, found.ProjectID, transport.New(network)),
		Region: found.Region, ProjectID: found.ProjectID,
	}, nil
}
