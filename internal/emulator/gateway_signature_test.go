package emulator

import (
	"net/http"
	"strings"
	"testing"
)

// The vectors of the vendor's signer, of its documentation, and two that were computed by another
// implementation.
func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	const jobs = "https://metastudio.cn-north-4.myhuaweicloud.com/v1/0123456789abcdef0123456789abcdef/digital-human-training-manage/user/jobs"
	tests := []struct {
		name, url, secret, date, signed string
		headers                         map[string]string
		hash, signature                 string
	}{
		{
			name: "date only", url: "https://example.huaweicloud.com/path?limit=1", secret: "SecretKey", date: "20060102T150405Z",
			signed: "x-sdk-date", signature: "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624",
		},
		{
			name: "documentation",
			url: "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=" +
				"13551d6b-755d-4757-b956-536f674975c0",
			secret: "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc", date: "20191115T033655Z", signed: "content-type;host;x-sdk-date",
			headers:   map[string]string{"Content-Type": "application/json"},
			hash:      "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a",
			signature: "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
		},
		{
			name: "listing", url: jobs + "?limit=100&offset=0", secret: SecretKey, date: "20260102T030405Z", signed: "host;x-sdk-date",
			hash:      "14333746dbf82257fb160acd6e7349ca139ed60d15e95cd82af3df36dd8f8f6e",
			signature: "b605f0d7c4a2a8fe978b2e985d372231f49c04528530c3164bdf7ecac1ad1bf9",
		},
		{
			name: "hard characters, any order",
			url: jobs + "?state=TRAINING,JOB_SUCCESS&name=%e5%90%8D%E5%AD%97%20(%26=%3F!%23%25.*)~/%2B&offset=200&limit=100" +
				"&sort_dir=asc&sort_key=create_time&is_flexus=false&create_since=2026-01-01T00:00:00Z",
			secret: SecretKey, date: "20260102T030405Z", signed: "host;x-app-userid;x-project-id;x-sdk-date;x-security-token",
			headers: map[string]string{
				"X-App-UserId": "user-1", "X-Project-Id": "0123456789abcdef0123456789abcdef", "X-Security-Token": " tok/en== ",
			},
			hash:      "afc0fa27f80b4fffeb9a86f572559505d26999f32f597cde98fa5e856670d527",
			signature: "92b0beacb698e16d1d5468524599b81e69968872c6763a141acc0266c614be32",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, test.url, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set(headerSdkDate, test.date)
			for name, value := range test.headers {
				r.Header.Set(name, value)
			}
			canonical, err := canonicalRequest(r, nil, strings.Split(test.signed, ";"))
			if err != nil {
				t.Fatal(err)
			}
			if got := hexHash([]byte(canonical)); test.hash != "" && got != test.hash {
				t.Errorf("hash %s, want %s, of\n%s", got, test.hash, canonical)
			}
			if got := signatureOf(test.secret, test.date, canonical); got != test.signature {
				t.Errorf("signature %s, want %s, of\n%s", got, test.signature, canonical)
			}
		})
	}
}

func TestSignatureCoversQueryAsItIs(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, query, want string }{
		{"plus is a plus", "name=a+b", "name=a%2Bb"},
		{"space", "name=a%20b", "name=a%20b"},
		{"no value", "name", "name="},
		{"sorted by key, then value", "b=1&a=2&a=1", "a=1&a=2&b=1"},
		{"lower-case digits", "name=%c3%a9", "name=%C3%A9"},
		{"none", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := canonicalQuery(test.query)
			if err != nil || got != test.want {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
		})
	}
	for _, query := range []string{"a=%", "a=%2", "a=%zz", "%=a"} {
		if _, err := canonicalQuery(query); err == nil {
			t.Errorf("%s was accepted", query)
		}
	}
}

func TestSignedHeaders(t *testing.T) {
	t.Parallel()
	for _, names := range []string{"", "host", "host;host;x-sdk-date", ";host;x-sdk-date;x-sdk-date", "x-sdk-date;host", "Host;x-sdk-date"} {
		if err := checkSignedHeaders(strings.Split(names, ";")); err == nil {
			t.Errorf("%q is accepted", names)
		}
	}
	r := newRequest(t, &Server{URL: "http://host"}, http.MethodGet, "/", "", "X-A: 2", "X-A:  1 ")
	if got, err := canonicalHeaders(r, []string{"host", "x-a"}); err != nil || got != "host:host\nx-a:1\nx-a:2\n" {
		t.Errorf("the canonical headers are %q, %v", got, err)
	}
	if got, err := canonicalHeaders(r, []string{"x-b"}); err == nil {
		t.Errorf("a header that is not sent is %q", got)
	}
	for _, path := range []string{"/a", "/a/"} {
		if got, err := canonicalPath(path); err != nil || got != "/a/" {
			t.Errorf("the canonical form of %s is %s, %v", path, got, err)
		}
	}
}

func TestPayloadHash(t *testing.T) {
	t.Parallel()
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	tests := []struct {
		name, given, want string
		wrong             bool
	}{
		{name: "empty body", want: empty},
		{name: "given", given: empty, want: empty},
		{name: "unsigned", given: unsignedPayload, want: unsignedPayload},
		{name: "another", given: strings.Repeat("0", 64), wrong: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := payloadHash(http.Header{headerContentHash: {test.given}}, nil)
			if got != test.want || (err != nil) != test.wrong {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
