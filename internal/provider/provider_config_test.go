package provider

import (
	"errors"
	"maps"
	"math/big"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
)

// texts are strings by name: arguments, or environment variables.
type texts map[string]string

// model returns a provider block with these arguments.
func (a texts) model() *providerModel {
	text := func(name string) types.String {
		if value, ok := a[name]; ok {
			return types.StringValue(value)
		}
		return types.StringNull()
	}
	return &providerModel{
		Region: text("region"), ProjectID: text("project_id"), ProjectName: text("project_name"),
		AccessKey: text("access_key"), SecretKey: text("secret_key"), SecurityToken: text("security_token"),
		Token: text("token"), UserName: text("user_name"), UserID: text("user_id"), Password: text("password"),
		DomainName: text("domain_name"), DomainID: text("domain_id"),
		SharedConfigFile: text("shared_config_file"), Profile: text("profile"),
		Cloud: text("cloud"), AuthURL: text("auth_url"),
		CACertFile: text("cacert_file"), Cert: text("cert"), Key: text("key"),
	}
}

// providerOn returns the provider on a machine with these variables and files.
func providerOn(variables, files texts) *metastudioProvider {
	return &metastudioProvider{version: "test", host: providerHost{
		getenv: func(name string) string { return variables[name] },
		readFile: func(name string) (hostFile, error) {
			if text, ok := files[name]; ok {
				return hostFile{data: []byte(text)}, nil
			}
			return hostFile{}, &os.PathError{Op: "open", Path: name, Err: os.ErrNotExist}
		},
		homeDir: func() (string, error) {
			if _, ok := files["~"]; ok {
				return "", errors.New("$HOME is not defined")
			}
			return "/home/user", nil
		},
		now: time.Now,
	}}
}

const koocliFile = `{"current": "studio", "profiles": [
	{"name": "studio", "mode": "AKSK", "accessKeyId": "FILEAK00000000000000", "secretAccessKey": "file-sk", "region": "cn-east-3", "projectId": "file-project", "domainId": "file-domain"},
	{"name": "agency", "mode": "AKSK", "accessKeyId": "FILEAK00000000000000", "secretAccessKey": "file-sk", "region": "cn-east-3", "agencyName": "file-agency", "agencyDomainId": "file-agency-domain"},
	{"name": "anywhere", "mode": "AKSK", "accessKeyId": "FILEAK00000000000000", "secretAccessKey": "file-sk", "projectId": "file-project"},
	{"name": "encrypted", "mode": "AKSK", "accessKeyId": "ZmlsZS1hay1lbmNyeXB0ZWQ=", "secretAccessKey": "ZmlsZS1zay1lbmNyeXB0ZWQ="}
]}`

