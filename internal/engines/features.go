package engines

import (
	"strings"

	"golang.org/x/mod/semver"
)

// Feature is something that not every engine has.
type Feature string

// The features that the provider, its examples or its tests use.
const (
	ProviderFunctions  Feature = "provider functions"
	EphemeralResources Feature = "ephemeral resources"
	EphemeralVariables Feature = "ephemeral variables"
	Tests              Feature = "the test command"
	Mocks              Feature = "mocks in tests"
	ProviderForEach    Feature = "for_each in provider blocks"
)

// firstVersions has the first version of each product with a feature.
var firstVersions = map[Feature]map[Product]string{
	ProviderFunctions:  {Terraform: "1.8", OpenTofu: "1.7"},
	EphemeralResources: {Terraform: "1.10", OpenTofu: "1.11"},
	EphemeralVariables: {Terraform: "1.10", OpenTofu: "1.11"},
	Tests:              {Terraform: "1.6", OpenTofu: "1.6"},
	Mocks:              {Terraform: "1.7", OpenTofu: "1.8"},
	ProviderForEach:    {OpenTofu: "1.9"},
}

// Since returns the first version of a product that has the feature, such as "1.8". It reports
// false if none has it.
func (f Feature) Since(product Product) (string, bool) {
	version, ok := firstVersions[f][product]
	return version, ok
}

// Needs returns what the feature needs, such as "Terraform 1.10 or OpenTofu 1.11".
func (f Feature) Needs() string {
	var needs []string
	for _, product := range products {
		if version, ok := f.Since(product); ok {
			needs = append(needs, string(product)+" "+version)
		}
	}
	return strings.Join(needs, " or ")
}

// InEvery reports whether every supported engine of a product has the feature.
func (f Feature) InEvery(product Product) bool {
	version, ok := f.Since(product)
	return ok && semver.Compare("v"+version, "v"+Oldest(product).Minor()) <= 0
}
