package credentials_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestCredentialsOfOddSize: a part of a credential that no request can carry is no credential, and
// one that a request can carry is.
func TestCredentialsOfOddSize(t *testing.T) {
	t.Parallel()
	const maxSecret = 32 << 10
	for _, test := range []struct {
		name  string
		way   credentials.Config
		fault func(secret string) emulator.Fault
		kind  credentials.Kind
	}{
		{"token", password(), func(secret string) emulator.Fault {
			return emulator.Fault{
				Call: emulator.CallTokens, Status: http.StatusCreated, Header: http.Header{"X-Subject-Token": {secret}},
				Body: `{"token":{"expires_at":"2099-01-01T00:00:00Z","project":{"id":"p","name":"n"}}}`,
			}
		}, credentials.UnexpectedReply},
		{"key of IAM", with(withKey(), byName), func(secret string) emulator.Fault {
			return emulator.Fault{
				Call: emulator.CallSecurityTokens, Status: http.StatusCreated,
				Body: fmt.Sprintf(`{"credential":{"access":"A","secret":%q,"securitytoken":"t","expires_at":"2099-01-01T00:00:00Z"}}`, secret),
			}
		}, credentials.UnexpectedReply},
		{"key of STS", with(withKey(), byID), func(secret string) emulator.Fault {
			return emulator.Fault{
				Call: emulator.CallAssumeRole,
				Body: fmt.Sprintf(`{"credentials":{"access_key_id":"A","secret_access_key":"s","security_token":%q,"expiration":"2099-01-01T00:00:00Z"}}`, secret),
			}
		}, credentials.UnexpectedReply},
		{"key of the instance", credentials.Config{}, func(secret string) emulator.Fault {
			return emulator.Fault{
				Call: emulator.CallSecurityKey,
				Body: fmt.Sprintf(`{"credential":{"access":"A","secret":%q,"securitytoken":"t","expires_at":"2099-01-01T00:00:00Z"}}`, secret),
			}
		}, credentials.MetadataFailed},
		{"token of the instance", credentials.Config{}, func(secret string) emulator.Fault {
			return emulator.Fault{Call: emulator.CallMetadataToken, Body: secret}
		}, credentials.MetadataFailed},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{maxSecret, maxSecret + 1} {
				w := newWorld(t, emulator.WithInstanceAgency())
				w.Fail(test.fault(strings.Repeat("s", size)))
				_, err := w.session(t, test.way).Scope(t.Context(), "", "")
				failed, ok := errors.AsType[*credentials.Error](err)
				refused := ok && failed.Kind == test.kind && strings.HasSuffix(err.Error(), "the reply is not the one that the service documents")
				if refused != (size > maxSecret) {
					t.Errorf("%d bytes: %v", size, err)
				}
			}
		})
	}
}

