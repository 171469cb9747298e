package emulator

import "time"

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

// secondsBetween returns a duration between bounds, otherwise when none was given.
func secondsBetween(given *int, least, most, otherwise int) (time.Duration, bool) {
	n := otherwise
	if given != nil {
		n = *given
	}
	return time.Duration(n) * time.Second, n >= least && n <= most
}
