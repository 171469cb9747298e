package credentials_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

type networkFunc func(*http.Request) (*http.Response, error)

func (f networkFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// FuzzSignInReplies signs in, in each way, to services that give one reply to everything. A sign-in
// fails with an error of its own that shows nothing secret, or returns what can be used and is
// kept.
func FuzzSignInReplies(f *testing.F) {
	const date = "Fri, 02 Jan 2026 03:04:05 GMT"
	for _, body := range []string{
		`{"projects":[{"id":"p","name":"cn-north-4"}],"credential":{"access":"A","secret":"S","securitytoken":"T","expires_at":"2026-01-02T04:04:05.000000Z"},` +
			`"credentials":{"access_key_id":"A","secret_access_key":"S","security_token":"T","expiration":"2026-01-02T04:04:05.000Z"},` +
			`"token":{"issued_at":"2026-01-02T03:04:05.000000Z","expires_at":"2026-01-03T03:04:05.000000Z","project":{"id":"p","name":"cn-north-4"}}}`,
		`{"projects":[{}],"token":{"project":{}},"credential":{},"credentials":{}}`,
		`{"projects":[],"token":null,"credential":null,"credentials":null}`,
		`{"projects":[{"id":"p"},{"id":"q"}],"token":{"expires_at":"2020-01-01T00:00:00Z"}}`,
		`{"error":{"code":401,"message":"The username or password is wrong.","title":"Unauthorized"}}`,
		``, `[]`, `{"token":`,
	} {
		for way := range uint8(7) {
			f.Add(way, http.StatusOK, "MIItoken", date, []byte(body))
		}
	}
	f.Add(uint8(1), http.StatusUnauthorized, "", "", []byte(`{}`))
	f.Add(uint8(1), http.StatusCreated, "MIItoken", "yesterday", []byte(`{"token":{"project":{"id":"p"}}}`))
	f.Fuzz(func(t *testing.T, way uint8, status int, subject, date string, body []byte) {
		if status < 200 || status > 599 {
			return
		}
		ways := []credentials.Config{
			withKey(), password(), withToken(),
			oidc(credentials.OIDC{IdpID: emulator.IdpID}),
			oidc(credentials.OIDC{IdpID: providerURN, AgencyName: emulator.OIDCAgencyName, DomainID: emulator.DomainID}),
			with(withKey(), byName), with(password(), byID),
		}
		sent := 0
		config := ways[int(way)%len(ways)]
		config.Region, config.Now = emulator.Region, newClock().Now
		session := credentials.New(config, transport.Config{Keys: transport.NewKeys(), Base: networkFunc(func(req *http.Request) (*http.Response, error) {
			sent++
			return &http.Response{
				StatusCode: status, Header: http.Header{"X-Subject-Token": {subject}, "Date": {date}},
				Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req,
			}, nil
		})})
		scope, err := session.Scope(t.Context(), "", "")
		if err != nil {
			_ = asError(t, err)
			for _, secret := range []string{emulator.SecretKey, emulator.Password, emulator.Token, emulator.IDToken} {
				if strings.Contains(err.Error(), secret) && !bytes.Contains(body, []byte(secret)) {
					t.Errorf("a secret shows in: %v", err)
				}
			}
			return
		}
		if scope.ProjectID == "" {
			t.Error("signed in to no project")
		}
		first, err := scope.Authorizer.Credential(t.Context())
		if err != nil {
			t.Fatalf("signed in, but %v", err)
		}
		before := sent
		if _, err := scope.Authorizer.Credential(t.Context()); err != nil || sent != before {
			t.Errorf("the credential is not kept: %d more requests, %v", sent-before, err)
		}
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://metastudio.test/v1", http.NoBody)
		if err := first.Authorize(req); err != nil || req.Header.Get("Authorization") == "" && req.Header.Get("X-Auth-Token") == "" {
			t.Errorf("the credential opens nothing: %v", err)
		}
	})
}

// FuzzParseProfile reads files that need not be KooCLI's. A profile is usable, or the error quotes
// none of the file's secrets.
func FuzzParseProfile(f *testing.F) {
	for _, file := range []string{
		`{"current":"a","profiles":[{"name":"a","mode":"AKSK","accessKeyId":"ABCDEFGHIJKLMNOPQRST","secretAccessKey":"a-secret-of-a-profile","region":"cn-north-4"}]}`,
		`{"current":"b","profiles":[{"name":"a","accessKeyId":"ABCDEFGHIJKLMNOPQRST","secretAccessKey":"a-secret-of-a-profile"},{"name":"b","sourceProfile":"a","agencyName":"g","agencyDomainName":"d"}]}`,
		`{"current":"s","profiles":[{"name":"s","mode":"SSO","ssoAuth":{"stsToken":{"accessKeyId":"ABCDEFGHIJKLMNOPQRST","secretAccessKey":"a-secret-of-a-profile","securityToken":"a-token-of-a-profile"}}}]}`,
		`{"current":"e","profiles":[{"name":"e","accessKeyId":"encrypted==","secretAccessKey":"a-secret-of-a-profile"}]}`,
		`{"current":"m","profiles":[{"name":"m","mode":"ecsAgency"}]}`,
		`{"profiles":null}`, `[]`, `{"current":1}`, ``,
	} {
		f.Add([]byte(file), "")
		f.Add([]byte(file), "a")
	}
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		profile, err := credentials.ParseProfile(data, name)
		if err == nil {
			if profile.AccessKey == "" || profile.SecretKey.IsZero() || name != "" && profile.Name != name {
				t.Errorf("the profile %q cannot be used: %+v", name, profile)
			}
			return
		}
		if _, ok := errors.AsType[*credentials.ProfileError](err); !ok {
			t.Fatalf("failed with %T", err)
		}
		for _, secret := range secretsOf(data) {
			if len(secret) > 8 && strings.Contains(err.Error(), secret) && strings.Count(string(data), secret) == 1 {
				t.Errorf("a secret shows in: %v", err)
			}
		}
	})
}

