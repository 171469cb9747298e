package credentials

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// The metadata service of an ECS instance.
// Source: the ECS user guide, "Obtaining Metadata", and the vendor's SDK.
const (
	metadataURL          = "http://169.254.169.254"
	metadataTimeout      = 2 * time.Second
	metadataTokenPath    = "/meta-data/latest/api/token"
	metadataKeyPath      = "/openstack/latest/securitykey"
	headerMetadataToken  = "X-Metadata-Token"
	headerMetadataTTL    = "X-Metadata-Token-Ttl-Seconds"
	metadataTTL          = "21600"
	metadataNoAgencyText = "configure Cloud Service Agency"
)

// instanceKey returns the provider of the temporary access key of the ECS instance's agency.
func (s *Session) instanceKey() provider {
	m := &metadata{base: s.config.MetadataURL, client: s.metadataClient()}
	step := operation{op: "asking the ECS instance for its agency's key, as no other credential is configured"}
	return newAccountProvider(s.now, func(ctx context.Context, _ target) (credential, error) {
		made, err := m.key(ctx)
		if err != nil {
			return credential{}, metadataError(step, err)
		}
		made.source = s.config.Source
		made.obtained, made.expires = s.lifeOf(time.Time{}, made.expires)
		return made, nil
	})
}

// metadataClient returns a client that gives up soon, because outside Huawei Cloud nothing answers.
func (s *Session) metadataClient() *transport.Client {
	network := s.network
	network.Base, network.Authorizer, network.Limiter = s.clock.learnFrom(metadataBase()), nil, nil
	network.AttemptTimeout, network.MaxRetries = metadataTimeout, 0
	return transport.New(network)
}

// metadataBase returns a connection pool that bypasses proxies: a proxy must not see the keys of
// the instance, and would reach the metadata service of its own instance. No connection is kept,
// since the next request is hours away.
func metadataBase() *http.Transport {
	base := transport.NewBase(nil)
	base.Proxy = nil
	base.DisableKeepAlives = true
	return base
}

// metadata calls the metadata service. It keeps the service's token until the service refuses it.
type metadata struct {
	base   string
	client *transport.Client

	mu    sync.Mutex
	token Secret
}

// key returns the instance's temporary access key. It asks for a token first, because an instance
// may require one. Outside Huawei Cloud that request is the only one.
func (m *metadata) key(ctx context.Context) (credential, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	cached := !m.token.IsZero()
	if !cached {
		if err := m.renewToken(ctx); err != nil {
			return credential{}, err
		}
	}
	reply, err := m.do(ctx, http.MethodGet, metadataKeyPath)
	if cached && isUnauthorized(err) {
		if err := m.renewToken(ctx); err != nil {
			return credential{}, err
		}
		reply, err = m.do(ctx, http.MethodGet, metadataKeyPath)
	}
	if err != nil {
		return credential{}, err
	}

	var body struct {
		Credential struct {
			Access        string `json:"access"`
			Secret        string `json:"secret"`
			SecurityToken string `json:"securitytoken"`
			ExpiresAt     string `json:"expires_at"`
		} `json:"credential"`
	}
	c := &body.Credential
	if json.Unmarshal(reply.Body, &body) != nil || !usable(c.Access, c.Secret, c.SecurityToken) {
		return credential{}, errUnexpectedReply
	}
	return credential{
		accessKey: c.Access, secretKey: NewSecret(c.Secret), securityToken: NewSecret(c.SecurityToken),
		expires: parseTime(c.ExpiresAt),
	}, nil
}

// renewToken asks for a token, and forgets the one before. A service that knows no tokens leaves it
// empty.
func (m *metadata) renewToken(ctx context.Context) error {
	m.token = Secret{}
	reply, err := m.do(ctx, http.MethodPut, metadataTokenPath)
	answer, answered := errors.AsType[*transport.Error](err)
	switch {
	case err == nil:
		token := strings.TrimSpace(string(reply.Body))
		if len(token) > maxSecret {
			return errUnexpectedReply
		}
		m.token = NewSecret(token)
		return nil
	case answered && (answer.Status == http.StatusNotFound ||
		answer.Status == http.StatusMethodNotAllowed || answer.Status == http.StatusServiceUnavailable):
		return nil // an older instance, whose metadata service knows no tokens
	default:
		return err
	}
}

// do sends one request. It is written by hand because the SDK's metadata client is internal.
func (m *metadata) do(ctx context.Context, method, path string) (*transport.Reply, error) {
	req, err := http.NewRequestWithContext(ctx, method, m.base+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	switch {
	case method == http.MethodPut:
		req.Header.Set(headerMetadataTTL, metadataTTL)
	case !m.token.IsZero():
		req.Header.Set(headerMetadataToken, m.token.Reveal())
	}
	return m.client.DoWithin(req, maxReply)
}

// isUnauthorized reports whether the metadata service answered with status 401. It does so to a
// token that has expired, and also where the instance has no agency.
func isUnauthorized(err error) bool {
	answer, answered := errors.AsType[*transport.Error](err)
	return answered && answer.Status == http.StatusUnauthorized
}

// metadataError returns the error of an operation for which the metadata service returned err.
func metadataError(step operation, err error) *Error {
	answer, answered := errors.AsType[*transport.Error](err)
	switch {
	case !answered:
		return step.error(MetadataFailed, err)
	case answer.Status == 0:
		return step.error(NoCredential, errors.New("no metadata service answers, so this is no ECS instance, or the service is switched off"))
	case answer.Status == http.StatusNotFound || strings.Contains(answer.Message, metadataNoAgencyText):
		return step.error(NoInstanceAgency, errors.New("the instance has no agency"))
	case answer.Status == http.StatusBadRequest || answer.Status == http.StatusForbidden:
		// Other clouds have a service at this address, and some networks a proxy. It refuses what
		// it does not know.
		return step.error(NoCredential, fmt.Errorf("what answers at the address of the metadata service, with HTTP %d, is not that of an ECS instance", answer.Status))
	}
	return step.error(MetadataFailed, answer)
}
