package listing_test

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// ties says how many rows share a value.
type ties string

const (
	distinct     ties = "distinct"
	tenthInPairs ties = "a tenth in pairs"
	fifthInPairs ties = "a fifth in pairs"
	allInPairs   ties = "all in pairs"
	tens         ties = "tens"
	longRuns     ties = "runs longer than a page"
)

// offsets says what the service makes of an offset.
type offsets string

const (
	exact      offsets = "exact"
	rounded    offsets = "rounded down"       // to a multiple of the limit
	pagesFrom0 offsets = "page number"        // the first page is 0
	pagesFrom1 offsets = "page number from 1" // 0 is the first page, too
	noOffsets  offsets = "ignored"            // but filters are not
	samePage   offsets = "the same page"      // whatever is asked for
)

// counting says what the service counts.
type counting string

const (
	truthful counting = "true"
	capped   counting = "capped"     // at CountBy
	lagging  counting = "lagging"    // by CountBy seconds
	pagesOwn counting = "the page's" // the rows of the page
	off      counting = "off"        // by CountBy
)

// filtering says what the service makes of From and To.
type filtering string

const (
	inclusive filtering = "inclusive"
	exclusive filtering = "exclusive"
	ignored   filtering = "ignored"
	shifted   filtering = "shifted" // by FilterBy seconds
)

// sortKey is what the list is sorted by.
type sortKey string

const (
	byCreateTime sortKey = "create_time"
	byUpdateTime sortKey = "update_time"
	byAssetOrder sortKey = "asset_order"
)

// setup is one service, one list and one question. All that happens follows from it.
type setup struct {
	Seed uint64

	Rows        int   // of the list before it changes
	Spacing     int64 // seconds between values, about
	Ties        ties
	Sort        sortKey
	Descending  bool
	AssetValues int64   // how many values asset_order has, 0 for very many
	Hidden      bool    // the values shown are not quite those sorted by
	Odd         float64 // the share of rows that show no value
	AsText      bool    // values are compared as text

	PageSize int  // that the reader is told
	Clamp    int  // the most rows on a page
	Short    bool // half of the pages have fewer rows than they could
	Turned   bool
	Lags     []time.Duration // of replicas
	Offsets  offsets
	Count    counting
	CountBy  int
	Filter   filtering
	FilterBy [2]int64

	Rate  float64 // changes a request
	Kinds []kind
	Aimed bool // half of the changes happen at the edges of pages

	Offset, Limit    int // the window that is asked for
	FailAt, CancelAt int // the request from which on requests fail, or the reading is given up
}

// windowed reports whether not the whole list is asked for.
func (s *setup) windowed() bool { return s.Offset > 0 || s.Limit > 0 }

// ideal is the least number of requests for so many rows, of which the last page shows the end
// unless the window ends before.
func (s *setup) ideal(rows int, ends bool) int {
	step := max(1, s.Clamp-2)
	requests := 1
	if rows >= s.Clamp {
		requests = (rows - 2 + step - 1) / step
		if ends && (rows-2)%step == 0 {
			requests++ // the last page is exactly full and shows no end
		}
	}
	return max(1, requests)
}

// runaway is how many requests show that a reading of a list that has so many rows by now has no
// end.
func (s *setup) runaway(rows int) int { return 30*s.ideal(max(rows, s.Rows), true) + 1000 }

// newSetup draws what all classes have in common: a list of about so many pages of distinct rows,
// on a service without faults.
func newSetup(rng *rand.Rand, seed uint64, pageSize, pages int, rate float64) *setup {
	step := pageSize - 2
	s := &setup{
		Seed:     seed,
		Rows:     max(0, (pages-1)*step+2+rng.IntN(step+1)),
		Spacing:  pickOne(rng, int64(1), 1, 4, 60),
		Ties:     distinct,
		Sort:     byCreateTime,
		AsText:   rng.IntN(2) == 0,
		PageSize: 100,
		Clamp:    pageSize,
		Offsets:  exact,
		Count:    truthful,
		Filter:   inclusive,
		Rate:     rate,
		Kinds:    pickOne(rng, createKinds, createKinds, []kind{removes}, []kind{exchanges}, []kind{appends, removes}, []kind{inserts}),
		Aimed:    rng.IntN(2) == 0,
	}
	s.Descending = rng.IntN(3) == 0
	return s
}

