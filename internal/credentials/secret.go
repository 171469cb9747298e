package credentials

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted stands in for a secret wherever one is printed.
const redacted = "[redacted]"

// Secret is a text that opens something: a secret key, a token, a password.
// It prints as a placeholder, whoever prints it: fmt with any verb, slog, JSON.
//
// The text is kept behind a pointer. fmt asks no methods of what stands in
// unexported fields or is printed with a wrong verb, and JSON none of a map's
// keys that are strings; all of them stop at a pointer.
type Secret struct{ text *string }

// NewSecret returns a Secret that holds text; "" is no secret at all.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.text == nil }

// Equal reports whether two secrets hold the same text.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// Reveal returns the text itself, for the request that carries it.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String implements fmt.Stringer: the placeholder, or "" for no secret at all.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return redacted
}

// Format implements fmt.Formatter, so that every verb prints as String does.
func (s Secret) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, s.String()) // a printer has nowhere to report to
}

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements encoding.TextMarshaler, and so JSON's keys and values.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler, to read KooCLI's file.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = NewSecret(string(text))
	return nil
}
