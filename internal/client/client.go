// Package client calls the API of MetaStudio: its operations, their parameters and replies, and
// lists that are proven to be whole. It knows nothing of Terraform.
package client

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// InvalidTokenCode is the error code by which MetaStudio refuses a token. It comes with HTTP status
// 400, not 401.
// Source: the MetaStudio API reference, "Error Codes".
const InvalidTokenCode = "MSS.00010008"

// Client reads from MetaStudio in one region and one project.
type Client struct {
	endpoint  *url.URL
	projectID string
	http      *transport.Client
}

// New returns a Client for the service at endpoint, an absolute URL such as
// https://metastudio.cn-north-4.myhuaweicloud.com, and for the project with this ID. Requests go
// through http, which authorizes them.
func New(endpoint *url.URL, projectID string, http *transport.Client) *Client {
	return &Client{endpoint: endpoint, projectID: projectID, http: http}
}

// OpError is a call of the API that failed.
type OpError struct {
	// Op is what was being done, such as "reading the avatar training job 1".
	Op string
	// Err is the cause: a *transport.Error if the request was sent, or could not be authorized.
	Err error
}

// Error implements error.
func (e *OpError) Error() string { return e.Op + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *OpError) Unwrap() error { return e.Err }

// get reads the resource at a path below the project and passes its body to decode. op is what is
// read, for the error. Every error is an *OpError.
func (c *Client) get(ctx context.Context, op string, query url.Values, header http.Header, decode func([]byte) error, path ...string) error {
	req, err := c.newRequest(ctx, query, header, path)
	if err != nil {
		return &OpError{Op: op, Err: err}
	}
	reply, err := c.http.DoWithin(req, maxReply)
	if err != nil {
		return &OpError{Op: op, Err: err}
	}
	if reply.Status != http.StatusOK {
		return &OpError{Op: op, Err: reply.Unusable(errNot200)}
	}
	if err := decode(reply.Body); err != nil {
		return &OpError{Op: op, Err: reply.Unusable(notThisAPI(err, reply.Body))}
	}
	return nil
}

func (c *Client) newRequest(ctx context.Context, query url.Values, header http.Header, path []string) (*http.Request, error) {
	elements := append([]string{"v1", c.projectID}, path...)
	for i, element := range elements {
		if element == "" || element == "." || element == ".." {
			// JoinPath would remove it, and the request would be for another resource.
			return nil, fmt.Errorf("%q cannot be part of a path", element)
		}
		elements[i] = url.PathEscape(element)
	}
	address := c.endpoint.JoinPath(elements...)
	address.RawQuery = encodeQuery(query)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, header)
	return req, nil
}

// encodeQuery encodes a query as RFC 3986 has it, sorted by key, which is the form that is signed:
// what is sent and what is signed must agree. url.Values differs only in that it writes a space as
// a plus sign.
func encodeQuery(query url.Values) string {
	return strings.ReplaceAll(query.Encode(), "+", "%20")
}
