package emulator

import (
	"crypto/sha512"
	"encoding/base64"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Project is a project of an account.
type Project struct {
	ID, Name string
	// DomainID is the account; empty means DomainID's own.
	DomainID string

	closed bool
}

// account is an account (IAM calls it a domain).
type account struct{ id, name string }

var emulatedAccounts = []account{
	{DomainID, DomainName},
	{AgencyDomainID, AgencyDomainName},
	{SecondAgencyDomainID, SecondAgencyDomainName},
}

// agency can be assumed by users of the account it trusts, or of the identity provider when trusted
// is empty.
type agency struct{ name, domainID, trusted string }

var emulatedAgencies = []agency{
	{AgencyName, AgencyDomainID, DomainID},
	{SecondAgencyName, SecondAgencyDomainID, AgencyDomainID},
	{OIDCAgencyName, DomainID, ""},
}

// principal is a user, or a session of an agency.
type principal struct {
	domainID string
	id, name string
}

var defaultUser = principal{domainID: DomainID, id: UserID, name: UserName}

// token is an IAM token. Without a project it is scoped to the account alone.
type token struct {
	value           string
	who             principal
	project         *Project
	method          string
	issued, expires time.Time
	revoked         bool
}

// accessKey is a pair of keys; a temporary one has a security token and an end.
type accessKey struct {
	access, secret, securityToken string
	who                           principal
	expires                       time.Time

	// failures counts refusals in a row; lockedUntil is when the key may be used again after too
	// many.
	failures    int
	lockedUntil time.Time
}

func (k *accessKey) temporary() bool { return k.securityToken != "" }

// identity has the projects of the accounts, and the tokens and keys of users and agencies. What
// its methods return must only be changed under the lock.
type identity struct {
	config   *config
	projects []Project

	mu      sync.Mutex
	issued  int
	tokens  map[string]*token
	keys    map[string]*accessKey
	secrets []string
	// metadata is the instance's own key and token of the metadata service.
	metadata metadataState
}

func newIdentity(c *config) *identity {
	i := &identity{config: c, tokens: map[string]*token{}, keys: map[string]*accessKey{}}
	i.secrets = []string{SecretKey, Password, Token, IDToken, URLSecret}
	projects := append([]Project{
		{ID: ProjectID, Name: ProjectName, DomainID: DomainID},
		{ID: SecondProjectID, Name: SecondRegion, DomainID: DomainID},
		{ID: AgencyProjectID, Name: Region, DomainID: AgencyDomainID},
		{ID: SecondAgencyProjectID, Name: Region, DomainID: SecondAgencyDomainID},
	}, c.projects...)
	closed := map[string]bool{}
	for _, p := range c.projects {
		closed[p.ID] = p.closed
	}
	for _, p := range projects {
		if p.DomainID == "" {
			p.DomainID = DomainID
		}
		if !closed[p.ID] {
			i.projects = append(i.projects, p)
		}
	}
	now := c.clock()
	i.keys[AccessKey] = &accessKey{access: AccessKey, secret: SecretKey, who: defaultUser}
	i.tokens[Token] = &token{
		value: Token, who: defaultUser, project: &Project{ID: ProjectID, Name: ProjectName, DomainID: DomainID}, method: "password",
		issued: now, expires: now.Add(c.tokenLifetime),
	}
	return i
}

// Secrets returns every secret that the server knows or has issued. None of them may be in a log,
// an error or a state.
func (s *Server) Secrets() []string {
	s.identity.mu.Lock()
	defer s.identity.mu.Unlock()
	return append([]string{}, s.identity.secrets...)
}

// RevokeTokens makes every token that was issued so far unusable, as if it had expired, and Token
// too.
func (s *Server) RevokeTokens() {
	s.identity.mu.Lock()
	defer s.identity.mu.Unlock()
	for _, t := range s.identity.tokens {
		t.revoked = true
	}
}

// projectsOf returns the projects of an account.
func (i *identity) projectsOf(domainID string) []Project {
	projects := []Project{}
	for _, p := range i.projects {
		if p.DomainID == domainID {
			projects = append(projects, p)
		}
	}
	return projects
}

// project finds a project of an account by id or, if that is empty, by name.
func (i *identity) project(domainID, id, name string) *Project {
	for _, p := range i.projectsOf(domainID) {
		if id != "" && p.ID == id || id == "" && p.Name == name {
			return &p
		}
	}
	return nil
}

// accountOf finds an account by id or, if that is empty, by name.
func accountOf(id, name string) *account {
	for _, a := range emulatedAccounts {
		if id != "" && a.id == id || id == "" && a.name == name {
			return &a
		}
	}
	return nil
}

// assumableAgency returns the agency of an account that a principal of the trusted account may
// assume, and nil both for an agency that does not exist and for one that trusts another account.
func assumableAgency(name, domainID, trusted string) *agency {
	for _, a := range emulatedAgencies {
		if a.name == name && a.domainID == domainID && a.trusted == trusted {
			return &a
		}
	}
	return nil
}

// session returns the principal of a session of the agency.
func (a *agency) session() principal {
	return principal{domainID: a.domainID, id: stableID("agency/"+a.domainID+"/"+a.name, 0), name: a.name}
}

// issueToken issues a token.
func (i *identity) issueToken(who principal, project *Project, method string, now time.Time) *token {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.issued++
	t := &token{
		value: "MIIEmulatedToken" + i.random("token"), who: who, project: project, method: method,
		issued: now, expires: now.Add(i.config.tokenLifetime),
	}
	i.tokens[t.value] = t
	i.secrets = append(i.secrets, t.value)
	return t
}

// issueKey issues a temporary key.
func (i *identity) issueKey(who principal, lifetime time.Duration, now time.Time) *accessKey {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.issueKeyLocked(who, lifetime, now)
}

func (i *identity) issueKeyLocked(who principal, lifetime time.Duration, now time.Time) *accessKey {
	if i.config.keyLifetime != 0 {
		lifetime = i.config.keyLifetime
	}
	i.issued++
	key := &accessKey{
		access:        "HSTTEST" + strings.ToUpper(stableID("access", i.issued)[:13]),
		secret:        "TESTTEMPSK" + stableID("secret", i.issued)[:30],
		securityToken: "hQpjbi1ub3J0aC00EmulatedSecurityToken" + i.random("security token"),
		who:           who,
		expires:       now.Add(lifetime),
	}
	i.keys[key.access] = key
	i.secrets = append(i.secrets, key.secret, key.securityToken)
	return key
}

// random returns a text that looks like a token. It differs for each token or key that is issued,
// and is the same in each run.
func (i *identity) random(kind string) string {
	sum := sha512.Sum512([]byte(kind + strconv.Itoa(i.issued)))
	return base64.StdEncoding.EncodeToString(sum[:])
}
