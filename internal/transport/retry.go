package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Hint is what a reply says about when to send the request again.
type Hint struct {
	// After is the value of the Retry-After header, 0 without one.
	After time.Duration
	// Requests and Window are the quota in the text of a 429 ("limit:200,time:5 minute"), 0 without
	// one.
	Requests int
	Window   time.Duration
}

// BackoffFunc returns the wait after failure number n, counted from 0.
type BackoffFunc func(n int, hint Hint) time.Duration

const (
	backoffFloor = 100 * time.Millisecond
	backoffCap   = 30 * time.Second
)

// longestHint bounds what a service can ask for, so that sums with it do not overflow. It is the
// most seconds that retryAfter reads.
const longestHint = math.MaxInt32 * time.Second

// defaultBackoff waits as long as the service asks for. If it does not ask, the wait grows from one
// second to 30 with full jitter, so that readers that failed together do not come back together.
//
// A gateway that names its quota does not say when its window ends. The waits of five retries then
// add up to one window, short ones first.
func defaultBackoff(n int, hint Hint) time.Duration {
	jitter := rand.Float64() //nolint:gosec // spreads requests in time, guards nothing
	switch {
	case hint.After > 0:
		return hint.After + time.Duration(jitter*float64(min(hint.After/10, time.Second)))
	case hint.Window > 0:
		share := hint.Window >> DefaultMaxRetries << min(n, DefaultMaxRetries)
		return backoffFloor + share + time.Duration(jitter*float64(share)/10)
	default:
		return backoffFloor + time.Duration(jitter*float64(min(time.Second<<min(n, 10), backoffCap)))
	}
}

// succeeded reports whether a reply has a status of success.
func succeeded(resp *http.Response) bool { return resp.StatusCode >= 200 && resp.StatusCode <= 299 }

// retryable reports whether the same request may succeed a moment later.
func retryable(resp *http.Response, err error) bool {
	if err == nil {
		switch resp.StatusCode {
		case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return true
		}
		return false
	}
	switch {
	case isA[*authorizeError](err), isA[*WaitError](err):
		return false // a sign-in has had its own attempts, and a deadline does not move
	case isA[*redirectError](err), isA[*tooLargeError](err):
		return false // the next reply is the same
	case isA[*net.DNSError](err):
		return false // a wrong region or endpoint; Go's resolver has retried by itself
	case isA[*tls.CertificateVerificationError](err), isA[x509.UnknownAuthorityError](err),
		isA[x509.HostnameError](err), isA[x509.CertificateInvalidError](err), isA[tls.RecordHeaderError](err), isTLSAlert(err):
		return false
	case errors.Is(err, syscall.ECONNREFUSED):
		return false // a wrong port, or a service that is not there
	}
	return isTimeout(err) || isCut(err)
}

// isA reports whether err is, or wraps, an error of type E.
func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// isTLSAlert reports whether err is an alert of TLS, which has no type of its own.
func isTLSAlert(err error) bool {
	operation, ok := errors.AsType[*net.OpError](err)
	return ok && (operation.Op == "remote error" || operation.Op == "local error")
}

// isTimeout reports whether err is the end of a time limit.
func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return errors.Is(err, context.DeadlineExceeded) || ok && timeout.Timeout()
}

// isCut reports whether err is a connection that ended in the middle of an exchange.
func isCut(err error) bool {
	return isA[*net.OpError](err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		strings.Contains(err.Error(), "server closed idle connection") || // net/http exports no value for these three
		strings.Contains(err.Error(), "http2: ") ||
		strings.Contains(err.Error(), "stream error: stream ID ")
}

// hintOf reads what a reply says about when to send the request again.
func hintOf(resp *http.Response, now time.Time) Hint {
	if resp == nil {
		return Hint{}
	}
	hint := Hint{After: retryAfter(resp.Header.Get("Retry-After"), now)}
	if resp.StatusCode == http.StatusTooManyRequests {
		if requests, window, ok := parseThrottle(parseErrorBody(bodyOf(resp)).message); ok {
			hint.Requests, hint.Window = requests, window
		}
	}
	return hint
}

// retryAfter reads the two forms of the Retry-After header, seconds and a date.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(max(0, date.Sub(now)), longestHint)
	}
	return 0
}
