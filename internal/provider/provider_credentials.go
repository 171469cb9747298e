package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
)

// onePlace explains why parts of a credential from two sources are not combined.
const onePlace = "A credential is taken from one place only, since parts from two places may belong to two keys."

// holding is what one source has of a credential. A source is the provider block or one family of
// variables.
type holding struct {
	// place names the source; inBlock reports whether it is the provider block.
	place   string
	inBlock bool
	// names are the source's own names of the arguments.
	names  map[string]string
	values map[string]string
	// oidc exchanges an id token, nil if the source has none.
	oidc *oidcSettings
}

// The lengths of a permanent access key and its secret key, in characters. Keys of other lengths
// are taken as well.
const (
	accessKeyLength = 20
	secretKeyLength = 40
)

// credentialArguments are the arguments that make a credential. The user's account is not one of
// them: it is no secret, and may be set beside a key from another source.
var credentialArguments = []string{"access_key", "secret_key", "security_token", "token", "user_name", "user_id", "password"}

// resolveCredential takes the first source that has any part of a credential.
func (r *resolver) resolveCredential(c *credentials.Config) {
	block, hw, sdk := r.holdings()
	switch {
	case block.present():
		r.take(block, c)
	case hw.present():
		r.take(hw, c)
	case sdk.present():
		r.take(sdk, c)
	case r.profile != nil:
		c.AccessKey, c.SecretKey, c.SecurityToken = r.profile.AccessKey, r.profile.SecretKey, r.profile.SecurityToken
		c.Source = r.profileSource()
		if c.DomainID == "" {
			c.DomainID = r.profile.DomainID
		}
	case r.profilePath != "":
		return // which is reported already
	default:
		c.Instance, c.Source = true, "agency of the ECS instance"
	}
	r.resolveAssumeRoles(c)
}

// holdings returns what the sources have, in the order of precedence.
func (r *resolver) holdings() (block, hw, sdk *holding) {
	block = &holding{place: "the provider block", inBlock: true, names: map[string]string{}, values: map[string]string{}}
	hw = &holding{place: "the environment", names: map[string]string{}, values: map[string]string{}}
	sdk = &holding{place: "the environment", names: map[string]string{}, values: map[string]string{}}
	for _, name := range credentialArguments {
		block.names[name], block.values[name] = name, r.block[name]
		for _, variable := range environment[name] {
			source := hw
			if !strings.HasPrefix(variable, "HW_") {
				source = sdk
			}
			source.names[name], source.values[name] = variable, r.host.getenv(variable)
		}
	}
	if len(r.model.AssumeRoleWithOIDC) > 0 {
		block.oidc = r.oidcOfBlock()
	} else {
		hw.oidc = r.oidcOfEnvironment()
	}
	return block, hw, sdk
}

func (h *holding) present() bool {
	for _, value := range h.values {
		if value != "" {
			return true
		}
	}
	return h.oidc != nil
}

// kinds returns the ways to sign in that a source with any part of a credential asks for, in the
// order in which the official provider tries them. Beside another way, a user without a password
// does not count, since some people set it to document the configuration. Nor does an id token
// without an identity provider, which some CI systems give to every job.
func (h *holding) kinds() []string {
	var kinds []string
	if h.oidc != nil && (h.oidc.written || h.oidc.IdpID != "") {
		kinds = append(kinds, "assume_role_with_oidc")
	}
	if h.values["token"] != "" {
		kinds = append(kinds, "token")
	}
	if h.values["access_key"] != "" || h.values["secret_key"] != "" || h.values["security_token"] != "" {
		kinds = append(kinds, "access_key")
	}
	switch {
	case h.values["password"] != "":
		kinds = append(kinds, "password")
	case len(kinds) > 0:
	case h.oidc != nil:
		kinds = append(kinds, "assume_role_with_oidc")
	default: // a user alone
		kinds = append(kinds, "password")
	}
	return kinds
}

// take fills the configuration from one source, and reports what the source lacks. Several ways to
// sign in are a mistake in the provider block. An environment is put together from several places,
// and the first way is taken.
func (r *resolver) take(h *holding, c *credentials.Config) {
	kinds := h.kinds()
	if len(kinds) > 1 {
		names := make([]string, len(kinds))
		for i, kind := range kinds {
			names[i] = h.nameOf(kind)
		}
		holds := fmt.Sprintf("%s holds %d ways to sign in: %s.", sentenceStart(h.place), len(kinds), enumerate(names, "and"))
		if h.inBlock {
			r.fail(path.Root(kinds[0]), "Conflicting credentials", "%s Keep one of them.", holds)
		} else {
			r.diags.AddWarning("Several ways to sign in", holds+" "+names[0]+" is used, as in the official provider. Unset the others, or set the one that you mean in the provider block.")
			kinds = kinds[:1]
		}
	}
	r.checkCharacters(h)
	for _, kind := range kinds {
		switch kind {
		case "token":
			c.Token = credentials.NewSecret(h.values["token"])
			c.Source = "token from " + h.from("token")
		case "access_key":
			r.takeKey(h, c)
		case "password":
			r.takePassword(h, c)
		case "assume_role_with_oidc":
			r.takeOIDC(h.oidc, c)
		}
	}
}

