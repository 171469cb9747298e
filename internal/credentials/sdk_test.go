package credentials

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	iam "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3/model"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// The SDK knows no context, drops the path of an endpoint, and has a user agent of its own.
func TestSDKRequestsAreThoseOfTheTransport(t *testing.T) {
	t.Parallel()
	type contextKey struct{}
	var sent *http.Request
	client := transport.New(transport.Config{UserAgent: "test/1", Base: roundTripper(func(req *http.Request) (*http.Response, error) {
		sent = req
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{"projects":[]}`)), Request: req}, nil
	})})
	endpoint, err := url.Parse("https://proxy.example/iam")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.WithValue(t.Context(), contextKey{}, "the caller's")
	name := "a project"
	if _, err := iam.NewIamClient(sdkClient(ctx, endpoint, client)).KeystoneListProjects(&model.KeystoneListProjectsRequest{Name: &name}); err != nil {
		t.Fatal(err)
	}
	if got, want := sent.URL.String(), "https://proxy.example/iam/v3/projects?name=a%20project"; strings.ReplaceAll(got, "+", "%20") != want {
		t.Errorf("sent to %s, want %s", got, want)
	}
	if got := sent.Context().Value(contextKey{}); got != "the caller's" {
		t.Errorf("the context has %v", got)
	}
	if got := sent.Header.Get("User-Agent"); got != "test/1" {
		t.Errorf("the user agent is %q", got)
	}
}
