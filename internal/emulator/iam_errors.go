package emulator

import (
	"net/http"
	"strings"
)

// The errors below have the shape of the version of IAM that is called.

// unauthenticated returns the error for a token or a credential that is not valid.
func (x *exchange) unauthenticated() *reply {
	const message = "The request you have made requires authentication."
	if x.isIAMv3() {
		return x.keystone(http.StatusUnauthorized, message)
	}
	return x.service(http.StatusUnauthorized, "IAM.0001", message)
}

// forbidden returns the error for a caller without the right to do this.
func (x *exchange) forbidden(why string, args ...any) *reply {
	const message = "You are not authorized to perform the requested action."
	if x.isIAMv3() {
		return x.keystone(http.StatusForbidden, message).because(why, args...)
	}
	return x.service(http.StatusForbidden, "IAM.0002", message).because(why, args...)
}

// invalidBody returns the error for a body with a missing or invalid value.
func (x *exchange) invalidBody(why string, args ...any) *reply {
	const message = "Request body is invalid."
	if x.isIAMv3() {
		return x.keystone(http.StatusBadRequest, message).because(why, args...)
	}
	return x.service(http.StatusBadRequest, "IAM.0011", message).because(why, args...)
}

// notFound returns the error for something that does not exist.
func (x *exchange) notFound(what, name string) *reply {
	message := "Could not find " + what + ": " + name + "."
	if x.isIAMv3() {
		return x.keystone(http.StatusNotFound, message)
	}
	return x.service(http.StatusNotFound, "IAM.0004", message)
}

func (x *exchange) isIAMv3() bool { return strings.HasPrefix(x.r.URL.Path, "/v3/") }
