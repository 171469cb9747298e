package transport

import (
	"crypto/tls"
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

// BackoffFunc returns the wait after failure number n, or after 429 number n, each counted from 0.
type BackoffFunc func(n int, hint Hint) time.Duration

const (
	backoffFloor = 100 * time.Millisecond
	backoffCap   = 30 * time.Second
	windowSteps  = 5
)

// longestHint bounds what a service can ask for, so that sums with it do not overflow. It is the
// most seconds that retryAfter reads.
const longestHint = math.MaxInt32 * time.Second

// defaultBackoff is exponential: the wait grows from one second to 30 with full jitter, so that
// readers that failed together do not come back together. It is longer where the service asks for
// more, or where the share of the window of a quota is longer.
func defaultBackoff(n int, hint Hint) time.Duration {
	jitter := rand.Float64() //nolint:gosec // spreads requests in time, guards nothing
	spread := func(d time.Duration) time.Duration { return time.Duration(jitter * float64(d)) }
	share := windowShare(hint.Window, n)
	return max(
		backoffFloor+spread(min(time.Second<<min(n, 10), backoffCap)),
		hint.After+spread(min(hint.After/10, time.Second)),
		share+spread(share/10),
	)
}

// windowShare returns the part of a quota's window to wait after refusal number n, counted from 0.
// The gateway does not say when the window ends: the first five shares add up to it, short ones
// first, and every further one is the whole window.
func windowShare(window time.Duration, n int) time.Duration {
	return window >> windowSteps << max(0, min(n, windowSteps))
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
	case isA[*net.DNSError](err):
		return false // a wrong region or endpoint; Go's resolver has retried by itself
	case isA[*tls.CertificateVerificationError](err), isA[tls.RecordHeaderError](err), isTLSAlert(err):
		return false // also where net/http wraps the error of a proxy in a *net.OpError
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
	return ok && timeout.Timeout()
}

// isCut reports whether err is a connection that failed, or ended before the whole reply was read.
func isCut(err error) bool {
	return isA[*net.OpError](err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		strings.Contains(err.Error(), "server closed idle connection") // net/http exports no value for it
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
