package emulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// The signature is SDK-HMAC-SHA256: an HMAC, keyed by the secret key, over the request's date and
// the hash of its canonical form.
const (
	signatureAlgorithm = "SDK-HMAC-SHA256"
	// sdkDateFormat is the form of X-Sdk-Date, always UTC.
	sdkDateFormat = "20060102T150405Z"
	// headerContentHash is signed in place of the body's hash, if the request has it.
	headerContentHash = "X-Sdk-Content-Sha256"
	unsignedPayload   = "UNSIGNED-PAYLOAD"
)

// authorization is a parsed Authorization header.
type authorization struct {
	accessKey     string
	signedHeaders []string
	signature     string
}

// parseAuthorization reads "SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…".
func parseAuthorization(value string) (a authorization, err error) {
	rest, found := strings.CutPrefix(value, signatureAlgorithm+" ")
	if !found {
		return a, errors.New("the header Authorization does not begin with " + signatureAlgorithm)
	}
	parts := strings.Split(rest, ", ")
	if len(parts) != 3 {
		return a, errors.New("the header Authorization does not have the three parts Access, SignedHeaders and Signature")
	}
	values := make([]string, 3)
	for i, name := range []string{"Access=", "SignedHeaders=", "Signature="} {
		values[i], found = strings.CutPrefix(parts[i], name)
		if !found {
			return a, fmt.Errorf("part %d of Authorization is not %s…", i+1, name)
		}
	}
	return authorization{values[0], strings.Split(values[1], ";"), values[2]}, nil
}

// checkSignedHeaders refuses a list without the date, and one that no signer writes. A list without
// host is accepted, because a widespread signer leaves it out.
func checkSignedHeaders(names []string) error {
	for _, name := range names {
		if name != strings.ToLower(name) {
			return fmt.Errorf("signed header %q is not a lower-case name", name)
		}
	}
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		return errors.New("the signed headers are not sorted, or one is named twice")
	}
	if !slices.Contains(names, strings.ToLower(headerSdkDate)) {
		return errors.New("x-sdk-date is not among the signed headers")
	}
	return nil
}

// canonicalRequest returns the form of a request that is signed.
func canonicalRequest(r *http.Request, body []byte, signedHeaders []string) (string, error) {
	path, err := canonicalPath(r.URL.EscapedPath())
	if err != nil {
		return "", err
	}
	query, err := canonicalQuery(r.URL.RawQuery)
	if err != nil {
		return "", err
	}
	headers, err := canonicalHeaders(r, signedHeaders)
	if err != nil {
		return "", err
	}
	hash, err := payloadHash(r.Header, body)
	if err != nil {
		return "", err
	}
	return strings.Join([]string{r.Method, path, query, headers, strings.Join(signedHeaders, ";"), hash}, "\n"), nil
}

// canonicalPath encodes each segment anew and adds a slash to the end, if there is none.
func canonicalPath(path string) (string, error) {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		decoded, err := percentDecode(segment)
		if err != nil {
			return "", err
		}
		segments[i] = percentEncode(decoded)
	}
	canonical := strings.Join(segments, "/")
	if !strings.HasSuffix(canonical, "/") {
		canonical += "/"
	}
	return canonical, nil
}

// canonicalQuery encodes each key and value anew and sorts them by key, then by value.
func canonicalQuery(rawQuery string) (string, error) {
	pairs, err := parseQuery(rawQuery)
	if err != nil {
		return "", err
	}
	slices.SortFunc(pairs, func(a, b queryPair) int {
		if order := strings.Compare(a.key, b.key); order != 0 {
			return order
		}
		return strings.Compare(a.value, b.value)
	})
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		parts[i] = percentEncode(p.key) + "=" + percentEncode(p.value)
	}
	return strings.Join(parts, "&"), nil
}

// canonicalHeaders writes one line for each value of each signed header.
func canonicalHeaders(r *http.Request, names []string) (string, error) {
	var b strings.Builder
	for _, name := range names {
		values := slices.Clone(r.Header.Values(name))
		if name == "host" {
			// net/http keeps the Host header apart.
			values = []string{r.Host}
		}
		if len(values) == 0 {
			return "", fmt.Errorf("signed header %s is not in the request", name)
		}
		slices.Sort(values)
		for _, value := range values {
			b.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
		}
	}
	return b.String(), nil
}

// payloadHash returns the hash of the body, or what the request has in its place.
func payloadHash(h http.Header, body []byte) (string, error) {
	hash := hexHash(body)
	given := h.Get(headerContentHash)
	switch given {
	case "", hash:
		return hash, nil
	case unsignedPayload:
		return given, nil
	default:
		return "", errors.New(headerContentHash + " is not the hash of the body")
	}
}

// signatureOf signs a canonical request.
func signatureOf(secretKey, date, canonical string) string {
	mac := hmac.New(sha256.New, []byte(secretKey))
	mac.Write([]byte(signatureAlgorithm + "\n" + date + "\n" + hexHash([]byte(canonical))))
	return hex.EncodeToString(mac.Sum(nil))
}

func hexHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// percentEncode encodes everything but RFC 3986's unreserved characters, with upper-case digits.
func percentEncode(s string) string {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(unreserved, s[i]) >= 0 {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
	}
	return b.String()
}
