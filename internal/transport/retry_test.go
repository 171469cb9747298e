package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestStatuses sends to a service that always fails, with each status that there is.
func TestStatuses(t *testing.T) {
	t.Parallel()
	passing := map[int]bool{408: true, 429: true, 500: true, 502: true, 503: true, 504: true}
	for status := 400; status <= 504; status++ {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			server := startServer(t, emulator.WithClock(atNoon))
			server.Fail(emulator.Fault{Status: status, Code: "MSS.00099999", Message: "the service's text", Times: -1, ClockSkew: 16 * time.Minute})
			want := &Error{
				Method:   http.MethodGet,
				URL:      server.URL + jobsPath,
				Status:   status,
				Code:     "MSS.00099999",
				Message:  "the service's text",
				Attempts: 1,
				Source:   "the test's stamps",
				Skew:     16 * time.Minute,
			}
			if passing[status] {
				want.Attempts = 4
			}

			failed := failureOf(t, newTestClient(t), get(t.Context(), t, server.URL+jobsPath+"?name=somebody"))
			requests := server.Requests()
			want.RequestID = requests[len(requests)-1].ID
			if diff := cmp.Diff(want, failed); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if len(requests) != want.Attempts {
				t.Errorf("%d requests, want %d", len(requests), want.Attempts)
			}
			for i, request := range requests {
				if got, want := request.Header.Get("X-Stamp"), strconv.Itoa(i+1); got != want {
					t.Errorf("attempt %d has stamp %q", i+1, got)
				}
			}
		})
	}
}

// TestStatusesThatPass sends to a service that fails once.
func TestStatusesThatPass(t *testing.T) {
	t.Parallel()
	for _, status := range []int{408, 429, 500, 502, 503, 504} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			server := startServer(t)
			server.Fail(emulator.Fault{Status: status})
			reply, err := newTestClient(t).Do(get(t.Context(), t, server.URL+jobsPath))
			if err != nil {
				t.Fatal(err)
			}
			if reply.Status != http.StatusOK || reply.Attempts != 2 || server.Count("") != 2 {
				t.Errorf("status %d, attempts %d, %d requests", reply.Status, reply.Attempts, server.Count(""))
			}
		})
	}
}

func TestMaxRetries(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ retries, attempts int }{{0, 1}, {1, 2}, {5, 6}, {20, 21}} {
		t.Run(strconv.Itoa(test.retries), func(t *testing.T) {
			t.Parallel()
			server := startServer(t)
			server.Fail(emulator.Fault{Status: http.StatusServiceUnavailable, Times: -1})
			var asked []int
			client := newTestClient(t, func(c *Config) {
				c.MaxRetries = test.retries
				c.Backoff = func(n int, _ Hint) time.Duration {
					asked = append(asked, n)
					return 0
				}
			})
			failed := failureOf(t, client, get(t.Context(), t, server.URL+jobsPath))
			if failed.Attempts != test.attempts || server.Count("") != test.attempts {
				t.Errorf("%d attempts, %d requests, want %d", failed.Attempts, server.Count(""), test.attempts)
			}
			var want []int
			for n := range test.retries {
				want = append(want, n)
			}
			if diff := cmp.Diff(want, asked); diff != "" {
				t.Errorf("back-off was asked for failures (-want +got):\n%s", diff)
			}
		})
	}
}

// is returns a check that an error is target.
func is(target error) func(error) bool { return func(err error) bool { return errors.Is(err, target) } }

// dialing returns connections whose dialling fails.
func dialing(t testing.TB, err error) *http.Transport {
	t.Helper()
	base := NewBase(nil)
	base.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, err }
	return base
}

// listen gives each connection to handle.
func listen(t testing.TB, handle func(net.Conn)) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			handle(connection)
			_ = connection.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return listener.Addr().String()
}

// rawReply reads a request, answers these bytes, and closes the connection.
func rawReply(answer string) func(net.Conn) {
	return func(connection net.Conn) {
		buffer := make([]byte, 4096)
		_, _ = connection.Read(buffer)
		_, _ = io.WriteString(connection, answer)
	}
}

