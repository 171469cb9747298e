package listing_test

import (
	"math/rand/v2"
	"time"
)

// changeRates are the changes a request at which every class is read.
var changeRates = []float64{0, 0.01, 0.1, 1}

// listSizes are the pages of the lists that every class is read at.
var listSizes = []int{4, 10, 40, 1000}

// class is a kind of service and list.
type class struct {
	name     string
	measured bool                     // the design says what it may cost
	pageSize func(rng *rand.Rand) int // 100 where nil
	sizes    []int                    // listSizes where nil
	times    int                      // how many times as often as others it is read; 0 is 1
	draw     func(s *setup, rng *rand.Rand)
	target   func(rate float64) target
}

// smallSizes leave the large lists out, where size adds nothing.
var smallSizes = []int{4, 10, 40}

func tinyPage(rng *rand.Rand) int { return 3 + rng.IntN(7) }

// classes are all that is read. The comment of each says which rule of the reading it is after.
var classes = []*class{
	{
		// A short first page is the whole list: one request, whatever else the service does.
		name: "one page", sizes: []int{1}, pageSize: func(rng *rand.Rand) int { return 3 + rng.IntN(80) },
		draw: func(s *setup, rng *rand.Rand) {
			s.anything(rng)
			s.Offsets, s.Count = exact, truthful
			s.Clamp = 100
		},
		target: func(float64) target { return target{over: 1, most: 1} },
	},
	{
		// A row on both pages, its neighbours seen.
		name: "create_time, distinct", measured: true,
		draw:   func(*setup, *rand.Rand) {},
		target: faithfulService(1.05, 1.25, 0),
	},
	{
		// A smaller value; equal neighbours within a page; the order of equal rows.
		name: "create_time, tied, fixed order", measured: true,
		draw: func(s *setup, rng *rand.Rand) {
			s.Ties = pickOne(rng, tenthInPairs, fifthInPairs, allInPairs)
		},
		target: faithfulService(1.05, 1.5, 0),
	},
	{
		// A shared row at the edge of a page whose equal is on the other side.
		name: "create_time, pairs, turned", measured: true,
		draw: func(s *setup, rng *rand.Rand) {
			s.Ties, s.Turned = pickOne(rng, tenthInPairs, fifthInPairs, allInPairs), true
		},
		target: faithfulService(1.05, 1.5, 0),
	},
	{
		// The overlap by the longest run of equal rows.
		name: "create_time, tens, turned", measured: true,
		draw: func(s *setup, _ *rand.Rand) { s.Ties, s.Turned = tens, true },
		// Pages that overlap by the longest run and one row have 100 - 11 new rows, where the ideal
		// has 98: 1.10 of it, without a request in vain.
		target: faithfulService(1.12, 1.5, 0),
	},
	{
		// Pages of different moments in any order: joints do not ask which page is the older one.
		name: "create_time, replicas", measured: true,
		draw: func(s *setup, rng *rand.Rand) {
			s.replicate(rng, pickOne(rng, time.Second, 5*time.Second))
			s.Ties, s.Turned = pickOne(rng, distinct, tenthInPairs, fifthInPairs, allInPairs), true
		},
		target: faithfulService(1.05, 1.5, 0),
	},
	{
		// A row joins only with its value unchanged; the moving end is read last; a row seen twice
		// is returned where it was seen last.
		name: "update_time, ascending", measured: true,
		draw:   func(s *setup, rng *rand.Rand) { s.byUpdate(rng, false) },
		target: movingRows,
	},
	{
		// The same where the moving end is the first page.
		name: "update_time, descending", measured: true,
		draw:   func(s *setup, rng *rand.Rand) { s.byUpdate(rng, true) },
		target: movingRows,
	},
	{
		// The same first row under another offset.
		name: "offsets rounded down", measured: true,
		draw: func(s *setup, rng *rand.Rand) {
			s.Offsets = rounded
			s.Ties = pickOne(rng, distinct, distinct, fifthInPairs, allInPairs)
			s.Turned = rng.IntN(2) == 0
		},
		target: oddService,
	},
	{
		// An empty page where the count says that rows are.
		name: "offsets are page numbers", measured: true,
		draw: func(s *setup, rng *rand.Rand) {
			s.Offsets = pickOne(rng, pagesFrom0, pagesFrom1)
			s.Ties = pickOne(rng, distinct, distinct, fifthInPairs)
		},
		target: oddService,
	},
	{
		// What the first page holds is a full page.
		name: "limit clamped", measured: true, pageSize: func(rng *rand.Rand) int { return pickOne(rng, 20, 50, 99) },
		draw: func(s *setup, rng *rand.Rand) {
			s.Ties = pickOne(rng, distinct, distinct, fifthInPairs, allInPairs)
			s.Turned = rng.IntN(2) == 0
		},
		target: oddService,
	},
	{
		// The end is a short page and not a count.
		name: "count lags", measured: true,
		draw: func(s *setup, rng *rand.Rand) {
			s.Count, s.CountBy = lagging, pickOne(rng, 1, 5, 30)
			s.Ties = pickOne(rng, distinct, distinct, fifthInPairs)
		},
		target: oddService,
	},
	{
		// The same with counts that are wrong by far.
		name: "count lies",
		draw: func(s *setup, rng *rand.Rand) {
			s.miscount(rng)
			s.Ties = pickOne(rng, distinct, fifthInPairs)
		},
		target: neverLost,
	},
	{
		// A page that is not full is no end while its count says that rows follow.
		name: "short pages", sizes: smallSizes, pageSize: tinyPage,
		draw: func(s *setup, rng *rand.Rand) {
			s.Short = true
			s.Ties = pickOne(rng, distinct, fifthInPairs)
		},
		target: neverLost,
	},
	{
		// A page by value proves nothing by having been asked for.
		name: "filter lies",
		draw: func(s *setup, rng *rand.Rand) {
			s.misfilter(rng)
			s.tie(rng)
		},
		target: neverLost,
	},
	{
		// The same where pages by value are all there is.
		name: "filter lies, offsets rounded", sizes: smallSizes,
		draw: func(s *setup, rng *rand.Rand) {
			s.Offsets = pickOne(rng, rounded, rounded, pagesFrom0, pagesFrom1, noOffsets)
			s.misfilter(rng)
			s.Ties = pickOne(rng, distinct, fifthInPairs, allInPairs)
		},
		target: neverLost,
	},
	{
		// The same first row under every offset; pages by value go on.
		name: "offsets ignored", sizes: smallSizes,
		draw:   func(s *setup, _ *rand.Rand) { s.Offsets = noOffsets },
		target: oddService,
	},
	{
		// No progress by value ends the reading.
		name: "the same page for ever", sizes: smallSizes,
		draw:   func(s *setup, _ *rand.Rand) { s.Offsets = samePage },
		target: func(float64) target { return target{failed: 1, most: 10, fails: true} },
	},
	{
		// Two readings of a run that agree in rows and counts.
		name: "runs longer than a page", sizes: smallSizes,
		draw:   func(s *setup, _ *rand.Rand) { s.Ties = longRuns },
		target: readAtRest,
	},
	{
		// The same, where they seldom do: then an error after bounded work.
		name: "runs longer than a page, turned", sizes: smallSizes,
		draw:   func(s *setup, _ *rand.Rand) { s.Ties, s.Turned = longRuns, true },
		target: neverLost,
	},
	{
		// As many rows as asked for, from where it was asked for, without a gap.
		name: "window", sizes: smallSizes, times: 3,
		draw: func(s *setup, rng *rand.Rand) {
			if rng.IntN(3) > 0 {
				s.tie(rng)
			}
			s.window(rng)
		},
		target: func(rate float64) target {
			switch {
			case rate == 0:
				return target{}
			case rate <= 0.1:
				return target{failed: 0.02}
			default:
				return target{failed: 0.2}
			}
		},
	},
	{
		// The same where rows move.
		name: "window, update_time", sizes: smallSizes,
		draw: func(s *setup, rng *rand.Rand) {
			s.byUpdate(rng, s.Descending)
			s.window(rng)
		},
		target: readAtRest,
	},
	{
		// The set by create_time, the order by a second reading of the same rows.
		name: "asset_order", sizes: smallSizes,
		draw: func(s *setup, rng *rand.Rand) {
			s.Sort, s.Kinds = byAssetOrder, assetKinds
			s.AssetValues = pickOne(rng, int64(0), 1, 10, 200)
		},
		target: readAtRest,
	},
	{
		// Two readings of the window that agree.
		name: "asset_order, window", sizes: []int{4, 10},
		draw: func(s *setup, rng *rand.Rand) {
			s.Sort, s.Kinds = byAssetOrder, assetKinds
			s.window(rng)
		},
		target: readAtRest,
	},
	{
		// Removals beside equal rows at the edges of pages, many edges.
		name: "removals at the edges, tiny pages", sizes: smallSizes, pageSize: tinyPage, times: 6,
		draw: func(s *setup, rng *rand.Rand) {
			s.Ties, s.Turned = pickOne(rng, distinct, tenthInPairs, fifthInPairs, allInPairs), rng.IntN(3) > 0
			s.Kinds, s.Aimed = pickOne(rng, []kind{removes}, []kind{removes, swaps}, []kind{removes, inserts}, []kind{exchanges}), true
			s.tell(rng)
		},
		target: neverLost,
	},
	{
		// All rules of the joint, at many edges.
		name: "anything, tiny pages", sizes: smallSizes, pageSize: tinyPage, times: 6,
		draw: func(s *setup, rng *rand.Rand) {
			s.anything(rng)
			s.tell(rng)
		},
		target: neverLost,
	},
	{
		name: "window, anything, tiny pages", sizes: smallSizes, pageSize: tinyPage, times: 6,
		draw: func(s *setup, rng *rand.Rand) {
			s.anything(rng)
			s.window(rng)
			behind := s.Rows - s.Offset // less those that are removed before the first answer
			if s.Offsets != exact && (s.Count != truthful || s.Limit > 0 && s.Limit <= s.Clamp || behind <= 2*s.Clamp) {
				// A single page cannot show that it begins elsewhere than asked, and an empty one
				// not even with others beside it, if the count is too low for rows to be missed.
				s.Offset = 0
			}
			s.tell(rng)
		},
		target: neverLost,
	},
	{
		name: "asset_order, anything, tiny pages", sizes: smallSizes, pageSize: tinyPage, times: 3,
		draw: func(s *setup, rng *rand.Rand) {
			s.anything(rng)
			s.Sort, s.Kinds = byAssetOrder, assetKinds
			s.AssetValues = pickOne(rng, int64(0), 1, 10, 200)
			s.tell(rng)
		},
		target: neverLost,
	},
	{
		// Runs at either end of the list and of pages.
		name: "runs longer than tiny pages", sizes: smallSizes, pageSize: tinyPage, times: 3,
		draw: func(s *setup, rng *rand.Rand) {
			s.Ties, s.Turned = longRuns, rng.IntN(2) == 0
			s.tell(rng)
		},
		target: neverLost,
	},
	{
		// A row that shows no value joins nothing.
		name: "rows without a value", sizes: smallSizes, pageSize: func(rng *rand.Rand) int { return pickOne(rng, 100, 5) },
		draw:   func(s *setup, rng *rand.Rand) { s.Odd = pickOne(rng, 0.01, 0.1, 1) },
		target: neverLost,
	},
	{
		// Not covered: a row can move from pages that a young replica is still to show to such as
		// an old one has shown already.
		name: "update_time, replicas", sizes: smallSizes,
		draw: func(s *setup, rng *rand.Rand) {
			s.byUpdate(rng, s.Descending)
			s.replicate(rng, time.Second)
		},
		target: func(rate float64) target {
			t := readAtRest(rate)
			t.lost = 0.6 * rate // measured: 4 % of lists of 4 pages at 0.1 changes a request
			return t
		},
	},
	{
		// Both pages have to show the order that was asked for. Not covered: pages that look
		// sorted, and are not.
		name: "sorted by another value than shown", sizes: smallSizes,
		draw: func(s *setup, _ *rand.Rand) { s.Hidden = true },
		target: func(rate float64) target {
			t := neverLost(rate)
			t.lost = 1
			return t
		},
	},
	{
		// A request that fails ends the reading, and leaves nothing behind.
		name: "requests fail", sizes: []int{4, 10},
		draw:   func(s *setup, rng *rand.Rand) { s.FailAt = 1 + rng.IntN(s.Rows/98+1) },
		target: neverLost,
	},
	{
		// So does its caller.
		name: "given up", sizes: []int{4, 10},
		draw:   func(s *setup, rng *rand.Rand) { s.CancelAt = 1 + rng.IntN(s.Rows/98+1) },
		target: neverLost,
	},
}

// tell sets the page size that the reader is told. A clamped limit is only to be recognised if the
// count is true: otherwise a first page looks like the whole of a short list.
func (s *setup) tell(rng *rand.Rand) {
	if s.Count != truthful || rng.IntN(2) == 0 {
		s.PageSize = s.Clamp
	}
}
