package provider

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

const diagnosticsDir = "testdata/diagnostics"

// answeredError returns the error of a request with this answer. change may set other things.
func answeredError(status int, code, message string, change ...func(*transport.Error)) *transport.Error {
	answer := &transport.Error{
		Method: "GET", URL: "https://metastudio.cn-north-4.myhuaweicloud.com/v1/0123/digital-human-training-manage/user/jobs",
		Status: status, Code: code, Message: message, RequestID: "3f2a", Attempts: 1, Source: "access key from HW_ACCESS_KEY",
	}
	for _, change := range change {
		change(answer)
	}
	return answer
}

// unanswered returns the error of a request without an answer.
func unanswered(err error, change ...func(*transport.Error)) *transport.Error {
	return answeredError(0, "", "", append([]func(*transport.Error){func(e *transport.Error) { e.RequestID, e.Err = "", err }}, change...)...)
}

func attempts(n int) func(*transport.Error) { return func(e *transport.Error) { e.Attempts = n } }

func cause(err error) func(*transport.Error) { return func(e *transport.Error) { e.Err = err } }

// listing returns the error of a list, of which the second page failed with err.
func listing(err error) error {
	return &client.ListError{
		What: "avatar training jobs", Reading: client.Reading{Pages: 1, Rows: 100, Requests: 2},
		Jobs: 1200, Requests: 13, PerSecond: 10,
		Filters: "name=x, sort_dir=asc, sort_key=create_time", Err: err,
	}
}

// slowly returns the error of a list that ran out of time at this rate.
func slowly(perSecond float64, jobs, requests int) error {
	return &client.ListError{
		What: "avatar training jobs", Reading: client.Reading{Pages: 31, Rows: 3040, Requests: 40},
		Jobs: jobs, Requests: requests, PerSecond: perSecond,
		Err: &client.OpError{Op: "reading avatar training jobs from offset 3038", Err: unanswered(context.DeadlineExceeded)},
	}
}

// nothingRead returns the error of a list whose first page failed with err.
func nothingRead(err error) error {
	return &client.ListError{
		What: "avatar training jobs", Reading: client.Reading{Requests: 1}, PerSecond: 10,
		Err: &client.OpError{Op: "reading avatar training jobs from offset 0", Err: err},
	}
}

// behindProxy returns the error of a page that a proxy kept from being read.
func behindProxy(failure transport.ProxyError) error {
	failure.Host = "metastudio.cn-north-4.myhuaweicloud.com"
	return nothingRead(unanswered(&failure))
}

// failedPage returns the error of the page that failed with err.
func failedPage(err error) error {
	return listing(&client.OpError{Op: "reading avatar training jobs from offset 99", Err: err})
}

// failedSignIn returns the error of a sign-in that failed with err.
func failedSignIn(kind credentials.Kind, op string, err error) error {
	if answer, ok := errors.AsType[*transport.Error](err); ok {
		answer.Method, answer.URL, answer.Source = "POST", "https://iam.cn-north-4.myhuaweicloud.com/v3/auth/tokens", ""
	}
	return &credentials.Error{
		Kind: kind, Op: op, Source: "password of user ci from HW_USER_PASSWORD", Region: "cn-north-4", Project: "cn-north-4_ci", Err: err,
	}
}

// failedInstance returns the error of a metadata service that failed with err.
func failedInstance(kind credentials.Kind, err error) error {
	return &credentials.Error{
		Kind: kind, Op: "asking the ECS instance for its agency's key, as no other credential is configured", Err: err,
	}
}

func unresolved(name string) error {
	return unanswered(&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}})
}

// gateway returns the error of a page that the gateway refused.
func gateway(status int, number, message string) error {
	return failedPage(answeredError(status, "APIGW."+number, message))
}

const jobsNoun = "avatar training jobs"

const noIAM = "Incorrect IAM authentication information: "

