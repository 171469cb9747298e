package credentials_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

func TestWaysToSignIn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		way     credentials.Config
		options []emulator.Option
		project string
		source  string
		calls   []string
	}{
		{
			name: "access key", way: withKey(), project: emulator.ProjectID, source: "access key from the test",
			calls: []string{"projects by key", "listing by key"},
		},
		{
			name: "access key with its account", way: func() credentials.Config { c := withKey(); c.DomainID = emulator.DomainID; return c }(),
			project: emulator.ProjectID, source: "access key from the test",
			calls: []string{"projects by key", "listing by key"},
		},
		{
			name: "access key and project", way: func() credentials.Config { c := withKey(); c.ProjectID = emulator.ProjectID; return c }(),
			project: emulator.ProjectID, source: "access key from the test",
			calls: []string{"listing by key"},
		},
		{
			name: "token", way: withToken(), project: emulator.ProjectID, source: "token from the test",
			calls: []string{"check-token by token", "listing by token"},
		},
		{
			name: "token and project", way: func() credentials.Config { c := withToken(); c.ProjectID = emulator.ProjectID; return c }(),
			project: emulator.ProjectID, source: "token from the test",
			calls: []string{"listing by token"},
		},
		{
			name: "password", way: password(), project: emulator.ProjectID, source: "password from the test",
			calls: []string{"tokens by nothing", "listing by token"},
		},
		{
			name: "password and project", way: func() credentials.Config { c := password(); c.ProjectID = emulator.ProjectID; return c }(),
			project: emulator.ProjectID, source: "password from the test",
			calls: []string{"tokens by nothing", "listing by token"},
		},
		{
			name: "password by ids", way: func() credentials.Config {
				c := password()
				c.UserName, c.UserID, c.DomainName, c.DomainID = "", emulator.UserID, "", emulator.DomainID
				return c
			}(),
			project: emulator.ProjectID, source: "password from the test",
			calls: []string{"tokens by nothing", "listing by token"},
		},
		{
			name: "instance", way: credentials.Config{Instance: true, Source: "agency of the ECS instance"},
			options: []emulator.Option{emulator.WithInstanceAgency()},
			project: emulator.ProjectID, source: "agency of the ECS instance",
			calls: []string{"metadata-token by nothing", "security-key by nothing", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "older instance", way: credentials.Config{Instance: true, Source: "agency of the ECS instance"},
			options: []emulator.Option{emulator.WithInstanceAgency(), emulator.WithoutMetadataTokens()},
			project: emulator.ProjectID, source: "agency of the ECS instance",
			calls: []string{"metadata-token by nothing", "security-key by nothing", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "id token by IAM", way: oidc(credentials.OIDC{IdpID: emulator.IdpID}),
			project: emulator.ProjectID, source: "id token from the test",
			calls: []string{"id-tokens by nothing", "security-tokens by token", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "id token by STS", way: oidc(credentials.OIDC{IdpID: providerURN, AgencyName: emulator.OIDCAgencyName, DomainID: emulator.DomainID}),
			project: emulator.ProjectID, source: "id token from the test, agency oidc-reader of account " + emulator.DomainID,
			calls: []string{"assume-role-with-oidc by nothing", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "agency by name", way: with(withKey(), byName),
			project: emulator.AgencyProjectID, source: "access key from the test, agency training-reader of account agency-account",
			calls: []string{"security-tokens by key", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "agency by id", way: with(withKey(), byID),
			project: emulator.AgencyProjectID, source: "access key from the test, agency training-reader of account " + emulator.AgencyDomainID,
			calls: []string{"assume-role by key", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "agency by id and name", way: with(withKey(), credentials.AssumeRole{
				AgencyName: emulator.AgencyName, DomainName: emulator.AgencyDomainName, DomainID: emulator.AgencyDomainID,
			}),
			project: emulator.AgencyProjectID, source: "access key from the test, agency training-reader of account " + emulator.AgencyDomainID,
			calls: []string{"assume-role by key", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "agency by name with a password", way: with(password(), byName),
			project: emulator.AgencyProjectID, source: "password from the test, agency training-reader of account agency-account",
			calls: []string{"tokens by nothing", "security-tokens by token", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "agency by id with a password", way: with(password(), byID),
			project: emulator.AgencyProjectID, source: "password from the test, agency training-reader of account " + emulator.AgencyDomainID,
			calls: []string{"tokens by nothing", "security-tokens by token", "assume-role by temporary key", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "agency by id with a token", way: with(withToken(), byID),
			project: emulator.AgencyProjectID, source: "token from the test, agency training-reader of account " + emulator.AgencyDomainID,
			calls: []string{"security-tokens by token", "assume-role by temporary key", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "agency by id with an id token", way: with(oidc(credentials.OIDC{IdpID: emulator.IdpID}), byID),
			project: emulator.AgencyProjectID, source: "id token from the test, agency training-reader of account " + emulator.AgencyDomainID,
			calls: []string{"id-tokens by nothing", "security-tokens by token", "assume-role by temporary key", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "chain of agencies by name", way: with(withKey(), byName, thenName),
			project: emulator.SecondAgencyProjectID,
			source:  "access key from the test, agency training-reader of account agency-account, agency second-reader of account second-agency-account",
			calls:   []string{"security-tokens by key", "security-tokens by temporary key", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "chain of agencies by id", way: with(withKey(), byID, thenID),
			project: emulator.SecondAgencyProjectID,
			source:  "access key from the test, agency training-reader of account " + emulator.AgencyDomainID + ", agency second-reader of account " + emulator.SecondAgencyDomainID,
			calls:   []string{"assume-role by key", "assume-role by temporary key", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "chain of both kinds with a token", way: with(withToken(), byName, thenID),
			project: emulator.SecondAgencyProjectID,
			source:  "token from the test, agency training-reader of account agency-account, agency second-reader of account " + emulator.SecondAgencyDomainID,
			calls:   []string{"security-tokens by token", "assume-role by temporary key", "projects by temporary key", "listing by temporary key"},
		},
		{
			name: "chain of both kinds", way: with(withKey(), byID, thenName),
			project: emulator.SecondAgencyProjectID,
			source:  "access key from the test, agency training-reader of account " + emulator.AgencyDomainID + ", agency second-reader of account second-agency-account",
			calls:   []string{"assume-role by key", "security-tokens by temporary key", "projects by temporary key", "listing by temporary key"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.options...)
			session := w.session(t, test.way)
			if w.Count("") != 0 {
				t.Errorf("requests were sent before the first read: %v", w.calls())
			}
			if got := session.Source(); got != test.source {
				t.Errorf("the session's source is %q, want %q", got, test.source)
			}

			scope, err := session.Scope(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			if scope.Region != emulator.Region || scope.ProjectID != test.project {
				t.Errorf("the scope is %s in %s, want %s in %s", scope.ProjectID, scope.Region, test.project, emulator.Region)
			}
			if err := w.read(t.Context(), scope); err != nil {
				t.Fatal(err)
			}
			credential, err := scope.Authorizer.Credential(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := credential.Source(); got != test.source {
				t.Errorf("the credential's source is %q, want %q", got, test.source)
			}
			if diff := cmp.Diff(test.calls, w.calls()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}

			// What was obtained serves another read, which names the project itself.
			scope, err = session.Scope(t.Context(), emulator.Region, "")
			if err != nil {
				t.Fatal(err)
			}
			if err := w.read(t.Context(), scope); err != nil {
				t.Fatal(err)
			}
			want := append(test.calls, test.calls[len(test.calls)-1]) //nolint:gocritic // a list of its own is meant
			if diff := cmp.Diff(want, w.calls()); diff != "" {
				t.Errorf("calls after a second read (-want +got):\n%s", diff)
			}
			for _, request := range w.Requests() {
				if got := request.Header.Get("User-Agent"); got != "test/1" {
					t.Errorf("the user agent of %s is %q", request.Call, got)
				}
			}
		})
	}
}
