package emulator

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestListingRefusesCallers(t *testing.T) {
	t.Parallel()
	project := headerProjectID + ": " + ProjectID
	signed := func(t *testing.T, s *Server, headers ...string) *http.Request {
		t.Helper()
		return permanentKeys.sign(t, newRequest(t, s, http.MethodGet, listingPath, "", headers...), "")
	}
	byToken := func(token string) func(*testing.T, *Server) *http.Request {
		return func(t *testing.T, s *Server) *http.Request {
			t.Helper()
			return newRequest(t, s, http.MethodGet, listingPath, "", headerAuthToken+": "+token)
		}
	}
	// spoilt changes a header of a well signed request.
	spoilt := func(name string, change func(string) string) func(*testing.T, *Server) *http.Request {
		return func(t *testing.T, s *Server) *http.Request {
			t.Helper()
			r := signed(t, s, project)
			r.Header.Set(name, change(r.Header.Get(name)))
			return r
		}
	}
	padded := func(size int) func(string) string {
		return func(old string) string { return old + strings.Repeat("0", size-len(old)) }
	}
	to := func(value string) func(string) string { return func(string) string { return value } }
	replace := func(from, to string) func(string) string {
		return func(old string) string { return strings.Replace(old, from, to, 1) }
	}

	tests := []struct {
		name       string
		request    func(*testing.T, *Server) *http.Request
		status     int
		code, part string
	}{
		{"nobody", func(t *testing.T, s *Server) *http.Request {
			t.Helper()
			return newRequest(t, s, http.MethodGet, listingPath, "")
		}, 401, "APIGW.0301", "Incorrect IAM authentication information: x-auth-token not found"},
		{"empty token", byToken(""), 401, "APIGW.0301", "x-auth-token not found"},
		{"unknown token", byToken("MIIUnknown"), 401, "APIGW.0301", "decrypt token fail"},
		{"two tokens", func(t *testing.T, s *Server) *http.Request {
			t.Helper()
			return newRequest(t, s, http.MethodGet, listingPath, "", headerAuthToken+": "+Token, headerAuthToken+": "+Token)
		}, 401, "APIGW.0301", "x-auth-token not found"},
		{"longest token", byToken(strings.Repeat("A", 16384)), 401, "APIGW.0301", "decrypt token fail"},
		{"malformed token", byToken("not a token"), 400, "MSS.00010008", ""},
		{"token too long", byToken(strings.Repeat("A", 16385)), 400, "MSS.00010008", ""},
		{"token of another project", func(t *testing.T, s *Server) *http.Request {
			t.Helper()
			return newRequest(t, s, http.MethodGet, strings.Replace(listingPath, ProjectID, SecondProjectID, 1), "", headerAuthToken+": "+Token)
		}, 400, "MSS.00010009", ""},
		{"other algorithm", spoilt("Authorization", replace("SDK-HMAC-SHA256", "SDK-HMAC-SM3")), 401, "APIGW.0301", textBadSignature},
		{"no access key", spoilt("Authorization", replace("Access=", "")), 401, "APIGW.0301", textBadSignature},
		{"unknown key", spoilt("Authorization", replace(AccessKey, "UNKNOWN")), 401, "APIGW.0301", "Get secretKey failed,ak:UNKNOWN,err:ak not exist"},
		{"wrong signature", spoilt("Authorization", replace("Signature=", "Signature=0")), 401, "APIGW.0301", "verify aksk signature fail"},
		{"unsigned date", spoilt("Authorization", replace("host;x-sdk-date", "host")), 401, "APIGW.0301", textBadSignature},
		{"unsorted headers", spoilt("Authorization", replace("host;x-sdk-date", "x-sdk-date;host")), 401, "APIGW.0301", textBadSignature},
		{"upper-case header", spoilt("Authorization", replace("host;", "Host;")), 401, "APIGW.0301", textBadSignature},
		{"signed header not sent", spoilt("Authorization", replace("x-sdk-date", "x-app-userid;x-sdk-date")), 401, "APIGW.0301", textBadSignature},
		{"fourth part", spoilt("Authorization", func(old string) string { return old + ", More=0" }), 401, "APIGW.0301", textBadSignature},
		{"empty signature", spoilt("Authorization", func(old string) string { return old[:strings.Index(old, "Signature=")+len("Signature=")] }), 401, "APIGW.0301", textBadSignature},
		{"longest authorization", spoilt("Authorization", padded(256)), 401, "APIGW.0301", textBadSignature},
		{"authorization too long", spoilt("Authorization", padded(257)), 400, "MSS.00000003", ""},
		{"fraction of a second", func(t *testing.T, s *Server) *http.Request {
			t.Helper()
			return permanentKeys.signAt(t, newRequest(t, s, http.MethodGet, listingPath, "", project), "", "20260102T030405.0Z")
		}, 401, "APIGW.0301", textBadSignature},
		{"other date", spoilt(headerSdkDate, to("20260102T030406Z")), 401, "APIGW.0301", textBadSignature},
		{"malformed date", spoilt(headerSdkDate, to("2026-01-02T03:04:05Z")), 401, "APIGW.0301", textBadSignature},
		{"old date", spoilt(headerSdkDate, to("20260102T024904Z")), 401, "APIGW.0301", "signature expired"},
		{"early date", spoilt(headerSdkDate, to("20260102T031906Z")), 401, "APIGW.0301", "signature expired"},
		{"permanent key with a security token", spoilt(headerSecurityToken, to("x")), 401, "APIGW.0301", "decrypt token fail"},
		{"no project header", spoilt(headerProjectID, to("")), 400, "MSS.00010009", ""},
		{"other project header", spoilt(headerProjectID, to(SecondProjectID)), 400, "MSS.00010009", ""},
		{"project of nobody", func(t *testing.T, s *Server) *http.Request {
			t.Helper()
			stranger := strings.Repeat("9", 32)
			path := strings.Replace(listingPath, ProjectID, stranger, 1)
			return permanentKeys.sign(t, newRequest(t, s, http.MethodGet, path, "", headerProjectID+": "+stranger), "")
		}, 403, "MSS.00024001", ""},
		{"broken escape", func(t *testing.T, s *Server) *http.Request {
			t.Helper()
			r := signed(t, s, project)
			r.URL.RawQuery = "name=%zz"
			return r
		}, 400, "APIGW.0201", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, WithJobCount(1))
			response, body := send(t, test.request(t, s))
			checkRefusal(t, s, response, body, test.status, test.code, test.part)
			if s.Requests()[0].Refused == "" {
				t.Error("no reason was recorded")
			}
		})
	}
}

