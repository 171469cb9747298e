package emulator

import (
	"encoding/json"
	"mime"
)

// tokenTimeFormat is the form of the times that IAM writes.
const tokenTimeFormat = "2006-01-02T15:04:05.000000Z"

// idName names an account, a project or the like in IAM's bodies: by id, or by name.
type idName struct {
	ID     string  `json:"id,omitempty"`
	Name   string  `json:"name,omitempty"`
	Domain *idName `json:"domain,omitempty"`
}

// caller returns the caller of a call of IAM that is not about one project, authenticated by a
// token or by a signature. A signed request may name an account, which must be that of the key.
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

// iamToken returns the token in a header, or refuses the caller as IAM itself does.
func (s *Server) iamToken(x *exchange, header string) (*token, *reply) {
	value := headerValue(x.r.Header, header)
	t := s.identity.token(value)
	if t == nil || t.revoked || !x.now.Before(t.expires) {
		return nil, x.unauthenticated().because("the token in %s is unknown, expired or revoked", header)
	}
	return t, nil
}

// decode reads a JSON body into v; wrong describes what is wrong with it. Unknown keys are ignored,
// as IAM does.
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
