package transport

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Attempt describes one attempt of a request for a log. It has no header and no body: those hold
// secrets and personal data.
type Attempt struct {
	// Method, Host, Path and Query are those of the request. Query is encoded as it was sent.
	Method, Host, Path, Query string
	// Number counts the attempts of a request from 1.
	Number int
	// Status is the HTTP status, 0 when there was no reply.
	Status int
	// Bytes is the length of the reply's body.
	Bytes int
	// RequestID is the service's identifier of the request, or "".
	RequestID string
	// Duration is the time from sending to the last byte of the reply.
	Duration time.Duration
	// Err is why there was no reply, or nil.
	Err error
}

// observed counts attempts, keeps the outcome of the last one that ended by itself, and reports
// each.
type observed struct {
	next    layer
	observe func(ctx context.Context, attempt Attempt)
	now     func() time.Time
}

func (o *observed) roundTrip(call *call, req *http.Request) (*http.Response, error) {
	call.attempts++
	call.secrets.addRequest(req)
	start := o.now()
	resp, err := o.next.roundTrip(call, req)
	end := o.now()
	if ended := req.Context().Err(); ended == nil || !errors.Is(err, ended) {
		// Of an attempt that the end of the call has cut off there is nothing to say. What the one
		// before it came to tells why there was no time left.
		call.last, call.lastErr, call.lastAt = resp, err, end
	}
	if o.observe == nil {
		return resp, err
	}

	attempt := Attempt{
		Method:   req.Method,
		Host:     req.URL.Host,
		Path:     call.secrets.show(req.URL.EscapedPath()), // a redirect may have set path and query
		Query:    call.secrets.show(req.URL.RawQuery),
		Number:   call.attempts,
		Duration: end.Sub(start),
		Err:      call.secrets.showError(err),
	}
	if resp != nil {
		attempt.Status = resp.StatusCode
		attempt.Bytes = len(bodyOf(resp))
		attempt.RequestID = call.secrets.show(requestID(resp.Header))
	}
	o.observe(req.Context(), attempt)
	return resp, err
}
