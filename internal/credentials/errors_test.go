package credentials_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

func changed(way credentials.Config, change func(*credentials.Config)) credentials.Config {
	change(&way)
	return way
}

func TestErrors(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		way     credentials.Config
		options []emulator.Option
		fault   emulator.Fault
		region  string
		doing   string
		cause   string
		kind    credentials.Kind
	}{
		{
			name: "wrong password", way: changed(password(), func(c *credentials.Config) { c.Password = credentials.NewSecret("zq-wrong") }),
			doing: "getting a token from IAM", cause: "HTTP 401 401: The username or password is wrong.", kind: credentials.PasswordRefused,
		},
		{
			name: "password, and a project that is not there", way: changed(password(), func(c *credentials.Config) { c.ProjectName = "cn-north-4_none" }),
			doing: "getting a token from IAM", cause: "Could not find project: cn-north-4_none", kind: credentials.PasswordRefused,
		},
		{
			name: "user who may not sign in by API", way: password(), fault: emulator.Fault{Call: emulator.CallTokens, Status: http.StatusForbidden},
			doing: "getting a token", cause: "HTTP 403", kind: credentials.PasswordRefused,
		},
		{
			name: "wrong secret key", way: changed(withKey(), func(c *credentials.Config) { c.SecretKey = credentials.NewSecret("zq-wrong") }),
			doing: "looking for the project cn-north-4 in IAM", cause: "verify aksk signature fail", kind: credentials.KeyRefused,
		},
		{
			name: "unknown access key", way: changed(withKey(), func(c *credentials.Config) { c.AccessKey = "UNKNOWN0000000000000" }),
			doing: "looking for the project", cause: "ak not exist", kind: credentials.KeyRefused,
		},
		{
			name: "region without a project", way: withKey(), options: []emulator.Option{emulator.WithoutProject(emulator.ProjectID)},
			doing: "looking for the project cn-north-4 in IAM", cause: "the account has no project of this name", kind: credentials.ProjectNotFound,
		},
		{
			name: "region with several projects", way: withKey(),
			options: []emulator.Option{emulator.WithProjects(emulator.Project{ID: "44444444444444444444444444444444", Name: emulator.Region})},
			doing:   "looking for the project", cause: emulator.ProjectID + ", 44444444444444444444444444444444", kind: credentials.SeveralProjects,
		},
		{
			name: "may not list projects", way: withKey(), fault: emulator.Fault{Call: emulator.CallProjects, Status: http.StatusForbidden},
			doing: "looking for the project", cause: "HTTP 403", kind: credentials.ProjectsRefused,
		},
		{
			name: "IAM is down", way: withKey(), fault: emulator.Fault{Call: emulator.CallProjects, Status: http.StatusServiceUnavailable, Times: -1},
			doing: "looking for the project", cause: "after 3 attempts", kind: credentials.Unavailable,
		},
		{
			name: "IAM throttles", way: withKey(), fault: emulator.Fault{Call: emulator.CallProjects, Status: http.StatusTooManyRequests, Times: -1},
			doing: "looking for the project", cause: "after 3 attempts", kind: credentials.Unavailable,
		},
		{
			name: "IAM takes too long", way: withKey(), fault: emulator.Fault{Call: emulator.CallProjects, Status: http.StatusRequestTimeout, Times: -1},
			doing: "looking for the project", cause: "after 3 attempts", kind: credentials.Unavailable,
		},
		{
			name: "IAM does not answer", way: withKey(), fault: emulator.Fault{Call: emulator.CallProjects, Reset: true, Times: -1},
			doing: "looking for the project", cause: "after 3 attempts", kind: credentials.Unavailable,
		},
		{
			name:  "agency by name, with a wrong secret key",
			way:   with(changed(withKey(), func(c *credentials.Config) { c.SecretKey = credentials.NewSecret("zq-wrong") }), byName),
			doing: "assuming the agency training-reader of account agency-account", cause: "verify aksk signature fail", kind: credentials.KeyRefused,
		},
		{
			name:  "agency by ID, with a wrong secret key",
			way:   with(changed(withKey(), func(c *credentials.Config) { c.SecretKey = credentials.NewSecret("zq-wrong") }), byID),
			doing: "assuming the agency training-reader", cause: "verify aksk signature fail", kind: credentials.KeyRefused,
		},
		{
			name:  "agency by name, with a token of yesterday",
			way:   with(changed(withToken(), func(c *credentials.Config) { c.Token = credentials.NewSecret("MIIold") }), byName),
			doing: "assuming the agency training-reader", cause: "HTTP 401", kind: credentials.TokenRefused,
		},
		{
			name: "token of yesterday, for a key", way: with(changed(withToken(), func(c *credentials.Config) { c.Token = credentials.NewSecret("MIIold") }), byID),
			doing: "exchanging the token for a temporary access key", cause: "HTTP 401", kind: credentials.TokenRefused,
		},
		{
			name: "token that may not be exchanged", way: with(withToken(), byID), fault: emulator.Fault{Call: emulator.CallSecurityTokens, Status: http.StatusForbidden},
			doing: "exchanging the token for a temporary access key", cause: "HTTP 403", kind: credentials.ExchangeRefused,
		},
		{
			name: "token that may not be checked", way: withToken(), fault: emulator.Fault{Call: emulator.CallCheckToken, Status: http.StatusForbidden},
			doing: "asking IAM for the project", cause: "HTTP 403", kind: credentials.TokenRefused,
		},
		{
			name: "agency that is not there", way: with(withKey(), credentials.AssumeRole{AgencyName: "none", DomainName: emulator.AgencyDomainName}),
			doing: "assuming the agency none of account agency-account", cause: "HTTP 404 IAM.0004", kind: credentials.AgencyRefused,
		},
		{
			name: "agency that trusts somebody else", way: with(withKey(), credentials.AssumeRole{AgencyName: emulator.SecondAgencyName, DomainID: emulator.SecondAgencyDomainID}),
			doing: "assuming the agency second-reader", cause: "HTTP 403 STS5.1001", kind: credentials.AgencyRefused,
		},
		{
			name: "agency that allows less time", way: with(withKey(), credentials.AssumeRole{AgencyName: emulator.AgencyName, DomainID: emulator.AgencyDomainID, Duration: 24 * time.Hour}),
			doing: "assuming the agency", cause: "HTTP 400 STS5.0001", kind: credentials.AgencyRefused,
		},
		{
			name: "expired id token, by IAM", way: changed(oidc(credentials.OIDC{IdpID: emulator.IdpID}), func(c *credentials.Config) { c.OIDC.IDToken = credentials.NewSecret("zq-old") }),
			doing: "exchanging the id token of the identity provider emulated-idp", cause: "HTTP 401 IAM.0001", kind: credentials.IDTokenRefused,
		},
		{
			name: "expired id token, by STS", way: changed(oidc(credentials.OIDC{IdpID: providerURN, AgencyName: emulator.OIDCAgencyName, DomainID: emulator.DomainID}), func(c *credentials.Config) {
				c.OIDC.IDToken = credentials.NewSecret("zq-old")
			}),
			doing: "assuming the agency oidc-reader with an id token", cause: "HTTP 403 STS5.1001", kind: credentials.IDTokenRefused,
		},
		{
			name: "unknown identity provider", way: oidc(credentials.OIDC{IdpID: "none"}),
			doing: "exchanging the id token", cause: "Could not find identity provider: none", kind: credentials.IDTokenRefused,
		},
		{
			name: "id token file that is not there", way: oidc(credentials.OIDC{IdpID: emulator.IdpID, IDTokenFile: empty + ".not"}),
			doing: "exchanging the id token", cause: "no such file", kind: credentials.IDTokenUnavailable,
		},
		{
			name: "id token file that is empty", way: oidc(credentials.OIDC{IdpID: emulator.IdpID, IDTokenFile: empty}),
			doing: "exchanging the id token", cause: "is empty", kind: credentials.IDTokenUnavailable,
		},
		{
			name: "token of yesterday", way: changed(withToken(), func(c *credentials.Config) { c.Token = credentials.NewSecret("MIIold") }),
			doing: "asking IAM for the project", cause: "HTTP 401", kind: credentials.TokenRefused,
		},
		{
			name: "token for another region", way: withToken(), region: emulator.SecondRegion,
			doing: "asking IAM for the project", cause: "good for the project cn-north-4 only, not for cn-east-3", kind: credentials.TokenOfOtherProject,
		},
		{
			name: "token for another project", way: changed(withToken(), func(c *credentials.Config) { c.ProjectName = "cn-north-4_other" }),
			doing: "asking IAM for the project", cause: "not for cn-north-4_other", kind: credentials.TokenOfOtherProject,
		},
		{
			name: "token without a project", way: withToken(), fault: emulator.Fault{Call: emulator.CallCheckToken, Body: `{"token":{"domain":{"id":"d"},"expires_at":"2026-01-03T00:00:00.000000Z"}}`},
			doing: "asking IAM for the project", cause: "good for an account, not for a project", kind: credentials.TokenOfAccount,
		},
		{
			name: "instance without an agency", way: credentials.Config{Instance: true}, options: []emulator.Option{emulator.WithBareInstance()},
			doing: "asking the ECS instance for its agency's key", cause: "the instance has no agency", kind: credentials.NoInstanceAgency,
		},
		{
			name: "instance whose metadata service is down", way: credentials.Config{Instance: true}, options: []emulator.Option{emulator.WithInstanceAgency()},
			fault: emulator.Fault{Call: emulator.CallSecurityKey, Status: http.StatusInternalServerError},
			doing: "asking the ECS instance for its agency's key", cause: "HTTP 500", kind: credentials.MetadataFailed,
		},
		{
			name: "no instance at all", way: credentials.Config{Instance: true},
			doing: "asking the ECS instance for its agency's key", cause: "the instance has no agency", kind: credentials.NoInstanceAgency,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.options...)
			if test.fault.Call != "" {
				w.Fail(test.fault)
			}
			_, err := w.session(t, test.way).Scope(t.Context(), test.region, "")
			failure := asError(t, err)
			if failure.Kind != test.kind {
				t.Errorf("kind %d, want %d", failure.Kind, test.kind)
			}
			for what, text := range map[string][2]string{
				"what was being done": {failure.Op, test.doing}, "the cause": {failure.Err.Error(), test.cause},
				"the whole": {err.Error(), test.way.Source},
			} {
				if !strings.Contains(text[0], text[1]) {
					t.Errorf("%s is %q, want %q", what, text[0], text[1])
				}
			}
			if strings.Contains(err.Error(), "zq-") {
				t.Errorf("the error quotes the credential: %v", err)
			}
			noSecrets(t, w, err.Error())
		})
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	cause := &transport.Error{Status: http.StatusUnauthorized, Message: "The username or password is wrong."}
	for _, test := range []struct {
		name string
		err  credentials.Error
		want string
	}{
		{"with a source", credentials.Error{Op: "getting a token from IAM", Source: "password from the environment", Err: cause},
			"getting a token from IAM with the password from the environment: HTTP 401: The username or password is wrong"},
		{"without a source", credentials.Error{Op: "getting a token from IAM", Err: cause},
			"getting a token from IAM: HTTP 401: The username or password is wrong"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.err.Error(); got != test.want || !errors.Is(&test.err, cause) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Half a reply may hold half a secret, so nothing of it may show.
func TestRepliesThatAreNotWhole(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		call string
		way  credentials.Config
	}{
		{emulator.CallProjects, withKey()},
		{emulator.CallCheckToken, withToken()},
		{emulator.CallTokens, password()},
		{emulator.CallSecurityTokens, with(withKey(), byName)},
		{emulator.CallSecurityTokens, oidc(credentials.OIDC{IdpID: emulator.IdpID})},
		{emulator.CallAssumeRole, with(withKey(), byID)},
		{emulator.CallIDTokens, oidc(credentials.OIDC{IdpID: emulator.IdpID})},
		{emulator.CallAssumeRoleWithOIDC, oidc(credentials.OIDC{IdpID: providerURN, AgencyName: emulator.OIDCAgencyName, DomainID: emulator.DomainID})},
		{emulator.CallSecurityKey, credentials.Config{Instance: true}},
	} {
		for name, fault := range map[string]emulator.Fault{
			"cut JSON":      {Truncate: 60},
			"HTML":          {Body: "<html>zq-body</html>"},
			"another shape": {Body: `{"credential":"zq-body","credentials":["zq-body"],"token":"zq-body","projects":{"zq":"zq-body"}}`},
			"nothing in it": {Body: `{}`},
			"null":          {Body: `{"credential":null,"credentials":null,"token":null,"projects":null}`},
		} {
			t.Run(test.call+"/"+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, emulator.WithInstanceAgency())
				fault.Call = test.call
				w.Fail(fault)
				_, err := w.session(t, test.way).Scope(t.Context(), "", "")
				failure := asError(t, err)
				want := credentials.UnexpectedReply
				if test.way.Instance {
					want = credentials.MetadataFailed
				}
				if failure.Kind != want {
					t.Errorf("kind %d, want %d", failure.Kind, want)
				}
				if !strings.Contains(failure.Err.Error(), "not the one that the service documents") {
					t.Errorf("got the error %v", err)
				}
				if strings.Contains(err.Error(), "zq-body") {
					t.Errorf("the error quotes the reply: %v", err)
				}
				noSecrets(t, w, err.Error())
			})
		}
	}
}

