package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// environment lists the variables that stand in for an argument of the provider block; the first
// one that is set wins. The names are those of the official provider (HW_…) and of the vendor's
// SDKs (HUAWEICLOUD_SDK_…).
var environment = map[string][]string{
	"region":             {"HW_REGION_NAME"},
	"project_id":         {"HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID"},
	"project_name":       {"HW_PROJECT_NAME"},
	"access_key":         {"HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK"},
	"secret_key":         {"HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK"},
	"security_token":     {"HW_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN"},
	"token":              {"HW_AUTH_TOKEN"},
	"user_name":          {"HW_USER_NAME"},
	"user_id":            {"HW_USER_ID"},
	"password":           {"HW_USER_PASSWORD"},
	"domain_name":        {"HW_DOMAIN_NAME"},
	"domain_id":          {"HW_DOMAIN_ID"},
	"shared_config_file": {"HW_SHARED_CONFIG_FILE"},
	"profile":            {"HW_PROFILE"},
	"cloud":              {"HW_CLOUD"},
	"auth_url":           {"HW_AUTH_URL"},
	"insecure":           {"HW_INSECURE"},
	"max_retries":        {"HW_MAX_RETRIES"},
}

// Variables that stand in for arguments of the two blocks.
const (
	envAgencyName  = "HW_ASSUME_ROLE_AGENCY_NAME"
	envDomainName  = "HW_ASSUME_ROLE_DOMAIN_NAME"
	envDomainID    = "HW_ASSUME_ROLE_DOMAIN_ID"
	envDuration    = "HW_ASSUME_ROLE_DURATION"
	envIdpID       = "HW_ASSUME_ROLE_IDP_ID"
	envIDToken     = "HW_ASSUME_ROLE_ID_TOKEN"
	envIDTokenFile = "HW_ASSUME_ROLE_ID_TOKEN_FILE"
)

// How long the key of an assumed agency is valid, in seconds.
// Sources: the API references of IAM v3.0 and STS v5.
const (
	minDuration        = 900
	maxDurationIAM     = 86400
	maxDurationSTS     = 43200
	maxDurationChained = 3600
)

// The provider's own limits.
const (
	maxWholeNumber = 1<<31 - 1
	// Below one request in 100 seconds, the default time limit of 10 minutes ends after six pages.
	minRequestsPerSecond = 0.01
	maxRequestsPerSecond = 1_000_000
)

func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Reads avatar training jobs of Huawei Cloud MetaStudio. Arguments and environment variables are named as in the official `huaweicloud` provider; the guide on moving has a table of what is the same and what is different. No request is sent before the first read.",
		Attributes: map[string]schema.Attribute{
			"region":       textSetting("region", "Region to query, such as `cn-north-4`. A data or ephemeral block may name another one. Required for reading: here, in the environment, or in the KooCLI profile."),
			"project_id":   textSetting("project_id", "ID of the project to query. If unset, the project is looked up in IAM by `project_name`."),
			"project_name": textSetting("project_name", "Name of the project in IAM. Defaults to the name of the region, which is the name of its default project."),

			"access_key":     textSetting("access_key", "Access key ID (AK). It goes with `secret_key` from the same source."),
			"secret_key":     secretSetting("secret_key", "Secret access key (SK) that belongs to `access_key`."),
			"security_token": secretSetting("security_token", "Security token that belongs to a temporary access key. It goes with the pair from the same source."),
			"token":          secretSetting("token", "IAM token, scoped to the project. It is valid for 24 hours, works in one region, and the provider cannot renew it."),
			"user_name":      textSetting("user_name", "Name of the IAM user who signs in with `password`. It needs `domain_name` or `domain_id`."),
			"user_id":        textSetting("user_id", "ID of the IAM user who signs in with `password`, in place of `user_name`."),
			"password":       secretSetting("password", "Password of the IAM user. It is exchanged for a token."),
			"domain_name":    textSetting("domain_name", "Name of the user's account."),
			"domain_id":      textSetting("domain_id", "ID of the user's account, in place of `domain_name`."),

			"shared_config_file": textSetting("shared_config_file", "Path of KooCLI's configuration file. Defaults to `~/.hcloud/config.json` when `profile` is set. The file is read only when one of the two is set, and its keys must not be encrypted: run `hcloud configure set --cli-auth-encrypt=false`."),
			"profile":            textSetting("profile", "Name of the profile in KooCLI's configuration file. Defaults to its current profile."),

			"cloud":    textSetting("cloud", "Domain of all services: MetaStudio, IAM and STS are asked at `https://{service}.{region}.{cloud}`. Defaults to `myhuaweicloud.com`, in the regions `eu-west-1…` to `myhuaweicloud.eu`."),
			"auth_url": textSetting("auth_url", "Address of IAM, which issues tokens and lists projects. It does not change the addresses of STS and MetaStudio; `cloud` and `endpoints` do. Defaults to `https://iam.{region}.{cloud}/v3`; `endpoints.iam` takes precedence."),
			"endpoints": schema.MapAttribute{
				MarkdownDescription: "Addresses of services in place of their default ones, by service: `metastudio`; `iam`, which issues tokens, assumes agencies by `domain_name` and lists projects; `sts`, which assumes agencies by `domain_id` and by an id token with a URN. A service that is not named keeps its default address. A host alone means `https://`; `http://` is accepted for loopback addresses, and for others only with `insecure`. Other keys are ignored with a warning, since the map may be shared with the `huaweicloud` provider. With `metastudio` set, only the provider's own region can be read.",
				ElementType:         types.StringType,
				Optional:            true,
			},
			"cacert_file": textSetting("cacert_file", "Certificate authorities in PEM form, or the path of a file with them, that are trusted besides those of the system: for MetaStudio, IAM, STS and proxies."),
			"cert":        textSetting("cert", "Client certificate in PEM form, or the path of a file with it, for MetaStudio, IAM, STS and proxies. It goes with `key`."),
			"key":         secretSetting("key", "Private key of the client certificate in PEM form, not encrypted, or the path of a file with it. It goes with `cert`."),
			"insecure": schema.BoolAttribute{
				MarkdownDescription: "Whether to accept any server certificate, and addresses without TLS. Anybody can then pretend to be the service. Defaults to `false`." + fromEnvironment("insecure"),
				Optional:            true,
			},
			"max_retries": schema.NumberAttribute{
				MarkdownDescription: "How many times a request is sent again after a temporary failure: a broken connection, a time-out, status 408, 500, 502, 503 or 504. Defaults to `5`. A request that the service's quota refuses (status 429) does not count: it is sent again as long as `timeouts.read` leaves time. `0` sends nothing again at all." + fromEnvironment("max_retries"),
				Optional:            true,
				Validators:          []validator.Number{wholeNumber{least: 0, most: maxWholeNumber, unset: fmt.Sprintf("Leave it out for %d retries.", transport.DefaultMaxRetries)}},
			},
			"max_requests_per_second": schema.NumberAttribute{
				MarkdownDescription: "How many requests per second all reads through this provider block send together, from 0.01 to 1000000. Defaults to `10`, the lowest quota that the service grants a whole tenant in any region.",
				Optional:            true,
				Validators:          []validator.Number{requestRate{}},
			},
		},
		Blocks: map[string]schema.Block{
			"assume_role":           assumeRoleBlock(),
			"assume_role_with_oidc": assumeRoleWithOIDCBlock(),
		},
	}
}

