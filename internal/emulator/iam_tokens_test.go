package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Bodies of the documentation.
const (
	passwordBody = `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":%q,"password":%q,"domain":{"name":%q}}}},` +
		`"scope":{"project":{"name":%q}}}}`
	agencyBody = `{"auth":{"identity":{"methods":["assume_role"],"assume_role":{"agency_name":%q,"domain_name":%q%s}}}}`
	tokenBody  = `{"auth":{"identity":{"methods":["token"],"token":{%s}}}}`
	idBody     = `{"auth":{"id_token":{"id":%q}%s}}`
)

// sendPost sends a JSON body, unsigned.
func sendPost(t *testing.T, s *Server, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	return send(t, newRequest(t, s, http.MethodPost, path, body, headers...))
}

// postSigned sends a JSON body, signed.
func postSigned(t *testing.T, s *Server, keys pairOfKeys, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	return send(t, keys.sign(t, newRequest(t, s, http.MethodPost, path, body, headers...), body))
}

// signIn gets a token by password.
func signIn(t *testing.T, s *Server, project string) string {
	t.Helper()
	response, body := sendPost(t, s, "/v3/auth/tokens?nocatalog=true", fmt.Sprintf(passwordBody, UserName, Password, DomainName, project))
	if response.StatusCode != http.StatusCreated {
		t.Fatal(response.Status, body, lastRefusal(s))
	}
	return response.Header.Get(headerSubjectToken)
}

// keysOf reads temporary keys out of a reply of IAM or of the metadata service.
func keysOf(t *testing.T, response *http.Response, body string, status int) (keys pairOfKeys, expires time.Time) {
	t.Helper()
	if response.StatusCode != status {
		t.Fatal(response.Status, body)
	}
	c := decodeAs[struct{ Credential map[string]string }](t, body).Credential
	expires, err := time.Parse("2006-01-02T15:04:05.000000Z", c["expires_at"])
	if err != nil {
		t.Error(err)
	}
	return pairOfKeys{c["access"], c["secret"], c["securitytoken"]}, expires
}

// listsIn checks that keys open the listing of a project.
func (k pairOfKeys) listsIn(t *testing.T, s *Server, project string) {
	t.Helper()
	path := strings.Replace(listingPath, ProjectID, project, 1)
	r := newRequest(t, s, http.MethodGet, path, "", headerProjectID+": "+project)
	if response, body := send(t, k.sign(t, r, "")); response.StatusCode != http.StatusOK {
		t.Errorf("%s %s (%s)", response.Status, body, lastRefusal(s))
	}
}

func TestProjects(t *testing.T) {
	t.Parallel()
	twins := WithProjects(Project{ID: strings.Repeat("4", 32), Name: "twin"}, Project{ID: strings.Repeat("5", 32), Name: "twin"})
	tests := []struct {
		name, path string
		options    []Option
		want       []string
	}{
		{"by name", "/v3/projects?name=" + Region, nil, []string{ProjectID}},
		{"by name and account", "/v3/projects?name=cn-east-3&domain_id=" + DomainID, nil, []string{SecondProjectID}},
		{"all", "/v3/projects", nil, []string{ProjectID, SecondProjectID}},
		{"pages", "/v3/projects?page=2&per_page=1", nil, []string{SecondProjectID}},
		{"first page", "/v3/projects?page=1&per_page=1", nil, []string{ProjectID}},
		{"largest page", "/v3/projects?per_page=5000", nil, []string{ProjectID, SecondProjectID}},
		{"empty name", "/v3/projects?name=", nil, nil},
		{"none", "/v3/projects?name=nowhere", nil, nil},
		{"region not opened", "/v3/projects?name=" + Region, []Option{WithoutProject(ProjectID)}, nil},
		{"several of one name", "/v3/projects?name=twin", []Option{twins}, []string{strings.Repeat("4", 32), strings.Repeat("5", 32)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, test.options...)
			byKey := permanentKeys.sign(t, newRequest(t, s, http.MethodGet, test.path, "", headerDomainID+": "+DomainID), "")
			byToken := newRequest(t, s, http.MethodGet, test.path, "", headerAuthToken+": "+Token)
			for _, r := range []*http.Request{byKey, byToken} {
				response, body := send(t, r)
				var ids []string
				for _, p := range decodeAs[struct{ Projects []map[string]any }](t, body).Projects {
					ids = append(ids, fmt.Sprint(p["id"]))
				}
				if response.StatusCode != http.StatusOK || fmt.Sprint(ids) != fmt.Sprint(test.want) {
					t.Errorf("%s %s", response.Status, body)
				}
			}
		})
	}
}

