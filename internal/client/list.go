package client

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/listing"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// TimeFormat is the one form in which the service takes and gives times: UTC, whole seconds, 20
// characters.
const TimeFormat = "2006-01-02T15:04:05Z"

// List is a whole list of jobs of the kind J, or a whole window of one.
type List[J any] struct {
	// Jobs are in the service's order, each job once.
	Jobs []J
	// TotalCount is how many jobs the service counts for the filters, whatever the window.
	TotalCount int
	// Reading says how the list was read.
	Reading Reading
}

// jobKind is a kind of job that the service lists, with the call that lists it.
type jobKind[J any] struct {
	// noun names the jobs, such as "avatar training jobs".
	noun string
	// path is the path of the call below the project.
	path []string
	// pageSize is the most jobs that the service puts on one page.
	pageSize int
	// id returns the unique ID of a job.
	id func(*J) string
	// check refuses a decoded job that has more in it than makes sense.
	check func(*J) error
	// normalize brings a decoded job into the form that callers get.
	normalize func(*J)
	// times are the sort keys by which the list can be narrowed. By other sort keys the jobs do not
	// show their place in the list.
	times map[string]sortTime[J]
}

// sortTime is a sort key that is a time of the jobs.
type sortTime[J any] struct {
	// value returns the time of a job as the service's parameters have it, see TimeFormat, and ""
	// if the job does not show it.
	value func(*J) string
	// since and until are the parameters that keep jobs of a span, both ends included. They know
	// whole seconds: of times with fractions, until leaves out those within the second that it
	// names. Check how the service compares before adding such times here; without them the list is
	// proven by its count.
	since, until string
	// changes is set if the time of a job can change.
	changes bool
}

// listRequest is what a list is asked for.
type listRequest struct {
	// filters are the parameters that select jobs.
	filters parameters
	header  http.Header
	// sortKey and sortDir default to create_time and asc.
	sortKey, sortDir string
	// offset is how many jobs are left out before the first, limit how many are returned at most; 0
	// returns all.
	offset, limit int64
}

// readList returns all jobs that the request selects, if they fit; nil bounds nothing. Every error
// is a
// *ListError.
func readList[J any](ctx context.Context, c *Client, kind *jobKind[J], request *listRequest, fit *Fit[J]) (*List[J], error) {
	// The default is the order in which new jobs disturb a reading least.
	sortKey, sortDir := cmp.Or(request.sortKey, SortByCreateTime), cmp.Or(request.sortDir, SortAscending)
	whole := listing.List[J]{
		View:     newView(c, kind, request, fit, sortKey, sortDir),
		Noun:     kind.noun,
		PageSize: kind.pageSize,
		InFlight: transport.MaxInFlight,
		Key:      kind.id,
		Offset:   int(request.offset),
		Limit:    int(request.limit),
	}
	if sortKey != SortByCreateTime {
		proof := newView(c, kind, request, fit, SortByCreateTime, SortAscending)
		whole.Proof = &proof
	}
	result, err := listing.Read(ctx, &whole)
	if err != nil {
		failure := &ListError{
			What: kind.noun, Reading: result.Reading, PerSecond: c.http.PerSecond(),
			Filters: describeQuery(request.filters.sorted(sortKey, sortDir)), Err: err,
		}
		if jobs := result.Count - whole.Offset; jobs > 0 {
			if whole.Limit > 0 {
				jobs = min(jobs, whole.Limit)
			}
			failure.Jobs, failure.Requests = jobs, listing.Requests(jobs, kind.pageSize)
		}
		return nil, failure
	}
	return &List[J]{Jobs: result.Rows, TotalCount: result.Count, Reading: result.Reading}, nil
}

