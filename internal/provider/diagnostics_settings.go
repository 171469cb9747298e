package provider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
)

// settingsError is a read that cannot begin with the settings of the provider block and the block
// that reads.
type settingsError struct {
	summary, detail string
	// argument is the one of the block that reads which is wrong, "" for none.
	argument string
	err      error // the cause, nil where the settings alone are
}

// Error implements error.
func (e *settingsError) Error() string { return e.summary + ": " + e.detail }

// Unwrap returns the cause.
func (e *settingsError) Unwrap() error { return e.err }

func errNotConfigured() error {
	return &settingsError{
		summary: "Provider not configured",
		detail:  "The provider was not configured before it was asked to read. This is a defect of the provider; please report it.",
	}
}

func errUnknownArguments(names []string) error {
	return &settingsError{
		summary: "Provider settings not known yet",
		detail: "Nothing can be read while these arguments of the provider block are not known: " + strings.Join(names, ", ") + ". " +
			"They come from something that is not applied yet. Apply that first (terraform apply -target=…), or give them values that are known when Terraform plans, such as variables.",
	}
}

// errRegionOfEndpoint is a region beside an endpoint that serves another one.
func errRegionOfEndpoint(region, served, host string) error {
	return &settingsError{
		summary: "Conflicting region", argument: "region",
		detail: fmt.Sprintf("The region %s cannot be read: endpoints.metastudio sends every request to %s, which serves the provider's region %s. "+
			"Remove region here, or read the other region through a provider block of its own (with an alias), without this endpoint.\n\nSee %s",
			region, host, served, pageSeveralRegions),
	}
}

// profileProblem says in full sentences why a profile of KooCLI cannot be used, and what to do.
func profileProblem(err error) string {
	text := err.Error() + "."
	profile, ok := errors.AsType[*credentials.ProfileError](err)
	if !ok {
		return text
	}
	switch profile.Problem {
	case credentials.NoCurrentProfile:
		return text + " Name one by " + withVariables("profile") + "."
	case credentials.ProfileWithoutKey:
		return text + " Run `hcloud configure set` or, for SSO, `hcloud configure sso`."
	case credentials.EncryptedKey:
		return text + " Run `hcloud configure set --cli-auth-encrypt=false`, which stores keys in clear text from then on."
	case credentials.NotKooCLI, credentials.NoSuchProfile, credentials.NoSourceProfile, credentials.UnsupportedMode:
		return text
	}
	return text
}
