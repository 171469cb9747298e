package transport

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// network is the innermost layer: one exchange with the service, within a time
// of its own, its reply read whole and bounded.
type network struct {
	base      http.RoundTripper
	timeout   time.Duration
	userAgent string
}

// body is a reply that is in memory already.
type body struct {
	bytes.Reader
	data []byte
}

// Close does nothing: the connection was given back when the reply was read.
func (*body) Close() error { return nil }

// RoundTrip implements http.RoundTripper.
func (n *network) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), n.timeout)
	defer cancel()
	attempt := req.Clone(ctx)
	if attempt.Header.Get("User-Agent") == "" && n.userAgent != "" {
		attempt.Header.Set("User-Agent", n.userAgent)
	}

	resp, err := n.base.RoundTrip(attempt)
	if err != nil {
		return nil, n.explain(ctx, req, err)
	}
	defer resp.Body.Close()
	data, err := readAll(resp)
	if err != nil {
		return nil, n.explain(ctx, req, err)
	}
	whole := &body{data: data}
	whole.Reset(data)
	resp.Body = whole
	resp.Request = req
	return resp, nil
}

// explain tells the end of this attempt, whose context is ctx, from the end of
// the whole read: both show as the same error of a context.
func (n *network) explain(ctx context.Context, req *http.Request, err error) error {
	if req.Context().Err() == nil && ctx.Err() != nil && isTimeout(err) {
		return &timeoutError{after: n.timeout, err: err}
	}
	return err
}

// readAll reads a reply into one buffer, of the announced length where there
// is one.
func readAll(resp *http.Response) ([]byte, error) {
	if resp.ContentLength > MaxReplyBytes {
		return nil, &TooLargeError{Bytes: resp.ContentLength}
	}
	var buffer bytes.Buffer
	if resp.ContentLength > 0 {
		// MinRead more, or the last read of ReadFrom doubles the buffer to find
		// that nothing is left.
		buffer.Grow(int(resp.ContentLength) + bytes.MinRead)
	}
	if _, err := buffer.ReadFrom(io.LimitReader(resp.Body, MaxReplyBytes+1)); err != nil {
		return nil, fmt.Errorf("the reply broke off after %d bytes: %w", buffer.Len(), err)
	}
	if buffer.Len() > MaxReplyBytes {
		return nil, &TooLargeError{}
	}
	return buffer.Bytes(), nil
}

// bodyOf returns the bytes of a reply that went through network.
func bodyOf(resp *http.Response) []byte {
	if whole, ok := resp.Body.(*body); ok {
		return whole.data
	}
	return nil
}
