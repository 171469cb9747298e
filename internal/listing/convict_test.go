package listing_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/listing"
)

// TestJudgeConvictsTheNaiveLoop holds that the judge sees what the naive loop loses: were the loop
// acquitted, the other tests would prove nothing.
func TestJudgeConvictsTheNaiveLoop(t *testing.T) {
	t.Parallel()
	class := classNamed("create_time, distinct")
	for _, test := range []struct {
		pages, readings int
		least, most     float64 // share of the readings that lose rows
	}{
		{10, 300, 0.10, 0.40},
		{100, 30, 0.75, 1},
	} {
		t.Run(strconv.Itoa(test.pages), func(t *testing.T) {
			t.Parallel()
			lost := 0
			for n := range test.readings {
				c := class.draft(test.pages, 0.1, uint64(n), "naive")
				c.setup.Kinds = createKinds
				if v := read(t, c.setup, readNaively); len(v.lost) > 0 {
					lost++
				}
			}
			share := float64(lost) / float64(test.readings)
			t.Logf("the naive loop loses rows in %.0f %% of %d readings of %d pages", 100*share, test.readings, test.pages)
			if share < test.least || share > test.most {
				t.Errorf("a share of %.2f, want %.2f to %.2f", share, test.least, test.most)
			}
		})
	}
}

