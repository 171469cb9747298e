package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// providerModel is the provider block.
type providerModel struct {
	Region               types.String `tfsdk:"region"`
	ProjectID            types.String `tfsdk:"project_id"`
	ProjectName          types.String `tfsdk:"project_name"`
	AccessKey            types.String `tfsdk:"access_key"`
	SecretKey            types.String `tfsdk:"secret_key"`
	SecurityToken        types.String `tfsdk:"security_token"`
	Token                types.String `tfsdk:"token"`
	UserName             types.String `tfsdk:"user_name"`
	UserID               types.String `tfsdk:"user_id"`
	Password             types.String `tfsdk:"password"`
	DomainName           types.String `tfsdk:"domain_name"`
	DomainID             types.String `tfsdk:"domain_id"`
	SharedConfigFile     types.String `tfsdk:"shared_config_file"`
	Profile              types.String `tfsdk:"profile"`
	Cloud                types.String `tfsdk:"cloud"`
	AuthURL              types.String `tfsdk:"auth_url"`
	Endpoints            types.Map    `tfsdk:"endpoints"`
	CACertFile           types.String `tfsdk:"cacert_file"`
	Cert                 types.String `tfsdk:"cert"`
	Key                  types.String `tfsdk:"key"`
	Insecure             types.Bool   `tfsdk:"insecure"`
	MaxRetries           types.Number `tfsdk:"max_retries"`
	MaxRequestsPerSecond types.Number `tfsdk:"max_requests_per_second"`

	AssumeRole         []assumeRoleModel         `tfsdk:"assume_role"`
	AssumeRoleWithOIDC []assumeRoleWithOIDCModel `tfsdk:"assume_role_with_oidc"`
}

type assumeRoleModel struct {
	AgencyName types.String `tfsdk:"agency_name"`
	DomainName types.String `tfsdk:"domain_name"`
	DomainID   types.String `tfsdk:"domain_id"`
	Duration   types.Number `tfsdk:"duration"`
}

type assumeRoleWithOIDCModel struct {
	AgencyName  types.String `tfsdk:"agency_name"`
	DomainID    types.String `tfsdk:"domain_id"`
	IdpID       types.String `tfsdk:"idp_id"`
	IDToken     types.String `tfsdk:"id_token"`
	IDTokenFile types.String `tfsdk:"id_token_file"`
	Duration    types.Number `tfsdk:"duration"`
}

// texts returns the block's strings by the names of their arguments. An empty string counts as
// unset, as in the official provider: a variable of the configuration may default to it.
func (m *providerModel) texts() map[string]string {
	return map[string]string{
		"region": m.Region.ValueString(), "project_id": m.ProjectID.ValueString(), "project_name": m.ProjectName.ValueString(),
		"access_key": m.AccessKey.ValueString(), "secret_key": m.SecretKey.ValueString(), "security_token": m.SecurityToken.ValueString(),
		"token":     m.Token.ValueString(),
		"user_name": m.UserName.ValueString(), "user_id": m.UserID.ValueString(), "password": m.Password.ValueString(),
		"domain_name": m.DomainName.ValueString(), "domain_id": m.DomainID.ValueString(),
		"shared_config_file": m.SharedConfigFile.ValueString(), "profile": m.Profile.ValueString(),
		"cloud": m.Cloud.ValueString(), "auth_url": m.AuthURL.ValueString(),
		"cacert_file": m.CACertFile.ValueString(), "cert": m.Cert.ValueString(), "key": m.Key.ValueString(),
	}
}

// unknownArguments names the arguments in a configuration that are not known yet.
func unknownArguments(config tftypes.Value) []string {
	var names []string
	_ = tftypes.Walk(config, func(at *tftypes.AttributePath, value tftypes.Value) (bool, error) { // nothing below returns an error
		if value.IsKnown() {
			return true, nil
		}
		names = append(names, argumentName(at))
		return false, nil
	})
	slices.Sort(names)
	return names
}

// mustWait reports whether a read waits for arguments of the provider that are not known yet.
func (d *providerData) mustWait() bool { return d != nil && len(d.unknown) > 0 }

// unknownResult is what a deferred read of this configuration is answered with.
func unknownResult(config tftypes.Value) tftypes.Value {
	return tftypes.NewValue(config.Type(), tftypes.UnknownValue)
}

// argumentName writes a path as it stands in a configuration.
func argumentName(at *tftypes.AttributePath) string {
	var name strings.Builder
	for _, step := range at.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if name.Len() > 0 {
				name.WriteByte('.')
			}
			name.WriteString(string(step))
		case tftypes.ElementKeyString:
			name.WriteString("." + string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&name, "[%d]", int64(step))
		}
	}
	return name.String()
}
