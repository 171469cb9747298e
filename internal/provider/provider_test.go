package provider

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// A block copied from the official provider's documentation is accepted, and so is every argument
// that the two have in common.
func TestBlocksOfTheOfficialProvider(t *testing.T) {
	t.Parallel()
	cert, key := newAuthority(t, "one").issue(t)
	for _, test := range []struct{ name, block string }{
		{"nothing", ``},
		{"certificates", fmt.Sprintf(`
  cacert_file = %[1]q
  cert        = %[1]q
  key         = %[2]q`, cert, key)},
		{"key", `
  region     = "cn-north-4"
  access_key = "my-access-key"
  secret_key = "my-secret-key"`},
		{"temporary key", `
  region         = "cn-north-4"
  access_key     = "my-access-key"
  secret_key     = "my-secret-key"
  security_token = "my-security-token"`},
		{"shared file", `
  shared_config_file = "/etc/koocli.json"
  profile            = "agency"`},
		{"agency", `
  region     = "cn-north-4"
  access_key = "my-access-key"
  secret_key = "my-secret-key"

  assume_role {
    agency_name = "agency"
    domain_name = "agency_domain"
  }`},
		{"chain", `
  region     = "cn-north-4"
  access_key = "my-access-key"
  secret_key = "my-secret-key"

  assume_role {
    agency_name = "agency"
    domain_name = "agency_domain"
    duration    = 43200
  }

  assume_role {
    agency_name = "agency_2"
    domain_id   = "agency_2_domain_id"
    duration    = 3600
  }`},
		{"id token", `
  region = "cn-north-4"

  assume_role_with_oidc {
    agency_name   = "agency"
    domain_id     = "agency_domain_id"
    duration      = 3600
    idp_id        = "my-idp"
    id_token_file = "/run/id-token"
  }`},
		{"everything else", `
  region       = "cn-north-4"
  user_name    = "user"
  password     = "password"
  domain_name  = "domain"
  domain_id    = "domain_id"
  project_id   = "0123456789abcdef0123456789abcdef"
  project_name = "cn-north-4"
  cloud        = "myhuaweicloud.com"
  auth_url     = "https://iam.cn-north-4.myhuaweicloud.com/v3"
  insecure     = false
  max_retries  = 5
  endpoints    = { iam = "https://iam.cn-north-4.myhuaweicloud.com" }`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := serverOf(providerOn(texts{"HW_REGION_NAME": "cn-north-4"}, texts{"/etc/koocli.json": koocliFile}))
			readInProcess(t, p, "provider \"metastudio\" {"+test.block+"\n}\n")
		})
	}
}

// All that is wrong is reported at once, each on its argument, and what is missing is not: it may
// not be needed.
func TestProviderProblemsThroughTerraform(t *testing.T) {
	t.Parallel()
	block := "access_key = \"ak\"\nmax_retries = 1\nendpoints = { iam = \"ftp://x\" }\nauth_url = \"ftp://y\""
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factoriesFor(providerOn(texts{"HW_INSECURE": "perhaps"}, nil)),
		Steps: []resource.TestStep{{
			Config: "provider \"metastudio\" {\n" + block + "\n}\n" + dataBlock(),
			ExpectError: regexp.MustCompile(`(?s)HW_INSECURE\s+must\s+be\s+true\s+or\s+false` +
				`.*Missing secret key.*HW_SECRET_KEY` +
				`.*endpoints = .*endpoints\.iam\s+begins\s+with\s+ftp://` +
				`.*auth_url = .*auth_url\s+begins\s+with\s+ftp://`),
		}},
	})
}

// Values that come from another resource are an error only where something is read before they are
// known, and none once they are.
func TestProviderWithUnknownValues(t *testing.T) {
	t.Parallel()
	cloud := startEmulator(t)
	values := fmt.Sprintf(`
resource "terraform_data" "settings" {
  input = { key = %q, endpoint = %q }
}
provider "metastudio" {
  region     = %q
  project_id = %q
  access_key = terraform_data.settings.output.key
  secret_key = %q
  endpoints  = { metastudio = terraform_data.settings.output.endpoint }
}
`, emulator.AccessKey, cloud.URL, emulator.Region, emulator.ProjectID, emulator.SecretKey)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factoriesFor(providerOn(nil, nil)),
		Steps: []resource.TestStep{
			{
				Config:      values + dataBlock("limit = 1"),
				ExpectError: regexp.MustCompile(`(?s)Provider settings not known yet.*access_key,\s+endpoints\.metastudio.*-target`),
			},
			{Config: values}, // applies what the block needs
			{
				Config:            values + dataBlock("limit = 1"),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("jobs"), knownvalue.ListSizeExact(1))},
			},
		},
	})
}

// With no credential at all the error names each way.
func TestNoCredential(t *testing.T) {
	t.Parallel()
	cloud := startEmulator(t) // without a metadata service
	m := providerOn(texts{"HW_REGION_NAME": emulator.Region}, nil)
	m.host.metadataURL = cloud.URL
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factoriesFor(m),
		Steps: []resource.TestStep{{
			Config: cloudBlock(cloud, "") + dataBlock(),
			ExpectError: regexp.MustCompile(`(?s)No credentials found.*HW_ACCESS_KEY.*HW_PROFILE.*HW_AUTH_TOKEN.*HW_USER_PASSWORD` +
				`.*HW_ASSUME_ROLE_ID_TOKEN_FILE.*ECS\s+instance.*docs/guides/authentication.*asked\s+last`),
		}},
	})
}

