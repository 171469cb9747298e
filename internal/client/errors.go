package client

import (
	"fmt"

	"github.com/metastudio/terraform-provider-metastudio/internal/listing"
)

// What a list is read with, and what can end that, under names that do not make the caller depend
// on package listing.
type (
	// Reading says how far, and with how much work, a list was read.
	Reading = listing.Reading
	// ChangedError is a list that changed too much while it was read.
	ChangedError = listing.ChangedError
	// ServiceError is a service that does not keep to its own parameters.
	ServiceError = listing.ServiceError
	// UnprovenError is a list of which it remains open whether jobs are missing.
	UnprovenError = listing.UnprovenError
	// EqualRowsError is too many jobs of one second.
	EqualRowsError = listing.EqualRowsError
	// PageError is a page that contradicts itself.
	PageError = listing.PageError
	// TooManyError is a list with more jobs than are read.
	TooManyError = listing.TooManyError
)

// ListError is a list that could not be read whole.
type ListError struct {
	// What names the rows, such as "avatar training jobs".
	What string
	// Reading says how far the reading got.
	Reading Reading
	// Jobs is how many jobs there are to read by the service's own count, and Requests how many
	// requests they take where nothing changes; 0 before the first page came.
	Jobs, Requests int
	// PerSecond is how many requests a second are sent at most, 0 without a limit.
	PerSecond float64
	// Filters are the parameters that the service was asked with, as "name=value" and without those
	// of a page.
	Filters string
	// Err is what ended it: an *OpError, a *ChangedError, a *ServiceError, an
	// *UnprovenError, an *EqualRowsError, a *PageError or a *TooManyError.
	Err error
}

// Error implements error.
func (e *ListError) Error() string {
	return fmt.Sprintf("reading %s (%d pages, %d jobs, %d requests so far): %v",
		e.What, e.Reading.Pages, e.Reading.Rows, e.Reading.Requests, e.Err)
}

// Unwrap returns what ended the reading.
func (e *ListError) Unwrap() error { return e.Err }