// TestNetworkFaults sends to services that never answer correctly.
func TestNetworkFaults(t *testing.T) {
	t.Parallel()
	opError := func(op string, err error) error { return &net.OpError{Op: op, Net: "tcp", Err: err} }
	silent := func(http.ResponseWriter, *http.Request) {}
	raw := func(answer string) func(t *testing.T, c *Config) string {
		return func(t *testing.T, _ *Config) string {
			t.Helper()
			return "http://" + listen(t, rawReply(answer))
		}
	}
	fault := func(fault emulator.Fault) func(t *testing.T, c *Config) string {
		return func(t *testing.T, _ *Config) string {
			t.Helper()
			server := startServer(t)
			fault.Times = -1
			server.Fail(fault)
			return server.URL
		}
	}
	dial := func(err error) func(t *testing.T, c *Config) string {
		return func(t *testing.T, c *Config) string {
			t.Helper()
			c.Base = dialing(t, err)
			return "https://metastudio.cn-nowhere-1.myhuaweicloud.com"
		}
	}
	distrust := func(settings *tls.Config, change func(*http.Transport)) func(t *testing.T, c *Config) string {
		return func(t *testing.T, c *Config) string {
			t.Helper()
			server := serveTLS(t, settings, silent)
			base := trust(t, server)
			change(base)
			c.Base = base
			return server.URL
		}
	}

	const once, always = 1, 4
	for _, test := range []struct {
		name     string
		service  func(t *testing.T, c *Config) string // returns its address
		attempts int
		cause    func(error) bool
		text     string // of the cause, where the text is ours
	}{
		{"reset", fault(emulator.Fault{Reset: true}), always, is(syscall.ECONNRESET), ""},
		{"closed without a reply", raw(""), always, is(io.EOF), ""},
		{"closed in the header", raw("HTTP/1.1 200 OK\r\nContent-Type: application/js"), always, is(io.ErrUnexpectedEOF), ""},
		{"cut body", raw("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"count"), always, is(io.ErrUnexpectedEOF), "the reply broke off after 7 bytes: unexpected EOF"},
		{"cut compressed body", fault(emulator.Fault{CutAfter: 7}), always, is(io.ErrUnexpectedEOF), "the reply broke off after 0 bytes: unexpected EOF"},
		{"cut body of a refusal", fault(emulator.Fault{Status: 403, CutAfter: 7}), always, is(io.ErrUnexpectedEOF), ""},
		{"cut body of a refusal that announces too much", raw("HTTP/1.1 400 Bad\r\nContent-Length: 999999999999\r\n\r\n"), always, is(io.ErrUnexpectedEOF), "the reply broke off after 0 bytes: unexpected EOF"},
		{"cut in a chunk", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), always, is(io.ErrUnexpectedEOF), "the reply broke off after 2 bytes: unexpected EOF"},
		{"network unreachable", dial(opError("dial", syscall.ENETUNREACH)), always, is(syscall.ENETUNREACH), ""},
		{"no route to the host", dial(opError("dial", syscall.EHOSTUNREACH)), always, is(syscall.EHOSTUNREACH), ""},
		{"connecting takes too long", dial(opError("dial", syscall.ETIMEDOUT)), always, is(syscall.ETIMEDOUT), ""},

		{"refused port", func(t *testing.T, _ *Config) string {
			t.Helper()
			server := serve(t, silent)
			server.Close()
			return server.URL
		}, once, is(syscall.ECONNREFUSED), ""},
		{"unknown host", dial(opError("dial", &net.DNSError{Err: "no such host", Name: "metastudio.cn-nowhere-1.myhuaweicloud.com", IsNotFound: true})),
			once, isA[*net.DNSError], "dial tcp: lookup metastudio.cn-nowhere-1.myhuaweicloud.com: no such host"},
		{"resolver takes too long", dial(opError("dial", &net.DNSError{Err: "i/o timeout", Name: "example.com", IsTimeout: true, IsTemporary: true})),
			once, isA[*net.DNSError], ""},
		{"resolver takes too long, as the end of a time limit", dial(opError("dial", &net.DNSError{
			UnwrapErr: context.DeadlineExceeded, Err: "i/o timeout", Name: "example.com", IsTimeout: true, IsTemporary: true,
		})), once, func(err error) bool { return isA[*net.DNSError](err) && !errors.Is(err, context.DeadlineExceeded) }, ""},
		{"unknown authority", distrust(nil, func(b *http.Transport) { b.TLSClientConfig.RootCAs = nil }), once, isA[x509.UnknownAuthorityError], ""},
		{"certificate of another host", distrust(nil, func(b *http.Transport) { b.TLSClientConfig.ServerName = "metastudio.cn-north-4.myhuaweicloud.com" }),
			once, isA[x509.HostnameError], ""},
		{"expired certificate", distrust(nil, func(b *http.Transport) {
			b.TLSClientConfig.Time = func() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }
		}), once, isA[x509.CertificateInvalidError], ""},
		{"no version in common", distrust(&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, func(*http.Transport) {}), once, isA[*net.OpError], ""},
		{"a certificate is asked for", distrust(&tls.Config{ClientAuth: tls.RequireAnyClientCert}, func(*http.Transport) {}), once, isA[*net.OpError], ""},
		{"no TLS on this port", func(t *testing.T, _ *Config) string {
			t.Helper()
			return "https" + serve(t, silent).URL[len("http"):]
		}, once, isA[error], "http: server gave HTTP response to HTTPS client"},
		{"not HTTP", raw("220 smtp.example.com ESMTP\r\n"), once, isA[error], ""},
		{"not gzip", raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n{\"count\":0,\"jobs\":[]"), once, isA[error], ""},
		{"too large", raw("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"), once, isA[*TooLargeError], "the reply announces 999999999999 bytes, more than the 33554432 that are read"},
		{"proxy without a password", func(t *testing.T, c *Config) string {
			t.Helper()
			proxy := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) })
			base := NewBase(nil)
			base.Proxy = func(r *http.Request) (*url.URL, error) { return r.URL.Parse(proxy.URL) }
			t.Cleanup(base.CloseIdleConnections)
			c.Base = base
			return "https://metastudio.cn-nowhere-1.myhuaweicloud.com"
		}, once, isA[*ProxyError], ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var target string
			client := newTestClient(t, func(c *Config) { target = test.service(t, c) + jobsPath })
			failed := failureOf(t, client, get(t.Context(), t, target+"?name=somebody"))
			want := &Error{Method: http.MethodGet, URL: target, Attempts: test.attempts, Source: "the test's stamps"}
			if diff := cmp.Diff(want, failed, cmpopts.IgnoreFields(Error{}, "Err")); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if !test.cause(failed.Err) || test.text != "" && failed.Err.Error() != test.text {
				t.Errorf("cause %v", failed.Err)
			}
			t.Log(failed)
		})
	}
}