// failures are errors of every kind, by the name of their golden file.
var failures = map[string]error{
	"settings_not_configured":    errNotConfigured(),
	"settings_unknown_arguments": errUnknownArguments([]string{"region", "secret_key"}),
	"settings_region":            errRegionOfEndpoint("cn-east-3", "cn-north-4", "127.0.0.1:8080"),

	"list_changed": listing(&client.ChangedError{
		Noun: jobsNoun, Detail: "100 avatar training jobs from offset 98 do not continue the 100 read before",
	}),
	"list_unproven": listing(&client.UnprovenError{
		Noun: jobsNoun, Asked: "100 avatar training jobs from offset 98", Got: "100 avatar training jobs from job a51c to job 7e20, which do not continue the 100 read before",
	}),
	"list_service": listing(&client.ServiceError{
		Noun: jobsNoun, Asked: "100 avatar training jobs from the time of job 41d0 on", Got: "100 avatar training jobs from job a51c to job 7e20, which do not continue the 100 read before",
	}),
	"list_equal_rows": &client.ListError{
		What: jobsNoun, Reading: client.Reading{Pages: 3, Rows: 250, Requests: 12}, Jobs: 250, Requests: 3, PerSecond: 10,
		Err: &client.EqualRowsError{Noun: jobsNoun, Rows: 250, Readings: 3},
	},
	"list_page":      listing(&client.PageError{Offset: 98, Limit: 100, Count: 300, Rows: 100, Problem: "a page has the same row twice"}),
	"list_too_many":  listing(&client.TooManyError{Noun: jobsNoun, Count: 2_000_000, Max: 1_000_000}),
	"list_too_large": &tooLargeError{jobs: 400_000, fitting: 300_000},
	"job_not_found": &client.NotFoundError{JobID: "b7e1", Err: &client.OpError{
		Op: "reading the avatar training job b7e1", Err: answeredError(404, "MSS.41000003", "The training job does not exist"),
	}},
	"job_id_invalid": &client.OpError{Op: "reading the avatar training job ..", Err: errors.New(`".." cannot be part of a path`)},

	"interrupted":               failedPage(unanswered(context.Canceled)),
	"interrupted_after_attempt": failedPage(unanswered(fmt.Errorf("%w; the last attempt: %w", context.Canceled, errors.New("no whole reply within 30s")), attempts(2))),
	"interrupted_sign_in":       failedSignIn(credentials.Interrupted, "finding the project cn-north-4", context.Canceled),
	"timeout":                   failedPage(unanswered(context.DeadlineExceeded)),
	"timeout_rate":              slowly(10, 120_000, 1225),
	"timeout_rate_low":          slowly(1e-5, 120_000, 1225),
	"timeout_rate_exact":        slowly(10, 117_600, 1200), // needs just as long as the read had
	"timeout_rate_longest":      slowly(0.001, 352_800, 3600),
	"timeout_quota":             failedPage(answeredError(429, "", "", attempts(2), cause(&transport.WaitError{Wait: time.Hour}))),
	"timeout_rate_unlimited":    slowly(0, 120_000, 1225),
	"timeout_first_page":        nothingRead(unanswered(context.DeadlineExceeded)),
	"timeout_after_answer":      failedPage(answeredError(503, "APIGW.0201", "Backend unavailable.", attempts(3), cause(context.DeadlineExceeded))),
	"timeout_wait":              failedPage(answeredError(503, "", "", attempts(1), cause(&transport.WaitError{Wait: time.Hour}))),
	"timeout_sign_in":           failedSignIn(credentials.Interrupted, "finding the project cn-north-4", context.DeadlineExceeded),

	"network_timeout":      failedPage(unanswered(errors.New("no whole reply within 30s"), attempts(6))),
	"network_not_sent":     failedPage(unanswered(errors.New("the address of the request cannot be used"), attempts(0))),
	"network_too_large":    failedPage(unanswered(&transport.TooLargeError{})),
	"network_plain_http":   failedPage(unanswered(errors.New("http: server gave HTTP response to HTTPS client"))),
	"network_expired":      failedPage(unanswered(errors.New("tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is after 2025-01-01T00:00:00Z"))),
	"network_other_host":   failedPage(unanswered(errors.New("tls: failed to verify certificate: x509: certificate is valid for a.example.com, not b.example.com"))),
	"network_no_host":      failedPage(unanswered(errors.New("tls: failed to verify certificate: x509: cannot validate certificate for 10.0.0.1 because it doesn't contain any IP SANs"))),
	"network_handshake":    failedPage(unanswered(errors.New("tls: first record does not look like a TLS handshake"))),
	"network_client":       failedPage(unanswered(errors.New("remote error: tls: certificate required"))),
	"network_refused":      failedPage(unanswered(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED})),
	"network_certificate":  failedPage(unanswered(errors.New("tls: failed to verify certificate: x509: certificate signed by unknown authority"))),
	"network_name":         failedPage(unresolved("metastudio.cn-nowhere-1.myhuaweicloud.com")),
	"network_name_private": failedPage(unresolved("gateway.example.com")),
	"network_name_iam":     failedSignIn(credentials.Unavailable, "getting a token from IAM", unresolved("iam.cn-nowhere-1.myhuaweicloud.com")),
	"network_name_sts":     failedSignIn(credentials.Unavailable, "assuming the agency ci of account d1", unresolved("sts.cn-nowhere-1.myhuaweicloud.com")),
	"network_name_proxy": failedPage(unanswered(&net.OpError{Op: "proxyconnect", Net: "tcp", Err: &net.OpError{
		Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "proxy.example.com", IsNotFound: true},
	}})),

	"proxy_refused":   behindProxy(transport.ProxyError{Proxy: "http://proxy.example.com:3128", Status: 403}),
	"proxy_password":  behindProxy(transport.ProxyError{Proxy: "http://proxy.example.com:3128", Status: 407}),
	"proxy_setting":   behindProxy(transport.ProxyError{Err: errors.New("it is not of the form http://host:port")}),
	"proxy_malformed": behindProxy(transport.ProxyError{Proxy: "http://proxy.example.com:22", Err: errors.New(`malformed HTTP response "SSH-2.0-OpenSSH_9.6"`)}),
	"proxy_nobody": behindProxy(transport.ProxyError{
		Proxy: "http://proxy.example.com:3128", Err: &net.OpError{Op: "proxyconnect", Net: "tcp", Err: syscall.ECONNREFUSED},
	}),
	"proxy_certificate": behindProxy(transport.ProxyError{
		Proxy: "http://proxy.example.com:3128", Err: errors.New("tls: failed to verify certificate: x509: certificate signed by unknown authority"),
	}),

	"reply_an_error":        failedPage(answeredError(200, "MSS.00010001", "Internal failure", cause(errors.New("the reply is an error in spite of its status")))),
	"status_401_page":       failedPage(answeredError(401, "", "<html>Please sign in to the proxy</html>")),
	"status_407":            failedPage(answeredError(407, "", "")),
	"status_403_agency":     failedPage(answeredError(403, "MSS.00024001", "No privilege", func(e *transport.Error) { e.Source = "access key from HW_ACCESS_KEY, agency ci of account d1" })),
	"status_502_page":       failedPage(answeredError(502, "", "<html>Bad gateway</html>")),
	"status_503_anonymous":  failedPage(answeredError(503, "", "", func(e *transport.Error) { e.RequestID = "" })),
	"timeout_job":           &client.OpError{Op: "reading the avatar training job 1", Err: unanswered(fmt.Errorf("%w; the last attempt: %w", context.DeadlineExceeded, errors.New("no whole reply within 30s")), attempts(2))},
	"reply_not_the_service": failedPage(answeredError(200, "", "", cause(errors.New(`the reply is not this API's: it begins "<html>Sign in</html>"`)))),
	"reply_redirect":        failedPage(answeredError(302, "", "", cause(errors.New("https://a.example.com redirects to https://b.example.com: not followed, credentials go to no other host")))),
	"status_400":            failedPage(answeredError(400, "MSS.00000003", "Invalid parameter")),
	"status_400_no_filter":  nothingRead(answeredError(400, "", "")),
	"status_408":            failedPage(answeredError(408, "", "", attempts(6))),
	"status_409":            failedPage(answeredError(409, "", "")),
	"status_413":            failedPage(answeredError(413, "", "")),
	"status_494":            failedPage(answeredError(494, "", "")),
	"status_500":            failedPage(answeredError(500, "", "", attempts(6))),
	"status_401":            failedPage(answeredError(401, "", "")),
	"status_403":            failedPage(answeredError(403, "", "<html>Forbidden</html>")),
	"status_404":            failedPage(answeredError(404, "", "")),
	"status_414":            failedPage(answeredError(414, "", "")),
	"status_429":            failedPage(answeredError(429, "", "", attempts(6))),
	"status_503":            failedPage(answeredError(503, "", "", attempts(6))),

	"mss_00000001": failedPage(answeredError(401, "MSS.00000001", "Unauthorized")),
	"mss_00010003": failedPage(answeredError(400, "MSS.00010003", "API not found")),
	"mss_00010008": failedPage(answeredError(400, "MSS.00010008", "Invalid token")),
	"mss_00010009": failedPage(answeredError(400, "MSS.00010009", "Project mismatch")),
	"mss_00022008": failedPage(answeredError(403, "MSS.00022008", "Privacy statement not signed")),
	"mss_00022009": failedPage(answeredError(403, "MSS.00022009", "Frozen")),
	"mss_00022010": failedPage(answeredError(403, "MSS.00022010", "Not authenticated")),
	"mss_00024001": failedPage(answeredError(403, "MSS.00024001", "No privilege")),

	"gateway_0101":           gateway(404, "0101", "The API does not exist or has not been published in the environment"),
	"gateway_0103":           gateway(500, "0103", "The backend does not exist"),
	"gateway_0105":           gateway(400, "0105", "Orchestration error"),
	"gateway_0301_key":       gateway(401, "0301", noIAM+"Get secretKey failed,ak:HSTEXAMPLE,err:ak not exist"),
	"gateway_0301_key_named": gateway(401, "0301", noIAM+"ak HSTEXAMPLE not exist"),
	"gateway_0301_locked":    gateway(401, "0301", noIAM+"AK access failed to reach the limit,forbidden"),
	"gateway_0301_signature": gateway(401, "0301", noIAM+"verify aksk signature fail"),
	"gateway_0301_damaged":   gateway(401, "0301", noIAM+"decrypt token fail"),
	"gateway_0301_expired":   gateway(401, "0301", noIAM+"token expires, expires_at:2026-01-02T03:04:05Z"),
	"gateway_0301_no_token":  gateway(401, "0301", noIAM+"x-auth-token not found"),
	"gateway_0301_behind":    failedPage(answeredError(401, "APIGW.0301", noIAM+"verify aksk signature fail", func(e *transport.Error) { e.Skew = 90 * time.Minute })),
	"gateway_0301_ahead":     failedPage(answeredError(401, "APIG.0301", noIAM+"verify aksk signature fail", func(e *transport.Error) { e.Skew = -16 * time.Minute })),
	"gateway_0302":           gateway(403, "0302", "The IAM user is forbidden"),
	"gateway_0306":           gateway(403, "0306", "API access denied"),
	"gateway_0307":           gateway(401, "0307", "The token must be updated"),
	"gateway_0308":           gateway(429, "0308", "The throttling threshold has been reached: policy user over ratelimit,limit:20,time:1 second"),
	"gateway_0310":           gateway(403, "0310", "The project is unavailable"),
	"gateway_0401":           gateway(403, "0401", "Unknown client IP address"),
	"gateway_0402":           gateway(403, "0402", "The IP address is forbidden"),
	"gateway_0501":           gateway(405, "0501", "The app quota has been used up"),
	"gateway_0502":           gateway(405, "0502", "The app has been frozen"),
	"gateway_0607":           gateway(400, "0607", "The protocol is not supported"),
	"gateway_0801":           gateway(403, "0801", "The service is unavailable in the region"),
	"gateway_0802":           gateway(403, "0802", "The IAM user is forbidden in the currently selected region"),

	"sign_in_unavailable":        failedSignIn(credentials.Unavailable, "getting a token from IAM", answeredError(503, "", "", attempts(6))),
	"sign_in_no_answer":          failedSignIn(credentials.Unavailable, "getting a token from IAM", errors.New("the address of IAM cannot be used")),
	"sign_in_throttled":          failedSignIn(credentials.Unavailable, "getting a token from IAM", answeredError(429, "", "", attempts(6))),
	"sign_in_unexpected_reply":   failedSignIn(credentials.UnexpectedReply, "getting a token from IAM", errors.New("the reply is not the one that the service documents")),
	"sign_in_no_credential":      failedInstance(credentials.NoCredential, errors.New("no metadata service answers, so this is no ECS instance, or the service is switched off")),
	"sign_in_no_instance_agency": failedInstance(credentials.NoInstanceAgency, errors.New("the instance has no agency")),
	"sign_in_metadata": failedInstance(credentials.MetadataFailed, answeredError(500, "", "", func(e *transport.Error) {
		e.URL, e.RequestID, e.Source = "http://169.254.169.254/openstack/latest/securitykey", "", ""
	})),
	"sign_in_key":                 failedSignIn(credentials.KeyRefused, "looking for the project cn-north-4 in IAM", answeredError(401, "APIGW.0301", noIAM+"verify aksk signature fail")),
	"sign_in_token":               failedSignIn(credentials.TokenRefused, "asking IAM for the project", answeredError(401, "401", "The token must be updated.")),
	"sign_in_password":            failedSignIn(credentials.PasswordRefused, "getting a token from IAM", answeredError(401, "401", "The username or password is wrong.")),
	"sign_in_password_forbidden":  failedSignIn(credentials.PasswordRefused, "getting a token from IAM", answeredError(403, "403", "You are not authorized.")),
	"sign_in_password_project":    failedSignIn(credentials.PasswordRefused, "getting a token from IAM", answeredError(400, "400", "Could not find project: cn-north-4_ci")),
	"sign_in_agency":              failedSignIn(credentials.AgencyRefused, "assuming the agency ci of account d1", answeredError(403, "STS5.1001", "denied")),
	"sign_in_agency_duration":     failedSignIn(credentials.AgencyRefused, "assuming the agency ci of account d1", answeredError(400, "STS5.0001", "invalid duration")),
	"sign_in_id_token":            failedSignIn(credentials.IDTokenRefused, "exchanging the id token of the identity provider ci", answeredError(401, "IAM.0001", "expired")),
	"sign_in_id_token_provider":   failedSignIn(credentials.IDTokenRefused, "exchanging the id token of the identity provider ci", answeredError(404, "IAM.0004", "Could not find identity provider: ci")),
	"sign_in_id_token_file":       failedSignIn(credentials.IDTokenUnavailable, "exchanging the id token of the identity provider ci", errors.New("the id token's file /run/token is empty")),
	"sign_in_exchange":            failedSignIn(credentials.ExchangeRefused, "exchanging the token for a temporary access key", answeredError(403, "403", "denied")),
	"sign_in_projects_forbidden":  failedSignIn(credentials.ProjectsRefused, "looking for the project cn-north-4_ci in IAM", answeredError(403, "403", "denied")),
	"sign_in_projects":            failedSignIn(credentials.ProjectsRefused, "looking for the project cn-north-4_ci in IAM", answeredError(400, "400", "invalid")),
	"sign_in_project_not_found":   failedSignIn(credentials.ProjectNotFound, "looking for the project cn-north-4_ci in IAM", errors.New("the account has no project of this name")),
	"sign_in_several_projects":    failedSignIn(credentials.SeveralProjects, "looking for the project cn-north-4_ci in IAM", errors.New("the account has 2 projects of this name: 0123, 4567")),
	"sign_in_token_of_account":    failedSignIn(credentials.TokenOfAccount, "asking IAM for the project", errors.New("the token is good for an account, not for a project")),
	"sign_in_token_other_project": failedSignIn(credentials.TokenOfOtherProject, "asking IAM for the project", errors.New("the token is good for the project cn-north-4 only, not for cn-east-3")),
	// A key that is renewed in the middle of a list.
	"sign_in_during_list": failedPage(unanswered(failedSignIn(credentials.AgencyRefused, "assuming the agency ci of account d1", answeredError(403, "STS5.1001", "denied")), attempts(0))),
}

