package credentials

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	iam "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3/model"
	sts "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sts/v1"
	stsmodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sts/v1/model"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// ParseProviderURN splits the URN of an OIDC identity provider of IAM v5,
// iam::{account id}:oidcProvider:{name}. ok is false for anything else, such as
// the plain name of an identity provider of IAM v3. Which of the two generations
// an identity provider belongs to decides how its tokens are exchanged, and only
// this form of its name tells.
func ParseProviderURN(text string) (domainID, name string, ok bool) {
	rest, isURN := strings.CutPrefix(text, "iam::")
	domainID, name, found := strings.Cut(rest, ":oidcProvider:")
	return domainID, name, isURN && found && domainID != "" && name != ""
}

// describe adds the agency to the id token's source, if STS assumes one with it.
func (o OIDC) describe(source string) string {
	if _, _, ok := ParseProviderURN(o.IdpID); !ok {
		return source
	}
	return source + ", " + AssumeRole{AgencyName: o.AgencyName, DomainID: o.DomainID}.describe()
}

// oidc is the step that exchanges an id token for a temporary access key: by
// STS for the agency that trusts the provider, or by IAM for the federated user.
func (s *Session) oidc(o OIDC) link {
	if _, _, ok := ParseProviderURN(o.IdpID); ok {
		return s.agencyByIDToken(o)
	}
	return s.keyByToken(s.tokenByIDToken(o), s.config.Source, o.Duration)
}

// tokenByIDToken is the step that exchanges an id token for IAM's token.
func (s *Session) tokenByIDToken(o OIDC) link {
	return newExchange(s.now, false, func(ctx context.Context, _ target) (credential, error) {
		doing := "exchanging the id token of the identity provider " + o.IdpID
		idToken, err := s.idToken(o)
		if err != nil {
			return credential{}, failed(doing, s.config.Source, err, nil)
		}
		client := iam.NewIamClient(sdkClient(ctx, s.iam(""), s.account(nil)))
		reply, err := client.CreateTokenWithIdToken(&model.CreateTokenWithIdTokenRequest{
			XIdpId: o.IdpID,
			Body: &model.GetIdTokenRequestBody{Auth: &model.GetIdTokenAuthParams{
				IdToken: &model.GetIdTokenIdTokenBody{Id: idToken.Reveal()},
			}},
		})
		switch {
		case err != nil:
			return credential{}, failed(doing, s.config.Source, sdkError(err), adviseOnIDToken)
		case reply.Token == nil || reply.XSubjectToken == nil || *reply.XSubjectToken == "":
			return credential{}, failed(doing, s.config.Source, errUnreadable, nil)
		}
		return credential{
			token: NewSecret(*reply.XSubjectToken), source: s.config.Source,
			obtained: s.now(), expires: parseTime(reply.Token.ExpiresAt),
		}, nil
	})
}

// agencyByIDToken is the step that assumes an agency with an id token.
func (s *Session) agencyByIDToken(o OIDC) link {
	return newExchange(s.now, false, func(ctx context.Context, _ target) (credential, error) {
		doing := "assuming the agency " + o.AgencyName + " with an id token"
		idToken, err := s.idToken(o)
		if err != nil {
			return credential{}, failed(doing, s.config.Source, err, nil)
		}
		client := sts.NewStsClient(sdkClient(ctx, s.sts(""), s.account(nil)))
		reply, err := client.AssumeAgencyWithOIDC(&stsmodel.AssumeAgencyWithOidcRequest{Body: &stsmodel.AssumeAgencyWithOidcReqBody{
			ProviderUrn:       o.IdpID,
			AgencyUrn:         agencyURN(o.DomainID, o.AgencyName),
			AgencySessionName: sessionName,
			IdToken:           idToken.Reveal(),
			DurationSeconds:   secondsOf(o.Duration),
		}})
		if err != nil {
			return credential{}, failed(doing, s.config.Source, sdkError(err), adviseOnIDToken)
		}
		return s.stsKey(doing, o.describe(s.config.Source), o.DomainID, reply.Credentials)
	})
}

// idToken returns the id token, from its file if it has one.
func (s *Session) idToken(o OIDC) (Secret, error) {
	if !o.IDToken.IsZero() {
		return o.IDToken, nil
	}
	data, err := s.config.ReadFile(o.IDTokenFile)
	if err != nil {
		return Secret{}, fmt.Errorf("reading the id token: %w", err)
	}
	token := NewSecret(strings.TrimSpace(string(data)))
	if token.IsZero() {
		return Secret{}, errors.New("the id token's file " + o.IDTokenFile + " is empty")
	}
	return token, nil
}

func adviseOnIDToken(answer *transport.Error) string {
	switch answer.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return "The id token may have expired: CI systems issue it for minutes, so hand it over as id_token_file and let it be renewed there. " +
			"Else check that idp_id names the identity provider that issued it, and that its audience and the agency's trust policy fit."
	case http.StatusNotFound:
		return "Check idp_id: the account has no identity provider of this name."
	}
	return ""
}
