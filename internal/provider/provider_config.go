package provider

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// providerSettings are the result of the provider block, the environment and KooCLI's file.
type providerSettings struct {
	credentials credentials.Config
	// endpoint is MetaStudio's address, nil for the region's own.
	endpoint *url.URL
	insecure bool
	// authorities are the system's and the configured ones, nil for the system's alone.
	authorities *x509.CertPool
	// certificates hold the client certificate, nil for none.
	certificates      []tls.Certificate
	maxRetries        int
	requestsPerSecond float64
	// missing is what the configuration lacks, which is no error yet.
	missing missingSettings
}

// resolver puts the settings together. It collects what is wrong instead of stopping there, so that
// everything is reported at once.
type resolver struct {
	host    providerHost
	model   *providerModel
	block   map[string]string // the block's strings
	profile *credentials.Profile
	// profilePath is the file of the profile, "" if no profile is to be read.
	profilePath string
	// unknown are names that may be misspelt.
	unknown []unknownName
	diags   diag.Diagnostics
}

// resolve returns the settings by precedence: block, environment, KooCLI's file.
func resolve(on providerHost, model *providerModel) (*providerSettings, diag.Diagnostics) {
	r := &resolver{host: on, model: model, block: model.texts()}
	s := &providerSettings{
		insecure:          r.insecure(),
		maxRetries:        r.maxRetries(),
		requestsPerSecond: defaultRequestsPerSecond,
	}
	if !model.MaxRequestsPerSecond.IsNull() {
		s.requestsPerSecond, _ = model.MaxRequestsPerSecond.ValueBigFloat().Float64()
	}
	r.readProfile()

	c := &s.credentials
	c.MetadataURL, c.ReadFile, c.Now = on.metadataURL, on.readBytes, on.now
	r.resolveRegion(c)
	r.resolveProject(c)
	s.endpoint, c.IAMEndpoint, c.STSEndpoint = r.endpoints(s.insecure)
	c.DomainName, _ = r.value("domain_name")
	c.DomainID, _ = r.value("domain_id")
	r.resolveCredential(c)
	r.resolveTLS(s)
	s.missing = r.findMissing(c)
	r.diags.Append(warnOfNames(r.unknown)...)
	return s, r.diags
}

// value returns an argument's value, and the name of the argument or variable that holds it.
func (r *resolver) value(name string) (value, found string) {
	if value := r.block[name]; value != "" {
		return value, name
	}
	return r.variable(environment[name]...)
}

// variable returns the first of these variables that is set.
func (r *resolver) variable(names ...string) (value, found string) {
	for _, name := range names {
		if value := r.host.getenv(name); value != "" {
			return value, name
		}
	}
	return "", ""
}

// fail reports what is wrong with an argument. Terraform prints the line of the argument that an
// error points at, so one about a secret points at the provider block as a whole.
func (r *resolver) fail(at path.Path, summary, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if r.holdsSecret(at) {
		r.diags.AddError(summary, text)
		return
	}
	r.diags.AddAttributeError(at, summary, text)
}

// holdsSecret reports whether the line of an argument may show a secret.
func (r *resolver) holdsSecret(at path.Path) bool {
	name := at.Steps()[0].String()
	switch name {
	case "assume_role_with_oidc":
		// The block may be one line, which is printed for an argument that it lacks.
		for _, block := range r.model.AssumeRoleWithOIDC {
			if block.IDToken.ValueString() != "" {
				return true
			}
		}
		return false
	case "endpoints", "auth_url":
		// A user's password before the @ of an address; of several, all may be in one line.
		addresses := []string{r.block["auth_url"]}
		for _, element := range r.model.Endpoints.Elements() {
			addresses = append(addresses, element.String())
		}
		return strings.Contains(strings.Join(addresses, " "), "@")
	}
	if strings.Contains(r.block[name], "PRIVATE KEY") {
		return true // in the place of a certificate
	}
	attribute, ok := providerSchema().Attributes[name]
	return ok && attribute.IsSensitive()
}

func (r *resolver) insecure() bool {
	if !r.model.Insecure.IsNull() {
		return r.model.Insecure.ValueBool()
	}
	text, found := r.variable(environment["insecure"]...)
	if found == "" {
		return false
	}
	insecure, err := strconv.ParseBool(text)
	if err != nil {
		r.fail(path.Root("insecure"), "Invalid environment variable", "%s must be true or false.", found)
	}
	return insecure
}

func (r *resolver) maxRetries() int {
	if !r.model.MaxRetries.IsNull() {
		return int(int64Of(r.model.MaxRetries))
	}
	text, found := r.variable(environment["max_retries"]...)
	if found == "" {
		return transport.DefaultMaxRetries
	}
	retries, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		r.fail(path.Root("max_retries"), "Invalid environment variable", "%s must be a whole number, 0 or more.", found)
	}
	return int(retries)
}