// TestJudgeConvicts spoils right results, one thing at a time.
func TestJudgeConvicts(t *testing.T) {
	t.Parallel()
	spoil := func(with func(result *listing.Result[row])) reader {
		return func(ctx context.Context, s *service) (listing.Result[row], error) {
			result, err := readNaively(ctx, s)
			with(&result)
			result.Reading.Rows = len(result.Rows)
			return result, err
		}
	}
	growing := setup{Offset: 100, Limit: 150, Rate: 1, Kinds: []kind{appends}}
	for _, test := range []struct {
		name   string
		want   string // in the verdict; "" for an acquittal
		setup  setup
		reader reader
	}{
		{"nothing spoiled", "", setup{}, spoil(func(*listing.Result[row]) {})},
		{"a row dropped", "lost", setup{}, spoil(func(r *listing.Result[row]) { r.Rows = slices.Delete(r.Rows, 7, 8) })},
		{"the last row dropped", "lost", setup{}, spoil(func(r *listing.Result[row]) { r.Rows = r.Rows[:len(r.Rows)-1] })},
		{"a row twice", "twice", setup{}, spoil(func(r *listing.Result[row]) { r.Rows = append(r.Rows, r.Rows[len(r.Rows)-1]) })},
		{"rows exchanged", "before row", setup{}, spoil(func(r *listing.Result[row]) { r.Rows[3], r.Rows[4] = r.Rows[4], r.Rows[3] })},
		{"equal rows exchanged", "of the same value", setup{Ties: allInPairs}, spoil(func(r *listing.Result[row]) { r.Rows[2], r.Rows[3] = r.Rows[3], r.Rows[2] })},
		{"turned equal rows exchanged", "", setup{Ties: allInPairs, Turned: true, Rows: 90}, spoil(func(r *listing.Result[row]) { r.Rows[2], r.Rows[3] = r.Rows[3], r.Rows[2] })},
		{"rows exchanged that show no value", "belongs before", setup{Sort: byAssetOrder}, spoil(func(r *listing.Result[row]) { r.Rows[3], r.Rows[4] = r.Rows[4], r.Rows[3] })},
		{"a window that is short", "49 rows instead of 50", setup{Offset: 20, Limit: 50}, spoil(func(r *listing.Result[row]) { r.Rows = r.Rows[:49] })},
		{"a window with a gap", "does not have the value", setup{Offset: 20, Limit: 50}, spoil(func(r *listing.Result[row]) {
			last := r.Rows[len(r.Rows)-1]
			r.Rows = append(slices.Delete(r.Rows, 9, 10), last)
		})},
		{"a window somewhere else", "does not have the value", setup{Offset: 20, Limit: 50}, func(ctx context.Context, s *service) (listing.Result[row], error) {
			s.Offset++
			result, err := readNaively(ctx, s)
			s.Offset--
			return result, err
		}},
		{"a row where it was", "seen last", setup{Sort: byUpdateTime}, func(ctx context.Context, s *service) (listing.Result[row], error) {
			result, err := readNaively(ctx, s)
			s.Rate, s.Kinds = 50, []kind{updates}
			for range 4 {
				_, _ = s.list().Fetch(ctx, listing.Request[row]{Offset: 250, Limit: 100})
				result.Reading.Requests++
			}
			return result, err
		}},
		{"a window of a list that grows", "", growing, spoil(func(*listing.Result[row]) {})},
		{"a window with a gap of a list that grows", "lost", growing, spoil(func(r *listing.Result[row]) { r.Rows = slices.Delete(r.Rows, 9, 10) })},
		{"a window of a list that grows, too long", "151 rows in a window of 150", growing, spoil(func(r *listing.Result[row]) {
			r.Rows = append(r.Rows, r.Rows[149])
		})},
		{"a window of a list that grows, too short", "at least", growing, spoil(func(r *listing.Result[row]) { r.Rows = r.Rows[:120] })},
		{"a window of a list that grows, begun too late", "begins with", growing, spoil(func(r *listing.Result[row]) { r.Rows = r.Rows[20:] })},
		{"a window of a list that grows, begun too early", "begins with", growing, func(ctx context.Context, s *service) (listing.Result[row], error) {
			s.Offset -= 20
			result, err := readNaively(ctx, s)
			s.Offset += 20
			return result, err
		}},
		{"a window to the end without its last rows", "lost", setup{Offset: 20, Rate: 1, Kinds: []kind{appends}}, spoil(func(r *listing.Result[row]) {
			r.Rows = r.Rows[:len(r.Rows)-15]
		})},
		{"a window to the end without rows that moved", "lost", setup{Offset: 20, Rate: 1, Kinds: []kind{updates}, Sort: byUpdateTime}, func(ctx context.Context, s *service) (listing.Result[row], error) {
			result, err := readAllKnowing(ctx, s)
			result.Rows = slices.DeleteFunc(result.Rows, func(r row) bool { return s.lives[r.number].moved })
			result.Reading.Rows = len(result.Rows)
			return result, err
		}},
		{"a row that moved in the wrong place", "shows that it belongs", setup{Rate: 1, Kinds: []kind{updates}, Sort: byUpdateTime}, func(ctx context.Context, s *service) (listing.Result[row], error) {
			result, err := readAllKnowing(ctx, s)
			last := len(result.Rows) - 1
			result.Rows = slices.Insert(result.Rows[:last:last], 0, result.Rows[last])
			return result, err
		}},
		{"rows not counted", "it has 350", setup{}, func(ctx context.Context, s *service) (listing.Result[row], error) {
			result, err := readNaively(ctx, s)
			result.Reading.Rows--
			return result, err
		}},
		{"requests not counted", "it took", setup{}, spoil(func(r *listing.Result[row]) { r.Reading.Requests-- })},
		{"a count that never was", "had the count", setup{}, spoil(func(r *listing.Result[row]) { r.Count++ })},
		{"a panic", "panic: index", setup{}, func(context.Context, *service) (listing.Result[row], error) { panic("index") }},
		{"a deadlock", "deadlock", setup{}, func(context.Context, *service) (listing.Result[row], error) {
			var forever sync.WaitGroup
			forever.Add(1)
			forever.Wait()
			return listing.Result[row]{}, nil
		}},
		{"requests left behind", "left behind", setup{}, func(ctx context.Context, s *service) (listing.Result[row], error) {
			result, err := readNaively(ctx, s)
			result.Reading.Requests++
			go func() { _, _ = s.list().Fetch(ctx, listing.Request[row]{Limit: 1}) }()
			for s.inTheAir() == 0 {
				_ = waitFor(ctx, 1)
			}
			return result, err
		}},
		{"no end", "more than", setup{}, func(ctx context.Context, s *service) (listing.Result[row], error) {
			for n := 1; ; n++ {
				if _, err := s.list().Fetch(ctx, listing.Request[row]{Limit: 1}); err != nil {
					return listing.Result[row]{Reading: listing.Reading{Requests: n}}, err
				}
			}
		}},
		{"too many at a time", "11 requests at a time", setup{Rows: 2000}, func(ctx context.Context, s *service) (listing.Result[row], error) {
			return inParallel(ctx, s, inFlight+1)
		}},
		{"an error of the reader's own", "no known kind", setup{}, func(context.Context, *service) (listing.Result[row], error) {
			return listing.Result[row]{}, errors.New("something is wrong")
		}},
		{"an untrue change", "and it did not", setup{}, failing(&listing.ChangedError{})},
		{"an untrue accusation", "accuses a faithful", setup{}, failing(&listing.ServiceError{})},
		{"a true accusation", "", setup{Offsets: rounded}, failing(&listing.ServiceError{})},
		{"an untrue run", "long run", setup{}, failing(&listing.EqualRowsError{})},
		{"untruly too many", "too many", setup{}, failing(&listing.TooManyError{})},
		{"given up by nobody", "no known kind", setup{}, failing(context.Canceled)},
		{"a negative offset", "offset -1", setup{}, func(ctx context.Context, s *service) (listing.Result[row], error) {
			_, err := s.list().Fetch(ctx, listing.Request[row]{Offset: -1, Limit: 1})
			return listing.Result[row]{}, err
		}},
		{"too large a limit", "limit 101", setup{}, func(ctx context.Context, s *service) (listing.Result[row], error) {
			_, err := s.list().Fetch(ctx, listing.Request[row]{Limit: 101})
			return listing.Result[row]{}, err
		}},
		{"a filter without a value", "shows no value", setup{Sort: byAssetOrder}, func(ctx context.Context, s *service) (listing.Result[row], error) {
			page, _ := s.list().Fetch(ctx, listing.Request[row]{Limit: 1})
			_, err := s.list().Fetch(ctx, listing.Request[row]{Limit: 1, From: &page.Rows[0]})
			return listing.Result[row]{}, err
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := classNamed("create_time, distinct").draft(4, 0, 1, "spoiled")
			s := c.setup
			s.Rows, s.Descending = 350, false
			s.Ties, s.Turned, s.Sort, s.Offset, s.Limit, s.Offsets = test.setup.Ties, test.setup.Turned, byCreateTime, test.setup.Offset, test.setup.Limit, exact
			s.Rate = test.setup.Rate
			if test.setup.Kinds != nil {
				s.Kinds = test.setup.Kinds
			}
			if test.setup.Rows > 0 {
				s.Rows = test.setup.Rows
			}
			if test.setup.Sort != "" {
				s.Sort = test.setup.Sort
			}
			if test.setup.Offsets != "" {
				s.Offsets = test.setup.Offsets
			}
			if test.setup.Count != "" {
				s.Count, s.CountBy = test.setup.Count, test.setup.CountBy
			}
			v := read(t, s, test.reader)
			problems := v.defects
			if len(v.lost) > 0 {
				problems = append(problems, "lost rows")
			}
			switch found := strings.Join(problems, "\n"); {
			case test.want == "" && found != "":
				t.Errorf("convicted of %s", found)
			case !strings.Contains(found, test.want):
				t.Errorf("convicted of %q, want %q", found, test.want)
			}
		})
	}
}

func failing(err error) reader {
	return func(context.Context, *service) (listing.Result[row], error) { return listing.Result[row]{}, err }
}

func (s *service) inTheAir() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flying
}

// inParallel asks for pages side by side and puts together what comes, without any care.
func inParallel(ctx context.Context, s *service, atATime int) (listing.Result[row], error) {
	list := s.list()
	pages := make([]listing.Page[row], (s.Rows+list.PageSize-1)/list.PageSize)
	places := make(chan struct{}, atATime)
	var all sync.WaitGroup
	for i := range pages {
		places <- struct{}{}
		all.Go(func() {
			pages[i], _ = list.Fetch(ctx, listing.Request[row]{Offset: i * list.PageSize, Limit: list.PageSize})
			<-places
		})
	}
	all.Wait()
	var result listing.Result[row]
	for _, page := range pages {
		result.Rows = append(result.Rows, page.Rows...)
		result.Count = page.Count
	}
	result.Reading = listing.Reading{Pages: len(pages), Rows: len(result.Rows), Requests: len(pages)}
	return result, nil
}
