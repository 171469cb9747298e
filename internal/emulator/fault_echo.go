package emulator

import (
	"bytes"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// Echo says where a reply repeats the request: its line, its headers and its body. Values may be
// combined; of those that make a body, the first in the order below is used.
type Echo uint

const (
	// EchoCanonical refuses the signature as the gateway does, with the canonical request in the
	// text: status 401.
	EchoCanonical Echo = 1 << iota
	// EchoMessage puts the request into the text of an error of the gateway.
	EchoMessage
	// EchoObject puts the request into a JSON object, as services for debugging do.
	EchoObject
	// EchoHTML puts the request into an HTML page, as proxies do.
	EchoHTML
	// EchoLocation puts the request into the query of a redirect: status 302.
	EchoLocation
	// EchoHeaders puts the request into headers of the reply, which is the real one unless the
	// fault has another.
	EchoHeaders
)

// echoed returns the body of an echo with its default status.
func (f *Fault) echoed(x *exchange) *reply {
	switch {
	case f.Echo&EchoCanonical != 0:
		return x.unauthorized(textBadSignature + ", canonicalRequest:" + x.canonical())
	case f.Echo&EchoMessage != 0:
		return x.gateway(http.StatusBadGateway, "APIGW.0201", "Backend unavailable: "+x.dump())
	case f.Echo&EchoObject != 0:
		return jsonReply(http.StatusBadGateway, map[string]any{
			"method": x.r.Method, "url": x.r.URL.RequestURI(), "headers": x.r.Header, "data": string(x.body),
		})
	case f.Echo&EchoHTML != 0:
		page := "<html><body><h1>502 Bad Gateway</h1><pre>" + html.EscapeString(x.dump()) + "</pre></body></html>"
		return &reply{status: http.StatusBadGateway, header: http.Header{"Content-Type": {"text/html"}}, body: []byte(page)}
	default:
		return textReply(http.StatusFound, "")
	}
}

// echoInto puts the request into headers of a reply.
func (f *Fault) echoInto(header http.Header, x *exchange) {
	if f.Echo&EchoLocation != 0 {
		query := url.Values{"request": {x.r.URL.RequestURI()}, "body": {string(x.body)}}
		maps.Copy(query, url.Values(x.r.Header))
		header.Set("Location", "https://elsewhere.example/login?"+query.Encode())
	}
	if f.Echo&EchoHeaders != 0 {
		header.Set("X-Echo-Uri", x.r.URL.RequestURI())
		header.Set("X-Echo-Body", string(x.body))
		for name, values := range x.r.Header {
			header["X-Echo-"+name] = values
		}
	}
}

// dump returns the whole request as it was received, except for the order of its headers.
func (x *exchange) dump() string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s %s\r\nHost: %s\r\n", x.r.Method, x.r.URL.RequestURI(), x.r.Proto, x.r.Host)
	// Writing to a buffer cannot fail.
	_ = x.r.Header.Write(&b)
	b.WriteString("\r\n")
	b.Write(x.body)
	return b.String()
}

// canonical returns the canonical request on one line, as the gateway repeats it; "" without a
// signature that can be read.
func (x *exchange) canonical() string {
	a, err := parseAuthorization(x.r.Header.Get("Authorization"))
	if err != nil {
		return ""
	}
	canonical, err := canonicalRequest(x.r, x.body, a.signedHeaders)
	if err != nil {
		return ""
	}
	return oneLine(canonical)
}

// oneLine joins the lines of a canonical request as the gateway does.
func oneLine(canonical string) string { return strings.ReplaceAll(canonical, "\n", "|") }
