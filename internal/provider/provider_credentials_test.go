package provider

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
)

func keyConfig(access, secret, source string) credentials.Config {
	return credentials.Config{AccessKey: access, SecretKey: credentials.NewSecret(secret), Source: source}
}

func TestResolveCredentials(t *testing.T) {
	t.Parallel()
	region := func(more texts) texts {
		all := texts{"region": "cn-north-4"}
		maps.Copy(all, more)
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
				*c = keyConfig("ak", "sk", "access key from the provider block")
				c.SecurityToken = credentials.NewSecret("st")
			},
		},
		{
			name: "the environment's security token is not the block's", block: region(texts{"access_key": "ak", "secret_key": "sk"}),
			environment: texts{"HW_SECURITY_TOKEN": "env-st", "HUAWEICLOUD_SDK_SECURITY_TOKEN": "sdk-st"},
			want:        func(c *credentials.Config) { *c = keyConfig("ak", "sk", "access key from the provider block") },
		},
		{
			name: "key in the environment", block: region(nil),
			environment: texts{"HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk", "HW_SECURITY_TOKEN": "st", "HUAWEICLOUD_SDK_AK": "sdk-ak", "HUAWEICLOUD_SDK_SK": "sdk-sk"},
			want: func(c *credentials.Config) {
				*c = keyConfig("ak", "sk", "access key from HW_ACCESS_KEY")
				c.SecurityToken = credentials.NewSecret("st")
			},
		},
		{
			name: "key of the SDKs", block: region(nil),
			environment: texts{"HUAWEICLOUD_SDK_AK": "ak", "HUAWEICLOUD_SDK_SK": "sk", "HUAWEICLOUD_SDK_SECURITY_TOKEN": "st"},
			want: func(c *credentials.Config) {
				*c = keyConfig("ak", "sk", "access key from HUAWEICLOUD_SDK_AK")
				c.SecurityToken = credentials.NewSecret("st")
			},
		},
		{
			name: "empty counts as unset", block: region(texts{"access_key": "", "secret_key": "", "token": ""}),
			environment: texts{"HW_ACCESS_KEY": "", "HUAWEICLOUD_SDK_AK": "ak", "HUAWEICLOUD_SDK_SK": "sk"},
			want:        func(c *credentials.Config) { *c = keyConfig("ak", "sk", "access key from HUAWEICLOUD_SDK_AK") },
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
			want:        func(c *credentials.Config) { *c = keyConfig("ak", "sk", "access key from HW_ACCESS_KEY") },
		},
		{
			name: "every way in the environment", block: region(nil),
			environment: texts{
				"HW_ASSUME_ROLE_IDP_ID": "idp", "HW_ASSUME_ROLE_ID_TOKEN": "jwt", "HW_AUTH_TOKEN": "t",
				"HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk", "HW_USER_ID": "u", "HW_USER_PASSWORD": "p",
			},
			want: func(c *credentials.Config) {
				c.OIDC, c.Source = &credentials.OIDC{IdpID: "idp", IDToken: credentials.NewSecret("jwt")}, "id token from HW_ASSUME_ROLE_ID_TOKEN"
			},
		},
		{
			name: "token, key and password in the environment", block: region(nil),
			environment: texts{"HW_AUTH_TOKEN": "t", "HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk", "HW_USER_ID": "u", "HW_USER_PASSWORD": "p"},
			want: func(c *credentials.Config) {
				c.Token, c.Source = credentials.NewSecret("t"), "token from HW_AUTH_TOKEN"
			},
		},
		{
			name: "key and password in the environment, and a CI system's id token", block: region(nil),
			environment: texts{"HW_ASSUME_ROLE_ID_TOKEN": "jwt", "HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk", "HW_USER_ID": "u", "HW_USER_PASSWORD": "p"},
			want:        func(c *credentials.Config) { *c = keyConfig("ak", "sk", "access key from HW_ACCESS_KEY") },
		},
		{
			name: "another cloud's variables", block: region(nil),
			environment: texts{"OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_ACCESS_KEY": "ak", "OS_SECRET_KEY": "sk", "OS_AUTH_TOKEN": "t"},
			want:        func(c *credentials.Config) { c.Instance, c.Source = true, "agency of the ECS instance" },
		},
		{
			name: "current profile", block: texts{"shared_config_file": "/etc/koocli.json"},
			want: func(c *credentials.Config) {
				*c = keyConfig("FILEAK00000000000000", "file-sk", "profile studio of /etc/koocli.json")
				c.Region, c.ProjectID, c.DomainID = "cn-east-3", "file-project", "file-domain"
			},
		},
		{
			name: "profile of the default file, region of the block", block: region(texts{"profile": "studio"}),
			want: func(c *credentials.Config) {
				*c = keyConfig("FILEAK00000000000000", "file-sk", "profile studio of /home/user/.hcloud/config.json")
				c.DomainID = "file-domain" // its project is one of another region
			},
		},
		{
			name:  "project and account of the block, key of the profile",
			block: texts{"profile": "studio", "project_name": "n", "domain_id": "d"},
			want: func(c *credentials.Config) {
				*c = keyConfig("FILEAK00000000000000", "file-sk", "profile studio of /home/user/.hcloud/config.json")
				c.Region, c.ProjectName, c.DomainID = "cn-east-3", "n", "d"
			},
		},
		{
			name: "project of the environment, key of the profile", block: texts{"profile": "studio"}, environment: texts{"HW_PROJECT_ID": "p"},
			want: func(c *credentials.Config) {
				*c = keyConfig("FILEAK00000000000000", "file-sk", "profile studio of /home/user/.hcloud/config.json")
				c.Region, c.ProjectID, c.DomainID = "cn-east-3", "p", "file-domain"
			},
		},
		{
			name: "profile without a region, whose project is of any", block: region(texts{"profile": "anywhere"}),
			want: func(c *credentials.Config) {
				*c = keyConfig("FILEAK00000000000000", "file-sk", "profile anywhere of /home/user/.hcloud/config.json")
				c.ProjectID = "file-project"
			},
		},
		{
			name: "profile in the environment, file in the home directory", environment: texts{"HW_PROFILE": "studio", "HW_SHARED_CONFIG_FILE": "~/.hcloud/config.json"},
			want: func(c *credentials.Config) {
				*c = keyConfig("FILEAK00000000000000", "file-sk", "profile studio of /home/user/.hcloud/config.json")
				c.Region, c.ProjectID, c.DomainID = "cn-east-3", "file-project", "file-domain"
			},
		},
		{
			name: "the environment comes before the profile", block: texts{"profile": "agency"},
			environment: texts{"HW_ACCESS_KEY": "ak", "HW_SECRET_KEY": "sk"},
			want: func(c *credentials.Config) {
				*c = keyConfig("ak", "sk", "access key from HW_ACCESS_KEY") // and the profile's agency is not assumed with it
				c.Region = "cn-east-3"
			},
		},
		{
			name: "profile with an agency", block: texts{"profile": "agency"},
			want: func(c *credentials.Config) {
				*c = keyConfig("FILEAK00000000000000", "file-sk", "profile agency of /home/user/.hcloud/config.json")
				c.Region = "cn-east-3"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "file-agency", DomainID: "file-agency-domain"}}
			},
		},
		{
			name: "the block's agency with the profile's key", block: texts{"profile": "agency"},
			change: func(m *providerModel) { m.AssumeRole = assumeRoles("a", "d", "") },
			want: func(c *credentials.Config) {
				*c = keyConfig("FILEAK00000000000000", "file-sk", "profile agency of /home/user/.hcloud/config.json")
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
				m.AssumeRole = append(assumeRoles("a", "d", ""), assumeRoles("b", "", "e")...)
				m.AssumeRole[1].Duration = wholeValue(3600)
			},
			want: func(c *credentials.Config) {
				*c = keyConfig("ak", "sk", "access key from the provider block")
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
				*c = keyConfig("ak", "sk", "access key from HW_ACCESS_KEY")
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainName: "d", Duration: 30 * time.Minute}}
			},
		},
		{
			name: "empty block, agency of the environment", block: region(nil),
			environment: texts{"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_ID": "d", "HW_ASSUME_ROLE_DURATION": "900"},
			change:      func(m *providerModel) { m.AssumeRole = make([]assumeRoleModel, 1) },
			want: func(c *credentials.Config) {
				c.Instance, c.Source = true, "agency of the ECS instance"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainID: "d", Duration: 15 * time.Minute}}
			},
		},
		{
			name: "agency by the name of its account, for a day", block: region(nil),
			environment: texts{"HW_ASSUME_ROLE_DURATION": "86400"},
			change:      func(m *providerModel) { m.AssumeRole = assumeRoles("a", "d", "") },
			want: func(c *credentials.Config) {
				c.Instance, c.Source = true, "agency of the ECS instance"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainName: "d", Duration: 24 * time.Hour}}
			},
		},
		{
			name: "the block's account is not mixed with the environment's", block: region(nil),
			environment: texts{"HW_ASSUME_ROLE_DOMAIN_ID": "env-id"},
			change:      func(m *providerModel) { m.AssumeRole = assumeRoles("a", "d", "") },
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
				"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "d", "HW_ASSUME_ROLE_DURATION": "7200",
			},
			want: func(c *credentials.Config) {
				c.OIDC, c.Source = &credentials.OIDC{IdpID: "idp", IDToken: credentials.NewSecret("jwt")}, "id token from HW_ASSUME_ROLE_ID_TOKEN"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainName: "d", Duration: 2 * time.Hour}}
			},
		},
		{
			name: "id token by the block, agency of the environment", block: region(nil),
			environment: texts{
				"HW_ASSUME_ROLE_ID_TOKEN": "jwt", "HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "d", "HW_ASSUME_ROLE_DURATION": "1800",
			},
			change: func(m *providerModel) {
				m.AssumeRoleWithOIDC = []assumeRoleWithOIDCModel{{IdpID: types.StringValue("idp")}}
			},
			want: func(c *credentials.Config) {
				c.OIDC, c.Source = &credentials.OIDC{IdpID: "idp", IDToken: credentials.NewSecret("jwt")}, "id token from HW_ASSUME_ROLE_ID_TOKEN"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainName: "d", Duration: 30 * time.Minute}}
			},
		},
		{
			name: "agency of the block, its account of the environment", block: region(nil),
			environment: texts{"HW_ASSUME_ROLE_ID_TOKEN": "jwt", "HW_ASSUME_ROLE_AGENCY_NAME": "env-a", "HW_ASSUME_ROLE_DOMAIN_ID": "d"},
			change: func(m *providerModel) {
				m.AssumeRoleWithOIDC = []assumeRoleWithOIDCModel{{IdpID: types.StringValue("idp"), AgencyName: types.StringValue("a")}}
			},
			want: func(c *credentials.Config) {
				c.OIDC, c.Source = &credentials.OIDC{IdpID: "idp", IDToken: credentials.NewSecret("jwt")}, "id token from HW_ASSUME_ROLE_ID_TOKEN"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainID: "d"}}
			},
		},
		{
			name: "agency of the environment, its account of the block", block: region(nil),
			environment: texts{"HW_ASSUME_ROLE_ID_TOKEN": "jwt", "HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "env-d", "HW_ASSUME_ROLE_DOMAIN_ID": "env-id"},
			change: func(m *providerModel) {
				m.AssumeRoleWithOIDC = []assumeRoleWithOIDCModel{{IdpID: types.StringValue("idp"), DomainID: types.StringValue("d")}}
			},
			want: func(c *credentials.Config) {
				c.OIDC, c.Source = &credentials.OIDC{IdpID: "idp", IDToken: credentials.NewSecret("jwt")}, "id token from HW_ASSUME_ROLE_ID_TOKEN"
				c.AssumeRoles = []credentials.AssumeRole{{AgencyName: "a", DomainID: "d"}}
			},
		},
		{
			name: "id token by STS, agency of another account than the URN's", block: region(nil),
			environment: texts{
				"HW_ASSUME_ROLE_IDP_ID": "iam::account:oidcProvider:idp", "HW_ASSUME_ROLE_ID_TOKEN": "jwt",
				"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_ID": "d",
			},
			want: func(c *credentials.Config) {
				c.OIDC = &credentials.OIDC{IdpID: "iam::account:oidcProvider:idp", AgencyName: "a", DomainID: "d", IDToken: credentials.NewSecret("jwt")}
				c.Source = "id token from HW_ASSUME_ROLE_ID_TOKEN"
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
					IDToken: types.StringValue("jwt"), Duration: wholeValue(7200),
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
			got, diags := resolve(providerOn(test.environment, files).host, model)
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

func assumeRoles(agency, domainName, domainID string) []assumeRoleModel {
	role := assumeRoleModel{AgencyName: types.StringValue(agency)}
	if domainName != "" {
		role.DomainName = types.StringValue(domainName)
	}
	if domainID != "" {
		role.DomainID = types.StringValue(domainID)
	}
	return []assumeRoleModel{role}
}
