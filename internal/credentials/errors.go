package credentials

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// Kind is the kind of failure that an Error is about.
type Kind int

const (
	// Unavailable is a service that did not answer, or answered in a way that may pass.
	Unavailable Kind = iota
	// UnexpectedReply is a successful reply without the content that the service documents.
	UnexpectedReply
	// Interrupted is a context that ended.
	Interrupted

	// NoCredential is a configuration without a credential, on a machine without a metadata
	// service.
	NoCredential
	// NoInstanceAgency is a configuration without a credential, on an ECS instance that has no
	// agency.
	NoInstanceAgency
	// MetadataFailed is a metadata service that did not return the key of the instance's agency.
	MetadataFailed

	// KeyRefused is an access key, permanent or temporary, that the service refused.
	KeyRefused
	// TokenRefused is a token that the service refused.
	TokenRefused
	// PasswordRefused is a user or a password that IAM refused, or a project that the user cannot
	// get a token for.
	PasswordRefused
	// AgencyRefused is an agency that could not be assumed.
	AgencyRefused
	// IDTokenRefused is an id token that IAM or STS refused.
	IDTokenRefused
	// IDTokenUnavailable is a file of an id token that cannot be read, or is empty.
	IDTokenUnavailable
	// ExchangeRefused is a token that IAM refused to exchange for a temporary access key.
	ExchangeRefused

	// ProjectsRefused is a list of the account's projects that IAM refused.
	ProjectsRefused
	// ProjectNotFound is a project that the account does not have.
	ProjectNotFound
	// SeveralProjects is the name of more than one project.
	SeveralProjects
	// TokenOfAccount is a token for an account where one for a project is needed.
	TokenOfAccount
	// TokenOfOtherProject is a token for another project than the one that is read.
	TokenOfOtherProject
)

// lasting reports whether another try at once would fail in the same way. Such a failure is
// remembered for a while.
func (k Kind) lasting() bool {
	switch k {
	case Unavailable, UnexpectedReply, Interrupted, IDTokenUnavailable:
		return false
	default:
		return true
	}
}

// Error is a failure to sign in or to find a project. Nobody changes it once it is made.
type Error struct {
	// Kind is what failed.
	Kind Kind
	// Op is what was being done, such as "getting a token from IAM".
	Op string
	// Source describes where the credential came from that it was done with; "" without one.
	Source string
	// Region and Project are what was to be read; Project is an ID or a name. Each is "" where the
	// operation was not for one.
	Region, Project string
	// Err is the cause; a *transport.Error where a service was called.
	Err error
}

// Error implements error, in one line.
func (e *Error) Error() string {
	line := e.Op
	if e.Source != "" {
		line += " with the " + e.Source
	}
	return line + ": " + strings.TrimSuffix(e.Err.Error(), ".")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// errUnexpectedReply is a successful reply without the documented content. Neither the reply nor
// the SDK's error, which quotes it, is shown: it may hold half a secret.
var errUnexpectedReply = errors.New("the reply is not the one that the service documents")

// maxReply bounds the body of a reply of IAM, STS and the metadata service, in bytes. The largest
// is a token with its catalog of services, some 100 kB.
const maxReply = 512 << 10

// maxSecret bounds a part of a credential in a reply, in bytes. A token has some 10 kB, and the
// gateway takes headers of 32 kB.
const maxSecret = 32 << 10

// usable reports whether the parts of a credential in a reply are all there, and of a size that a
// request can carry.
func usable(parts ...string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return part == "" || len(part) > maxSecret })
}

// operation is one step of signing in, as its errors describe it.
type operation struct {
	op      string
	source  string
	target  target
	refused Kind // when the service refuses the request
	// unauthorized is the kind when the service answers 401: then it is not the request that is
	// refused, but the credential that the request was sent with.
	unauthorized Kind
}

// failed returns the error of an operation that ended with err, the error of a call.
func (o operation) failed(err error) error {
	if inner, ok := errors.AsType[*Error](err); ok {
		return inner // of a sign-in that this operation needed
	}
	kind := Unavailable
	answer, answered := errors.AsType[*transport.Error](err)
	switch {
	case answered:
		kind = o.kindOf(answer)
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		kind = Interrupted
	case errors.Is(err, errUnexpectedReply):
		kind = UnexpectedReply
	}
	return o.error(kind, err)
}

func (o operation) kindOf(answer *transport.Error) Kind {
	switch status := answer.Status; {
	case status < 400 || status > 499 || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests:
		return Unavailable
	case status == http.StatusUnauthorized:
		return o.unauthorized
	}
	return o.refused
}

// error returns an error of this operation.
func (o operation) error(kind Kind, err error) *Error {
	failure := &Error{Kind: kind, Op: o.op, Source: o.source, Region: o.target.region, Project: o.target.project.ID, Err: err}
	if failure.Project == "" {
		failure.Project = o.target.project.Name
	}
	return failure
}
