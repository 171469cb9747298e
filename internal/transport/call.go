package transport

import (
	"cmp"
	"context"
	"fmt"
	"math"
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
	throttlings int            // attempts that were answered with 429
	wait        time.Duration  // before the next attempt
	throttled   *Reader        // records that the wait is because of a 429; nil while there is none
	credential  Credential     // of the last attempt, nil without one
	invalidated bool           // the credential was replaced once, and is not again
	last        *http.Response // reply to the last attempt that ended by itself, nil without one
	lastErr     error          // why that attempt has no reply
	lastAt      time.Time      // when it ended
}

// RoundTrip implements http.RoundTripper.
func (c *call) RoundTrip(req *http.Request) (*http.Response, error) {
	c.waitEnds()
	return c.client.layers.roundTrip(c, req)
}

// waitBegins and waitEnds mark the beginning and the end of a wait because of a 429.
func (c *call) waitBegins(reader *Reader) {
	c.throttled = reader
	reader.waitBegins()
}

func (c *call) waitEnds() {
	c.throttled.waitEnds()
	c.throttled = nil
}

// refusedBefore gives this call the outcome of an earlier one, whose key was the same and was
// refused.
func (c *call) refusedBefore(r *refusal) *http.Response {
	c.last, c.lastErr, c.lastAt, c.attempts, c.secrets = r.reply, nil, r.at, r.attempts, r.secrets
	return r.reply
}

// source describes where the credential came from, "" without one.
func (c *call) source() string {
	if c.credential == nil {
		return ""
	}
	return c.credential.Source()
}

func (c *call) do(req *http.Request) (*Reply, error) {
	defer c.waitEnds()
	repeatable, err := retryablehttp.FromRequest(req)
	if err != nil {
		return nil, c.failed(req.Context(), err)
	}
	if body, err := repeatable.BodyBytes(); err == nil {
		c.secrets.addBody(body)
	}
	retry := &retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: c, CheckRedirect: sameHost},
		RetryMax:     math.MaxInt, // checkRetry counts
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
		Attempts: c.attempts, Source: c.source(), secrets: &c.secrets,
	}, nil
}

// checkRetry implements retryablehttp.CheckRetry. It also decides how long to wait, so that a wait
// that would outlast the deadline is refused at once.
//
// A 429 is waited out as long as the deadline leaves time. It is a failure like others only where
// there is no deadline, so that every call ends.
func (c *call) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if err == nil && succeeded(resp) {
		return false, nil // even if ctx has ended since: the reply is whole
	}
	hint := hintOf(resp, c.client.now())
	throttled := err == nil && resp.StatusCode == http.StatusTooManyRequests
	if throttled {
		readerOf(ctx).refused(hint)
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if !retryable(resp, err) || c.client.maxRetries == 0 {
		return false, nil
	}
	deadline, bounded := ctx.Deadline()
	count := &c.failures
	if throttled && bounded {
		count = &c.throttlings
	} else if c.failures == c.client.maxRetries {
		return false, nil
	}
	if throttled {
		c.waitBegins(readerOf(ctx))
	}
	c.wait = c.client.backoff(*count, hint)
	*count++
	if bounded && time.Until(deadline) < c.wait {
		return false, &WaitError{Wait: c.wait}
	}
	return true, nil
}

// failed returns the error of the call: its last reply and, where that is not the whole reason,
// err. ctx is that of the request.
func (c *call) failed(ctx context.Context, err error) *Error {
	failure := &Error{
		Method: c.method, URL: c.url, Attempts: c.attempts, Source: c.source(),
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
	if ctx.Err() != nil && c.lastErr != nil {
		failure.Err = fmt.Errorf("%w; the last attempt: %w", failure.Err, c.secrets.showError(c.lastErr))
	}
	return failure
}
