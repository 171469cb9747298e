package transport

import (
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// answerWith listens as a proxy that answers every connection with a text, after the request's
// first line has come.
func answerWith(t *testing.T, text string) *url.URL {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // for the whole test
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = conn.Write([]byte(text))
			// Whoever closes while there is more to be read resets the connection.
			_ = conn.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, conn)
			_ = conn.Close()
		}
	}()
	return &url.URL{Scheme: "http", Host: listener.Addr().String(), User: url.UserPassword("ann", "hidden")}
}

// through returns a client whose requests go through a proxy.
func through(proxy *url.URL, retries int) *Client {
	base := NewBase(nil)
	base.Proxy = http.ProxyURL(proxy)
	return New(Config{Base: base, MaxRetries: retries, Backoff: atOnce})
}

func TestProxies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, reply string
		status      int
		want        string // what the error says, with PROXY for its address
		attempts    int
	}{
		{"refuses", "HTTP/1.1 403 \x1b[31mGo away\r\nContent-Length: 0\r\n\r\n", 403,
			"the proxy PROXY refused to connect to service.example.com:443: HTTP 403 (Forbidden)", 1},
		{"wants a password", "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", 407,
			"the proxy PROXY refused to connect to service.example.com:443: HTTP 407 (Proxy Authentication Required)", 1},
		{"has a status of its own", "HTTP/1.1 599 x\r\nContent-Length: 0\r\n\r\n", 599,
			"the proxy PROXY refused to connect to service.example.com:443: HTTP 599", 1},
		{"is no proxy", "SSH-2.0-OpenSSH_9.6\r\n", 0,
			`no connection to service.example.com through the proxy PROXY: malformed HTTP response "SSH-2.0-OpenSSH_9.6"`, 1},
		{"hangs up", "", 0, "no connection to service.example.com through the proxy PROXY: unexpected EOF", 3},
		{"connects and hangs up", "HTTP/1.1 200 OK\r\n\r\n", 0,
			"no connection to service.example.com through the proxy PROXY: EOF", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			proxy := answerWith(t, test.reply)
			_, err := through(proxy, 2).Do(get(t.Context(), t, "https://service.example.com/"))
			failed, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("failed with %v", err)
			}
			refused, ok := errors.AsType[*ProxyError](err)
			if !ok {
				t.Fatalf("the proxy is not named: %v", err)
			}
			if refused.Status != test.status || failed.Status != 0 || failed.Attempts != test.attempts {
				t.Errorf("status %d of the proxy, %d of the service, %d attempts", refused.Status, failed.Status, failed.Attempts)
			}
			if got := strings.ReplaceAll(failed.Err.Error(), "http://"+proxy.Host, "PROXY"); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestProxyErrorIsShort: what is malformed may be of any length.
func TestProxyErrorIsShort(t *testing.T) {
	t.Parallel()
	err := &ProxyError{Proxy: "http://proxy", Host: "service", Err: errors.New(strings.Repeat("a\n", 10*maxExcerpt))}
	if got := err.Error(); len(got) > maxExcerpt+100 || strings.Contains(got, "\n") {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}

// TestProxyThatIsNotThere: a connection to the proxy itself fails.
func TestProxyThatIsNotThere(t *testing.T) {
	t.Parallel()
	proxy := answerWith(t, "")
	nobody := httptest.NewServer(nil)
	proxy.Host = nobody.Listener.Addr().String()
	nobody.Close()
	_, err := through(proxy, 0).Do(get(t.Context(), t, "https://service.example.com/"))
	refused, ok := errors.AsType[*ProxyError](err)
	if !ok || strings.Contains(err.Error(), "hidden") || !strings.Contains(err.Error(), "through the proxy http://"+proxy.Host) {
		t.Errorf("%#v: %v", refused, err)
	}
}

// TestProxySetting: what cannot be the address of a proxy is an error, where a proxy is to be used.
// It may hold a password, and is not repeated.
func TestProxySetting(t *testing.T) {
	const want = "the address of the proxy cannot be used: it is not of the form http://host:port"
	for _, test := range []struct{ name, setting, proxy string }{
		{"an address", "http://ann:hidden@proxy:3128", "http://ann:hidden@proxy:3128"},
		{"without a scheme", "proxy:3128", "http://proxy:3128"},
		{"a bracket is open", "http://ann:hidden@[::1", ""},
		{"a password with a percent sign", "http://ann:50%off@proxy:3128", ""},
		{"a password with a number sign", "http://ann:h#dden@proxy:3128", ""},
		{"a percent sign, without a scheme", "ann:hid%zzden@proxy", ""},
		{"a port that is none", "http://proxy:31x8", ""},
		{"a scheme alone", "http://", ""},
	} {
		for variable, service := range map[string]string{"HTTPS_PROXY": "https", "HTTP_PROXY": "http"} {
			t.Run(test.name+", "+variable, func(t *testing.T) {
				for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "no_proxy", "REQUEST_METHOD"} {
					t.Setenv(name, "")
				}
				t.Setenv(variable, test.setting)
				t.Setenv("NO_PROXY", "direct.example.com")
				base := NewBase(nil)
				req := get(t.Context(), t, service+"://service.example.com/")
				if test.proxy != "" {
					if proxy, err := base.Proxy(req); err != nil || proxy.String() != test.proxy {
						t.Errorf("%v, %v", proxy, err)
					}
					return
				}
				_, err := New(Config{Base: base, MaxRetries: 2, Backoff: atOnce}).Do(req)
				refused, ok := errors.AsType[*ProxyError](err)
				if !ok || refused.Error() != want || refused.Proxy != "" || refused.Host != "service.example.com" {
					t.Errorf("failed with %v", err)
				}
				if proxy, err := base.Proxy(get(t.Context(), t, service+"://direct.example.com/")); proxy != nil || err != nil {
					t.Errorf("without the proxy: %v, %v", proxy, err)
				}
			})
		}
	}
}

// TestErrorsBehindAProxy: what fails after the proxy has connected is not the proxy's fault.
func TestErrorsBehindAProxy(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	service := serve(t, func(_ http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		panic(http.ErrAbortHandler)
	})
	// A request for a plain address goes to the proxy as it is, and so to the service.
	proxy, err := url.Parse(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, err = through(proxy, 0).Do(get(t.Context(), t, "http://service.example.com/"))
	if _, ok := errors.AsType[*ProxyError](err); ok || err == nil || requests.Load() != 1 {
		t.Errorf("%d requests, failed with %v", requests.Load(), err)
	}
}

// TestNoProxy: the error of a connection pool without a proxy is its own.
func TestNoProxy(t *testing.T) {
	t.Parallel()
	nobody := httptest.NewServer(nil)
	nobody.Close()
	base := NewBase(nil)
	base.Proxy = nil
	_, err := New(Config{Base: base}).Do(get(t.Context(), t, nobody.URL))
	if isA[*ProxyError](err) || !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("failed with %v", err)
	}
}

// TestDefaultProxy: the hooks are those of every connection pool.
func TestDefaultProxy(t *testing.T) {
	t.Parallel()
	proxy := answerWith(t, "HTTP/1.1 502 x\r\nContent-Length: 0\r\n\r\n")
	base := NewBase(nil)
	base.Proxy = http.ProxyURL(proxy)
	_, err := New(Config{Base: base}).Do(get(t.Context(), t, "https://service.example.com/"))
	if refused, ok := errors.AsType[*ProxyError](err); !ok || refused.Status != http.StatusBadGateway {
		t.Errorf("failed with %v", err)
	}
}

func TestPerSecond(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		limiter *Limiter
		want    float64
	}{
		{"no limiter", nil, 0},
		{"a rate", NewLimiter(2.5), 2.5},
		{"no rate", NewLimiter(math.Inf(1)), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := New(Config{Limiter: test.limiter}).PerSecond(); got != test.want {
				t.Errorf("%g, want %g", got, test.want)
			}
		})
	}
}