func TestListingAcceptsCallers(t *testing.T) {
	t.Parallel()
	s := startServer(t, WithJobCount(1))
	t.Run("token", func(t *testing.T) {
		t.Parallel()
		response, body := send(t, newRequest(t, s, http.MethodGet, listingPath, "", headerAuthToken+": "+Token))
		if response.StatusCode != http.StatusOK {
			t.Error(response.Status, body)
		}
	})
	t.Run("host not signed", func(t *testing.T) {
		t.Parallel()
		r := newRequest(t, s, http.MethodGet, listingPath, "", headerProjectID+": "+ProjectID, headerSdkDate+": "+testTime.Format(sdkDateFormat))
		canonical, err := canonicalRequest(r, nil, []string{"x-project-id", "x-sdk-date"})
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", signatureAlgorithm+" Access="+AccessKey+", SignedHeaders=x-project-id;x-sdk-date, Signature="+
			signatureOf(SecretKey, testTime.Format(sdkDateFormat), canonical))
		response, body := send(t, r)
		if response.StatusCode != http.StatusOK {
			t.Error(response.Status, body)
		}
	})
	t.Run("token beside a signature", func(t *testing.T) {
		t.Parallel()
		r := newRequest(t, s, http.MethodGet, listingPath, "", headerAuthToken+": "+Token, "Authorization: none")
		if response, body := send(t, r); response.StatusCode != http.StatusOK {
			t.Error(response.Status, body)
		}
	})
	t.Run("security token not signed", func(t *testing.T) {
		t.Parallel()
		key := s.identity.issueKey(defaultUser, time.Hour, testTime)
		r := newRequest(t, s, http.MethodGet, listingPath, "", headerProjectID+": "+ProjectID)
		r = pairOfKeys{key.access, key.secret, ""}.sign(t, r, "")
		r.Header.Set(headerSecurityToken, key.securityToken)
		if response, body := send(t, r); response.StatusCode != http.StatusOK {
			t.Error(response.Status, body)
		}
	})
	t.Run("a quarter of an hour off", func(t *testing.T) {
		t.Parallel()
		s := startServer(t, WithClock(func() time.Time { return testTime.Add(15 * time.Minute) }))
		listJobs(t, s, "")
	})
}

