package provider

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
)

// texts are strings by name: arguments, or environment variables.
type texts map[string]string

// model returns a provider block with these arguments.
func (a texts) model() *providerModel {
	text := func(name string) types.String {
		if value, ok := a[name]; ok {
			return types.StringValue(value)
		}
		return types.StringNull()
	}
	return &providerModel{
		Region: text("region"), ProjectID: text("project_id"), ProjectName: text("project_name"),
		AccessKey: text("access_key"), SecretKey: text("secret_key"), SecurityToken: text("security_token"),
		Token: text("token"), UserName: text("user_name"), UserID: text("user_id"), Password: text("password"),
		DomainName: text("domain_name"), DomainID: text("domain_id"),
		SharedConfigFile: text("shared_config_file"), Profile: text("profile"),
		Cloud: text("cloud"), AuthURL: text("auth_url"),
	}
}

// machine is a provider on a machine with these variables and files.
func machine(environment, files texts) *metastudioProvider {
	return &metastudioProvider{
		version: "test",
		getenv:  func(name string) string { return environment[name] },
		readFile: func(name string) ([]byte, error) {
			if text, ok := files[name]; ok {
				return []byte(text), nil
			}
			return nil, &os.PathError{Op: "open", Path: name, Err: os.ErrNotExist}
		},
		homeDir: func() (string, error) {
			if _, ok := files["~"]; ok {
				return "", errors.New("$HOME is not defined")
			}
			return "/home/user", nil
		},
		now: time.Now,
	}
}

const koocliFile = `{"current": "studio", "profiles": [
	{"name": "studio", "mode": "AKSK", "accessKeyId": "FILEAK00000000000000", "secretAccessKey": "file-sk", "region": "cn-east-3", "projectId": "file-project", "domainId": "file-domain"},
	{"name": "agency", "mode": "AKSK", "accessKeyId": "FILEAK00000000000000", "secretAccessKey": "file-sk", "region": "cn-east-3", "agencyName": "file-agency", "agencyDomainId": "file-agency-domain"},
	{"name": "encrypted", "mode": "AKSK", "accessKeyId": "ZmlsZS1hay1lbmNyeXB0ZWQ=", "secretAccessKey": "ZmlsZS1zay1lbmNyeXB0ZWQ="}
]}`

func key(access, secret, source string) credentials.Config {
	return credentials.Config{AccessKey: access, SecretKey: credentials.NewSecret(secret), Source: source}
}

