package provider

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// maxSkew is how far a clock may be off before signatures are refused.
// Source: the API signing guide of Huawei Cloud, "Error Codes".
const maxSkew = 15 * time.Minute

// newDiagnostic turns whatever ended a reading into the one diagnostic that the
// user sees: what was being done, what came back, and what to do. It is the only
// place that does. timeout is what the reading had.
func newDiagnostic(summary string, err error, timeout time.Duration) diag.Diagnostic {
	var (
		paragraphs []string
		list       *client.ListError
		failure    *transport.Error
		settings   *settingsError
	)
	if errors.As(err, &settings) {
		return diag.NewErrorDiagnostic(settings.summary, settings.detail)
	}
	cause := err
	if errors.As(err, &list) {
		cause = list.Err
	}
	if signIn, ok := errors.AsType[*credentials.Error](err); ok && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return signInDiagnostic(signIn, list) // also in the middle of a list, when a key is renewed
	}
	if errors.As(cause, &failure) {
		paragraphs = append(paragraphs, happened(failure), particulars(failure))
	} else {
		paragraphs = append(paragraphs, sentence(cause.Error()))
	}
	if list != nil {
		paragraphs = append(paragraphs, progress(list.Reading))
	}
	paragraphs = append(paragraphs, advice(cause, failure, list, timeout))

	return diag.NewErrorDiagnostic(summary, detail(paragraphs))
}

// detail joins paragraphs, leaving out those that have nothing to say.
func detail(paragraphs []string) string {
	return strings.Join(slices.DeleteFunc(paragraphs, func(paragraph string) bool { return paragraph == "" }), "\n\n")
}

// signInDiagnostic says of a failed sign-in what was done, what came back, and
// what to do. list is how far a list was read before, nil when none was.
func signInDiagnostic(failure *credentials.Error, list *client.ListError) diag.Diagnostic {
	text, advice := []string{sentence("While " + failure.Doing + ": " + failure.Err.Error())}, failure.Advice
	facts := transport.Error{}
	if answer, ok := errors.AsType[*transport.Error](failure.Err); ok {
		facts = *answer
		facts.Doing = failure.Doing
		text[0] = happened(&facts)
		switch {
		case advice != "":
		case facts.Status == 0:
			advice = adviceOnNetwork(&facts)
		case facts.Status == http.StatusUnauthorized, facts.Status >= 500:
			advice = adviceOnStatus(&facts)
		}
	}
	if facts.Source == "" {
		facts.Source = failure.Source
	}
	text = append(text, particulars(&facts))
	if list != nil {
		text = append(text, progress(list.Reading))
	}
	return diag.NewErrorDiagnostic("Unable to sign in to Huawei Cloud", detail(append(text, advice)))
}

// happened says what was being done and what came back.
func happened(failure *transport.Error) string {
	text := "While " + failure.Doing
	if failure.Doing == "" {
		text += "asking " + failure.URL
	}
	answer := fmt.Sprintf("HTTP %d", failure.Status)
	if name := http.StatusText(failure.Status); name != "" {
		answer += " (" + name + ")"
	}
	if failure.Code != "" {
		answer += ", " + failure.Code
	}
	if failure.Message != "" {
		answer += ": " + failure.Message
	}

	switch {
	case failure.Err == nil:
		return sentence(text + ", the service answered " + answer)
	case failure.Status >= 200 && failure.Status < 300:
		return sentence(text + ", the service answered " + answer + ", but " + failure.Err.Error())
	case failure.Err == context.Canceled: //nolint:errorlint // a wrapped one has more to say
		text += ", the reading was interrupted"
	case failure.Err == context.DeadlineExceeded: //nolint:errorlint // as above
		text += ", the time for the reading was over"
	case errors.Is(failure.Err, context.Canceled):
		text += ", the reading was interrupted: " + failure.Err.Error()
	case errors.Is(failure.Err, context.DeadlineExceeded):
		text += ", the time for the reading was over: " + failure.Err.Error()
	default:
		text += ": " + failure.Err.Error()
	}
	if failure.Status != 0 {
		text += "; the service's last answer was " + answer
	}
	return sentence(text)
}

