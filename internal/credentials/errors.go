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
	// Advice is what to do about it, in full sentences; "" where that depends on
	// what the service says of the credential, and on nothing else.
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
// advise says what to do about a refusal of this step in particular; nil, and "",
// where what the service says of the credential says it all.
func failed(doing, source string, err error, advise func(*transport.Error) string) error {
	if inner, ok := errors.AsType[*Error](err); ok {
		return inner // the step below says better what went wrong
	}
	failure := &Error{Doing: doing, Source: source, Err: err}
	answer, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return failure
	}
	failure.Err = answer // without what the SDK wraps around it
	if answer.Status >= 400 && answer.Status < 500 &&
		answer.Status != http.StatusRequestTimeout && answer.Status != http.StatusTooManyRequests {
		failure.lasting = true
		if advise != nil {
			failure.Advice = advise(answer)
		}
	}
	return failure
}
