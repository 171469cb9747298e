package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// newDiagnostic returns the diagnostic of a read that ended with err: what was being done, what
// came back, and what to do. It is the only place that turns an error into a diagnostic. timeout is
// the time limit of the read.
//
// The advice is in files by subject: diagnostics_list.go, diagnostics_service.go,
// diagnostics_sign_in.go and diagnostics_settings.go.
func newDiagnostic(summary string, err error, timeout time.Duration) diag.Diagnostic {
	if settings, ok := errors.AsType[*settingsError](err); ok {
		if settings.argument != "" {
			return diag.NewAttributeErrorDiagnostic(path.Root(settings.argument), settings.summary, settings.detail)
		}
		return diag.NewErrorDiagnostic(settings.summary, settings.detail)
	}
	f := failureOf(err, timeout)
	advice := f.advice()
	if f.signIn != nil && f.signIn.Kind != credentials.Interrupted {
		summary, advice = "Unable to sign in to Huawei Cloud", adviceOnSignIn(f.signIn)
	}
	return diag.NewErrorDiagnostic(summary, paragraphs(f.happened(), f.particulars(), f.progress(), advice, f.furtherReading()))
}

// readFailure has the parts of an error of a read. A sign-in may fail before a list is read, and
// also in the middle, when a key is renewed.
type readFailure struct {
	err     error              // the error, without what a list adds to it
	list    *client.ListError  // how far a list was read, nil for another read
	signIn  *credentials.Error // nil if signing in did not fail
	op      string             // what was being done, "" where the error does not say
	cause   error              // what ended op
	answer  *transport.Error   // the request that failed, nil without one
	timeout time.Duration      // time limit of the read
}

func failureOf(err error, timeout time.Duration) readFailure {
	f := readFailure{err: err, cause: err, timeout: timeout}
	if list, ok := errors.AsType[*client.ListError](err); ok {
		f.list, f.err, f.cause = list, list.Err, list.Err
	}
	if call, ok := errors.AsType[*client.OpError](f.err); ok {
		f.op, f.cause = call.Op, call.Err
	}
	if signIn, ok := errors.AsType[*credentials.Error](f.err); ok {
		f.signIn, f.op, f.cause = signIn, signIn.Op, signIn.Err
	}
	f.answer, _ = errors.AsType[*transport.Error](f.cause)
	return f
}

// interrupted reports whether the user or Terraform ended the read.
func (f *readFailure) interrupted() bool { return errors.Is(f.err, context.Canceled) }

// timedOut reports whether the time limit ended the read.
func (f *readFailure) timedOut() bool { return errors.Is(f.err, context.DeadlineExceeded) }

// happened says what was being done and what came back.
func (f *readFailure) happened() string {
	if f.op == "" {
		return toSentence(f.err.Error())
	}
	while := "While " + f.op
	switch {
	case f.answer == nil:
		return toSentence(while + f.reason(f.cause))
	case f.answer.Err == nil:
		who := "the service"
		if f.answer.Status == http.StatusProxyAuthRequired {
			who = "a proxy"
		}
		return toSentence(while + ", " + who + " answered " + answerText(f.answer))
	case f.answer.Status >= 200 && f.answer.Status < 300:
		return toSentence(while + ", the service answered " + answerText(f.answer) + ", but " + f.answer.Err.Error())
	case f.answer.Status != 0:
		return toSentence(while + f.reason(f.answer.Err) + "; the service's last answer was " + answerText(f.answer))
	}
	return toSentence(while + f.reason(f.answer.Err))
}

// reason continues a sentence with why something failed that has no answer.
func (f *readFailure) reason(err error) string {
	_, isWait := errors.AsType[*transport.WaitError](err)
	switch {
	case isWait:
		return ": " + err.Error()
	case f.interrupted():
		return ", the read was interrupted" + lastAttempt(err, context.Canceled)
	case f.timedOut():
		return ", the read timed out after " + shortDuration(f.timeout) + lastAttempt(err, context.DeadlineExceeded)
	}
	if f.answer != nil && f.answer.Status == 0 {
		return ", the request failed: " + err.Error()
	}
	return ": " + err.Error()
}

// lastAttempt returns what err adds to ended, the error of a context.
func lastAttempt(err, ended error) string {
	_, rest, _ := strings.Cut(err.Error(), ended.Error())
	return rest
}

// answerText is the service's answer in words.
func answerText(answer *transport.Error) string {
	text := fmt.Sprintf("HTTP %d", answer.Status)
	if name := http.StatusText(answer.Status); name != "" {
		text += " (" + name + ")"
	}
	if answer.Code != "" && answer.Code != strconv.Itoa(answer.Status) { // IAM repeats the status
		text += ", " + answer.Code
	}
	if answer.Message != "" {
		text += ": " + answer.Message
	}
	return text
}

// particulars are the facts that support asks for.
func (f *readFailure) particulars() string {
	var facts []string
	source := ""
	if f.signIn != nil {
		source = f.signIn.Source
	}
	if a := f.answer; a != nil {
		if a.URL != "" {
			facts = append(facts, "Request: "+a.Method+" "+a.URL)
		}
		if a.RequestID != "" {
			facts = append(facts, "Request ID: "+a.RequestID)
		}
		if a.Attempts > 0 {
			facts = append(facts, fmt.Sprintf("Attempts: %d", a.Attempts))
		}
		if a.Source != "" {
			source = a.Source
		}
	}
	if source != "" {
		facts = append(facts, "Credential: "+source)
	}
	return strings.Join(facts, "\n")
}

// advice says what to do about a failure that is not one of signing in; "" where that is plain.
func (f *readFailure) advice() string {
	if advice := adviceOnList(f.err); advice != "" {
		return advice
	}
	switch {
	case f.interrupted():
		return ""
	case f.timedOut():
		advice := f.adviceOnTime()
		if f.answer != nil && f.answer.Status == http.StatusTooManyRequests {
			advice = adviceQuota + " " + advice
		}
		return advice
	case f.answer == nil:
		return ""
	case f.answer.Status == 0:
		return adviceOnNetwork(f.answer)
	}
	if advice := adviceOnCode(f.answer); advice != "" {
		return advice
	}
	if f.answer.Status == http.StatusBadRequest && f.list != nil && f.list.Filters != "" {
		return "The service does not say which argument it refuses. The request had " + f.list.Filters + "."
	}
	return adviceOnStatus(f.answer)
}

// paragraphs joins paragraphs, without those that are empty.
func paragraphs(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(paragraph string) bool { return paragraph == "" }), "\n\n")
}

// toSentence ends a text with a full stop and begins it with a capital letter.
func toSentence(text string) string {
	if text == "" {
		return ""
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if strings.ContainsAny(text[len(text)-1:], ".!?…") {
		return text
	}
	return text + "."
}

// shortDuration writes a duration without parts that are zero: 10m, not 10m0s.
func shortDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
