package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// environment lists the variables that stand in for an argument of the provider
// block, the first one that is set wins. The names are those of the official
// provider (HW_…) and of the vendor's SDKs (HUAWEICLOUD_SDK_…).
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

// How long an assumed agency's key may live, in seconds.
// Sources: the API references of IAM v3.0 and STS v5.
const (
	minDuration        = 900
	maxDurationIAM     = 86400
	maxDurationSTS     = 43200
	maxDurationChained = 3600
)

func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Reads avatar training jobs of Huawei Cloud MetaStudio. Arguments and environment variables have the names that they have in the official `huaweicloud` provider, so that a block and an environment that sign in there sign in here. Nothing is sent before something is read.",
		Attributes: map[string]schema.Attribute{
			"region":       text("region", "Region to read in, such as `cn-north-4`. A block that reads may name another one. Required, here, in the environment, or in the KooCLI profile."),
			"project_id":   text("project_id", "ID of the project to read in the name of. Looked up in IAM by `project_name` when it is not set."),
			"project_name": text("project_name", "Name of the project in IAM. Defaults to the name of the region, which is that of its default project."),

			"access_key":     text("access_key", "Access key ID (AK). It goes with `secret_key` from the same source."),
			"secret_key":     secret("secret_key", "Secret access key (SK) that belongs to `access_key`."),
			"security_token": secret("security_token", "Security token that belongs to a temporary access key. It goes with the pair from the same source."),
			"token":          secret("token", "Ready IAM token, scoped to the project. It lives 24 hours, works in one region, and cannot be renewed by the provider."),
			"user_name":      text("user_name", "Name of the IAM user to sign in by `password`. It needs `domain_name` or `domain_id`."),
			"user_id":        text("user_id", "ID of the IAM user to sign in by `password`, in place of `user_name`."),
			"password":       secret("password", "Password of the IAM user. It is exchanged for a token."),
			"domain_name":    text("domain_name", "Name of the account of the user."),
			"domain_id":      text("domain_id", "ID of the account of the user, in place of `domain_name`."),

			"shared_config_file": text("shared_config_file", "Path of KooCLI's configuration file. Defaults to `~/.hcloud/config.json` when `profile` is set. The file is read only when one of the two is set, and its keys must not be encrypted: run `hcloud configure set --cli-auth-encrypt=false`."),
			"profile":            text("profile", "Name of the profile in KooCLI's configuration file. Defaults to its current profile."),

			"cloud":    text("cloud", "Domain of the services. Defaults to `myhuaweicloud.com`, in the regions `eu-west-1…` to `myhuaweicloud.eu`."),
			"auth_url": text("auth_url", "Address of IAM. Defaults to `https://iam.{region}.{cloud}/v3`."),
			"endpoints": schema.MapAttribute{
				MarkdownDescription: "Addresses of services in place of their own: `metastudio`, `iam`, `sts`. An address begins with `https://`; `http://` is taken for this machine itself, and for others only with `insecure`. With `metastudio` set, only the provider's own region can be read.",
				ElementType:         types.StringType,
				Optional:            true,
			},
			"insecure": schema.BoolAttribute{
				MarkdownDescription: "Whether to accept any server certificate, and addresses without TLS. Whoever pretends to be the service is believed then. Defaults to `false`." + fromEnvironment("insecure"),
				Optional:            true,
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "How often a request is sent again after a failure that may pass: a broken connection, a time-out, status 408, 500, 502, 503 or 504. Defaults to `5`. A request that the service's quota refuses (status 429) does not count: it is sent again as long as `timeouts.read` leaves time. `0` sends nothing again at all." + fromEnvironment("max_retries"),
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"max_requests_per_second": schema.Float64Attribute{
				MarkdownDescription: "How many requests per second all that reads through this provider block sends together. Defaults to `10`, the least that the service grants a whole tenant in any region.",
				Optional:            true,
				Validators:          []validator.Float64{positive{}},
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
			"agency_name": blockText("Name of the agency.", envAgencyName),
			"domain_name": blockText("Name of the account that owns the agency. The agency is assumed through IAM v3.0.", envDomainName),
			"domain_id":   blockText("ID of the account that owns the agency. The agency is assumed through STS v5, whether `domain_name` is set or not.", envDomainID),
			"duration":    duration("How many seconds a key of the agency lives, 900 to 86400 by `domain_name`, to 43200 by `domain_id`, and to 3600 by `domain_id` on top of a temporary key. Defaults to the service's own: 900 by `domain_name`, 3600 by `domain_id`. The provider gets a new key before one ends."),
		}},
	}
}

func assumeRoleWithOIDCBlock() schema.Block {
	return schema.ListNestedBlock{
		MarkdownDescription: "Sign-in with an id token of an OIDC identity provider, such as a CI system. The variables named here also work without a block, and complete it.",
		Validators:          []validator.List{listvalidator.SizeAtMost(1)},
		NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
			"idp_id":        blockText("Identity provider. By its plain name, the id token is exchanged by IAM v3, and the agency, if one is named, assumed with what comes back. By its URN, `iam::{account id}:oidcProvider:{name}`, STS v5 assumes the agency with the id token itself.", envIdpID),
			"agency_name":   blockText("Name of the agency to assume. Required with a URN.", envAgencyName),
			"domain_id":     blockText("ID of the account that owns the agency. Defaults to the account in the URN.", envDomainID),
			"id_token":      schema.StringAttribute{MarkdownDescription: "Id token." + variables(envIDToken), Optional: true, Sensitive: true},
			"id_token_file": blockText("Path of a file that holds the id token. It is read at each exchange, so it may be replaced meanwhile.", envIDTokenFile),
			"duration":      duration("How many seconds the resulting key lives, 900 to 86400, with a URN to 43200. Defaults to the service's own: 900, with a URN 3600. The provider gets a new key before one ends, as long as the id token allows it."),
		}},
	}
}

func text(name, description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description + fromEnvironment(name), Optional: true}
}

func secret(name, description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description + fromEnvironment(name), Optional: true, Sensitive: true}
}

func blockText(description, variable string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description + variables(variable), Optional: true}
}

func duration(description string) schema.Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: description + variables(envDuration),
		Optional:            true,
		Validators:          []validator.Int64{int64validator.Between(minDuration, maxDurationIAM)},
	}
}

// fromEnvironment says which variables stand in for an argument.
func fromEnvironment(name string) string { return variables(environment[name]...) }

func variables(names ...string) string {
	return " Environment: `" + strings.Join(names, "`, `") + "`."
}

// positive holds a number above 0.
type positive struct{}

// Description implements validator.Describer.
func (positive) Description(context.Context) string { return "value must be above 0" }

// MarkdownDescription implements validator.Describer.
func (p positive) MarkdownDescription(ctx context.Context) string { return p.Description(ctx) }

// ValidateFloat64 implements validator.Float64.
func (positive) ValidateFloat64(_ context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() && req.ConfigValue.ValueFloat64() <= 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Attribute Value", "The rate must be above 0 requests per second.")
	}
}