// TestDiagnostics compares the whole texts of all diagnostics with golden files, which read like a
// page of documentation: run with -update to write them, and review the difference.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	if *update {
		if err := os.RemoveAll(diagnosticsDir); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(diagnosticsDir, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	for name, err := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diagnostic := newDiagnostic("Unable to list avatar training jobs", err, 2*time.Minute)
			got := "Error: " + diagnostic.Summary() + "\n\n" + diagnostic.Detail() + "\n"
			if located, ok := diagnostic.(diag.DiagnosticWithPath); ok {
				got = "At " + located.Path().String() + "\n" + got
			}
			equalsGolden(t, filepath.Join(diagnosticsDir, name+".txt"), got)
		})
	}
}

// TestDiagnosticsHaveGoldenFiles: no file is left over from an error that is gone, and every kind
// of a failed sign-in has one.
func TestDiagnosticsHaveGoldenFiles(t *testing.T) {
	t.Parallel()
	if *update {
		t.Skip("the files are being written")
	}
	files, err := filepath.Glob(filepath.Join(diagnosticsDir, "*"))
	if err != nil || len(files) != len(failures) {
		t.Errorf("%d files for %d errors (%v)", len(files), len(failures), err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".txt"); failures[name] == nil {
			t.Errorf("no error belongs to %s", file)
		}
	}
	covered := map[credentials.Kind]bool{}
	for _, err := range failures {
		if failure, ok := errors.AsType[*credentials.Error](err); ok {
			covered[failure.Kind] = true
		}
	}
	for kind := credentials.Unavailable; kind <= credentials.TokenOfOtherProject; kind++ {
		if !covered[kind] {
			t.Errorf("no error is of kind %d", kind)
		}
	}
}

