package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// The examples of the authentication guide sign in as the guide says they do, with nothing else set
// than what it says is needed.
func TestAuthenticationGuideExamples(t *testing.T) {
	t.Parallel()
	tf := newTerraform(t)
	key := []string{"HW_ACCESS_KEY=" + emulator.AccessKey, "HW_SECRET_KEY=" + emulator.SecretKey}
	for _, test := range []struct {
		example     string
		environment []string
		calls       []string
		hosts       []string
		source      string
	}{
		{
			"agency.tf", key, []string{emulator.CallSecurityTokens, emulator.CallProjects}, []string{"iam.cn-north-4.myhuaweicloud.com:443"},
			"access key from HW_ACCESS_KEY, agency training-reader of account agency-account",
		},
		{
			"agencies.tf", key, []string{emulator.CallAssumeRole, emulator.CallAssumeRole, emulator.CallProjects}, []string{"sts.cn-north-4.myhuaweicloud.com:443"},
			"access key from HW_ACCESS_KEY, agency training-reader of account " + emulator.AgencyDomainID + ", agency second-reader of account " + emulator.SecondAgencyDomainID,
		},
		{
			"id-token", nil, []string{emulator.CallIDTokens, emulator.CallSecurityTokens, emulator.CallAssumeRole, emulator.CallProjects}, []string{"iam.cn-north-4.myhuaweicloud.com:443"},
			"id token from the provider block, agency training-reader of account " + emulator.AgencyDomainID,
		},
		{
			"id-token-sts", nil, []string{emulator.CallAssumeRoleWithOIDC, emulator.CallProjects}, []string{"sts.cn-north-4.myhuaweicloud.com:443"},
			"id token from the provider block, agency oidc-reader of account " + emulator.DomainID,
		},
		{
			"private-cloud", key, []string{emulator.CallAssumeRole, emulator.CallProjects},
			[]string{"sts-gateway.cloud.example.com:443", "iam.cloud.example.com:443", "metastudio.private-1.cloud.example.com:443"},
			"access key from HW_ACCESS_KEY, agency training-reader of account " + emulator.AgencyDomainID,
		},
	} {
		t.Run(test.example, func(t *testing.T) {
			t.Parallel()
			cloud := startCloud(t)
			run := exampleNamed(t, "guides/authentication/"+test.example).workspace(t, tf, cloud)
			run.env = slices.DeleteFunc(run.env, func(variable string) bool {
				return strings.HasPrefix(variable, "HW_") && !strings.HasPrefix(variable, "HW_INSECURE=") // the emulator's certificate
			})
			run.env = append(run.env, append(test.environment, "TF_LOG_PROVIDER=DEBUG")...)

			printed := run.want(t, 0, "terraform", "plan", "-input=false", "-no-color")
			if calls, want := distinct(cloud), append(test.calls, emulator.CallListing); !slices.Equal(calls, want) { //nolint:gocritic // a list of its own is meant
				t.Errorf("the calls are %q, want %q", calls, want)
			}
			hosts := run.hosts()
			for _, host := range test.hosts {
				if !slices.Contains(hosts, host) {
					t.Errorf("%s was not asked, only %q", host, hosts)
				}
			}
			if line := regexp.MustCompile(`(?m)^.*signing in.*$`).FindString(printed); !strings.Contains(line, `credential="`+test.source+`"`) {
				t.Errorf("the log says %q, want the source %q", line, test.source)
			}
		})
	}
}

// The guide's table names every variable that is read, and none that is not.
func TestAuthenticationGuideNamesEveryVariable(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "authentication.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	read := []string{envAgencyName, envDomainName, envDomainID, envDuration, envIdpID, envIDToken, envIDTokenFile}
	for argument, variables := range environment {
		if argument != "insecure" && argument != "max_retries" { // not of signing in
			read = append(read, variables...)
		}
	}
	slices.Sort(read)
	named := regexp.MustCompile("`((?:HW|HUAWEICLOUD_SDK)_[A-Z_]*[A-Z])`").FindAllStringSubmatch(string(guide), -1)
	var names []string
	for _, match := range named {
		names = append(names, match[1])
	}
	slices.Sort(names)
	if names = slices.Compact(names); !slices.Equal(names, read) {
		t.Errorf("the guide names\n%q\nand the provider reads\n%q", names, read)
	}
}
