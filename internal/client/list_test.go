package client

import (
	"net/url"
	"testing"
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
