package emulator

import (
	"net/http"
	"strings"
	"testing"
)

func TestKnownErrors(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	seen := map[string]bool{}
	for _, known := range knownErrors() {
		seen[known.code] = true
		s.Fail(Fault{Code: known.code, Status: known.status})
		response, body := getSigned(t, s, listingPath)
		checkKnownError(t, response, body, known)
	}
	// The codes of the vendor's table and of MetaStudio's documentation.
	for _, numbers := range []string{
		"0101 0103 0104 0105 0106 0201 0202 0301 0302 0303 0304 0305 0306 0307 0308 0310 0311 0401 0402 0404 0501 0502",
		"0601 0602 0605 0606 0607 0608 0609 0610 0611 0612 0613 0705 0801 0802",
	} {
		for number := range strings.FieldsSeq(numbers) {
			if !seen["APIGW."+number] || !seen["APIG."+number] {
				t.Errorf("no code %s", number)
			}
		}
	}
	for code := range strings.FieldsSeq("00000001 00000002 00000003 10000003 00010003 00010004 00010008 00010009 00022008 00022009 " +
		"00022010 00024001 41000003 47010065 10001001") {
		if !seen["MSS."+code] {
			t.Errorf("no code MSS.%s", code)
		}
	}
}

func checkKnownError(t *testing.T, response *http.Response, body string, want knownError) {
	t.Helper()
	got := decodeAs[struct {
		Code    string `json:"error_code"`
		Message string `json:"error_msg"`
	}](t, body)
	if response.StatusCode != want.status || got.Code != want.code || got.Message != want.message || got.Message == "" {
		t.Errorf("got %s %s, want %+v", response.Status, body, want)
	}
}

func TestCodeAloneHasItsStatus(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code   string
		status int
	}{
		{"APIGW.0302", 403}, {"APIG.0105", 500}, {"APIGW.0105", 400}, {"APIGW.0103", 404}, {"APIGW.0613", 503}, {"MSS.00022009", 403},
		{"MSS.47010065", 400}, {"MSS.41000003", 404}, {"APIGW.9999", 500},
	}
	for _, test := range tests {
		t.Run(test.code, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			s.Fail(Fault{Code: test.code})
			response, body := getSigned(t, s, listingPath)
			checkRefusal(t, s, response, body, test.status, test.code, "")
		})
	}
}