// TestCredentialsWithoutAPart: a reply with a part of a credential, or with a value of another
// type, is no credential.
func TestCredentialsWithoutAPart(t *testing.T) {
	t.Parallel()
	ofIAM := with(withKey(), byName)
	ofToken := oidc(credentials.OIDC{IdpID: emulator.IdpID})
	instance := credentials.Config{Instance: true}
	temporary := func(body string) string { return `{"credential":{` + body + `}}` }
	ofSTS := func(body string) string { return `{"credentials":{` + body + `}}` }
	subject := http.Header{"X-Subject-Token": {"MIItoken"}}
	for _, test := range []struct {
		name, call, body string
		way              credentials.Config
		header           http.Header
	}{
		{"IAM, no access key", emulator.CallSecurityTokens, temporary(`"secret":"S","securitytoken":"T"`), ofIAM, nil},
		{"IAM, no secret key", emulator.CallSecurityTokens, temporary(`"access":"A","securitytoken":"T"`), ofIAM, nil},
		{"IAM, no security token", emulator.CallSecurityTokens, temporary(`"access":"A","secret":"S"`), ofIAM, nil},
		{"IAM, empty security token", emulator.CallSecurityTokens, temporary(`"access":"A","secret":"S","securitytoken":""`), ofIAM, nil},
		{"STS, no access key", emulator.CallAssumeRole, ofSTS(`"secret_access_key":"S","security_token":"T"`), with(withKey(), byID), nil},
		{"STS, no secret key", emulator.CallAssumeRole, ofSTS(`"access_key_id":"A","security_token":"T"`), with(withKey(), byID), nil},
		{"STS, no security token", emulator.CallAssumeRole, ofSTS(`"access_key_id":"A","secret_access_key":"S"`), with(withKey(), byID), nil},
		{"instance, no access key", emulator.CallSecurityKey, temporary(`"secret":"S","securitytoken":"T"`), instance, nil},
		{"instance, no secret key", emulator.CallSecurityKey, temporary(`"access":"A","securitytoken":"T"`), instance, nil},
		{"instance, no security token", emulator.CallSecurityKey, temporary(`"access":"A","secret":"S"`), instance, nil},
		{"instance, a number for a time", emulator.CallSecurityKey, temporary(`"access":"A","secret":"S","securitytoken":"T","expires_at":1`), instance, nil},
		{"id token, no token", emulator.CallIDTokens, `{"token":{}}`, ofToken, http.Header{"X-Subject-Token": nil}},
		{"id token, empty token", emulator.CallIDTokens, `{"token":{}}`, ofToken, http.Header{"X-Subject-Token": {""}}},
		{"id token, a token that no request can carry", emulator.CallIDTokens, `{"token":{}}`, ofToken, http.Header{"X-Subject-Token": {strings.Repeat("t", 32<<10+1)}}},
		{"id token, no body", emulator.CallIDTokens, `{}`, ofToken, subject},
		{"password, no token", emulator.CallTokens, `{"token":{"project":{"id":"p"}}}`, password(), nil},
		{"password, no project", emulator.CallTokens, `{"token":{}}`, password(), subject},
		{"password, a number for a time", emulator.CallTokens, `{"token":{"issued_at":1}}`, with(password(), byName), subject},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.WithInstanceAgency())
			w.Fail(emulator.Fault{Call: test.call, Body: test.body, Header: test.header})
			_, err := w.session(t, test.way).Scope(t.Context(), "", "")
			want := credentials.UnexpectedReply
			if test.way.Instance {
				want = credentials.MetadataFailed
			}
			if failure := asError(t, err); failure.Kind != want || failure.Err.Error() != "the reply is not the one that the service documents" {
				t.Errorf("got the error %v of kind %d, want %d", err, failure.Kind, want)
			}
		})
	}
}

// TestProjectsThatAreShown: what an error says of projects is bounded, harmless, and no secret.
func TestProjectsThatAreShown(t *testing.T) {
	t.Parallel()
	ofOtherProject := changed(withToken(), func(c *credentials.Config) { c.ProjectName = "another" })
	temporary := emulator.Fault{Call: emulator.CallSecurityTokens, Body: `{"credential":{"access":"A","secret":"S","securitytoken":"the-security-token"}}`}
	hostile := `\u202e\u0007` + emulator.Token + strings.Repeat("x", 1000)
	for _, test := range []struct {
		name  string
		way   credentials.Config
		fault emulator.Fault
		want  string
	}{
		{"ten", withKey(), emulator.Fault{Call: emulator.CallProjects, Flood: emulator.FloodOfProjects(10)}, "the account has 10 projects of this name: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"},
		{"more than are named", withKey(), emulator.Fault{Call: emulator.CallProjects, Flood: emulator.FloodOfProjects(11)}, "the account has 11 projects of this name: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …"},
		{"more than are read", withKey(), emulator.Fault{Call: emulator.CallProjects, Flood: emulator.FloodOfProjects(10_000)}, "the reply is larger than the 524288 bytes that are read"},
		{"hostile ids", withKey(), emulator.Fault{Call: emulator.CallProjects, Body: `{"projects":[{"id":"a\u202e\u0007` + emulator.SecretKey + `","name":"n"},{"id":"b","name":"n"}]}`},
			"the account has 2 projects of this name: a[redacted], b"},
		{"security token", with(withKey(), byName), emulator.Fault{Call: emulator.CallProjects, Body: `{"projects":[{"id":"a the-security-token","name":"n"},{"id":"b","name":"n"}]}`},
			"the account has 2 projects of this name: a [redacted], b"},
		{"hostile name", ofOtherProject, emulator.Fault{Call: emulator.CallCheckToken, Body: `{"token":{"project":{"id":"p","name":"` + hostile + `"}}}`},
			"the token is good for the project [redacted]" + strings.Repeat("x", 500-len("[redacted]")) + "… only, not for another"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Fail(temporary)
			w.Fail(test.fault)
			_, err := w.session(t, test.way).Scope(t.Context(), "", "")
			if err == nil || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("failed with %v, want %s", err, test.want)
			}
		})
	}
}
