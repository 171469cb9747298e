package credentials

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// The metadata service of an ECS instance, and what we ask of it.
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

// noCredential lists every way to sign in, for whoever has set none.
const noCredential = "No way to sign in is configured. One of these will do: " +
	"access_key and secret_key (HW_ACCESS_KEY and HW_SECRET_KEY, or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK), with security_token (HW_SECURITY_TOKEN) if they are temporary; " +
	"token (HW_AUTH_TOKEN); " +
	"user_name, password and domain_name (HW_USER_NAME, HW_USER_PASSWORD and HW_DOMAIN_NAME); " +
	"a KooCLI profile by shared_config_file or profile (HW_SHARED_CONFIG_FILE or HW_PROFILE); " +
	"an assume_role_with_oidc block (HW_ASSUME_ROLE_IDP_ID with HW_ASSUME_ROLE_ID_TOKEN or HW_ASSUME_ROLE_ID_TOKEN_FILE); " +
	"or an ECS instance that carries an agency."

// instance is the step that gets the temporary access key of the agency that the
// ECS instance carries.
func (s *Session) instance() link {
	m := &metadata{base: s.config.MetadataURL, client: s.metadataClient()}
	if m.base == "" {
		m.base = metadataURL
	}
	return newExchange(s.now, false, func(ctx context.Context, _ target) (credential, error) {
		made, err := m.key(ctx)
		if err != nil {
			return credential{}, &Error{
				Doing: "asking the ECS instance for its agency's key, as no other credential is configured",
				Err:   err, Advice: noCredential, lasting: true,
			}
		}
		made.source, made.obtained = s.config.Source, s.now()
		return made, nil
	})
}

// metadataClient returns a client that gives up soon: off-cloud nobody answers.
func (s *Session) metadataClient() *transport.Client {
	network := s.network
	network.Base, network.Authorizer, network.Limiter = metadataBase(), nil, nil
	network.AttemptTimeout, network.MaxRetries = metadataTimeout, 0
	return transport.New(network)
}

// metadataBase returns connections that bypass proxies: those must not see an
// instance's keys, and would ask the metadata service for their own. None is kept
// for the next time, which is hours away.
func metadataBase() *http.Transport {
	base := transport.NewBase(false)
	base.Proxy = nil
	base.DisableKeepAlives = true
	return base
}

// metadata is the metadata service. Its token is kept for as long as it is taken.
type metadata struct {
	base   string
	client *transport.Client

	mu    sync.Mutex
	token Secret
}

// key returns the instance's temporary access key. The token comes first: it is
// the newer way, and the older one is refused where it is required. Off-cloud the
// first question is also the last one.
func (m *metadata) key(ctx context.Context) (credential, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := !m.token.IsZero()
	if !known {
		if err := m.newToken(ctx); err != nil {
			return credential{}, err
		}
	}
	reply, err := m.do(ctx, http.MethodGet, metadataKeyPath)
	if known && staleToken(err) {
		if err := m.newToken(ctx); err != nil {
			return credential{}, err
		}
		reply, err = m.do(ctx, http.MethodGet, metadataKeyPath)
	}
	if err != nil {
		return credential{}, explainMetadata(err)
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
	if json.Unmarshal(reply.Body, &body) != nil || c.Access == "" || c.Secret == "" || c.SecurityToken == "" {
		return credential{}, errUnreadable
	}
	return credential{
		accessKey: c.Access, secretKey: NewSecret(c.Secret), securityToken: NewSecret(c.SecurityToken),
		expires: parseTime(c.ExpiresAt),
	}, nil
}

// newToken asks for a token; a service that has none leaves it empty.
func (m *metadata) newToken(ctx context.Context) error {
	m.token = Secret{}
	reply, err := m.do(ctx, http.MethodPut, metadataTokenPath)
	answer, answered := errors.AsType[*transport.Error](err)
	switch {
	case err == nil:
		m.token = NewSecret(strings.TrimSpace(string(reply.Body)))
		return nil
	case answered && (answer.Status == http.StatusNotFound ||
		answer.Status == http.StatusMethodNotAllowed || answer.Status == http.StatusServiceUnavailable):
		return nil // an older instance
	default:
		return explainMetadata(err)
	}
}

// do is written by hand: the SDK's own metadata client is internal to it.
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
	return m.client.Do(req)
}

// staleToken reports whether the metadata service wants another token. The same
// status with a hint at the agency means that the instance carries none.
func staleToken(err error) bool {
	answer, answered := errors.AsType[*transport.Error](err)
	return answered && answer.Status == http.StatusUnauthorized &&
		!strings.Contains(answer.Message, metadataNoAgencyText)
}

// explainMetadata says what an answer of the metadata service means.
func explainMetadata(err error) error {
	answer, answered := errors.AsType[*transport.Error](err)
	if !answered {
		return err
	}
	switch {
	case answer.Status == 0:
		return errors.New("no metadata service answers, so this is no ECS instance, or the service is switched off")
	case answer.Status == http.StatusNotFound, strings.Contains(answer.Message, metadataNoAgencyText):
		return errors.New("the instance carries no agency; if it is one of Huawei Cloud, bind an agency to it in the ECS console")
	}
	return answer
}