// TestRetryable covers errors that a test cannot provoke. Those of net/http that have only a text
// are copied from there.
func TestRetryable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		err  error
		want bool
	}{
		{"connection that was given up while idle", errors.New("http: server closed idle connection"), true},
		{"broken pipe", &net.OpError{Op: "write", Net: "tcp", Err: syscall.EPIPE}, true},
		{"wrapped", fmt.Errorf("the reply broke off after 3 bytes: %w", io.ErrUnexpectedEOF), true},
		{"TLS alert of the other side", &net.OpError{Op: "remote error", Err: errors.New("tls: handshake failure")}, false},
		{"TLS alert of ours", &net.OpError{Op: "local error", Err: errors.New("tls: unexpected message")}, false},
		{"record that is not TLS", tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, false},
		{"record that is not TLS, of a proxy", &net.OpError{Op: "proxyconnect", Err: tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}}, false},
		{"certificate of a proxy", &net.OpError{Op: "proxyconnect", Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}}, false},
		{"redirect to another host", &redirectError{}, false},
		{"reply that is too large", &TooLargeError{}, false},
		{"certificate", &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, false},
		{"sign-in that took too long", &authorizeError{err: context.DeadlineExceeded}, false},
		{"wait", &WaitError{Wait: time.Second}, false},
		{"anything else", errors.New("malformed HTTP response"), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := &url.Error{Op: "Get", URL: "https://metastudio.test/", Err: test.err}
			if got := retryable(nil, err); got != test.want {
				t.Errorf("%t, want %t", got, test.want)
			}
		})
	}
}

