package transport

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Error is a request that failed for good. Only this package makes one, and nobody changes it
// afterwards: whoever sends a request wraps the error with what the request was for.
//
// Status 0 means that there was no reply; Err then holds the reason. Both are set when a deadline
// or an interrupt ended the call after a reply that was to be retried, and when a successful reply
// cannot be used.
type Error struct {
	// Method and URL are those of the request; the URL is without its query.
	Method, URL string
	// Status is the HTTP status of the last reply, 0 without one.
	Status int
	// Code and Message are the service's own, "" where its reply had none.
	Code, Message string
	// RequestID is the service's identifier of the request, or "".
	RequestID string
	// Attempts is how often the request was sent; 0 when it was never sent.
	Attempts int
	// Source describes where the credential came from, never its value; "" without one.
	Source string
	// Skew is how far the service's clock is ahead of the local one; 0 when the reply had no date.
	Skew time.Duration
	// Err is the cause that is not a reply, nil when the reply is the cause.
	Err error
}

// Error implements error, in one line.
func (e *Error) Error() string {
	var line strings.Builder
	if e.Err != nil {
		line.WriteString(e.Err.Error())
		if e.Status != 0 {
			line.WriteString("; last reply ")
		}
	}
	if e.Status != 0 {
		fmt.Fprintf(&line, "HTTP %d", e.Status)
		if e.Code != "" {
			line.WriteString(" " + e.Code)
		}
		if e.Message != "" {
			line.WriteString(": " + e.Message)
		}
	}
	if e.RequestID != "" {
		line.WriteString(" (request " + e.RequestID + ")")
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&line, " after %d attempts", e.Attempts)
	}
	return line.String()
}

// Unwrap returns the cause that is not a reply.
func (e *Error) Unwrap() error { return e.Err }

// redirectError is a redirect that was not followed: the credential would have been signed for a
// host that nobody configured.
type redirectError struct {
	from, to string // scheme and host of the request and of the redirect
}

func (e *redirectError) Error() string {
	return fmt.Sprintf("%s redirects to %s: not followed, credentials go to no other host", e.from, e.to)
}

// TooLargeError is a reply whose body is larger than its caller takes.
type TooLargeError struct {
	announced int64 // length in the reply's header, 0 without one
	limit     int64 // bytes that the caller takes
}

func (e *TooLargeError) Error() string {
	if e.announced > 0 {
		return fmt.Sprintf("the reply announces %d bytes, more than the %d that are read", e.announced, e.limit)
	}
	return fmt.Sprintf("the reply is larger than the %d bytes that are read", e.limit)
}

// WaitError is a wait that was not begun because it would end after the deadline of the call.
type WaitError struct {
	// Wait is how long it would have been.
	Wait time.Duration
}

// Error implements error.
func (e *WaitError) Error() string {
	return fmt.Sprintf("the next attempt is due in %s, after the time for this read is over", e.Wait.Round(time.Second/10))
}

// Unwrap returns context.DeadlineExceeded: the deadline is what ends the call.
func (*WaitError) Unwrap() error { return context.DeadlineExceeded }

// authorizeError is a request that was not sent because the authorizer failed.
type authorizeError struct {
	err error
}

func (e *authorizeError) Error() string { return "signing in: " + e.err.Error() }
func (e *authorizeError) Unwrap() error { return e.err }

// timeoutError is the end of a time limit of one attempt. It does not unwrap, so that an error of a
// call is context.DeadlineExceeded only when the call's own deadline ended it.
type timeoutError struct{ reason string }

func (e *timeoutError) Error() string { return e.reason }

// Timeout and Temporary implement net.Error.
func (*timeoutError) Timeout() bool   { return true }
func (*timeoutError) Temporary() bool { return true }

// withoutURL removes what net/http wraps around an error: the method and the whole URL with its
// query. Error holds both, without the query.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
