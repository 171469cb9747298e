package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Hint is what a reply says about when to come back.
type Hint struct {
	// After is the Retry-After header, 0 without one.
	After time.Duration
	// Requests and Window are the quota that the gateway names in the text of a
	// 429 ("limit:200,time:5 minute"), 0 without one.
	Requests int
	Window   time.Duration
}

// BackoffFunc returns how long to wait after failure number n, counted from 0.
type BackoffFunc func(n int, hint Hint) time.Duration

const (
	backoffFloor = 100 * time.Millisecond
	backoffCap   = 30 * time.Second
)

// Backoff is the waiting between attempts: what the service asked for where it
// did, else exponential from one second to 30 with full jitter, so that readers
// that failed together do not come back together.
//
// A gateway that names its quota does not say when its window ends. The waits
// of five retries then add up to one window, short ones first.
func Backoff(n int, hint Hint) time.Duration {
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

// check implements retryablehttp.CheckRetry. It also decides how long to wait,
// since only here can a wait that would outlast the read be refused.
func (c *call) check(ctx context.Context, resp *http.Response, err error) (bool, error) {
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
	if c.failures > c.maxRetries {
		return true, nil // the library stops here, and keeps the reply
	}
	c.wait = c.backoff(c.failures-1, hintOf(resp, c.now()))
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < c.wait {
		return false, &WaitError{Wait: c.wait}
	}
	return true, nil
}

// succeeded reports whether a reply is what was asked for, and not a refusal.
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

	var (
		authorize   *AuthorizeError
		wait        *WaitError
		redirect    *RedirectError
		tooLarge    *TooLargeError
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		hostname    x509.HostnameError
		invalid     x509.CertificateInvalidError
		record      tls.RecordHeaderError
		operation   *net.OpError
	)
	switch {
	case errors.As(err, &authorize), errors.As(err, &wait):
		return false // a sign-in has had its own attempts, and time does not come back
	case errors.As(err, &redirect), errors.As(err, &tooLarge):
		return false // the next answer is the same
	case errors.As(err, &dns):
		return false // a wrong region or endpoint; Go's resolver has tried again by itself
	case errors.As(err, &certificate), errors.As(err, &authority), errors.As(err, &hostname),
		errors.As(err, &invalid), errors.As(err, &record):
		return false
	case errors.As(err, &operation) && (operation.Op == "remote error" || operation.Op == "local error"):
		return false // an alert of TLS, which has no type of its own
	case errors.Is(err, syscall.ECONNREFUSED):
		return false // nobody listens: a wrong port, or a service that is not there
	}
	return isTimeout(err) || brokeOff(err)
}

// isTimeout reports whether err is the end of a time limit.
func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// brokeOff reports whether err is a connection that ended in the middle.
func brokeOff(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) || isEOF(err) ||
		strings.Contains(err.Error(), "server closed idle connection") || // net/http has no value for these three
		strings.Contains(err.Error(), "http2: ") ||
		strings.Contains(err.Error(), "stream error: stream ID ")
}

// longestHint bounds what a service can ask for, so that sums with it do not
// overflow: it is the most seconds that retryAfter reads.
const longestHint = math.MaxInt32 * time.Second

var throttleText = regexp.MustCompile(`limit:\s*(\d{1,9})\s*,\s*time:\s*(\d{1,6})\s*(second|minute|hour|day)`)

// ParseThrottle reads the quota out of the text with which the gateway refuses
// a request, such as "policy user over ratelimit,limit:200,time:5 minute": 200
// requests in five minutes. ok is false when the text names none.
func ParseThrottle(text string) (requests int, window time.Duration, ok bool) {
	match := throttleText.FindStringSubmatch(text)
	if match == nil {
		return 0, 0, false
	}
	requests, _ = strconv.Atoi(match[1]) // the expression admits nothing that does not fit
	number, _ := strconv.Atoi(match[2])
	unit := map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[match[3]]
	if requests == 0 || number == 0 || time.Duration(number) > longestHint/unit {
		return 0, 0, false
	}
	return requests, time.Duration(number) * unit, true
}

// hintOf reads what a reply says about when to come back.
func hintOf(resp *http.Response, now time.Time) Hint {
	if resp == nil {
		return Hint{}
	}
	hint := Hint{After: retryAfter(resp.Header.Get("Retry-After"), now)}
	if resp.StatusCode == http.StatusTooManyRequests {
		if requests, window, ok := ParseThrottle(ParseErrorBody(bodyOf(resp)).Message); ok {
			hint.Requests, hint.Window = requests, window
		}
	}
	return hint
}

// retryAfter reads the header's two forms, seconds and a date.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(max(0, date.Sub(now)), longestHint)
	}
	return 0
}