func TestRegionAndProjectOfARead(t *testing.T) {
	t.Parallel()
	const other = "55555555555555555555555555555555"
	for _, test := range []struct {
		name                string
		way                 credentials.Config
		region, project     string
		wantRegion, wantPrj string
		requests            int
	}{
		{"another region", withKey(), emulator.SecondRegion, "", emulator.SecondRegion, emulator.SecondProjectID, 1},
		{"another region, by password", password(), emulator.SecondRegion, "", emulator.SecondRegion, emulator.SecondProjectID, 1},
		{
			"the provider's project is not another region's", changed(withKey(), func(c *credentials.Config) { c.ProjectID, c.ProjectName = emulator.ProjectID, "x" }),
			emulator.SecondRegion, "", emulator.SecondRegion, emulator.SecondProjectID, 1,
		},
		{"another project", withKey(), "", other, emulator.Region, other, 0},
		{"another region and project", withKey(), emulator.SecondRegion, other, emulator.SecondRegion, other, 0},
		{"a project by name", changed(withKey(), func(c *credentials.Config) { c.ProjectName = emulator.SecondRegion }), "", "", emulator.Region, emulator.SecondProjectID, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			scope, err := w.session(t, test.way).Scope(t.Context(), test.region, test.project)
			if err != nil {
				t.Fatal(err)
			}
			if scope.Region != test.wantRegion || scope.ProjectID != test.wantPrj {
				t.Errorf("got %s in %s, want %s in %s", scope.ProjectID, scope.Region, test.wantPrj, test.wantRegion)
			}
			if got := w.Count(""); got != test.requests {
				t.Errorf("%d requests, want %d: %v", got, test.requests, w.calls())
			}
		})
	}
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ service, region, cloud, want string }{
		{"iam", "cn-north-4", "", "https://iam.cn-north-4.myhuaweicloud.com"},
		{"metastudio", "eu-west-101", "", "https://metastudio.eu-west-101.myhuaweicloud.eu"},
		{"sts", "eu-west-101", "cloud.example", "https://sts.eu-west-101.cloud.example"},
	} {
		if got := credentials.Endpoint(test.service, test.region, test.cloud).String(); got != test.want {
			t.Errorf("the endpoint of %s in %s is %s, want %s", test.service, test.region, got, test.want)
		}
	}
}

