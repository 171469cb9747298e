package credentials

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	vectorAK      = "TESTAK00000000000000"
	vectorSK      = "TESTSK0000000000000000000000000000000000"
	vectorProject = "0123456789abcdef0123456789abcdef"
	vectorBase    = "https://metastudio.cn-north-4.myhuaweicloud.com/v1/" + vectorProject + "/digital-human-training-manage/user/jobs?"
)

// The signatures were computed by an independent implementation.
func TestSign(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, test := range []struct {
		name    string
		url     string
		host    string // of the request, "" for that of its address
		headers map[string]string
		want    string
	}{
		{
			name: "host and date",
			url:  vectorBase + "limit=100&offset=0",
			want: "SignedHeaders=host;x-sdk-date, Signature=b605f0d7c4a2a8fe978b2e985d372231f49c04528530c3164bdf7ecac1ad1bf9",
		},
		{
			name: "host of the request",
			url:  strings.Replace(vectorBase, "metastudio.cn-north-4.myhuaweicloud.com", "127.0.0.1", 1) + "limit=100&offset=0",
			host: "metastudio.cn-north-4.myhuaweicloud.com",
			want: "SignedHeaders=host;x-sdk-date, Signature=b605f0d7c4a2a8fe978b2e985d372231f49c04528530c3164bdf7ecac1ad1bf9",
		},
		{
			name: "all headers and hard characters",
			url: vectorBase + "limit=100&offset=200&state=TRAINING%2CJOB_SUCCESS" +
				"&name=%E5%90%8D%E5%AD%97%20%28%26%3D%3F%21%23%25.%2A%29~%2F%2B" +
				"&is_flexus=false&create_since=2026-01-01T00%3A00%3A00Z&sort_key=create_time&sort_dir=asc",
			headers: map[string]string{
				"X-App-UserId": "user-1", "X-Project-Id": vectorProject, "X-Security-Token": "tok/en==",
				"Accept": "not signed", "Content-Type": "not signed",
			},
			want: "SignedHeaders=host;x-app-userid;x-project-id;x-sdk-date;x-security-token, Signature=92b0beacb698e16d1d5468524599b81e69968872c6763a141acc0266c614be32",
		},
		{
			name: "a plus sign is a plus sign",
			url: vectorBase + "limit=100&offset=200&state=TRAINING,JOB_SUCCESS" +
				"&name=%E5%90%8D%E5%AD%97%20(%26%3D%3F!%23%25.*)~%2F+" +
				"&is_flexus=false&create_since=2026-01-01T00:00:00Z&sort_key=create_time&sort_dir=asc",
			headers: map[string]string{
				"X-App-UserId": "user-1", "X-Project-Id": vectorProject, "X-Security-Token": "tok/en==",
			},
			want: "SignedHeaders=host;x-app-userid;x-project-id;x-sdk-date;x-security-token, Signature=92b0beacb698e16d1d5468524599b81e69968872c6763a141acc0266c614be32",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			req := newRequest(t, http.MethodGet, test.url, "")
			req.Host = test.host
			for name, value := range test.headers {
				req.Header.Set(name, value)
			}
			if err := sign(req, vectorAK, NewSecret(vectorSK), at.In(time.FixedZone("", 8*60*60))); err != nil {
				t.Fatal(err)
			}
			want := "SDK-HMAC-SHA256 Access=" + vectorAK + ", " + test.want
			if diff := cmp.Diff(want, req.Header.Get("Authorization")); diff != "" {
				t.Errorf("Authorization (-want +got):\n%s", diff)
			}
			if got, want := req.Header.Get("X-Sdk-Date"), "20260102T030405Z"; got != want {
				t.Errorf("X-Sdk-Date is %s, want %s", got, want)
			}
		})
	}
}

// The vector of the vendor's own tests signs no host, as their SDK does not.
func TestSignatureOfSDKVector(t *testing.T) {
	t.Parallel()
	req := newRequest(t, http.MethodGet, "https://example.huaweicloud.com/path?limit=1", "")
	got, err := signatureOf(req, map[string]string{"X-Sdk-Date": "20060102T150405Z"}, "AccessKey", NewSecret("SecretKey"))
	if err != nil {
		t.Fatal(err)
	}
	want := "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=x-sdk-date, Signature=5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Authorization (-want +got):\n%s", diff)
	}
}