func assumeRoleBlock() schema.Block {
	return schema.ListNestedBlock{
		MarkdownDescription: "Agency to assume with the credential. Each further block assumes its agency on top of the one before. The variables named here also work without a block, and complete a single block.",
		NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
			"agency_name": textInBlock("Name of the agency.", envAgencyName),
			"domain_name": textInBlock("Name of the account that owns the agency. The agency is assumed through IAM v3.0.", envDomainName),
			"domain_id":   textInBlock("ID of the account that owns the agency. The agency is assumed through STS v5, whether `domain_name` is set or not.", envDomainID),
			"duration":    durationInBlock("How many seconds a key of the agency is valid: 900 to 86400 by `domain_name`, to 43200 by `domain_id`, and to 3600 by `domain_id` on top of a temporary key. If unset, the service decides: 900 by `domain_name`, 3600 by `domain_id`. The provider gets a new key before one ends."),
		}},
	}
}

func assumeRoleWithOIDCBlock() schema.Block {
	return schema.ListNestedBlock{
		MarkdownDescription: "Sign-in with an id token of an OIDC identity provider, such as a CI system. At most one block. The variables named here also work without a block, and complete it.",
		Validators:          []validator.List{atMostOneBlock{}},
		NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
			"idp_id":        textInBlock("Identity provider. By its plain name, IAM v3 exchanges the id token, and the agency, if one is named, is assumed with the result. By its URN, `iam::{account id}:oidcProvider:{name}`, STS v5 assumes the agency with the id token itself.", envIdpID),
			"agency_name":   textInBlock("Name of the agency to assume. Required with a URN.", envAgencyName),
			"domain_id":     textInBlock("ID of the account that owns the agency. Defaults to the account in the URN.", envDomainID),
			"id_token":      schema.StringAttribute{MarkdownDescription: "Id token." + fromVariables(envIDToken), Optional: true, Sensitive: true},
			"id_token_file": textInBlock("Path of a file that holds the id token. It is read at each exchange, so it may be replaced meanwhile.", envIDTokenFile),
			"duration":      durationInBlock("How many seconds the resulting key is valid: 900 to 86400, with a URN to 43200. If unset, the service decides: 900, with a URN 3600. The provider gets a new key before one ends, as long as the id token allows it."),
		}},
	}
}

func textSetting(name, description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description + fromEnvironment(name), Optional: true}
}

func secretSetting(name, description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description + fromEnvironment(name), Optional: true, Sensitive: true}
}

func textInBlock(description, variable string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description + fromVariables(variable), Optional: true}
}

func durationInBlock(description string) schema.Attribute {
	return schema.NumberAttribute{
		MarkdownDescription: description + fromVariables(envDuration),
		Optional:            true,
		Validators:          []validator.Number{wholeNumber{least: minDuration, most: maxDurationIAM, unset: "Leave it out to let the service decide."}},
	}
}

// fromEnvironment names the variables that stand in for an argument; "" if none does.
func fromEnvironment(name string) string { return fromVariables(environment[name]...) }

func fromVariables(names ...string) string {
	if len(names) == 0 {
		return ""
	}
	return " Environment: `" + strings.Join(names, "`, `") + "`."
}
