package transport

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestSecretsOfRequest names what of a request is hidden, and what is not.
func TestSecretsOfRequest(t *testing.T) {
	t.Parallel()
	carried := func(change func(*http.Request)) *secrets {
		req := get(t.Context(), t, "https://metastudio.test/v1/jobs?limit=100")
		change(req)
		s := &secrets{}
		s.addRequest(req)
		return s
	}
	header := func(name, value string) *secrets {
		return carried(func(req *http.Request) { req.Header.Set(name, value) })
	}
	address := func(query string) *secrets {
		return carried(func(req *http.Request) { req.URL.RawQuery = query })
	}
	body := func(body string) *secrets {
		s := &secrets{}
		s.addBody([]byte(body))
		return s
	}
	for _, test := range []struct {
		name       string
		of         *secrets
		text, want string
	}{
		{"signature", header("Authorization", "SDK-HMAC-SHA256 Access=KEY12345, SignedHeaders=host;x-sdk-date, Signature=0123456789abcdef"),
			"KEY12345 SignedHeaders host;x-sdk-date 0123456789abcdef", "KEY12345 SignedHeaders host;x-sdk-date [redacted]"},
		{"other authorization", header("Authorization", "Bearer 0123456789"), "Bearer 0123456789", "Bearer [redacted]"},
		{"authorization without a scheme", header("Proxy-Authorization", "0123456789"), "is 0123456789", "is [redacted]"},
		{"security token", header("X-Security-Token", "0123456789"), "a 0123456789 b", "a [redacted] b"},
		{"token", header("X-Auth-Token", "0123456789"), "0123456789", "[redacted]"},
		{"token of a subject", header("X-Subject-Token", "0123456789"), "0123456789", "[redacted]"},
		{"token of the metadata service", header("X-Metadata-Token", "0123456789"), "0123456789", "[redacted]"},
		{"cookie", header("Cookie", "session=0123456789"), "session=0123456789", "[redacted]"},
		{"lifetime of a token", header("X-Metadata-Token-Ttl-Seconds", "21600"), "21600", "21600"},
		{"project", header("X-Project-Id", "0123456789"), "0123456789", "0123456789"},
		{"parameter", address("limit=87654321&x-security-token=0123456789&Signature=abcdefghij"), "87654321 0123456789 abcdefghij", "87654321 [redacted] [redacted]"},
		{"secret", address("client_secret=0123456789"), "0123456789", "[redacted]"},
		{"password of an address", carried(func(req *http.Request) { req.URL.User = url.UserPassword("somebody", "0123456789") }), "somebody 0123456789", "somebody [redacted]"},
		{"user and password of an address", carried(func(req *http.Request) { req.URL.User = url.UserPassword("somebody", "abc1") }),
			"Basic " + base64.StdEncoding.EncodeToString([]byte("somebody:abc1")), "Basic [redacted]"},
		{"password", body(`{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"somebody","domain":{"name":"company-name"},"password":"0123456789"}}},"scope":{"project":{"id":"project-id-of-ours"}}}}`),
			"password somebody company-name project-id-of-ours 0123456789", "password somebody company-name project-id-of-ours [redacted]"},
		{"id token", body(`{"auth":{"id_token":{"id":"0123456789"}}}`), "id_token 0123456789", "id_token [redacted]"},
		{"id token of STS", body(`{"id_token":"0123456789","agency_urn":"iam::agency"}`), "iam::agency 0123456789", "iam::agency [redacted]"},
		{"secrets in a list", body(`{"tokens":["0123456789","abcdefghij"]}`), "0123456789 abcdefghij", "[redacted] [redacted]"},
		{"other body", body("password=0123456789"), "0123456789", "0123456789"},
		{"nothing", &secrets{}, "0123456789", "0123456789"},

		{"short", body(`{"password":"a1b2"}`), "a1b2 and a1b2, not a1b", "[redacted] and [redacted], not a1b"},
		{"too short", body(`{"password":"abc"}`), "abc", "abc"},
		{"a fragment", body(`{"password":"0123456789"}`), "01234567, 23456789 and 0123456 89", "[redacted], [redacted] and 0123456 89"},
		{"in capitals", body(`{"password":"abcdefghij"}`), "ABCDEFGHIJ", "[redacted]"},
		{"with two spaces, in an address", body(`{"password":"ab  cd  ef"}`), "is ab%20%20cd%20%20ef", "is [redacted]"},
		{"with line breaks, in JSON", body(`{"password":"ab\ncd\tefg"}`), `is ab\ncd\tefg`, "is [redacted]"},
		{"with quotes, in JSON and PHP", body(`{"password":"a\"b\\c/d'e"}`), `is a\"b\\c\/d\'e`, "is [redacted]"},
		{"with what is no entity", body(`{"password":"&AB;CDEFGH"}`), "is &%41%42;%43%44%45%46%47%48", "is [redacted]"},
		{"of eight bytes", body(`{"password":"01234567"}`), "01234567 and 0123456", "[redacted] and 0123456"},
		{"beside other scripts", body(`{"password":"密码密码密码"}`), "参密码密码密码数", "参[redacted]数"},
		{"that looks like escapes", body(`{"password":"a1%41<b2&c3"}`), "a a1%41&lt;b2&amp;c3 b", "a [redacted] b"},
		{"beyond the basic characters", body(`{"password":"😀😀😀"}`), `a \ud83d\ude00\ud83d\ude00\ud83d\ude00 b`, "a [redacted] b"},
		{"canonical request", &secrets{}, "verify aksk signature fail, canonicalRequest:GET|/v1/|host:a|x-security-token:b", "verify aksk signature fail"},
		{"canonical request in words", &secrets{}, `no (Canonical Request "GET /v1/")`, "no"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.of.show(test.text); got != test.want {
				t.Errorf("shown as %q, want %q", got, test.want)
			}
		})
	}
}

