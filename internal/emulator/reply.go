package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// reply is an answer that is ready but not yet written, so that a fault can still spoil it.
type reply struct {
	status int
	header http.Header
	body   []byte
	// flood, if set, is sent in place of body.
	flood *Flood
	// why describes in plain words what was wrong with a refused request; it is recorded, never
	// sent.
	why string
}

// because notes why a request is refused.
func (a *reply) because(format string, args ...any) *reply {
	a.why = fmt.Sprintf(format, args...)
	return a
}

func (a *reply) with(name, value string) *reply {
	a.header.Set(name, value)
	return a
}

// rawJSON is a reply of JSON that is encoded already.
func rawJSON(status int, body []byte) *reply {
	return &reply{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

// jsonReply is a reply of v as JSON.
func jsonReply(status int, v any) *reply { return rawJSON(status, encodeJSON(v)) }

// textReply is a reply of plain text.
func textReply(status int, text string) *reply {
	return &reply{status: status, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, body: []byte(text)}
}

// encodeJSON returns v as JSON without turning & into \u0026: the service writes URLs as they are.
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

// The error bodies, by who answers.

// gateway is a refusal by the API gateway.
func (x *exchange) gateway(status int, code, message string) *reply {
	return jsonReply(status, struct {
		Code      string `json:"error_code"`
		Message   string `json:"error_msg"`
		RequestID string `json:"request_id"`
	}{code, message, x.requestID}).because("%s", message)
}

// unauthorized is the gateway's refusal of a caller; detail is the text after the colon.
func (x *exchange) unauthorized(detail string) *reply {
	return x.gateway(http.StatusUnauthorized, "APIGW.0301", textNotAuthenticated+detail)
}

// service is a refusal by MetaStudio, IAM v3.0 or STS v5, which share a shape and differ in their
// codes.
func (x *exchange) service(status int, code, message string) *reply {
	return jsonReply(status, struct {
		Code    string `json:"error_code"`
		Message string `json:"error_msg"`
	}{code, message}).because("%s", message)
}

// invalidParameter is MetaStudio's refusal of a query parameter or header.
func (x *exchange) invalidParameter(name, why string) *reply {
	return x.service(http.StatusBadRequest, "MSS.00000003", "Invalid parameter").because("%s: %s", name, why)
}

// keystone is a refusal by IAM v3, whose code is a number.
func (x *exchange) keystone(status int, message string) *reply {
	type body struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Title   string `json:"title"`
	}
	return jsonReply(status, map[string]body{"error": {status, message, http.StatusText(status)}}).because("%s", message)
}
