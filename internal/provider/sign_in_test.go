package provider

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// koocliProfiles is KooCLI's file for an emulator.
var koocliProfiles = fmt.Sprintf(`{"current": "studio", "profiles": [
	{"name": "studio", "mode": "AKSK", "accessKeyId": %[1]q, "secretAccessKey": %[2]q, "region": %[3]q, "projectId": %[4]q},
	{"name": "agency", "mode": "AKSK", "sourceProfile": "studio", "region": %[3]q, "agencyName": %[5]q, "agencyDomainName": %[6]q}
]}`, emulator.AccessKey, emulator.SecretKey, emulator.Region, emulator.ProjectID, emulator.AgencyName, emulator.AgencyDomainName)

// A way to sign in, and nothing else, on a machine and in the provider block.
type signIn struct {
	name        string
	environment texts
	block       string
	project     string
	// calls are those beside the listing.
	calls []string
	// instance says that the machine is an ECS instance.
	instance bool
}

const providerURN = "iam::" + emulator.DomainID + ":oidcProvider:" + emulator.IdpID

// signIns are all sources and ways. The file of the id token, and KooCLI's, are named %[1]s and
// %[2]s.
var signIns = []signIn{
	{
		name:  "access key in the block",
		block: fmt.Sprintf("region = %q\naccess_key = %q\nsecret_key = %q", emulator.Region, emulator.AccessKey, emulator.SecretKey),
		calls: []string{emulator.CallProjects},
	},
	{
		name:        "access key in the environment",
		environment: texts{"HW_REGION_NAME": emulator.Region, "HW_ACCESS_KEY": emulator.AccessKey, "HW_SECRET_KEY": emulator.SecretKey, "HW_DOMAIN_ID": emulator.DomainID},
		calls:       []string{emulator.CallProjects},
	},
	{
		name: "access key of the SDKs",
		environment: texts{
			"HW_REGION_NAME": emulator.Region, "HUAWEICLOUD_SDK_AK": emulator.AccessKey, "HUAWEICLOUD_SDK_SK": emulator.SecretKey,
			"HUAWEICLOUD_SDK_PROJECT_ID": emulator.ProjectID,
		},
	},
	{
		name:  "token in the block",
		block: fmt.Sprintf("region = %q\ntoken = %q", emulator.Region, emulator.Token),
		calls: []string{emulator.CallCheckToken},
	},
	{
		name:        "token in the environment",
		environment: texts{"HW_REGION_NAME": emulator.Region, "HW_AUTH_TOKEN": emulator.Token, "HW_PROJECT_ID": emulator.ProjectID},
	},
	{
		name:  "password in the block",
		block: fmt.Sprintf("region = %q\nuser_name = %q\npassword = %q\ndomain_name = %q", emulator.Region, emulator.UserName, emulator.Password, emulator.DomainName),
		calls: []string{emulator.CallTokens},
	},
	{
		name:        "password in the environment",
		environment: texts{"HW_REGION_NAME": emulator.Region, "HW_USER_ID": emulator.UserID, "HW_USER_PASSWORD": emulator.Password},
		calls:       []string{emulator.CallTokens},
	},
	{name: "KooCLI's file", block: `shared_config_file = "%[2]s"`},
	{
		name: "KooCLI's profile with an agency", environment: texts{"HW_PROFILE": "agency", "HW_SHARED_CONFIG_FILE": "%[2]s"},
		project: emulator.AgencyProjectID, calls: []string{emulator.CallSecurityTokens, emulator.CallProjects},
	},
	{
		name: "instance", environment: texts{"HW_REGION_NAME": emulator.Region}, instance: true,
		calls: []string{emulator.CallMetadataToken, emulator.CallSecurityKey, emulator.CallProjects},
	},
	{
		name:        "agency by name in the block",
		environment: texts{"HW_REGION_NAME": emulator.Region, "HW_ACCESS_KEY": emulator.AccessKey, "HW_SECRET_KEY": emulator.SecretKey},
		block:       fmt.Sprintf("assume_role {\n agency_name = %q\n domain_name = %q\n}", emulator.AgencyName, emulator.AgencyDomainName),
		project:     emulator.AgencyProjectID, calls: []string{emulator.CallSecurityTokens, emulator.CallProjects},
	},
	{
		name: "agency by id in the environment",
		environment: texts{
			"HW_REGION_NAME": emulator.Region, "HW_ACCESS_KEY": emulator.AccessKey, "HW_SECRET_KEY": emulator.SecretKey,
			"HW_ASSUME_ROLE_AGENCY_NAME": emulator.AgencyName, "HW_ASSUME_ROLE_DOMAIN_ID": emulator.AgencyDomainID, "HW_ASSUME_ROLE_DURATION": "900",
		},
		project: emulator.AgencyProjectID, calls: []string{emulator.CallAssumeRole, emulator.CallProjects},
	},
	{
		name:        "chain of agencies with a password",
		environment: texts{"HW_REGION_NAME": emulator.Region, "HW_USER_NAME": emulator.UserName, "HW_USER_PASSWORD": emulator.Password, "HW_DOMAIN_NAME": emulator.DomainName},
		block: fmt.Sprintf("assume_role {\n agency_name = %q\n domain_id = %q\n}\nassume_role {\n agency_name = %q\n domain_name = %q\n}",
			emulator.AgencyName, emulator.AgencyDomainID, emulator.SecondAgencyName, emulator.SecondAgencyDomainName),
		project: emulator.SecondAgencyProjectID,
		calls:   []string{emulator.CallTokens, emulator.CallSecurityTokens, emulator.CallAssumeRole, emulator.CallSecurityTokens, emulator.CallProjects},
	},
	{
		name:        "id token in the environment",
		environment: texts{"HW_REGION_NAME": emulator.Region, "HW_ASSUME_ROLE_IDP_ID": emulator.IdpID, "HW_ASSUME_ROLE_ID_TOKEN": emulator.IDToken},
		calls:       []string{emulator.CallIDTokens, emulator.CallSecurityTokens, emulator.CallProjects},
	},
	{
		name:        "id token in a file, then an agency",
		environment: texts{"HW_REGION_NAME": emulator.Region},
		block: fmt.Sprintf("assume_role_with_oidc {\n idp_id = %q\n id_token_file = \"%%[1]s\"\n agency_name = %q\n domain_id = %q\n}",
			emulator.IdpID, emulator.AgencyName, emulator.AgencyDomainID),
		project: emulator.AgencyProjectID,
		calls:   []string{emulator.CallIDTokens, emulator.CallSecurityTokens, emulator.CallAssumeRole, emulator.CallProjects},
	},
	{
		name: "id token by STS",
		environment: texts{
			"HW_REGION_NAME": emulator.Region, "HW_ASSUME_ROLE_IDP_ID": providerURN, "HW_ASSUME_ROLE_ID_TOKEN_FILE": "%[1]s",
			"HW_ASSUME_ROLE_AGENCY_NAME": emulator.OIDCAgencyName,
		},
		calls: []string{emulator.CallAssumeRoleWithOIDC, emulator.CallProjects},
	},
}

