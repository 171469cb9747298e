package credentials

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

func TestEndpointsOfIAMAndSTS(t *testing.T) {
	t.Parallel()
	configured := &url.URL{Scheme: "https", Host: "configured.example"}
	for _, test := range []struct {
		name     string
		config   Config
		region   string
		iam, sts string
	}{
		{"the session's region", Config{Region: "cn-north-4"}, "", "https://iam.cn-north-4.myhuaweicloud.com", "https://sts.cn-north-4.myhuaweicloud.com"},
		{"another region", Config{Region: "cn-north-4"}, "cn-east-3", "https://iam.cn-east-3.myhuaweicloud.com", "https://sts.cn-east-3.myhuaweicloud.com"},
		{"a cloud", Config{Region: "r", Cloud: "cloud.example"}, "", "https://iam.r.cloud.example", "https://sts.r.cloud.example"},
		{"configured", Config{Region: "cn-north-4", IAMEndpoint: configured}, "cn-east-3", "https://configured.example", "https://sts.cn-east-3.myhuaweicloud.com"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := New(test.config, transport.Config{})
			if iam, sts := s.iamEndpoint(test.region).String(), s.stsEndpoint(test.region).String(); iam != test.iam || sts != test.sts {
				t.Errorf("got %s and %s, want %s and %s", iam, sts, test.iam, test.sts)
			}
		})
	}
}

// forbidden is an Authorizer that must not be asked.
type forbidden struct{ t *testing.T }

func (f forbidden) Credential(context.Context) (transport.Credential, error) {
	f.t.Error("the caller's authorizer was asked")
	return nil, context.Canceled
}

func (forbidden) Invalidate(*http.Request, int, string) bool { return false }

// The quota and the credential of the caller's own requests are those of another service.
func TestSignInsHaveNeitherLimiterNorAuthorizerOfTheCaller(t *testing.T) {
	t.Parallel()
	network := transport.Config{
		Limiter: transport.NewLimiter(5), Authorizer: forbidden{t},
		Base: roundTripper(func(*http.Request) (*http.Response, error) { return nil, context.Canceled }),
	}
	s := New(Config{MetadataURL: "http://127.0.0.1:1"}, network)
	for name, client := range map[string]*transport.Client{
		"without a credential": s.plainClient(),
		"with a credential":    s.authorizedClient(staticProvider{credential{token: NewSecret("t")}}),
		"metadata":             s.metadataClient(),
	} {
		if got := client.PerSecond(); got != 0 {
			t.Errorf("%s: limited to %g requests a second", name, got)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Do(req); err == nil {
			t.Errorf("%s: succeeded", name)
		}
	}
}

// A token is good for one project, so it has to be the one that is read.
func TestWantedProject(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, configured, region, found string
		want                            bool
	}{
		{"any project of the session's region", "", "cn-north-4", "my-project", true},
		{"the configured project", "my-project", "cn-north-4", "my-project", true},
		{"another project than the configured one", "my-project", "cn-north-4", "cn-north-4", false},
		{"the default project of another region", "my-project", "cn-east-3", "cn-east-3", true},
		{"a project of another region", "", "cn-east-3", "cn-east-3_sub", true},
		{"a project of a third region", "", "cn-east-3", "cn-north-4", false},
		{"a region whose name begins in the same way", "", "cn-east-3", "cn-east-30", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := &Session{config: Config{Region: "cn-north-4", ProjectName: test.configured}}
			if got := s.wanted(project{ID: "p", Name: test.found}, target{region: test.region}); got != test.want {
				t.Errorf("%t, want %t", got, test.want)
			}
		})
	}
}
