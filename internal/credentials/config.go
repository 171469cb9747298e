package credentials

import (
	"net/url"
	"strings"
	"time"
)

// Config is one way to sign in, and the project to read. Exactly one of the base credentials is
// set: AccessKey with SecretKey, Token, Password, OIDC, or Instance.
type Config struct {
	// Region is the region of reads that name none.
	Region string
	// ProjectID is the project in Region; "" looks it up by ProjectName.
	ProjectID string
	// ProjectName is the project's name in IAM; "" is the region's name, which is that of its
	// default project.
	ProjectName string
	// Cloud is the domain of all services, "" for the region's own.
	Cloud string
	// IAMEndpoint and STSEndpoint replace the services' addresses in every region; nil is
	// https://iam.{region}.{cloud} and https://sts.{region}.{cloud}.
	IAMEndpoint, STSEndpoint *url.URL

	// AccessKey and SecretKey sign requests; SecurityToken belongs to a temporary pair.
	AccessKey     string
	SecretKey     Secret
	SecurityToken Secret
	// Token is an IAM token that somebody else obtained. It cannot be renewed.
	Token Secret
	// UserName, or UserID, and Password are exchanged for a token. A name needs the account:
	// DomainName or DomainID.
	UserName, UserID string
	Password         Secret
	// DomainName and DomainID are the user's own account.
	DomainName, DomainID string
	// OIDC is how to exchange an id token; nil is for another credential.
	OIDC *OIDC
	// Instance asks the metadata service of the ECS instance that the program runs on.
	Instance bool
	// Source describes where the base credential comes from, such as "access key from the
	// environment", never its value.
	Source string

	// AssumeRoles are agencies to assume, each on top of the one before.
	AssumeRoles []AssumeRole

	// InvalidTokenCodes are the error codes with which the service that is read refuses a token,
	// whatever the HTTP status. Status 401 and the gateway's own code need not be among them.
	InvalidTokenCodes []string

	// MetadataURL is the metadata service; "" is that of an ECS instance.
	MetadataURL string
	// ReadFile reads an id token's file; nil is os.ReadFile.
	ReadFile func(name string) ([]byte, error)
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// AssumeRole is an agency (a role that an account lends to another one) to assume.
type AssumeRole struct {
	// AgencyName is the agency's name.
	AgencyName string
	// DomainName and DomainID name the account that owns the agency. By ID the agency is assumed
	// through STS v5, by name alone through IAM v3.0.
	DomainName, DomainID string
	// Duration is the lifetime of a key in whole seconds; 0 is the service's default of 15 minutes
	// (IAM) or an hour (STS). Keys are renewed whatever their lifetime.
	Duration time.Duration
}

// OIDC is the exchange of an identity provider's id token for a temporary access key.
type OIDC struct {
	// IdpID is the identity provider's name, or its URN: see ParseProviderURN.
	IdpID string
	// AgencyName and DomainID are the agency that STS assumes, and its account. They are used only
	// with an identity provider's URN.
	AgencyName, DomainID string
	// IDToken is the token itself; without one it is read from IDTokenFile.
	IDToken Secret
	// IDTokenFile is read at each exchange, because CI runners replace it.
	IDTokenFile string
	// Duration is the lifetime of a key, whole seconds; 0 is the service's default.
	Duration time.Duration
}

// cloudOf returns the default domain of the services in a region.
// Source: the official provider and SDKs.
func cloudOf(region string) string {
	if strings.HasPrefix(region, "eu-west-1") {
		return "myhuaweicloud.eu"
	}
	return "myhuaweicloud.com"
}

// Endpoint returns the address of a service in a region, https://{service}.{region}.{cloud}; an
// empty cloud is the region's own.
func Endpoint(service, region, cloud string) *url.URL {
	if cloud == "" {
		cloud = cloudOf(region)
	}
	return &url.URL{Scheme: "https", Host: service + "." + region + "." + cloud}
}
