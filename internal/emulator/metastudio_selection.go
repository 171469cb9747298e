package emulator

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// parameter is one query parameter of the listing.
type parameter struct {
	name string
	// check says what is wrong with a value, "" when nothing is.
	check func(string) string
	// shows says whether a job is selected by a value; nil for a parameter that selects nothing.
	shows func(job *Job, value string) bool
}

// parameters are the 19 parameters of the listing, with the sizes and values that the service accepts. That name and batch_name match
// exactly is ours: the documentation does not say whether they do.
var parameters = []parameter{
	{"offset", number(0, 1<<31-1), nil},
	{"limit", number(1, 100), nil},
	{"sort_key", oneOf("create_time", "update_time", "asset_order"), nil},
	{"sort_dir", oneOf("asc", "desc"), nil},
	{"state", stateList, func(j *Job, v string) bool { return slices.Contains(strings.Split(v, ","), j.State) }},
	{"create_since", timestamp, func(j *Job, v string) bool { return text(j.CreateTime) >= v }},
	{"create_until", timestamp, func(j *Job, v string) bool { return j.CreateTime != nil && *j.CreateTime <= v }},
	{"update_since", timestamp, func(j *Job, v string) bool { return text(j.LastUpdateTime) >= v }},
	{"update_until", timestamp, func(j *Job, v string) bool { return j.LastUpdateTime != nil && *j.LastUpdateTime <= v }},
	{"query_project_id", size(256), func(j *Job, v string) bool { return text(j.ProjectID) == v }},
	{"batch_name", size(256), func(j *Job, v string) bool { return text(j.BatchName) == v }},
	{"tag", size(256), func(j *Job, v string) bool { return slices.Contains(j.Tags, v) }},
	{"job_id", size(64), func(j *Job, v string) bool { return j.JobID == v }},
	{"name", size(256), func(j *Job, v string) bool { return j.Name == v }},
	{"model_resolution", size(256), func(j *Job, v string) bool { return text(j.ModelResolution) == v }},
	{"train_location", size(256), func(j *Job, v string) bool { return j.TrainLocation == v }},
	{"is_flexus", oneOf("true", "false"), func(j *Job, v string) bool { return strconv.FormatBool(holds(j.IsFlexus)) == v }},
	{"is_live_copy", oneOf("true", "false"), func(j *Job, v string) bool { return strconv.FormatBool(holds(j.IsLiveCopy)) == v }},
	{"is_ondemand_resource", oneOf("true", "false"), func(j *Job, v string) bool {
		return strconv.FormatBool(holds(j.IsOndemandResource)) == v
	}},
}

// selection is what a listing asks for.
type selection struct {
	projectID string
	appUserID string
	values    map[string]string
}

// newSelection reads a request, or refuses it.
func newSelection(x *exchange) (*selection, *reply) {
	q := &selection{projectID: x.projectID, values: map[string]string{}}
	var refused *reply
	if q.appUserID, refused = x.appUser(); refused != nil {
		return nil, refused
	}
	pairs, err := parseQuery(x.r.URL.RawQuery)
	if err != nil {
		return nil, x.invalidParameter("query", err.Error())
	}
	for _, p := range pairs {
		at := slices.IndexFunc(parameters, func(known parameter) bool { return known.name == p.key })
		_, repeated := q.values[p.key]
		switch {
		case at < 0:
			return nil, x.invalidParameter(p.key, "the service has no such parameter")
		case repeated:
			return nil, x.invalidParameter(p.key, "given twice")
		case p.value == "":
			return nil, x.invalidParameter(p.key, "empty; it must be left out instead")
		}
		if wrong := parameters[at].check(p.value); wrong != "" {
			return nil, x.invalidParameter(p.key, wrong)
		}
		q.values[p.key] = p.value
	}
	return q, nil
}

// appUser gives the end user that a request is limited to, "" without one.
func (x *exchange) appUser() (string, *reply) {
	if len(x.r.Header.Values(headerAppUserID)) == 0 {
		return "", nil
	}
	user, single := headerValue(x.r.Header, headerAppUserID)
	printable := !strings.ContainsFunc(user, func(c rune) bool { return c < ' ' || c > '~' })
	if !single || user == "" || len(user) > 256 || !printable {
		return "", x.invalidParameter(headerAppUserID, "not 1 to 256 printable ASCII characters")
	}
	return user, nil
}

// belongs says whether the job is one of the project and the end user at all.
func (q *selection) belongs(job *Job) bool {
	if job.ListedIn == "" && q.projectID == SecondProjectID || job.ListedIn != "" && job.ListedIn != q.projectID {
		return false
	}
	return q.appUserID == "" || text(job.AppUserID) == q.appUserID
}

// shows says whether the listing shows a job.
func (q *selection) shows(job *Job) bool {
	if !q.belongs(job) {
		return false
	}
	for _, p := range parameters {
		if value, given := q.values[p.name]; given && p.shows != nil && !p.shows(job, value) {
			return false
		}
	}
	return true
}

// compare orders two jobs.
func (q *selection) compare(a, b *Job) int {
	var order int
	switch q.values["sort_key"] {
	case "update_time":
		order = cmp.Compare(text(a.LastUpdateTime), text(b.LastUpdateTime))
	case "asset_order":
		order = cmp.Compare(a.AssetOrder, b.AssetOrder)
	default:
		order = cmp.Compare(text(a.CreateTime), text(b.CreateTime))
	}
	if q.values["sort_dir"] == "desc" {
		return -order
	}
	return order
}

// number gives a numeric parameter, which newSelection has checked.
func (q *selection) number(name string, otherwise int) int {
	if n, err := strconv.Atoi(q.values[name]); err == nil {
		return n
	}
	return otherwise
}

// key names the selection without its page: two requests with one key list the same jobs in the same order.
func (q *selection) key() string {
	var b strings.Builder
	b.WriteString(q.projectID + "\x00" + q.appUserID)
	for _, p := range parameters {
		if p.name != "offset" && p.name != "limit" {
			b.WriteString("\x00" + q.values[p.name])
		}
	}
	return b.String()
}