func TestPasswordToken(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	response, body := sendPost(t, s, "/v3/auth/tokens", fmt.Sprintf(passwordBody, UserName, Password, DomainName, Region))
	value := response.Header.Get(headerSubjectToken)
	token := decodeAs[struct{ Token map[string]any }](t, body).Token
	project, _ := token["project"].(map[string]any)
	if response.StatusCode != http.StatusCreated || value == "" || project["id"] != ProjectID ||
		token["expires_at"] != "2026-01-03T03:04:05.000000Z" || token["issued_at"] != "2026-01-02T03:04:05.000000Z" {
		t.Fatal(response.Status, value, body)
	}
	if strings.Contains(body, value) || response.Header.Get("X-Iam-Trace-Id") == "" {
		t.Error("the token is in the body, or the trace is missing")
	}
	if response, body := send(t, newRequest(t, s, http.MethodGet, listingPath, "", headerAuthToken+": "+value)); response.StatusCode != http.StatusOK {
		t.Error(response.Status, body)
	}

	response, again := send(t, newRequest(t, s, http.MethodGet, "/v3/auth/tokens", "", headerAuthToken+": "+value, headerSubjectToken+": "+value))
	if response.StatusCode != http.StatusOK || again != body || response.Header.Get(headerSubjectToken) != value {
		t.Error(response.Status, again)
	}

	byID := fmt.Sprintf(`{"auth":{"identity":{"methods":["password"],"password":{"user":{"id":%q,"password":%q}}},"scope":{"project":{"id":%q}}}}`,
		UserID, Password, ProjectID)
	if response, body := sendPost(t, s, "/v3/auth/tokens", byID); response.StatusCode != http.StatusCreated {
		t.Error(response.Status, body)
	}

	domainScope := strings.Replace(byID, `"project":{"id":"`+ProjectID, `"domain":{"id":"`+DomainID, 1)
	response, _ = sendPost(t, s, "/v3/auth/tokens", domainScope)
	response, body = send(t, newRequest(t, s, http.MethodGet, listingPath, "", headerAuthToken+": "+response.Header.Get(headerSubjectToken)))
	checkRefusal(t, s, response, body, http.StatusBadRequest, "MSS.00010009", "")
}

