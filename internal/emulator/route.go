package emulator

import (
	"net/http"
	"strings"
)

// The emulated calls, as faults and recorded requests name them.
const (
	// CallListing is GET …/digital-human-training-manage/user/jobs.
	CallListing = "listing"
	// CallDetail is GET …/digital-human-training-manage/user/jobs/{job_id}.
	CallDetail = "detail"
	// CallProjects is GET /v3/projects.
	CallProjects = "projects"
	// CallTokens is POST /v3/auth/tokens: by password or by agency.
	CallTokens = "tokens"
	// CallCheckToken is GET /v3/auth/tokens.
	CallCheckToken = "check-token"
	// CallSecurityTokens is POST /v3.0/OS-CREDENTIAL/securitytokens: by agency or by token.
	CallSecurityTokens = "security-tokens"
	// CallIDTokens is POST /v3.0/OS-AUTH/id-token/tokens.
	CallIDTokens = "id-tokens"
	// CallAssumeRole is POST /v5/agencies/assume.
	CallAssumeRole = "assume-role"
	// CallAssumeRoleWithOIDC is POST /v5/agencies/assume-with-oidc.
	CallAssumeRoleWithOIDC = "assume-role-with-oidc"
	// CallMetadataToken is PUT /meta-data/latest/api/token.
	CallMetadataToken = "metadata-token"
	// CallSecurityKey is GET /openstack/latest/securitykey.
	CallSecurityKey = "security-key"
	// CallCover is GET /covers/{job_id}, see WithServedCovers.
	CallCover = "cover"
)

// operation is one emulated call: a method on a path. In a path, {project_id} and {job_id} stand
// for one segment each.
type operation struct {
	call, method, path string
	handle             func(*Server, *exchange) *reply
}

const jobsPath = "/v1/{project_id}/digital-human-training-manage/user/jobs"

var emulatedOperations = []operation{
	{CallListing, http.MethodGet, jobsPath, (*Server).listing},
	{CallDetail, http.MethodGet, jobsPath + "/{job_id}", (*Server).detail},
	{CallProjects, http.MethodGet, "/v3/projects", (*Server).listProjects},
	{CallTokens, http.MethodPost, "/v3/auth/tokens", (*Server).createToken},
	{CallCheckToken, http.MethodGet, "/v3/auth/tokens", (*Server).checkToken},
	{CallSecurityTokens, http.MethodPost, "/v3.0/OS-CREDENTIAL/securitytokens", (*Server).createSecurityToken},
	{CallIDTokens, http.MethodPost, "/v3.0/OS-AUTH/id-token/tokens", (*Server).createTokenByIDToken},
	{CallAssumeRole, http.MethodPost, "/v5/agencies/assume", (*Server).assumeAgency},
	{CallAssumeRoleWithOIDC, http.MethodPost, "/v5/agencies/assume-with-oidc", (*Server).assumeAgencyWithOIDC},
	{CallMetadataToken, http.MethodPut, "/meta-data/latest/api/token", (*Server).metadataToken},
	{CallSecurityKey, http.MethodGet, "/openstack/latest/securitykey", (*Server).securityKey},
	{CallCover, http.MethodGet, coverPath + "{job_id}", (*Server).cover},
}

// pathValues are the variable segments of a path.
type pathValues struct{ projectID, jobID string }

// matchOperation finds the operation of a request. When only the method is wrong, operation is nil
// and pathKnown names a call of that path.
func matchOperation(r *http.Request) (found *operation, values pathValues, pathKnown string) {
	segments := strings.Split(r.URL.EscapedPath(), "/")
	for i := range emulatedOperations {
		o := &emulatedOperations[i]
		v, ok := matchPath(strings.Split(o.path, "/"), segments)
		if !ok {
			continue
		}
		if o.method == r.Method {
			return o, v, o.call
		}
		values, pathKnown = v, o.call
	}
	return nil, values, pathKnown
}

func matchPath(pattern, segments []string) (values pathValues, ok bool) {
	if len(pattern) != len(segments) {
		return values, false
	}
	for i, p := range pattern {
		segment, err := percentDecode(segments[i])
		switch {
		case err != nil:
			return values, false
		case p == "{project_id}" && segment != "":
			values.projectID = segment
		case p == "{job_id}" && segment != "":
			values.jobID = segment
		case p != segment:
			return values, false
		}
	}
	return values, true
}

// wrongMethod answers a known path asked with a method it does not have. MetaStudio has a code for
// that; at the gateway of IAM and STS a method that is not published is an API that is not
// published.
func (x *exchange) wrongMethod(call string) *reply {
	switch call {
	case CallListing, CallDetail:
		return x.service(http.StatusBadRequest, "MSS.00010004", "Method not allowed")
	case CallMetadataToken, CallSecurityKey, CallCover:
		return textReply(http.StatusMethodNotAllowed, "405 Method Not Allowed")
	default:
		return x.unknownPath()
	}
}

func (x *exchange) unknownPath() *reply {
	return x.gateway(http.StatusNotFound, "APIGW.0101", "The API does not exist or has not been published in the environment")
}
