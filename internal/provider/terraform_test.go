package provider

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// Helpers that run configurations through a real Terraform, with the provider in the test's
// process. Each run starts Terraform about eight times: use them for what is Terraform's own, and
// inprocess_test.go for all else.

// factories serve the provider to a real Terraform as main does.
var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"metastudio": newProvider,
}

// factoriesFor serves a provider to a real Terraform.
func factoriesFor(p *metastudioProvider) map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){"metastudio": serverOf(p)}
}

// apply applies a configuration and runs the checks on its state.
func apply(t *testing.T, config string, checks ...statecheck.StateCheck) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps:                    []resource.TestStep{{Config: config, ConfigStateChecks: checks}},
	})
}

// words makes a pattern of a text that tolerates Terraform's line breaks.
func words(text string) string {
	return strings.Join(strings.Fields(regexp.QuoteMeta(text)), `[\s│]+`)
}
