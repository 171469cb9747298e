package transport

import "net/http"

// authorized gets the credential for each attempt, and waits until it may be used. When the
// authorizer replaces a credential that the service refused, it sends the request once more.
type authorized struct {
	next       layer
	authorizer Authorizer
	keys       *Keys
}

func (a *authorized) roundTrip(call *call, req *http.Request) (*http.Response, error) {
	resp, err := a.send(call, req)
	if err != nil || resp.StatusCode < http.StatusBadRequest || call.invalidated ||
		!a.authorizer.Invalidate(resp.Request, resp.StatusCode, parseErrorBody(bodyOf(resp)).code) {
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
	return a.send(call, again)
}

// send sends req with a credential, unless its key was refused before.
func (a *authorized) send(call *call, req *http.Request) (*http.Response, error) {
	credential, err := a.authorizer.Credential(req.Context())
	if err != nil {
		return nil, &authorizeError{err: err}
	}
	call.credential = credential
	ended, refused, err := a.keys.admit(req.Context(), credential.Key())
	switch {
	case err != nil:
		return nil, err
	case refused != nil:
		return call.refusedBefore(refused), nil
	}
	resp, err := a.next.roundTrip(call, req)
	ended(resp, call)
	return resp, err
}

// signed adds the call's credential to a clone of the request.
type signed struct {
	next layer
}

func (s *signed) roundTrip(call *call, req *http.Request) (*http.Response, error) {
	clone := req.Clone(req.Context())
	if err := call.credential.Authorize(clone); err != nil {
		return nil, &authorizeError{err: err}
	}
	return s.next.roundTrip(call, clone)
}
