package emulator

import (
	"errors"
	"strconv"
	"strings"
)

// queryPair is one parameter of a query, decoded.
type queryPair struct{ key, value string }

// errEscape is a % that is not followed by two hexadecimal digits.
var errEscape = errors.New("a % is not followed by two hexadecimal digits")

// percentDecode decodes percent-encoding and nothing else: a + is a plus, as in RFC 3986 and in
// signatures.
func percentDecode(s string) (string, error) {
	if !strings.Contains(s, "%") {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", errEscape
		}
		c, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			return "", errEscape
		}
		b.WriteByte(byte(c))
		i += 2
	}
	return b.String(), nil
}

// plusIsPlus encodes each + of a query, for a parser that would read it as a space.
func plusIsPlus(rawQuery string) string { return strings.ReplaceAll(rawQuery, "+", "%2B") }

// parseQuery splits a query, keeping its order and its repetitions.
func parseQuery(rawQuery string) ([]queryPair, error) {
	if rawQuery == "" {
		return nil, nil
	}
	var pairs []queryPair
	for part := range strings.SplitSeq(rawQuery, "&") {
		key, value, _ := strings.Cut(part, "=")
		key, err := percentDecode(key)
		if err != nil {
			return nil, err
		}
		value, err = percentDecode(value)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, queryPair{key, value})
	}
	return pairs, nil
}
