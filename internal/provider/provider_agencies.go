package provider

import (
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
)

// nestedBlock is where the settings of an agency or an identity provider come from: a nested block,
// or something that stands in for one.
type nestedBlock struct {
	// at is the nested block, or the argument to which errors about its stand-in belong.
	at path.Path
	// written reports whether the configuration has the block, and so arguments to point at.
	written bool
}

// argument returns the path of an argument of the block, for errors.
func (b nestedBlock) argument(name string) path.Path {
	if b.written {
		return b.at.AtName(name)
	}
	return b.at
}

// oidcSettings is the exchange of an id token, and where it was found.
type oidcSettings struct {
	credentials.OIDC
	nestedBlock

	// domainName is the name of the agency's account. Only the environment has it.
	domainName string
	// name is the block, or the variable that stands in for it; source is for Config.Source.
	name, source string
}

// oidcOfBlock reads the block. The environment completes it. The two may be mixed, since the names
// in the block are no credential without the id token.
func (r *resolver) oidcOfBlock() *oidcSettings {
	block := r.model.AssumeRoleWithOIDC[0]
	o := r.oidcVariables()
	o.name, o.nestedBlock = "assume_role_with_oidc", nestedBlock{at: path.Root("assume_role_with_oidc").AtListIndex(0), written: true}
	override(&o.IdpID, block.IdpID)
	override(&o.AgencyName, block.AgencyName)
	if block.DomainID.ValueString() != "" {
		o.DomainID, o.domainName = block.DomainID.ValueString(), ""
	}
	if block.IDToken.ValueString() != "" || block.IDTokenFile.ValueString() != "" {
		o.IDToken, o.IDTokenFile = credentials.NewSecret(block.IDToken.ValueString()), block.IDTokenFile.ValueString()
		o.source = "id token from the provider block"
	}
	if !block.Duration.IsNull() {
		o.Duration = seconds(int64Of(block.Duration))
	}
	return o
}

// oidcOfEnvironment reads the variables. It returns nil if no identity provider or id token is set.
func (r *resolver) oidcOfEnvironment() *oidcSettings {
	_, found := r.variable(envIdpID, envIDToken, envIDTokenFile)
	if found == "" {
		return nil
	}
	o := r.oidcVariables()
	o.name, o.nestedBlock = found, nestedBlock{at: path.Root("assume_role_with_oidc")}
	return o
}

func (r *resolver) oidcVariables() *oidcSettings {
	o := &oidcSettings{OIDC: credentials.OIDC{
		IdpID: r.host.getenv(envIdpID), IDToken: credentials.NewSecret(r.host.getenv(envIDToken)), IDTokenFile: r.host.getenv(envIDTokenFile),
		AgencyName: r.host.getenv(envAgencyName), DomainID: r.host.getenv(envDomainID), Duration: r.durationVariable(),
	}}
	o.domainName = r.host.getenv(envDomainName)
	o.source = "id token from " + envIDToken
	if o.IDToken.IsZero() {
		o.source = "id token from " + envIDTokenFile
	}
	return o
}

// takeOIDC fills the configuration, and reports what the exchange lacks.
func (r *resolver) takeOIDC(o *oidcSettings, c *credentials.Config) {
	if o.IdpID == "" {
		r.fail(o.argument("idp_id"), "Missing identity provider", "Set idp_id in the block assume_role_with_oidc, or %s, to the identity provider whose id token it is.", envIdpID)
	}
	switch {
	case o.IDToken.IsZero() && o.IDTokenFile == "":
		r.fail(o.argument("id_token"), "Missing id token", "Set id_token_file or id_token in the block assume_role_with_oidc, or %s or %s.", envIDTokenFile, envIDToken)
	case !o.IDToken.IsZero() && o.IDTokenFile != "":
		r.fail(o.argument("id_token"), "Two id tokens", "id_token and id_token_file (%s and %s) are both set. Keep one of them.", envIDToken, envIDTokenFile)
	}

	if isContent(o.IDTokenFile) {
		r.fail(o.argument("id_token_file"), "Invalid path of an id token", "id_token_file (%s) is not a path: it looks like the id token itself, which goes into id_token (%s).", envIDTokenFile, envIDToken)
	}

	account, _, v5 := credentials.ParseProviderURN(o.IdpID)
	exchange := o.OIDC
	c.OIDC, c.Source = &exchange, o.source
	switch {
	case v5:
		if exchange.AgencyName == "" {
			r.fail(o.argument("agency_name"), "Missing agency", "The identity provider is named by its URN, so its id token opens an agency. Set agency_name in the block assume_role_with_oidc, or %s.", envAgencyName)
		}
		if exchange.DomainID == "" {
			exchange.DomainID = account
		}
		r.checkDuration(o.argument("duration"), exchange.Duration, maxDurationSTS, "an agency that is assumed through STS")
	case exchange.AgencyName != "":
		// The federated user's key assumes the agency, so it is the agency's that lives so long.
		role := credentials.AssumeRole{
			AgencyName: exchange.AgencyName, DomainID: exchange.DomainID, DomainName: o.domainName, Duration: exchange.Duration,
		}
		c.AssumeRoles = append(c.AssumeRoles, role)
		exchange.AgencyName, exchange.DomainID, exchange.Duration = "", "", 0
		if role.DomainID == "" && role.DomainName == "" {
			r.fail(o.argument("domain_id"), "Missing account of the agency", "Set domain_id in the block assume_role_with_oidc, or %s or %s, to the account that owns the agency.", envDomainID, envDomainName)
		}
		if role.DomainID != "" {
			r.checkDuration(o.argument("duration"), role.Duration, maxDurationChained, "an agency that is assumed through STS with a temporary key")
		}
	}
}