func TestIAMRefuses(t *testing.T) {
	t.Parallel()
	good := fmt.Sprintf(passwordBody, UserName, Password, DomainName, Region)
	tests := []struct {
		name, path, body string
		headers          []string
		status           int
		code, part       string
	}{
		{"wrong password", "/v3/auth/tokens", fmt.Sprintf(passwordBody, UserName, "x", DomainName, Region), nil, 401, "v3", "The username or password is wrong."},
		{"wrong domain", "/v3/auth/tokens", fmt.Sprintf(passwordBody, UserName, Password, "x", Region), nil, 401, "v3", "The username or password is wrong."},
		{"wrong user", "/v3/auth/tokens", fmt.Sprintf(passwordBody, "x", Password, DomainName, Region), nil, 401, "v3", "The username or password is wrong."},
		{"wrong user ID", "/v3/auth/tokens", strings.Replace(good, `"name":"`+UserName+`"`, `"id":"x"`, 1), nil, 401, "v3", "The username or password is wrong."},
		{"user of another account", "/v3/auth/tokens", fmt.Sprintf(passwordBody, UserName, Password, AgencyDomainName, Region), nil, 401, "v3", "The username or password is wrong."},
		{"no password", "/v3/auth/tokens", fmt.Sprintf(passwordBody, UserName, "", DomainName, Region), nil, 400, "v3", ""},
		{"no user", "/v3/auth/tokens", strings.Replace(good, `"name":"`+UserName+`",`, "", 1), nil, 400, "v3", ""},
		{"no domain", "/v3/auth/tokens", strings.Replace(good, `,"domain":{"name":"`+DomainName+`"}`, "", 1), nil, 400, "v3", ""},
		{"no project of that name", "/v3/auth/tokens", fmt.Sprintf(passwordBody, UserName, Password, DomainName, "x"), nil, 404, "v3", "project"},
		{"wrong id beside a right name", "/v3/auth/tokens", strings.Replace(good, `"project":{`, `"project":{"id":"x",`, 1), nil, 404, "v3", "project: x"},
		{"no project at all", "/v3/auth/tokens", strings.Replace(good, `"project":{"name":"`+Region+`"}`, `"project":{}`, 1), nil, 400, "v3", ""},
		{"another account", "/v3/auth/tokens", strings.Replace(good, `"project":{"name":"`+Region, `"domain":{"name":"`+AgencyDomainName, 1), nil, 404, "v3", AgencyDomainName},
		{"no method", "/v3/auth/tokens", `{"auth":{}}`, nil, 400, "v3", ""},
		{"no JSON", "/v3/auth/tokens", `{`, nil, 400, "v3", ""},
		{"agency without token", "/v3/auth/tokens", fmt.Sprintf(agencyBody, AgencyName, AgencyDomainName, ""), nil, 401, "v3", ""},
		{"unknown agency", "/v3/auth/tokens", fmt.Sprintf(agencyBody, "x", AgencyDomainName, ""), []string{headerAuthToken + ": " + Token}, 403, "v3", ""},
		{"key for nobody", "/v3.0/OS-CREDENTIAL/securitytokens", fmt.Sprintf(agencyBody, AgencyName, AgencyDomainName, ""), nil, 401, "APIGW.0301", "x-auth-token not found"},
		{"key with a wrong token", "/v3.0/OS-CREDENTIAL/securitytokens", fmt.Sprintf(tokenBody, ""), []string{headerAuthToken + ": x"}, 401, "IAM.0001", ""},
		{"key for too short", "/v3.0/OS-CREDENTIAL/securitytokens", fmt.Sprintf(tokenBody, `"duration_seconds":899`), []string{headerAuthToken + ": " + Token}, 400, "IAM.0011", ""},
		{"key for too long", "/v3.0/OS-CREDENTIAL/securitytokens", fmt.Sprintf(agencyBody, AgencyName, AgencyDomainName, `,"duration_seconds":86401`), []string{headerAuthToken + ": " + Token}, 400, "IAM.0011", ""},
		{"agency of a wrong account", "/v3.0/OS-CREDENTIAL/securitytokens", fmt.Sprintf(agencyBody, AgencyName, DomainName, ""), []string{headerAuthToken + ": " + Token}, 404, "IAM.0004", ""},
		{"agency that trusts another", "/v3.0/OS-CREDENTIAL/securitytokens", fmt.Sprintf(agencyBody, SecondAgencyName, SecondAgencyDomainName, ""), []string{headerAuthToken + ": " + Token}, 404, "IAM.0004", ""},
		{"agency without account", "/v3.0/OS-CREDENTIAL/securitytokens", fmt.Sprintf(agencyBody, AgencyName, "", ""), []string{headerAuthToken + ": " + Token}, 400, "IAM.0011", ""},
		{"agency without name", "/v3.0/OS-CREDENTIAL/securitytokens", fmt.Sprintf(agencyBody, "", AgencyDomainName, ""), []string{headerAuthToken + ": " + Token}, 400, "IAM.0011", ""},
		{"token for an agency without name", "/v3/auth/tokens", fmt.Sprintf(agencyBody, "", AgencyDomainName, ""), []string{headerAuthToken + ": " + Token}, 400, "v3", ""},
		{"id token without id", "/v3.0/OS-AUTH/id-token/tokens", fmt.Sprintf(idBody, "", ""), []string{"X-Idp-Id: " + IdpID}, 400, "IAM.0011", ""},
		{"id token without provider", "/v3.0/OS-AUTH/id-token/tokens", fmt.Sprintf(idBody, IDToken, ""), nil, 400, "IAM.0011", ""},
		{"id token of another", "/v3.0/OS-AUTH/id-token/tokens", fmt.Sprintf(idBody, "x.y.z", ""), []string{"X-Idp-Id: " + IdpID}, 401, "IAM.0001", ""},
		{"unknown provider", "/v3.0/OS-AUTH/id-token/tokens", fmt.Sprintf(idBody, IDToken, ""), []string{"X-Idp-Id: x"}, 404, "IAM.0004", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			response, body := sendPost(t, s, test.path, test.body, test.headers...)
			checkRefusal(t, s, response, body, test.status, test.code, test.part)
		})
	}

	t.Run("not JSON by its header", func(t *testing.T) {
		t.Parallel()
		s := startServer(t)
		r := newRequest(t, s, http.MethodPost, "/v3/auth/tokens", good)
		r.Header.Set("Content-Type", "text/plain")
		response, body := send(t, r)
		checkRefusal(t, s, response, body, http.StatusBadRequest, "v3", "")
	})
	t.Run("revoked token", func(t *testing.T) {
		t.Parallel()
		s := startServer(t)
		s.RevokeTokens()
		response, body := send(t, newRequest(t, s, http.MethodGet, "/v3/projects", "", headerAuthToken+": "+Token))
		checkRefusal(t, s, response, body, http.StatusUnauthorized, "v3", "")
	})
	t.Run("page that is no number", func(t *testing.T) {
		t.Parallel()
		s := startServer(t)
		for _, query := range []string{"page=0", "page=x", "per_page=0", "per_page=5001", "page=x&per_page=1"} {
			response, body := send(t, newRequest(t, s, http.MethodGet, "/v3/projects?"+query, "", headerAuthToken+": "+Token))
			checkRefusal(t, s, response, body, http.StatusBadRequest, "v3", "")
		}
	})
	t.Run("token asked about is unknown", func(t *testing.T) {
		t.Parallel()
		s := startServer(t)
		response, body := send(t, newRequest(t, s, http.MethodGet, "/v3/auth/tokens", "", headerAuthToken+": "+Token, headerSubjectToken+": x"))
		checkRefusal(t, s, response, body, http.StatusNotFound, "v3", "")
	})
	t.Run("account of another", func(t *testing.T) {
		t.Parallel()
		s := startServer(t)
		r := newRequest(t, s, http.MethodGet, "/v3/projects", "", headerDomainID+": "+AgencyDomainID)
		response, body := send(t, permanentKeys.sign(t, r, ""))
		checkRefusal(t, s, response, body, http.StatusForbidden, "v3", "")
		response, body = send(t, permanentKeys.sign(t, newRequest(t, s, http.MethodGet, "/v3/projects?domain_id="+AgencyDomainID, ""), ""))
		checkRefusal(t, s, response, body, http.StatusForbidden, "v3", "")
	})
}

