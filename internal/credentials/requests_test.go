package credentials_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// sentOnce checks that a call was made once, with a body of JSON.
func (w *world) sentOnce(t *testing.T, call, want string) {
	t.Helper()
	requests := w.RequestsOf(call)
	if len(requests) != 1 {
		t.Fatalf("%d requests of %s, want 1", len(requests), call)
	}
	parse := func(body []byte) (parsed any) {
		if err := json.Unmarshal(body, &parsed); err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	if diff := cmp.Diff(parse([]byte(want)), parse(requests[0].Body)); diff != "" {
		t.Errorf("body of %s (-want +got):\n%s", call, diff)
	}
}

// A user is named by ID before name, and so are his account and the project.
func TestPasswordRequest(t *testing.T) {
	t.Parallel()
	const (
		identity = `{"auth":{"identity":{"methods":["password"],"password":{"user":`
		byName   = identity + `{"name":"` + emulator.UserName + `","domain":{"name":"` + emulator.DomainName + `"},"password":"` + emulator.Password + `"}}}`
		byID     = identity + `{"id":"` + emulator.UserID + `","password":"` + emulator.Password + `"}}}`
		region   = `,"scope":{"project":{"name":"` + emulator.Region + `"}}}}`
	)
	ids := changed(password(), func(c *credentials.Config) {
		c.UserID, c.DomainID = emulator.UserID, emulator.DomainID
	})
	agency := credentials.AssumeRole{AgencyName: emulator.AgencyName, DomainName: emulator.AgencyDomainName}
	for _, test := range []struct {
		name string
		way  credentials.Config
		want string
	}{
		{"names", password(), byName + region},
		{"project by ID", changed(password(), func(c *credentials.Config) { c.ProjectID, c.ProjectName = emulator.ProjectID, "ignored" }),
			byName + `,"scope":{"project":{"id":"` + emulator.ProjectID + `"}}}}`},
		{"account by ID", changed(password(), func(c *credentials.Config) { c.DomainID = emulator.DomainID }),
			identity + `{"name":"` + emulator.UserName + `","domain":{"id":"` + emulator.DomainID + `"},"password":"` + emulator.Password + `"}}}` + region},
		{"user by ID", ids, byID + region},
		{"for an account by name", with(password(), agency), byName + `,"scope":{"domain":{"name":"` + emulator.DomainName + `"}}}}`},
		{"for an account by ID", with(ids, agency), byID + `,"scope":{"domain":{"id":"` + emulator.DomainID + `"}}}}`},
		{"for an account that is not named", with(changed(ids, func(c *credentials.Config) { c.DomainID, c.DomainName = "", "" }), agency), byID + `}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			scope := w.scope(t, w.session(t, test.way))
			if _, err := scope.Authorizer.Credential(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.sentOnce(t, emulator.CallTokens, test.want)
			if got := w.RequestsOf(emulator.CallTokens)[0].RawQuery; got != "nocatalog=true" {
				t.Errorf("the query is %q", got)
			}
		})
	}
}

// The catalog of services is long, and nobody reads it here.
func TestTokenIsCheckedWithoutTheCatalog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.scope(t, w.session(t, withToken()))
	if got := w.RequestsOf(emulator.CallCheckToken)[0].RawQuery; got != "nocatalog=true" {
		t.Errorf("the query is %q", got)
	}
}

// A lifetime is asked for in seconds; without one the service decides.
func TestLifetimesThatAreAskedFor(t *testing.T) {
	t.Parallel()
	agency := func(a credentials.AssumeRole, d time.Duration) credentials.Config {
		a.Duration = d
		return with(withKey(), a)
	}
	for _, test := range []struct {
		name, call string
		way        func(time.Duration) credentials.Config
		with       string
		without    string
	}{
		{
			"agency by IAM", emulator.CallSecurityTokens, func(d time.Duration) credentials.Config { return agency(byName, d) },
			`{"auth":{"identity":{"methods":["assume_role"],"assume_role":{"agency_name":"training-reader","domain_name":"agency-account","duration_seconds":3600}}}}`,
			`{"auth":{"identity":{"methods":["assume_role"],"assume_role":{"agency_name":"training-reader","domain_name":"agency-account"}}}}`,
		},
		{
			"agency by STS", emulator.CallAssumeRole, func(d time.Duration) credentials.Config { return agency(byID, d) },
			`{"duration_seconds":3600,"agency_urn":"iam::` + emulator.AgencyDomainID + `:agency:training-reader","agency_session_name":"terraform-provider-metastudio"}`,
			`{"agency_urn":"iam::` + emulator.AgencyDomainID + `:agency:training-reader","agency_session_name":"terraform-provider-metastudio"}`,
		},
		{
			"id token by IAM", emulator.CallSecurityTokens,
			func(d time.Duration) credentials.Config {
				return oidc(credentials.OIDC{IdpID: emulator.IdpID, Duration: d})
			},
			`{"auth":{"identity":{"methods":["token"],"token":{"duration_seconds":3600}}}}`,
			`{"auth":{"identity":{"methods":["token"],"token":{}}}}`,
		},
		{
			"id token by STS", emulator.CallAssumeRoleWithOIDC,
			func(d time.Duration) credentials.Config {
				return oidc(credentials.OIDC{IdpID: providerURN, AgencyName: emulator.OIDCAgencyName, DomainID: emulator.DomainID, Duration: d})
			},
			`{"duration_seconds":3600,"provider_urn":"` + providerURN + `","agency_urn":"iam::` + emulator.DomainID + `:agency:oidc-reader","id_token":"` + emulator.IDToken + `","agency_session_name":"terraform-provider-metastudio"}`,
			`{"provider_urn":"` + providerURN + `","agency_urn":"iam::` + emulator.DomainID + `:agency:oidc-reader","id_token":"` + emulator.IDToken + `","agency_session_name":"terraform-provider-metastudio"}`,
		},
	} {
		for lifetime, want := range map[time.Duration]string{time.Hour: test.with, 0: test.without} {
			t.Run(test.name+" "+lifetime.String(), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.scope(t, w.session(t, test.way(lifetime)))
				w.sentOnce(t, test.call, want)
			})
		}
	}
}

// A call for a project names the project. A call for the account names the account, where it is
// known.
func TestHeadersOfAnAccessKey(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name             string
		way              credentials.Config
		account, project string
	}{
		{"account not known", withKey(), "", emulator.ProjectID},
		{"account configured", changed(withKey(), func(c *credentials.Config) { c.DomainID = emulator.DomainID }), emulator.DomainID, emulator.ProjectID},
		{"agency by name", with(withKey(), byName), "", emulator.AgencyProjectID},
		{"agency by ID", with(withKey(), byID), emulator.AgencyDomainID, emulator.AgencyProjectID},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if err := w.read(t.Context(), w.scope(t, w.session(t, test.way))); err != nil {
				t.Fatal(err)
			}
			type headers struct{ Account, Project []string }
			got := map[string]headers{}
			for _, call := range []string{emulator.CallProjects, emulator.CallListing} {
				sent := w.RequestsOf(call)[0].Header
				got[call] = headers{sent.Values("X-Domain-Id"), sent.Values("X-Project-Id")}
			}
			want := map[string]headers{emulator.CallProjects: {}, emulator.CallListing: {Project: []string{test.project}}}
			if test.account != "" {
				want[emulator.CallProjects] = headers{Account: []string{test.account}}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}

// A project has one token, whether a read names it or takes the session's own.
func TestProjectHasOneToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	session := w.session(t, changed(password(), func(c *credentials.Config) {
		c.ProjectID, c.ProjectName = emulator.ProjectID, emulator.ProjectName
	}))
	for _, projectID := range []string{"", emulator.ProjectID} {
		scope, err := session.Scope(t.Context(), "", projectID)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.read(t.Context(), scope); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.Count(emulator.CallTokens); got != 1 {
		t.Errorf("%d tokens were asked for", got)
	}
}

func TestIDTokenIsReadByTheConfiguredFunction(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	way := oidc(credentials.OIDC{IdpID: emulator.IdpID, IDTokenFile: "a file of the caller's"})
	way.ReadFile = func(name string) ([]byte, error) {
		if name != "a file of the caller's" {
			t.Errorf("the file %q was read", name)
		}
		return []byte(emulator.IDToken), nil
	}
	w.scope(t, w.session(t, way))
}

// Without a network of the caller's own, a session makes its own connections.
func TestNetworkByDefault(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.sessionOver(t, withKey(), transport.Config{}).Scope(t.Context(), "", ""); err != nil {
		t.Fatal(err)
	}
}
