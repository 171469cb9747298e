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
	// projectID is sent with an access key; "" is for calls that concern a whole account.
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
	return &grant{credential: c, projectID: a.projectID, now: a.now}, nil
}

// grant is a credential for one request.
type grant struct {
	credential credential
	projectID  string
	now        func() time.Time
}

// Source implements transport.Credential.
func (g *grant) Source() string { return g.credential.source }

// Key implements transport.Credential.
func (g *grant) Key() string { return g.credential.accessKey }

// Authorize implements transport.Credential.
func (g *grant) Authorize(req *http.Request) error {
	return g.credential.authorize(req, g.projectID, g.now())
}

// Invalidate implements transport.Authorizer. A request is sent again with a new token only, since
// an access key is locked after a few refusals. A refused temporary key is replaced for later
// requests.
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
