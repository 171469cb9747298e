package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// network is the innermost layer. It sends one request within a time limit and reads the whole
// reply, up to maxReplyBytes.
type network struct {
	base      http.RoundTripper
	timeout   time.Duration
	userAgent string
}

// body is the body of a reply that has been read into memory.
type body struct {
	bytes.Reader
	data []byte
}

// Close does nothing: the connection was released when the reply was read.
func (*body) Close() error { return nil }

func (n *network) roundTrip(_ *call, req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), n.timeout)
	defer cancel()
	var connected atomic.Bool
	attempt := req.Clone(watchConnection(ctx, &connected))
	if attempt.Header.Get("User-Agent") == "" && n.userAgent != "" {
		attempt.Header.Set("User-Agent", n.userAgent)
	}

	resp, err := n.base.RoundTrip(attempt)
	if err != nil {
		err = n.explain(ctx, req, err)
		if !connected.Load() {
			err = throughProxy(n.base, req, err)
		}
		return nil, err
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

// explain distinguishes a time limit of this attempt, whose context is ctx, from the deadline of
// the whole call: both appear as context.DeadlineExceeded.
func (n *network) explain(ctx context.Context, req *http.Request, err error) error {
	if req.Context().Err() != nil {
		return err
	}
	ended := ctx.Err() != nil && isTimeout(err)
	limit := errors.Is(err, context.DeadlineExceeded) // as a limit of package net for connecting
	dns, isDNS := errors.AsType[*net.DNSError](err)
	switch {
	case !ended && !limit:
		return err
	case isDNS: // is not retried, and names the host
		bare := *dns
		bare.UnwrapErr = nil
		return &bare
	case ended:
		return &timeoutError{reason: fmt.Sprintf("no whole reply within %s", n.timeout)}
	}
	return &timeoutError{reason: err.Error()}
}

// readAll reads a reply into one buffer, of the announced length where there is one.
func readAll(resp *http.Response) ([]byte, error) {
	if resp.ContentLength > maxReplyBytes {
		return nil, &tooLargeError{announced: resp.ContentLength}
	}
	var buffer bytes.Buffer
	if resp.ContentLength > 0 {
		// MinRead more, or the last read of ReadFrom doubles the buffer to find that nothing is
		// left.
		buffer.Grow(int(resp.ContentLength) + bytes.MinRead)
	}
	if _, err := buffer.ReadFrom(io.LimitReader(resp.Body, maxReplyBytes+1)); err != nil {
		return nil, fmt.Errorf("the reply broke off after %d bytes: %w", buffer.Len(), err)
	}
	if buffer.Len() > maxReplyBytes {
		return nil, &tooLargeError{}
	}
	return buffer.Bytes(), nil
}

// bodyOf returns the bytes of a reply that network has read.
func bodyOf(resp *http.Response) []byte {
	if whole, ok := resp.Body.(*body); ok {
		return whole.data
	}
	return nil
}
