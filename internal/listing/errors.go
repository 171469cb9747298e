package listing

import (
	"errors"
	"fmt"
	"strconv"
)

// errNotShown ends a reading by values in a list whose rows do not show them.
var errNotShown = errors.New("the rows do not show their place in the list")

// ChangedError is a list that changed while it was read, so that a row may be missing from what was
// read.
type ChangedError struct {
	// Noun names the rows.
	Noun string
	// Detail says what did not fit together.
	Detail string
}

// Error implements error.
func (e *ChangedError) Error() string {
	return fmt.Sprintf("the list of %s changed while it was read: %s", e.Noun, e.Detail)
}

// ServiceError is a service that does not keep to its own parameters.
type ServiceError struct {
	// Noun names the rows.
	Noun string
	// Asked is what was asked for, Got what came.
	Asked, Got string
}

// Error implements error.
func (e *ServiceError) Error() string {
	return fmt.Sprintf("the service does not keep to its own parameters: asked for %s, it answered with %s", e.Asked, e.Got)
}

// UnprovenError is a list of which it remains open whether rows are missing, and why: neither did
// the list visibly change, nor did the service visibly not keep to its parameters.
type UnprovenError struct {
	// Noun names the rows.
	Noun string
	// Asked is what was asked for, Got what came.
	Asked, Got string
}

// Error implements error.
func (e *UnprovenError) Error() string {
	return fmt.Sprintf("%s may be missing: asked for %s, the service answered with %s", e.Noun, e.Asked, e.Got)
}

// EqualRowsError is more rows of one value than a page can have, which could not be read in such a
// way that two readings agreed.
type EqualRowsError struct {
	// Noun names the rows.
	Noun string
	// Rows is how many were found.
	Rows int
	// Readings is how often they were read.
	Readings int
}

// Error implements error.
func (e *EqualRowsError) Error() string {
	return fmt.Sprintf("at least %d %s share one value by which the list is sorted, and no two of %d readings of them agreed", e.Rows, e.Noun, e.Readings)
}

// PageError is a page that contradicts itself, however often it is asked for.
type PageError struct {
	// Offset and Limit are what was asked for, Count and Rows what came.
	Offset, Limit, Count, Rows int
	// Problem says what does not fit.
	Problem string
}

// Error implements error.
func (e *PageError) Error() string {
	return fmt.Sprintf("the service contradicts itself: %s (offset %d, limit %d: %d rows, count %d)",
		e.Problem, e.Offset, e.Limit, e.Rows, e.Count)
}

// TooManyError is a list that has more rows than are read.
type TooManyError struct {
	// Noun names the rows.
	Noun string
	// Count is how many rows the list has, Max how many are read at most.
	Count, Max int
}

// Error implements error.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("the list has %d %s, more than the %d that are read", e.Count, e.Noun, e.Max)
}

// describe says in words what was asked for.
func (r *reader[T]) describe(request *Request[T]) string {
	text := strconv.Itoa(request.Limit) + " " + r.Noun + " from offset " + strconv.Itoa(request.Offset)
	if request.From != nil {
		text += " of those from the value of " + r.Key(request.From) + " on"
	}
	return text
}

// stuck returns the error of a chain that page p ought to have made longer, and did not.
func (c *chain[T]) stuck(p *page[T]) error {
	asked := c.describe(&p.Request)
	got := strconv.Itoa(len(p.rows)) + " " + c.Noun
	if len(p.rows) > 0 {
		got += " from " + c.Key(&p.rows[0]) + " to " + c.Key(&p.rows[len(p.rows)-1])
	}
	got += ", which do not continue the " + strconv.Itoa(len(c.index)) + " read before"
	switch {
	case c.changed:
		return &ChangedError{Noun: c.Noun, Detail: "asked for " + asked + ", the service answered with " + got}
	case c.ignores(p):
		return &ServiceError{Noun: c.Noun, Asked: asked, Got: got}
	default:
		return &UnprovenError{Noun: c.Noun, Asked: asked, Got: got}
	}
}

// ignores reports whether page p was asked for from a value on and begins before it.
func (c *chain[T]) ignores(p *page[T]) bool {
	if p.From == nil || len(p.rows) == 0 {
		return false
	}
	order, _ := c.view.Compare(&p.rows[0], p.From)
	return order < 0
}

// disagreed returns the error of rows that do not show what they are sorted by.
func (r *reader[T]) disagreed(how string) error {
	return &UnprovenError{Noun: r.Noun, Asked: "all of them, several times", Got: r.Noun + " that do not show the value " + how}
}

// exhausted returns the error of a chain that took too many requests.
func (c *chain[T]) exhausted() error {
	got := fmt.Sprintf("pages of which %d brought only %d %s that certainly follow one another", c.spent, len(c.index), c.Noun)
	if c.changed {
		return &ChangedError{Noun: c.Noun, Detail: "the service answered with " + got}
	}
	return &UnprovenError{Noun: c.Noun, Asked: "pages that overlap", Got: got}
}
