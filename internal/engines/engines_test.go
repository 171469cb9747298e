package engines_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/semver"

	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

func TestTableIsInOrder(t *testing.T) {
	t.Parallel()
	for _, product := range []engines.Product{engines.Terraform, engines.OpenTofu} {
		of := engines.Of(product)
		if !slices.IsSortedFunc(of, func(a, b engines.Engine) int { return semver.Compare("v"+a.Version, "v"+b.Version) }) {
			t.Errorf("the engines of %s are not in ascending order", product)
		}
		for _, engine := range of {
			if semver.Canonical("v"+engine.Version) != "v"+engine.Version {
				t.Errorf("%s: the version is not of the form 1.2.3", engine)
			}
			if !regexp.MustCompile(`^h1:[A-Za-z0-9+/]{43}=$`).MatchString(engine.Sum) {
				t.Errorf("%s: %q is no sum of a module", engine, engine.Sum)
			}
		}
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	var names []string
	for _, engine := range engines.Bounds() {
		names = append(names, engine.Name())
	}
	for _, product := range []engines.Product{engines.Terraform, engines.OpenTofu} {
		for _, engine := range engines.Of(product) {
			if semver.Compare("v"+engine.Version, "v"+engines.Newest(product).Version) > 0 || engine.Product != product {
				t.Errorf("%s is newer than %s", engine, engines.Newest(product))
			}
		}
	}
	// What the documentation promises begins with the oldest.
	if len(names) != 4 || !strings.HasPrefix(names[0], "terraform-1.5.") || !strings.HasPrefix(names[2], "opentofu-1.8.") {
		t.Errorf("the bounds are %q", names)
	}
}

func TestHas(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		product engines.Product
		version string
		feature engines.Feature
		want    bool
	}{
		{engines.Terraform, "1.7.5", engines.ProviderFunctions, false},
		{engines.Terraform, "1.8.0", engines.ProviderFunctions, true},
		{engines.Terraform, "1.8.0-beta1", engines.ProviderFunctions, true},
		{engines.Terraform, "1.10.0", engines.ProviderFunctions, true},
		{engines.OpenTofu, "1.8.11", engines.ProviderFunctions, true},
		{engines.Terraform, "1.9.8", engines.EphemeralResources, false},
		{engines.Terraform, "1.10.5", engines.EphemeralResources, true},
		{engines.OpenTofu, "1.10.10", engines.EphemeralResources, false},
		{engines.OpenTofu, "1.11.0", engines.EphemeralResources, true},
		{engines.Terraform, "1.16.4", engines.ProviderForEach, false},
		{engines.OpenTofu, "1.9.4", engines.ProviderForEach, true},
		{engines.OpenTofu, "1.8.11", engines.ProviderForEach, false},
	} {
		engine := engines.Engine{Product: test.product, Version: test.version}
		if got := engine.Has(test.feature); got != test.want {
			t.Errorf("%s has %s: %t, want %t", engine, test.feature, got, test.want)
		}
	}
}

func TestNeeds(t *testing.T) {
	t.Parallel()
	for feature, want := range map[engines.Feature]string{
		engines.EphemeralResources: "Terraform 1.10 or OpenTofu 1.11",
		engines.ProviderForEach:    "OpenTofu 1.9",
		"no feature":               "",
	} {
		if got := feature.Needs(); got != want {
			t.Errorf("%s needs %q, want %q", feature, got, want)
		}
	}
}

func TestInEvery(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		feature engines.Feature
		product engines.Product
		want    bool
	}{
		{engines.ProviderFunctions, engines.Terraform, false},
		{engines.ProviderFunctions, engines.OpenTofu, true},
		{engines.Mocks, engines.OpenTofu, true}, // its first version is the oldest supported one
		{engines.ProviderForEach, engines.Terraform, false},
		{engines.ProviderForEach, engines.OpenTofu, false},
	} {
		if got := test.feature.InEvery(test.product); got != test.want {
			t.Errorf("%s in every %s: %t, want %t", test.feature, test.product, got, test.want)
		}
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]engines.Engine{
		"terraform":       engines.Newest(engines.Terraform),
		"opentofu":        engines.Newest(engines.OpenTofu),
		"terraform-1.5.7": engines.Oldest(engines.Terraform),
	} {
		if got, err := engines.Named(name); err != nil || got != want {
			t.Errorf("%s is %v, %v; want %v", name, got, err, want)
		}
	}
	if got, err := engines.Named("terraform-1.4.0"); err == nil {
		t.Errorf("terraform-1.4.0 is %v, which nobody supports", got)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, output, want string }{
		{"Terraform", "Terraform v1.5.7\non linux_amd64\n", "Terraform 1.5.7"},
		{"OpenTofu", "OpenTofu v1.12.6\non linux_amd64\n", "OpenTofu 1.12.6"},
		{"pre-release", "Terraform v1.17.0-alpha20260101\non linux_amd64\n", "Terraform 1.17.0-alpha20260101"},
		{"warning first", "\nWarning: Unable to open CLI configuration file\n\nTerraform v1.11.4\non linux_amd64\n", "Terraform 1.11.4"},
		{"another program", "Pulumi v3.1.0\n", ""},
		{"no version", "Terraform vNext\n", ""},
		{"nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := engines.Parse(test.output)
			if test.want == "" {
				if err == nil {
					t.Errorf("no error, but %s", got)
				}
				return
			}
			if err != nil || got.String() != test.want {
				t.Errorf("%s, %v; want %s", got, err, test.want)
			}
		})
	}
}

// TestWorkflowTakesItsMatrixFromHere holds that the test workflow names no versions of its own.
func TestWorkflowTakesItsMatrixFromHere(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../.github/workflows/test.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"go run ./internal/engines/cmd/engines matrix",
		"matrix: ${{ fromJSON(needs.matrix.outputs.engines) }}",
		"if: matrix.product == '" + string(engines.Terraform) + "'",
		"if: matrix.product == '" + string(engines.OpenTofu) + "'",
		"terraform_version: ${{ matrix.version }}",
		"tofu_version: ${{ matrix.version }}",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in the workflow", want)
		}
	}
	if pinned := regexp.MustCompile(`(?m)^\s*(terraform|tofu)_version: *["'\d].*$`).FindString(string(text)); pinned != "" {
		t.Errorf("the workflow names a version of its own: %s", pinned)
	}
}
