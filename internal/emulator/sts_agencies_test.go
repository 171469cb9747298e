package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	agencyURNBody = `{"agency_urn":"iam::%s:agency:%s","agency_session_name":%q%s}`
	oidcBody      = `{"provider_urn":"iam::` + DomainID + `:oidcProvider:%s","agency_urn":"iam::` + DomainID + `:agency:` + OIDCAgencyName +
		`","agency_session_name":"terraform","id_token":%q%s}`
)

// stsKeys reads the keys out of a reply of STS.
func stsKeys(t *testing.T, response *http.Response, body string, expires time.Time) pairOfKeys {
	t.Helper()
	if response.StatusCode != http.StatusOK {
		t.Fatal(response.Status, body)
	}
	answer := decodeAs[struct {
		Credentials   map[string]string
		AssumedAgency map[string]string `json:"assumed_agency"`
	}](t, body)
	c := answer.Credentials
	if c["expiration"] != expires.Format("2006-01-02T15:04:05.000Z") ||
		!strings.HasPrefix(answer.AssumedAgency["urn"], "sts::") || !strings.HasSuffix(answer.AssumedAgency["urn"], "/terraform") ||
		!strings.HasSuffix(answer.AssumedAgency["id"], ":terraform") {
		t.Error(body)
	}
	return pairOfKeys{c["access_key_id"], c["secret_access_key"], c["security_token"]}
}

func TestAssumeAgencyInAChain(t *testing.T) {
	t.Parallel()
	const path = "/v5/agencies/assume"
	s := startServer(t)
	response, body := postSigned(t, s, permanentKeys, path, fmt.Sprintf(agencyURNBody, AgencyDomainID, AgencyName, "terraform", ""))
	first := stsKeys(t, response, body, testTime.Add(time.Hour))
	first.listsIn(t, s, AgencyProjectID)

	// A temporary key may not make one that lives longer than an hour.
	tooLong := fmt.Sprintf(agencyURNBody, SecondAgencyDomainID, SecondAgencyName, "terraform", `,"duration_seconds":3601`)
	response, body = postSigned(t, s, first, path, tooLong)
	checkRefusal(t, s, response, body, http.StatusBadRequest, stsInvalid, "")
	response, body = postSigned(t, s, first, path, strings.Replace(tooLong, "3601", "3600", 1))
	stsKeys(t, response, body, testTime.Add(time.Hour)).listsIn(t, s, SecondAgencyProjectID)
}

func TestAssumeAgencyRefuses(t *testing.T) {
	t.Parallel()
	body := func(session, more string) string {
		return fmt.Sprintf(agencyURNBody, AgencyDomainID, AgencyName, session, more)
	}
	tests := []struct {
		name, body string
		status     int
		code       string
	}{
		{"no JSON", "{", 400, stsInvalid},
		{"no agency", `{"agency_session_name":"terraform"}`, 400, stsInvalid},
		{"no urn", strings.Replace(body("terraform", ""), ":agency:", ":role:", 1), 400, stsInvalid},
		{"no session", fmt.Sprintf(`{"agency_urn":"iam::%s:agency:%s"}`, AgencyDomainID, AgencyName), 400, stsInvalid},
		{"short session", body("t", ""), 400, stsInvalid},
		{"odd session", body("a b", ""), 400, stsInvalid},
		{"long session", body(strings.Repeat("a", 129), ""), 400, stsInvalid},
		{"too short", body("terraform", `,"duration_seconds":899`), 400, stsInvalid},
		{"too long", body("terraform", `,"duration_seconds":43201`), 400, stsInvalid},
		{"short external id", body("terraform", `,"external_id":"1"`), 400, stsInvalid},
		{"short policy", body("terraform", `,"policy":"1"`), 400, stsInvalid},
		{"short source identity", body("terraform", `,"source_identity":"1"`), 400, stsInvalid},
		{"short serial number", body("terraform", `,"serial_number":"12345678"`), 400, stsInvalid},
		{"long token code", body("terraform", `,"token_code":"1234567"`), 400, stsInvalid},
		{"too many policies", body("terraform", `,"policy_ids":["`+strings.Repeat(`a","`, 10)+`a"]`), 400, stsInvalid},
		{"too many tags", body("terraform", `,"tags":[`+strings.Repeat(`{},`, 20)+`{}]`), 400, stsInvalid},
		{"long urn", strings.Replace(body("terraform", ""), AgencyName, strings.Repeat("a", 1500), 1), 400, stsInvalid},
		{"unknown agency", strings.Replace(body("terraform", ""), AgencyName, "nobody", 1), 403, stsDenied},
		{"agency that trusts another", fmt.Sprintf(agencyURNBody, SecondAgencyDomainID, SecondAgencyName, "terraform", ""), 403, stsDenied},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			response, answer := postSigned(t, s, permanentKeys, "/v5/agencies/assume", test.body)
			checkRefusal(t, s, response, answer, test.status, test.code, "")
			if test.status == 403 && !strings.Contains(answer, "encoded_authorization_message") {
				t.Error(answer)
			}
		})
	}
	t.Run("unsigned", func(t *testing.T) {
		t.Parallel()
		s := startServer(t)
		response, answer := sendPost(t, s, "/v5/agencies/assume", body("terraform", ""))
		checkRefusal(t, s, response, answer, http.StatusUnauthorized, "APIGW.0301", "")
	})
}

func TestAssumeAgencyWithOIDC(t *testing.T) {
	t.Parallel()
	const path = "/v5/agencies/assume-with-oidc"
	s := startServer(t)
	response, body := sendPost(t, s, path, fmt.Sprintf(oidcBody, IdpID, IDToken, `,"duration_seconds":43200`))
	stsKeys(t, response, body, testTime.Add(12*time.Hour)).listsIn(t, s, ProjectID)

	for name, wrong := range map[string]string{
		"provider": fmt.Sprintf(oidcBody, "x", IDToken, ""), "token": fmt.Sprintf(oidcBody, IdpID, "x.y.z", ""),
		"agency": strings.Replace(fmt.Sprintf(oidcBody, IdpID, IDToken, ""), OIDCAgencyName, AgencyName, 1),
	} {
		response, body := sendPost(t, s, path, wrong)
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("wrong %s: %s %s", name, response.Status, body)
		}
	}
	for name, wrong := range map[string]string{
		"no token":   fmt.Sprintf(oidcBody, IdpID, "", ""),
		"long token": fmt.Sprintf(oidcBody, IdpID, strings.Repeat("a", 20001), ""),
		"no urn":     strings.Replace(fmt.Sprintf(oidcBody, IdpID, IDToken, ""), ":oidcProvider:", ":provider:", 1),
		"no JSON":    "{",
	} {
		if response, body := sendPost(t, s, path, wrong); response.StatusCode != http.StatusBadRequest || !strings.Contains(body, stsInvalid) {
			t.Errorf("%s: %s %s", name, response.Status, body)
		}
	}
	foreign := strings.Replace(fmt.Sprintf(oidcBody, IdpID, IDToken, ""), DomainID+":oidcProvider", AgencyDomainID+":oidcProvider", 1)
	response, body = sendPost(t, s, path, foreign)
	checkRefusal(t, s, response, body, http.StatusForbidden, stsDenied, "")
}
