package credentials

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/impl"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// sdkClient returns the SDK's client of the service at endpoint, for one call within ctx: the SDK
// knows no contexts, so ctx is bound to the connection.
//
// It is put together by hand because the SDK's own builder writes an identifier of the installation
// into the user's home directory, and takes only its own kinds of credentials, which sign a request
// once and not for each attempt.
func sdkClient(ctx context.Context, endpoint *url.URL, client *transport.Client) *core.HcHttpClient {
	send := roundTripper(func(req *http.Request) (*http.Response, error) {
		sent := req.Clone(ctx)
		// The SDK drops the path of an endpoint that has one.
		sent.URL = &url.URL{Scheme: endpoint.Scheme, Host: endpoint.Host, Path: endpoint.Path + req.URL.Path, RawQuery: req.URL.RawQuery}
		sent.Header.Del("User-Agent") // the transport sets its own
		reply, err := client.DoWithin(sent, maxReply)
		if err != nil {
			return nil, err
		}
		return &http.Response{
			StatusCode: reply.Status,
			Header:     reply.Header,
			Body:       io.NopCloser(bytes.NewReader(reply.Body)),
			Request:    req,
		}, nil
	})
	settings := config.DefaultHttpConfig().WithHttpRoundTripper(send).WithTimeout(0)
	return core.NewHcHttpClient(impl.NewDefaultHttpClient(settings)).
		WithEndpoints([]string{endpoint.String()}).
		WithCredential(unsigned{})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

// unsigned is a credential for the SDK that signs nothing: the transport signs each attempt.
type unsigned struct{}

func (u unsigned) ProcessAuthParams(*impl.DefaultHttpClient, string) (auth.ICredential, error) {
	return u, nil
}

func (unsigned) ProcessAuthRequest(_ *impl.DefaultHttpClient, req *request.DefaultHttpRequest) (*request.DefaultHttpRequest, error) {
	return req, nil
}

// sdkError returns the cause of an error of the SDK: a failed call, or else a reply that the SDK
// could not read. The SDK's own text is not used, because it may quote the reply.
func sdkError(err error) error {
	if answer, ok := errors.AsType[*transport.Error](err); ok {
		return answer
	}
	return errUnexpectedReply
}

// parseTime reads a time in a reply of IAM or STS. It returns the zero time, which is not known,
// for one that it cannot read: the service then refuses the credential when it has expired.
func parseTime(value string) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, value)
	return t
}

// secondsOf returns a duration in whole seconds for the SDK, nil for 0.
func secondsOf(d time.Duration) *int32 {
	if d == 0 {
		return nil
	}
	return new(int32(d / time.Second)) //nolint:gosec // a day at most
}