// particulars are the facts that support asks for.
func particulars(failure *transport.Error) string {
	var facts []string
	if failure.URL != "" {
		facts = append(facts, "Request: "+failure.Method+" "+failure.URL)
	}
	if failure.RequestID != "" {
		facts = append(facts, "Request ID: "+failure.RequestID)
	}
	if failure.Attempts > 0 {
		facts = append(facts, fmt.Sprintf("Attempts: %d", failure.Attempts))
	}
	if failure.Source != "" {
		facts = append(facts, "Credential: "+failure.Source)
	}
	return strings.Join(facts, "\n")
}

func progress(reading client.Reading) string {
	if reading.Requests == 0 {
		return ""
	}
	return fmt.Sprintf("The reading got as far as %s on %s, with %s.",
		number(reading.Rows, "job"), number(reading.Pages, "page"), number(reading.Requests, "request"))
}

func number(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// advice says what to do about an error, "" where only the error itself can.
func advice(err error, failure *transport.Error, list *client.ListError, timeout time.Duration) string {
	var (
		changed  *client.ChangedError
		unproven *client.UnprovenError
		equals   *client.EqualRowsError
		service  *client.ServiceError
		page     *client.PageError
		tooMany  *client.TooManyError
		tooLarge *tooLargeError
		notFound *client.NotFoundError
	)
	const narrow = "Narrow the list with its filters, such as create_since, update_since, state or batch_name, or take a part of it with offset and limit."
	switch {
	case errors.As(err, &changed):
		return "No list was returned, because a job may be missing from it. Run again when the list changes less. " + narrow
	case errors.As(err, &unproven):
		return "No list was returned, because a job may be missing from it: either the list changed at the wrong moment, or the service does not keep to its offsets and filters. Run again. " + narrow
	case errors.As(err, &equals):
		return "No list was returned, because a job may be missing from it: jobs of one second come in any order, and these are more than a page holds. " +
			"Narrow the list so that fewer of them are in it, with filters such as state, batch_name or tag."
	case errors.As(err, &service), errors.As(err, &page):
		return "No list was returned, because a job may be missing from it. If this does not pass, the service, or a proxy before it, does not keep to offset and limit; report it with the figures above."
	case errors.As(err, &tooMany), errors.As(err, &tooLarge):
		return "Terraform takes no answer of more than 256 MiB, and the whole plan would fail. " + narrow
	case errors.As(err, &notFound):
		return "No job has this ID for this caller. A job belongs to one region and one project, and one that was created for an end user is seen only with that user's app_user_id."
	case failure == nil:
		return ""
	case errors.Is(err, context.Canceled):
		return "" // the user knows
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("The reading had %s. Set timeouts = { read = \"…\" } to give it more, or narrow what is read.", timeout)
	}
	if text := adviceOnCode(failure); text != "" {
		return text
	}
	if failure.Status == http.StatusBadRequest && list != nil && list.Filters != "" {
		return "The service does not say which argument it refuses. It was asked with " + list.Filters + "."
	}
	if failure.Status != 0 {
		return adviceOnStatus(failure)
	}
	return adviceOnNetwork(failure)
}

// adviceOnCode goes by the service's own code.
// Sources: the MetaStudio API reference, "Error Codes"; the API Gateway user
// guide, "Error Codes"; the texts after APIGW.0301 as met in its FAQ.
func adviceOnCode(failure *transport.Error) string {
	switch failure.Code {
	case "MSS.00000001", "MSS.00010008":
		return "The service does not take the credential. " + adviceOnCredential(failure)
	case "MSS.00010003":
		return "The service does not know this call. Check region and, where it is set, endpoints.metastudio."
	case "MSS.00010009":
		return "The project of the request is not the project of the token. Set project_id to the token's own project, or use a credential of this one."
	case "MSS.00022008":
		return "The account has not accepted the privacy statement. Open the MetaStudio console once in this region and accept it."
	case "MSS.00022009":
		return "The account is frozen. Settle its bills in the Billing Center, or ask whoever owns the account."
	case "MSS.00022010":
		return "The account has not completed real-name authentication. Complete it in the console's account centre."
	case "MSS.00024001":
		return adviceForbidden
	}

	gateway, number, _ := strings.Cut(failure.Code, ".")
	if gateway != "APIGW" && gateway != "APIG" {
		return ""
	}
	switch number {
	case "0101", "0103":
		return "The gateway does not know this call. MetaStudio is not in every region: check region and, where it is set, endpoints.metastudio."
	case "0301":
		return adviceOnCredential(failure)
	case "0307":
		return "The token has expired (it lives 24 hours) or is of another region. Get a new one from this region's IAM, or let the provider sign in with an access key."
	case "0308":
		return "The tenant's request quota is used up, by this or other tools. Lower max_requests_per_second, read less often, or run fewer readers at a time."
	}
	return ""
}

const adviceForbidden = `The credential may not do this. Give its user or agency the system policy "MetaStudio FullAccess" in this project; the service has no narrower one.`

// adviceOnCredential goes by the gateway's text, which tells what a status of
// 401 does not, and by the clocks.
func adviceOnCredential(failure *transport.Error) string {
	if skew := failure.Skew; skew > maxSkew || skew < -maxSkew {
		direction := "behind"
		if skew < 0 {
			skew, direction = -skew, "ahead of"
		}
		return fmt.Sprintf("This machine's clock is %s %s the service's, and signatures more than 15 minutes off are refused. Set the clock.", skew.Round(time.Second), direction)
	}
	message := strings.ToLower(failure.Message)
	switch {
	case strings.Contains(message, "reach the limit"):
		return "The access key is locked for five minutes after more than five failures in a row. Correct the secret key, wait five minutes, and run again."
	case strings.Contains(message, "ak not exist"):
		return "The access key does not exist: it was deleted, or belongs to the other site (the international and European sites have keys of their own). Check access_key, region and cloud."
	case strings.Contains(message, "verify aksk signature fail"):
		return "The signature is wrong: check that secret_key belongs to access_key, that security_token is given with a temporary key, and that no proxy changes requests. Do not simply run again: more than five failures in a row lock the key for five minutes."
	case strings.Contains(message, "decrypt token fail"):
		return "The token is damaged, or of another region or site. Get a new one from this region's IAM."
	case strings.Contains(message, "token expires"):
		return "The token has expired; it lives 24 hours. Get a new one, or let the provider sign in with an access key."
	case strings.Contains(message, "x-auth-token not found"):
		return "The token did not reach the service. Check for a proxy that takes out headers."
	}
	return "Check that the credential is current, complete and of this region and site."
}

func adviceOnStatus(failure *transport.Error) string {
	switch status := failure.Status; {
	case status == http.StatusUnauthorized:
		return adviceOnCredential(failure)
	case status == http.StatusForbidden:
		return adviceForbidden
	case status == http.StatusNotFound:
		return "Nothing answers at this address. Check region and, where it is set, endpoints.metastudio."
	case status == http.StatusTooManyRequests:
		return "The tenant's request quota is used up, by this or other tools. Lower max_requests_per_second, read less often, or run fewer readers at a time."
	case status == http.StatusRequestEntityTooLarge, status == http.StatusRequestURITooLong, status == 494:
		return "The request is too long for the gateway. Use fewer states or shorter filters."
	case status >= 500 || status == http.StatusRequestTimeout:
		return "The service, or a gateway before it, is in trouble. Run again later; if it stays, report it to Huawei Cloud with the request ID."
	case status >= 300 && status < 400:
		return "The service does not redirect. Check region and endpoints, and for a proxy or sign-in page in between."
	case status < 300:
		return "Something else than the service seems to answer. Check endpoints, and for a proxy or sign-in page in between."
	}
	return ""
}

func adviceOnNetwork(failure *transport.Error) string {
	var dns *net.DNSError
	switch text := failure.Error(); {
	case errors.As(failure.Err, &dns):
		return "The name " + dns.Name + " does not resolve. MetaStudio is not in every region: check region, cloud and endpoints, and this machine's DNS."
	case strings.Contains(text, "certificate") || strings.Contains(text, "x509:") || strings.Contains(text, "tls:"):
		return "The server's certificate was not accepted. Give the authority of a proxy or private cloud with SSL_CERT_FILE; insecure = true accepts any certificate, and with it whoever pretends to be the service."
	case errors.Is(failure.Err, syscall.ECONNREFUSED):
		return "Nobody listens at this address. Check endpoints and the proxy settings HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
	case failure.Attempts > 0:
		return "Check the connection, endpoints, and the proxy settings HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
	}
	return ""
}

// sentence ends a text with a full stop and begins it with a capital letter.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if strings.ContainsAny(text[len(text)-1:], ".!?…") {
		return text
	}
	return text + "."
}
