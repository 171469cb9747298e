package credentials

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	iam "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3/model"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// iamIdentity names a user, a project or an account in IAM's bodies, by ID or by name.
type iamIdentity struct {
	ID     string       `json:"id,omitempty"`
	Name   string       `json:"name,omitempty"`
	Domain *iamIdentity `json:"domain,omitempty"`
}

// passwordRequest is the body of POST /v3/auth/tokens.
type passwordRequest struct {
	Auth struct {
		Identity struct {
			Methods  []string `json:"methods"`
			Password struct {
				User struct {
					iamIdentity

					Password string `json:"password"`
				} `json:"user"`
			} `json:"password"`
		} `json:"identity"`
		Scope *tokenScope `json:"scope,omitempty"`
	} `json:"auth"`
}

// tokenScope is what a token is wanted for: a project, or an account.
type tokenScope struct {
	Project *iamIdentity `json:"project,omitempty"`
	Domain  *iamIdentity `json:"domain,omitempty"`
}

// tokenByPassword returns the provider of IAM tokens that user and password are exchanged for: one
// for each project, or for the account itself.
func (s *Session) tokenByPassword() provider {
	return newProjectProvider(s.now, func(ctx context.Context, to target) (credential, error) {
		step := operation{
			op: "getting a token from IAM", source: s.config.Source, target: to,
			refused: PasswordRefused, unauthorized: PasswordRefused,
		}
		reply, err := s.postPassword(ctx, to)
		if err != nil {
			return credential{}, step.failed(err)
		}

		var body struct {
			Token struct {
				IssuedAt  string      `json:"issued_at"`
				ExpiresAt string      `json:"expires_at"`
				Project   iamIdentity `json:"project"`
			} `json:"token"`
		}
		token := NewSecret(reply.Header.Get(headerSubjectToken))
		if err := json.Unmarshal(reply.Body, &body); err != nil || !usable(token.Reveal()) ||
			to.project != (project{}) && body.Token.Project.ID == "" {
			return credential{}, step.failed(errUnexpectedReply)
		}
		c := credential{
			token: token, source: s.config.Source,
			project: project{ID: body.Token.Project.ID, Name: body.Token.Project.Name},
		}
		c.obtained, c.expires = s.lifeOf(parseTime(body.Token.IssuedAt), parseTime(body.Token.ExpiresAt))
		return c, nil
	})
}

// postPassword asks IAM for a token. It is written by hand because the SDK's model of this call
// knows a user by name only, not by ID.
// See https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html.
func (s *Session) postPassword(ctx context.Context, to target) (*transport.Reply, error) {
	var body passwordRequest
	body.Auth.Identity.Methods = []string{"password"}
	user := &body.Auth.Identity.Password.User
	user.Password = s.config.Password.Reveal()
	account := &iamIdentity{ID: s.config.DomainID}
	if account.ID == "" {
		account.Name = s.config.DomainName
	}
	if s.config.UserID != "" {
		user.ID = s.config.UserID
	} else {
		user.Name, user.Domain = s.config.UserName, account
	}
	switch {
	case to.project != project{}:
		body.Auth.Scope = &tokenScope{Project: &iamIdentity{ID: to.project.ID, Name: to.project.Name}}
	case *account != iamIdentity{}:
		body.Auth.Scope = &tokenScope{Domain: account}
	}
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}

	address := s.iamEndpoint(to.region).JoinPath("v3", "auth", "tokens")
	address.RawQuery = "nocatalog=true"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json;charset=utf8")
	return s.plainClient().DoWithin(req, maxReply)
}

// keyByToken returns the provider of a temporary access key that a token is exchanged for. Unlike a
// token, the key is valid in every region, and accepted by STS.
func (s *Session) keyByToken(below provider, source string, lifetime time.Duration) provider {
	step := operation{
		op: "exchanging the token for a temporary access key", source: source,
		refused: ExchangeRefused, unauthorized: TokenRefused,
	}
	return newAccountProvider(s.now, func(ctx context.Context, _ target) (credential, error) {
		client := iam.NewIamClient(sdkClient(ctx, s.iamEndpoint(""), s.authorizedClient(below)))
		reply, err := client.CreateTemporaryAccessKeyByToken(&model.CreateTemporaryAccessKeyByTokenRequest{
			Body: &model.CreateTemporaryAccessKeyByTokenRequestBody{Auth: &model.TokenAuth{Identity: &model.TokenAuthIdentity{
				Methods: []model.TokenAuthIdentityMethods{model.GetTokenAuthIdentityMethodsEnum().TOKEN},
				Token:   &model.IdentityToken{DurationSeconds: secondsOf(lifetime)},
			}}},
		})
		if err != nil {
			return credential{}, step.failed(sdkError(err))
		}
		return s.iamKey(step, source, reply.Credential)
	})
}

// iamKey returns the temporary access key from a reply of IAM.
func (s *Session) iamKey(step operation, source string, made *model.Credential) (credential, error) {
	if made == nil || !usable(made.Access, made.Secret, made.Securitytoken) {
		return credential{}, step.failed(errUnexpectedReply)
	}
	c := credential{
		accessKey: made.Access, secretKey: NewSecret(made.Secret), securityToken: NewSecret(made.Securitytoken), source: source,
	}
	c.obtained, c.expires = s.lifeOf(time.Time{}, parseTime(made.ExpiresAt))
	return c, nil
}
