package provider

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

const adviceNarrow = "Narrow the list with its filters, such as create_since, update_since, state or batch_name, or read a part of it with offset and limit."

// progress says how far a list was read; "" before its first page.
func (f *readFailure) progress() string {
	if f.list == nil || f.list.Reading.Pages == 0 {
		return ""
	}
	reading := f.list.Reading
	jobs := countOf(reading.Rows, "job")
	if f.list.Jobs > reading.Rows {
		jobs = grouped(reading.Rows) + " of about " + countOf(f.list.Jobs, "job")
	}
	return fmt.Sprintf("The read got as far as %s on %s, with %s.",
		jobs, countOf(reading.Pages, "page"), countOf(reading.Requests, "request"))
}

// adviceOnTime says why the time limit was too short, as far as that is known, and what to do.
func (f *readFailure) adviceOnTime() string {
	const narrow = "or narrow what is read."
	more := fmt.Sprintf("The read had %s. Set timeouts = { read = \"…\" } to give it more time", shortDuration(f.timeout))
	if f.list == nil {
		return more + "."
	}
	more += ", " + narrow
	if f.list.Jobs == 0 || f.list.PerSecond == 0 {
		return more
	}
	// In floating point, since a low rate and a long list are more than a time.Duration holds.
	needed := math.Ceil(float64(f.list.Requests) / f.list.PerSecond)
	const most = 1000 * time.Hour
	about := "more than 1,000 hours"
	if needed < most.Seconds() {
		about = "about " + shortDuration(time.Duration(needed)*time.Second)
	}
	takes := fmt.Sprintf("About %s take %s, which need %s at the rate of %s requests a second (max_requests_per_second). ",
		countOf(f.list.Jobs, "job"), countOf(f.list.Requests, "request"), about, strconv.FormatFloat(f.list.PerSecond, 'f', -1, 64))
	_, isWait := errors.AsType[*transport.WaitError](f.err)
	switch {
	case needed >= most.Seconds():
		return takes + "Raise the rate, " + narrow
	case needed >= f.timeout.Seconds():
		read := time.Duration(math.Ceil(2*needed/60)) * time.Minute
		return takes + fmt.Sprintf("Set timeouts = { read = %q }, raise the rate if the tenant's quota is higher, "+narrow, shortDuration(read))
	case isWait: // which is the reason
		return more
	}
	return takes + "The rest of the time went by while the service answered late or asked to wait, or while other reads through this provider block used the rate. " + more
}

// countOf writes a number of things.
func countOf(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(n) + " " + noun + "s"
}

// grouped writes a number with a comma after the thousands.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
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
		return noList + ": the service puts jobs of equal value in any order, and these are more than a page holds. " +
			"Use filters such as state, batch_name or tag, so that fewer of them are in the list."
	}
	_, service := errors.AsType[*client.ServiceError](err)
	_, page := errors.AsType[*client.PageError](err)
	if service || page {
		return noList + ". Run again. If this happens again, the service or a proxy in between does not do what the parameters ask for: report it to Huawei Cloud with the figures above."
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
