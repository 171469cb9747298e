package credentials

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseProfile(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/koocli.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		text    string
		profile string
		want    Profile
		problem ProfileProblem
		err     string
	}{
		{
			name: "current",
			want: Profile{
				Name: "studio", AccessKey: "STUDIOAK000000000000", SecretKey: NewSecret("studio-sk"),
				Region: "cn-north-4", ProjectID: "0123456789abcdef0123456789abcdef", DomainID: "d0000000000000000000000000000001",
			},
		},
		{
			name: "single sign-on", profile: "sso",
			want: Profile{
				Name: "sso", AccessKey: "HSTSSOAK000000000000", SecretKey: NewSecret("sso-sk"), SecurityToken: NewSecret("sso-token"),
				Region: "cn-east-3",
			},
		},
		{
			name: "agency with the key of another profile", profile: "agency",
			want: Profile{
				Name: "agency", AccessKey: "STUDIOAK000000000000", SecretKey: NewSecret("studio-sk"), Region: "cn-north-4",
				Agency: &AssumeRole{AgencyName: "training-reader", DomainName: "agency-account"},
			},
		},
		{
			name: "own key before that of another profile",
			text: `{"current":"a","profiles":[{"name":"a","accessKeyId":"OWNAK00000000000000A","secretAccessKey":"own","sourceProfile":"b"},` +
				`{"name":"b","accessKeyId":"OTHERAK0000000000000","secretAccessKey":"other"}]}`,
			want: Profile{Name: "a", AccessKey: "OWNAK00000000000000A", SecretKey: NewSecret("own")},
		},
		{
			name: "mode in small letters",
			text: `{"current":"a","profiles":[{"name":"a","mode":"sso","ssoAuth":{"stsToken":{"accessKeyId":"SSOAK00000000000000A","secretAccessKey":"sso"}}}]}`,
			want: Profile{Name: "a", AccessKey: "SSOAK00000000000000A", SecretKey: NewSecret("sso")},
		},
		{
			name: "agency by ID",
			text: `{"current":"a","profiles":[{"name":"a","accessKeyId":"OWNAK00000000000000A","secretAccessKey":"own","agencyName":"g","agencyDomainId":"d"}]}`,
			want: Profile{Name: "a", AccessKey: "OWNAK00000000000000A", SecretKey: NewSecret("own"), Agency: &AssumeRole{AgencyName: "g", DomainID: "d"}},
		},
		{name: "access key alone", text: `{"current":"a","profiles":[{"name":"a","accessKeyId":"OWNAK00000000000000A"}]}`, problem: ProfileWithoutKey, err: "holds no access key"},
		{name: "secret key alone", text: `{"current":"a","profiles":[{"name":"a","secretAccessKey":"zq-secret"}]}`, problem: ProfileWithoutKey, err: "holds no access key"},
		{name: "not there", profile: "none", problem: NoSuchProfile, err: `the file has no profile "none"; it has studio, sso, agency, orphan, encrypted, bare, token`},
		{name: "key of a profile that is not there", profile: "orphan", problem: NoSourceProfile, err: `takes its key from the profile "gone"`},
		{name: "encrypted", profile: "encrypted", problem: EncryptedKey, err: `the keys of the profile "encrypted" are encrypted`},
		{name: "no key", profile: "bare", problem: ProfileWithoutKey, err: "holds no access key"},
		{name: "another mode", profile: "token", problem: UnsupportedMode, err: "has the mode token"},
		{name: "not JSON", text: `{"profiles":[{"secretAccessKey":"zq-secret`, problem: NotKooCLI, err: "not KooCLI's JSON"},
		{name: "no current profile", text: `{"profiles":[]}`, problem: NoCurrentProfile, err: "names no current profile"},
		{name: "no profile at all", text: `{"current":"default"}`, problem: NoSuchProfile, err: "nor any other"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data := text
			if test.text != "" {
				data = []byte(test.text)
			}
			got, err := ParseProfile(data, test.profile)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("got the error %v, want %q", err, test.err)
				} else if failure, ok := errors.AsType[*ProfileError](err); !ok || failure.Problem != test.problem {
					t.Errorf("got the error %#v, want problem %d", err, test.problem)
				} else if strings.Contains(err.Error(), "zq-") {
					t.Errorf("the error quotes the file: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("profile (-want +got):\n%s", diff)
			}
		})
	}
}