func TestAgencyKeysInAChain(t *testing.T) {
	t.Parallel()
	const path = "/v3.0/OS-CREDENTIAL/securitytokens"
	s := startServer(t)
	response, body := postSigned(t, s, permanentKeys, path, fmt.Sprintf(agencyBody, AgencyName, AgencyDomainName, ""), headerDomainID+": "+DomainID)
	first, expires := keysOf(t, response, body, http.StatusCreated)
	if !expires.Equal(testTime.Add(900 * time.Second)) {
		t.Errorf("expires at %v", expires)
	}
	first.listsIn(t, s, AgencyProjectID)

	_, body = send(t, first.sign(t, newRequest(t, s, http.MethodGet, "/v3/projects?name="+Region, ""), ""))
	if !strings.Contains(body, AgencyProjectID) || strings.Contains(body, ProjectID) {
		t.Error(body)
	}

	response, body = postSigned(t, s, first, path, fmt.Sprintf(agencyBody, SecondAgencyName, SecondAgencyDomainName, `,"duration_seconds":86400`))
	second, expires := keysOf(t, response, body, http.StatusCreated)
	if !expires.Equal(testTime.Add(24 * time.Hour)) {
		t.Errorf("expires at %v", expires)
	}
	second.listsIn(t, s, SecondAgencyProjectID)
}

func TestAgencyToken(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	scoped := strings.TrimSuffix(fmt.Sprintf(agencyBody, AgencyName, AgencyDomainName, ""), "}}") + `,"scope":{"project":{"name":"` + Region + `"}}}}`
	response, body := sendPost(t, s, "/v3/auth/tokens", scoped, headerAuthToken+": "+signIn(t, s, Region))
	if response.StatusCode != http.StatusCreated || !strings.Contains(body, AgencyProjectID) {
		t.Error(response.Status, body, lastRefusal(s))
	}
}