func TestResolveCredentials(t *testing.T) {
	t.Parallel()
	region := func(more texts) texts {
		all := texts{"region": "cn-north-4"}
		for name, value := range more {
			all[name] = value
		}
		return all
	}
	files := texts{"/home/user/.hcloud/config.json": koocliFile, "/etc/koocli.json": koocliFile}
	for _, test := range []struct {
		name        string
		block       texts
		environment texts
		change      func(*providerModel)
		want        func(*credentials.Config)
	}{
		{
			name: "key in the block", block: region(texts{"access_key": "ak", "secret_key": "sk", "security_token": "st"}),
			environment: texts{"HW_ACCESS_KEY": "env-ak", "HW_SECRET_KEY": "env-sk", "HW_SECURITY_TOKEN": "env-st", "HW_AUTH_TOKEN": "env-token"},
			want: func(c *credentials.Config) {
				*c = key("ak", "sk", "access key from the provider block")
				c.SecurityToken = credentials.NewSecret("st")
			},
		},
		{
			name: "the environment's security token is not the block's", block: region(texts{"access_key": "ak", "secret_key": "sk"}),
			environment: texts{"HW_SECURITY_TOKEN": "env-st", "HUAWEICLOUD_SDK_SECURITY_TOKEN": "sdk-st"},
			want:        func(c *credentials.Config) { *c = key("ak", "sk", "access key from the provider block") },
		},
		{
			name: "key in the environment", block: region(nil),
			environment: texts{"HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk", "HW_SECURITY_TOKEN": "st", "HUAWEICLOUD_SDK_AK": "sdk-ak", "HUAWEICLOUD_SDK_SK": "sdk-sk"},
			want: func(c *credentials.Config) {
				*c = key("ak", "sk", "access key from HW_ACCESS_KEY")
				c.SecurityToken = credentials.NewSecret("st")
			},
		},
		{
			name: "key of the SDKs", block: region(nil),
			environment: texts{"HUAWEICLOUD_SDK_AK": "ak", "HUAWEICLOUD_SDK_SK": "sk", "HUAWEICLOUD_SDK_SECURITY_TOKEN": "st"},
			want: func(c *credentials.Config) {
				*c = key("ak", "sk", "access key from HUAWEICLOUD_SDK_AK")
				c.SecurityToken = credentials.NewSecret("st")
			},
		},
		{
			name: "empty counts as unset", block: region(texts{"access_key": "", "secret_key": "", "token": ""}),
			environment: texts{"HW_ACCESS_KEY": "", "HUAWEICLOUD_SDK_AK": "ak", "HUAWEICLOUD_SDK_SK": "sk"},
			want:        func(c *credentials.Config) { *c = key("ak", "sk", "access key from HUAWEICLOUD_SDK_AK") },
		},
		{
			name: "token in the block", block: region(texts{"token": "t"}),
			want: func(c *credentials.Config) {
				c.Token, c.Source = credentials.NewSecret("t"), "token from the provider block"
			},
		},
		{
			name: "token in the environment", block: region(nil), environment: texts{"HW_AUTH_TOKEN": "t"},
			want: func(c *credentials.Config) {
				c.Token, c.Source = credentials.NewSecret("t"), "token from HW_AUTH_TOKEN"
			},
		},
		{
			name: "password in the block, account in the environment", block: region(texts{"user_name": "u", "password": "p"}),
			environment: texts{"HW_DOMAIN_NAME": "d"},
			want: func(c *credentials.Config) {
				c.UserName, c.Password, c.DomainName = "u", credentials.NewSecret("p"), "d"
				c.Source = "password of user u from the provider block"
			},
		},
		{
			name: "password in the environment", block: region(nil),
			environment: texts{"HW_USER_ID": "u", "HW_USER_PASSWORD": "p", "HW_DOMAIN_ID": "d"},
			want: func(c *credentials.Config) {
				c.UserID, c.Password, c.DomainID = "u", credentials.NewSecret("p"), "d"
				c.Source = "password of user u from HW_USER_PASSWORD"
			},
		},
		{
			name: "a user beside a key", block: region(nil),
			environment: texts{"HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk", "HW_USER_NAME": "u"},
			want:        func(c *credentials.Config) { *c = key("ak", "sk", "access key from HW_ACCESS_KEY") },
		},
		{
			name: "another cloud's variables", block: region(nil),
			environment: texts{"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_ACCESS_KEY": "ak", "OS_SECRET_KEY": "sk", "OS_AUTH_TOKEN": "t"},
			want:        func(c *credentials.Config) { c.Instance, c.Source = true, "agency of the ECS instance" },
		},
		{
			name: "current profile", block: texts{"shared_config_file": "/etc/koocli.json"},
			want: func(c *credentials.Config) {
				*c = key("FILEAK00000000000000", "file-sk", "profile studio of /etc/koocli.json")
				c.Region, c.ProjectID, c.DomainID = "cn-east-3", "file-project", "file-domain"
			},
		},
		{
			name: "profile of the default file, region of the block", block: region(texts{"profile": "studio"}),
			want: func(c *credentials.Config) {
				*c = key("FILEAK00000000000000", "file-sk", "profile studio of /home/user/.hcloud/config.json")
				c.DomainID = "file-domain" // its project is one of another region
			},
		},
		{
			name: "profile in the environment, file in the home directory", environment: texts{"HW_PROFILE": "studio", "HW_SHARED_CONFIG_FILE": "~/.hcloud/config.json"},
			want: func(c *credentials.Config) {
				*c = key("FILEAK00000000000000", "file-sk", "profile studio of /home/user/.hcloud/config.json")
				c.Region, c.ProjectID, c.DomainID = "cn-east-3", "file-project", "file-domain"
			},
		},
		{
			name: "the environment comes before the profile", block: texts{"profile": "agency"},
			environment: texts{"HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk"},
			want: func(c *credentials.Config) {
				*c = key("ak", "sk", "access key from HW_ACCESS_KEY") // and the profile's agency is not assumed with it
				c.Region = "cn-east-3"
			},
		},
		{
			name: "profile with an agency", block: texts{"profile": "agency"},
			want: func(c *credentials.Config) {
				*c = key("FILEAK00000000000000", "file-sk", "profile agency of /home/user/.hcloud/config.json")
				c.Region = "cn-east-3"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "file-agency", DomainID: "file-agency-domain"}}
			},
		},
		{
			name: "the block's agency with the profile's key", block: texts{"profile": "agency"},
			change: func(m *providerModel) { m.AssumeRole = roles("a", "d", "") },
			want: func(c *credentials.Config) {
				*c = key("FILEAK00000000000000", "file-sk", "profile agency of /home/user/.hcloud/config.json")
				c.Region = "cn-east-3"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainName: "d"}}
			},
		},
		{
			name: "nothing", block: region(nil),
			want: func(c *credentials.Config) { c.Instance, c.Source = true, "agency of the ECS instance" },
		},
		{
			name: "chain of agencies", block: region(texts{"access_key": "ak", "secret_key": "sk"}),
			environment: texts{"HW_ASSUME_ROLE_DURATION": "1800"},
			change: func(m *providerModel) {
				m.AssumeRole = append(roles("a", "d", ""), roles("b", "", "e")...)
				m.AssumeRole[1].Duration = types.Int64Value(3600)
			},
			want: func(c *credentials.Config) {
				*c = key("ak", "sk", "access key from the provider block")
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainName: "d"}, {AgencyName: "b", DomainID: "e", Duration: time.Hour}}
			},
		},
		{
			name: "agency of the environment", block: region(nil),
			environment: texts{
				"HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk",
				"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "d", "HW_ASSUME_ROLE_DURATION": "1800",
			},
			want: func(c *credentials.Config) {
				*c = key("ak", "sk", "access key from HW_ACCESS_KEY")
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainName: "d", Duration: 30 * time.Minute}}
			},
		},
		{
			name: "empty block, agency of the environment", block: region(nil),
			environment: texts{"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_ID": "d"},
			change:      func(m *providerModel) { m.AssumeRole = make([]assumeRoleModel, 1) },
			want: func(c *credentials.Config) {
				c.Instance, c.Source = true, "agency of the ECS instance"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainID: "d"}}
			},
		},
		{
			name: "the block's account is not mixed with the environment's", block: region(nil),
			environment: texts{"HW_ASSUME_ROLE_DOMAIN_ID": "env-id"},
			change:      func(m *providerModel) { m.AssumeRole = roles("a", "d", "") },
			want: func(c *credentials.Config) {
				c.Instance, c.Source = true, "agency of the ECS instance"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainName: "d"}}
			},
		},
		{
			name: "id token of the environment", block: region(nil),
			environment: texts{"HW_ASSUME_ROLE_IDP_ID": "idp", "HW_ASSUME_ROLE_ID_TOKEN_FILE": "/run/token"},
			want: func(c *credentials.Config) {
				c.OIDC, c.Source = &credentials.OIDC{IdpID: "idp", IDTokenFile: "/run/token"}, "id token from HW_ASSUME_ROLE_ID_TOKEN_FILE"
			},
		},
		{
			name: "id token of the environment, then an agency", block: region(nil),
			environment: texts{
				"HW_ASSUME_ROLE_IDP_ID": "idp", "HW_ASSUME_ROLE_ID_TOKEN": "jwt",
				"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "d", "HW_ASSUME_ROLE_DURATION": "1800",
			},
			want: func(c *credentials.Config) {
				c.OIDC, c.Source = &credentials.OIDC{IdpID: "idp", IDToken: credentials.NewSecret("jwt")}, "id token from HW_ASSUME_ROLE_ID_TOKEN"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainName: "d", Duration: 30 * time.Minute}}
			},
		},
		{
			name: "id token by the block, completed by the environment", block: region(nil),
			environment: texts{"HW_ASSUME_ROLE_ID_TOKEN_FILE": "/run/token", "HW_ASSUME_ROLE_IDP_ID": "env-idp", "HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk"},
			change: func(m *providerModel) {
				m.AssumeRoleWithOIDC = []assumeRoleWithOIDCModel{{IdpID: types.StringValue("idp"), AgencyName: types.StringValue("a"), DomainID: types.StringValue("d")}}
			},
			want: func(c *credentials.Config) {
				c.OIDC = &credentials.OIDC{IdpID: "idp", IDTokenFile: "/run/token"}
				c.Source = "id token from HW_ASSUME_ROLE_ID_TOKEN_FILE"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainID: "d"}}
			},
		},
		{
			name: "id token by STS", block: region(nil),
			change: func(m *providerModel) {
				m.AssumeRoleWithOIDC = []assumeRoleWithOIDCModel{{
					IdpID: types.StringValue("iam::account:oidcProvider:idp"), AgencyName: types.StringValue("a"),
					IDToken: types.StringValue("jwt"), Duration: types.Int64Value(7200),
				}}
			},
			want: func(c *credentials.Config) {
				c.OIDC = &credentials.OIDC{
					IdpID: "iam::account:oidcProvider:idp", AgencyName: "a", DomainID: "account",
					IDToken: credentials.NewSecret("jwt"), Duration: 2 * time.Hour,
				}
				c.Source = "id token from the provider block"
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			model := test.block.model()
			if test.change != nil {
				test.change(model)
			}
			got, diags := machine(test.environment, files).resolve(model)
			if diags.HasError() {
				t.Fatal(diags)
			}
			want := credentials.Config{}
			test.want(&want)
			if want.Region == "" {
				want.Region = test.block["region"]
			}
			if diff := cmp.Diff(want, got.credentials, cmpopts.IgnoreFields(credentials.Config{}, "Now", "ReadFile")); diff != "" {
				t.Errorf("configuration (-want +got):\n%s", diff)
			}
		})
	}
}

