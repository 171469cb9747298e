// Package client is the API's side of the provider: one call, its pages, and
// the proof that they are whole. It knows nothing of Terraform.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// Client reads from MetaStudio in one region and one project.
type Client struct {
	endpoint  *url.URL
	projectID string
	http      *transport.Client
}

// New returns a Client for the service at endpoint, an absolute URL such as
// https://metastudio.cn-north-4.myhuaweicloud.com, and for the project with
// this id. Requests go through http, which signs them.
func New(endpoint *url.URL, projectID string, http *transport.Client) *Client {
	return &Client{endpoint: endpoint, projectID: projectID, http: http}
}

// get reads one resource of the API and hands its body to decode. doing says
// what is read, for the error, which is a *transport.Error.
func (c *Client) get(ctx context.Context, doing string, query url.Values, header http.Header, decode func([]byte) error, path ...string) error {
	elements := append([]string{"v1", c.projectID, "digital-human-training-manage"}, path...)
	for i, element := range elements {
		if element == "" || element == "." || element == ".." {
			// Joining would drop it, and ask for something else.
			return &transport.Error{Doing: doing, Err: fmt.Errorf("%q cannot be part of a path", element)}
		}
		elements[i] = url.PathEscape(element)
	}
	target := c.endpoint.JoinPath(elements...)
	target.RawQuery = encodeQuery(query)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return &transport.Error{Doing: doing, Err: err}
	}
	maps.Copy(req.Header, header)

	answer, err := c.http.Do(req)
	if err != nil {
		if failure, ok := errors.AsType[*transport.Error](err); ok {
			failure.Doing = doing
		}
		return err
	}
	if err := decode(answer.Body); err != nil {
		target.RawQuery = ""
		return &transport.Error{
			Doing: doing, Method: req.Method, URL: target.String(), Status: answer.Status,
			RequestID: answer.RequestID(), Attempts: answer.Attempts, Source: answer.Source,
			Err: notThisAPI(err, answer.Body),
		}
	}
	return nil
}

// notThisAPI explains a reply that could not be read. Of a page of HTML or a
// line of text the beginning helps; of data it could be somebody's phone number.
func notThisAPI(err error, body []byte) error {
	const not = "the reply is not this API's: "
	var (
		wrongType *json.UnmarshalTypeError
		syntax    *json.SyntaxError
	)
	switch body := bytes.TrimSpace(body); {
	case len(body) == 0:
		return errors.New(not + "it is empty")
	case body[0] != '{':
		begin := body[:min(len(body), 80)]
		if begin[0] != '<' && bytes.ContainsAny(begin, "0123456789\"{[=") {
			return errors.New(not + "it is not a JSON object")
		}
		return fmt.Errorf(not+"it begins %q", transport.Excerpt(begin))
	case errors.As(err, &wrongType):
		return fmt.Errorf(not+"%q in it is a %s", wrongType.Field, wrongType.Value)
	case errors.As(err, &syntax) && strings.HasPrefix(syntax.Error(), "unexpected end"):
		return fmt.Errorf(not+"it breaks off after %d bytes", len(body))
	case errors.As(err, &syntax):
		return fmt.Errorf(not+"it is not valid JSON at byte %d", syntax.Offset)
	default:
		return fmt.Errorf(not+"%w", err)
	}
}

// encodeQuery encodes a query as RFC 3986 has it, sorted by key, which is also
// the form that is signed: what is sent and what is signed must agree.
// url.Values differs only in that it writes a space as a plus sign.
func encodeQuery(query url.Values) string {
	return strings.ReplaceAll(query.Encode(), "+", "%20")
}
