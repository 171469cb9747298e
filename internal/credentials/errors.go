package credentials

import (
	"errors"
	"net/http"
	"strings"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// Error is a sign-in that failed, or a project that was not found.
type Error struct {
	// Doing is what was being done, for a sentence that begins "while ".
	Doing string
	// Source says where the credential came from that it was done with; "" when
	// there was none yet.
	Source string
	// Advice is what to do about it, in full sentences; "" where the cause says all.
	Advice string
	// Err is the cause; a *transport.Error where the service answered.
	Err error

	// lasting says that trying again at once brings the same answer.
	lasting bool
}

// Error implements error, in one line.
func (e *Error) Error() string {
	text := e.Doing
	if e.Source != "" {
		text += " with the " + e.Source
	}
	text += ": " + strings.TrimSuffix(e.Err.Error(), ".")
	if e.Advice != "" {
		text += ". " + e.Advice
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// failed makes the error of a step that was done with a credential from source.
// advise says what to do about a refusal; nil leaves that to the general advice.
func failed(doing, source string, err error, advise func(*transport.Error) string) error {
	var inner *Error
	if errors.As(err, &inner) {
		return inner // the step below says better what went wrong
	}
	failure := &Error{Doing: doing, Source: source, Err: err}
	var answer *transport.Error
	if !errors.As(err, &answer) {
		return failure
	}
	failure.Err = answer // without what the SDK wraps around it
	if answer.Status >= 400 && answer.Status < 500 &&
		answer.Status != http.StatusRequestTimeout && answer.Status != http.StatusTooManyRequests {
		failure.lasting = true
		if advise != nil {
			failure.Advice = advise(answer)
		}
		if failure.Advice == "" {
			failure.Advice = adviseOnKey(answer)
		}
	}
	return failure
}

// adviseOnKey reads the gateway's own texts on access keys and tokens.
// Source: the gateway's list of signature errors, and the API's FAQ.
func adviseOnKey(answer *transport.Error) string {
	if answer.Status != http.StatusUnauthorized {
		return ""
	}
	for _, known := range []struct{ text, advice string }{
		{"reach the limit", "The access key is locked for five minutes after too many failures in a row. Wait, and check the secret key meanwhile."},
		{"ak not exist", "The access key is unknown here: it was deleted, or belongs to another site (Chinese, international or European), or is a temporary one without its security token."},
		{"signature expired", "The local clock and the service's differ by more than 15 minutes. Set the clock."},
		{"aksk signature", "Check the secret key and the local clock. A proxy that changes requests has the same effect."},
		{"token expires", "The token has expired. Get a new one."},
		{"decrypt token", "The token is damaged, or from another region or site: a token works only in the region that issued it."},
	} {
		if strings.Contains(answer.Message, known.text) {
			return known.advice
		}
	}
	return "Check the credential; it may have expired, or belong to another region or site."
}
