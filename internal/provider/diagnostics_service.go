package provider

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// maxSkew is how far a clock may be off before signatures are refused. Source: the API signing
// guide of Huawei Cloud, "Error Codes".
const maxSkew = 15 * time.Minute

const (
	adviceForbidden = `The credential may not do this. Grant its user or agency a policy in this project: "MetaStudio ReadOnlyAccess" where the console offers it, else "MetaStudio FullAccess", or a custom policy that allows querying training jobs.`
	adviceQuota     = "The tenant's request quota is used up, by this or other tools. Lower max_requests_per_second, read less often, or run fewer readers at a time."
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
		return "The IAM user is frozen. Check the user in the IAM console, or ask the account's administrator; if the whole account is frozen, settle its bills in the Billing Center."
	case "MSS.00022010":
		return "The account has not completed real-name authentication. Complete it in the account center of the console."
	case "MSS.00024001":
		return adviceOnForbidden(answer)
	}
	return ""
}

func adviceOnGatewayCode(number string, answer *transport.Error) string {
	switch number {
	case "0101":
		return "The gateway does not know this call. MetaStudio is not in every region: check region and, where it is set, endpoints.metastudio."
	case "0103":
		return "The gateway knows this call, but has no service behind it. Check region; if that is right, " + reportIt(answer)
	case "0104", "0105", "0106", "0404":
		return "The gateway is set up wrongly for this call; " + reportIt(answer)
	case "0301":
		return adviceOnCredential(answer)
	case "0302":
		return "The IAM user is on the blocklist of this API, or not on its allowlist. Ask the account's administrator to allow the user."
	case "0304", "0306":
		return "The gateway denies access to this API. " + adviceOnForbidden(answer)
	case "0307":
		return "The token has expired (it lives 24 hours) or is from another region. Get a new one from this region's IAM, or let the provider sign in with an access key."
	case "0308":
		return adviceQuota
	case "0310":
		return "The project is not available. Set project_id or project_name to another one, or ask the project's administrator."
	case "0401":
		return "The gateway could not find out the public IP address of this machine; " + reportIt(answer)
	case "0402":
		return "The public IP address of this machine is on the gateway's blocklist, or not on its allowlist. Run from another network, or ask the account's administrator to allow this address."
	case "0501":
		return "The quota of the API is used up. Read less often, or ask the account's administrator to raise it."
	case "0502":
		return "The account is frozen, or its balance is too low. Top it up in the Billing Center."
	case "0607":
		return "The gateway does not accept HTTP, or not HTTPS. Check that endpoints.metastudio begins with https://."
	case "0801":
		return "The service is not available in this region. Set region to another one. MetaStudio is in " + enumerate(regions(), "and") + "."
	case "0802":
		return "The IAM user may not use this region. Ask the account's administrator to allow it, or set region to another one."
	}
	return ""
}

// reportIt is the end of a sentence that sends the user to the support.
func reportIt(answer *transport.Error) string {
	if answer.RequestID == "" {
		return "report it to Huawei Cloud with the time and the address of the request."
	}
	return "report it to Huawei Cloud with the request ID."
}

// isHTML reports whether a refusal is a page for people, as that of a proxy. The service and its
// gateway refuse with a code. In trouble, any server on the way may answer with a page.
func isHTML(answer *transport.Error) bool {
	return answer.Status < 500 && answer.Code == "" && strings.HasPrefix(answer.Message, "<")
}

// adviceOnForbidden says what to do about a credential that may not read the project.
func adviceOnForbidden(answer *transport.Error) string {
	if strings.Contains(answer.Source, "agency ") {
		return adviceForbidden + " An agency opens the projects of its own account only: check that project_id (HW_PROJECT_ID), if it is set, is one of them."
	}
	return adviceForbidden
}

// noSuchKey matches a text of the gateway: the access key may stand in it.
var noSuchKey = regexp.MustCompile(`\bak(\s+\S+)?\s+not exist`)

// adviceOnCredential says what to do about a credential that was refused. It goes by the clocks and
// by the gateway's text, which tells what a status of 401 does not. Source: the FAQ of the API
// gateway on code 0301.
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
	case noSuchKey.MatchString(message):
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
	return "Check that no part of the credential is missing, that it has not expired and is not deleted, and that it belongs to this region and to this site of Huawei Cloud (Chinese, international or European)."
}

// adviceOnStatus goes by the HTTP status.
func adviceOnStatus(answer *transport.Error) string {
	switch status := answer.Status; {
	case isHTML(answer):
		return adviceNotTheService
	case status == http.StatusUnauthorized:
		return adviceOnCredential(answer)
	case status == http.StatusForbidden:
		return adviceOnForbidden(answer)
	case status == http.StatusProxyAuthRequired:
		return adviceProxyPassword
	case status == http.StatusNotFound:
		return "The service has nothing at this address. Check region and, where it is set, endpoints.metastudio."
	case status == http.StatusTooManyRequests:
		return adviceQuota
	case status == http.StatusRequestEntityTooLarge, status == http.StatusRequestURITooLong, status == 494:
		return "The request is too long for the gateway. Use fewer states or shorter filters."
	case status >= 500 || status == http.StatusRequestTimeout:
		return "The service, or a gateway before it, does not work at the moment. Run again later. If it fails again, " + reportIt(answer)
	case status >= 300 && status < 400:
		return "The service itself does not redirect. Check region and endpoints, and whether a proxy or a sign-in page is in between."
	case status < 300 && answer.Code != "":
		return "The service, or a gateway before it, does not work at the moment. Run again later. If it fails again, " + reportIt(answer)
	case status < 300:
		return adviceNotTheService
	}
	return "The provider does not know this answer. Check the arguments. If they are right, " + reportIt(answer)
}