// TestAttemptTimeout sends to services that take too long: with the header, the body, the
// connection, and the handshake, which net/http limits by itself.
func TestAttemptTimeout(t *testing.T) {
	t.Parallel()
	const soon = 20 * time.Millisecond
	stall := func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	for _, test := range []struct {
		name    string
		service func(t *testing.T, c *Config) string
		text    string
	}{
		{"no reply", func(t *testing.T, c *Config) string {
			t.Helper()
			c.AttemptTimeout = soon
			server := startServer(t)
			server.Fail(emulator.Fault{Delay: time.Hour, Times: -1})
			return server.URL
		}, "no whole reply within 20ms after 4 attempts"},
		{"half a reply", func(t *testing.T, c *Config) string {
			t.Helper()
			c.AttemptTimeout = soon
			return serve(t, stall).URL
		}, "no whole reply within 20ms after 4 attempts"},
		{"no handshake", func(t *testing.T, c *Config) string {
			t.Helper()
			base := NewBase(nil)
			base.TLSHandshakeTimeout = soon
			c.Base = base
			return "https://" + listen(t, func(connection net.Conn) { _, _ = io.Copy(io.Discard, connection) })
		}, "net/http: TLS handshake timeout after 4 attempts"},
		{"no connection", func(t *testing.T, c *Config) string {
			t.Helper()
			base := NewBase(nil)
			base.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				// net's own error for a connection that takes too long is that of a deadline.
				return (&net.Dialer{Deadline: time.Unix(1, 0)}).DialContext(ctx, network, address)
			}
			c.Base = base
			return "http://127.0.0.1:1"
		}, "dial tcp 127.0.0.1:1: i/o timeout after 4 attempts"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var target string
			client := newTestClient(t, func(c *Config) { target = test.service(t, c) })
			failed := failureOf(t, client, get(t.Context(), t, target))
			if failed.Error() != test.text || failed.Attempts != 4 || failed.Status != 0 || failed.Skew != 0 {
				t.Errorf("failed with %+v: %v", failed, failed)
			}
			if !isTimeout(failed) || errors.Is(failed, context.DeadlineExceeded) {
				t.Error("it is not the error of a time-out, or that of the deadline of the call")
			}
		})
	}
}

// TestFaultsThatPass: a failed first attempt leaves no trace in the result.
func TestFaultsThatPass(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		fault emulator.Fault
	}{
		{"reset", emulator.Fault{Reset: true}},
		{"cut body", emulator.Fault{CutAfter: 7}},
		{"refused", emulator.Fault{Status: http.StatusBadGateway}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startServer(t)
			test.fault.Times = 3
			server.Fail(test.fault)
			reply, err := newTestClient(t).Do(get(t.Context(), t, server.URL+jobsPath))
			if err != nil {
				t.Fatal(err)
			}
			if reply.Attempts != 4 || string(reply.Body[:13]) != `{"count":101,` {
				t.Errorf("attempts %d, body %.40s", reply.Attempts, reply.Body)
			}
		})
	}
}

