package emulator

import (
	"net/http"
	"slices"
	"strings"
)

// knownError is an error code of the gateway or of MetaStudio, with the status and the text that
// come with it. A code with several statuses has an entry for each of them.
type knownError struct {
	code    string
	status  int
	message string
}

// knownErrors returns the codes of the documentation. Those of the gateway begin with "APIGW.";
// each of them exists with "APIG." too, in a few cases with another status.
func knownErrors() []knownError {
	known := slices.Concat(gatewayErrors, metastudioErrors)
	for _, e := range gatewayErrors {
		e.code = apigPrefix + strings.TrimPrefix(e.code, apigwPrefix)
		if status, differs := apigStatuses[e.code]; differs {
			e.status = status
		}
		known = append(known, e)
	}
	return known
}

// The two prefixes of the gateway's codes.
const (
	apigwPrefix = "APIGW."
	apigPrefix  = "APIG."
)

var gatewayErrors = []knownError{
	{"APIGW.0101", http.StatusNotFound, "The API does not exist or has not been published in the environment"},
	{"APIGW.0103", http.StatusNotFound, "The backend does not exist"},
	{"APIGW.0103", http.StatusInternalServerError, "The backend does not exist"},
	{"APIGW.0104", http.StatusBadRequest, "The plug-ins do not exist"},
	{"APIGW.0105", http.StatusBadRequest, "The backend configurations do not exist"},
	{"APIGW.0106", http.StatusBadRequest, "Orchestration error"},
	{"APIGW.0201", http.StatusBadRequest, "Bad request."},
	{"APIGW.0201", http.StatusRequestEntityTooLarge, "Request entity too large."},
	{"APIGW.0201", http.StatusRequestURITooLong, "Request URI too long."},
	{"APIGW.0201", statusRequestHeaderTooLarge, "Request headers too large."},
	{"APIGW.0201", http.StatusInternalServerError, "An unexpected error occurred."},
	{"APIGW.0201", http.StatusBadGateway, "Backend unavailable."},
	{"APIGW.0201", http.StatusGatewayTimeout, "Backend timeout."},
	{"APIGW.0202", http.StatusBadGateway, "Backend unavailable."},
	{"APIGW.0301", http.StatusUnauthorized, textNotAuthenticated + textBadSignature},
	{"APIGW.0302", http.StatusForbidden, "The IAM user is not authorized to access the API"},
	{"APIGW.0303", http.StatusUnauthorized, "Incorrect app authentication information"},
	{"APIGW.0304", http.StatusForbidden, "The app is not authorized to access the API"},
	{"APIGW.0305", http.StatusUnauthorized, "Incorrect authentication information"},
	{"APIGW.0306", http.StatusForbidden, "API access denied"},
	{"APIGW.0307", http.StatusUnauthorized, "The token must be updated"},
	{"APIGW.0308", http.StatusTooManyRequests, "The throttling threshold has been reached: policy user over ratelimit,limit:20,time:1 second"},
	{"APIGW.0310", http.StatusForbidden, "The project is unavailable"},
	{"APIGW.0311", http.StatusUnauthorized, "Incorrect debugging authentication information"},
	{"APIGW.0401", http.StatusForbidden, "Unknown client IP address"},
	{"APIGW.0402", http.StatusForbidden, "The IP address is not authorized to access the API"},
	{"APIGW.0404", http.StatusForbidden, "Access to the backend IP address has been denied"},
	{"APIGW.0501", http.StatusMethodNotAllowed, "The app quota has been used up"},
	{"APIGW.0502", http.StatusMethodNotAllowed, "The app has been frozen"},
	{"APIGW.0601", http.StatusInternalServerError, "Internal server error"},
	{"APIGW.0602", http.StatusBadRequest, "Bad request"},
	{"APIGW.0605", http.StatusInternalServerError, "Domain name resolution failed"},
	{"APIGW.0606", http.StatusInternalServerError, "Failed to load the API configurations"},
	{"APIGW.0607", http.StatusBadRequest, "The following protocol is supported: https"},
	{"APIGW.0608", http.StatusInternalServerError, "Failed to obtain the admin token"},
	{"APIGW.0609", http.StatusInternalServerError, "The VPC backend does not exist"},
	{"APIGW.0610", http.StatusBadGateway, "No backend available"},
	{"APIGW.0611", http.StatusInternalServerError, "The backend port does not exist"},
	{"APIGW.0612", http.StatusInternalServerError, "An API cannot call itself"},
	{"APIGW.0613", http.StatusServiceUnavailable, "The IAM service is currently unavailable"},
	{"APIGW.0705", http.StatusInternalServerError, "Backend signature calculation failed"},
	{"APIGW.0801", http.StatusForbidden, "The service is unavailable in the currently selected region"},
	{"APIGW.0802", http.StatusForbidden, "The IAM user is forbidden in the currently selected region"},
}

// apigStatuses are the statuses of codes APIG.* that differ from those of APIGW.*.
var apigStatuses = map[string]int{
	"APIG.0104": http.StatusInternalServerError,
	"APIG.0105": http.StatusInternalServerError,
}

// statusRequestHeaderTooLarge is the gateway's own status for headers beyond its limit.
const statusRequestHeaderTooLarge = 494

var metastudioErrors = []knownError{
	{"MSS.00000001", http.StatusUnauthorized, "Unauthorized"},
	{"MSS.00000002", http.StatusBadRequest, "Invalid request body"},
	{"MSS.00000003", http.StatusBadRequest, "Invalid parameter"},
	{"MSS.00000004", http.StatusInternalServerError, "Internal Error"},
	{"MSS.10000003", http.StatusBadRequest, "Invalid parameter"},
	{"MSS.00010003", http.StatusBadRequest, "API not found"},
	{"MSS.00010004", http.StatusBadRequest, "Method not allowed"},
	{"MSS.00010008", http.StatusBadRequest, "The token in the header is invalid"},
	{"MSS.00010009", http.StatusBadRequest, "The project ID in the path is not that of the token"},
	{"MSS.00022008", http.StatusForbidden, "The privacy statement has not been signed"},
	{"MSS.00022009", http.StatusForbidden, "The IAM account of the user is frozen"},
	{"MSS.00022010", http.StatusForbidden, "The account has not been real-name authenticated"},
	{"MSS.00024001", http.StatusForbidden, "No privilege to perform this operation"},
	{"MSS.10001001", http.StatusBadRequest, "The resource does not exist"},
	{"MSS.41000003", http.StatusNotFound, "The training task does not exist"},
	{"MSS.47010065", http.StatusBadRequest, "The task does not exist"},
}

// findError returns the entry of a code with the given status, or else the first entry of the code.
// It returns the zero value for a code that is not known.
func findError(code string, status int) knownError {
	var first knownError
	for _, e := range knownErrors() {
		switch {
		case e.code != code:
		case e.status == status:
			return e
		case first.code == "":
			first = e
		}
	}
	return first
}

// usualError returns the error that the service most likely sends with a status.
func usualError(status int) knownError {
	code := "APIGW.0201"
	switch status {
	case http.StatusBadRequest:
		code = "MSS.00000003"
	case http.StatusUnauthorized:
		code = "APIGW.0301"
	case http.StatusForbidden:
		code = "MSS.00024001"
	case http.StatusNotFound:
		code = "APIGW.0101"
	case http.StatusTooManyRequests:
		code = "APIGW.0308"
	case http.StatusInternalServerError:
		code = "MSS.00000004"
	}
	if e := findError(code, status); e.status == status {
		return e
	}
	return knownError{code, status, http.StatusText(status)}
}
