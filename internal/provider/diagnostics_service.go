package provider

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// maxSkew is how far a clock may be off before signatures are refused.
// Source: the API signing guide of Huawei Cloud, "Error Codes".
const maxSkew = 15 * time.Minute

const (
	adviceForbidden = `The credential may not do this. Give its user or agency the system policy "MetaStudio FullAccess" in this project; the service has no narrower one.`
	adviceQuota     = "The tenant's request quota is used up, by this or other tools. Lower max_requests_per_second, read less often, or run fewer readers at a time."
	adviceTrouble   = "The service, or a gateway before it, is in trouble. Run again later; if the failure stays, report it to Huawei Cloud with the request ID."
)

// adviceOnCode goes by the service's or the gateway's own code; "" for one that does not decide.
// Sources: the MetaStudio API reference, "Error Codes"; the API signing guide, "Error Codes".
func adviceOnCode(answer *transport.Error) string {
	if number, ok := transport.GatewayCode(answer.Code); ok {
		return adviceOnGatewayCode(number, answer)
	}
	switch answer.Code {
	case "MSS.00000001", client.InvalidTokenCode:
		return "The service does not accept the credential. " + adviceOnCredential(answer)
	case "MSS.00010003":
		return "The service does not know this call. Check region and, where it is set, endpoints.metastudio."
	case "MSS.00010009":
		return "The project of the request is not the project of the token. Set project_id to the token's own project, or use a credential of this one."
	case "MSS.00022008":
		return "The account has not accepted the privacy statement. Open the MetaStudio console once in this region and accept it."
	case "MSS.00022009":
		return "The account is frozen. Settle its bills in the Billing Center, or ask whoever owns the account."
	case "MSS.00022010":
		return "The account has not completed real-name authentication. Complete it in the account center of the console."
	case "MSS.00024001":
		return adviceForbidden
	}
	return ""
}

func adviceOnGatewayCode(number string, answer *transport.Error) string {
	switch number {
	case "0101", "0103":
		return "The gateway does not know this call. MetaStudio is not in every region: check region and, where it is set, endpoints.metastudio."
	case "0301":
		return adviceOnCredential(answer)
	case "0307":
		return "The token has expired (it lives 24 hours) or is from another region. Get a new one from this region's IAM, or let the provider sign in with an access key."
	case "0308":
		return adviceQuota
	}
	return ""
}

// adviceOnCredential says what to do about a credential that was refused. It goes by the clocks and
// by the gateway's text, which tells what a status of 401 does not.
// Source: the FAQ of the API gateway on code 0301.
func adviceOnCredential(answer *transport.Error) string {
	if skew := answer.Skew; skew > maxSkew || skew < -maxSkew {
		direction := "behind"
		if skew < 0 {
			skew, direction = -skew, "ahead of"
		}
		return fmt.Sprintf("This machine's clock is %s %s the service's, and signatures more than 15 minutes off are refused. Set the clock.", shortDuration(skew.Round(time.Second)), direction)
	}
	message := strings.ToLower(answer.Message)
	switch {
	case strings.Contains(message, "reach the limit"):
		return "The access key is locked for five minutes after more than five failures in a row. Correct the secret key, wait five minutes, and run again."
	case strings.Contains(message, "ak not exist"):
		return "The access key does not exist: it was deleted, or belongs to the other site (the international and European sites have keys of their own). Check access_key, region and cloud."
	case strings.Contains(message, "verify aksk signature fail"):
		return "The signature is wrong: check that secret_key belongs to access_key, that security_token is given with a temporary key, and that no proxy changes requests. Do not simply run again: more than five failures in a row lock the key for five minutes."
	case strings.Contains(message, "decrypt token fail"):
		return "The token is damaged, or from another region or site. Get a new one from this region's IAM."
	case strings.Contains(message, "token expires"):
		return "The token has expired; it lives 24 hours. Get a new one, or let the provider sign in with an access key."
	case strings.Contains(message, "x-auth-token not found"):
		return "The token did not reach the service. Check for a proxy that removes headers."
	}
	return "Check that the credential is current, complete, and of this region and site."
}

// adviceOnStatus goes by the HTTP status.
func adviceOnStatus(answer *transport.Error) string {
	switch status := answer.Status; {
	case status == http.StatusUnauthorized:
		return adviceOnCredential(answer)
	case status == http.StatusForbidden:
		return adviceForbidden
	case status == http.StatusNotFound:
		return "The service has nothing at this address. Check region and, where it is set, endpoints.metastudio."
	case status == http.StatusTooManyRequests:
		return adviceQuota
	case status == http.StatusRequestEntityTooLarge, status == http.StatusRequestURITooLong, status == 494:
		return "The request is too long for the gateway. Use fewer states or shorter filters."
	case status >= 500 || status == http.StatusRequestTimeout:
		return adviceTrouble
	case status >= 300 && status < 400:
		return "The service does not redirect. Check region and endpoints, and for a proxy or sign-in page in between."
	case status < 300:
		return adviceNotTheService
	}
	return ""
}

const adviceNotTheService = "Something else than the service seems to answer. Check endpoints, and for a proxy or sign-in page in between."

// adviceOnNetwork says what to do about a request without an answer.
func adviceOnNetwork(answer *transport.Error) string {
	if dns, ok := errors.AsType[*net.DNSError](answer.Err); ok {
		return "The name " + dns.Name + " does not resolve. MetaStudio is not in every region: check region, cloud and endpoints, and this machine's DNS."
	}
	switch text := answer.Err.Error(); {
	case strings.Contains(text, "certificate") || strings.Contains(text, "x509:") || strings.Contains(text, "tls:"):
		return "The server's certificate was not accepted. Name the certificate authority of a proxy or private cloud with SSL_CERT_FILE; insecure = true accepts any certificate, also that of somebody who pretends to be the service."
	case errors.Is(answer.Err, syscall.ECONNREFUSED):
		return "Nothing listens at this address. Check endpoints and the proxy settings HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
	case answer.Attempts > 0:
		return "Check the connection, endpoints, and the proxy settings HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
	}
	return ""
}