var (
	createKinds = []kind{appends, inserts, removes, removes, exchanges, swaps}
	updateKinds = []kind{appends, removes, updates, updates, updates, inserts}
	assetKinds  = []kind{appends, inserts, removes, exchanges, reorders}
)

func pickOne[T any](rng *rand.Rand, choices ...T) T { return choices[rng.IntN(len(choices))] }

func (s *setup) replicate(rng *rand.Rand, most time.Duration) {
	s.Lags = []time.Duration{0}
	for range 1 + rng.IntN(3) {
		s.Lags = append(s.Lags, time.Duration(rng.Int64N(int64(most))))
	}
}

func (s *setup) tie(rng *rand.Rand) {
	s.Ties = pickOne(rng, tenthInPairs, fifthInPairs, allInPairs, tens)
	s.Turned = true
}

func (s *setup) byUpdate(rng *rand.Rand, descending bool) {
	s.Sort, s.Descending = byUpdateTime, descending
	s.Kinds = pickOne(rng, updateKinds, updateKinds, []kind{updates}, []kind{updates, removes})
	if rng.IntN(2) == 0 {
		s.Ties, s.Turned = pickOne(rng, tenthInPairs, fifthInPairs, allInPairs), true
	}
}

func (s *setup) miscount(rng *rand.Rand) {
	s.Count = pickOne(rng, capped, pagesOwn, off)
	switch s.Count {
	case capped:
		s.CountBy = s.Rows * (1 + rng.IntN(9)) / 10
	case off:
		s.CountBy = pickOne(rng, -1, 1, -s.Clamp, s.Clamp, -s.Rows/2, s.Rows)
	case truthful, lagging, pagesOwn:
	}
}

func (s *setup) misfilter(rng *rand.Rand) {
	s.Filter = pickOne(rng, exclusive, ignored, shifted)
	if s.Filter == shifted {
		s.FilterBy = [2]int64{pickOne(rng, int64(-20), 20, 1, -1), pickOne(rng, int64(-20), 20, 1, -1)}
	}
}

func (s *setup) window(rng *rand.Rand) {
	s.Limit = 1 + rng.IntN(s.Rows+s.Clamp/2)
	if rng.IntN(2) == 0 {
		s.Offset = rng.IntN(s.Rows + 1)
	}
	if rng.IntN(4) == 0 {
		s.Limit = 0
	}
}

// anything draws all that a service can be at once.
func (s *setup) anything(rng *rand.Rand) {
	if rng.IntN(3) > 0 {
		s.tie(rng)
		s.Turned = rng.IntN(2) == 0
	}
	if rng.IntN(4) == 0 {
		s.replicate(rng, 2*time.Second)
	}
	if rng.IntN(4) == 0 {
		s.Offsets = pickOne(rng, rounded, rounded, pagesFrom0, pagesFrom1, noOffsets)
	}
	switch rng.IntN(4) {
	case 0:
		s.miscount(rng)
	case 1:
		s.Count, s.CountBy = lagging, 1+rng.IntN(9)
	}
	if rng.IntN(2) == 0 {
		s.misfilter(rng)
	}
	if s.Lags == nil && rng.IntN(3) == 0 {
		ties, turned := s.Ties, s.Turned
		s.byUpdate(rng, s.Descending)
		s.Ties, s.Turned = ties, turned
	}
}

// String prints the setup for whoever looks for a mistake.
func (s *setup) String() string { return fmt.Sprintf("%+v", *s) }