func TestKeysByToken(t *testing.T) {
	t.Parallel()
	const path = "/v3.0/OS-CREDENTIAL/securitytokens"
	s := startServer(t)
	response, body := sendPost(t, s, path, fmt.Sprintf(tokenBody, `"duration_seconds":3600`), headerAuthToken+": "+signIn(t, s, Region))
	keys, expires := keysOf(t, response, body, http.StatusCreated)
	if !expires.Equal(testTime.Add(time.Hour)) {
		t.Errorf("expires at %v", expires)
	}
	keys.listsIn(t, s, ProjectID)

	response, body = sendPost(t, s, path, fmt.Sprintf(tokenBody, `"id":"`+Token+`"`))
	keys, _ = keysOf(t, response, body, http.StatusCreated)
	keys.listsIn(t, s, ProjectID)

	// The header wins over the body.
	response, body = sendPost(t, s, path, fmt.Sprintf(tokenBody, `"id":"x"`), headerAuthToken+": "+Token)
	keysOf(t, response, body, http.StatusCreated)

	response, body = sendPost(t, s, path, `{"auth":{"identity":{"methods":["token"]}}}`, headerAuthToken+": "+Token)
	keysOf(t, response, body, http.StatusCreated)

	response, body = postSigned(t, s, permanentKeys, path, fmt.Sprintf(tokenBody, ""))
	checkRefusal(t, s, response, body, http.StatusBadRequest, "IAM.0011", "")
}

func TestIDTokenToKeys(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	response, body := sendPost(t, s, "/v3.0/OS-AUTH/id-token/tokens", fmt.Sprintf(idBody, IDToken, ""), "X-Idp-Id: "+IdpID)
	if response.StatusCode != http.StatusCreated || response.Header.Get(headerRequestID) == "" {
		t.Fatal(response.Status, body)
	}
	token := response.Header.Get(headerSubjectToken)
	response, body = sendPost(t, s, "/v3.0/OS-CREDENTIAL/securitytokens", fmt.Sprintf(tokenBody, ""), headerAuthToken+": "+token)
	keys, _ := keysOf(t, response, body, http.StatusCreated)
	keys.listsIn(t, s, ProjectID)

	scoped := fmt.Sprintf(idBody, IDToken, `,"scope":{"project":{"id":"`+ProjectID+`"}}`)
	response, _ = sendPost(t, s, "/v3.0/OS-AUTH/id-token/tokens", scoped, "X-Idp-Id: "+IdpID)
	response, body = send(t, newRequest(t, s, http.MethodGet, listingPath, "", headerAuthToken+": "+response.Header.Get(headerSubjectToken)))
	if response.StatusCode != http.StatusOK {
		t.Error(response.Status, body)
	}
}

func TestTemporaryKeysEnd(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	s := startServer(t, WithClock(func() time.Time { return testTime.Add(time.Duration(later.Load())) }), WithKeyLifetime(10*time.Minute))
	response, body := sendPost(t, s, "/v3.0/OS-CREDENTIAL/securitytokens", fmt.Sprintf(tokenBody, ""), headerAuthToken+": "+Token)
	keys, _ := keysOf(t, response, body, http.StatusCreated)
	ask := func(keys pairOfKeys) (*http.Response, string) {
		return send(t, keys.sign(t, newRequest(t, s, http.MethodGet, listingPath, "", headerProjectID+": "+ProjectID), ""))
	}

	response, body = ask(pairOfKeys{keys.access, keys.secret, ""})
	checkRefusal(t, s, response, body, 401, "APIGW.0301", "ak not exist")
	response, body = ask(pairOfKeys{keys.access, keys.secret, "other"})
	checkRefusal(t, s, response, body, 401, "APIGW.0301", "decrypt token fail")
	keys.listsIn(t, s, ProjectID)
	later.Store(int64(10 * time.Minute))
	response, body = ask(keys)
	checkRefusal(t, s, response, body, 401, "APIGW.0301", "token expires, expires_at:")

	secrets := strings.Join(s.Secrets(), "\n")
	for _, secret := range []string{SecretKey, Password, Token, IDToken, keys.secret, keys.token} {
		if !strings.Contains(secrets, secret) {
			t.Errorf("Secrets does not tell %s", secret)
		}
	}
}
