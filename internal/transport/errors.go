package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Error is a request that failed for good. Status 0 means that no reply came;
// Err then says why. Both are set when the read ended (by its time limit or an
// interrupt) after a reply that was to be tried again.
type Error struct {
	// Doing is what was being done, for a sentence that begins "while ".
	Doing string
	// Method and URL say where the request went; the URL is without its query.
	Method, URL string
	// Status is the HTTP status of the last reply, 0 without one.
	Status int
	// Code and Message are the service's own, "" where its reply had none.
	Code, Message string
	// RequestID is the service's identifier of the request, "" where it gave none.
	RequestID string
	// Attempts is how often the request was sent; 0 when it never left.
	Attempts int
	// Source says where the credential came from, never its value; "" without one.
	Source string
	// Skew is how far the service's clock is ahead of the local one; 0 when the
	// reply had no date.
	Skew time.Duration
	// Err is the cause that is not a reply, nil when the reply is the cause.
	Err error
}

// Error implements error, in one line.
func (e *Error) Error() string {
	var text strings.Builder
	if e.Doing != "" {
		text.WriteString(e.Doing + ": ")
	}
	if e.Err != nil {
		text.WriteString(e.Err.Error())
		if e.Status != 0 {
			text.WriteString("; last reply ")
		}
	}
	if e.Status != 0 {
		fmt.Fprintf(&text, "HTTP %d", e.Status)
		if e.Code != "" {
			text.WriteString(" " + e.Code)
		}
		if e.Message != "" {
			text.WriteString(": " + e.Message)
		}
	}
	if e.RequestID != "" {
		text.WriteString(" (request " + e.RequestID + ")")
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&text, " after %d attempts", e.Attempts)
	}
	return text.String()
}

// Unwrap returns the cause that is not a reply.
func (e *Error) Unwrap() error { return e.Err }

// RedirectError is a redirect that was not followed, since the credential would
// have been signed for a host that nobody configured.
type RedirectError struct {
	// From and To are scheme and host of the request and of the redirect.
	From, To string
}

// Error implements error.
func (e *RedirectError) Error() string {
	return fmt.Sprintf("%s redirects to %s: not followed, credentials go to no other host", e.From, e.To)
}

// TooLargeError is a reply of more than MaxReplyBytes.
type TooLargeError struct {
	// Bytes is the announced length, 0 when the reply announced none.
	Bytes int64
}

// Error implements error.
func (e *TooLargeError) Error() string {
	if e.Bytes > 0 {
		return fmt.Sprintf("the reply announces %d bytes, more than the %d that are read", e.Bytes, MaxReplyBytes)
	}
	return fmt.Sprintf("the reply is larger than the %d bytes that are read", MaxReplyBytes)
}

// WaitError is a wait that was not begun because the time for the whole read
// ends before it would.
type WaitError struct {
	// Wait is how long it would have taken.
	Wait time.Duration
}

// Error implements error.
func (e *WaitError) Error() string {
	return fmt.Sprintf("the next attempt is due in %s, after the time for this read is over", e.Wait.Round(time.Second/10))
}

// Unwrap makes the error one of a deadline, which is what ends the read.
func (*WaitError) Unwrap() error { return context.DeadlineExceeded }

// AuthorizeError is a request that was not sent because signing in failed.
type AuthorizeError struct {
	// Err is why.
	Err error
}

// Error implements error.
func (e *AuthorizeError) Error() string { return "signing in: " + e.Err.Error() }

// Unwrap returns why.
func (e *AuthorizeError) Unwrap() error { return e.Err }

// timeoutError is one attempt that took too long.
type timeoutError struct {
	after time.Duration
	err   error
}

func (e *timeoutError) Error() string { return fmt.Sprintf("no whole reply within %s", e.after) }
func (e *timeoutError) Unwrap() error { return e.err }