// TestHints checks the hints that a back-off gets.
func TestHints(t *testing.T) {
	t.Parallel()
	policy := func(text string) emulator.Fault {
		return emulator.Fault{Status: http.StatusTooManyRequests, Code: "APIGW.0308", Message: "The throttling threshold has been reached: policy user over ratelimit," + text}
	}
	after := func(status int, value string) emulator.Fault {
		return emulator.Fault{Status: status, Code: "MSS.1", Header: http.Header{"Retry-After": {value}}}
	}
	both := policy("limit:20,time:1 second")
	both.Header = http.Header{"Retry-After": {"3"}}
	for _, test := range []struct {
		name  string
		fault emulator.Fault
		want  Hint
	}{
		{"none", emulator.Fault{Status: http.StatusServiceUnavailable}, Hint{}},
		{"no reply", emulator.Fault{Reset: true}, Hint{}},
		{"seconds", after(http.StatusTooManyRequests, "7"), Hint{After: 7 * time.Second}},
		{"seconds of a 503", after(http.StatusServiceUnavailable, "120"), Hint{After: 2 * time.Minute}},
		{"date", after(http.StatusServiceUnavailable, noon.Add(90*time.Second).Format(http.TimeFormat)), Hint{After: 90 * time.Second}},
		{"date that is past", after(http.StatusServiceUnavailable, noon.Add(-time.Hour).Format(http.TimeFormat)), Hint{}},
		{"nonsense", after(http.StatusServiceUnavailable, "soon"), Hint{}},
		{"policy of minutes", policy("limit:200,time:5 minute"), Hint{Requests: 200, Window: 5 * time.Minute}},
		{"policy of a minute", policy("limit:600,time:1 minute"), Hint{Requests: 600, Window: time.Minute}},
		{"policy of seconds", policy("limit:20,time:1 second"), Hint{Requests: 20, Window: time.Second}},
		{"policy of another status", emulator.Fault{Status: http.StatusServiceUnavailable, Code: "APIGW.0308", Message: "limit:20,time:1 second"}, Hint{}},
		{"both", both, Hint{After: 3 * time.Second, Requests: 20, Window: time.Second}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startServer(t)
			server.Fail(test.fault)
			var told []Hint
			client := newTestClient(t, func(c *Config) {
				c.Backoff = func(_ int, hint Hint) time.Duration {
					told = append(told, hint)
					return 0
				}
			})
			if _, err := client.Do(get(t.Context(), t, server.URL+jobsPath)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]Hint{test.want}, told); diff != "" {
				t.Errorf("hints (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value string
		want  time.Duration
	}{
		{"", 0},
		{"0", 0},
		{"1", time.Second},
		{"2147483647", longestHint},
		{"2147483648", 0},
		{"99999999999999999999", 0},
		{"-1", 0},
		{"+1", 0},
		{"1.5", 0},
		{" 1", 0},
		{"1e3", 0},
		{"0x10", 0},
		{"Wed, 04 Mar 2026 12:00:05 GMT", 5 * time.Second},
		{"Wednesday, 04-Mar-26 12:00:05 GMT", 5 * time.Second},
		{"Wed Mar  4 12:00:05 2026", 5 * time.Second},
		{"Wed, 04 Mar 2026 12:00:00 GMT", 0},
		{"Wed, 04 Mar 2026 11:59:59 GMT", 0},
		{"Mon, 01 Jan 0001 00:00:00 GMT", 0},
		{"Fri, 31 Dec 9999 23:59:59 GMT", longestHint},
		{"2026-03-04T12:00:05Z", 0},
	} {
		t.Run(test.value, func(t *testing.T) {
			t.Parallel()
			if got := retryAfter(test.value, noon); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestParseThrottle(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text     string
		requests int
		window   time.Duration
	}{
		{"The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 minute", 200, 5 * time.Minute},
		{"policy user over ratelimit,limit:600,time:1 minute", 600, time.Minute},
		{"limit:20,time:1 second", 20, time.Second},
		{"limit:20,time:10 seconds", 20, 10 * time.Second},
		{"limit: 20 , time: 1second", 20, time.Second},
		{"limit:1000,time:1 hour", 1000, time.Hour},
		{"limit:1,time:365 day", 1, 365 * 24 * time.Hour},
		{"limit:20,time:86400 second", 20, 24 * time.Hour},
		{"limit:999999999,time:24855 day", 999999999, 24855 * 24 * time.Hour},

		{"", 0, 0},
		{"policy user over ratelimit", 0, 0},
		{"limit:0,time:1 second", 0, 0},
		{"limit:20,time:0 second", 0, 0},
		{"limit:-20,time:1 second", 0, 0},
		{"limit:20,time:-1 second", 0, 0},
		{"limit:20", 0, 0},
		{"time:1 second", 0, 0},
		{"limit:20,time:1 fortnight", 0, 0},
		{"limit:20,time:1.5 second", 0, 0},
		{"limit:9999999999,time:1 second", 0, 0},
		{"limit:20,time:24856 day", 0, 0},
		{"limit:20,time:999999 day", 0, 0},
		{"limit:20,time:99999999999999999999 second", 0, 0},
	} {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			requests, window, ok := parseThrottle(test.text)
			if requests != test.requests || window != test.window || ok != (test.requests > 0) {
				t.Errorf("%d in %s, %t; want %d in %s", requests, window, ok, test.requests, test.window)
			}
		})
	}
}

// hints draws hints of all kinds, also senseless ones.
func hints() *rapid.Generator[Hint] {
	return rapid.Custom(func(t *rapid.T) Hint {
		var hint Hint
		switch rapid.SampledFrom([]string{"nothing", "Retry-After", "date", "policy"}).Draw(t, "says") {
		case "Retry-After":
			hint.After = retryAfter(strconv.Itoa(rapid.IntRange(0, math.MaxInt32).Draw(t, "seconds")), noon)
		case "date":
			hint.After = retryAfter(noon.Add(time.Duration(rapid.Int64().Draw(t, "from now"))).Format(http.TimeFormat), noon)
		case "policy":
			text := fmt.Sprintf("limit:%d,time:%d %s", rapid.IntRange(0, math.MaxInt32).Draw(t, "requests"), rapid.IntRange(0, math.MaxInt32).Draw(t, "number"),
				rapid.SampledFrom([]string{"second", "minute", "hour", "day"}).Draw(t, "unit"))
			if requests, window, ok := parseThrottle(text); ok {
				hint.Requests, hint.Window = requests, window
			}
		}
		return hint
	})
}

// TestBackoffBounds: waits are in range, whatever the hint.
func TestBackoffBounds(t *testing.T) {
	t.Parallel()
	for range 100 {
		if wait := defaultBackoff(0, Hint{Requests: 20, Window: time.Second}); wait < backoffFloor {
			t.Fatalf("waits %s", wait)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n, hint := rapid.IntRange(0, 1000).Draw(t, "failure"), hints().Draw(t, "hint")
		wait := defaultBackoff(n, hint)
		asked := max(hint.After, windowShare(hint.Window, n))
		usual := backoffFloor + min(backoffCap, time.Second<<min(n, 10))
		switch {
		case wait < max(asked, backoffFloor):
			t.Fatalf("waits %s, %s are asked for", wait, asked)
		case wait > usual && wait > asked+asked/10+time.Second:
			t.Fatalf("waits %s, %s are asked for and %s is usual", wait, asked, usual)
		}
	})
}

// TestBackoffSpansOneWindow: the waits of all retries together span one window of the quota, whose
// beginning is not known.
func TestBackoffSpansOneWindow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		window := time.Duration(rapid.Int64Range(int64(time.Minute), int64(longestHint)).Draw(t, "window"))
		var sum, last time.Duration
		for n := range DefaultMaxRetries {
			wait := defaultBackoff(n, Hint{Requests: 1, Window: window})
			if wait < last {
				t.Fatalf("wait %d is %s after %s: short ones come first", n, wait, last)
			}
			sum, last = sum+wait, wait
		}
		if sum < window/16*15 || sum > window/10*11+DefaultMaxRetries*backoffFloor+time.Second {
			t.Fatalf("the waits are %s together, the window is %s", sum, window)
		}
	})
}

