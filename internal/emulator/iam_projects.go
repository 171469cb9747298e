package emulator

import (
	"net/http"
	"net/url"
	"strconv"
)

// mostProjects is how many projects a page may hold.
const mostProjects = 5000

// listProjects answers GET /v3/projects.
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

// self returns the address of something here, as IAM links to its own things.
func (x *exchange) self(path string) string { return "http://" + x.r.Host + path }

// pageOf reads the number and the size of the page that is asked for. By default it is the first
// one, of the largest size.
func pageOf(page, perPage string) (n, size int, wrong string) {
	n, size = 1, mostProjects
	if page != "" {
		wrong = numberBetween(1, 1<<20)(page)
		n, _ = strconv.Atoi(page)
	}
	if perPage != "" && wrong == "" {
		wrong = numberBetween(1, mostProjects)(perPage)
		size, _ = strconv.Atoi(perPage)
	}
	return n, size, wrong
}