// newView returns the list in one order.
func newView[J any](c *Client, kind *jobKind[J], request *listRequest, fit *Fit[J], sortKey, sortDir string) listing.View[J] {
	fits := newFitEstimate(fit, request)
	common := request.filters.sorted(sortKey, sortDir)
	descending := sortDir == SortDescending
	times, shown := kind.times[sortKey]
	since, until := times.since, times.until
	if descending {
		since, until = until, since
	}
	moves := listing.Stays
	switch {
	case times.changes && descending:
		moves = listing.ToStart
	case times.changes:
		moves = listing.ToEnd
	}
	return listing.View[J]{
		Moves: moves,
		Compare: func(a, b *J) (int, bool) {
			if !shown {
				return 0, false
			}
			one, other := times.value(a), times.value(b)
			if descending {
				one, other = other, one
			}
			return strings.Compare(one, other), one != "" && other != ""
		},
		Fetch: func(ctx context.Context, page listing.Request[J]) (listing.Page[J], error) {
			query := maps.Clone(common)
			query.Set("limit", strconv.Itoa(page.Limit))
			query.Set("offset", strconv.Itoa(page.Offset))
			op := fmt.Sprintf("reading %s from offset %d", kind.noun, page.Offset)
			if page.From != nil {
				narrowTime(query, since, times.value(page.From))
				op += fmt.Sprintf(" with %s=%s", since, query.Get(since))
			}
			if page.To != nil {
				narrowTime(query, until, times.value(page.To))
			}
			var answer listing.Page[J]
			err := c.get(ctx, op, query, request.header, func(body []byte) (err error) {
				answer.Count, answer.Rows, err = kind.decode(body, page.Limit)
				return err
			}, kind.path...)
			if err == nil {
				err = fits.add(page, answer)
			}
			return answer, err
		},
	}
}

// parameters are the parameters of a query. Zero values are not set.
type parameters struct{ url.Values }

func (p parameters) setText(name, value string) {
	if value != "" {
		p.Set(name, value)
	}
}

func (p parameters) setBool(name string, value *bool) {
	if value != nil {
		p.Set(name, strconv.FormatBool(*value))
	}
}

func (p parameters) setTime(name string, value time.Time) {
	if !value.IsZero() {
		p.Set(name, value.UTC().Format(TimeFormat))
	}
}

// setStates sets the states that are asked for, in an order of their own.
func (p parameters) setStates(name string, states []string) {
	p.setText(name, strings.Join(slices.Sorted(slices.Values(states)), ","))
}

// sorted returns the parameters with those of an order.
func (p parameters) sorted(sortKey, sortDir string) url.Values {
	query := maps.Clone(p.Values)
	query.Set("sort_key", sortKey)
	query.Set("sort_dir", sortDir)
	return query
}

// asEndUser returns the header that limits a call to the jobs of one end user of the caller's
// application; "" does not.
func asEndUser(id string) http.Header {
	if id == "" {
		return nil
	}
	return http.Header{"X-App-Userid": {id}}
}

// RoundUp returns t in whole seconds, not before t.
func RoundUp(t time.Time) time.Time {
	if whole := t.Truncate(time.Second); whole.Before(t) {
		return whole.Add(time.Second)
	}
	return t
}

// timeText returns a time that has the form TimeFormat, so that it can be compared as a text, and
// "" for everything else.
func timeText(value *string) string {
	const form = "dddd-dd-ddTdd:dd:ddZ"
	if value == nil || len(*value) != len(form) {
		return ""
	}
	for i := range len(form) {
		c := (*value)[i]
		if digit := c >= '0' && c <= '9'; form[i] == 'd' && !digit || form[i] != 'd' && form[i] != c {
			return ""
		}
	}
	return *value
}

// narrowTime bounds the times of a query, unless they are bounded closer already.
func narrowTime(query url.Values, name, value string) {
	current := query.Get(name)
	since := strings.HasSuffix(name, "_since")
	if current == "" || since && value > current || !since && value < current {
		query.Set(name, value)
	}
}

// describeQuery writes parameters for a person.
func describeQuery(query url.Values) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(query)) {
		pairs = append(pairs, name+"="+query.Get(name))
	}
	return strings.Join(pairs, ", ")
}
