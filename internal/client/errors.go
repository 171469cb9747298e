package client

import "fmt"

// Reading is how far, and with how much effort, a list was read.
type Reading struct {
	// Pages and Jobs are what had been put together.
	Pages, Jobs int
	// Requests counts all pages that were asked for; Rereads are those of them
	// that others made necessary, by not fitting together, or replaced.
	Requests, Rereads int
}

// ListError is a list that could not be read whole.
type ListError struct {
	// What names the rows, such as "avatar training jobs".
	What string
	// Reading says how far the reading got.
	Reading Reading
	// Filters are the parameters that the service was asked with, as "name=value"
	// and without those of a page.
	Filters string
	// Err is what ended it: a *transport.Error, a *ChangingError, an
	// *InconsistentError or a *TooManyError.
	Err error
}

// Error implements error.
func (e *ListError) Error() string {
	return fmt.Sprintf("reading %s (%d pages, %d jobs, %d requests so far): %v",
		e.What, e.Reading.Pages, e.Reading.Jobs, e.Reading.Requests, e.Err)
}

// Unwrap returns what ended the reading.
func (e *ListError) Unwrap() error { return e.Err }

// ChangingError is a list that changed during each of several readings in a way
// that left it open whether a row was missed.
type ChangingError struct {
	// Rounds is how many readings were tried.
	Rounds int
}

// Error implements error.
func (e *ChangingError) Error() string {
	return fmt.Sprintf("the list kept changing: after %d readings its pages still do not fit together", e.Rounds)
}

// InconsistentError is a page that contradicts itself, however often it is read.
type InconsistentError struct {
	// Offset and Limit are what was asked for, Count and Rows what came back.
	Offset, Limit, Count, Rows int
	// Problem says in words what does not fit.
	Problem string
}

// Error implements error.
func (e *InconsistentError) Error() string {
	return fmt.Sprintf("the service contradicts itself: %s (offset %d, limit %d: %d rows of a count of %d)",
		e.Problem, e.Offset, e.Limit, e.Rows, e.Count)
}

// TooManyError is a list that is not read because no answer could hold it.
type TooManyError struct {
	// Count is how many rows the list has, Max how many are read at most.
	Count, Max int
}

// Error implements error.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("the list has %d jobs, more than the %d that are read", e.Count, e.Max)
}
