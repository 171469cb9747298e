package provider

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// secretSettings are provider blocks that are wrong in each way that concerns a secret. Every
// secret begins with "zq-".
var secretSettings = []struct {
	name  string
	block string // as a configuration has it
	model func() *providerModel
}{
	{"token and key", `
  access_key = "ak"
  secret_key = "zq-sk"
  token      = "zq-t"`, func() *providerModel {
		return texts{"access_key": "ak", "secret_key": "zq-sk", "token": "zq-t"}.model()
	}},
	{"token and password", `
  user_id  = "u"
  password = "zq-p"
  token    = "zq-t"`, func() *providerModel {
		return texts{"user_id": "u", "password": "zq-p", "token": "zq-t"}.model()
	}},
	{"security token alone", `
  security_token = "zq-st"`, func() *providerModel { return texts{"security_token": "zq-st"}.model() }},
	{"secret key alone", `
  secret_key = "zq-sk"`, func() *providerModel { return texts{"secret_key": "zq-sk"}.model() }},
	{"password alone", `
  password = "zq-p"`, func() *providerModel { return texts{"password": "zq-p"}.model() }},
	{"user of no account", `
  user_name = "u"
  password  = "zq-p"`, func() *providerModel { return texts{"user_name": "u", "password": "zq-p"}.model() }},
	{"two id tokens", `
  assume_role_with_oidc {
    idp_id        = "idp"
    id_token      = "zq-jwt"
    id_token_file = "/run/token"
  }`, func() *providerModel {
		return &providerModel{AssumeRoleWithOIDC: []assumeRoleWithOIDCModel{{
			IdpID: types.StringValue("idp"), IDToken: types.StringValue("zq-jwt"), IDTokenFile: types.StringValue("/run/token"),
		}}}
	}},
	{"id token in the line of its block", `
  assume_role_with_oidc { id_token = "zq-jwt" }`, func() *providerModel {
		return &providerModel{AssumeRoleWithOIDC: []assumeRoleWithOIDCModel{{IDToken: types.StringValue("zq-jwt")}}}
	}},
	{"id token and token", `
  token = "zq-t"
  assume_role_with_oidc { id_token = "zq-jwt" }`, func() *providerModel {
		model := texts{"token": "zq-t"}.model()
		model.AssumeRoleWithOIDC = []assumeRoleWithOIDCModel{{IDToken: types.StringValue("zq-jwt")}}
		return model
	}},
	{"password in an endpoint", `
  endpoints = { ecs = "x", iam = "ftp://x", metastudio = "https://u:zq-p@x", sts = "" }`, func() *providerModel {
		return &providerModel{Endpoints: endpoints(texts{"ecs": "x", "iam": "ftp://x", "metastudio": "https://u:zq-p@x", "sts": ""})}
	}},
	{"password in an endpoint that is no address", `
  endpoints = { metastudio = "https://u:zq-p %@x" }`, func() *providerModel {
		return &providerModel{Endpoints: endpoints(texts{"metastudio": "https://u:zq-p %@x"})}
	}},
	{"password in auth_url", `
  auth_url = "https://u:zq-p@x/v3"`, func() *providerModel { return texts{"auth_url": "https://u:zq-p@x/v3"}.model() }},
	{"key without its certificate", `
  key = "zq-key"`, func() *providerModel { return texts{"key": "zq-key"}.model() }},
	{"key that is no PEM text", `
  cert = "/nowhere.pem"
  key  = "zq-key"`, func() *providerModel { return texts{"cert": "/nowhere.pem", "key": "zq-key"}.model() }},
	{"key in the place of its certificate", `
  cert = "-----BEGIN PRIVATE KEY-----\nzq-key"
  key  = "-----BEGIN CERTIFICATE-----\nx"`, func() *providerModel {
		return texts{"cert": "-----BEGIN PRIVATE KEY-----\nzq-key", "key": "-----BEGIN CERTIFICATE-----\nx"}.model()
	}},
	{"key among the authorities", `
  cacert_file = "-----BEGIN PRIVATE KEY-----\nzq-key"`, func() *providerModel {
		return texts{"cacert_file": "-----BEGIN PRIVATE KEY-----\nzq-key"}.model()
	}},
	{"key that is damaged", `
  cert = "-----BEGIN CERTIFICATE-----\nx"
  key  = "-----BEGIN PRIVATE KEY-----\nzq-key"`, func() *providerModel {
		return texts{"cert": "-----BEGIN CERTIFICATE-----\nx", "key": "-----BEGIN PRIVATE KEY-----\nzq-key"}.model()
	}},
}

// TestDiagnosticsOfSecretsPointElsewhere walks all diagnostics that concern a secret. Terraform
// prints the line that a diagnostic points at, sensitive or not.
func TestDiagnosticsOfSecretsPointElsewhere(t *testing.T) {
	t.Parallel()
	for _, test := range secretSettings {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			model := test.model()
			model.Region = types.StringValue("cn-north-4")
			_, diags := resolve(providerOn(nil, nil).host, model)
			if !diags.HasError() {
				t.Fatal("nothing is wrong")
			}
			lines := strings.Split(test.block, "\n")
			for i, problem := range problemLines(diags) {
				if strings.Contains(problem, "zq-") {
					t.Errorf("a secret shows in: %s", problem)
				}
				at, ok := diags[i].(diag.DiagnosticWithPath)
				if !ok {
					continue // points at the provider block
				}
				// The line that Terraform finds for the argument, or for the nested block.
				for _, line := range lines {
					argument := at.Path().Steps()[0].String()
					if strings.HasPrefix(strings.TrimSpace(line), argument) && strings.Contains(line, "zq-") {
						t.Errorf("it points at the line %q: %s", line, problem)
					}
				}
			}
		})
	}
}

// TestSecretsStayOutOfSourceLines has a real Terraform print the diagnostics of all these blocks.
func TestSecretsStayOutOfSourceLines(t *testing.T) {
	t.Parallel()
	run := validationWorkspace(t)
	var config strings.Builder
	config.WriteString("terraform {\n  required_providers {\n    metastudio = { source = \"metastudio/metastudio\" }\n  }\n}\n")
	for i, test := range secretSettings {
		alias := "n" + string(rune('a'+i))
		config.WriteString("provider \"metastudio\" {\n  alias  = \"" + alias + "\"\n  region = \"cn-north-4\"" + test.block + "\n}\n" +
			"data \"metastudio_avatar_training_jobs\" \"" + alias + "\" {\n  provider = metastudio." + alias + "\n}\n")
	}
	if err := os.WriteFile(filepath.Join(run.dir, "main.tf"), []byte(config.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	printed := run.want(t, 1, "terraform", "plan", "-input=false", "-no-color")
	for line := range strings.SplitSeq(printed, "\n") {
		if strings.Contains(line, "zq-") {
			t.Errorf("a secret is printed: %s", line)
		}
	}
	for _, want := range []string{"Conflicting credentials", "Security token without a key", "Two id tokens", "Invalid endpoint", "Invalid client certificate", "Incomplete client certificate"} {
		if !strings.Contains(printed, want) {
			t.Errorf("nothing is said of %q in:\n%s", want, printed)
		}
	}
}