// resolveAssumeRoles adds the agencies to assume: those of the blocks, else that of the
// environment, else that of the profile whose key it is.
func (r *resolver) resolveAssumeRoles(c *credentials.Config) {
	variables := credentials.AssumeRole{}
	if c.OIDC == nil { // else they belong to that
		variables = credentials.AssumeRole{
			AgencyName: r.host.getenv(envAgencyName), DomainName: r.host.getenv(envDomainName), DomainID: r.host.getenv(envDomainID), Duration: r.durationVariable(),
		}
	}
	blocks := r.model.AssumeRole
	switch {
	case len(blocks) > 0:
		for i, block := range blocks {
			role := credentials.AssumeRole{}
			if len(blocks) == 1 {
				role = variables // of several, it would not be clear which
			}
			override(&role.AgencyName, block.AgencyName)
			if block.DomainName.ValueString() != "" || block.DomainID.ValueString() != "" {
				role.DomainName, role.DomainID = block.DomainName.ValueString(), block.DomainID.ValueString()
			}
			if !block.Duration.IsNull() {
				role.Duration = seconds(int64Of(block.Duration))
			}
			r.addRole(c, role, nestedBlock{at: path.Root("assume_role").AtListIndex(i), written: true})
		}
	case variables.AgencyName == "" && (variables.DomainName != "" || variables.DomainID != ""):
		// Without the agency, the jobs of another account would be read.
		_, found := r.variable(envDomainName, envDomainID)
		r.fail(path.Root("assume_role"), "Missing agency", "%s names the account of an agency, but no agency is named. Set %s as well, or unset %[1]s to read without an agency.", found, envAgencyName)
	case variables.AgencyName != "":
		r.addRole(c, variables, nestedBlock{at: path.Root("assume_role")})
	case r.profile != nil && r.profile.Agency != nil && c.Source == r.profileSource():
		r.addRole(c, *r.profile.Agency, nestedBlock{at: path.Root("profile")})
	}
}

// addRole adds an agency to those to assume, and reports what it lacks.
func (r *resolver) addRole(c *credentials.Config, role credentials.AssumeRole, from nestedBlock) {
	if role.AgencyName == "" {
		r.fail(from.argument("agency_name"), "Missing agency", "Set agency_name in the block assume_role, or %s.", envAgencyName)
	}
	if role.DomainName == "" && role.DomainID == "" {
		r.fail(from.argument("domain_name"), "Missing account of the agency", "Set domain_name or domain_id in the block assume_role, or %s or %s, to the account that owns the agency.", envDomainName, envDomainID)
	}
	if role.DomainID != "" {
		if temporary := c.AccessKey == "" || !c.SecurityToken.IsZero() || len(c.AssumeRoles) > 0; temporary {
			r.checkDuration(from.argument("duration"), role.Duration, maxDurationChained, "an agency that is assumed through STS with a temporary key")
		} else {
			r.checkDuration(from.argument("duration"), role.Duration, maxDurationSTS, "an agency that is assumed through STS")
		}
	}
	c.AssumeRoles = append(c.AssumeRoles, role)
}

func (r *resolver) checkDuration(at path.Path, given time.Duration, most int64, what string) {
	if given > seconds(most) {
		r.fail(at, "Duration too long", "The key of %s lives %d seconds at most. The provider gets a new one before it ends, however long the reading takes.", what, most)
	}
}

// durationVariable reads the variable's seconds, 0 when it is not set.
func (r *resolver) durationVariable() time.Duration {
	text := r.host.getenv(envDuration)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < minDuration || n > maxDurationIAM {
		// Append leaves out what it holds already; two blocks may read the variable.
		r.fail(path.Root("assume_role"), "Invalid environment variable", "%s must be a whole number of seconds, %d to %d.", envDuration, minDuration, maxDurationIAM)
		return 0
	}
	return seconds(n)
}

// override replaces a value by the block's, where that has one.
func override(value *string, block types.String) {
	if text := block.ValueString(); text != "" {
		*value = text
	}
}

func seconds(n int64) time.Duration { return time.Duration(n) * time.Second }