const adviceNotTheService = "Something other than the service seems to answer. Check endpoints, and whether a proxy or a sign-in page is in between."

// adviceOnNetwork says what to do about a request without an answer.
func adviceOnNetwork(answer *transport.Error) string {
	if dns, ok := errors.AsType[*net.DNSError](answer.Err); ok {
		return adviceOnName(dns.Name, answer.Err)
	}
	proxy, isProxy := errors.AsType[*transport.ProxyError](answer.Err)
	_, isTooLarge := errors.AsType[*transport.TooLargeError](answer.Err)
	switch text := answer.Err.Error(); {
	case isTooLarge:
		return adviceNotTheService
	case strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return "The server at this address speaks HTTP without TLS. If that is intended, begin the address in endpoints or auth_url with http://."
	case strings.Contains(text, "x509: certificate has expired or is not yet valid"):
		return "The certificate of the service, or of a proxy in between, has expired or is not valid yet. Check this machine's clock; if it is right, the server needs a new certificate."
	case strings.Contains(text, "x509: certificate is valid for") || strings.Contains(text, "x509: cannot validate certificate for"):
		return "The certificate belongs to another host name than the one that was asked. Check the host name in endpoints or auth_url, and whether a proxy is in between."
	case strings.Contains(text, "x509:"):
		return "The certificate of the service, or of a proxy in between, is not of an authority that this machine trusts, or not valid. Name the certificate authority of a proxy or private cloud with cacert_file. Do not set insecure = true instead: it accepts any certificate, also that of somebody who pretends to be the service."
	case strings.Contains(text, "remote error: tls:") && strings.Contains(text, "certificate"):
		return "The service, or a proxy in between, asks for a client certificate, or does not accept the one that it was shown. Set cert and key to a client certificate that it accepts."
	case strings.Contains(text, "tls:"):
		return "No TLS connection could be made. Check that endpoints name servers that speak HTTPS, and whether a proxy or firewall is in between."
	case isProxy:
		return adviceOnProxy(proxy)
	case errors.Is(answer.Err, syscall.ECONNREFUSED):
		return "Nothing listens at this address. Check endpoints and the proxy settings HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
	case answer.Attempts > 0:
		return "Check the connection, endpoints, and the proxy settings HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
	}
	return ""
}

const adviceProxyPassword = "The proxy asks for a user and a password, or refuses those that it was given. Set HTTPS_PROXY (HTTP_PROXY for an address without TLS) to http://user:password@host:port, with special characters percent-encoded, or add the host to NO_PROXY if it can be reached without a proxy."

// adviceOnProxy says what to do about a proxy that does not connect.
func adviceOnProxy(proxy *transport.ProxyError) string {
	const without = ", or add the host to NO_PROXY if it can be reached without a proxy."
	switch {
	case proxy.Proxy == "":
		return "Correct HTTPS_PROXY or HTTP_PROXY; a user and a password stand before the host, as in http://user:password@host:port, with special characters percent-encoded."
	case proxy.Status == http.StatusProxyAuthRequired:
		return adviceProxyPassword
	case proxy.Status != 0:
		return "The proxy does not allow this connection, or cannot make it. Ask its administrator to allow " + proxy.Host + without
	case errors.Is(proxy.Err, syscall.ECONNREFUSED):
		return "Nothing listens at the proxy's address. Check HTTPS_PROXY and HTTP_PROXY" + without
	}
	return "HTTPS_PROXY or HTTP_PROXY may name something that is no HTTP proxy, or the proxy may not work. Check both variables, and that the proxy allows " + proxy.Host + without
}

// adviceOnName says what to do about a name that does not resolve: that of a service, or of a
// proxy.
func adviceOnName(name string, err error) string {
	if operation, ok := errors.AsType[*net.OpError](err); ok && operation.Op == "proxyconnect" {
		return "The name " + name + " of the proxy does not resolve. Check HTTPS_PROXY and HTTP_PROXY, and this machine's DNS."
	}
	service, _, _ := strings.Cut(name, ".")
	switch service {
	case "metastudio":
		return "The name " + name + " of MetaStudio does not resolve. MetaStudio is not in every region: check region, cloud and endpoints.metastudio, and this machine's DNS."
	case "iam":
		return "The name " + name + " of IAM does not resolve. Check region, cloud, auth_url and endpoints.iam, and this machine's DNS."
	case "sts":
		return "The name " + name + " of STS does not resolve. STS is not in every region: check region, cloud and endpoints.sts, and this machine's DNS; an agency that is named by domain_name is assumed through IAM instead."
	}
	return "The name " + name + " does not resolve. Check endpoints and auth_url, and this machine's DNS."
}
