package provider

import (
	"errors"
	"net/http"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// adviceOnSignIn says what to do about a failure to sign in or to find the project; "" where that
// is plain.
func adviceOnSignIn(failure *credentials.Error) string {
	answer, answered := errors.AsType[*transport.Error](failure.Err)
	status := 0
	if answered {
		status = answer.Status
	}
	switch failure.Kind {
	case credentials.Interrupted:
		return ""
	case credentials.Unavailable:
		return adviceOnIAM(answer)
	case credentials.UnexpectedReply:
		return "Something other than the service seems to answer. Check auth_url and endpoints, and whether a proxy or a sign-in page is in between."

	case credentials.NoCredential:
		return waysToSignIn()
	case credentials.MetadataFailed:
		return waysToSignIn() + "\n\nIf this machine is an ECS instance that carries an agency, its metadata service does not work at the moment: run again later."
	case credentials.NoInstanceAgency:
		return waysToSignIn() + "\n\nIf this machine is an ECS instance of Huawei Cloud, bind an agency to it in the ECS console."

	case credentials.KeyRefused:
		return adviceOnCredential(answer)
	case credentials.TokenRefused:
		return "The token may have expired (after 24 hours), or be from another region: a token works only in the region that issued it. Get a new one from this region's IAM, or let the provider sign in with an access key."
	case credentials.PasswordRefused:
		return adviceOnPassword(status, failure.Project)
	case credentials.AgencyRefused:
		return adviceOnAgency(status)
	case credentials.IDTokenRefused:
		return adviceOnIDToken(status)
	case credentials.IDTokenUnavailable:
		return "Check id_token_file in the block assume_role_with_oidc, or " + envIDTokenFile + ": the file must be readable and hold the id token."
	case credentials.ExchangeRefused:
		return "IAM does not make a temporary access key of this token. An agency that is named by domain_name is assumed with the token itself; one that is named by domain_id needs the key."

	case credentials.ProjectsRefused:
		if status == http.StatusForbidden {
			return "The credential may not list the account's projects. Grant it that (IAM ReadOnlyAccess), or " + adviceSetProject() + "."
		}
		return toSentence(adviceSetProject())
	case credentials.ProjectNotFound:
		return "An account gets its project in a region when the region is opened in the console for the first time. Check " + withVariables("region") + " and " + withVariables("project_name") +
			", and open the region in the console once, or " + adviceSetProject() + "."
	case credentials.SeveralProjects:
		return "Choose one: " + adviceSetProject() + "."
	case credentials.TokenOfAccount:
		return "Get a token that is scoped to the project of the region " + failure.Region + "."
	case credentials.TokenOfOtherProject:
		return "A token opens one project of one region. Sign in with an access key or a password to read others, or remove " + withVariables("project_name") + "."
	}
	return ""
}

// adviceOnIAM says what to do if IAM or STS does not answer, or answers with a temporary failure.
func adviceOnIAM(answer *transport.Error) string {
	switch {
	case answer == nil:
		return ""
	case answer.Status == 0:
		return adviceOnNetwork(answer)
	case answer.Status == http.StatusTooManyRequests:
		return "The service limits how often one account signs in. Run again in a few minutes."
	}
	return adviceOnStatus(answer)
}

func adviceOnPassword(status int, project string) string {
	switch status {
	case http.StatusUnauthorized:
		return "Check user_name, password and domain_name (the account's name): IAM gives one answer whichever is wrong. " +
			"Several wrong tries lock the user. A federated user, and one who must confirm with a second factor, " +
			"cannot sign in by password; use an access key."
	case http.StatusForbidden:
		return "The user may not use the project, or may not sign in to APIs. Ask the account's administrator to give the user programmatic access and a permission in the project."
	case http.StatusNotFound, http.StatusBadRequest:
		return "The account may have no project " + project + ": check " + withVariables("region") + ", or " + adviceSetProject() + "."
	}
	return ""
}

func adviceOnAgency(status int) string {
	switch status {
	case http.StatusForbidden, http.StatusNotFound:
		return "Check the agency's name and its account, that the agency trusts the account that signs in, " +
			"and that the user who signs in may assume it (Agent Operator, or the action sts:agencies:assume)."
	case http.StatusBadRequest:
		return "Check agency_name, domain_name or domain_id, and duration: an agency may allow a shorter duration than was asked for."
	}
	return ""
}

func adviceOnIDToken(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return "The id token may have expired: CI systems issue it for minutes, so pass it as id_token_file (" + envIDTokenFile + ") and let it be renewed there. " +
			"Else check that idp_id names the identity provider that issued it, and that its audience and the agency's trust policy fit."
	case http.StatusNotFound:
		return "Check idp_id (" + envIdpID + "): the account has no identity provider of this name."
	}
	return ""
}

// adviceSetProject is what settles every doubt about the project, as part of a sentence.
func adviceSetProject() string {
	return "set " + withVariables("project_id") + " in the provider block; the console shows the ID under My Credentials"
}

// withVariables names an argument of the provider block and the variables that stand in for it.
func withVariables(name string) string {
	return name + " (" + enumerate(environment[name], "or") + ")"
}