// TestEachEncoding hides one secret in each encoding by itself.
func TestEachEncoding(t *testing.T) {
	t.Parallel()
	for name, encode := range encodings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &secrets{}
			s.add("aSecret/with+signs==")
			if got := s.show("ж" + encode("aSecret/with+signs==") + "ж"); got != "ж[redacted]ж" {
				t.Errorf("shown as %q", got)
			}
		})
	}
}

// TestDecodeEscape: an escape that is not whole, or not one, is none.
func TestDecodeEscape(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text, data string
		length     int
	}{
		{"%41B", "A", 3}, {"%4", "", 0}, {"%4g", "", 0}, {"%", "", 0},
		{`\x41B`, "A", 4}, {`\x4`, "", 0}, {`\`, "", 0}, {`\q`, "", 0},
		{`\n`, " ", 2}, {`\r`, " ", 2}, {`\t`, " ", 2}, {`\"`, `"`, 2}, {`\'`, "'", 2}, {`\\`, `\`, 2}, {`\/`, "/", 2},
		{`\u0041\u0042`, "A", 6}, {`\u004`, "", 0}, {`\u00zz`, "", 0},
		{`\ud83d\ude00`, "😀", 12}, {`\ud83d\ud83d`, "\ufffd", 6}, {`\ud83dXude00`, "\ufffd", 6}, {`\ud83d\Xde00`, "\ufffd", 6}, {`\ud83d\ude`, "\ufffd", 6},
		{"&lt;B", "<", 4}, {"&#65;B", "A", 5}, {"&#x10FFFF;", "\U0010ffff", 10}, {"&none;", "", 0}, {"&lt", "", 0}, {"&", "", 0},
	} {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			data, length := decodeEscape(slices.Clip([]byte(test.text)))
			if string(data) != test.data || length != test.length {
				t.Errorf("%q of %d bytes, want %q of %d", data, length, test.data, test.length)
			}
		})
	}
}