func roles(agency, domainName, domainID string) []assumeRoleModel {
	role := assumeRoleModel{AgencyName: types.StringValue(agency)}
	if domainName != "" {
		role.DomainName = types.StringValue(domainName)
	}
	if domainID != "" {
		role.DomainID = types.StringValue(domainID)
	}
	return []assumeRoleModel{role}
}

func TestResolveTheRest(t *testing.T) {
	t.Parallel()
	address := func(text string) *url.URL {
		parsed, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	defaults := func(change func(*settings)) *settings {
		s := &settings{maxRetries: 5, requestsPerSecond: 10, credentials: credentials.Config{
			Region: "cn-north-4", Instance: true, Source: "agency of the ECS instance",
		}}
		if change != nil {
			change(s)
		}
		return s
	}
	for _, test := range []struct {
		name        string
		block       texts
		environment texts
		change      func(*providerModel)
		want        *settings
	}{
		{name: "defaults", want: defaults(nil)},
		{
			name: "the block", block: texts{"project_id": "p", "project_name": "n", "cloud": "cloud.example", "auth_url": "https://iam.cloud.example/v3/"},
			environment: texts{
				"HW_PROJECT_ID": "env-p", "HW_CLOUD": "env.example", "HW_AUTH_URL": "https://env.example/v3", "HW_INSECURE": "true",
				"HW_MAX_RETRIES": "7", "HW_REGION_NAME": "cn-east-3",
			},
			change: func(m *providerModel) {
				m.Insecure, m.MaxRetries, m.MaxRequestsPerSecond = types.BoolValue(false), types.Int64Value(0), types.Float64Value(0.5)
			},
			want: defaults(func(s *settings) {
				s.maxRetries, s.requestsPerSecond = 0, 0.5
				c := &s.credentials
				c.ProjectID, c.ProjectName, c.Cloud, c.IAMEndpoint = "p", "n", "cloud.example", address("https://iam.cloud.example")
			}),
		},
		{
			name:        "the environment",
			environment: texts{"HUAWEICLOUD_SDK_PROJECT_ID": "p", "HW_CLOUD": "cloud.example", "HW_AUTH_URL": "https://iam.cloud.example:8443/iam/v3", "HW_INSECURE": "1", "HW_MAX_RETRIES": "7"},
			want: defaults(func(s *settings) {
				s.maxRetries, s.insecure = 7, true
				c := &s.credentials
				c.ProjectID, c.Cloud, c.IAMEndpoint = "p", "cloud.example", address("https://iam.cloud.example:8443/iam")
			}),
		},
		{
			name: "a project's name in the block is not overruled by an id in the environment", block: texts{"project_name": "n"}, environment: texts{"HW_PROJECT_ID": "p"},
			want: defaults(func(s *settings) { s.credentials.ProjectName = "n" }),
		},
		{
			name: "endpoints", block: texts{"auth_url": "https://other.example/v3"},
			change: func(m *providerModel) {
				m.Endpoints = endpoints(texts{"metastudio": "http://127.0.0.1:1234/", "iam": "http://localhost:1", "sts": "http://[::1]:1"})
			},
			want: defaults(func(s *settings) {
				s.endpoint, s.credentials.IAMEndpoint, s.credentials.STSEndpoint = address("http://127.0.0.1:1234"), address("http://localhost:1"), address("http://[::1]:1")
			}),
		},
		{
			name: "an endpoint without TLS, insecurely",
			change: func(m *providerModel) {
				m.Insecure, m.Endpoints = types.BoolValue(true), endpoints(texts{"metastudio": "http://metastudio.example/base/"})
			},
			want: defaults(func(s *settings) { s.insecure, s.endpoint = true, address("http://metastudio.example/base") }),
		},
		{
			name: "an endpoint that is null",
			change: func(m *providerModel) {
				m.Endpoints = types.MapValueMust(types.StringType, map[string]attr.Value{"iam": types.StringNull()})
			},
			want: defaults(nil),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			block := texts{"region": "cn-north-4"}
			for name, value := range test.block {
				block[name] = value
			}
			model := block.model()
			if test.change != nil {
				test.change(model)
			}
			got, diags := machine(test.environment, nil).resolve(model)
			if diags.HasError() {
				t.Fatal(diags)
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(settings{}), cmpopts.IgnoreFields(credentials.Config{}, "Now", "ReadFile")); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

func endpoints(addresses texts) types.Map {
	elements := map[string]attr.Value{}
	for name, address := range addresses {
		elements[name] = types.StringValue(address)
	}
	return types.MapValueMust(types.StringType, elements)
}

// problems writes diagnostics down, one a line: path, summary, detail.
func problems(diags diag.Diagnostics) []string {
	var lines []string
	for _, d := range diags {
		line := d.Summary() + ": " + d.Detail()
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			line = at.Path().String() + ": " + line
		}
		lines = append(lines, line)
	}
	return lines
}

func TestResolveReportsEverything(t *testing.T) {
	t.Parallel()
	files := texts{"/etc/koocli.json": koocliFile, "/etc/broken.json": `{"profiles": "zq-secret`}
	for _, test := range []struct {
		name        string
		block       texts
		environment texts
		files       texts
		change      func(*providerModel)
		want        []string // what each problem begins with, or holds after " … "
	}{
		{name: "no region", block: texts{"access_key": "ak", "secret_key": "sk"}, want: []string{
			"region: Missing region: Set region in the provider block, or HW_REGION_NAME. … KooCLI",
		}},
		{name: "half a pair", block: texts{"region": "r", "access_key": "ak"}, environment: texts{"HW_SECRET_KEY": "zq-sk"}, want: []string{
			"secret_key: Missing secret key: access_key is set, but not secret_key (or HW_SECRET_KEY with the whole credential in the environment) that belongs to it. … may belong to two keys",
		}},
		{name: "the other half", environment: texts{"HW_REGION_NAME": "r", "HW_SECRET_KEY": "zq-sk", "HUAWEICLOUD_SDK_AK": "ak"}, want: []string{
			"access_key: Missing access key: HW_SECRET_KEY is set, but not HW_ACCESS_KEY that belongs to it.",
		}},
		{name: "half a pair of the SDKs", environment: texts{"HW_REGION_NAME": "r", "HUAWEICLOUD_SDK_AK": "ak"}, want: []string{
			"secret_key: Missing secret key: HUAWEICLOUD_SDK_AK is set, but not HUAWEICLOUD_SDK_SK that belongs to it.",
		}},
		{name: "security token alone", block: texts{"region": "r", "security_token": "zq-st"}, want: []string{
			"security_token: Security token without a key: security_token is set, but not access_key and secret_key",
		}},
		{name: "token and key", block: texts{"region": "r", "token": "zq-t", "access_key": "ak", "secret_key": "zq-sk"}, want: []string{
			"token: Conflicting credentials: The provider block holds 2 ways to sign in: token, access_key. Keep one of them.",
		}},
		{
			name: "everything in the environment", block: texts{"region": "r"},
			environment: texts{"HW_AUTH_TOKEN": "zq-t", "HW_SECRET_KEY": "zq-sk", "HW_USER_PASSWORD": "zq-p", "HW_ASSUME_ROLE_ID_TOKEN": "zq-jwt"},
			want: []string{
				"token: Conflicting credentials: The environment holds 4 ways to sign in: HW_AUTH_TOKEN, HW_SECRET_KEY, HW_USER_PASSWORD, HW_ASSUME_ROLE_ID_TOKEN.",
				"access_key: Missing access key:",
				"user_name: Missing user: HW_USER_PASSWORD is set, but not HW_USER_NAME, nor HW_USER_ID, whose it is.",
				"assume_role_with_oidc: Missing identity provider: … HW_ASSUME_ROLE_IDP_ID",
			},
		},
		{name: "password without a user", block: texts{"region": "r", "password": "zq-p"}, want: []string{
			"user_name: Missing user: password is set, but not user_name (or HW_USER_NAME",
		}},
		{name: "user without a password", block: texts{"region": "r", "user_name": "u", "domain_name": "d"}, want: []string{
			"password: Missing password: user_name is set, but not password (or HW_USER_PASSWORD … remove the user",
		}},
		{name: "user without an account", environment: texts{"HW_REGION_NAME": "r", "HW_USER_NAME": "u", "HW_USER_PASSWORD": "zq-p"}, want: []string{
			"domain_name: Missing account: HW_USER_NAME names a user of an account that is not named. … HW_DOMAIN_ID",
		}},
		{
			name: "malformed variables", environment: texts{"HW_REGION_NAME": "CN north", "HW_INSECURE": "maybe", "HW_MAX_RETRIES": "-1", "HW_CLOUD": "https://x", "HW_PROJECT_ID": "a/b", "HW_ASSUME_ROLE_DURATION": "1h"},
			want: []string{
				"insecure: Invalid environment variable: HW_INSECURE must be true or false.",
				"max_retries: Invalid environment variable: HW_MAX_RETRIES must be a whole number, 0 or more.",
				`region: Invalid region: HW_REGION_NAME is "CN north"`,
				`cloud: Invalid cloud: HW_CLOUD is "https://x"`,
				"project_id: Invalid project ID: HW_PROJECT_ID is not the ID of a project … project_name",
				"assume_role: Invalid environment variable: HW_ASSUME_ROLE_DURATION must be a whole number of seconds, 900 to 86400.",
			},
		},
		{
			name: "endpoints", block: texts{"region": "r", "auth_url": "ftp://iam.example"},
			change: func(m *providerModel) {
				m.Endpoints = endpoints(texts{"ecs": "https://ecs.example", "iam": "", "metastudio": "http://metastudio.example", "sts": "https://u:zq-p@sts.example"})
			},
			want: []string{
				`endpoints["ecs"]: Unknown endpoint: There is no service "ecs" here. The services are metastudio, iam and sts.`,
				`endpoints["iam"]: Invalid endpoint: endpoints.iam is empty;`,
				`endpoints["metastudio"]: Invalid endpoint: endpoints.metastudio is without TLS … insecure = true`,
				`endpoints["sts"]: Invalid endpoint: endpoints.sts holds a user or password`,
				`auth_url: Invalid endpoint: auth_url begins with ftp://`,
			},
		},
		{
			name: "more endpoints", block: texts{"region": "r"}, environment: texts{"HW_AUTH_URL": "https://iam.example/v3?x=y"},
			change: func(m *providerModel) { m.Endpoints = endpoints(texts{"iam": "iam.example", "sts": "https://%zz"}) },
			want: []string{
				`endpoints["iam"]: Invalid endpoint: endpoints.iam is not an address such as`,
				`endpoints["sts"]: Invalid endpoint: endpoints.sts is not an address such as`,
				`auth_url: Invalid endpoint: HW_AUTH_URL holds a query`,
			},
		},
		{name: "file that is not there", block: texts{"shared_config_file": "/etc/none.json"}, want: []string{
			"shared_config_file: Unable to read KooCLI's configuration file: Open /etc/none.json: file does not exist. … remove it",
		}},
		{name: "default file that is not there", environment: texts{"HW_PROFILE": "x"}, want: []string{
			"profile: Unable to read KooCLI's configuration file: Open /home/user/.hcloud/config.json:",
		}},
		{name: "no home", block: texts{"profile": "x"}, files: texts{"~": ""}, want: []string{
			"profile: Unable to find KooCLI's configuration file: … HW_SHARED_CONFIG_FILE",
		}},
		{name: "file that is not KooCLI's", block: texts{"shared_config_file": "/etc/broken.json"}, want: []string{
			"shared_config_file: Unable to use KooCLI's configuration file: /etc/broken.json: the file is not KooCLI's JSON.",
		}},
		{name: "profile that is not there", block: texts{"shared_config_file": "/etc/koocli.json", "profile": "x"}, want: []string{
			`profile: Unable to use KooCLI's configuration file: /etc/koocli.json: the file has no profile "x"; it has studio, agency, encrypted.`,
		}},
		{name: "encrypted keys", block: texts{"shared_config_file": "/etc/koocli.json"}, environment: texts{"HW_PROFILE": "encrypted"}, want: []string{
			"profile: Unable to use KooCLI's configuration file: … `hcloud configure set --cli-auth-encrypt=false`",
		}},
		{
			name: "agencies", block: texts{"region": "r", "access_key": "ak", "secret_key": "zq-sk"},
			change: func(m *providerModel) {
				m.AssumeRole = append(make([]assumeRoleModel, 1), roles("b", "", "e")...)
				m.AssumeRole[1].Duration = types.Int64Value(3601)
			},
			want: []string{
				"assume_role[0].agency_name: Missing agency: … HW_ASSUME_ROLE_AGENCY_NAME",
				"assume_role[0].domain_name: Missing account of the agency: Set domain_name or domain_id … HW_ASSUME_ROLE_DOMAIN_ID",
				"assume_role[1].duration: Duration too long: … 3600 seconds at most",
			},
		},
		{
			name: "agency by id that lives too long", block: texts{"region": "r", "access_key": "ak", "secret_key": "zq-sk"},
			change: func(m *providerModel) {
				m.AssumeRole = roles("b", "", "e")
				m.AssumeRole[0].Duration = types.Int64Value(43201)
			},
			want: []string{"assume_role[0].duration: Duration too long: … 43200 seconds at most"},
		},
		{name: "agency of the environment without an account", block: texts{"region": "r"}, environment: texts{"HW_ASSUME_ROLE_AGENCY_NAME": "a"}, want: []string{
			"assume_role: Missing account of the agency:",
		}},
		{
			name: "id token and key", block: texts{"region": "r", "access_key": "ak", "secret_key": "zq-sk"},
			change: func(m *providerModel) { m.AssumeRoleWithOIDC = make([]assumeRoleWithOIDCModel, 1) },
			want: []string{
				"access_key: Conflicting credentials: The provider block holds 2 ways to sign in: access_key, assume_role_with_oidc.",
				"assume_role_with_oidc[0].idp_id: Missing identity provider:",
				"assume_role_with_oidc[0].id_token: Missing id token: Set id_token_file or id_token … HW_ASSUME_ROLE_ID_TOKEN_FILE",
			},
		},
		{
			name: "two id tokens and no agency", block: texts{"region": "r"},
			change: func(m *providerModel) {
				m.AssumeRoleWithOIDC = []assumeRoleWithOIDCModel{{
					IdpID: types.StringValue("iam::d:oidcProvider:idp"), IDToken: types.StringValue("zq-jwt"), IDTokenFile: types.StringValue("/run/token"),
					Duration: types.Int64Value(86400),
				}}
			},
			want: []string{
				"assume_role_with_oidc[0].id_token: Two id tokens:",
				"assume_role_with_oidc[0].agency_name: Missing agency: … HW_ASSUME_ROLE_AGENCY_NAME",
				"assume_role_with_oidc[0].duration: Duration too long: … 43200",
			},
		},
		{
			name: "id token, then an agency without an account", block: texts{"region": "r"},
			environment: texts{"HW_ASSUME_ROLE_ID_TOKEN": "zq-jwt"},
			change: func(m *providerModel) {
				m.AssumeRoleWithOIDC = []assumeRoleWithOIDCModel{{IdpID: types.StringValue("idp"), AgencyName: types.StringValue("a")}}
			},
			want: []string{"assume_role_with_oidc[0].domain_id: Missing account of the agency: … HW_ASSUME_ROLE_DOMAIN_ID"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			model := test.block.model()
			if test.change != nil {
				test.change(model)
			}
			on := files
			if test.files != nil {
				on = test.files
			}
			_, diags := machine(test.environment, on).resolve(model)
			got := problems(diags)
			for i, want := range test.want {
				begins, holds, _ := strings.Cut(want, " … ")
				if i >= len(got) || !strings.HasPrefix(got[i], begins) || !strings.Contains(got[i], holds) {
					t.Errorf("problem %d is not %q", i, want)
				}
			}
			if len(got) != len(test.want) || t.Failed() {
				t.Errorf("%d problems, want %d:\n%s", len(got), len(test.want), strings.Join(got, "\n"))
			}
			if strings.Contains(fmt.Sprint(got), "zq-") {
				t.Errorf("a secret shows in:\n%s", strings.Join(got, "\n"))
			}
		})
	}
}
