package credentials

import (
	"context"
	"net/http"
	"time"

	iam "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3/model"
	sts "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sts/v1"
	stsmodel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/sts/v1/model"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// sessionName is how the sessions of an agency show in the account's audit log.
const sessionName = "terraform-provider-metastudio"

// describe names the agency, for the source of its credentials.
func (r AssumeRole) describe() string {
	if r.DomainID != "" {
		return "agency " + r.AgencyName + " of account " + r.DomainID
	}
	return "agency " + r.AgencyName + " of account " + r.DomainName
}

// agencyByName is the step that assumes an agency through IAM v3.0.
func (s *Session) agencyByName(below link, role AssumeRole) link {
	return newExchange(s.now, false, func(ctx context.Context, _ target) (credential, error) {
		doing := "assuming the " + role.describe()
		base, err := below.credential(ctx, target{})
		if err != nil {
			return credential{}, err
		}
		client := iam.NewIamClient(sdkClient(ctx, s.iam(""), s.account(below)))
		reply, err := client.CreateTemporaryAccessKeyByAgency(&model.CreateTemporaryAccessKeyByAgencyRequest{
			Body: &model.CreateTemporaryAccessKeyByAgencyRequestBody{Auth: &model.AgencyAuth{Identity: &model.AgencyAuthIdentity{
				Methods: []model.AgencyAuthIdentityMethods{model.GetAgencyAuthIdentityMethodsEnum().ASSUME_ROLE},
				AssumeRole: &model.IdentityAssumerole{
					AgencyName: role.AgencyName, DomainName: &role.DomainName, DurationSeconds: secondsOf(role.Duration),
				},
			}}},
		})
		if err != nil {
			return credential{}, failed(doing, base.source, sdkError(err), adviseOnAgency)
		}
		return s.iamKey(doing, base.source+", "+role.describe(), reply.Credential)
	})
}

// agencyByID is the step that assumes an agency through STS v5.
func (s *Session) agencyByID(below link, role AssumeRole) link {
	return newExchange(s.now, false, func(ctx context.Context, _ target) (credential, error) {
		doing := "assuming the " + role.describe()
		base, err := below.credential(ctx, target{})
		if err != nil {
			return credential{}, err
		}
		client := sts.NewStsClient(sdkClient(ctx, s.sts(""), s.account(below)))
		reply, err := client.AssumeAgency(&stsmodel.AssumeAgencyRequest{Body: &stsmodel.AssumeAgencyReqBody{
			AgencyUrn:         agencyURN(role.DomainID, role.AgencyName),
			AgencySessionName: sessionName,
			DurationSeconds:   secondsOf(role.Duration),
		}})
		if err != nil {
			return credential{}, failed(doing, base.source, sdkError(err), adviseOnAgency)
		}
		return s.stsKey(doing, base.source+", "+role.describe(), role.DomainID, reply.Credentials)
	})
}

func agencyURN(domainID, name string) string { return "iam::" + domainID + ":agency:" + name }

// stsKey reads the temporary access key that STS made for an account.
func (s *Session) stsKey(doing, source, domainID string, made *stsmodel.CredentialsDto) (credential, error) {
	if made == nil || made.AccessKeyId == "" || made.SecretAccessKey == "" || made.SecurityToken == "" {
		return credential{}, failed(doing, source, errUnreadable, nil)
	}
	c := credential{
		accessKey: made.AccessKeyId, secretKey: NewSecret(made.SecretAccessKey), securityToken: NewSecret(made.SecurityToken),
		domainID: domainID, source: source, obtained: s.now(),
	}
	if made.Expiration != nil {
		c.expires = time.Time(*made.Expiration)
	}
	return c, nil
}

func adviseOnAgency(answer *transport.Error) string {
	switch answer.Status {
	case http.StatusForbidden, http.StatusNotFound:
		return "Check the names of agency and account, that the agency trusts the account that signs in, " +
			"and that the user there may assume it (Agent Operator, or the action sts:agencies:assume)."
	case http.StatusBadRequest:
		return "Check agency_name, domain_name or domain_id, and duration: an agency may allow less than was asked for."
	}
	return ""
}
