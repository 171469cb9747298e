package emulator

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// tokenTimeFormat is the form of the times that IAM writes.
const tokenTimeFormat = "2006-01-02T15:04:05.000000Z"

// mostProjects is how many projects a page may hold.
const mostProjects = 5000

// idName is how IAM's bodies name a thing: by id, or by name.
type idName struct {
	ID     string  `json:"id,omitempty"`
	Name   string  `json:"name,omitempty"`
	Domain *idName `json:"domain,omitempty"`
}

// caller gives who calls an account-wide call of IAM: by token or by signature. A caller by signature may name his account, which then
// must be the right one.
func (s *Server) caller(x *exchange) (principal, *reply) {
	if len(x.r.Header.Values(headerAuthToken)) > 0 {
		t, refused := s.iamToken(x, headerAuthToken)
		if refused != nil {
			return principal{}, refused
		}
		return t.who, nil
	}
	if x.r.Header.Get("Authorization") == "" {
		return principal{}, x.unauthorized(textNoToken)
	}
	who, refused := s.checkSignature(x)
	if refused != nil {
		return principal{}, refused
	}
	if domain := x.r.Header.Get(headerDomainID); domain != "" && domain != who.domainID {
		return principal{}, x.forbidden("%s is %s, the key's account is %s", headerDomainID, domain, who.domainID)
	}
	return who, nil
}

// iamToken gives the token in a header, or refuses the caller as IAM itself does.
func (s *Server) iamToken(x *exchange, header string) (*token, *reply) {
	value, _ := headerValue(x.r.Header, header)
	t := s.identity.token(value)
	if t == nil || t.revoked || !x.now.Before(t.expires) {
		return nil, x.unauthenticated().because("the token in %s is unknown, expired or revoked", header)
	}
	return t, nil
}

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

// invalidBody answers a body that lacks something or says what cannot be.
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

// decode reads a JSON body into v; wrong says what is wrong with it. Unknown keys are ignored, as IAM does.
func (x *exchange) decode(v any) (wrong string) {
	media, _, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		return "Content-Type is not application/json"
	}
	if err := json.Unmarshal(x.body, v); err != nil {
		return err.Error()
	}
	return ""
}

// listProjects answers GET /v3/projects and GET /v3/auth/projects.
func (s *Server) listProjects(x *exchange) *reply {
	who, refused := s.caller(x)
	if refused != nil {
		return refused
	}
	query, err := url.ParseQuery(plusIsPlus(x.r.URL.RawQuery))
	if err != nil {
		return x.keystone(http.StatusBadRequest, "The query string is invalid.").because("%v", err)
	}
	page, perPage, wrong := pageOf(query.Get("page"), query.Get("per_page"))
	if wrong != "" {
		return x.keystone(http.StatusBadRequest, "Invalid input for field 'page' or 'per_page'.").because("%s", wrong)
	}
	if domain := query.Get("domain_id"); domain != "" && domain != who.domainID {
		return x.forbidden("domain_id is %s, the caller's account is %s", domain, who.domainID)
	}

	found := []map[string]any{}
	for _, p := range s.identity.projectsOf(who.domainID) {
		if query.Has("name") && query.Get("name") != p.Name {
			continue
		}
		found = append(found, map[string]any{
			"id": p.ID, "name": p.Name, "domain_id": p.DomainID, "parent_id": p.DomainID, "is_domain": false, "enabled": true,
			"description": "", "links": map[string]any{"self": x.self("/v3/projects/" + p.ID)},
		})
	}
	first := min((page-1)*perPage, len(found))
	last := min(first+perPage, len(found))
	return jsonReply(http.StatusOK, map[string]any{
		"projects": found[first:last],
		"links":    map[string]any{"self": x.self(x.r.URL.RequestURI()), "previous": nil, "next": nil},
	})
}

// self gives the address of something here, as IAM links to its own things.
func (x *exchange) self(path string) string { return "http://" + x.r.Host + path }

// pageOf reads the page that is asked for; without one it is everything.
func pageOf(page, perPage string) (n, size int, wrong string) {
	n, size = 1, mostProjects
	if page != "" {
		wrong = number(1, 1<<20)(page)
		n, _ = strconv.Atoi(page)
	}
	if perPage != "" && wrong == "" {
		wrong = number(1, mostProjects)(perPage)
		size, _ = strconv.Atoi(perPage)
	}
	return n, size, wrong
}

// listDomains answers GET /v3/auth/domains.
func (s *Server) listDomains(x *exchange) *reply {
	who, refused := s.caller(x)
	if refused != nil {
		return refused
	}
	domain := accountOf(who.domainID, "")
	return jsonReply(http.StatusOK, map[string]any{
		"domains": []map[string]any{{
			"id": domain.id, "name": domain.name, "enabled": true, "description": "", "links": map[string]any{"self": x.self("/v3/domains/" + domain.id)},
		}},
		"links": map[string]any{"self": x.self(x.r.URL.RequestURI()), "previous": nil, "next": nil},
	})
}

// tokenReply is the answer that carries a token, in a header, and what it is good for.
func tokenReply(status int, t *token) *reply {
	domain := accountOf(t.who.domainID, "")
	body := map[string]any{
		"methods":    []string{t.method},
		"issued_at":  t.issued.UTC().Format(tokenTimeFormat),
		"expires_at": t.expires.UTC().Format(tokenTimeFormat),
		"user":       idName{ID: t.who.id, Name: t.who.name, Domain: &idName{ID: domain.id, Name: domain.name}},
		"roles":      []idName{{ID: "0", Name: "te_agency"}},
		"catalog":    []any{},
	}
	if t.project != nil {
		body["project"] = idName{ID: t.project.ID, Name: t.project.Name, Domain: &idName{ID: domain.id, Name: domain.name}}
	} else {
		body["domain"] = idName{ID: domain.id, Name: domain.name}
	}
	return jsonReply(status, map[string]any{"token": body}).with(headerSubjectToken, t.value)
}

// keyReply is the answer that carries a temporary key.
func keyReply(status int, k *accessKey) *reply {
	return jsonReply(status, map[string]any{"credential": map[string]string{
		"access": k.access, "secret": k.secret, "securitytoken": k.securityToken,
		"expires_at": k.expires.UTC().Format(tokenTimeFormat),
	}})
}

// seconds gives a duration between bounds, otherwise when none was given.
func seconds(given *int, least, most, otherwise int) (time.Duration, bool) {
	n := otherwise
	if given != nil {
		n = *given
	}
	return time.Duration(n) * time.Second, n >= least && n <= most
}
