package transport

// This file holds what the services and gateways of Huawei Cloud have in common: the shapes of an
// error body, the prefixes of the gateway's codes, the text with which the gateway throttles, and
// the headers that identify a request. The codes, quotas and texts of a single service do not
// belong here.

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// GatewayCode returns the number of an error code of the API gateway, such as "0301" of
// "APIGW.0301". The gateway's two generations use the prefixes APIGW and APIG for the same numbers.
// ok is false for the code of a service.
func GatewayCode(code string) (number string, ok bool) {
	prefix, number, ok := strings.Cut(code, ".")
	if !ok || prefix != "APIGW" && prefix != "APIG" {
		return "", false
	}
	return number, true
}

// requestID returns the service's identifier of a request. IAM has a header of its own for it.
func requestID(header http.Header) string {
	return firstOf(looseString(header.Get("X-Request-Id")), looseString(header.Get("X-IAM-Trace-Id")))
}

// errorBody is the content of the body of an error; each field may be "".
type errorBody struct {
	code, message, requestID string
}

// parseErrorBody reads the body of an error in any of the shapes that the services and gateways
// use:
//
//	{"error_code": …, "error_msg": …, "request_id": …}    most services, APIG, IAM v3.0, STS v5
//	{"error": {"code": …, "message": …, "title": …}}      IAM v3; code is a number or a string
//	{"code": …, "message": …}, {"errorCode": …, "errorMsg": …}
//
// For a body that is not JSON, such as a proxy's HTML, the message is an excerpt of it. JSON of
// another shape has no message: it may be data, such as a page of a list, or a credential.
func parseErrorBody(body []byte) errorBody {
	var outer struct {
		ErrorCode looseString     `json:"error_code"`
		ErrorMsg  looseString     `json:"error_msg"`
		RequestID looseString     `json:"request_id"`
		Error     json.RawMessage `json:"error"`
		Code      looseString     `json:"code"`
		Message   looseString     `json:"message"`
		CamelCode looseString     `json:"errorCode"`
		CamelMsg  looseString     `json:"errorMsg"`
	}
	var inner struct {
		Code    looseString `json:"code"`
		Message looseString `json:"message"`
		Title   looseString `json:"title"`
	}
	if err := json.Unmarshal(body, &outer); err == nil {
		_ = json.Unmarshal(outer.Error, &inner) // absent, or of another shape
		parsed := errorBody{
			code:      firstOf(outer.ErrorCode, outer.CamelCode, inner.Code, outer.Code),
			message:   firstOf(outer.ErrorMsg, outer.CamelMsg, inner.Message, inner.Title, outer.Message),
			requestID: firstOf(outer.RequestID),
		}
		if parsed.code != "" || parsed.message != "" {
			return parsed
		}
	}
	if isJSON(body) {
		return errorBody{}
	}
	return errorBody{message: Excerpt(body)}
}

// isJSON reports whether a body is, or begins like, a JSON object or array.
func isJSON(body []byte) bool {
	const byteOrderMark = "\ufeff"
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte(byteOrderMark)))
	return len(body) > 0 && (body[0] == '{' || body[0] == '[')
}

// firstOf returns an excerpt of the first value that is not blank, or "".
func firstOf(values ...looseString) string {
	for _, v := range values {
		if excerpt := Excerpt([]byte(v)); excerpt != "" {
			return excerpt
		}
	}
	return ""
}

// looseString decodes a JSON string, or a number as its text. Any other value counts as absent, so
// that one field of an unexpected type does not hide the others.
type looseString string

// UnmarshalJSON implements json.Unmarshaler.
func (s *looseString) UnmarshalJSON(data []byte) error {
	var decoded string
	if json.Unmarshal(data, &decoded) == nil {
		*s = looseString(decoded)
		return nil
	}
	if bytes.IndexByte([]byte("-0123456789"), data[0]) >= 0 {
		*s = looseString(data)
	}
	return nil
}

var throttleText = regexp.MustCompile(`limit:\s*(\d{1,9})\s*,\s*time:\s*(\d{1,6})\s*(second|minute|hour|day)`)

// parseThrottle reads the quota from the text of a throttled request, such as "policy user over
// ratelimit,limit:200,time:5 minute": 200 requests in five minutes. ok is false when the text names
// no quota.
func parseThrottle(message string) (requests int, window time.Duration, ok bool) {
	match := throttleText.FindStringSubmatch(message)
	if match == nil {
		return 0, 0, false
	}
	requests, _ = strconv.Atoi(match[1]) // the expression admits nothing that overflows
	units, _ := strconv.Atoi(match[2])
	unit := map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[match[3]]
	if requests == 0 || units == 0 || time.Duration(units) > longestHint/unit {
		return 0, 0, false
	}
	return requests, time.Duration(units) * unit, true
}