// TestShowIsBounded: the length of what is shown, and of what is looked at.
func TestShowIsBounded(t *testing.T) {
	t.Parallel()
	s := &secrets{}
	if got, want := s.show(strings.Repeat("a", maxExcerpt+1)), strings.Repeat("a", maxExcerpt)+"…"; got != want {
		t.Errorf("%d bytes are shown", len(got))
	}
	if got := s.show(strings.Repeat(" ", 4*maxExcerpt) + "far away"); got != "" {
		t.Errorf("%q is shown", got)
	}
	s.add("0123456789")
	size := len(s.rest)
	if s.add("0123456789"); len(s.rest) != size { // as with each attempt
		t.Error("a secret is kept twice")
	}
}

// TestShowErrorKeepsWhatIsHarmless: callers compare errors.
func TestShowErrorKeepsWhatIsHarmless(t *testing.T) {
	t.Parallel()
	if got := (&secrets{}).showError(io.EOF); got != io.EOF { //nolint:errorlint // the error itself is meant
		t.Errorf("%#v", got)
	}
}

// encodings are the ways in which a reply may write what it repeats.
var encodings = map[string]func(string) string{
	"plain":    func(s string) string { return s },
	"capitals": strings.ToUpper,
	"query":    url.QueryEscape,
	"path":     url.PathEscape,
	"percent":  func(s string) string { return eachByte(s, "%%%02x") },
	"JSON": func(s string) string {
		quoted, err := json.Marshal(s)
		if err != nil {
			panic(err) // a text can always be written
		}
		return string(quoted[1 : len(quoted)-1])
	},
	"JSON escapes": func(s string) string {
		var b strings.Builder
		for _, unit := range utf16.Encode([]rune(s)) {
			fmt.Fprintf(&b, `\u%04X`, unit)
		}
		return b.String()
	},
	"Go escapes":   func(s string) string { return eachByte(s, `\x%02x`) },
	"HTML":         html.EscapeString,
	"HTML decimal": func(s string) string { return eachRune(s, "&#%d;") },
	"HTML hex":     func(s string) string { return eachRune(s, "&#x%X;") },

	"control characters":   func(s string) string { return strings.Join(strings.Split(s, ""), "\x00") },
	"characters that turn": func(s string) string { return strings.Join(strings.Split(s, ""), "\u202e") },
}

func eachRune(s, format string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, format, r)
	}
	return b.String()
}

// escaping are those of encodings that may stand around each other.
var escaping = []string{"query", "path", "percent", "JSON", "JSON escapes", "Go escapes", "HTML", "HTML decimal", "HTML hex"}

const hexDigits = "0123456789abcdefABCDEF"

func eachByte(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

// TestFragmentsInEveryEncoding hides pieces of keys, tokens and signatures in encodings around each
// other: nothing of such a piece is left, and everything else is.
func TestFragmentsInEveryEncoding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[A-Za-z0-9+/=_.-]{8,60}`).Draw(t, "secret")
		start := rapid.IntRange(0, len(secret)-fragment).Draw(t, "start")
		end := rapid.IntRange(start+fragment, len(secret)).Draw(t, "end")
		names := slices.Concat(
			rapid.SliceOfN(rapid.Just("capitals"), 0, 1).Draw(t, "first"),
			rapid.SliceOfN(rapid.SampledFrom(escaping), 0, 2).Draw(t, "then"),
			rapid.SliceOfN(rapid.SampledFrom([]string{"control characters", "characters that turn"}), 0, 1).Draw(t, "last"),
		)
		piece := secret[start:end]
		for _, name := range names {
			piece = encodings[name](piece)
		}
		s := &secrets{}
		s.add(secret)
		got := s.show("ж" + piece + "ж")
		if len("ж"+piece+"ж") > 4*maxExcerpt { // then the end is not looked at, and an escape may be cut
			got = strings.TrimRight(got, `�\%&#;ux`+hexDigits) + "ж"
		}
		if got != "ж[redacted]ж" {
			t.Fatalf("%q as %v is shown as %q", secret[start:end], names, got)
		}
	})
}