// TestBackoffByDefault: a client without a back-off of its own waits, and tries again.
func TestBackoffByDefault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &gate{answer: func(n int) (*http.Response, error) {
			return with([]int{http.StatusServiceUnavailable, http.StatusOK}[n-1])
		}}
		if _, err := New(Config{Base: service, MaxRetries: 1}).Do(get(t.Context(), t, "http://metastudio.test/")); err != nil {
			t.Fatal(err)
		}
		if wait := service.sent[1].Sub(service.sent[0]); wait < tripTime+backoffFloor {
			t.Errorf("the second attempt came %s after the first", wait)
		}
	})
}

// TestBackoffSpreads: readers that failed together do not come back together.
func TestBackoffSpreads(t *testing.T) {
	t.Parallel()
	for _, hint := range []Hint{{}, {After: 10 * time.Second}, {Requests: 200, Window: 5 * time.Minute}} {
		t.Run(fmt.Sprint(hint), func(t *testing.T) {
			t.Parallel()
			seen := map[time.Duration]bool{}
			for range 100 {
				seen[defaultBackoff(3, hint)] = true
			}
			if len(seen) < 90 {
				t.Errorf("100 waits are but %d different ones", len(seen))
			}
		})
	}
}

// TestWaitError: a wait that would end after the deadline is not begun. These waits are of hours;
// the test would not end.
func TestWaitError(t *testing.T) {
	t.Parallel()
	const left = time.Hour
	for _, test := range []struct {
		name    string
		fault   emulator.Fault
		backoff BackoffFunc
		wait    time.Duration // rounded
		text    string
	}{
		{"back-off", emulator.Fault{Status: http.StatusServiceUnavailable, Code: "MSS.1", Message: "busy"},
			func(int, Hint) time.Duration { return 2 * time.Hour }, 2 * time.Hour,
			"the next attempt is due in 2h0m0s, after the time for this read is over; last reply HTTP 503 MSS.1: busy"},
		{"back-off after no reply", emulator.Fault{Reset: true}, func(int, Hint) time.Duration { return 2 * time.Hour }, 2 * time.Hour,
			"the next attempt is due in 2h0m0s, after the time for this read is over"},
		{"Retry-After", emulator.Fault{Status: http.StatusTooManyRequests, Code: "MSS.1", Message: "busy", Header: http.Header{"Retry-After": {"7200"}}},
			defaultBackoff, 2 * time.Hour, ""},
		{"date", emulator.Fault{Status: http.StatusServiceUnavailable, Code: "MSS.1", Message: "busy",
			Header: http.Header{"Retry-After": {"Wed, 04 Mar 2026 14:00:00 GMT"}}}, defaultBackoff, 2 * time.Hour, ""},
		{"policy", emulator.Fault{Status: http.StatusTooManyRequests, Code: "MSS.1", Message: "limit:200,time:64 hour"}, defaultBackoff, 2 * time.Hour, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startServer(t)
			server.Fail(test.fault)
			ctx, cancel := context.WithTimeout(t.Context(), left)
			defer cancel()
			client := newTestClient(t, func(c *Config) { c.Backoff = test.backoff })
			failed := failureOf(t, client, get(ctx, t, server.URL+jobsPath))
			wait, ok := errors.AsType[*WaitError](failed)
			if !ok || wait.Wait < test.wait || wait.Wait > test.wait*11/10+time.Second {
				t.Fatalf("failed with %v, want a *WaitError of %s", failed, test.wait)
			}
			if !errors.Is(failed, context.DeadlineExceeded) {
				t.Error("it is not the error of a deadline")
			}
			if failed.Attempts != 1 || failed.Status != test.fault.Status || failed.Code != test.fault.Code {
				t.Errorf("%+v", failed)
			}
			failed.RequestID = ""
			if test.text != "" && failed.Error() != test.text {
				t.Errorf("text %q, want %q", failed.Error(), test.text)
			}
		})
	}
}
