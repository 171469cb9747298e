// Package transport sends HTTP requests: retries, rate limiting, authorization, limits on
// responses, and one log entry per attempt. It knows neither the API that is called nor Terraform.
// What all services and gateways of Huawei Cloud share is in huaweicloud.go.
package transport

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/time/rate"
)

// DefaultMaxRetries is the number of retries unless the configuration sets another one.
const DefaultMaxRetries = 5

// maxReplyBytes limits the size of a reply, after decompression, unless the caller sets a smaller
// limit.
const maxReplyBytes = 32 << 20

// maxErrorBytes limits how much is read of the body of a reply that is not a success: only its
// error text is of use.
const maxErrorBytes = 64 << 10

// maxHeaderBytes limits the headers of a reply, those of interim responses included.
const maxHeaderBytes = 256 << 10

// defaultAttemptTimeout bounds one attempt, from connecting to the last byte of the reply.
const defaultAttemptTimeout = 30 * time.Second

// maxRedirects is how many redirects in a row, on the same host, end a call.
const maxRedirects = 3

// Authorizer provides the credentials of requests. Implementations are safe for concurrent use.
type Authorizer interface {
	// Credential returns the credential for one request. It may sign in first, within the deadline
	// of ctx.
	Credential(ctx context.Context) (Credential, error)

	// Invalidate is called with each reply of status 400 or above: req as it was sent, the HTTP
	// status, and the service's error code ("" without one). The implementation decides whether the
	// reply means that the credential is no longer valid. It reports whether the next Credential is
	// another one, so that it makes sense to send the request again.
	Invalidate(req *http.Request, status int, code string) (retry bool)
}

// Credential is the credential of one request.
type Credential interface {
	// Source describes where the credential came from, never its value.
	Source() string
	// Key identifies the access key that signs the request, for Keys. It is "" for a credential of
	// another kind, which no refusal locks.
	Key() string
	// Authorize adds the credential to req, the attempt's own clone, just before it is sent.
	Authorize(req *http.Request) error
}

