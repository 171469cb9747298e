package provider

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// settings is what block, environment and KooCLI's file come to.
type settings struct {
	credentials credentials.Config
	// endpoint is MetaStudio's address, nil for the region's own.
	endpoint          *url.URL
	insecure          bool
	maxRetries        int
	requestsPerSecond float64
}

// resolver puts the settings together. It collects what is wrong instead of stopping there, so
// that everything is reported at once.
type resolver struct {
	host    host
	model   *providerModel
	block   map[string]string // the block's strings
	profile *credentials.Profile
	// profilePath is the file of the profile, "" when none was asked for.
	profilePath string
	diags       diag.Diagnostics
}

// resolve returns the settings by precedence: block, environment, KooCLI's file.
func resolve(on host, model *providerModel) (*settings, diag.Diagnostics) {
	r := &resolver{host: on, model: model, block: model.texts()}
	s := &settings{
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
	return s, r.diags
}

// value returns an argument's value and the name of where it was found: that of
// the argument, or of the variable.
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

func (r *resolver) fail(at path.Path, summary, format string, args ...any) {
	r.diags.AddAttributeError(at, summary, fmt.Sprintf(format, args...))
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

// readProfile reads the profile of KooCLI's file if the file or the profile is
// named. Nobody is signed in by a file that he did not point at.
func (r *resolver) readProfile() {
	name, _ := r.value("profile")
	file, _ := r.value("shared_config_file")
	at := path.Root("shared_config_file")
	if file == "" {
		if name == "" {
			return
		}
		at = path.Root("profile")
	}
	if file == "" {
		file = "~/.hcloud/config.json"
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

func (r *resolver) resolveRegion(c *credentials.Config) {
	region, found := r.value("region")
	if region == "" && r.profile != nil {
		region, found = r.profile.Region, "the region of "+r.profileSource()
	}
	switch {
	case region == "" && r.profilePath != "" && r.profile == nil:
		// The profile might have named one; that it cannot be read is said already.
	case region == "":
		r.fail(path.Root("region"), "Missing region",
			"Set region in the provider block, or HW_REGION_NAME. A KooCLI profile that names a region will also do (shared_config_file or profile). MetaStudio is in cn-north-4, cn-east-3 and ap-southeast-3.")
	case !regionPattern.MatchString(region):
		r.fail(path.Root("region"), "Invalid region", "%s is %q, which is not the name of a region, such as cn-north-4.", sentenceStart(found), region)
	}
	c.Region = region

	cloud, found := r.value("cloud")
	if cloud != "" && !hostPattern.MatchString(cloud) {
		r.fail(path.Root("cloud"), "Invalid cloud", "%s is %q, which is not the name of a domain, such as myhuaweicloud.com.", found, cloud)
	}
	c.Cloud = cloud
}

// resolveProject takes id and name from one source, so that a name in the block
// is not overruled by an id in the environment.
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

// sentenceStart begins a sentence with text, unless that begins with the name of
// an argument.
func sentenceStart(text string) string {
	if first, _, _ := strings.Cut(text, " "); strings.Contains(first, "_") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
