package transport

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/net/http/httpproxy"
)

// ProxyError is a connection that a proxy did not make. net/http returns the proxy's status text or
// a malformed line alone, which look like those of the service.
type ProxyError struct {
	// Proxy is the scheme and the host of the proxy; "" where the setting that names it is no
	// address.
	Proxy string
	// Host is the host to which the connection was to lead.
	Host string
	// Status is the HTTP status with which the proxy refused, 0 where it did not.
	Status int
	// Err is what failed instead, nil with a Status.
	Err error
}

// Error implements error. It shows no text of the proxy's own, which could be anything, but for an
// excerpt of what is malformed in its reply.
func (e *ProxyError) Error() string {
	switch {
	case e.Proxy == "":
		return "the address of the proxy cannot be used: " + e.Err.Error()
	case e.Status == 0:
		return "no connection to " + e.Host + " through the proxy " + e.Proxy + ": " + Excerpt([]byte(e.Err.Error()))
	}
	text := "the proxy " + e.Proxy + " refused to connect to " + e.Host + ": HTTP " + strconv.Itoa(e.Status)
	if name := http.StatusText(e.Status); name != "" {
		text += " (" + name + ")"
	}
	return text
}

// Unwrap returns what failed.
func (e *ProxyError) Unwrap() error { return e.Err }

var errProxySetting = errors.New("it is not of the form http://host:port")

// proxyFromEnvironment returns a function that chooses the proxy that HTTPS_PROXY, HTTP_PROXY and
// NO_PROXY name when it is made, and refuses what cannot be the address of one. The error does not
// repeat it: it may hold a password. http.ProxyFromEnvironment connects directly where an address
// cannot be parsed, which is around a proxy that was to be used.
func proxyFromEnvironment() func(*http.Request) (*url.URL, error) {
	const refused = "refused.invalid"
	settings := httpproxy.FromEnvironment()
	for _, setting := range []*string{&settings.HTTPSProxy, &settings.HTTPProxy} {
		if *setting != "" && !isProxyAddress(*setting) {
			*setting = refused
		}
	}
	choose := settings.ProxyFunc()
	return func(req *http.Request) (*url.URL, error) {
		proxy, err := choose(req.URL)
		if proxy != nil && proxy.Host == refused {
			return nil, &ProxyError{Host: req.URL.Host, Err: errProxySetting}
		}
		return proxy, err
	}
}

// isProxyAddress reports whether a setting is a URL with a host, or becomes one with http:// before
// it.
func isProxyAddress(setting string) bool {
	for _, address := range []string{setting, "http://" + setting} {
		proxy, err := url.Parse(address)
		if err == nil && proxy.Scheme != "" && proxy.Host != "" && !strings.HasPrefix(proxy.Path, "//") {
			return true
		}
	}
	return false
}

// refusedByProxy returns the error of a proxy that does not connect.
func refusedByProxy(_ context.Context, proxy *url.URL, connect *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Proxy: hostOf(proxy), Host: connect.Host, Status: resp.StatusCode}
}

// watchConnection returns a context for a request, which sets connected when the request gets its
// connection.
func watchConnection(ctx context.Context, connected *atomic.Bool) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
}

// throughProxy adds the proxy to the error of a request that got no connection. Without a proxy it
// returns err.
func throughProxy(base http.RoundTripper, req *http.Request, err error) error {
	proxy := proxyOf(base, req)
	if proxy == nil || isA[*ProxyError](err) {
		return err
	}
	return &ProxyError{Proxy: hostOf(proxy), Host: req.URL.Host, Err: err}
}

// proxyOf returns the address of the proxy of a request, which may hold a password; nil without a
// proxy, or where the setting that names it is wrong.
func proxyOf(base http.RoundTripper, req *http.Request) *url.URL {
	pool, ok := base.(*http.Transport)
	if !ok || pool.Proxy == nil {
		return nil
	}
	proxy, _ := pool.Proxy(req) // the request has failed with the same error
	return proxy
}

// hostOf returns an address without the user and the password.
func hostOf(u *url.URL) string { return u.Scheme + "://" + u.Host }
