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

// sdkClient returns the SDK's client for a service at endpoint, for one call
// within ctx: the SDK has no contexts, so it has to travel with the connection.
//
// It is put together by hand because the SDK's own builder writes an identifier
// of the installation into the user's home directory, and takes only its own
// kinds of credentials, which sign before our attempts begin.
func sdkClient(ctx context.Context, endpoint *url.URL, client *transport.Client) *core.HcHttpClient {
	send := roundTripper(func(req *http.Request) (*http.Response, error) {
		sent := req.Clone(ctx)
		// The SDK drops the path of an endpoint that has one.
		sent.URL = &url.URL{Scheme: endpoint.Scheme, Host: endpoint.Host, Path: endpoint.Path + req.URL.Path, RawQuery: req.URL.RawQuery}
		sent.Header.Del("User-Agent") // ours is set by the transport
		reply, err := client.Do(sent)
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
	settings := config.DefaultHttpConfig().WithHttpRoundTripper(send).WithTimeout(0).WithIgnoreContentTypeForGetRequest(true)
	return core.NewHcHttpClient(impl.NewDefaultHttpClient(settings)).
		WithEndpoints([]string{endpoint.String()}).
		WithCredential(unsigned{})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

// unsigned is the SDK's credential that signs nothing: our transport does, anew
// for each attempt.
type unsigned struct{}

func (u unsigned) ProcessAuthParams(*impl.DefaultHttpClient, string) (auth.ICredential, error) {
	return u, nil
}

func (unsigned) ProcessAuthRequest(_ *impl.DefaultHttpClient, req *request.DefaultHttpRequest) (*request.DefaultHttpRequest, error) {
	return req, nil
}

// errUnreadable is a success that does not hold what it should. The reply is not
// quoted, nor is the SDK's error, which quotes it: it may hold half a secret.
var errUnreadable = errors.New("the reply is not the one that the service documents")

// sdkError picks out of the SDK's error the one that says what happened.
func sdkError(err error) error {
	if answer, ok := errors.AsType[*transport.Error](err); ok {
		return answer
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return errUnreadable
}

// parseTime reads the times that IAM and STS write. One that cannot be read is
// as good as one that is not known: the service then says when it is over.
func parseTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

// secondsOf returns a duration in whole seconds as the SDK wants it, nil for 0.
func secondsOf(d time.Duration) *int32 {
	if d == 0 {
		return nil
	}
	return new(int32(d / time.Second)) //nolint:gosec // a day at most
}
