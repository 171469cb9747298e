// Package transport is how bytes travel to Huawei Cloud and back: attempts,
// request rate, limits on replies, and one line for the log per attempt. It
// knows neither the API whose bytes they are nor Terraform.
package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// DefaultMaxRetries is how often a request is sent again after a failure that
// is likely to pass, unless the configuration says otherwise.
const DefaultMaxRetries = 5

// MaxReplyBytes is the largest reply that is read, after decompression. A page
// of 100 jobs is about 100 kB, so what is larger is not this service's reply.
const MaxReplyBytes = 32 << 20

// attemptTimeout bounds one attempt, from connecting to the last byte. It is
// far above what the service takes for a page, and far below the time after
// which a person wonders.
const attemptTimeout = 30 * time.Second

// Authorizer puts a credential on a request. Implementations are safe for
// concurrent use.
type Authorizer interface {
	// Authorize adds a credential to req, which is the attempt's own clone, and
	// returns in words where the credential came from, never its value. It may
	// sign in first, and then takes ctx's deadline into account.
	Authorize(ctx context.Context, req *http.Request) (source string, err error)

	// Renew is told that the service refused the credential on req. It reports
	// whether that credential is gone for good and the next Authorize brings
	// another one, so that sending the request again makes sense.
	Renew(req *http.Request) bool
}

// Config is what a Client is made of. The zero value sends each request once,
// without a credential, at any rate.
type Config struct {
	// Base carries the bytes. NewBase makes one; clients share it so that they
	// share connections.
	Base http.RoundTripper
	// Authorizer puts the credential on each attempt; nil sends requests as
	// they are.
	Authorizer Authorizer
	// Limiter is shared by all requests that count against one quota; nil
	// limits nothing.
	Limiter *Limiter
	// MaxRetries is how many more attempts follow a first one that failed in a
	// way that may pass.
	MaxRetries int
	// Backoff says how long to wait before the next attempt; nil is Backoff.
	Backoff BackoffFunc
	// AttemptTimeout bounds one attempt; 0 is 30 seconds.
	AttemptTimeout time.Duration
	// Observe is told of each attempt; nil tells nobody.
	Observe func(ctx context.Context, attempt Attempt)
	// UserAgent is sent with each request that does not bring its own.
	UserAgent string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Client sends requests and returns whole replies.
type Client struct {
	http       *http.Client
	maxRetries int
	backoff    BackoffFunc
	now        func() time.Time
}

// NewBase returns a connection pool of its own: a changed setting must not leak
// into other users of http.DefaultTransport. TLS 1.2 is the least, proxies come
// from HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and insecure accepts any server
// certificate.
func NewBase(insecure bool) *http.Transport {
	base := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // net/http documents the type
	base.TLSClientConfig = &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: insecure, //nolint:gosec // the user's explicit choice
	}
	base.MaxIdleConnsPerHost = MaxInFlight
	return base
}

// New assembles a Client. The order of the layers is decided here and nowhere
// else; one attempt of a request passes them from the top down:
//
//	retry       decides whether and when there is another attempt
//	rate limit  inside retry, so that every attempt counts against the quota
//	authorize   inside retry and limit, so that each attempt is signed anew
//	            with the date at which it really leaves
//	log         sees what goes on the wire, and prints none of it but the line
//	network     one exchange, its reply read whole: a reply that breaks off is
//	            a failed attempt and not the reader's problem
func New(config Config) *Client {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Backoff == nil {
		config.Backoff = Backoff
	}
	if config.AttemptTimeout == 0 {
		config.AttemptTimeout = attemptTimeout
	}
	if config.Base == nil {
		config.Base = NewBase(false)
	}

	var layers http.RoundTripper = &network{base: config.Base, timeout: config.AttemptTimeout, userAgent: config.UserAgent}
	layers = &observed{next: layers, observe: config.Observe, now: config.Now}
	if config.Authorizer != nil {
		layers = &authorized{next: layers, authorizer: config.Authorizer}
	}
	if config.Limiter != nil {
		layers = &limited{next: layers, limiter: config.Limiter, now: config.Now}
	}

	return &Client{
		http:       &http.Client{Transport: layers, CheckRedirect: sameHost},
		maxRetries: config.MaxRetries,
		backoff:    config.Backoff,
		now:        config.Now,
	}
}

// Reply is a successful answer (status 2xx), read whole.
type Reply struct {
	// Status is the HTTP status.
	Status int
	// Header is the reply's header.
	Header http.Header
	// Body is the reply's body, decompressed.
	Body []byte
	// Attempts is how often the request was sent.
	Attempts int
	// Source says where the credential came from, never its value; "" without one.
	Source string
}

// RequestID returns the service's identifier of the request, or "".
func (r *Reply) RequestID() string { return requestID(r.Header) }

// Do sends req until it succeeds, fails for good, or its context ends. Every
// failure, whatever its kind, comes back as an *Error.
func (c *Client) Do(req *http.Request) (*Reply, error) {
	call := &call{maxRetries: c.maxRetries, backoff: c.backoff, now: c.now}
	again, err := retryablehttp.FromRequest(req.WithContext(context.WithValue(req.Context(), callKey{}, call)))
	if err != nil {
		return nil, call.failed(req, err)
	}
	retry := &retryablehttp.Client{
		HTTPClient:   c.http,
		RetryMax:     c.maxRetries,
		CheckRetry:   call.check,
		Backoff:      func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return call.wait },
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	resp, err := retry.Do(again) //nolint:bodyclose // the body is in memory, see network
	if err != nil {
		return nil, call.failed(req, err)
	}
	if !succeeded(resp) {
		return nil, call.failed(req, nil)
	}
	return &Reply{Status: resp.StatusCode, Header: resp.Header, Body: bodyOf(resp), Attempts: call.attempts, Source: call.source}, nil
}

// sameHost lets a redirect stay where the credential belongs. The layers below
// would sign a redirected request for whatever host it names.
func sameHost(req *http.Request, via []*http.Request) error {
	from := via[0].URL
	if req.URL.Host != from.Host || req.URL.Scheme != from.Scheme {
		return &RedirectError{From: from.Scheme + "://" + from.Host, To: req.URL.Scheme + "://" + req.URL.Host}
	}
	if len(via) >= 3 {
		return errors.New("stopped after three redirects")
	}
	return nil
}

// call is what one Do knows of its attempts. The layers write it one after the
// other, in the goroutine of Do.
type call struct {
	maxRetries int
	backoff    BackoffFunc
	now        func() time.Time

	attempts int            // sent so far
	failures int            // of the kind that may pass
	wait     time.Duration  // before the next attempt
	source   string         // where the credential came from
	renewed  bool           // the credential was, and is not again
	last     *http.Response // the last attempt's reply, nil without one
	lastErr  error          // why the last attempt has no reply
	at       time.Time      // when the last attempt ended
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}
