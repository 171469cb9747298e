package emulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// timeFormat is the one form of time that the service reads and writes, 20 characters.
const timeFormat = "2006-01-02T15:04:05Z"

// parameter is one query parameter of the listing.
type parameter struct {
	name string
	// check returns what is wrong with a value, "" when nothing is.
	check func(string) string
	// shows reports whether a job is selected by a value; nil for a parameter that selects nothing.
	shows func(q *selection, job *Job, value string) bool
}

// listingParameters are the 19 parameters of the listing, with the sizes and values that the
// service accepts. Ours: texts match exactly, query_project_id is compared with the project_id of a
// job, and an absent flag counts as false.
var listingParameters = []parameter{
	{"offset", numberBetween(0, 1<<31-1), nil},
	{"limit", numberBetween(1, 100), nil},
	{"sort_key", choiceOf("create_time", "update_time", "asset_order"), nil},
	{"sort_dir", choiceOf("asc", "desc"), nil},
	{"state", checkStateList, func(_ *selection, j *Job, v string) bool { return slices.Contains(strings.Split(v, ","), j.State) }},
	{"create_since", checkTimestamp, notBefore("create_time")},
	{"create_until", checkTimestamp, notAfter("create_time")},
	{"update_since", checkTimestamp, notBefore("update_time")},
	{"update_until", checkTimestamp, notAfter("update_time")},
	{"query_project_id", runesUpTo(256), func(_ *selection, j *Job, v string) bool { return stringValue(j.ProjectID) == v }},
	{"batch_name", runesUpTo(256), func(_ *selection, j *Job, v string) bool { return stringValue(j.BatchName) == v }},
	{"tag", runesUpTo(256), func(_ *selection, j *Job, v string) bool { return slices.Contains(j.Tags, v) }},
	{"job_id", runesUpTo(64), func(_ *selection, j *Job, v string) bool { return j.JobID == v }},
	{"name", runesUpTo(256), func(_ *selection, j *Job, v string) bool { return j.Name == v }},
	{"model_resolution", runesUpTo(256), func(_ *selection, j *Job, v string) bool { return stringValue(j.ModelResolution) == v }},
	{"train_location", runesUpTo(256), func(_ *selection, j *Job, v string) bool { return j.TrainLocation == v }},
	{"is_flexus", choiceOf("true", "false"), func(_ *selection, j *Job, v string) bool { return strconv.FormatBool(isTrue(j.IsFlexus)) == v }},
	{"is_live_copy", choiceOf("true", "false"), func(_ *selection, j *Job, v string) bool { return strconv.FormatBool(isTrue(j.IsLiveCopy)) == v }},
	{"is_ondemand_resource", choiceOf("true", "false"), func(_ *selection, j *Job, v string) bool {
		return strconv.FormatBool(isTrue(j.IsOndemandResource)) == v
	}},
}

// notBefore selects the jobs from a time on.
func notBefore(sortKey string) func(*selection, *Job, string) bool {
	return func(q *selection, job *Job, v string) bool {
		value, bound := q.timeOf(sortKey, job), q.bound(v)
		return value > bound || value == bound && !q.options.exclusiveTimes
	}
}

// notAfter selects the jobs up to a time; a job without that time is none of them.
func notAfter(sortKey string) func(*selection, *Job, string) bool {
	return func(q *selection, job *Job, v string) bool {
		value, bound := q.timeOf(sortKey, job), q.bound(v)
		return value != "" && (value < bound || value == bound && !q.options.exclusiveTimes)
	}
}

// requestedOffset returns the offset that a listing asks for, 0 without a readable one.
func requestedOffset(r *http.Request) int {
	pairs, _ := parseQuery(r.URL.RawQuery)
	for _, p := range pairs {
		if p.key == "offset" {
			offset, _ := strconv.Atoi(p.value)
			return offset
		}
	}
	return 0
}

// Each check returns what is wrong with a value, "" when nothing is.

func runesUpTo(limit int) func(string) string {
	return func(v string) string {
		if !utf8.ValidString(v) {
			return "not UTF-8"
		}
		if utf8.RuneCountInString(v) > limit {
			return "longer than " + strconv.Itoa(limit) + " characters"
		}
		return ""
	}
}

func choiceOf(choices ...string) func(string) string {
	return func(v string) string {
		if slices.Contains(choices, v) {
			return ""
		}
		return "none of " + strings.Join(choices, ", ")
	}
}

func numberBetween(least, most int) func(string) string {
	return func(v string) string {
		// Ten digits hold every 32-bit number, and keep Atoi from overflowing.
		if len(v) > 10 || strings.Trim(v, "0123456789") != "" {
			return "not a number of digits"
		}
		if n, err := strconv.Atoi(v); err != nil || n < least || n > most {
			return "outside " + strconv.Itoa(least) + ".." + strconv.Itoa(most)
		}
		return ""
	}
}

func checkTimestamp(v string) string {
	if len(v) != len(timeFormat) {
		return "not exactly 20 characters of the form YYYY-MM-DDTHH:MM:SSZ"
	}
	if _, err := time.Parse(timeFormat, v); err != nil {
		return "not a time of the form YYYY-MM-DDTHH:MM:SSZ"
	}
	return ""
}

// checkStateList checks the form of a list of states. A state that the service does not know is no
// error, and matches nothing.
func checkStateList(v string) string {
	for name := range strings.SplitSeq(v, ",") {
		if name == "" {
			return "an empty name in the list"
		}
	}
	return runesUpTo(1024)(v)
}
