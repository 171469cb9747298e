package transport

// Texts from outside are error texts and codes, request IDs, pages of proxies, redirects, and
// errors of net/http that quote what a server sent. Before such a text goes into an error or a log
// entry it passes secrets.show, whichever service was called.

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// redacted stands in place of a secret.
	redacted = "[redacted]"
	// fragment is the length from which a piece of a secret is one, in bytes.
	fragment = 8
	// shortestSecret is the length from which a value is replaced, in bytes. To replace a shorter
	// one wherever it stands would rather point at it.
	shortestSecret = 4
	// maxEncodings bounds how many encodings around each other are looked through, such as an
	// address in a text in JSON in an address.
	maxEncodings = 4
)

// canonicalRequest matches what the gateway adds to the text of a refused signature: the request as
// it was signed, with the values of the signed headers.
var canonicalRequest = regexp.MustCompile(`(?i)[\s,;:|("'\[{]*canonical[\s_-]?request.*`)

// secrets are the values that grant access and that the requests of one call carried. The zero
// value has none. It is not safe for concurrent use.
type secrets struct {
	values []string
	// whole are values of fewer bytes than a fragment, folded; rest are all others in every form,
	// folded and separated by zeros.
	whole [][]byte
	rest  []byte
}

// addRequest adds the secrets of a request as it is sent: those of its headers and its address.
func (s *secrets) addRequest(req *http.Request) {
	s.addHeader(req.Header)
	s.addAddress(req.URL)
}

// addHeader adds the values of headers that carry a credential.
func (s *secrets) addHeader(header http.Header) {
	for name, values := range header {
		isAuthorization := strings.HasSuffix(name, "Authorization")
		if !isAuthorization && !strings.HasSuffix(name, "-Token") && !strings.HasSuffix(name, "Cookie") {
			continue
		}
		for _, value := range values {
			if isAuthorization {
				value = secretOfAuthorization(value)
			}
			s.add(value)
		}
	}
}

// secretOfAuthorization returns the secret part of the value of an Authorization header: the
// signature, or everything after the name of the scheme. The names of the signed headers, which
// precede a signature, are words of many other texts.
func secretOfAuthorization(value string) string {
	if _, signature, ok := strings.Cut(value, "Signature="); ok {
		return signature
	}
	if _, credential, ok := strings.Cut(value, " "); ok {
		return credential
	}
	return value
}

// addAddress adds the password and the secret parameters of an address.
func (s *secrets) addAddress(address *url.URL) {
	if address == nil {
		return
	}
	if password, ok := address.User.Password(); ok {
		s.add(password)
		s.add(base64.StdEncoding.EncodeToString([]byte(address.User.Username() + ":" + password)))
	}
	for name, values := range address.Query() {
		if isSecretName(name) {
			for _, value := range values {
				s.add(value)
			}
		}
	}
}

// addBody adds the secrets of a request's body, if that is JSON.
func (s *secrets) addBody(body []byte) {
	var content any
	if json.Unmarshal(body, &content) == nil {
		s.addContent("", content)
	}
}

// addContent adds the secrets of the value that a member of a JSON object has.
func (s *secrets) addContent(name string, content any) {
	switch content := content.(type) {
	case string:
		if isSecretName(name) {
			s.add(content)
		}
	case []any:
		for _, element := range content {
			s.addContent(name, element)
		}
	case map[string]any:
		for member, value := range content {
			if member == "id" {
				member = name // IAM takes an id token as {"id_token": {"id": …}}
			}
			s.addContent(member, value)
		}
	}
}