// TestPasswordsInEveryEncoding hides whole passwords, which may look like escapes themselves.
func TestPasswordsInEveryEncoding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		password := rapid.StringMatching(`[ -~ä密]{8,32}`).Draw(t, "password")
		name := rapid.SampledFrom(slices.Concat([]string{"plain"}, escaping)).Draw(t, "encoding")
		s := &secrets{}
		s.add(password)
		got := s.show("ж" + encodings[name](password) + "ж")
		for start := range len(password) - fragment + 1 {
			if piece := password[start : start+fragment]; strings.Contains(got, encodings[name](piece)) {
				t.Fatalf("%q as %s is shown as %q", password, name, got)
			}
		}
	})
}

// TestSecretsInBase64 hides secrets behind other bytes, which shift how base64 writes them.
func TestSecretsInBase64(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[!-~]{16,60}`).Draw(t, "secret")
		before := rapid.StringMatching(`[!-~]{0,5}`).Draw(t, "before")
		encoding := rapid.SampledFrom([]*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding}).Draw(t, "encoding")
		s := &secrets{}
		s.add(secret)
		got := s.show(encoding.EncodeToString([]byte(before + secret)))
		first, last, hidden := strings.Cut(got, redacted)
		bytesOf := func(characters string) int { return len(strings.TrimRight(characters, "=")) * 6 / 8 }
		if !hidden || bytesOf(first)-len(before) >= fragment || bytesOf(last) >= fragment {
			t.Fatalf("%q behind %q is shown as %q", secret, before, got)
		}
	})
}

// TestOrdinaryTextsStay: a secret hides nothing but itself.
func TestOrdinaryTextsStay(t *testing.T) {
	t.Parallel()
	s := &secrets{}
	s.add("MIIGaQYJKoZIhvcNAQcCoIIGWjCCBlYCAQExDTALBglghkgBZQMEAgEwggR7BgkqhkiG9w0BBwGgggRs")
	for _, text := range []string{
		"The throttling threshold has been reached: policy user over ratelimit,limit:20,time:1 second",
		`<html><body class="a">100% &amp; \u0041 \\ C:\new</body></html>`, "参数错误 %", `\u`, "&", `\u12`, "%4",
	} {
		if got := s.show(text); got != text {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
}

// TestEchoes has the emulator repeat a request in every way, to a client whose headers, address and
// body hold secrets.
func TestEchoes(t *testing.T) {
	t.Parallel()
	const (
		token    = "MIIGaQYJKoZIhvcNAQcCoIIGWjCCBlYCAQEx+/0123456789"
		password = `p"ä<ss>w&rd\/+100%` + "\u0105"
		query    = "AKIDqueryvalue0123"
	)
	for _, echo := range []emulator.Echo{
		emulator.EchoCanonical, emulator.EchoMessage, emulator.EchoObject, emulator.EchoHTML, emulator.EchoLocation, emulator.EchoHeaders,
	} {
		for _, status := range []int{0, http.StatusUnauthorized, http.StatusNotFound, http.StatusNotImplemented} {
			t.Run(fmt.Sprintf("echo %d, status %d", echo, status), func(t *testing.T) {
				t.Parallel()
				server := startServer(t)
				server.Fail(emulator.Fault{Echo: echo, Status: status, Times: -1})
				body, err := json.Marshal(map[string]any{"auth": map[string]string{"password": password}})
				if err != nil {
					t.Fatal(err)
				}
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
					server.URL+"/v3/auth/tokens?x-security-token="+query, strings.NewReader(string(body)))
				if err != nil {
					t.Fatal(err)
				}
				var log strings.Builder
				client := newTestClient(t, func(c *Config) {
					c.Authorizer = headers{"X-Auth-Token": token, "Authorization": "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=" + token}
					c.MaxRetries = 0
					c.Observe = func(_ context.Context, a Attempt) { fmt.Fprintf(&log, "%+v\n", a) }
				})
				_, err = client.Do(req)
				if status != 0 && err == nil {
					t.Fatal("did not fail")
				}
				texts := map[string]string{"log": log.String()}
				if failed, ok := errors.AsType[*Error](err); ok {
					texts["error"] = fmt.Sprint(err, *failed)
				}
				for where, text := range texts {
					for _, hidden := range []string{token, password, query} {
						for start := range len(hidden) - fragment + 1 {
							if piece := hidden[start : start+fragment]; strings.Contains(text, piece) {
								t.Fatalf("%q is in the %s: %s", piece, where, text)
							}
						}
					}
				}
			})
		}
	}
}

