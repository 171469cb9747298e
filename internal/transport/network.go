package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
)

// network is the innermost layer. It sends one request within a time limit and reads the whole
// reply, up to the limit of the call.
type network struct {
	base      http.RoundTripper
	timeout   time.Duration
	userAgent string
	turn      func(context.Context) error // waits until the rate allows another request; nil does not limit
}

// bufferedBody is the body of a reply that has been read into memory.
type bufferedBody struct {
	bytes.Reader
	data []byte
}

// Close does nothing: the connection was released when the reply was read.
func (*bufferedBody) Close() error { return nil }

func (n *network) roundTrip(call *call, req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), n.timeout)
	defer cancel()
	sent := newSending(ctx, n.turn)
	defer sent.end(nil)
	var connected atomic.Bool
	attempt := req.Clone(watchConnection(sent.ctx, &connected))
	if attempt.Header.Get("User-Agent") == "" && n.userAgent != "" {
		attempt.Header.Set("User-Agent", n.userAgent)
	}

	resp, err := n.base.RoundTrip(attempt)
	call.attempts += sent.repeated()
	if err != nil {
		call.secrets.addAddress(proxyOf(n.base, req))
		err = n.explain(ctx, req, sent.explain(ctx, err))
		if !connected.Load() {
			err = throughProxy(n.base, req, err)
		}
		return nil, err
	}
	defer resp.Body.Close()
	call.secrets.addHeader(resp.Header)
	data, err := readReply(resp, call.maxReply)
	if err != nil {
		return nil, n.explain(ctx, req, err)
	}
	whole := &bufferedBody{data: data}
	whole.Reset(data)
	resp.Body = whole
	resp.Request = req
	return resp, nil
}

// maxSendings is how often one attempt may be sent. net/http sends a request again by itself where
// that is safe: when a connection that it had kept turns out to be closed, or a stream of HTTP/2 is
// refused. It sets no limit to the latter.
const maxSendings = 3

// sending counts how often one attempt is sent, and makes what is sent again wait for the rate.
type sending struct {
	ctx  context.Context //nolint:containedctx // belongs to the one attempt, as its request does
	end  context.CancelCauseFunc
	turn func(context.Context) error
	sent atomic.Int64
}

func newSending(ctx context.Context, turn func(context.Context) error) *sending {
	s := &sending{turn: turn}
	s.ctx, s.end = context.WithCancelCause(ctx)
	s.ctx = httptrace.WithClientTrace(s.ctx, &httptrace.ClientTrace{GotConn: s.gotConn})
	return s
}

// gotConn is called each time before the request is written to a connection.
func (s *sending) gotConn(httptrace.GotConnInfo) {
	n := s.sent.Add(1)
	if n == 1 {
		return // the limiter has let this one through
	}
	if s.turn != nil {
		if err := s.turn(s.ctx); err != nil {
			s.end(err)
		}
	}
	if n > maxSendings {
		s.end(errRefused)
	}
}

// errRefused ends an attempt that the server refuses again and again. It counts as a cut
// connection.
var errRefused = fmt.Errorf("the server refused the request %d times before reading it: %w", maxSendings, io.ErrUnexpectedEOF)

// repeated returns how often the attempt was sent beyond the first time.
func (s *sending) repeated() int { return int(max(0, s.sent.Load()-1)) }

// explain returns why an attempt failed with err: where gotConn ended it, the reason of gotConn.
// ctx is the context of the attempt.
func (s *sending) explain(ctx context.Context, err error) error {
	if cause := context.Cause(s.ctx); ctx.Err() == nil && cause != nil {
		return cause
	}
	return err
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
	case cutHead.MatchString(err.Error()):
		return fmt.Errorf("the reply broke off in its status line or a header: %w", io.ErrUnexpectedEOF)
	case !ended && !limit, isA[*WaitError](err):
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

// cutHead matches the texts of net/http about a status line or a header that ends too soon, for
// which it has no error of their own: the beginning of a version, fewer than three digits of a
// status, a header's name without its colon, and half of a line's end.
var cutHead = regexp.MustCompile(`malformed HTTP (?:response "(?:|H|HT|HTT|HTTP|HTTP/[\d.]*)|status code "(?:\d{0,2}|\d{3}\\r))"$|` +
	`malformed MIME header(?:: missing colon: "[\w-]*(?:\\r)?| line: "[^"]*\\r)"$`)

// readReply reads the body of a reply into one buffer, of the announced length where there is one.
// Of an error it reads the beginning.
func readReply(resp *http.Response, limit int64) ([]byte, error) {
	switch {
	case resp.StatusCode < http.StatusOK:
		// 101 ends the exchange, and what would follow is another protocol, without an end.
		return nil, nil
	case !succeeded(resp):
		return readBody(resp, maxErrorBytes)
	case resp.ContentLength > limit:
		return nil, &TooLargeError{announced: resp.ContentLength, limit: limit}
	}
	data, err := readBody(resp, limit+1)
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, &TooLargeError{limit: limit}
	}
	if endsWithConnection(resp) && breaksOff(data) {
		return nil, brokenOff(len(data), io.ErrUnexpectedEOF)
	}
	return data, nil
}

// readBody reads a body, at most limit bytes of it.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	var buffer bytes.Buffer
	if length := min(resp.ContentLength, limit); length > 0 {
		// MinRead more, or the last read of ReadFrom doubles the buffer to find that nothing is
		// left.
		buffer.Grow(int(length) + bytes.MinRead)
	}
	if _, err := buffer.ReadFrom(io.LimitReader(resp.Body, limit)); err != nil {
		return nil, brokenOff(buffer.Len(), err)
	}
	return buffer.Bytes(), nil
}

func brokenOff(length int, err error) error {
	return fmt.Errorf("the reply broke off after %d bytes: %w", length, err)
}

// endsWithConnection reports whether nothing but the end of the connection ends the body of a
// reply, so that a cut looks like an end. A compressed body marks its end itself.
func endsWithConnection(resp *http.Response) bool {
	return resp.ProtoMajor == 1 && resp.ContentLength < 0 && len(resp.TransferEncoding) == 0 && !resp.Uncompressed
}

// breaksOff reports whether data is JSON that ends too soon.
func breaksOff(data []byte) bool {
	if !isJSON(data) {
		return false
	}
	syntax, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(data, &json.RawMessage{}))
	return ok && strings.HasPrefix(syntax.Error(), "unexpected end")
}

// bodyOf returns the bytes of a reply that network has read.
func bodyOf(resp *http.Response) []byte {
	if whole, ok := resp.Body.(*bufferedBody); ok {
		return whole.data
	}
	return nil
}
