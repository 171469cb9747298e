package client

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/listing"
)

// TestTimesThatCompare holds that only times of the service's one form are compared as texts. Any
// other does not show the job's place in the list.
func TestTimesThatCompare(t *testing.T) {
	t.Parallel()
	const early, late = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"
	type result struct {
		order int
		shown bool
	}
	for _, test := range []struct {
		name       string
		one, other *string
		ascending  result // not shown if nothing else is said
	}{
		{name: "before", one: new(early), other: new(late), ascending: result{-1, true}},
		{name: "behind", one: new(late), other: new(early), ascending: result{1, true}},
		{name: "equal", one: new(early), other: new(early), ascending: result{0, true}},
		{name: "one is absent", other: new(late)},
		{name: "the other is absent", one: new(early)},
		{name: "both are absent"},
		{name: "empty", one: new(""), other: new(late)},
		{name: "a fraction", one: new("2026-01-01T00:00:00.5Z"), other: new(late)},
		{name: "an offset", one: new("2026-01-01T00:00:00+08:00"), other: new(late)},
		{name: "a letter for a digit", one: new("2026-01-01T00:00:0OZ"), other: new(late)},
		{name: "a space for the T", one: new("2026-01-01 00:00:00Z"), other: new(late)},
		{name: "a sign for a digit", one: new("2026-01-01T00:00:/0Z"), other: new(late)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for sortKey, job := range map[string]func(*string) *Job{
				SortByCreateTime: func(at *string) *Job { return &Job{CreateTime: at, LastUpdateTime: new("2000-01-01T00:00:00Z")} },
				SortByUpdateTime: func(at *string) *Job { return &Job{LastUpdateTime: at, CreateTime: new("2000-01-01T00:00:00Z")} },
			} {
				for sortDir, sign := range map[string]int{SortAscending: 1, SortDescending: -1} {
					view := newView(nil, &avatarJobs, &listRequest{filters: parameters{url.Values{}}}, nil, sortKey, sortDir)
					order, shown := view.Compare(job(test.one), job(test.other))
					want := result{sign * test.ascending.order, test.ascending.shown}
					if shown != want.shown || shown && order != want.order {
						t.Errorf("%s %s: %d, %t; want %+v", sortKey, sortDir, order, shown, want)
					}
				}
			}
		})
	}
}

// TestOrders holds what becomes of each order: where rows move, how pages are asked for by value,
// and in which orders the list is read where jobs do not show their place.
func TestOrders(t *testing.T) {
	t.Parallel()
	const at = "2026-01-01T00:00:00Z"
	row := &Job{JobID: "1", CreateTime: new(at), LastUpdateTime: new(at)}
	for _, test := range []struct {
		sortKey, sortDir string
		moves            listing.Movement
		from, to         string // parameters of pages by value; "" where there are none
		orders           []string
	}{
		{SortByCreateTime, SortAscending, listing.Stays, "create_since", "create_until", []string{"create_time asc"}},
		{SortByCreateTime, SortDescending, listing.Stays, "create_until", "create_since", []string{"create_time desc"}},
		{SortByUpdateTime, SortAscending, listing.ToEnd, "update_since", "update_until", []string{"create_time asc", "update_time asc"}},
		{SortByUpdateTime, SortDescending, listing.ToStart, "update_until", "update_since", []string{"create_time asc", "update_time desc"}},
		{SortByAssetOrder, SortAscending, listing.Stays, "", "", []string{"asset_order asc", "create_time asc"}},
	} {
		t.Run(test.sortKey+" "+test.sortDir, func(t *testing.T) {
			t.Parallel()
			server := start(t, emulator.WithJobCount(150))
			client := connect(t, server)
			view := newView(client, &avatarJobs, &listRequest{filters: parameters{url.Values{}}}, nil, test.sortKey, test.sortDir)
			if view.Moves != test.moves {
				t.Errorf("moves %d, want %d", view.Moves, test.moves)
			}
			if test.from != "" {
				if _, err := view.Fetch(t.Context(), listing.Request[Job]{Limit: 1, From: row, To: row}); err != nil {
					t.Fatal(err)
				}
				query := server.Requests()[0].Query
				if query.Get(test.from) != at || query.Get(test.to) != at {
					t.Errorf("sent %v", query)
				}
				if _, err := view.Fetch(t.Context(), listing.Request[Job]{Limit: 1, From: row}); err != nil {
					t.Fatal(err)
				}
				if query := server.Requests()[1].Query; query.Get(test.from) != at || query.Has(test.to) {
					t.Errorf("sent %v", query)
				}
			}

			server = start(t)
			var jobs []string
			for i := range maxPageSize {
				jobs = append(jobs, fmt.Sprintf(`{"job_id":"%d"}`, i))
			}
			server.Fail(emulator.Fault{Call: emulator.CallListing, Times: -1, Body: `{"count":100,"jobs":[` + strings.Join(jobs, ",") + `]}`})
			_, _ = connect(t, server).ListJobs(t.Context(), &ListJobsOptions{SortKey: test.sortKey, SortDir: test.sortDir})
			orders := map[string]bool{}
			for _, request := range server.Requests() {
				orders[request.Query.Get("sort_key")+" "+request.Query.Get("sort_dir")] = true
			}
			if diff := cmp.Diff(test.orders, slices.Sorted(maps.Keys(orders))); diff != "" {
				t.Errorf("orders (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNarrowNeverWidens holds that a page by value keeps to the span that the caller asked for,
// whatever rows the service has sent.
func TestNarrowNeverWidens(t *testing.T) {
	t.Parallel()
	const early, middle, late = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z"
	for _, test := range []struct{ name, parameter, asked, value, want string }{
		{"since, not asked for", "create_since", "", middle, middle},
		{"since, later", "create_since", middle, late, late},
		{"since, earlier", "create_since", middle, early, middle},
		{"until, not asked for", "update_until", "", middle, middle},
		{"until, earlier", "update_until", middle, early, early},
		{"until, later", "update_until", middle, late, middle},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			query := url.Values{}
			if test.asked != "" {
				query.Set(test.parameter, test.asked)
			}
			narrowTime(query, test.parameter, test.value)
			if got := query.Get(test.parameter); got != test.want || len(query) != 1 {
				t.Errorf("%s=%s, want %s", test.parameter, got, test.want)
			}
		})
	}
}
