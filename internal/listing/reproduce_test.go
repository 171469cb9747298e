package listing_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/listing"
)

// TestServiceIsReproducible reads the same cases twice, side by side within each reading, and
// compares what the service answered.
func TestServiceIsReproducible(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for seed := range uint64(20) {
		var readings [2][]string
		for i := range readings {
			c := classNamed("create_time, replicas").draft(40, 1, seed, "in parallel")
			read(t, c.setup, func(ctx context.Context, s *service) (listing.Result[row], error) {
				// The requests of a wave leave in the same instant, more than the token bucket lets
				// through at once.
				for wave := range 4 {
					var pages [inFlight]listing.Page[row]
					var all sync.WaitGroup
					for n := range pages {
						all.Go(func() {
							pages[n], _ = s.list().Fetch(ctx, listing.Request[row]{Offset: 98 * (inFlight*wave + n), Limit: 100})
						})
					}
					all.Wait()
					for _, page := range pages {
						for _, r := range page.Rows {
							readings[i] = append(readings[i], r.ID)
						}
					}
				}
				return listing.Result[row]{}, errRequest
			})
		}
		if diff := cmp.Diff(readings[0], readings[1]); diff != "" {
			t.Fatalf("seed %d: first reading -, second +:\n%s", seed, diff)
		}
		seen[readings[0][0]] = true
	}
	if len(seen) == 1 {
		t.Error("all seeds give the same list")
	}
}

// TestService holds what the service answers against what the setups promise.
func TestService(t *testing.T) {
	t.Parallel()
	// The list has the values 0, 10, 10, 10, 20, 30 ... 190.
	request := func(offset, limit int, bounds ...int64) listing.Request[row] {
		r := listing.Request[row]{Offset: offset, Limit: limit}
		if len(bounds) > 0 {
			r.From = &row{Value: bounds[0], Shown: true}
		}
		if len(bounds) > 1 {
			r.To = &row{Value: bounds[1], Shown: true}
		}
		return r
	}
	for _, test := range []struct {
		name    string
		setup   setup
		request listing.Request[row]
		values  []int64
		count   int
	}{
		{"a page", setup{}, request(2, 4), []int64{10, 10, 20, 30}, 22},
		{"beyond the end", setup{}, request(50, 4), nil, 22},
		{"the end", setup{}, request(20, 4), []int64{180, 190}, 22},
		{"clamped", setup{Clamp: 2}, request(2, 4), []int64{10, 10}, 22},
		{"descending", setup{Descending: true}, request(18, 5), []int64{10, 10, 10, 0}, 22},
		{"from", setup{}, request(0, 3, 170), []int64{170, 180, 190}, 3},
		{"from between", setup{}, request(0, 3, 171), []int64{180, 190}, 2},
		{"from, offset", setup{}, request(1, 3, 10), []int64{10, 10, 20}, 21},
		{"to", setup{}, request(0, 9, 0, 20), []int64{0, 10, 10, 10, 20}, 5},
		{"from to", setup{}, request(0, 9, 10, 10), []int64{10, 10, 10}, 3},
		{"from, descending", setup{Descending: true}, request(0, 9, 20), []int64{20, 10, 10, 10, 0}, 5},
		{"from to, descending", setup{Descending: true}, request(0, 9, 40, 20), []int64{40, 30, 20}, 3},
		{"from, exclusive", setup{Filter: exclusive}, request(0, 3, 10), []int64{20, 30, 40}, 18},
		{"from to, exclusive", setup{Filter: exclusive}, request(0, 9, 10, 40), []int64{20, 30}, 2},
		{"from, exclusive, descending", setup{Filter: exclusive, Descending: true}, request(0, 3, 20), []int64{10, 10, 10}, 4},
		{"from, ignored", setup{Filter: ignored}, request(0, 2, 100), []int64{0, 10}, 22},
		{"from, shifted", setup{Filter: shifted, FilterBy: [2]int64{-20, 0}}, request(0, 2, 100), []int64{80, 90}, 12},
		{"from, shifted, descending", setup{Filter: shifted, FilterBy: [2]int64{-20, 0}, Descending: true}, request(0, 2, 100), []int64{120, 110}, 15},
		{"to, shifted", setup{Filter: shifted, FilterBy: [2]int64{0, 20}}, request(0, 9, 40, 50), []int64{40, 50, 60, 70}, 4},
		{"rounded", setup{Offsets: rounded}, request(7, 4), []int64{20, 30, 40, 50}, 22},
		{"rounded, clamped", setup{Offsets: rounded, Clamp: 3}, request(7, 4), []int64{40, 50, 60}, 22},
		{"page 0", setup{Offsets: pagesFrom0}, request(0, 4), []int64{0, 10, 10, 10}, 22},
		{"page 2", setup{Offsets: pagesFrom0}, request(2, 4), []int64{60, 70, 80, 90}, 22},
		{"page 0 from 1", setup{Offsets: pagesFrom1}, request(0, 4), []int64{0, 10, 10, 10}, 22},
		{"page 2 from 1", setup{Offsets: pagesFrom1}, request(2, 4), []int64{20, 30, 40, 50}, 22},
		{"no offsets", setup{Offsets: noOffsets}, request(9, 2, 100), []int64{100, 110}, 10},
		{"the same page", setup{Offsets: samePage}, request(9, 2, 100), []int64{0, 10}, 22},
		{"capped", setup{Count: capped, CountBy: 7}, request(0, 1), []int64{0}, 7},
		{"not capped", setup{Count: capped, CountBy: 70}, request(0, 1), []int64{0}, 22},
		{"the page's own", setup{Count: pagesOwn}, request(0, 2), []int64{0, 10}, 2},
		{"off", setup{Count: off, CountBy: -3}, request(0, 1), []int64{0}, 19},
		{"off below 0", setup{Count: off, CountBy: -30}, request(0, 1), []int64{0}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := test.setup
			s.PageSize, s.Ties, s.Spacing = 100, distinct, 1
			if s.Clamp == 0 {
				s.Clamp = 100
			}
			if s.Filter == "" {
				s.Filter = inclusive
			}
			read(t, &s, func(ctx context.Context, v *service) (listing.Result[row], error) {
				o := &order{column: byTime, descending: s.Descending}
				for i, value := range []int64{10, 10} {
					o.add(&record{row: row{Value: value, number: -1 - i}, sorts: [2]int64{value}})
				}
				for value := int64(0); value < 200; value += 10 {
					o.add(&record{row: row{Value: value, number: int(value)}, sorts: [2]int64{value}})
				}
				v.head.orders = []*order{o}
				page, err := v.fetch(ctx, 0, test.request)
				if err != nil {
					t.Error(err)
				}
				var values []int64
				for _, r := range page.Rows {
					values = append(values, r.Value)
				}
				if !slices.Equal(values, test.values) || page.Count != test.count {
					t.Errorf("values %v, count %d, want %v, %d", values, page.Count, test.values, test.count)
				}
				return listing.Result[row]{}, errRequest
			})
		})
	}
}

