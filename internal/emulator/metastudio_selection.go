package emulator

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// selection is what a listing asks for.
type selection struct {
	options   *listingOptions
	projectID string
	appUserID string
	values    map[string]string
}

// newSelection reads a request, or refuses it. Ours: a parameter that is not documented, or is
// given twice, is refused.
func newSelection(x *exchange, options *listingOptions) (*selection, *reply) {
	q := &selection{options: options, projectID: x.projectID, values: map[string]string{}}
	seen := map[string]bool{}
	var refused *reply
	if q.appUserID, refused = x.appUser(); refused != nil {
		return nil, refused
	}
	pairs, err := parseQuery(x.r.URL.RawQuery)
	if err != nil {
		return nil, x.invalidParameter("query", err.Error())
	}
	for _, p := range pairs {
		at := slices.IndexFunc(listingParameters, func(known parameter) bool { return known.name == p.key })
		switch {
		case at < 0:
			return nil, x.invalidParameter(p.key, "the service has no such parameter")
		case seen[p.key]:
			return nil, x.invalidParameter(p.key, "given twice")
		case p.value == "":
			return nil, x.invalidParameter(p.key, "empty; it must be left out instead")
		}
		if wrong := listingParameters[at].check(p.value); wrong != "" {
			return nil, x.invalidParameter(p.key, wrong)
		}
		seen[p.key] = true
		if !options.ignored[p.key] {
			q.values[p.key] = p.value
		}
	}
	return q, nil
}

// appUser returns the end user that a request is limited to, "" without one.
func (x *exchange) appUser() (string, *reply) {
	if len(x.r.Header.Values(headerAppUserID)) == 0 {
		return "", nil
	}
	user := headerValue(x.r.Header, headerAppUserID)
	printable := !strings.ContainsFunc(user, func(c rune) bool { return c < ' ' || c > '~' })
	if user == "" || len(user) > 256 || !printable {
		return "", x.invalidParameter(headerAppUserID, "not 1 to 256 printable ASCII characters")
	}
	return user, nil
}

// belongs reports whether the job is one of the project and the end user at all. The project of
// SecondRegion has no jobs; all others have the same.
func (q *selection) belongs(job *Job) bool {
	return q.projectID != SecondProjectID && (q.appUserID == "" || stringValue(job.AppUserID) == q.appUserID)
}

// shows reports whether the listing shows a job.
func (q *selection) shows(job *Job) bool {
	if !q.belongs(job) {
		return false
	}
	for _, p := range listingParameters {
		if value, given := q.values[p.name]; given && p.shows != nil && !p.shows(q, job, value) {
			return false
		}
	}
	return true
}

// compare orders two jobs. Ours: without sort_key they are sorted by create_time.
func (q *selection) compare(a, b *Job) int {
	var order int
	switch key := q.values["sort_key"]; key {
	case "asset_order":
		order = cmp.Compare(a.AssetOrder, b.AssetOrder)
	default:
		order = cmp.Compare(q.timeOf(key, a), q.timeOf(key, b))
	}
	if q.values["sort_dir"] == "desc" {
		return -order
	}
	return order
}

// hiddenTimeFormat makes hidden times comparable as text.
const hiddenTimeFormat = "2006-01-02T15:04:05.000000000Z"

// timeOf returns the time that a job is sorted and filtered by, in a form that compares as text; ""
// when it has none.
func (q *selection) timeOf(sortKey string, job *Job) string {
	if q.options.hiddenTime != nil {
		return q.options.hiddenTime(cmp.Or(sortKey, "create_time"), *job).UTC().Format(hiddenTimeFormat)
	}
	if sortKey == "update_time" {
		return stringValue(job.LastUpdateTime)
	}
	return stringValue(job.CreateTime)
}

// bound returns the value of a time filter, which newSelection has checked, to compare with timeOf.
func (q *selection) bound(value string) string {
	if q.options.timeShift == 0 && q.options.hiddenTime == nil {
		return value
	}
	bound, _ := time.Parse(timeFormat, value)
	bound = bound.Add(q.options.timeShift)
	if q.options.hiddenTime != nil {
		return bound.Format(hiddenTimeFormat)
	}
	return bound.Format(timeFormat)
}

// number returns a numeric parameter, which newSelection has checked.
func (q *selection) number(name string, otherwise int) int {
	if n, err := strconv.Atoi(q.values[name]); err == nil {
		return n
	}
	return otherwise
}

// key identifies the selection without its page: requests with the same key list the same jobs in
// the same order.
func (q *selection) key() string {
	var b strings.Builder
	b.WriteString(q.projectID + "\x00" + q.appUserID)
	for _, p := range listingParameters {
		if p.name != "offset" && p.name != "limit" {
			b.WriteString("\x00" + q.values[p.name])
		}
	}
	return b.String()
}