func TestSignKeepsTheBody(t *testing.T) {
	t.Parallel()
	signed := func(t *testing.T, body io.Reader) io.Reader {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://iam.example/v3.0/OS-CREDENTIAL/securitytokens", body)
		if err != nil {
			t.Fatal(err)
		}
		if err := sign(req, vectorAK, NewSecret(vectorSK), time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
		return req.Body
	}
	body, err := io.ReadAll(signed(t, strings.NewReader(`{"a":1}`)))
	if err != nil || string(body) != `{"a":1}` {
		t.Errorf("the body is %q (%v) after signing", body, err)
	}
	// net/http takes any other body for one of unknown length.
	if got := signed(t, http.NoBody); got != http.NoBody {
		t.Errorf("no body has become %T", got)
	}
	if got := signed(t, nil); got != nil {
		t.Errorf("a missing body has become %T", got)
	}
}

func TestSignCoversTheBody(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, body := range []string{"", "a", "b"} {
		req := newRequest(t, http.MethodPost, "https://iam.example/", body)
		if err := sign(req, vectorAK, NewSecret(vectorSK), time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
		seen[req.Header.Get(headerAuthorization)] = true
	}
	if len(seen) != 3 {
		t.Errorf("three bodies have %d signatures", len(seen))
	}
}

func TestSignCoversEachHeader(t *testing.T) {
	t.Parallel()
	for _, name := range []string{headerProjectID, headerDomainID, headerSecurityToken, headerAppUserID} {
		req := newRequest(t, http.MethodGet, "https://iam.example/", "")
		req.Header.Set(name, "value")
		if err := sign(req, vectorAK, NewSecret(vectorSK), time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
		signature := req.Header.Get(headerAuthorization)
		if !strings.Contains(signature, strings.ToLower(name)) {
			t.Errorf("%s is not signed: %s", name, signature)
		}
	}
}

func TestSignFailsWithItsBody(t *testing.T) {
	t.Parallel()
	req := newRequest(t, http.MethodPost, "https://iam.example/", "")
	req.Body = io.NopCloser(iotest.ErrReader(io.ErrUnexpectedEOF))
	err := sign(req, vectorAK, NewSecret(vectorSK), time.Unix(0, 0))
	if want := "reading the request's body: unexpected EOF"; err == nil || err.Error() != want || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got the error %v, want %s", err, want)
	}
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, url, key, want string }{
		{"an escaped slash in the path", "https://host.example/v1/a%2fb/jobs", vectorAK, "escaped slash"},
		{"an escaped slash in capitals", "https://host.example/v1/a%2Fb/jobs", vectorAK, "escaped slash"},
		{"a value that is not encoded", "https://host.example/v1?name=%zz", vectorAK, "cannot be signed"},
		{"a name that is not encoded", "https://host.example/v1?%zz=name", vectorAK, "cannot be signed"},
		{"no key", "https://host.example/v1", "", "ak is required"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			req := newRequest(t, http.MethodGet, "https://host.example/", "")
			parsed, err := req.URL.Parse(test.url)
			if err != nil {
				t.Fatal(err)
			}
			req.URL = parsed
			err = sign(req, test.key, NewSecret(vectorSK), time.Unix(0, 0))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got the error %v, want one with %q", err, test.want)
			}
		})
	}
}

// FuzzQueryOf holds decoding to what the service does: every key and value that is encoded comes
// back.
func FuzzQueryOf(f *testing.F) {
	f.Add("name", "名字 (&=?!#%.*)~/+")
	f.Add("", "")
	f.Add("a&b", "=")
	f.Fuzz(func(t *testing.T, key, value string) {
		encode := func(text string) string {
			var out strings.Builder
			for _, b := range []byte(text) {
				out.WriteString("%" + strings.ToUpper(string("0123456789abcdef"[b>>4])+string("0123456789abcdef"[b&15])))
			}
			return out.String()
		}
		got, err := queryOf(encode(key) + "=" + encode(value) + "&&" + encode(key) + "=2")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string][]string{key: {value, "2"}}, got); diff != "" {
			t.Errorf("query (-want +got):\n%s", diff)
		}
	})
}

func newRequest(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	return req
}
