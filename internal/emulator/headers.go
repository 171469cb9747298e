package emulator

import "net/http"

// Names of headers that several files read.
const (
	headerAuthToken     = "X-Auth-Token"
	headerSubjectToken  = "X-Subject-Token"
	headerSecurityToken = "X-Security-Token"
	headerProjectID     = "X-Project-Id"
	headerDomainID      = "X-Domain-Id"
	headerAppUserID     = "X-App-UserId"
	headerSdkDate       = "X-Sdk-Date"
	headerRequestID     = "X-Request-Id"
)

// headerValue returns the only value of a header, and "" when the header is absent or there more
// than once.
func headerValue(h http.Header, name string) string {
	if values := h.Values(name); len(values) == 1 {
		return values[0]
	}
	return ""
}
