package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const jobsPath = "/v1/" + emulator.ProjectID + "/digital-human-training-manage/user/jobs"

// noon is the time of tests that depend on the time.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

// atOnce is a back-off for tests that do not want to wait.
func atOnce(int, Hint) time.Duration { return 0 }

// startServer runs an emulator for the test.
func startServer(t testing.TB, options ...emulator.Option) *emulator.Server {
	t.Helper()
	server, err := emulator.Start(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// serve runs a server for replies that the emulator does not have.
func serve(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.Start()
	t.Cleanup(server.Close)
	return server
}

// serveTLS runs one with a certificate that no authority has signed.
func serveTLS(t testing.TB, settings *tls.Config, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.TLS = settings
	server.EnableHTTP2 = settings == nil
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// trust returns connections that accept the server's certificate.
func trust(t testing.TB, server *httptest.Server) *http.Transport {
	t.Helper()
	base := NewBase(nil)
	base.TLSClientConfig.RootCAs = x509.NewCertPool()
	base.TLSClientConfig.RootCAs.AddCert(server.Certificate())
	t.Cleanup(base.CloseIdleConnections)
	return base
}

// newTestClient returns a client that has the emulator's token and does not wait between attempts.
// change may set other things.
func newTestClient(t testing.TB, change ...func(*Config)) *Client {
	t.Helper()
	base := NewBase(nil)
	t.Cleanup(base.CloseIdleConnections)
	config := Config{Base: base, Authorizer: &stamps{}, MaxRetries: 3, Backoff: atOnce, Now: atNoon}
	for _, change := range change {
		change(&config)
	}
	return New(config)
}

// get returns a request for target.
func get(ctx context.Context, t testing.TB, target string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// failureOf sends a request that has to fail, and returns its error.
func failureOf(t testing.TB, client *Client, req *http.Request) *Error {
	t.Helper()
	reply, err := client.Do(req)
	failed, ok := errors.AsType[*Error](err)
	if !ok || reply != nil {
		t.Fatalf("got %v and %v, want no reply and an *Error", reply, err)
	}
	return failed
}

// invalidCode is an error code by which the service of these tests refuses a credential.
const invalidCode = "TEST.0001"

// stamps is an Authorizer that numbers what it signs. Status 401 and invalidCode make a stamp
// invalid.
type stamps struct {
	given       atomic.Int64
	renew       bool         // what Invalidate returns for a stamp that is invalid
	invalidated atomic.Int64 // how many stamps became invalid
	last        atomic.Value // the stamp that became invalid last
	mu          sync.Mutex
	told        []string // status and code of each call of Invalidate
}

func (s *stamps) Credential(context.Context) (Credential, error) {
	return credential{source: "the test's stamps", add: func(req *http.Request) error {
		req.Header.Set("X-Auth-Token", emulator.Token)
		req.Header.Set("X-Stamp", strconv.FormatInt(s.given.Add(1), 10))
		return nil
	}}, nil
}

// credential is a Credential in its parts.
type credential struct {
	source, key string
	add         func(req *http.Request) error
}

func (c credential) Source() string                    { return c.source }
func (c credential) Key() string                       { return c.key }
func (c credential) Authorize(req *http.Request) error { return c.add(req) }

func (s *stamps) Invalidate(req *http.Request, status int, code string) bool {
	s.mu.Lock()
	s.told = append(s.told, strings.TrimSpace(strconv.Itoa(status)+" "+code))
	s.mu.Unlock()
	if status != http.StatusUnauthorized && code != invalidCode {
		return false
	}
	s.invalidated.Add(1)
	s.last.Store(req.Header.Get("X-Stamp"))
	return s.renew
}

func TestDo(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	req := get(t.Context(), t, server.URL+jobsPath+"?limit=1&name=a%20b")
	reply, err := newTestClient(t).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if reply.Status != http.StatusOK || reply.Attempts != 1 || reply.Source != "the test's stamps" || reply.Header.Get("Content-Type") != "application/json" {
		t.Errorf("status %d, attempts %d, source %q, header %v", reply.Status, reply.Attempts, reply.Source, reply.Header)
	}
	if got, want := string(reply.Body), `{"count":0,"jobs":[]}`; got != want {
		t.Errorf("body %s, want %s", got, want)
	}
	requests := server.Requests()
	if len(requests) != 1 {
		t.Fatalf("%d requests", len(requests))
	}
	if requests[0].RawQuery != "limit=1&name=a%20b" || requests[0].Path != jobsPath {
		t.Errorf("sent %s?%s", requests[0].Path, requests[0].RawQuery)
	}
	if reply.RequestID() != requests[0].ID {
		t.Errorf("request id %q, want %q", reply.RequestID(), requests[0].ID)
	}
	if len(req.Header) != 0 {
		t.Errorf("the caller's request has got a header: %v", req.Header)
	}
}

// TestDoTakesAnySuccess: every status of success is one; IAM creates tokens with 201.
func TestDoTakesAnySuccess(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusOK, http.StatusCreated, http.StatusNoContent} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
			reply, err := newTestClient(t).Do(get(t.Context(), t, server.URL))
			if err != nil || reply.Status != status || len(reply.Body) != 0 {
				t.Errorf("got %+v, %v", reply, err)
			}
		})
	}
}

