package credentials

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// gatewayTokenExpired is the gateway's code for a token that must be renewed. Source: the API
// signing guide of Huawei Cloud, "Error Codes".
const gatewayTokenExpired = "0307"

// authorizer adds a provider's credential to requests.
type authorizer struct {
	provider provider
	target   target
	// projectID is sent with an access key; "" is for calls of a whole account.
	projectID string
	// invalidTokenCodes are the service's own codes for a token that is not valid.
	invalidTokenCodes []string
	now               func() time.Time
}

var _ transport.Authorizer = (*authorizer)(nil)

// Credential implements transport.Authorizer.
func (a *authorizer) Credential(ctx context.Context) (transport.Credential, error) {
	c, err := a.provider.retrieve(ctx, a.target)
	if err != nil {
		return nil, err
	}
	return &granted{credential: c, projectID: a.projectID, now: a.now}, nil
}

// granted is a credential for one request.
type granted struct {
	credential credential
	projectID  string
	now        func() time.Time
}

// Source implements transport.Credential.
func (g *granted) Source() string { return g.credential.source }

// Key implements transport.Credential.
func (g *granted) Key() string { return g.credential.accessKey }

// Authorize implements transport.Credential.
func (g *granted) Authorize(req *http.Request) error {
	return g.credential.authorize(req, g.projectID, g.now())
}

// Invalidate implements transport.Authorizer. Only a token is replaced for the same request: an
// access key that is refused again and again gets locked. A temporary key that is refused is
// replaced for later reads.
func (a *authorizer) Invalidate(req *http.Request, status int, code string) bool {
	if temporary := NewSecret(req.Header.Get(headerSecurityToken)); !temporary.IsZero() && status == http.StatusUnauthorized {
		a.provider.invalidate(a.target, temporary)
		return false
	}
	token := NewSecret(req.Header.Get(headerAuthToken))
	return !token.IsZero() && a.tokenRefused(status, code) && a.provider.invalidate(a.target, token)
}

// tokenRefused reports whether a reply means that the token is invalid or has expired. Not every
// service answers with status 401.
func (a *authorizer) tokenRefused(status int, code string) bool {
	number, _ := transport.GatewayCode(code)
	return status == http.StatusUnauthorized || number == gatewayTokenExpired || slices.Contains(a.invalidTokenCodes, code)
}
