package emulator

import (
	"cmp"
	"net/http"
	"strings"
)

// answers reports whether the fault takes the place of the real reply.
func (f *Fault) answers() bool {
	return f.Status != 0 || f.Code != "" || f.Body != "" || f.Flood != nil || f.Redirect != "" || f.Reset || f.Echo&^EchoHeaders != 0
}

// reply returns the reply of the fault.
func (f *Fault) reply(x *exchange) *reply {
	answer := f.plainReply(x)
	if f.Redirect != "" {
		answer.header.Set("Location", f.Redirect)
	}
	answer.why = "a fault that the test asked for"
	return answer
}

func (f *Fault) plainReply(x *exchange) *reply {
	switch {
	case f.Flood != nil:
		answer := rawJSON(cmp.Or(f.Status, http.StatusOK), nil)
		answer.flood = f.Flood
		return answer
	case f.Body != "":
		return rawJSON(cmp.Or(f.Status, http.StatusOK), []byte(f.Body))
	case f.Echo&^EchoHeaders != 0:
		answer := f.echoed(x)
		answer.status = cmp.Or(f.Status, answer.status)
		return answer
	case f.Redirect != "":
		return textReply(cmp.Or(f.Status, http.StatusFound), "")
	case f.Code != "":
		known := findError(f.Code, f.Status)
		return x.errorOf(cmp.Or(f.Status, known.status, http.StatusInternalServerError), f.Code, cmp.Or(f.Message, known.message))
	case informational(f.Status):
		return &reply{status: f.Status, header: http.Header{}}
	default:
		usual := usualError(f.Status)
		return x.errorOf(f.Status, usual.code, cmp.Or(f.Message, usual.message))
	}
}

// errorOf returns an error in the shape of the service that the code belongs to.
func (x *exchange) errorOf(status int, code, message string) *reply {
	switch {
	case strings.HasPrefix(code, apigwPrefix) || strings.HasPrefix(code, apigPrefix):
		return x.gateway(status, code, message)
	case strings.HasPrefix(x.r.URL.Path, "/v3/"):
		return x.keystone(status, message)
	default:
		return x.service(status, code, message)
	}
}

// spoil changes a reply, real or of the fault, before it is encoded.
func (f *Fault) spoil(answer *reply, x *exchange) {
	answer.status = cmp.Or(f.AsStatus, answer.status)
	f.echoInto(answer.header, x)
	if f.Edit != nil {
		answer.body = f.Edit(answer.body)
	}
	if f.Truncate > 0 && f.Truncate < len(answer.body) {
		answer.body = answer.body[:f.Truncate]
	}
}
