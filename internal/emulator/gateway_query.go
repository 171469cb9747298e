package emulator

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// timeFormat is the one form of time that the service reads and writes, 20 characters.
const timeFormat = "2006-01-02T15:04:05Z"

// pair is one parameter of a query, decoded.
type pair struct{ key, value string }

// errEscape is a % that is not followed by two hexadecimal digits.
var errEscape = errors.New("a % is not followed by two hexadecimal digits")

// percentDecode undoes percent-encoding and nothing else: a + is a plus, as RFC 3986 has it and as signatures need it.
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

// plusIsPlus makes a query safe for a parser that takes + for a space.
func plusIsPlus(rawQuery string) string { return strings.ReplaceAll(rawQuery, "+", "%2B") }

// parseQuery splits a query, keeping its order and its repetitions.
func parseQuery(rawQuery string) ([]pair, error) {
	if rawQuery == "" {
		return nil, nil
	}
	var pairs []pair
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
		pairs = append(pairs, pair{key, value})
	}
	return pairs, nil
}

// requestedOffset gives the offset that a listing asks for, 0 without a readable one.
func requestedOffset(r *http.Request) int {
	pairs, _ := parseQuery(r.URL.RawQuery)
	for _, p := range pairs {
		if p.key == "offset" {
			offset, _ := strconv.Atoi(p.value)
			return offset
		}
	}
	return 0
}

// Each check says what is wrong with a value, "" when nothing is.

func size(limit int) func(string) string {
	return func(v string) string {
		if !utf8.ValidString(v) {
			return "not UTF-8"
		}
		if utf8.RuneCountInString(v) > limit {
			return "longer than " + strconv.Itoa(limit) + " characters"
		}
		return ""
	}
}

func oneOf(choices ...string) func(string) string {
	return func(v string) string {
		if slices.Contains(choices, v) {
			return ""
		}
		return "none of " + strings.Join(choices, ", ")
	}
}

func number(least, most int) func(string) string {
	return func(v string) string {
		// Ten digits hold every 32-bit number, and keep Atoi from overflowing.
		if len(v) > 10 || strings.Trim(v, "0123456789") != "" {
			return "not a number of digits"
		}
		if n, err := strconv.Atoi(v); err != nil || n < least || n > most {
			return "outside " + strconv.Itoa(least) + ".." + strconv.Itoa(most)
		}
		return ""
	}
}

func timestamp(v string) string {
	if len(v) != len(timeFormat) {
		return "not exactly 20 characters of the form YYYY-MM-DDTHH:MM:SSZ"
	}
	if _, err := time.Parse(timeFormat, v); err != nil {
		return "not a time of the form YYYY-MM-DDTHH:MM:SSZ"
	}
	return ""
}

// stateList checks the form of a list of states. A name the service does not know is no error: it matches nothing.
func stateList(v string) string {
	for name := range strings.SplitSeq(v, ",") {
		if name == "" {
			return "an empty name in the list"
		}
	}
	return size(1024)(v)
}