func TestKeyIsLockedAfterSixFailures(t *testing.T) {
	t.Parallel()
	var minutes atomic.Int64
	s := startServer(t, WithClock(func() time.Time { return testTime.Add(time.Duration(minutes.Load()) * time.Minute) }))
	wrong := pairOfKeys{AccessKey, "wrong", ""}
	fail := func(part string) {
		t.Helper()
		r := newRequest(t, s, http.MethodGet, listingPath, "", headerProjectID+": "+ProjectID)
		response, body := send(t, wrong.sign(t, r, ""))
		checkRefusal(t, s, response, body, http.StatusUnauthorized, "APIGW.0301", part)
	}
	for range 5 {
		fail(textBadSignature)
	}
	listJobs(t, s, "") // a success in between starts the count anew
	for range 6 {
		if s.KeyLocked(AccessKey) {
			t.Fatal("locked too early")
		}
		fail(textBadSignature)
	}
	response, body := getSigned(t, s, listingPath)
	checkRefusal(t, s, response, body, http.StatusUnauthorized, "APIGW.0301", "AK access failed to reach the limit,forbidden")
	minutes.Store(4)
	fail(textLocked)
	if !s.KeyLocked(AccessKey) || s.KeyLocked("nobody") {
		t.Error("KeyLocked does not report the lock")
	}
	minutes.Store(5)
	fail(textBadSignature) // the first of a new row
	if s.KeyLocked(AccessKey) {
		t.Error("still locked after five minutes, or locked again by one failure")
	}
	listJobs(t, s, "")
}

// TestOnlySignaturesLock sends refusals that concern no signature: they do not lock the key.
func TestOnlySignaturesLock(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spoil func(*http.Request)
	}{
		{"security token", func(r *http.Request) { r.Header.Set(headerSecurityToken, "x") }},
		{"escape", func(r *http.Request) { r.URL.RawQuery = "name=%zz" }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			for range 7 {
				r := permanentKeys.sign(t, newRequest(t, s, http.MethodGet, listingPath, "", headerProjectID+": "+ProjectID), "")
				test.spoil(r)
				if response, body := send(t, r); response.StatusCode < 400 {
					t.Fatal(response.Status, body)
				}
			}
			listJobs(t, s, "")
		})
	}
}

func TestRefusedSignatureRepeatsTheRequest(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	issued := s.identity.issueKey(defaultUser, time.Hour, testTime)
	keys := pairOfKeys{issued.access, "wrong", issued.securityToken}
	r := newRequest(t, s, http.MethodGet, listingPath+"?name=a%20b", "", headerProjectID+": "+ProjectID)
	response, body := send(t, keys.sign(t, r, ""))
	host := strings.TrimPrefix(s.URL, "http://")
	want := "Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:GET|" + listingPath + "/|name=a%20b|" +
		"host:" + host + "|x-sdk-date:20260102T030405Z|x-security-token:" + issued.securityToken + "||host;x-sdk-date;x-security-token|" +
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	checkRefusal(t, s, response, body, http.StatusUnauthorized, "APIGW.0301", want)
}

func TestExpiredTokens(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		options []Option
		revoke  bool
		status  int
		code    string
		part    string
	}{
		{"as the gateway does", nil, false, 401, "APIGW.0307", ""},
		{"as the gateway says it", []Option{WithExpiredTokenCode("APIGW.0301")}, false, 401, "APIGW.0301", "token expires, expires_at:2026-01-02T03:05:05"},
		{"as the service does", []Option{WithExpiredTokenCode("MSS.00010008")}, false, 400, "MSS.00010008", ""},
		{"revoked", nil, true, 401, "APIGW.0307", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var later atomic.Int64
			clock := WithClock(func() time.Time { return testTime.Add(time.Duration(later.Load())) })
			s := startServer(t, append(test.options, clock, WithTokenLifetime(time.Minute))...)
			ask := func() (*http.Response, string) {
				return send(t, newRequest(t, s, http.MethodGet, listingPath, "", headerAuthToken+": "+Token))
			}
			if response, body := ask(); response.StatusCode != http.StatusOK {
				t.Fatal(response.Status, body)
			}
			if test.revoke {
				s.RevokeTokens()
			} else {
				later.Store(int64(time.Minute))
			}
			response, body := ask()
			checkRefusal(t, s, response, body, test.status, test.code, test.part)
		})
	}
}
