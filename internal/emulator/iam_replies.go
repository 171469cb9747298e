package emulator

import "time"

// tokenReply returns a reply with a token in a header, and its scope and expiry in the body.
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

// keyReply returns a reply with a temporary key.
func keyReply(status int, k *accessKey) *reply {
	return jsonReply(status, map[string]any{"credential": map[string]string{
		"access": k.access, "secret": k.secret, "securitytoken": k.securityToken,
		"expires_at": k.expires.UTC().Format(tokenTimeFormat),
	}})
}

// secondsBetween returns a duration in seconds, or otherwise if none was given, and reports whether
// it is within the bounds.
func secondsBetween(given *int, least, most, otherwise int) (time.Duration, bool) {
	n := otherwise
	if given != nil {
		n = *given
	}
	return time.Duration(n) * time.Second, n >= least && n <= most
}