// isSecretName reports whether the name of a parameter or of a member is that of a secret.
func isSecretName(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"password", "secret", "token", "signature"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// add adds one secret.
func (s *secrets) add(value string) {
	if slices.Contains(s.values, value) {
		return
	}
	s.values = append(s.values, value)
	// A text is shown in one line, which may change a password that has other spaces. Where a
	// password itself looks like escapes, these are decoded with those of the text.
	for form := verbatim(oneLine(value)); ; form = form.decode() {
		s.addForm(form.data)
		if next := form.decode(); len(next.data) == len(form.data) {
			break
		}
	}
	s.addForm([]byte(value))
	// Where a piece begins in a group of three bytes decides how base64 writes it.
	for start := range min(3, len(value)) {
		if form := base64.RawStdEncoding.EncodeToString([]byte(value[start:])); len(form) >= fragment {
			s.addForm([]byte(form))
		}
	}
}

// addForm adds a form that a secret may have in a text.
func (s *secrets) addForm(form []byte) {
	switch {
	case len(form) >= fragment:
		s.rest = append(appendFolded(s.rest, form), 0)
	case len(form) >= shortestSecret:
		s.whole = append(s.whole, appendFolded(nil, form))
	}
}

// show returns a text from outside as it may be shown: an excerpt, as that of Excerpt, without the
// canonical request and without secrets.
func (s *secrets) show(text string) string {
	line := oneLine(text[:min(len(text), 4*maxExcerpt)])
	return shorten(s.redact(canonicalRequest.ReplaceAllString(line, "")))
}

// Shown returns a text of a reply as the errors of this package would show it. It is for replies
// that were decoded elsewhere. values are the secrets that the text may hold.
func Shown(text string, values ...string) string {
	var s secrets
	for _, value := range values {
		s.add(value)
	}
	return s.show(text)
}

// showError returns err with a text that may be shown. It is err itself where nothing has to be
// changed, and wraps it otherwise.
func (s *secrets) showError(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	shown := s.show(text)
	if shown == text {
		return err
	}
	return &shownError{text: shown, err: err}
}

// shownError is an error whose own text must not be shown.
type shownError struct {
	text string
	err  error
}

func (e *shownError) Error() string { return e.text }
func (e *shownError) Unwrap() error { return e.err }

// redact replaces every fragment of a secret, however it is encoded.
func (s *secrets) redact(text string) string {
	hidden := make([]bool, len(text))
	decoded := verbatim(text)
	for range maxEncodings {
		s.mark(decoded, hidden)
		next := decoded.decode()
		if len(next.data) == len(decoded.data) {
			break
		}
		decoded = next
	}
	var shown strings.Builder
	isHidden := false
	for i, r := range text {
		if hidden[i] {
			if !isHidden {
				shown.WriteString(redacted)
			}
			isHidden = true
			continue
		}
		isHidden = false
		shown.WriteRune(r)
	}
	return shown.String()
}

// mark sets hidden for the bytes of the original text that encode fragments of secrets.
func (s *secrets) mark(text decodedText, hidden []bool) {
	folded := appendFolded(nil, text.data)
	hide := func(start, end int) {
		for i := text.from[start]; i < text.to[end-1]; i++ {
			hidden[i] = true
		}
	}
	for _, secret := range s.whole {
		for start := 0; ; start++ {
			at := bytes.Index(folded[start:], secret)
			if at < 0 {
				break
			}
			start += at
			hide(start, start+len(secret))
		}
	}
	// The text is short and a token long: the pieces of the text are looked for among those of the
	// secrets, in one pass over each.
	found := map[[fragment]byte]bool{}
	for start := range len(folded) - fragment + 1 {
		found[[fragment]byte(folded[start:])] = false
	}
	for start := range len(s.rest) - fragment + 1 {
		piece := [fragment]byte(s.rest[start:])
		if _, ok := found[piece]; ok {
			found[piece] = true
		}
	}
	for start := range len(folded) - fragment + 1 {
		if found[[fragment]byte(folded[start:])] {
			hide(start, start+fragment)
		}
	}
}

// appendFolded appends a text in a form that is the same for a secret and for the ways in which it
// may be written: in capitals, with spaces as an address has them, in either alphabet of base64.
func appendFolded(to, text []byte) []byte {
	for _, c := range text {
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c == ' ' || c == '-':
			c = '+'
		case c == '_':
			c = '/'
		}
		to = append(to, c)
	}
	return to
}

// decodedText is a text without one or more encodings. Byte i of data stands for the bytes from[i]
// to to[i] of the original text.
type decodedText struct {
	data     []byte
	from, to []int
}

// verbatim returns a text as it is.
func verbatim(text string) decodedText {
	decoded := decodedText{data: []byte(text), from: make([]int, len(text)), to: make([]int, len(text))}
	for i := range decoded.data {
		decoded.from[i], decoded.to[i] = i, i+1
	}
	return decoded
}

// decode removes one layer of encodings. A text that has none keeps its length.
func (t decodedText) decode() decodedText {
	var next decodedText
	for i := 0; i < len(t.data); {
		data, length := decodeEscape(t.data[i:])
		if length == 0 {
			data, length = t.data[i:i+1], 1
		}
		for _, c := range data {
			next.data = append(next.data, c)
			next.from = append(next.from, t.from[i])
			next.to = append(next.to, t.to[i+length-1])
		}
		i += length
	}
	return next
}

// decodeEscape returns what the escape at the beginning of a text stands for, and its length, which
// is 0 if there is none. It knows the escapes of addresses, of JSON and Go, and of HTML.
func decodeEscape(text []byte) (data []byte, length int) {
	if len(text) < 2 {
		return nil, 0
	}
	switch text[0] {
	case '%':
		return hexByte(text, 1)
	case '\\':
		switch text[1] {
		case 'u':
			return hexRune(text)
		case 'x':
			return hexByte(text, 2)
		case '"', '\'', '\\', '/':
			return text[1:2], 2
		case 'n', 'r', 't':
			return []byte{' '}, 2
		}
	case '&':
		const longest = len("&#x0010FFFF;")
		if end := bytes.IndexByte(text[:min(len(text), longest)], ';'); end > 0 {
			entity := string(text[:end+1])
			if decoded := html.UnescapeString(entity); decoded != entity {
				return []byte(decoded), len(entity)
			}
		}
	}
	return nil, 0
}

// hexByte returns the byte of the two hexadecimal digits at position at.
func hexByte(text []byte, at int) (data []byte, length int) {
	if len(text) < at+2 {
		return nil, 0
	}
	value, err := strconv.ParseUint(string(text[at:at+2]), 16, 8)
	if err != nil {
		return nil, 0
	}
	return []byte{byte(value)}, at + 2
}

// hexRune returns the character of an escape \uXXXX, or of two that are a surrogate pair.
func hexRune(text []byte) (data []byte, length int) {
	const escape = len(`\uXXXX`)
	unit := func(text []byte) (rune, bool) {
		if len(text) < escape || text[0] != '\\' || text[1] != 'u' {
			return 0, false
		}
		value, err := strconv.ParseUint(string(text[2:escape]), 16, 16)
		return rune(value), err == nil
	}
	first, ok := unit(text)
	if !ok {
		return nil, 0
	}
	if second, ok := unit(text[escape:]); ok {
		if r := utf16.DecodeRune(first, second); r != unicode.ReplacementChar {
			return utf8.AppendRune(nil, r), 2 * escape
		}
	}
	return utf8.AppendRune(nil, first), escape
}
