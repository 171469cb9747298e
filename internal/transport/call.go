package transport

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// call is the state of one Do: what its attempts have in common, and how they went. It implements
// http.RoundTripper for the HTTP client that is made for this call alone, and so hands itself to
// the layers. They write it one after the other, in the goroutine of Do.
type call struct {
	client      *Client
	method, url string // for errors; the URL is without its query
	maxReply    int64  // bytes of a reply's body that are read

	secrets secrets // what the requests sent so far carried

	attempts    int            // requests sent so far
	failures    int            // attempts that failed in a way that may pass
	wait        time.Duration  // before the next attempt
	source      string         // where the credential came from
	invalidated bool           // the credential was replaced once, and is not again
	last        *http.Response // reply to the last attempt, nil without one
	lastErr     error          // why the last attempt has no reply
	lastAt      time.Time      // when the last attempt ended
}

// RoundTrip implements http.RoundTripper.
func (c *call) RoundTrip(req *http.Request) (*http.Response, error) {
	return c.client.layers.roundTrip(c, req)
}

func (c *call) do(req *http.Request) (*Reply, error) {
	repeatable, err := retryablehttp.FromRequest(req)
	if err != nil {
		return nil, c.failed(req.Context(), err)
	}
	if body, err := repeatable.BodyBytes(); err == nil {
		c.secrets.addBody(body)
	}
	retry := &retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: c, CheckRedirect: sameHost},
		RetryMax:     c.client.maxRetries,
		CheckRetry:   c.checkRetry,
		Backoff:      func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return c.wait },
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	resp, err := retry.Do(repeatable) //nolint:bodyclose // the body is in memory, see network
	if err != nil {
		return nil, c.failed(req.Context(), err)
	}
	if !succeeded(resp) {
		return nil, c.failed(req.Context(), nil)
	}
	return &Reply{
		Method: c.method, URL: c.url, Status: resp.StatusCode, Header: resp.Header, Body: bodyOf(resp),
		Attempts: c.attempts, Source: c.source, secrets: &c.secrets,
	}, nil
}

// checkRetry implements retryablehttp.CheckRetry. It also decides how long to wait, so that a wait
// that would outlast the deadline is refused at once.
func (c *call) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if err == nil && succeeded(resp) {
		return false, nil // even if ctx has ended since: the reply is whole
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if !retryable(resp, err) {
		return false, nil
	}
	c.failures++
	if c.failures > c.client.maxRetries {
		return true, nil // retryablehttp stops here and keeps the reply
	}
	c.wait = c.client.backoff(c.failures-1, hintOf(resp, c.client.now()))
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < c.wait {
		return false, &WaitError{Wait: c.wait}
	}
	return true, nil
}

// failed returns the error of the call: its last reply and, where that is not the whole reason,
// err. ctx is that of the request.
func (c *call) failed(ctx context.Context, err error) *Error {
	failure := &Error{
		Method: c.method, URL: c.url, Attempts: c.attempts, Source: c.source,
		Err: c.secrets.showError(withoutURL(err)),
	}
	if c.last != nil {
		body := parseErrorBody(bodyOf(c.last))
		failure.Status = c.last.StatusCode
		failure.Code, failure.Message = c.secrets.show(body.code), c.secrets.show(body.message)
		failure.RequestID = c.secrets.show(cmp.Or(requestID(c.last.Header), body.requestID))
		if date, err := http.ParseTime(c.last.Header.Get("Date")); err == nil {
			failure.Skew = date.Sub(c.lastAt)
		}
	}
	if ctxErr := ctx.Err(); ctxErr != nil && c.lastErr != nil && !errors.Is(c.lastErr, ctxErr) {
		failure.Err = fmt.Errorf("%w; the last attempt: %w", failure.Err, c.secrets.showError(withoutURL(c.lastErr)))
	}
	return failure
}
