package credentials

// chain puts together the steps of signing in: the base credential, and on top
// of it each agency. What a step needs of the one below decides what stands
// between: STS knows only access keys, so a token is turned into one first.
func (s *Session) chain() link {
	top, token := s.base()
	for _, role := range s.config.AssumeRoles {
		if role.DomainID == "" {
			top = s.agencyByName(top, role)
		} else {
			if token {
				top = s.keyByToken(top, s.config.Source, 0)
			}
			top = s.agencyByID(top, role)
		}
		token = false
	}
	return top
}

// base returns the step that needs no other, and whether it yields a token.
func (s *Session) base() (base link, token bool) {
	c := s.config
	switch {
	case !c.Token.IsZero():
		return fixed{credential{token: c.Token, source: c.Source}}, true
	case c.AccessKey != "":
		return fixed{credential{
			accessKey: c.AccessKey, secretKey: c.SecretKey, securityToken: c.SecurityToken,
			domainID: c.DomainID, source: c.Source,
		}}, false
	case !c.Password.IsZero():
		return s.password(), true
	case c.OIDC != nil:
		return s.oidc(*c.OIDC), false
	default:
		return s.instance(), false
	}
}