// A region of its own needs an endpoint of its own.
func TestRegionBesideAnEndpoint(t *testing.T) {
	t.Parallel()
	cloud := startEmulator(t)
	p := serverOf(providerOn(nil, nil))
	failInProcess(t, p, providerBlock(cloud)+dataBlock(fmt.Sprintf("region = %q", emulator.SecondRegion)),
		`(?s)Conflicting region.*cn-east-3 cannot be read.*endpoints\.metastudio.*an alias`)
	readInProcess(t, p, providerBlock(cloud)+dataBlock(fmt.Sprintf("region = %q", emulator.Region), "limit = 1"))
}

// Reads of one plan share one sign-in, whatever they read.
func TestOneSignInForAllReads(t *testing.T) {
	t.Parallel()
	cloud := startEmulator(t)
	m := providerOn(texts{"HW_REGION_NAME": emulator.Region, "HW_USER_ID": emulator.UserID, "HW_USER_PASSWORD": emulator.Password}, nil)
	var config strings.Builder
	config.WriteString(cloudBlock(cloud, ""))
	for i := range 12 {
		fmt.Fprintf(&config, "data \"metastudio_avatar_training_jobs\" \"n%d\" {\n  limit = 1\n  offset = %d\n}\n", i, i)
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factoriesFor(m),
		Steps:                    []resource.TestStep{{Config: config.String(), PlanOnly: true}},
	})
	listings, tokens := cloud.Count(emulator.CallListing), cloud.Count(emulator.CallTokens)
	if listings == 0 || listings%12 != 0 || tokens != listings/12 {
		t.Errorf("%d tokens for %d listings of 12 blocks, want one for each command", tokens, listings)
	}
	for _, request := range cloud.Requests() {
		agent := request.Header.Get("User-Agent")
		if !regexp.MustCompile(`^terraform-provider-metastudio/test \(\+https://registry\.terraform\.io/providers/metastudio/metastudio\) Terraform/\d`).MatchString(agent) {
			t.Errorf("the user agent of %s is %q", request.Call, agent)
		}
	}
}

// What goes wrong while signing in is said with what to do about it, at the first request as in the
// middle of a list.
func TestSignInProblems(t *testing.T) {
	t.Parallel()
	password := texts{"HW_REGION_NAME": emulator.Region, "HW_USER_ID": emulator.UserID, "HW_USER_PASSWORD": emulator.Password}
	for _, test := range []struct {
		name     string
		argument string
		faults   []emulator.Fault
		want     string
	}{
		{
			"wrong password", "", []emulator.Fault{{Call: emulator.CallTokens, Status: http.StatusUnauthorized, Times: -1}},
			`(?s)Unable to sign in to Huawei Cloud.*While getting a token from IAM, the service answered HTTP 401` +
				`.*Request: POST http://127.*Request ID: \w+.*Credential: password of user \w+ from HW_USER_PASSWORD.*Check user_name, password and domain_name`,
		},
		{
			"IAM is down", "", []emulator.Fault{{Call: emulator.CallTokens, Status: http.StatusServiceUnavailable, Times: -1}},
			`(?s)HTTP 503.*Attempts: 2.*Run again later`,
		},
		{
			"in the middle of a list", "",
			[]emulator.Fault{
				{Call: emulator.CallListing, First: 2, Code: "APIGW.0307", Status: http.StatusUnauthorized, Times: -1},
				{Call: emulator.CallTokens, First: 2, Status: http.StatusUnauthorized, Times: -1},
			},
			`(?s)Unable to sign in to Huawei Cloud.*HTTP 401.*The read got as far as 100 of about \S+ jobs on 1 page.*Check user_name`,
		},
		{
			"no answer", `timeouts = { read = "1s" }`, []emulator.Fault{{Call: emulator.CallTokens, Delay: time.Minute, Times: -1}},
			`(?s)finding the project cn-north-4, the read timed out after.*The read had 1s`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cloud := startEmulator(t, emulator.WithJobCount(250))
			for _, fault := range test.faults {
				cloud.Fail(fault)
			}
			failInProcess(t, serverOf(providerOn(password, nil)), cloudBlock(cloud, "max_retries = 1")+dataBlock(test.argument), test.want)
		})
	}
}

// What the gateway says of an access key is explained at IAM as at MetaStudio.
func TestKeyRefusedByIAM(t *testing.T) {
	t.Parallel()
	const refused = "Incorrect IAM authentication information: "
	for _, test := range []struct{ name, message, want string }{
		{"wrong secret key", refused + "verify aksk signature fail", `While looking for the project cn-north-4 in IAM.*check that secret_key belongs to access_key`},
		{"unknown key", refused + "Get secretKey failed,ak:AK,err:ak not exist", `The access key does not exist`},
		{"locked key", refused + "AK access failed to reach the limit,forbidden", `locked for five minutes`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cloud := startEmulator(t)
			cloud.Fail(emulator.Fault{Call: emulator.CallProjects, Status: http.StatusUnauthorized, Code: "APIGW.0301", Message: test.message, Times: -1})
			p := serverOf(providerOn(texts{"HW_REGION_NAME": emulator.Region, "HW_ACCESS_KEY": emulator.AccessKey, "HW_SECRET_KEY": emulator.SecretKey}, nil))
			failInProcess(t, p, cloudBlock(cloud, "")+dataBlock(), "(?s)"+test.want)
		})
	}
}
