package credentials

import (
	"context"
	"time"

	iam "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3/model"
	sts "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sts/v1"
	stsmodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sts/v1/model"
)

// sessionName is the name of an agency's sessions in the account's audit log.
const sessionName = "terraform-provider-metastudio"

// description names the agency, for the source of its credentials.
func (r AssumeRole) description() string {
	if r.DomainID != "" {
		return "agency " + r.AgencyName + " of account " + r.DomainID
	}
	return "agency " + r.AgencyName + " of account " + r.DomainName
}

// operation returns the assumption of the agency with a credential, for errors.
func (r AssumeRole) operation(base credential) operation {
	return operation{
		op: "assuming the " + r.description(), source: base.source,
		refused: AgencyRefused, unauthorized: base.refusedKind(),
	}
}

// agencyByName returns the provider of an agency that is assumed through IAM v3.0.
func (s *Session) agencyByName(below provider, role AssumeRole) provider {
	return newAccountProvider(s.now, func(ctx context.Context, _ target) (credential, error) {
		base, err := below.retrieve(ctx, target{})
		if err != nil {
			return credential{}, err
		}
		step := role.operation(base)
		client := iam.NewIamClient(sdkClient(ctx, s.iamEndpoint(""), s.authorizedClient(below)))
		reply, err := client.CreateTemporaryAccessKeyByAgency(&model.CreateTemporaryAccessKeyByAgencyRequest{
			Body: &model.CreateTemporaryAccessKeyByAgencyRequestBody{Auth: &model.AgencyAuth{Identity: &model.AgencyAuthIdentity{
				Methods: []model.AgencyAuthIdentityMethods{model.GetAgencyAuthIdentityMethodsEnum().ASSUME_ROLE},
				AssumeRole: &model.IdentityAssumerole{
					AgencyName: role.AgencyName, DomainName: &role.DomainName, DurationSeconds: secondsOf(role.Duration),
				},
			}}},
		})
		if err != nil {
			return credential{}, step.failed(sdkError(err))
		}
		return s.iamKey(step, base.source+", "+role.description(), reply.Credential)
	})
}

// agencyByID returns the provider of an agency that is assumed through STS v5.
func (s *Session) agencyByID(below provider, role AssumeRole) provider {
	return newAccountProvider(s.now, func(ctx context.Context, _ target) (credential, error) {
		base, err := below.retrieve(ctx, target{})
		if err != nil {
			return credential{}, err
		}
		step := role.operation(base)
		client := sts.NewStsClient(sdkClient(ctx, s.stsEndpoint(""), s.authorizedClient(below)))
		reply, err := client.AssumeAgency(&stsmodel.AssumeAgencyRequest{Body: &stsmodel.AssumeAgencyReqBody{
			AgencyUrn:         agencyURN(role.DomainID, role.AgencyName),
			AgencySessionName: sessionName,
			DurationSeconds:   secondsOf(role.Duration),
		}})
		if err != nil {
			return credential{}, step.failed(sdkError(err))
		}
		return s.stsKey(step, base.source+", "+role.description(), role.DomainID, reply.Credentials)
	})
}

func agencyURN(domainID, name string) string { return "iam::" + domainID + ":agency:" + name }

// stsKey returns the temporary access key of an account from a reply of STS.
func (s *Session) stsKey(step operation, source, domainID string, made *stsmodel.CredentialsDto) (credential, error) {
	if made == nil || !usable(made.AccessKeyId, made.SecretAccessKey, made.SecurityToken) {
		return credential{}, step.failed(errUnexpectedReply)
	}
	c := credential{
		accessKey: made.AccessKeyId, secretKey: NewSecret(made.SecretAccessKey), securityToken: NewSecret(made.SecurityToken),
		domainID: domainID, source: source,
	}
	var expires time.Time
	if made.Expiration != nil {
		expires = time.Time(*made.Expiration)
	}
	c.obtained, c.expires = s.lifeOf(time.Time{}, expires)
	return c, nil
}
