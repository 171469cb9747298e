package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// reply is an answer that is complete but not yet sent, so that a fault can still change it.
type reply struct {
	status int
	header http.Header
	body   []byte
	// flood, if set, is sent in place of body.
	flood *Flood
	// why says in words what was wrong with a refused request. It is recorded, and never sent.
	why string
}

// because sets why.
func (a *reply) because(format string, args ...any) *reply {
	a.why = fmt.Sprintf(format, args...)
	return a
}

func (a *reply) with(name, value string) *reply {
	a.header.Set(name, value)
	return a
}

// rawJSON returns a reply of encoded JSON.
func rawJSON(status int, body []byte) *reply {
	return &reply{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

// jsonReply returns a reply of v as JSON.
func jsonReply(status int, v any) *reply { return rawJSON(status, encodeJSON(v)) }

// textReply returns a reply of plain text.
func textReply(status int, text string) *reply {
	return &reply{status: status, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, body: []byte(text)}
}

// encodeJSON returns v as JSON. It does not escape &, because the service does not escape it in
// URLs.
func encodeJSON(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		// Only values of this package are encoded, and raw JSON that a test put into a Job.
		panic(fmt.Sprintf("the emulator cannot encode %T: %v", v, err))
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// gateway returns an error of the API gateway.
func (x *exchange) gateway(status int, code, message string) *reply {
	return jsonReply(status, struct {
		Code      string `json:"error_code"`
		Message   string `json:"error_msg"`
		RequestID string `json:"request_id"`
	}{code, message, x.requestID}).because("%s", message)
}

// unauthorized returns the gateway's error for a caller that it does not authenticate; detail is
// the text after the colon.
func (x *exchange) unauthorized(detail string) *reply {
	return x.gateway(http.StatusUnauthorized, "APIGW.0301", textNotAuthenticated+detail)
}

// service returns an error of MetaStudio, IAM v3.0 or STS v5, which have the same shape and differ
// in their codes.
func (x *exchange) service(status int, code, message string) *reply {
	return jsonReply(status, struct {
		Code    string `json:"error_code"`
		Message string `json:"error_msg"`
	}{code, message}).because("%s", message)
}

// invalidParameter returns MetaStudio's error for a query parameter or header.
func (x *exchange) invalidParameter(name, why string) *reply {
	return x.service(http.StatusBadRequest, "MSS.00000003", "Invalid parameter").because("%s: %s", name, why)
}

// keystone returns an error of IAM v3, whose code is a number.
func (x *exchange) keystone(status int, message string) *reply {
	type body struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Title   string `json:"title"`
	}
	return jsonReply(status, map[string]body{"error": {status, message, http.StatusText(status)}}).because("%s", message)
}