// TestDoWithDefaults sends with nothing configured: once, unsigned.
func TestDoWithDefaults(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header["X-Auth-Token"]) > 0 || len(r.Header["Authorization"]) > 0 {
			t.Errorf("signed: %v", r.Header)
		}
		w.Header().Set("Connection", "close")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	failed := failureOf(t, New(Config{}), get(t.Context(), t, server.URL))
	if failed.Attempts != 1 || failed.Status != http.StatusServiceUnavailable || failed.Source != "" {
		t.Errorf("%+v", failed)
	}
}

// TestDoSendsTheBodyAgain: each attempt of a request with a body sends it, as sign-ins need.
func TestDoSendsTheBodyAgain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		status int // of the first reply
	}{
		{"after a failure", http.StatusServiceUnavailable},
		{"after renewing the credential", http.StatusUnauthorized},
		{"after a redirect", http.StatusTemporaryRedirect},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int64
			server := serveTLS(t, nil, func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil || string(body) != `{"auth":{}}` || r.ContentLength != int64(len(body)) || r.Method != http.MethodPost {
					t.Errorf("%s of %d bytes: %q, %v", r.Method, r.ContentLength, body, err)
				}
				if requests.Add(1) == 1 {
					w.Header().Set("Location", "/")
					w.WriteHeader(test.status)
				}
			})
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(`{"auth":{}}`))
			if err != nil {
				t.Fatal(err)
			}
			client := newTestClient(t, func(c *Config) { c.Base, c.Authorizer = trust(t, server), &stamps{renew: true} })
			reply, err := client.Do(req)
			if err != nil || reply.Attempts != 2 || requests.Load() != 2 {
				t.Errorf("got %+v, %v after %d requests", reply, err, requests.Load())
			}
		})
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, configured, brought, want string }{
		{"configured", "provider/1.2.3", "", "provider/1.2.3"},
		{"the request's own", "provider/1.2.3", "sdk/4.5", "sdk/4.5"},
		{"none", "", "", "Go-http-client/1.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startServer(t)
			server.Fail(emulator.Fault{Status: http.StatusServiceUnavailable})
			req := get(t.Context(), t, server.URL+jobsPath)
			if test.brought != "" {
				req.Header.Set("User-Agent", test.brought)
			}
			client := newTestClient(t, func(c *Config) { c.UserAgent = test.configured })
			if _, err := client.Do(req); err != nil {
				t.Fatal(err)
			}
			var sent []string
			for _, request := range server.Requests() {
				sent = append(sent, request.Header.Get("User-Agent"))
			}
			if diff := cmp.Diff([]string{test.want, test.want}, sent); diff != "" {
				t.Errorf("User-Agent (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTLSVersions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		version uint16
		taken   bool
	}{
		{"1.0", tls.VersionTLS10, false},
		{"1.1", tls.VersionTLS11, false},
		{"1.2", tls.VersionTLS12, true},
		{"1.3", tls.VersionTLS13, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := serveTLS(t, &tls.Config{MinVersion: test.version, MaxVersion: test.version}, func(_ http.ResponseWriter, r *http.Request) {
				if r.TLS.Version != test.version || !test.taken {
					t.Errorf("a request over %s", tls.VersionName(r.TLS.Version))
				}
			})
			client := newTestClient(t, func(c *Config) { c.Base = trust(t, server) })
			_, err := client.Do(get(t.Context(), t, server.URL))
			if failed, ok := errors.AsType[*Error](err); ok == test.taken || ok && failed.Attempts != 1 {
				t.Errorf("got %#v", err)
			}
		})
	}
}

func TestNewBase(t *testing.T) {
	t.Parallel()
	server := serveTLS(t, nil, func(_ http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 { // the server would take HTTP/2
			t.Errorf("came over %s", r.Proto)
		}
	})
	insecure := NewBase(&tls.Config{InsecureSkipVerify: true})
	t.Cleanup(insecure.CloseIdleConnections)
	if _, err := newTestClient(t, func(c *Config) { c.Base = insecure }).Do(get(t.Context(), t, server.URL)); err != nil {
		t.Error("insecure does not accept a certificate of nobody:", err)
	}
	if _, err := newTestClient(t).Do(get(t.Context(), t, server.URL)); err == nil {
		t.Error("a certificate of nobody is accepted")
	}

	shared := http.DefaultTransport.(*http.Transport)
	if shared.TLSClientConfig != nil && shared.TLSClientConfig.InsecureSkipVerify || shared.MaxIdleConnsPerHost != 0 {
		t.Error("the settings have leaked into http.DefaultTransport")
	}
	for _, config := range []*tls.Config{nil, {}, {MinVersion: tls.VersionTLS10}} { // GODEBUG could lower the default
		base := NewBase(config)
		if base.Proxy == nil {
			t.Error("proxies from the environment are not honoured")
		}
		if base.TLSClientConfig.MinVersion != tls.VersionTLS12 || base.TLSClientConfig == config {
			t.Errorf("the least is %s, or the caller's settings are changed", tls.VersionName(base.TLSClientConfig.MinVersion))
		}
	}
}

// TestConnectionsAreKept: as many requests as may be in flight, round after round, use as many
// connections.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	var opened atomic.Int64
	arrived, answer := make(chan struct{}), make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived <- struct{}{}
		<-answer
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client := newTestClient(t)
	for range 3 {
		done := make(chan error, MaxInFlight)
		for range cap(done) {
			req := get(t.Context(), t, server.URL)
			go func() {
				_, err := client.Do(req)
				done <- err
			}()
		}
		for range cap(done) {
			<-arrived
		}
		for range cap(done) {
			answer <- struct{}{}
		}
		for range cap(done) {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
	if opened.Load() != MaxInFlight {
		t.Errorf("%d connections, want %d", opened.Load(), MaxInFlight)
	}
}

// TestRedirects: credentials go to no other host, and the other server gets no request.
func TestRedirects(t *testing.T) {
	t.Parallel()
	const moved = "/moved?a=1"
	for _, test := range []struct {
		name string
		// location is what the server at here redirects to, there being another server.
		location func(here, there string) string
		secure   bool
		to       string // where a refused redirect leads, in the error
	}{
		{"same host", func(here, _ string) string { return here + moved }, false, ""},
		{"same host, relative", func(_, _ string) string { return moved }, false, ""},
		{"same host, no scheme", func(here, _ string) string { return strings.TrimPrefix(here, "http:") + moved }, false, ""},
		{"same host, secure", func(here, _ string) string { return here + moved }, true, ""},
		{"other host", func(_, there string) string { return there + moved }, false, "{there}"},
		{"other host, no scheme", func(_, there string) string { return strings.TrimPrefix(there, "http:") + moved }, false, "{there}"},
		{"other host with a password", func(_, there string) string { return strings.Replace(there, "://", "://user:password@", 1) }, false, "{there}"},
		{"other host from a secure one", func(_, there string) string { return there + moved }, true, "{there}"},
		{"other port", func(here, _ string) string {
			return here[:strings.LastIndex(here, ":")] + ":1" + moved
		}, false, "http://127.0.0.1:1"},
		{"same host, downgrade", func(here, _ string) string { return strings.Replace(here, "https:", "http:", 1) + moved }, true, "http://{host}"},
		{"same host, upgrade", func(here, _ string) string { return strings.Replace(here, "http:", "https:", 1) + moved }, false, "https://{host}"},
		{"another scheme", func(_, _ string) string { return "ftp://example.com/" }, false, "ftp://example.com"},
	} {
		for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
			t.Run(test.name+" "+strconv.Itoa(status), func(t *testing.T) {
				t.Parallel()
				there := serve(t, func(_ http.ResponseWriter, r *http.Request) {
					t.Errorf("the other host was asked for %s, with %v", r.URL, r.Header)
				})
				var stamped, asked []string
				var here *httptest.Server
				handler := func(w http.ResponseWriter, r *http.Request) {
					stamped = append(stamped, r.Header.Get("X-Stamp"))
					asked = append(asked, r.URL.RequestURI())
					if len(asked) == 1 {
						w.Header().Set("Location", test.location(here.URL, there.URL))
						w.WriteHeader(status)
					}
				}
				var base *http.Transport
				if test.secure {
					here = serveTLS(t, nil, handler)
					base = trust(t, here)
				} else {
					here = serve(t, handler)
					base = NewBase(nil)
					t.Cleanup(base.CloseIdleConnections)
				}
				client := newTestClient(t, func(c *Config) { c.Base = base })
				req := get(t.Context(), t, here.URL+"/jobs?limit=1")

				if test.to == "" {
					reply, err := client.Do(req)
					if err != nil || reply.Status != http.StatusOK {
						t.Fatalf("got %v, %v", reply, err)
					}
					here.Close()
					if diff := cmp.Diff([]string{"1", "2"}, stamped); diff != "" {
						t.Errorf("stamps (-want +got):\n%s", diff)
					}
					if diff := cmp.Diff([]string{"/jobs?limit=1", moved}, asked); diff != "" {
						t.Errorf("requests (-want +got):\n%s", diff)
					}
					return
				}

				failed := failureOf(t, client, req)
				here.Close()
				if len(asked) != 1 || failed.Attempts != 1 || failed.Status != status {
					t.Errorf("%d requests; %+v", len(asked), failed)
				}
				refused, ok := errors.AsType[*redirectError](failed)
				if !ok {
					t.Fatalf("failed with %v, want a *redirectError", failed)
				}
				host := strings.TrimPrefix(strings.TrimPrefix(here.URL, "https://"), "http://")
				want := &redirectError{from: here.URL, to: strings.NewReplacer("{there}", there.URL, "{host}", host).Replace(test.to)}
				if diff := cmp.Diff(want, refused, cmp.AllowUnexported(redirectError{})); diff != "" {
					t.Errorf("refusal (-want +got):\n%s", diff)
				}
				if strings.Contains(failed.Error(), "password") {
					t.Errorf("the error shows a password: %v", failed)
				}
			})
		}
	}
}

func TestRedirectsEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		redirects int // that the server makes
		requests  int
		failed    string
	}{
		{"two", 2, 3, ""},
		{"three", 3, 3, "stopped after 3 redirects; last reply HTTP 302 after 3 attempts"},
		{"ten", 10, 3, "stopped after 3 redirects; last reply HTTP 302 after 3 attempts"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int64
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if n := int(requests.Add(1)); n <= test.redirects {
					w.Header().Set("Location", "/"+strconv.Itoa(n))
					w.WriteHeader(http.StatusFound)
				}
			})
			_, err := newTestClient(t).Do(get(t.Context(), t, server.URL))
			if (err == nil) != (test.failed == "") || err != nil && err.Error() != test.failed {
				t.Errorf("failed with %v, want %q", err, test.failed)
			}
			if int(requests.Load()) != test.requests {
				t.Errorf("%d requests, want %d", requests.Load(), test.requests)
			}
		})
	}
}