// readProfile reads the profile of KooCLI's file if the file or the profile is named. Otherwise the
// file is not read, so that nobody signs in with its key without knowing.
func (r *resolver) readProfile() {
	name, _ := r.value("profile")
	file, _ := r.value("shared_config_file")
	at := path.Root("shared_config_file")
	switch {
	case file == "" && name == "":
		return
	case file == "":
		file, at = "~/.hcloud/config.json", path.Root("profile")
	case isContent(file):
		r.profilePath = "KooCLI's configuration file"
		r.fail(at, "Unable to read KooCLI's configuration file", "shared_config_file (HW_SHARED_CONFIG_FILE) is not a path: it looks like the content of the file. Set it to the file's path.")
		return
	}
	file, err := r.host.expandHome(file)
	r.profilePath = file
	if err != nil {
		r.fail(at, "Unable to find KooCLI's configuration file", "The home directory is not known: %s. Set shared_config_file, or HW_SHARED_CONFIG_FILE, to the file's whole path.", err)
		return
	}
	read, err := r.host.readFile(file)
	if err != nil {
		r.fail(at, "Unable to read KooCLI's configuration file", "%s. Set shared_config_file, or HW_SHARED_CONFIG_FILE, to the file's path, or remove it and profile (HW_PROFILE) to sign in otherwise.", sentenceStart(err.Error()))
		return
	}
	r.warnOfWriters(file, at, read)
	profile, err := credentials.ParseProfile(read.data, name)
	if err != nil {
		if name != "" {
			at = path.Root("profile")
		}
		r.fail(at, "Unable to use KooCLI's configuration file", "%s: %s", file, profileProblem(err))
		return
	}
	r.profile = &profile
}

// idTokenPattern matches an id token, a JWT: three parts in base64url, of which the first begins
// with {".
var idTokenPattern = regexp.MustCompile(`^eyJ[\w-]*\.[\w-]*\.[\w-]*$`)

// isContent reports whether a setting that is to be the path of a file looks like the file's
// content, as CI systems pass some files. Such a setting is not repeated in errors.
func isContent(setting string) bool {
	return strings.ContainsAny(setting, "\n\r{\"") || idTokenPattern.MatchString(setting)
}

// warnOfWriters warns about a key file that users other than its owner can write to.
func (r *resolver) warnOfWriters(name string, at path.Path, read hostFile) {
	if !read.othersMayWrite {
		return
	}
	const summary = "Key file that others may change"
	text := fmt.Sprintf("Users other than the owner of %s can write to it, and so decide which key this provider uses. Remove that permission, for example with: chmod go-w %[1]s", name)
	if r.holdsSecret(at) {
		r.diags.AddWarning(summary, text)
		return
	}
	r.diags.AddAttributeWarning(at, summary, text)
}

func (r *resolver) resolveRegion(c *credentials.Config) {
	region, found := r.value("region")
	if region == "" && r.profile != nil {
		region, found = r.profile.Region, "the region of "+r.profileSource()
	}
	switch {
	case region == "": // reported by the first read
	case !regionPattern.MatchString(region):
		r.fail(path.Root("region"), "Invalid region", "%s is %q, which is not the name of a region, such as cn-north-4.", sentenceStart(found), region)
	default:
		r.unknown = append(r.unknown, unknownRegion(path.Root("region"), region)...)
	}
	c.Region = region

	cloud, found := r.value("cloud")
	if cloud != "" && !hostPattern.MatchString(cloud) {
		r.fail(path.Root("cloud"), "Invalid cloud", "%s is %q, which is not the name of a domain, such as myhuaweicloud.com.", found, cloud)
	}
	c.Cloud = cloud
}

// resolveProject takes ID and name from one source, so that an ID in the environment does not
// override a name in the block.
func (r *resolver) resolveProject(c *credentials.Config) {
	found := "project_id"
	c.ProjectID, c.ProjectName = r.block["project_id"], r.block["project_name"]
	if c.ProjectID == "" && c.ProjectName == "" {
		c.ProjectID, found = r.variable(environment["project_id"]...)
		c.ProjectName, _ = r.variable(environment["project_name"]...)
	}
	// A profile's project is one of the profile's region.
	if c.ProjectID == "" && c.ProjectName == "" && r.profile != nil && (r.profile.Region == "" || r.profile.Region == c.Region) {
		c.ProjectID, found = r.profile.ProjectID, "the project of "+r.profileSource()
	}
	if c.ProjectID != "" && (len(c.ProjectID) > maxProjectLength || !projectPattern.MatchString(c.ProjectID)) {
		r.fail(path.Root("project_id"), "Invalid project ID", "%s is not the ID of a project: at most %d letters, digits, - and _. A project's name goes into project_name, or HW_PROJECT_NAME.", sentenceStart(found), maxProjectLength)
	}
}

func (r *resolver) profileSource() string {
	return "profile " + r.profile.Name + " of " + r.profilePath
}

// sentenceStart begins a sentence with text, unless that begins with the name of an argument.
func sentenceStart(text string) string {
	if first, _, _ := strings.Cut(text, " "); strings.Contains(first, "_") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
