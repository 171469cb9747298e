package credentials

import (
	"context"
	"errors"
	"fmt"
	"strings"

	iam "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3/model"
	sts "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sts/v1"
	stsmodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sts/v1/model"
)

// ParseProviderURN splits the URN of an OIDC identity provider of IAM v5, which has the form
// iam::{account id}:oidcProvider:{name}. ok is false for anything else, such as the plain name of
// an identity provider of IAM v3. STS exchanges the tokens of the former, IAM those of the latter.
func ParseProviderURN(urn string) (domainID, name string, ok bool) {
	rest, isURN := strings.CutPrefix(urn, "iam::")
	domainID, name, _ = strings.Cut(rest, ":oidcProvider:")
	return domainID, name, isURN && domainID != "" && name != ""
}

// description adds the agency to the id token's source, if STS assumes one with it.
func (o OIDC) description(source string) string {
	if _, _, ok := ParseProviderURN(o.IdpID); !ok {
		return source
	}
	return source + ", " + AssumeRole{AgencyName: o.AgencyName, DomainID: o.DomainID}.description()
}

// keyByIDToken returns the provider of a temporary access key that an id token is exchanged for: by
// STS for the agency that trusts the identity provider, or by IAM for the federated user.
func (s *Session) keyByIDToken(o OIDC) provider {
	if _, _, ok := ParseProviderURN(o.IdpID); ok {
		return s.agencyByIDToken(o)
	}
	return s.keyByToken(s.tokenByIDToken(o), s.config.Source, o.Duration)
}

// tokenByIDToken returns the provider of an IAM token that an id token is exchanged for.
func (s *Session) tokenByIDToken(o OIDC) provider {
	step := operation{
		op: "exchanging the id token of the identity provider " + o.IdpID, source: s.config.Source,
		refused: IDTokenRefused, unauthorized: IDTokenRefused,
	}
	return newAccountProvider(s.now, func(ctx context.Context, _ target) (credential, error) {
		idToken, err := s.idToken(o)
		if err != nil {
			return credential{}, step.error(IDTokenUnavailable, err)
		}
		client := iam.NewIamClient(sdkClient(ctx, s.iamEndpoint(""), s.plainClient()))
		reply, err := client.CreateTokenWithIdToken(&model.CreateTokenWithIdTokenRequest{
			XIdpId: o.IdpID,
			Body: &model.GetIdTokenRequestBody{Auth: &model.GetIdTokenAuthParams{
				IdToken: &model.GetIdTokenIdTokenBody{Id: idToken.Reveal()},
			}},
		})
		switch {
		case err != nil:
			return credential{}, step.failed(sdkError(err))
		case reply.Token == nil || reply.XSubjectToken == nil || !usable(*reply.XSubjectToken):
			return credential{}, step.failed(errUnexpectedReply)
		}
		c := credential{token: NewSecret(*reply.XSubjectToken), source: s.config.Source}
		c.obtained, c.expires = s.lifeOf(parseTime(reply.Token.IssuedAt), parseTime(reply.Token.ExpiresAt))
		return c, nil
	})
}

// agencyByIDToken returns the provider of an agency that STS assumes with an id token.
func (s *Session) agencyByIDToken(o OIDC) provider {
	step := operation{
		op: "assuming the agency " + o.AgencyName + " with an id token", source: s.config.Source,
		refused: IDTokenRefused, unauthorized: IDTokenRefused,
	}
	return newAccountProvider(s.now, func(ctx context.Context, _ target) (credential, error) {
		idToken, err := s.idToken(o)
		if err != nil {
			return credential{}, step.error(IDTokenUnavailable, err)
		}
		client := sts.NewStsClient(sdkClient(ctx, s.stsEndpoint(""), s.plainClient()))
		reply, err := client.AssumeAgencyWithOIDC(&stsmodel.AssumeAgencyWithOidcRequest{Body: &stsmodel.AssumeAgencyWithOidcReqBody{
			ProviderUrn:       o.IdpID,
			AgencyUrn:         agencyURN(o.DomainID, o.AgencyName),
			AgencySessionName: sessionName,
			IdToken:           idToken.Reveal(),
			DurationSeconds:   secondsOf(o.Duration),
		}})
		if err != nil {
			return credential{}, step.failed(sdkError(err))
		}
		return s.stsKey(step, o.description(s.config.Source), o.DomainID, reply.Credentials)
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