// headers is an Authorizer that sets headers.
type headers map[string]string

func (h headers) Credential(context.Context) (Credential, error) { return h, nil }

func (h headers) Authorize(req *http.Request) error {
	for name, value := range h {
		req.Header.Set(name, value)
	}
	return nil
}

func (headers) Source() string { return "a test" }

func (headers) Key() string { return "" }

func (headers) Invalidate(*http.Request, int, string) bool { return false }

// TestUnusableHidesSecrets: the reason for which a reply cannot be used may quote it.
func TestUnusableHidesSecrets(t *testing.T) {
	t.Parallel()
	const token = "0123456789abcdef"
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", r.Header.Get("X-Auth-Token"))
		_, _ = io.WriteString(w, "<html>"+r.Header.Get("X-Auth-Token"))
	})
	reply, err := newTestClient(t, func(c *Config) { c.Authorizer = headers{"X-Auth-Token": token} }).Do(get(t.Context(), t, server.URL))
	if err != nil {
		t.Fatal(err)
	}
	cause := errors.New("it begins " + string(reply.Body))
	failed := reply.Unusable(cause)
	if want := "it begins <html>[redacted]; last reply HTTP 200 (request [redacted])"; failed.Error() != want || !errors.Is(failed, cause) {
		t.Errorf("%q, want %q", failed.Error(), want)
	}
}

