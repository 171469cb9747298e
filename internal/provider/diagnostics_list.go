package provider

import (
	"errors"
	"fmt"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
)

const adviceNarrow = "Narrow the list with its filters, such as create_since, update_since, state or batch_name, or read a part of it with offset and limit."

// progress says how far a list was read.
func (f *failure) progress() string {
	if f.list == nil || f.list.Reading.Requests == 0 {
		return ""
	}
	reading := f.list.Reading
	return fmt.Sprintf("The read got as far as %s on %s, with %s.",
		countOf(reading.Rows, "job"), countOf(reading.Pages, "page"), countOf(reading.Requests, "request"))
}

func countOf(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// adviceOnList says what to do about a list that could not be read whole, and about a job that does
// not exist; "" for any other error.
func adviceOnList(err error) string {
	const noList = "No list was returned, because a job may be missing from it"
	if _, ok := errors.AsType[*client.ChangedError](err); ok {
		return noList + ". Run again when the list changes less. " + adviceNarrow
	}
	if _, ok := errors.AsType[*client.UnprovenError](err); ok {
		return noList + ": either the list changed at the wrong moment, or the service does not keep to its offsets and filters. Run again. " + adviceNarrow
	}
	if _, ok := errors.AsType[*client.EqualRowsError](err); ok {
		return noList + ": jobs of one second come in any order, and these are more than a page holds. " +
			"Use filters such as state, batch_name or tag, so that fewer of them are in the list."
	}
	_, service := errors.AsType[*client.ServiceError](err)
	_, page := errors.AsType[*client.PageError](err)
	if service || page {
		return noList + ". If this happens again, the service, or a proxy before it, does not keep to offset and limit; report it with the figures above."
	}
	if _, ok := errors.AsType[*client.TooManyError](err); ok {
		return adviceTooLarge
	}
	if _, ok := errors.AsType[*tooLargeError](err); ok {
		return adviceTooLarge
	}
	if _, ok := errors.AsType[*client.NotFoundError](err); ok {
		return "This caller can see no job with this ID. A job belongs to one region and one project, and one that was created for an end user is found only with that user's app_user_id."
	}
	return ""
}

const adviceTooLarge = "Terraform takes no answer of more than 256 MiB, and the whole plan would fail. " + adviceNarrow