// failed makes the one error of a call out of its last attempt and, where that
// is not the whole story, err.
func (c *call) failed(req *http.Request, err error) *Error {
	failure := &Error{
		Method:   req.Method,
		URL:      (&url.URL{Scheme: req.URL.Scheme, Host: req.URL.Host, Path: req.URL.Path}).String(),
		Attempts: c.attempts,
		Source:   c.source,
		Err:      plain(err),
	}
	if c.last != nil {
		body := bodyOf(c.last)
		parsed := ParseErrorBody(body)
		failure.Status = c.last.StatusCode
		failure.Code, failure.Message = parsed.Code, parsed.Message
		failure.RequestID = requestID(c.last.Header)
		if failure.RequestID == "" {
			failure.RequestID = parsed.RequestID
		}
		if date, err := http.ParseTime(c.last.Header.Get("Date")); err == nil {
			failure.Skew = date.Sub(c.at)
		}
	}
	if ctxErr := req.Context().Err(); ctxErr != nil && c.lastErr != nil && !errors.Is(c.lastErr, ctxErr) {
		failure.Err = fmt.Errorf("%w; the last attempt: %w", failure.Err, plain(c.lastErr))
	}
	return failure
}

// plain takes off what net/http wraps around an error: the method and the whole
// URL, which Error has said already, and without the query.
func plain(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

func isEOF(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// requestID returns the identifier under which the service's logs have a
// request: IAM has a header of its own for it.
func requestID(header http.Header) string {
	return first(flexibleString(header.Get("X-Request-Id")), flexibleString(header.Get("X-IAM-Trace-Id")))
}

// ErrorBody is what the body of a refusal says.
type ErrorBody struct {
	// Code, Message and RequestID are the service's; each may be "".
	Code, Message, RequestID string
}

// maxMessage bounds what an unknown body contributes to an error.
const maxMessage = 500

// ParseErrorBody reads the body of a refusal, in any of the shapes in which the
// services and gateways of Huawei Cloud put it:
//
//	{"error_code": …, "error_msg": …, "request_id": …}    MetaStudio, APIG, IAM v3.0, STS v5
//	{"error": {"code": …, "message": …, "title": …}}      IAM v3; code is a number or a string
//	{"code": …, "message": …}, {"errorCode": …, "errorMsg": …}
//
// Of anything else, such as a proxy's HTML, it returns the beginning as the
// message.
func ParseErrorBody(body []byte) ErrorBody {
	type text = flexibleString
	var shape struct {
		ErrorCode text            `json:"error_code"`
		ErrorMsg  text            `json:"error_msg"`
		RequestID text            `json:"request_id"`
		Error     json.RawMessage `json:"error"`
		Code      text            `json:"code"`
		Message   text            `json:"message"`
		CamelCode text            `json:"errorCode"`
		CamelMsg  text            `json:"errorMsg"`
	}
	var inner struct {
		Code    text `json:"code"`
		Message text `json:"message"`
		Title   text `json:"title"`
	}
	if err := json.Unmarshal(body, &shape); err == nil {
		_ = json.Unmarshal(shape.Error, &inner) // absent, or of another shape
		parsed := ErrorBody{
			Code:      first(shape.ErrorCode, shape.CamelCode, inner.Code, shape.Code),
			Message:   first(shape.ErrorMsg, shape.CamelMsg, inner.Message, inner.Title, shape.Message),
			RequestID: first(shape.RequestID),
		}
		if parsed.Code != "" || parsed.Message != "" {
			return parsed
		}
	}
	return ErrorBody{Message: Excerpt(body)}
}

// Excerpt returns the beginning of a body that has no known shape, in one line
// and short enough for an error.
func Excerpt(body []byte) string {
	if len(body) > 4*maxMessage {
		body = body[:4*maxMessage]
	}
	line := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1 // would write to the reader's terminal
		}
		return r
	}, strings.ToValidUTF8(string(body), "�"))
	line = strings.Join(strings.Fields(line), " ")
	if len(line) <= maxMessage {
		return line
	}
	cut := maxMessage
	for !utf8.RuneStart(line[cut]) {
		cut--
	}
	return line[:cut] + "…"
}

func first(values ...flexibleString) string {
	for _, v := range values {
		if text := Excerpt([]byte(v)); text != "" {
			return text
		}
	}
	return ""
}

// flexibleString takes a JSON string, or a number as its text; anything else
// is as if it were absent, so that one odd field does not hide the others.
type flexibleString string

// UnmarshalJSON implements json.Unmarshaler.
func (s *flexibleString) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*s = flexibleString(text)
		return nil
	}
	if len(data) > 0 && bytes.IndexByte([]byte("-0123456789"), data[0]) >= 0 {
		*s = flexibleString(data)
	}
	return nil
}
