package emulator

import (
	"net/http"
	"strings"
)

// unauthenticated and forbidden answer in the shape of the IAM version that is asked.
func (x *exchange) unauthenticated() *reply {
	const message = "The request you have made requires authentication."
	if x.isIAMv3() {
		return x.keystone(http.StatusUnauthorized, message)
	}
	return x.service(http.StatusUnauthorized, "IAM.0001", message)
}

func (x *exchange) forbidden(why string, args ...any) *reply {
	const message = "You are not authorized to perform the requested action."
	if x.isIAMv3() {
		return x.keystone(http.StatusForbidden, message).because(why, args...)
	}
	return x.service(http.StatusForbidden, "IAM.0002", message).because(why, args...)
}

// invalidBody answers a body with a missing or invalid value.
func (x *exchange) invalidBody(why string, args ...any) *reply {
	const message = "Request body is invalid."
	if x.isIAMv3() {
		return x.keystone(http.StatusBadRequest, message).because(why, args...)
	}
	return x.service(http.StatusBadRequest, "IAM.0011", message).because(why, args...)
}

// notFound answers a name that stands for nothing.
func (x *exchange) notFound(what, name string) *reply {
	message := "Could not find " + what + ": " + name + "."
	if x.isIAMv3() {
		return x.keystone(http.StatusNotFound, message)
	}
	return x.service(http.StatusNotFound, "IAM.0004", message)
}

func (x *exchange) isIAMv3() bool { return strings.HasPrefix(x.r.URL.Path, "/v3/") }