func TestProfileProblem(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, file, profile, want string }{
		{"no current profile", `{"profiles":[]}`, "", "the file names no current profile. Name one by profile (HW_PROFILE)."},
		{"no such profile", `{"current":"a"}`, "", `the file has no profile "a", nor any other.`},
		{"no key", `{"profiles":[{"name":"a"}]}`, "a", "the profile \"a\" holds no access key. Run `hcloud configure set` or, for SSO, `hcloud configure sso`."},
		{"encrypted", `{"profiles":[{"name":"a","accessKeyId":"+/=","secretAccessKey":"x"}]}`, "a",
			"the keys of the profile \"a\" are encrypted, so that only KooCLI can read them. Run `hcloud configure set --cli-auth-encrypt=false`, which stores keys in clear text from then on."},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := credentials.ParseProfile([]byte(test.file), test.profile)
			if err == nil {
				t.Fatal("the profile can be used")
			}
			if got := profileProblem(err); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestProfileProblemOfAnotherKind(t *testing.T) {
	t.Parallel()
	if got := profileProblem(errors.New("it is broken")); got != "it is broken." {
		t.Errorf("%q", got)
	}
}

func TestToSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "a": "A.", "read it.": "Read it.", "why?": "Why?", "cut…": "Cut…."} {
		if got := toSentence(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestClocksThatAreNearEnough: a clock that is off by just as much as the service accepts is not to
// blame.
func TestClocksThatAreNearEnough(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{0, maxSkew, -maxSkew} {
		advice := adviceOnCredential(answeredError(401, "", "", func(e *transport.Error) { e.Skew = skew }))
		if strings.Contains(advice, "clock") {
			t.Errorf("%s: %s", skew, advice)
		}
	}
}

func TestShortDuration(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		10 * time.Minute: "10m", time.Hour: "1h", 90 * time.Minute: "1h30m", 90 * time.Second: "1m30s", 20 * time.Second: "20s",
		time.Hour + time.Second: "1h0m1s", 0: "0s",
	} {
		if got := shortDuration(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}

// TestDiagnosticsLinkToSections: every address in a diagnostic is that of a page and of one of its
// headings.
func TestDiagnosticsLinkToSections(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`See (https?://\S+)`)
	notInAnchor := regexp.MustCompile(`[^a-z0-9 -]`)
	linked := 0
	shown, err := os.ReadFile("testdata/missing.golden")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{"missing settings": string(shown)}
	for name, err := range failures {
		texts[name] = newDiagnostic("", err, 0).Detail()
	}
	for name, text := range texts {
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			linked++
			page, anchor, _ := strings.Cut(strings.TrimPrefix(match[1], documentation), "#")
			if page == "" {
				page = "/index"
			}
			source, err := os.ReadFile("../../templates" + page + ".md.tmpl")
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			found := anchor == "" // the page as a whole
			for line := range strings.Lines(string(source)) {
				if title := strings.TrimLeft(line, "#"); title != line {
					title = notInAnchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
					found = found || strings.ReplaceAll(title, " ", "-") == anchor
				}
			}
			if !found {
				t.Errorf("%s: %s has no heading %q", name, page, anchor)
			}
		}
	}
	if linked < 30 {
		t.Errorf("only %d diagnostics have a link", linked)
	}
}
