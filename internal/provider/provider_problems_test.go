package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// problemLines writes diagnostics down, one a line: path, summary, detail.
func problemLines(diags diag.Diagnostics) []string {
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
		{name: "nothing, which is missing only when something is read"},
		{name: "no region", block: texts{"access_key": "ak", "secret_key": "sk"}},
		{name: "half a pair", block: texts{"region": "cn-north-4", "access_key": "ak"}, environment: texts{"HW_SECRET_KEY": "zq-sk"}, want: []string{
			"Missing secret key: access_key is set, but not secret_key (or HW_SECRET_KEY with the whole credential in the environment) that belongs to it. … may belong to two keys",
		}},
		{name: "the other half", environment: texts{"HW_REGION_NAME": "cn-north-4", "HW_SECRET_KEY": "zq-sk", "HUAWEICLOUD_SDK_AK": "ak"}, want: []string{
			"access_key: Missing access key: HW_SECRET_KEY is set, but not HW_ACCESS_KEY that belongs to it.",
		}},
		{name: "half a pair of the SDKs", environment: texts{"HW_REGION_NAME": "cn-north-4", "HUAWEICLOUD_SDK_AK": "ak"}, want: []string{
			"Missing secret key: HUAWEICLOUD_SDK_AK is set, but not HUAWEICLOUD_SDK_SK that belongs to it.",
		}},
		{name: "security token alone", block: texts{"region": "cn-north-4", "security_token": "zq-st"}, want: []string{
			"Security token without a key: security_token is set, but not access_key and secret_key",
		}},
		{name: "white space in credentials", block: texts{
			"region": "cn-north-4", "access_key": "ak\n", "secret_key": " zq-sk", "security_token": "zq\x00st",
		}, want: []string{
			"access_key: Invalid access key: access_key has a line break in it … trimspace",
			"Invalid secret key: secret_key has white space in it",
			"Invalid security token: security_token has a character that it cannot have in it",
		}},
		{name: "quotation marks in credentials", environment: texts{"HW_REGION_NAME": "cn-north-4", "HW_ACCESS_KEY": `"ak"`, "HW_SECRET_KEY": "'zq-sk'"}, want: []string{
			"access_key: Invalid access key: HW_ACCESS_KEY has a quotation mark in it",
			"Invalid secret key: HW_SECRET_KEY has a quotation mark in it",
		}},
		{name: "a token from a file", block: texts{"region": "cn-north-4", "token": "zq-t\r\n"}, want: []string{"Invalid token: token has a line break in it"}},
		{name: "a password from a file", block: texts{"region": "cn-north-4", "user_id": "i\t", "password": "zq-p\n"}, want: []string{
			"user_id: Invalid user id: user_id has white space in it",
			"Invalid password: password has a line break in it",
		}},
		{name: "a password may have spaces and quotation marks, and a user's name spaces", block: texts{
			"region": "cn-north-4", "user_name": "some body", "domain_name": "d", "password": ` zq-p"'é `,
		}},
		{name: "access key and secret key exchanged", environment: texts{
			"HW_REGION_NAME": "cn-north-4", "HW_ACCESS_KEY": "zq-SECRETKEYOF40CHARACTERS00000000000000", "HW_SECRET_KEY": "ACCESSKEYOF20LETTERS",
		}, want: []string{
			"Access key and secret key exchanged: HW_ACCESS_KEY has 40 characters, as a secret key has, and HW_SECRET_KEY has 20",
		}},
		{name: "keys of other lengths", block: texts{
			"region": "cn-north-4", "access_key": "zq-SECRETKEYOF40CHARACTERS00000000000000", "secret_key": "zq-SECRETKEYOF40CHARACTERS00000000000000",
		}},
		{name: "an agency's account without the agency", environment: texts{
			"HW_REGION_NAME": "cn-north-4", "HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "zq-sk", "HW_ASSUME_ROLE_DOMAIN_NAME": "d",
		}, want: []string{"assume_role: Missing agency: HW_ASSUME_ROLE_DOMAIN_NAME names the account of an agency … Set HW_ASSUME_ROLE_AGENCY_NAME as well, or unset HW_ASSUME_ROLE_DOMAIN_NAME"}},
		{name: "an agency's account by ID without the agency", environment: texts{
			"HW_REGION_NAME": "cn-north-4", "HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "zq-sk", "HW_ASSUME_ROLE_DOMAIN_ID": "d",
		}, want: []string{"assume_role: Missing agency: HW_ASSUME_ROLE_DOMAIN_ID"}},
		{name: "an id token in the place of its path", environment: texts{
			"HW_REGION_NAME": "cn-north-4", "HW_ASSUME_ROLE_IDP_ID": "idp", "HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_ID": "d",
			"HW_ASSUME_ROLE_ID_TOKEN_FILE": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ6.zq-",
		}, want: []string{"assume_role_with_oidc: Invalid path of an id token: … which goes into id_token (HW_ASSUME_ROLE_ID_TOKEN)"}},
		{name: "KooCLI's file in the place of its path", environment: texts{
			"HW_SHARED_CONFIG_FILE": "{\"profiles\":[{\"secretAccessKey\":\"zq-sk\"}]}",
		}, want: []string{"shared_config_file: Unable to read KooCLI's configuration file: shared_config_file (HW_SHARED_CONFIG_FILE) is not a path"}},
		{name: "token and key", block: texts{"region": "cn-north-4", "token": "zq-t", "access_key": "ak", "secret_key": "zq-sk"}, want: []string{
			"Conflicting credentials: The provider block holds 2 ways to sign in: token and access_key. Keep one of them.",
		}},
		{name: "id token in the environment, without its identity provider", block: texts{"region": "cn-north-4"}, environment: texts{"HW_ASSUME_ROLE_ID_TOKEN": "zq-jwt"}, want: []string{
			"assume_role_with_oidc: Missing identity provider: … HW_ASSUME_ROLE_IDP_ID",
		}},
		{name: "id token and a user in the environment, without an identity provider", block: texts{"region": "cn-north-4"}, environment: texts{"HW_ASSUME_ROLE_ID_TOKEN": "zq-jwt", "HW_USER_NAME": "u"}, want: []string{
			"assume_role_with_oidc: Missing identity provider:",
		}},
		{name: "a user beside a key", block: texts{"region": "cn-north-4"}, environment: texts{"HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "zq-sk", "HW_USER_NAME": "u", "HW_USER_ID": "i"}},
		{name: "user ID without a password", block: texts{"region": "cn-north-4", "user_id": "i"}, want: []string{
			"Missing password: user_id is set, but not password",
		}},
		{name: "not the ID of a project", block: texts{"region": "cn-north-4", "project_id": "a/b"}, want: []string{
			"project_id: Invalid project ID: project_id is not the ID of a project: at most 64 letters",
		}},
		{name: "too long for the ID of a project", block: texts{"region": "cn-north-4", "project_id": strings.Repeat("x", 65)}, want: []string{
			"project_id: Invalid project ID:",
		}},
		{
			name: "everything in the environment", block: texts{"region": "cn-north-4"},
			environment: texts{"HW_AUTH_TOKEN": "zq-t", "HW_SECRET_KEY": "zq-sk", "HW_USER_PASSWORD": "zq-p", "HW_ASSUME_ROLE_ID_TOKEN": "zq-jwt"},
			want: []string{
				"Several ways to sign in: The environment holds 3 ways to sign in: HW_AUTH_TOKEN, HW_SECRET_KEY and HW_USER_PASSWORD. HW_AUTH_TOKEN is used",
			},
		},
		{
			name: "token and a security token in the environment", block: texts{"region": "cn-north-4"},
			environment: texts{"HW_AUTH_TOKEN": "zq-t", "HW_SECURITY_TOKEN": "zq-st"},
			want: []string{
				"Several ways to sign in: The environment holds 2 ways to sign in: HW_AUTH_TOKEN and HW_SECURITY_TOKEN.",
			},
		},
		{name: "password without a user", block: texts{"region": "cn-north-4", "password": "zq-p"}, want: []string{
			"user_name: Missing user: password is set, but not user_name (or HW_USER_NAME",
		}},
		{name: "user without a password", block: texts{"region": "cn-north-4", "user_name": "u", "domain_name": "d"}, want: []string{
			"Missing password: user_name is set, but not password (or HW_USER_PASSWORD … remove the user",
		}},
		{name: "user without an account", environment: texts{"HW_REGION_NAME": "cn-north-4", "HW_USER_NAME": "u", "HW_USER_PASSWORD": "zq-p"}, want: []string{
			"domain_name: Missing account: HW_USER_NAME names a user of an account that is not named. … HW_DOMAIN_ID",
		}},
		{name: "user of an account by its ID", block: texts{"region": "cn-north-4", "user_name": "u", "password": "zq-p", "domain_id": "d"}},
		{name: "user by name and ID, without an account", block: texts{"region": "cn-north-4", "user_name": "u", "user_id": "i", "password": "zq-p"}},
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
			name: "endpoints", block: texts{"region": "cn-north-4", "auth_url": "ftp://iam.example"},
			change: func(m *providerModel) {
				m.Endpoints = endpoints(texts{"ecs": "https://ecs.example", "iam": "", "metastudio": "http://metastudio.example", "sts": "https://sts.example?x"})
			},
			want: []string{
				`endpoints["iam"]: Invalid endpoint: endpoints.iam is empty;`,
				`endpoints["metastudio"]: Invalid endpoint: endpoints.metastudio is without TLS … insecure = true`,
				`endpoints["sts"]: Invalid endpoint: endpoints.sts holds a query`,
				`auth_url: Invalid endpoint: auth_url begins with ftp://`,
				`endpoints: Unknown name: This provider has no use for "ecs" in endpoints. It asks the services metastudio, iam and sts.`,
			},
		},
		{
			name: "a password in an endpoint, perhaps in one line with the others", block: texts{"region": "cn-north-4", "auth_url": "ftp://iam.example"},
			change: func(m *providerModel) {
				m.Endpoints = endpoints(texts{"metastudo": "x", "iam": "", "sts": "https://u:zq-p@sts.example"})
			},
			want: []string{
				`Invalid endpoint: endpoints.iam is empty;`,
				`Invalid endpoint: endpoints.sts holds a user or password`,
				`Invalid endpoint: auth_url begins with ftp://`,
				`Unknown name: This provider has no use for "metastudo" (did you mean "metastudio"?) in endpoints.`,
			},
		},
		{name: "a password in auth_url", block: texts{"region": "cn-north-4", "auth_url": "u:zq-p@iam.example"}, want: []string{
			`Invalid endpoint: auth_url holds a user or password`,
		}},
		{name: "unknown region", block: texts{"region": "cn-nort-4"}, want: []string{
			`region: Unknown name: MetaStudio is not known to be in the region "cn-nort-4"; did you mean "cn-north-4"? The known regions are cn-north-4, cn-east-3 and ap-southeast-3.`,
		}},
		{
			name: "unknown region beside a project and an endpoint", block: texts{"region": "private-1", "project_id": "p"},
			change: func(m *providerModel) { m.Endpoints = endpoints(texts{"metastudio": "https://m.example", "ecs": "x"}) },
			want: []string{
				`Unknown name: MetaStudio is not known to be in the region "private-1". … no use for "ecs"`,
			},
		},
		{name: "unknown region in the environment", environment: texts{"HW_REGION_NAME": "cn-north-1"}, want: []string{
			`region: Unknown name: MetaStudio is not known to be in the region "cn-north-1"; did you mean "cn-north-4"?`,
		}},
		{
			name: "more endpoints", block: texts{"region": "cn-north-4"}, environment: texts{"HW_AUTH_URL": "https://iam.example/v3?x=y"},
			change: func(m *providerModel) { m.Endpoints = endpoints(texts{"iam": "/iam", "sts": "https://%zz"}) },
			want: []string{
				`endpoints["iam"]: Invalid endpoint: endpoints.iam is not an address such as`,
				`endpoints["sts"]: Invalid endpoint: endpoints.sts is not an address such as`,
				`auth_url: Invalid endpoint: HW_AUTH_URL holds a query`,
			},
		},
		{
			name: "addresses that a host alone does not make", block: texts{"region": "cn-north-4", "auth_url": "http://10.0.0.1"},
			change: func(m *providerModel) {
				m.Endpoints = endpoints(texts{"iam": "https://:8443", "metastudio": "https://m.example?", "sts": "https://sts.example#x"})
			},
			want: []string{
				`endpoints["iam"]: Invalid endpoint: endpoints.iam is not an address such as`,
				`endpoints["metastudio"]: Invalid endpoint: endpoints.metastudio holds a query or a fragment`,
				`endpoints["sts"]: Invalid endpoint: endpoints.sts holds a query or a fragment`,
				`auth_url: Invalid endpoint: auth_url is without TLS`,
			},
		},
		{
			name: "ports that no server has", block: texts{"region": "cn-north-4", "auth_url": "https://iam.example:65536"},
			change: func(m *providerModel) {
				m.Endpoints = endpoints(texts{"iam": "https://iam.example:65535", "metastudio": "http://127.0.0.1:99999", "sts": "sts.example:0"})
			},
			want: []string{
				`endpoints["metastudio"]: Invalid endpoint: endpoints.metastudio has a port that is not one of 1 to 65535.`,
				`endpoints["sts"]: Invalid endpoint: endpoints.sts has a port that is not one of 1 to 65535.`,
				`auth_url: Invalid endpoint: auth_url has a port that is not one of 1 to 65535.`,
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
		{
			name: "file that is not there, whose key an agency is assumed with", block: texts{"region": "cn-north-4", "shared_config_file": "/etc/none.json"},
			change: func(m *providerModel) {
				m.AssumeRole = assumeRoles("a", "", "d")
				m.AssumeRole[0].Duration = wholeValue(43200)
			},
			want: []string{"shared_config_file: Unable to read KooCLI's configuration file:"},
		},
		{name: "file that is not KooCLI's", block: texts{"shared_config_file": "/etc/broken.json"}, want: []string{
			"shared_config_file: Unable to use KooCLI's configuration file: /etc/broken.json: the file is not KooCLI's JSON.",
		}},
		{name: "profile that is not there", block: texts{"shared_config_file": "/etc/koocli.json", "profile": "x"}, want: []string{
			`profile: Unable to use KooCLI's configuration file: /etc/koocli.json: the file has no profile "x"; it has studio, agency, anywhere, encrypted.`,
		}},
		{name: "encrypted keys", block: texts{"shared_config_file": "/etc/koocli.json"}, environment: texts{"HW_PROFILE": "encrypted"}, want: []string{
			"profile: Unable to use KooCLI's configuration file: … `hcloud configure set --cli-auth-encrypt=false`",
		}},
		{
			name: "agencies", block: texts{"region": "cn-north-4", "access_key": "ak", "secret_key": "zq-sk"},
			change: func(m *providerModel) {
				m.AssumeRole = append(make([]assumeRoleModel, 1), assumeRoles("b", "", "e")...)
				m.AssumeRole[1].Duration = wholeValue(3601)
			},
			want: []string{
				"assume_role[0].agency_name: Missing agency: … HW_ASSUME_ROLE_AGENCY_NAME",
				"assume_role[0].domain_name: Missing account of the agency: Set domain_name or domain_id … HW_ASSUME_ROLE_DOMAIN_ID",
				"assume_role[1].duration: Duration too long: … 3600 seconds at most",
			},
		},
		{
			name: "agency by id that lives too long", block: texts{"region": "cn-north-4", "access_key": "ak", "secret_key": "zq-sk"},
			change: func(m *providerModel) {
				m.AssumeRole = assumeRoles("b", "", "e")
				m.AssumeRole[0].Duration = wholeValue(43201)
			},
			want: []string{"assume_role[0].duration: Duration too long: … 43200 seconds at most"},
		},
		{
			name: "agency by id with a temporary key", block: texts{"region": "cn-north-4", "access_key": "ak", "secret_key": "zq-sk", "security_token": "zq-st"},
			change: func(m *providerModel) {
				m.AssumeRole = assumeRoles("b", "", "e")
				m.AssumeRole[0].Duration = wholeValue(3601)
			},
			want: []string{"assume_role[0].duration: Duration too long: … 3600 seconds at most"},
		},
		{
			name: "agency by id with a token", block: texts{"region": "cn-north-4", "token": "zq-t"},
			change: func(m *providerModel) {
				m.AssumeRole = assumeRoles("b", "", "e")
				m.AssumeRole[0].Duration = wholeValue(3601)
			},
			want: []string{"assume_role[0].duration: Duration too long: … 3600 seconds at most"},
		},
		{name: "duration below the least", environment: texts{"HW_REGION_NAME": "cn-north-4", "HW_ASSUME_ROLE_DURATION": "899"}, want: []string{
			"assume_role: Invalid environment variable: HW_ASSUME_ROLE_DURATION must be a whole number of seconds, 900 to 86400.",
		}},
		{name: "duration above the most", environment: texts{"HW_REGION_NAME": "cn-north-4", "HW_ASSUME_ROLE_DURATION": "86401"}, want: []string{
			"assume_role: Invalid environment variable: HW_ASSUME_ROLE_DURATION must be a whole number of seconds, 900 to 86400.",
		}},
		{name: "agency of the environment without an account", block: texts{"region": "cn-north-4"}, environment: texts{"HW_ASSUME_ROLE_AGENCY_NAME": "a"}, want: []string{
			"assume_role: Missing account of the agency:",
		}},
		{
			name: "id token and key", block: texts{"region": "cn-north-4", "access_key": "ak", "secret_key": "zq-sk"},
			change: func(m *providerModel) { m.AssumeRoleWithOIDC = make([]assumeRoleWithOIDCModel, 1) },
			want: []string{
				"assume_role_with_oidc: Conflicting credentials: The provider block holds 2 ways to sign in: assume_role_with_oidc and access_key.",
				"assume_role_with_oidc[0].idp_id: Missing identity provider:",
				"assume_role_with_oidc[0].id_token: Missing id token: Set id_token_file or id_token … HW_ASSUME_ROLE_ID_TOKEN_FILE",
			},
		},
		{
			name: "two id tokens and no agency", block: texts{"region": "cn-north-4"},
			change: func(m *providerModel) {
				m.AssumeRoleWithOIDC = []assumeRoleWithOIDCModel{{
					IdpID: types.StringValue("iam::d:oidcProvider:idp"), IDToken: types.StringValue("zq-jwt"), IDTokenFile: types.StringValue("/run/token"),
					Duration: wholeValue(86400),
				}}
			},
			want: []string{
				"Two id tokens:",
				"Missing agency: … HW_ASSUME_ROLE_AGENCY_NAME",
				"Duration too long: … 43200",
			},
		},
		{
			name: "id token, then an agency by id that lives too long", block: texts{"region": "cn-north-4"},
			environment: texts{"HW_ASSUME_ROLE_ID_TOKEN": "zq-jwt", "HW_ASSUME_ROLE_IDP_ID": "idp", "HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_ID": "d", "HW_ASSUME_ROLE_DURATION": "3601"},
			want:        []string{"assume_role_with_oidc: Duration too long: … 3600 seconds at most"},
		},
		{
			name: "id token, then an agency without an account", block: texts{"region": "cn-north-4"},
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
			_, diags := resolve(providerOn(test.environment, on).host, model)
			got := problemLines(diags)
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
