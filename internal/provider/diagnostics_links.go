package provider

import (
	"errors"
	"net/http"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// documentation is where the registry serves the pages that templates/ are the source of.
const documentation = "https://registry.terraform.io/providers/metastudio/metastudio/latest/docs"

// The sections of the documentation that explain errors.
const (
	pageChangingList   = documentation + "/guides/large-lists#a-list-that-changes-while-it-is-read"
	pageLargestList    = documentation + "/guides/large-lists#the-largest-list"
	pageTimeLimit      = documentation + "/guides/large-lists#time-limit"
	pageWaysToSignIn   = documentation + "/guides/authentication"
	pageSigningIn      = documentation + "/guides/authentication#what-goes-wrong"
	pageProject        = documentation + "/guides/authentication#project"
	pageLeastPrivilege = documentation + "/guides/authentication#least-privilege"
	pageQuotas         = documentation + "#requests-and-quotas"
	pageRegions        = documentation + "#regions-and-projects"
	pageProxies        = documentation + "#proxies-and-certificates"
	pageSeveralRegions = documentation + "/data-sources/avatar_training_jobs#several-projects-regions-and-accounts"
)

// furtherReading names the section that explains the failure; "" where there is none.
func (f *readFailure) furtherReading() string {
	page := f.page()
	if page == "" {
		return ""
	}
	return "See " + page
}

// page returns the address of that section, "" where there is none.
func (f *readFailure) page() string {
	if page := pageOnList(f.err); page != "" {
		return page
	}
	switch {
	case f.interrupted():
		return ""
	case f.timedOut():
		return pageTimeLimit
	case f.answer != nil && f.answer.Status == 0:
		return pageProxies
	case f.signIn != nil:
		return pageOnSignIn(f.signIn.Kind)
	case f.answer != nil:
		return pageOnAnswer(f.answer)
	}
	return ""
}

func pageOnList(err error) string {
	_, changed := errors.AsType[*client.ChangedError](err)
	_, unproven := errors.AsType[*client.UnprovenError](err)
	_, equal := errors.AsType[*client.EqualRowsError](err)
	if changed || unproven || equal {
		return pageChangingList
	}
	_, many := errors.AsType[*client.TooManyError](err)
	_, large := errors.AsType[*tooLargeError](err)
	if many || large {
		return pageLargestList
	}
	return ""
}

func pageOnSignIn(kind credentials.Kind) string {
	switch kind {
	case credentials.ProjectsRefused, credentials.ProjectNotFound, credentials.SeveralProjects,
		credentials.TokenOfAccount, credentials.TokenOfOtherProject:
		return pageProject
	case credentials.Unavailable, credentials.UnexpectedReply, credentials.Interrupted:
		return ""
	case credentials.NoCredential, credentials.MetadataFailed, credentials.NoInstanceAgency, credentials.KeyRefused,
		credentials.TokenRefused, credentials.PasswordRefused, credentials.AgencyRefused, credentials.IDTokenRefused,
		credentials.IDTokenUnavailable, credentials.ExchangeRefused:
		return pageSigningIn
	}
	return ""
}

// pageOnAnswer goes by the code, else by the status, as the advice does.
func pageOnAnswer(answer *transport.Error) string {
	number, _ := transport.GatewayCode(answer.Code)
	switch number {
	case "0101", "0103", "0801", "0802":
		return pageRegions
	case "0304", "0306":
		return pageLeastPrivilege
	case "0310":
		return pageProject
	}
	switch answer.Code {
	case "MSS.00010003":
		return pageRegions
	case "MSS.00010009":
		return pageProject
	case "MSS.00024001":
		return pageLeastPrivilege
	}
	switch {
	case isHTML(answer), answer.Status == http.StatusProxyAuthRequired:
		return pageProxies
	case answer.Status == http.StatusTooManyRequests:
		return pageQuotas
	case answer.Status == http.StatusUnauthorized, answer.Code == client.InvalidTokenCode:
		return pageSigningIn
	case answer.Status == http.StatusForbidden && answer.Code == "":
		return pageLeastPrivilege
	}
	return ""
}