// secretsOf returns the strings of a JSON text whose key speaks of a secret.
func secretsOf(data []byte) []string {
	var secrets []string
	var walk func(name string, value any)
	walk = func(name string, value any) {
		switch v := value.(type) {
		case string:
			if strings.HasPrefix(name, "secret") || strings.HasPrefix(name, "security") {
				secrets = append(secrets, v)
			}
		case []any:
			for _, element := range v {
				walk("", element)
			}
		case map[string]any:
			for key, element := range v {
				walk(key, element)
			}
		}
	}
	var value any
	if json.Unmarshal(data, &value) == nil {
		walk("", value)
	}
	return secrets
}

// FuzzSignedRequest has requests verified by the emulator, whose signatures are an implementation
// of their own: whatever is in path, query, header and body, the two agree.
func FuzzSignedRequest(f *testing.F) {
	f.Add("job-1", "name", "a name", "user-1", []byte(nil))
	f.Add("名字 (&=?!#%.*)~", "state", "名字 (&=?!#%.*)~/+", "user 1", []byte(`{"a":1}`))
	f.Add("%41+%2B", "a+b", "%2F%", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", []byte("\x00\xff"))
	f.Add("a\xffb", "\xff", "", "", []byte{})
	f.Fuzz(func(t *testing.T, segment, name, value, user string, body []byte) {
		switch {
		case segment == "" || segment == "." || segment == ".." || strings.Contains(segment, "/"):
			return // no caller makes a path of it
		case strings.ContainsFunc(user, func(r rune) bool { return r < ' ' || r > '~' }) || strings.TrimSpace(user) != user:
			return // not what a header can hold
		}
		clock := newClock()
		server := emulator.New(emulator.WithJobCount(1), emulator.WithClock(clock.Now))
		config := withKey()
		config.Region, config.ProjectID, config.Now = emulator.Region, emulator.ProjectID, clock.Now
		scope, err := credentials.New(config, transport.Config{}).Scope(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		credential, err := scope.Authorizer.Credential(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		query := strings.ReplaceAll(url.Values{name: {value, "again"}, "limit": {"1"}}.Encode(), "+", "%20")
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://metastudio.test/v1/"+emulator.ProjectID+
			"/digital-human-training-manage/user/jobs/"+url.PathEscape(segment)+"?"+query, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Method = http.MethodGet
		if user != "" {
			req.Header.Set("X-App-UserId", user)
		}
		if err := credential.Authorize(req); err != nil {
			t.Fatal(err)
		}

		var wire bytes.Buffer
		if err := req.Write(&wire); err != nil {
			t.Fatal(err)
		}
		received, err := http.ReadRequest(bufio.NewReader(&wire))
		if err != nil {
			t.Fatal(err)
		}
		reply := httptest.NewRecorder()
		server.ServeHTTP(reply, received)
		if reply.Code == http.StatusUnauthorized || reply.Code >= 500 {
			t.Errorf("HTTP %d: %s\n%s", reply.Code, reply.Body, server.Requests()[0].Refused)
		}
	})
}