// TestServiceTurnsEqualRows holds that equal rows come in another order at each request, over the
// edges of pages as well, and that other rows do not.
func TestServiceTurnsEqualRows(t *testing.T) {
	t.Parallel()
	c := classNamed("create_time, tens, turned").draft(4, 0, 1, "twice")
	c.setup.Rows, c.setup.Descending = 300, false
	read(t, c.setup, func(ctx context.Context, s *service) (listing.Result[row], error) {
		var firsts, order []string
		for range 20 {
			page, err := s.list().Fetch(ctx, listing.Request[row]{Offset: 95, Limit: 10})
			if err != nil {
				t.Error(err)
			}
			firsts = append(firsts, page.Rows[0].ID)
			for i, r := range page.Rows {
				if at, _ := s.byTime().position(s.lives[r.number].initial); at/10 != (95+i)/10 {
					order = append(order, r.ID)
				}
			}
		}
		slices.Sort(firsts)
		if n := len(slices.Compact(firsts)); n < 6 {
			t.Errorf("%d different rows stood first, where 5 follow and 5 stand before on other pages", n)
		}
		if len(order) > 0 {
			t.Errorf("%q are among rows of another value", order)
		}
		return listing.Result[row]{}, errRequest
	})
}

// TestServiceAnswersFromStaleReplicas holds that replicas are behind, and that what changed comes
// through.
func TestServiceAnswersFromStaleReplicas(t *testing.T) {
	t.Parallel()
	c := classNamed("create_time, replicas").draft(4, 1, 1, "replicas")
	c.setup.Kinds = []kind{removes}
	c.setup.Rate = 3
	read(t, c.setup, func(ctx context.Context, s *service) (listing.Result[row], error) {
		stale, fresh := 0, 0
		for range 60 {
			page, err := s.list().Fetch(ctx, listing.Request[row]{Limit: 1})
			if err != nil {
				t.Error(err)
			}
			switch present := len(s.byTime().records); {
			case page.Count > present:
				stale++
			case page.Count == present:
				fresh++
			}
		}
		if stale == 0 || fresh == 0 {
			t.Errorf("%d pages were stale, %d fresh", stale, fresh)
		}
		return listing.Result[row]{}, errRequest
	})
}