// Config configures a Client. The zero value sends each request once, without a credential and
// without a limit on the rate.
type Config struct {
	// Base makes the connections; NewBase returns one. Clients that share it share connections.
	Base http.RoundTripper
	// Authorizer adds the credential to each attempt; nil sends requests as they are.
	Authorizer Authorizer
	// Keys is shared by all clients that sign with the same access keys; nil makes no request wait
	// for the outcome of another.
	Keys *Keys
	// Limiter is shared by all clients whose requests count against one quota; nil does not limit.
	Limiter *Limiter
	// MaxRetries is the number of further attempts after failures that may pass. A 429 is waited
	// out until the deadline of the request's context, and is a failure without one. 0 means that
	// each request is sent once.
	MaxRetries int
	// Backoff returns the wait before the next attempt; nil is exponential back-off with jitter.
	Backoff BackoffFunc
	// AttemptTimeout bounds one attempt; 0 is 30 seconds.
	AttemptTimeout time.Duration
	// Observe is called after each attempt, for logging; it may be nil.
	Observe func(ctx context.Context, attempt Attempt)
	// UserAgent is sent with each request that does not set its own.
	UserAgent string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Client sends requests and returns whole replies. It is safe for concurrent use.
type Client struct {
	layers     layer
	limiter    *Limiter
	maxRetries int
	backoff    BackoffFunc
	now        func() time.Time
}

// layer is one step in sending one attempt of a request. call is the state of the call that the
// attempt belongs to; the layers of a call run one after the other.
type layer interface {
	roundTrip(call *call, req *http.Request) (*http.Response, error)
}

// NewBase returns a connection pool of its own, so that its settings do not leak into other users
// of http.DefaultTransport. It speaks HTTP/1.1 alone, as the vendor's SDK does: net/http repeats a
// refused stream of HTTP/2 by itself, past the rate limit, and HTTP/2 is hardly faster for long
// lists (BenchmarkProtocols). It accepts TLS 1.2 and later, and takes proxies from HTTPS_PROXY,
// HTTP_PROXY and NO_PROXY. tlsConfig is cloned; nil trusts the system's certificate authorities.
func NewBase(tlsConfig *tls.Config) *http.Transport {
	base := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // net/http documents the type
	if tlsConfig == nil {
		tlsConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	base.TLSClientConfig = tlsConfig.Clone()
	base.TLSClientConfig.MinVersion = max(tls.VersionTLS12, tlsConfig.MinVersion)
	base.MaxIdleConnsPerHost = MaxInFlight
	base.MaxResponseHeaderBytes = maxHeaderBytes
	base.Protocols = new(http.Protocols)
	base.Protocols.SetHTTP1(true)
	base.Proxy = proxyFromEnvironment()
	base.OnProxyConnectResponse = refusedByProxy
	return base
}

// New returns a Client. The order of the layers is decided here and nowhere else. Each attempt of a
// request passes them from the top down:
//
//	retry       decides whether and when there is another attempt (see Do)
//	authorize   gets the credential, and waits while another request tries its key; outside the
//	            rate limit, so that such a wait holds no place
//	rate limit  inside retry, so that each attempt counts against the quota
//	sign        inside retry and rate limit, so that each attempt is signed with the date at
//	            which it is sent
//	observe     counts the attempt and reports it, without headers and body
//	network     sends the request and reads the whole reply, so that a reply that breaks off is
//	            a failed attempt
func New(config Config) *Client {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Backoff == nil {
		config.Backoff = defaultBackoff
	}
	if config.AttemptTimeout == 0 {
		config.AttemptTimeout = defaultAttemptTimeout
	}
	if config.Base == nil {
		config.Base = NewBase(nil)
	}

	wire := &network{base: config.Base, timeout: config.AttemptTimeout, userAgent: config.UserAgent}
	if config.Limiter != nil {
		wire.turn = config.Limiter.waitTurn
	}
	var layers layer = wire
	layers = &observed{next: layers, observe: config.Observe, now: config.Now}
	if config.Authorizer != nil {
		layers = &signed{next: layers}
	}
	if config.Limiter != nil {
		layers = &limited{next: layers, limiter: config.Limiter, now: config.Now}
	}
	if config.Authorizer != nil {
		layers = &authorized{next: layers, authorizer: config.Authorizer, keys: config.Keys}
	}
	return &Client{layers: layers, limiter: config.Limiter, maxRetries: config.MaxRetries, backoff: config.Backoff, now: config.Now}
}

// Reply is a successful reply (status 2xx), read whole.
type Reply struct {
	// Method and URL are those of the request; the URL is without its query.
	Method, URL string
	// Status is the HTTP status.
	Status int
	// Header is the reply's header.
	Header http.Header
	// Body is the reply's body, decompressed.
	Body []byte
	// Attempts is how often the request was sent.
	Attempts int
	// Source describes where the credential came from, never its value; "" without one.
	Source string

	secrets *secrets // of the requests that it is the reply to, nil for none
}

// RequestID returns the service's identifier of the request, or "".
func (r *Reply) RequestID() string { return r.shown().show(requestID(r.Header)) }

func (r *Reply) shown() *secrets { return cmp.Or(r.secrets, &secrets{}) }

// Unusable returns the error of a reply that came but cannot be used, for the reason err. It has
// the code and the message of a reply that is an error in spite of its status.
func (r *Reply) Unusable(err error) *Error {
	failure := &Error{
		Method: r.Method, URL: r.URL, Status: r.Status, RequestID: r.RequestID(),
		Attempts: r.Attempts, Source: r.Source, Err: r.shown().showError(err),
	}
	if isJSON(r.Body) {
		body := parseErrorBody(r.Body)
		failure.Code, failure.Message = r.shown().show(body.code), r.shown().show(body.message)
		failure.RequestID = cmp.Or(failure.RequestID, r.shown().show(body.requestID))
	}
	return failure
}

// PerSecond returns how many requests a second are sent at most, 0 without a limit.
func (c *Client) PerSecond() float64 {
	if c.limiter == nil || c.limiter.configured == rate.Inf {
		return 0
	}
	return float64(c.limiter.configured)
}

// Do sends req until it succeeds, fails for good, or its context ends. Every error is an *Error.
func (c *Client) Do(req *http.Request) (*Reply, error) { return c.DoWithin(req, maxReplyBytes) }

// DoWithin is Do for a reply whose body has maxReply bytes at most, after decompression. A larger
// one is an error, and is not read.
func (c *Client) DoWithin(req *http.Request, maxReply int64) (*Reply, error) {
	call := &call{client: c, method: req.Method, url: withoutQuery(req.URL), maxReply: min(maxReply, maxReplyBytes)}
	return call.do(req)
}

// withoutQuery returns an address for an error, without its query, which may hold somebody's name.
func withoutQuery(u *url.URL) string {
	return Excerpt([]byte((&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()))
}

// sameHost follows redirects on the host of the request only. The layers would sign a redirected
// request for whatever host it names.
func sameHost(req *http.Request, via []*http.Request) error {
	from := via[0].URL
	if req.URL.Host != from.Host || req.URL.Scheme != from.Scheme {
		return &redirectError{from: from.Scheme + "://" + from.Host, to: req.URL.Scheme + "://" + req.URL.Host}
	}
	if len(via) >= maxRedirects {
		return fmt.Errorf("stopped after %d redirects", maxRedirects)
	}
	return nil
}
