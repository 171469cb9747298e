package credentials

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/signer"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"
)

// Headers that carry a credential, or name its project, account or user.
const (
	headerAuthorization = "Authorization"
	headerDate          = "X-Sdk-Date"
	headerProjectID     = "X-Project-Id"
	headerDomainID      = "X-Domain-Id"
	headerSecurityToken = "X-Security-Token"
	headerAuthToken     = "X-Auth-Token"
	headerSubjectToken  = "X-Subject-Token"
	headerAppUserID     = "X-App-UserId"
)

// signedHeaders are the headers that a signature covers where a request has them. It always covers
// host and date.
var signedHeaders = []string{headerProjectID, headerDomainID, headerSecurityToken, headerAppUserID}

// sign signs req with SDK-HMAC-SHA256 and the date at. The signature covers the method, path,
// query, host, signedHeaders and body, so none of these may change afterwards. See
// https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html.
func sign(req *http.Request, accessKey string, secretKey Secret, at time.Time) error {
	if strings.Contains(strings.ToUpper(req.URL.EscapedPath()), "%2F") {
		return errors.New("a path with an escaped slash cannot be signed: the signature would be that of another path")
	}
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	req.Header.Set(headerDate, at.UTC().Format(signer.BasicDateFormat))

	headers := map[string]string{signer.HeaderHost: host, headerDate: req.Header.Get(headerDate)}
	for _, name := range signedHeaders {
		if value := req.Header.Get(name); value != "" {
			headers[name] = value
		}
	}
	signed, err := signatureOf(req, headers, accessKey, secretKey)
	if err != nil {
		return err
	}
	req.Header.Set(headerAuthorization, signed)
	return nil
}

// signatureOf returns the Authorization header of req, with these headers signed.
func signatureOf(req *http.Request, headers map[string]string, accessKey string, secretKey Secret) (string, error) {
	query, err := queryOf(req.URL.RawQuery)
	if err != nil {
		return "", err
	}
	body, err := bodyOf(req)
	if err != nil {
		return "", err
	}

	builder := request.NewHttpRequestBuilder().WithMethod(req.Method).WithPath(req.URL.Path).WithBody("", string(body))
	for key, values := range query {
		builder.AddQueryParam(key, reflect.ValueOf(values)) // the type that the SDK's signer expects
	}
	for name, value := range headers {
		builder.AddHeaderParam(name, value)
	}
	signed, err := signer.Sign(builder.Build(), accessKey, secretKey.Reveal())
	if err != nil {
		return "", fmt.Errorf("signing the request: %w", err)
	}
	return signed[headerAuthorization], nil
}

// queryOf decodes a query as the service does, by RFC 3986: a plus sign stays a plus sign, where
// url.ParseQuery would make it a space.
func queryOf(raw string) (map[string][]string, error) {
	query := map[string][]string{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		key, keyErr := url.PathUnescape(key)
		value, valueErr := url.PathUnescape(value)
		if err := errors.Join(keyErr, valueErr); err != nil {
			return nil, fmt.Errorf("the query cannot be signed: %w", err)
		}
		query[key] = append(query[key], value)
	}
	return query, nil
}

// bodyOf reads the body of req, and replaces it with one that can be read again.
func bodyOf(req *http.Request) ([]byte, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return nil, nil
	}
	data, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the request's body: %w", err)
	}
	req.Body = io.NopCloser(bytes.NewReader(data))
	return data, nil
}