// The error names the region and the project that were to be read, for the caller's advice.
func TestErrorsNameRegionAndProject(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name            string
		way             credentials.Config
		region, project string
		want            [2]string
	}{
		{"by password, by ID", password(), emulator.Region, "0", [2]string{emulator.Region, "0"}},
		{"by password, by name", changed(password(), func(c *credentials.Config) { c.ProjectName = "none" }), "", "", [2]string{emulator.Region, "none"}},
		{"by key", changed(withKey(), func(c *credentials.Config) { c.ProjectName = "none" }), "", "", [2]string{emulator.Region, "none"}},
		{"in another region", withKey(), "cn-south-9", "", [2]string{"cn-south-9", "cn-south-9"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			scope, err := w.session(t, test.way).Scope(t.Context(), test.region, test.project)
			if err == nil {
				err = w.read(t.Context(), scope)
			}
			if failure := asError(t, err); [2]string{failure.Region, failure.Project} != test.want {
				t.Errorf("region %q and project %q, want %q", failure.Region, failure.Project, test.want)
			}
		})
	}
}

// Outside Huawei Cloud nothing answers at the metadata service's address: packets are lost.
func TestErrorComesSoonOutsideTheCloud(t *testing.T) {
	t.Parallel()
	silent, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close() // accepts connections, as its kernel does, and never answers
	network := newWorld(t).network()
	var attempts []string
	network.Observe = func(_ context.Context, attempt transport.Attempt) {
		attempts = append(attempts, fmt.Sprintf("%s %s: %v", attempt.Method, attempt.Path, attempt.Err))
	}
	session := credentials.New(credentials.Config{
		Region: emulator.Region, Instance: true, MetadataURL: "http://" + silent.Addr().String(),
	}, network)

	_, err = session.Scope(t.Context(), "", "")
	want := []string{"PUT /meta-data/latest/api/token: no whole reply within 2s"}
	if diff := cmp.Diff(want, attempts); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	failure := asError(t, err)
	if failure.Kind != credentials.NoCredential || !strings.Contains(err.Error(), "no metadata service answers") {
		t.Errorf("got the error %v of kind %d", err, failure.Kind)
	}
}
