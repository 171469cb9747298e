package transport

import "net/http"

// authorized adds a credential to each attempt. When the authorizer replaces a credential that the
// service refused, it sends the request once more.
type authorized struct {
	next       layer
	authorizer Authorizer
}

func (a *authorized) roundTrip(call *call, req *http.Request) (*http.Response, error) {
	sent, resp, err := a.send(call, req)
	if err != nil || resp.StatusCode < http.StatusBadRequest || call.invalidated ||
		!a.authorizer.Invalidate(sent, resp.StatusCode, parseErrorBody(bodyOf(resp)).code) {
		return resp, err
	}
	call.invalidated = true
	again := req.Clone(req.Context())
	if req.GetBody != nil {
		// The attempt that was refused has read the body.
		if again.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	_, resp, err = a.send(call, again)
	return resp, err
}

// send authorizes a clone of req and sends it. It returns the clone.
func (a *authorized) send(call *call, req *http.Request) (*http.Request, *http.Response, error) {
	clone := req.Clone(req.Context())
	source, err := a.authorizer.Authorize(req.Context(), clone)
	if source != "" {
		call.source = source
	}
	if err != nil {
		return nil, nil, &authorizeError{err: err}
	}
	resp, err := a.next.roundTrip(call, clone)
	return clone, resp, err
}