func TestResolveTheRest(t *testing.T) {
	t.Parallel()
	address := func(text string) *url.URL {
		parsed, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	defaults := func(change func(*providerSettings)) *providerSettings {
		s := &providerSettings{maxRetries: 5, requestsPerSecond: 10, credentials: credentials.Config{
			Region: "cn-north-4", Instance: true, Source: "agency of the ECS instance",
		}}
		if change != nil {
			change(s)
		}
		return s
	}
	for _, test := range []struct {
		name        string
		block       texts
		environment texts
		change      func(*providerModel)
		want        *providerSettings
	}{
		{name: "defaults", want: defaults(nil)},
		{
			name: "the block", block: texts{"project_id": "p", "project_name": "n", "cloud": "cloud.example", "auth_url": "https://iam.cloud.example/v3/"},
			environment: texts{
				"HW_PROJECT_ID": "env-p", "HW_CLOUD": "env.example", "HW_AUTH_URL": "https://env.example/v3", "HW_INSECURE": "true",
				"HW_MAX_RETRIES": "7", "HW_REGION_NAME": "cn-east-3",
			},
			change: func(m *providerModel) {
				m.Insecure, m.MaxRetries, m.MaxRequestsPerSecond = types.BoolValue(false), wholeValue(0), types.NumberValue(big.NewFloat(0.5))
			},
			want: defaults(func(s *providerSettings) {
				s.maxRetries, s.requestsPerSecond = 0, 0.5
				c := &s.credentials
				c.ProjectID, c.ProjectName, c.Cloud, c.IAMEndpoint = "p", "n", "cloud.example", address("https://iam.cloud.example")
			}),
		},
		{
			name:        "the environment",
			environment: texts{"HUAWEICLOUD_SDK_PROJECT_ID": "p", "HW_CLOUD": "cloud.example", "HW_AUTH_URL": "https://iam.cloud.example:8443/iam/v3", "HW_INSECURE": "1", "HW_MAX_RETRIES": "7"},
			want: defaults(func(s *providerSettings) {
				s.maxRetries, s.insecure = 7, true
				c := &s.credentials
				c.ProjectID, c.Cloud, c.IAMEndpoint = "p", "cloud.example", address("https://iam.cloud.example:8443/iam")
			}),
		},
		{
			name: "a project's name in the block is not overruled by an id in the environment", block: texts{"project_name": "n"}, environment: texts{"HW_PROJECT_ID": "p"},
			want: defaults(func(s *providerSettings) { s.credentials.ProjectName = "n" }),
		},
		{
			name: "a project's name in the environment", environment: texts{"HW_PROJECT_NAME": "n"},
			want: defaults(func(s *providerSettings) { s.credentials.ProjectName = "n" }),
		},
		{
			name: "a project's ID of the greatest length", block: texts{"project_id": strings.Repeat("x", 64)},
			want: defaults(func(s *providerSettings) { s.credentials.ProjectID = strings.Repeat("x", 64) }),
		},
		{
			name: "endpoints", block: texts{"auth_url": "https://other.example/v3"},
			change: func(m *providerModel) {
				m.Endpoints = endpoints(texts{"metastudio": "http://127.0.0.1:1234/", "iam": "http://localhost:1", "sts": "http://[::1]:1"})
			},
			want: defaults(func(s *providerSettings) {
				s.endpoint, s.credentials.IAMEndpoint, s.credentials.STSEndpoint = address("http://127.0.0.1:1234"), address("http://localhost:1"), address("http://[::1]:1")
			}),
		},
		{
			name: "hosts alone, and another service's", block: texts{"auth_url": "iam.cloud.example/v3"},
			change: func(m *providerModel) {
				m.Endpoints = endpoints(texts{"metastudio": "metastudio.example", "sts": "sts.example:8443/base", "ecs": "not an address"})
			},
			want: defaults(func(s *providerSettings) {
				s.endpoint, s.credentials.IAMEndpoint, s.credentials.STSEndpoint = address("https://metastudio.example"), address("https://iam.cloud.example"), address("https://sts.example:8443/base")
			}),
		},
		{
			name: "an endpoint without TLS, insecurely",
			change: func(m *providerModel) {
				m.Insecure, m.Endpoints = types.BoolValue(true), endpoints(texts{"metastudio": "http://metastudio.example/base/"})
			},
			want: defaults(func(s *providerSettings) { s.insecure, s.endpoint = true, address("http://metastudio.example/base") }),
		},
		{
			name: "an endpoint that is null",
			change: func(m *providerModel) {
				m.Endpoints = types.MapValueMust(types.StringType, map[string]attr.Value{"iam": types.StringNull()})
			},
			want: defaults(nil),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			block := texts{"region": "cn-north-4"}
			maps.Copy(block, test.block)
			model := block.model()
			if test.change != nil {
				test.change(model)
			}
			got, diags := resolve(providerOn(test.environment, nil).host, model)
			if diags.HasError() {
				t.Fatal(diags)
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(providerSettings{}), cmpopts.IgnoreFields(providerSettings{}, "missing"), cmpopts.IgnoreFields(credentials.Config{}, "Now", "ReadFile")); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

func endpoints(addresses texts) types.Map {
	elements := map[string]attr.Value{}
	for name, address := range addresses {
		elements[name] = types.StringValue(address)
	}
	return types.MapValueMust(types.StringType, elements)
}

func wholeValue(n int64) types.Number { return types.NumberValue(new(big.Float).SetInt64(n)) }
