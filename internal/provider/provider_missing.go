package provider

import (
	"context"
	"errors"
	"strings"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// unreadVariable is a variable of OpenStack and of other clouds built on it, which the official
// provider reads and this one does not.
type unreadVariable struct {
	name, instead string
	of            settingKind
}

// settingKind is what may be missing.
type settingKind int

const (
	settingRegion settingKind = iota
	settingProject
	settingCredential
)

// unreadVariables are those that may hold what is missing.
var unreadVariables = []unreadVariable{
	{"OS_REGION_NAME", "HW_REGION_NAME", settingRegion},
	{"OS_PROJECT_ID", "HW_PROJECT_ID", settingProject},
	{"OS_PROJECT_NAME", "HW_PROJECT_NAME", settingProject},
	{"OS_ACCESS_KEY", "HW_ACCESS_KEY", settingCredential},
	{"OS_SECRET_KEY", "HW_SECRET_KEY", settingCredential},
	{"OS_AUTH_TOKEN", "HW_AUTH_TOKEN", settingCredential},
	{"OS_USERNAME", "HW_USER_NAME", settingCredential},
	{"OS_USER_ID", "HW_USER_ID", settingCredential},
	{"OS_PASSWORD", "HW_USER_PASSWORD", settingCredential},
	{"OS_DOMAIN_NAME", "HW_DOMAIN_NAME", settingCredential},
	{"OS_DOMAIN_ID", "HW_DOMAIN_ID", settingCredential},
}

// missingSettings are what a configuration lacks. That is no error before something is read:
// validating, and calling a function, need none of it.
type missingSettings struct {
	region bool
	// project reports whether no project is named. One is looked up then, by the region's name.
	project bool
	// credential reports whether only the agency of an ECS instance is left to sign in by.
	credential bool
	// unread are the variables that are set, but not read, and might hold what is missing.
	unread []unreadVariable
}

// findMissing returns what is missing. It is called when everything else is resolved.
func (r *resolver) findMissing(c *credentials.Config) missingSettings {
	m := missingSettings{region: c.Region == "", project: c.ProjectID == "" && c.ProjectName == "", credential: c.Instance}
	lacks := map[settingKind]bool{settingRegion: m.region, settingProject: m.region && m.project, settingCredential: m.credential}
	for _, variable := range unreadVariables {
		if lacks[variable.of] && r.host.getenv(variable.name) != "" {
			m.unread = append(m.unread, variable)
		}
	}
	return m
}

// beforeReading returns the error of settings with which nothing can be read, nil for none. A
// missing credential alone is no such error: the ECS metadata service may have one, and is asked
// first.
func (m missingSettings) beforeReading() error {
	switch {
	case !m.region:
		return nil
	case m.credential:
		return &settingsError{summary: "No region and no credentials found", detail: paragraphs(
			m.regionAdvice(), waysToSignIn(), m.projectAdvice(), m.unreadAdvice(), "See "+pageWaysToSignIn,
		)}
	default:
		return &settingsError{summary: "No region found", detail: paragraphs(
			m.regionAdvice(), m.projectAdvice(), m.unreadAdvice(), "See "+pageRegions,
		)}
	}
}

// explain replaces the error of an ECS metadata service that has no credential either by one that
// names every way to sign in.
func (m missingSettings) explain(err error) error {
	failure, ok := errors.AsType[*credentials.Error](err)
	if !ok || failure.Kind != credentials.NoCredential && failure.Kind != credentials.NoInstanceAgency {
		return err
	}
	return &settingsError{summary: "No credentials found", detail: paragraphs(
		waysToSignIn(), m.unreadAdvice(), "See "+pageWaysToSignIn,
		"The ECS metadata service was asked last: "+toSentence(failure.Err.Error()),
	), err: err}
}

func (m missingSettings) regionAdvice() string {
	return "Set region in the provider block, or " + environment["region"][0] + " in the environment. The region of a KooCLI profile will also do. " +
		"A region in a data or ephemeral block is not enough, since signing in needs one too. MetaStudio is in " + enumerate(regions(), "and") + "."
}

func (m missingSettings) projectAdvice() string {
	if !m.project {
		return ""
	}
	return "The project need not be set: by default, the one that has the region's name is looked up. " +
		"To read another one, set " + withVariables("project_id") + " or " + withVariables("project_name") + "."
}

func (m missingSettings) unreadAdvice() string {
	if len(m.unread) == 0 {
		return ""
	}
	var names, instead []string
	for _, variable := range m.unread {
		names, instead = append(names, variable.name), append(instead, variable.instead)
	}
	are := " are"
	if len(names) == 1 {
		are = " is"
	}
	return enumerate(names, "and") + are + " set, but variables that begin with OS_ are not read: they may hold the password of another cloud. " +
		"If they are meant for Huawei Cloud, set " + enumerate(instead, "and") + " in their place."
}

// waysToSignIn lists them all. Terraform does not wrap lines that begin with a space.
func waysToSignIn() string {
	variables := func(arguments ...string) string {
		var names []string
		for _, argument := range arguments {
			names = append(names, environment[argument][0])
		}
		return enumerate(names, "and")
	}
	lines := []string{
		"Set one of these, in the provider block or in the environment:",
		"  - access_key and secret_key: " + variables("access_key", "secret_key"),
		"    (or " + environment["access_key"][1] + " and " + environment["secret_key"][1] + ");",
		"    a temporary key needs security_token too: " + variables("security_token"),
		"  - profile or shared_config_file, of KooCLI: " + environment["profile"][0] + " or " + environment["shared_config_file"][0],
		"  - token: " + variables("token"),
		"  - user_name, password and domain_name:",
		"    " + variables("user_name", "password", "domain_name"),
		"  - assume_role_with_oidc, a block:",
		"    " + envIdpID + ", with " + envIDTokenFile,
		"    or " + envIDToken,
		"On an ECS instance that carries an agency, none of them is needed.",
	}
	return strings.Join(lines, "\n")
}

// explainedAuthorizer is an authorizer whose errors say what is missing.
type explainedAuthorizer struct {
	transport.Authorizer

	missing missingSettings
}

// Credential implements transport.Authorizer.
func (a explainedAuthorizer) Credential(ctx context.Context) (transport.Credential, error) {
	credential, err := a.Authorizer.Credential(ctx)
	return credential, a.missing.explain(err)
}
