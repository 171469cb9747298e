package transport

import (
	"net/http"
	"strings"
)

// authorized puts a credential on each attempt, and once renews a credential
// that the service no longer takes.
type authorized struct {
	next       http.RoundTripper
	authorizer Authorizer
}

// RoundTrip implements http.RoundTripper.
func (a *authorized) RoundTrip(req *http.Request) (*http.Response, error) {
	signed, resp, err := a.send(req)
	call := callOf(req.Context())
	if err != nil || !refused(resp) || call.renewed || !a.authorizer.Renew(signed) {
		return resp, err
	}
	call.renewed = true
	again := req.Clone(req.Context())
	if req.GetBody != nil {
		// The attempt that was refused has read the body.
		if again.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	_, resp, err = a.send(again)
	return resp, err
}

func (a *authorized) send(req *http.Request) (*http.Request, *http.Response, error) {
	signed := req.Clone(req.Context())
	source, err := a.authorizer.Authorize(req.Context(), signed)
	if source != "" {
		callOf(req.Context()).source = source
	}
	if err != nil {
		return nil, nil, &AuthorizeError{Err: err}
	}
	resp, err := a.next.RoundTrip(signed)
	return signed, resp, err
}

// refused reports whether the reply says that the credential itself is not, or
// no longer, accepted. MetaStudio says so with status 400 and the gateway with
// a code of its own, which is why the status alone does not tell.
func refused(resp *http.Response) bool {
	if resp.StatusCode == http.StatusUnauthorized {
		return true
	}
	if resp.StatusCode < 400 {
		return false
	}
	code := ParseErrorBody(bodyOf(resp)).Code
	return code == "MSS.00010008" || strings.HasSuffix(code, ".0307")
}
