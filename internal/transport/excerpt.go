package transport

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxExcerpt limits how much of a server's text an error shows, in bytes.
const maxExcerpt = 500

// Excerpt returns the beginning of a server's text, in one line and short enough for an error. It
// has no control characters, and none that change the direction of text in a terminal.
func Excerpt(body []byte) string {
	return shorten(oneLine(string(body[:min(len(body), 4*maxExcerpt)])))
}

// oneLine returns a text in one line, without control characters and without those that change the
// direction of what follows them.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
	return strings.Join(strings.Fields(text), " ")
}

// shorten cuts a text that is longer than maxExcerpt.
func shorten(line string) string {
	if len(line) <= maxExcerpt {
		return line
	}
	cut := maxExcerpt
	for !utf8.RuneStart(line[cut]) {
		cut--
	}
	return line[:cut] + "…"
}
