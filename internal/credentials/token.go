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

// named is how IAM's bodies name a thing: by id, or by name.
type named struct {
	ID     string `json:"id,omitempty"`
	Name   string `json:"name,omitempty"`
	Domain *named `json:"domain,omitempty"`
}

// passwordRequest is the body of POST /v3/auth/tokens.
type passwordRequest struct {
	Auth struct {
		Identity struct {
			Methods  []string `json:"methods"`
			Password struct {
				User struct {
					named

					Password string `json:"password"`
				} `json:"user"`
			} `json:"password"`
		} `json:"identity"`
		Scope *tokenScope `json:"scope,omitempty"`
	} `json:"auth"`
}

// tokenScope says what a token is to be good for: a project, or an account.
type tokenScope struct {
	Project *named `json:"project,omitempty"`
	Domain  *named `json:"domain,omitempty"`
}

// password is the step that exchanges user and password for a token: one for
// each project, or for the account itself.
func (s *Session) password() link {
	return newExchange(s.now, true, func(ctx context.Context, to target) (credential, error) {
		doing := "getting a token from IAM"
		reply, err := s.postPassword(ctx, to)
		if err != nil {
			return credential{}, failed(doing, s.config.Source, err, func(answer *transport.Error) string {
				return adviseOnPassword(answer, to)
			})
		}

		var body struct {
			Token struct {
				ExpiresAt string `json:"expires_at"`
				Project   named  `json:"project"`
			} `json:"token"`
		}
		token := NewSecret(reply.Header.Get(headerSubjectToken))
		if err := json.Unmarshal(reply.Body, &body); err != nil || token.IsZero() ||
			to.project != (project{}) && body.Token.Project.ID == "" {
			return credential{}, failed(doing, s.config.Source, errUnreadable, nil)
		}
		return credential{
			token: token, source: s.config.Source,
			project:  project{ID: body.Token.Project.ID, Name: body.Token.Project.Name},
			obtained: s.now(), expires: parseTime(body.Token.ExpiresAt),
		}, nil
	})
}

// postPassword is written by hand: the SDK's model of this call knows a user only
// by name, not by id.
// See https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html.
func (s *Session) postPassword(ctx context.Context, to target) (*transport.Reply, error) {
	var body passwordRequest
	body.Auth.Identity.Methods = []string{"password"}
	user := &body.Auth.Identity.Password.User
	user.Password = s.config.Password.Reveal()
	account := &named{ID: s.config.DomainID}
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
		body.Auth.Scope = &tokenScope{Project: &named{ID: to.project.ID, Name: to.project.Name}}
	case *account != named{}:
		body.Auth.Scope = &tokenScope{Domain: account}
	}
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}

	address := s.iam(to.region).JoinPath("v3", "auth", "tokens")
	address.RawQuery = "nocatalog=true"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json;charset=utf8")
	return s.account(nil).Do(req)
}

func adviseOnPassword(answer *transport.Error, to target) string {
	switch answer.Status {
	case http.StatusUnauthorized:
		return "Check user_name, password and domain_name (the account's name): IAM gives one answer whichever is wrong. " +
			"Several wrong tries lock the user. A federated user, and one who must confirm with a second factor, " +
			"cannot sign in by password; use an access key."
	case http.StatusForbidden:
		return "The user may not use the project, or not sign in by API."
	case http.StatusNotFound, http.StatusBadRequest:
		return "The account may have no project " + to.project.ID + to.project.Name + ": check region, project_id and project_name, or " + setProject + "."
	}
	return ""
}

// keyByToken is the step that turns a token into a temporary access key, which
// is not bound to a region and is what STS takes.
func (s *Session) keyByToken(below link, source string, lifetime time.Duration) link {
	return newExchange(s.now, false, func(ctx context.Context, _ target) (credential, error) {
		doing := "turning the token into a temporary access key"
		client := iam.NewIamClient(sdkClient(ctx, s.iam(""), s.account(below)))
		reply, err := client.CreateTemporaryAccessKeyByToken(&model.CreateTemporaryAccessKeyByTokenRequest{
			Body: &model.CreateTemporaryAccessKeyByTokenRequestBody{Auth: &model.TokenAuth{Identity: &model.TokenAuthIdentity{
				Methods: []model.TokenAuthIdentityMethods{model.GetTokenAuthIdentityMethodsEnum().TOKEN},
				Token:   &model.IdentityToken{DurationSeconds: secondsOf(lifetime)},
			}}},
		})
		if err != nil {
			return credential{}, failed(doing, source, sdkError(err), nil)
		}
		return s.iamKey(doing, source, reply.Credential)
	})
}

// iamKey reads the temporary access key that IAM made.
func (s *Session) iamKey(doing, source string, made *model.Credential) (credential, error) {
	if made == nil || made.Access == "" || made.Secret == "" || made.Securitytoken == "" {
		return credential{}, failed(doing, source, errUnreadable, nil)
	}
	return credential{
		accessKey: made.Access, secretKey: NewSecret(made.Secret), securityToken: NewSecret(made.Securitytoken),
		source: source, obtained: s.now(), expires: parseTime(made.ExpiresAt),
	}, nil
}
