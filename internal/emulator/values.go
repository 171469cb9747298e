package emulator

// The account, its user and its projects. Every secret among these is a string that occurs nowhere
// else, so that a test can search logs, errors and state for it; Server.Secrets returns them
// together with all that were issued since.
const (
	// Region is the region the jobs live in.
	Region = "cn-north-4"
	// ProjectID is the project of the account DomainName in Region.
	ProjectID = "0123456789abcdef0123456789abcdef"
	// ProjectName is the name of ProjectID: a default project is called like its region.
	ProjectName = Region

	// SecondRegion is another region of the same account; its project has no jobs, because regions
	// share nothing.
	SecondRegion = "cn-east-3"
	// SecondProjectID is the project of the account DomainName in SecondRegion.
	SecondProjectID = "fedcba9876543210fedcba9876543210"

	// DomainName is the name of the account.
	DomainName = "emulated-account"
	// DomainID is the id of the account.
	DomainID = "d0000000000000000000000000000001"

	// UserName is the name of the account's user.
	UserName = "emulated-user"
	// UserID is the id of the account's user.
	UserID = "a0000000000000000000000000000001"
	// Password is the password of that user.
	Password = "TestPassw0rd-of-the-emulated-user"

	// AccessKey is the user's permanent access key.
	AccessKey = "TESTAK00000000000000"
	// SecretKey belongs to AccessKey.
	SecretKey = "TESTSK0000000000000000000000000000000000"

	// Token is a ready IAM token of the user, scoped to ProjectID. It lives as long as any token
	// from the start of the server on.
	Token = "MIIEmulatedReadyTokenScopedToTheProject0000000000000000000000000000000000000000=="
)

// The agencies that can be assumed. The first trusts the account DomainName, and the second the
// account of the first, so that they make a chain of two.
const (
	// AgencyName is an agency that trusts the account DomainName.
	AgencyName = "training-reader"
	// AgencyDomainName is the name of the account that owns AgencyName.
	AgencyDomainName = "agency-account"
	// AgencyDomainID is the id of the account that owns AgencyName.
	AgencyDomainID = "d0000000000000000000000000000002"
	// AgencyProjectID is that account's project in Region.
	AgencyProjectID = "22222222222222222222222222222222"

	// SecondAgencyName is an agency that trusts the account AgencyDomainName.
	SecondAgencyName = "second-reader"
	// SecondAgencyDomainName is the name of the account that owns SecondAgencyName.
	SecondAgencyDomainName = "second-agency-account"
	// SecondAgencyDomainID is the id of the account that owns SecondAgencyName.
	SecondAgencyDomainID = "d0000000000000000000000000000003"
	// SecondAgencyProjectID is that account's project in Region.
	SecondAgencyProjectID = "33333333333333333333333333333333"
)

// The identity provider that the account DomainName trusts.
const (
	// IdpID is the name of the OIDC identity provider.
	IdpID = "emulated-idp"
	// IDToken is an id token that the provider accepts.
	IDToken = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwaXBlbGluZSIsImF1ZCI6ImVtdWxhdG9yIn0.RW11bGF0ZWRTaWduYXR1cmVPZlRoZUlkVG9rZW4"
	// OIDCAgencyName is the account's agency that the provider's users may assume.
	OIDCAgencyName = "oidc-reader"
)
