package emulator

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestEchoRepeatsTheRequest(t *testing.T) {
	t.Parallel()
	header := func(r *http.Response, name string) string { return r.Header.Get(name) }
	tests := []struct {
		name   string
		echo   Echo
		status int
		// find returns where the security token must be.
		find func(r *http.Response, body string) string
	}{
		{"canonical request", EchoCanonical, 401, func(_ *http.Response, body string) string { return body }},
		{"error text", EchoMessage, 502, func(_ *http.Response, body string) string {
			return decodeAs[map[string]string](t, body)["error_msg"]
		}},
		{"object", EchoObject, 502, func(_ *http.Response, body string) string {
			return decodeAs[struct {
				Headers http.Header `json:"headers"`
			}](t, body).Headers.Get(headerSecurityToken)
		}},
		{"page", EchoHTML, 502, func(r *http.Response, body string) string {
			if !strings.HasPrefix(header(r, "Content-Type"), "text/html") {
				t.Error("a page of", header(r, "Content-Type"))
			}
			return strings.ReplaceAll(body, "&#43;", "+")
		}},
		{"redirect", EchoLocation, 302, func(r *http.Response, _ string) string {
			location, _ := url.QueryUnescape(header(r, "Location"))
			return location
		}},
		{"headers", EchoHeaders, 200, func(r *http.Response, _ string) string { return header(r, "X-Echo-X-Security-Token") }},
		{"headers of an error", EchoHeaders | EchoMessage, 502, func(r *http.Response, _ string) string {
			return header(r, "X-Echo-X-Security-Token")
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			s.Fail(Fault{Echo: test.echo})
			issued := s.identity.issueKey(defaultUser, time.Hour, testTime)
			keys := pairOfKeys{issued.access, issued.secret, issued.securityToken}
			r := newRequest(t, s, http.MethodGet, listingPath+"?name=a%20b", "", headerProjectID+": "+ProjectID)
			response, body := send(t, keys.sign(t, r, ""))
			if found := test.find(response, body); response.StatusCode != test.status || !strings.Contains(found, issued.securityToken) {
				t.Errorf("%s: no security token in %s", response.Status, found)
			}
		})
	}
}

func TestEchoRepeatsTheBody(t *testing.T) {
	t.Parallel()
	for _, echo := range []Echo{EchoMessage, EchoObject, EchoHTML, EchoLocation, EchoHeaders} {
		s := startServer(t)
		s.Fail(Fault{Call: CallTokens, Echo: echo})
		const word = "secret-word"
		response, body := send(t, newRequest(t, s, http.MethodPost, "/v3/auth/tokens?q=query-word", `{"a":"`+word+`"}`))
		var all strings.Builder
		all.WriteString(body)
		if err := response.Header.Write(&all); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(all.String(), word) || !strings.Contains(all.String(), "query-word") {
			t.Errorf("%d: no body or query in %s", echo, all.String())
		}
	}
}

func TestEchoWithAStatusOfItsOwn(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Fail(Fault{Echo: EchoHTML, Status: 407})
	if response, body := getSigned(t, s, listingPath); response.StatusCode != http.StatusProxyAuthRequired || !strings.Contains(body, "<pre>") {
		t.Error(response.Status, body)
	}
	s.Fail(Fault{Echo: EchoCanonical})
	response, body := send(t, newRequest(t, s, http.MethodGet, listingPath, ""))
	checkRefusal(t, s, response, body, 401, "APIGW.0301", "canonicalRequest:")
}