// TestRedirectsToNowhere: a redirect that cannot be followed is the reply.
func TestRedirectsToNowhere(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, location, want string }{
		{"no location", "", "HTTP 302"},
		{"unreadable location", "http://[::1/", `failed to parse Location header "http://[::1/": parse "http://[::1/": missing ']' in host; last reply HTTP 302`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if test.location != "" {
					w.Header().Set("Location", test.location)
				}
				w.WriteHeader(http.StatusFound)
			})
			failed := failureOf(t, newTestClient(t), get(t.Context(), t, server.URL))
			if failed.Attempts != 1 || failed.Status != http.StatusFound || failed.Error() != test.want {
				t.Errorf("%d attempts: %v", failed.Attempts, failed)
			}
		})
	}
}

// TestRequestThatCannotLeave: a body that cannot be read fails before the first attempt.
func TestRequestThatCannotLeave(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	req := &http.Request{Method: http.MethodPost, URL: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}, Body: io.NopCloser(brokenReader{broken}), Header: http.Header{}}
	failed := failureOf(t, newTestClient(t), req.WithContext(t.Context()))
	if !errors.Is(failed, broken) || failed.Attempts != 0 || failed.Status != 0 {
		t.Errorf("%+v", failed)
	}
}

type brokenReader struct{ err error }

func (r brokenReader) Read([]byte) (int, error) { return 0, r.err }