// files writes the files that a sign-in may name, and returns it with their names.
func (s signIn) files(t *testing.T) signIn {
	t.Helper()
	dir := t.TempDir()
	idToken, koocli := filepath.ToSlash(filepath.Join(dir, "id-token")), filepath.ToSlash(filepath.Join(dir, "config.json"))
	for file, text := range map[string]string{idToken: emulator.IDToken + "\n", koocli: koocliProfiles} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	names := strings.NewReplacer("%[1]s", idToken, "%[2]s", koocli)
	s.environment = maps.Clone(s.environment)
	for name, value := range s.environment {
		s.environment[name] = names.Replace(value)
	}
	s.block = names.Replace(s.block)
	return s
}

// provider returns the provider on the machine of a sign-in, in an emulated cloud.
func (s signIn) provider(cloud *emulator.Server) *metastudioProvider {
	m := providerOn(s.environment, nil)
	m.host.readFile, m.host.metadataURL = readRegularFile, cloud.URL
	return m
}

func (s signIn) start(t *testing.T) *emulator.Server {
	t.Helper()
	if s.instance {
		return startEmulator(t, emulator.WithInstanceAgency())
	}
	return startEmulator(t)
}

// Each source and way signs in with nothing else set. TestSecretsStayHidden does the same through a
// real Terraform.
func TestSignIns(t *testing.T) {
	t.Parallel()
	for _, test := range signIns {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test, cloud := test.files(t), test.start(t)
			project := test.project
			if project == "" {
				project = emulator.ProjectID
			}
			readInProcess(t, serverOf(test.provider(cloud)), cloudBlock(cloud, test.block)+dataBlock("limit = 1"),
				statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("project_id"), knownvalue.StringExact(project)),
				statecheck.ExpectKnownValue(dataAddress, tfjsonpath.New("region"), knownvalue.StringExact(emulator.Region)))
			calls := distinct(cloud)
			want := append(slices.Clone(test.calls), emulator.CallListing)
			if !slices.Equal(calls, want) {
				t.Errorf("the calls are %q, want %q", calls, want)
			}
		})
	}
}

// distinct returns the calls of the first read: Terraform configures the provider anew for each of
// its commands.
func distinct(cloud *emulator.Server) []string {
	var calls []string
	for _, request := range cloud.Requests() {
		calls = append(calls, request.Call)
		if request.Call == emulator.CallListing {
			break
		}
	}
	return calls
}