// checkCharacters reports what no part of a credential has, and what would only be refused later:
// mostly a line break at the end of a file, or quotation marks from a script. A password may have
// spaces and quotation marks.
func (r *resolver) checkCharacters(h *holding) {
	for _, name := range credentialArguments {
		refused := func(c rune) bool { return c < ' ' || c == 0x7f }
		if name != "password" {
			refused = func(c rune) bool { return c <= ' ' || c >= 0x7f || c == '"' || c == '\'' }
		}
		if name == "user_name" {
			refused = func(c rune) bool { return c < ' ' || c == 0x7f }
		}
		value := h.values[name]
		at := strings.IndexFunc(value, refused)
		if at < 0 {
			continue
		}
		what := "a character that it cannot have"
		switch value[at] {
		case '\n', '\r':
			what = "a line break"
		case ' ', '\t':
			what = "white space"
		case '"', '\'':
			what = "a quotation mark"
		}
		r.fail(path.Root(name), "Invalid "+strings.ReplaceAll(name, "_", " "), "%s has %s in it, which is no part of it. Remove that where the value comes from; in a configuration, trimspace(…) removes white space at both ends.", h.names[name], what)
	}
}

// nameOf returns the source's own name of a way to sign in.
func (h *holding) nameOf(kind string) string {
	if kind == "assume_role_with_oidc" {
		return h.oidc.name
	}
	if kind == "access_key" && h.values["access_key"] == "" {
		kind = "secret_key"
		if h.values["secret_key"] == "" {
			kind = "security_token"
		}
	}
	return h.names[kind]
}

// from names the origin of an argument's value, for Config.Source.
func (h *holding) from(name string) string {
	if h.names[name] == name {
		return h.place
	}
	return h.names[name]
}

func (r *resolver) takeKey(h *holding, c *credentials.Config) {
	for _, pair := range [][2]string{{"access_key", "secret_key"}, {"secret_key", "access_key"}} {
		missing, given := pair[0], pair[1]
		if h.values[missing] == "" && h.values[given] != "" {
			r.fail(path.Root(missing), "Missing "+strings.ReplaceAll(missing, "_", " "), "%s is set, but not %s that belongs to it. %s",
				h.names[given], r.missingName(h, missing), onePlace)
		}
	}
	if h.values["access_key"] == "" && h.values["secret_key"] == "" {
		r.fail(path.Root("security_token"), "Security token without a key", "%s is set, but not %s and %s that it belongs to. %s",
			h.names["security_token"], h.names["access_key"], h.names["secret_key"], onePlace)
	}
	if len(h.values["access_key"]) == secretKeyLength && len(h.values["secret_key"]) == accessKeyLength {
		r.fail(path.Root("secret_key"), "Access key and secret key exchanged", "%s has %d characters, as a secret key has, and %s has %d, as an access key has. Exchange the two.",
			h.names["access_key"], secretKeyLength, h.names["secret_key"], accessKeyLength)
	}
	c.AccessKey, c.SecretKey = h.values["access_key"], credentials.NewSecret(h.values["secret_key"])
	c.SecurityToken = credentials.NewSecret(h.values["security_token"])
	c.Source = "access key from " + h.from("access_key")
}

func (r *resolver) takePassword(h *holding, c *credentials.Config) {
	if h.values["password"] == "" {
		user := "user_name"
		if h.values[user] == "" {
			user = "user_id"
		}
		r.fail(path.Root("password"), "Missing password", "%s is set, but not %s. %s To sign in otherwise, remove the user.", h.names[user], r.missingName(h, "password"), onePlace)
	}
	if h.values["user_name"] == "" && h.values["user_id"] == "" {
		r.fail(path.Root("user_name"), "Missing user", "%s is set, but not %s, nor %s, whose it is. %s",
			h.names["password"], r.missingName(h, "user_name"), h.names["user_id"], onePlace)
	}
	if h.values["user_name"] != "" && h.values["user_id"] == "" && c.DomainName == "" && c.DomainID == "" {
		r.fail(path.Root("domain_name"), "Missing account", "%s names a user of an account that is not named. Set domain_name or domain_id (HW_DOMAIN_NAME or HW_DOMAIN_ID), or user_id (HW_USER_ID) in place of the name.", h.names["user_name"])
	}
	c.UserName, c.UserID, c.Password = h.values["user_name"], h.values["user_id"], credentials.NewSecret(h.values["password"])
	user := c.UserName
	if user == "" {
		user = c.UserID
	}
	c.Source = fmt.Sprintf("password of user %s from %s", user, h.from("password"))
}

// missingName names an argument that is missing, by the source's own name, and the variable that
// would do in its place.
func (r *resolver) missingName(h *holding, name string) string {
	if h.names[name] != name {
		return h.names[name]
	}
	return fmt.Sprintf("%s (or %s with the whole credential in the environment)", name, environment[name][0])
}