// TestErrorHidesSecretsInEachField: a reply may repeat a secret wherever it has a text.
func TestErrorHidesSecretsInEachField(t *testing.T) {
	t.Parallel()
	const token, cookie = "0123456789abcdef", "fedcba9876543210"
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		sent := r.Header.Get("X-Auth-Token")
		w.Header().Set("Set-Cookie", cookie)
		w.Header().Set("X-Request-Id", "id "+sent)
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"error_code":"code %s","error_msg":"text %s, cookie %s"}`, sent, sent, cookie)
	})
	var logged Attempt
	client := newTestClient(t, func(c *Config) {
		c.Authorizer = headers{"X-Auth-Token": token}
		c.Observe = func(_ context.Context, a Attempt) { logged = a }
	})
	failed := failureOf(t, client, get(t.Context(), t, server.URL))
	if logged.RequestID != "id [redacted]" {
		t.Errorf("reported %+v", logged)
	}
	if failed.Code != "code [redacted]" || failed.Message != "text [redacted], cookie [redacted]" || failed.RequestID != "id [redacted]" {
		t.Errorf("%+v", failed)
	}
}

// TestAttemptHidesSecretsInARedirect: the path and the query of a redirect are the server's.
func TestAttemptHidesSecretsInARedirect(t *testing.T) {
	t.Parallel()
	const token = "0123456789abcdef"
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			sent := r.Header.Get("X-Auth-Token")
			w.Header().Set("Location", "/"+sent+"?a="+sent)
			w.WriteHeader(http.StatusFound)
		}
	})
	var paths []string
	client := newTestClient(t, func(c *Config) {
		c.Authorizer = headers{"X-Auth-Token": token}
		c.Observe = func(_ context.Context, a Attempt) { paths = append(paths, a.Path+"?"+a.Query) }
	})
	if _, err := client.Do(get(t.Context(), t, server.URL+"/")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/?", "/[redacted]?a=[redacted]"}, paths); diff != "" {
		t.Errorf("reported (-want +got):\n%s", diff)
	}
}

// TestErrorHidesSecretsInItsCause: a redirect that cannot be read, and the last attempt of a call
// that was interrupted.
func TestErrorHidesSecretsInItsCause(t *testing.T) {
	t.Parallel()
	const token = "0123456789abcdef"
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "http://[::1/"+r.Header.Get("X-Auth-Token"))
		w.WriteHeader(http.StatusFound)
	})
	client := newTestClient(t, func(c *Config) { c.Authorizer = headers{"X-Auth-Token": token} })
	failed := failureOf(t, client, get(t.Context(), t, server.URL))
	if text := failed.Error(); strings.Contains(text, token) || !strings.Contains(text, redacted) {
		t.Errorf("redirect: %s", text)
	}

	ctx, cancel := context.WithCancel(t.Context())
	client = newTestClient(t, func(c *Config) {
		c.Authorizer = headers{"X-Auth-Token": token}
		c.Base = transportFunc(func(*http.Request) (*http.Response, error) {
			cancel()
			return nil, fmt.Errorf("%s: %w", token, io.ErrUnexpectedEOF)
		})
		c.Observe = func(_ context.Context, a Attempt) {
			if got, want := a.Err.Error(), "[redacted]: unexpected EOF"; got != want {
				t.Errorf("reported %q, want %q", got, want)
			}
		}
	})
	failed = failureOf(t, client, get(ctx, t, "http://metastudio.test/"))
	if got, want := failed.Error(), "context canceled; the last attempt: [redacted]: unexpected EOF"; got != want {
		t.Errorf("last attempt: %q, want %q", got, want)
	}
}

// TestProxyPassword: a proxy that refuses a request may repeat how the client signed in to it.
func TestProxyPassword(t *testing.T) {
	t.Parallel()
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer connection.Close()
		fmt.Fprintf(connection, "HTTP/1.1 407 no %s \x1b[31m\u202e\r\nContent-Length: 0\r\n\r\n", r.Header.Get("Proxy-Authorization"))
	})
	var logged error
	client := newTestClient(t, func(c *Config) {
		base := NewBase(nil)
		t.Cleanup(base.CloseIdleConnections)
		base.Proxy = func(*http.Request) (*url.URL, error) {
			address, err := url.Parse(proxy.URL)
			address.User = url.UserPassword("somebody", "hunter2hunter2")
			return address, err
		}
		c.Base, c.MaxRetries = base, 0
		c.Observe = func(_ context.Context, a Attempt) { logged = a.Err }
	})
	failed := failureOf(t, client, get(t.Context(), t, "https://metastudio.test/"))
	// What the proxy itself says is left out.
	want := "the proxy " + proxy.URL + " refused to connect to metastudio.test:443: HTTP 407 (Proxy Authentication Required)"
	for where, err := range map[string]error{"error": failed.Err, "log": logged} {
		if err == nil || err.Error() != want {
			t.Errorf("the %s has %q, want %q", where, err, want)
		}
	}
}

// TestProxyPasswordInAMalformedReply: what is malformed is quoted, but not the password in it.
func TestProxyPasswordInAMalformedReply(t *testing.T) {
	t.Parallel()
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer connection.Close()
		fmt.Fprintf(connection, "NO:%s\r\n\r\n", strings.TrimPrefix(r.Header.Get("Proxy-Authorization"), "Basic "))
	})
	client := newTestClient(t, func(c *Config) {
		base := NewBase(nil)
		t.Cleanup(base.CloseIdleConnections)
		base.Proxy = func(*http.Request) (*url.URL, error) {
			address, err := url.Parse(proxy.URL)
			address.User = url.UserPassword("somebody", "hunter2hunter2")
			return address, err
		}
		c.Base = base
	})
	failed := failureOf(t, client, get(t.Context(), t, "https://metastudio.test/"))
	want := "no connection to metastudio.test through the proxy " + proxy.URL + `: malformed HTTP response "NO:[redacted]"`
	if got := failed.Err.Error(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
