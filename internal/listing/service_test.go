package listing_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/listing"
)

const (
	// inFlight is how many requests the transport has on their way at a time.
	inFlight = 10
	// perSecond is the rate of the transport, which may be exceeded by inFlight at the start.
	perSecond = 10
)

// errRunaway ends a reading that asks without end.
var errRunaway = errors.New("the reading has no end")

// errRequest is what a request fails with that is meant to fail.
var errRequest = errors.New("the request failed")

// service is a list behind offset and limit, in virtual time. It keeps a record of all that
// happened.
type service struct {
	*setup
	began   time.Time
	present int64 // the second of the service's clock at which the reading begins

	mu           sync.Mutex
	rng          *rand.Rand
	lives        []life // by number
	head         *replica
	replicas     []*replica
	counter      *replica // what the count is taken from, where it lags
	changes      []change
	changedUntil time.Duration

	calls       []*call // that arrived in this instant
	asked       map[string]int
	full        time.Duration // when the token bucket is full again
	flying      int
	requests    int
	first, last time.Duration // moments at which a page was read
	edges       []*record     // of pages that were read
	shown       map[int]int64 // the value that a row showed last
	counts      map[int]bool  // that pages showed that were not narrowed
	defects     []string
	fewest      int  // rows of the list at any time
	calm        bool // too few changes for pages that are thrown away to show them
	cancel      context.CancelFunc
}

// call is one request on its way.
type call struct {
	what string
	rng  *rand.Rand
	send time.Duration // when it leaves
	fail bool
}

func newService(s *setup, cancel context.CancelFunc) *service {
	v := &service{
		setup:  s,
		began:  time.Now(),
		rng:    rand.New(rand.NewPCG(s.Seed, 1)),
		asked:  map[string]int{},
		counts: map[int]bool{},
		shown:  map[int]int64{},
		first:  -1,
		cancel: cancel,
		calm:   s.Rate <= 0.1,
	}
	v.fill()
	for _, lag := range s.Lags {
		v.replicas = append(v.replicas, v.head.copyWith(lag))
	}
	if s.Count == lagging {
		v.counter = v.head.copyWith(time.Duration(s.CountBy) * time.Second)
	}
	v.fewest = s.Rows
	// What stale replicas do not know yet.
	past := slices.Max(append(s.Lags, time.Duration(0)))
	if s.Count == lagging {
		past = max(past, v.counter.lag)
	}
	v.changedUntil = -past
	v.changeUntil(0, s.Rate*perSecond*past.Seconds())
	return v
}

// staleness is how far behind a page can be.
func (s *service) staleness() time.Duration { return slices.Max(append(s.Lags, 0)) }

// byTime returns the present table in the order of time.
func (s *service) byTime() *order { return s.head.orders[len(s.head.orders)-1] }

func (s *service) now() time.Duration { return time.Since(s.began) }

// defect records what must not happen. A few of a kind are enough.
func (s *service) defect(format string, arguments ...any) {
	if len(s.defects) == 5 {
		return
	}
	s.defects = append(s.defects, fmt.Sprintf(format, arguments...))
}

// fetch answers one request of the list in the order at index view.
func (s *service) fetch(ctx context.Context, view int, request listing.Request[row]) (listing.Page[row], error) {
	var none listing.Page[row]
	if err := ctx.Err(); err != nil { // the transport would send nothing
		s.mu.Lock()
		defer s.mu.Unlock()
		s.requests++
		return none, err
	}
	c := s.arrive(view, &request)
	defer s.leave()
	// All that ask in the same instant have arrived before time goes on.
	if err := waitFor(ctx, 1); err != nil {
		return none, err
	}
	s.dispatch()
	if err := waitFor(ctx, c.send-s.now()+s.latency(c.rng)); err != nil {
		return none, err
	}
	page, err := s.answer(c, view, &request)
	if err != nil {
		return none, err
	}
	return page, waitFor(ctx, s.latency(c.rng))
}

func waitFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// latency is the time that one way takes: mostly short, sometimes long, never the same twice, so
// that the order of events does not depend on the scheduler.
func (s *service) latency(rng *rand.Rand) time.Duration {
	d := 5*time.Millisecond + time.Duration(rng.Int64N(int64(50*time.Millisecond)))
	if rng.IntN(20) == 0 {
		d += time.Duration(rng.Int64N(int64(2 * time.Second)))
	}
	return d
}

func (s *service) arrive(view int, request *listing.Request[row]) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	s.flying++
	if s.flying > inFlight {
		s.defect("%d requests at a time", s.flying)
	}
	if request.Offset < 0 || request.Limit < 1 || request.Limit > s.PageSize {
		s.defect("a request with offset %d and limit %d", request.Offset, request.Limit)
	}
	for _, bound := range []*row{request.From, request.To} {
		if bound != nil && (!bound.Shown || s.head.orders[view].column == byAsset) {
			s.defect("a request narrowed by a row that shows no value")
		}
	}
	what := fmt.Sprintf("%d/%d+%d", view, request.Offset, request.Limit)
	if request.From != nil {
		what += fmt.Sprintf(" from %d", request.From.Value)
	}
	if request.To != nil {
		what += fmt.Sprintf(" to %d", request.To.Value)
	}
	s.asked[what]++
	what += fmt.Sprintf(" #%d", s.asked[what])
	hash := fnv.New64a()
	hash.Write([]byte(what))
	c := &call{what: what, rng: rand.New(rand.NewPCG(s.Seed, hash.Sum64()))}
	c.fail = s.FailAt > 0 && s.requests >= s.FailAt
	s.calls = append(s.calls, c)
	return c
}

func (s *service) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flying--
}

// dispatch lets the calls that arrived in one instant leave one after the other, in an order that
// does not depend on the scheduler, as the token bucket lets them.
func (s *service) dispatch() {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.SortFunc(s.calls, func(a, b *call) int { return cmp.Compare(a.what, b.what) })
	const token = time.Second / perSecond
	for _, c := range s.calls {
		s.full = max(s.full, s.now()) + token
		c.send = max(s.now(), s.full-inFlight*token)
	}
	s.calls = s.calls[:0]
}

// answer is the moment of a request: what happens before it happens, then one replica reads a page.
func (s *service) answer(c *call, view int, request *listing.Request[row]) (listing.Page[row], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var page listing.Page[row]
	now := s.now()
	if s.first < 0 {
		s.first = now
	}
	s.last = max(s.last, now)
	switch {
	case s.requests > s.runaway(len(s.head.orders[0].records)):
		s.defect("more than %d requests", s.requests-1)
		return page, errRunaway
	case c.fail:
		return page, errRequest
	case s.CancelAt > 0 && s.requests >= s.CancelAt:
		s.cancel()
	}
	s.changeUntil(now, s.Rate)
	s.fewest = min(s.fewest, len(s.head.orders[0].records))

	r := s.head
	if len(s.replicas) > 0 {
		r = s.replicas[c.rng.IntN(len(s.replicas))]
		r.catchUp(now, s.changes)
	}
	o := r.orders[view]
	from, to := s.narrow(o, request)
	begin, end := s.stretch(from, to, request)
	if s.Short && end > begin && c.rng.IntN(2) == 0 {
		end = begin + 1 + c.rng.IntN(end-begin)
	}
	records := o.records[begin:end]
	if s.Turned {
		records = turnEqual(o, begin, end, c.rng)
	}
	for i := range records {
		page.Rows = append(page.Rows, records[i].row)
		if s.Sort == byUpdateTime {
			s.shown[records[i].number] = records[i].Value
		}
		if i == 0 || i == len(records)-1 {
			s.edges = append(s.edges, records[i])
		}
	}
	page.Count = s.count(view, from, to, len(records), request, now)
	if request.From == nil && request.To == nil {
		s.counts[page.Count] = true
	}
	return page, nil
}

// narrow returns the stretch of the order that the filter leaves.
func (s *service) narrow(o *order, request *listing.Request[row]) (from, to int) {
	from, to = 0, len(o.records)
	if s.Filter == ignored || s.Offsets == samePage || o.column == byAsset {
		return from, to
	}
	forward := int64(1)
	if o.descending {
		forward = -1
	}
	if request.From != nil {
		from = o.first(request.From.Value+forward*s.FilterBy[0], s.Filter == exclusive)
	}
	if request.To != nil {
		to = max(from, o.first(request.To.Value+forward*s.FilterBy[1], s.Filter != exclusive))
	}
	return from, to
}

// stretch returns which part of the narrowed list a request gets.
func (s *service) stretch(from, to int, request *listing.Request[row]) (begin, end int) {
	limit := min(request.Limit, s.Clamp)
	switch begin = max(0, request.Offset); s.Offsets {
	case rounded:
		begin -= begin % limit
	case pagesFrom0:
		begin *= limit
	case pagesFrom1:
		begin = max(0, begin-1) * limit
	case samePage, noOffsets:
		begin = 0
	case exact:
	}
	begin = min(from+begin, to)
	return begin, min(begin+limit, to)
}

// turnEqual returns the records of a page, those of equal value in a new order.
func turnEqual(o *order, begin, end int, rng *rand.Rand) []*record {
	value := func(i int) int64 { return o.records[i].sorts[o.column] }
	low, high := begin, end
	for low > 0 && low < len(o.records) && value(low-1) == value(low) {
		low--
	}
	for high > 0 && high < len(o.records) && value(high) == value(high-1) {
		high++
	}
	records := slices.Clone(o.records[low:high])
	for i := 0; i < len(records); {
		j := i + 1
		for j < len(records) && value(low+j) == value(low+i) {
			j++
		}
		run := records[i:j]
		rng.Shuffle(len(run), func(a, b int) { run[a], run[b] = run[b], run[a] })
		i = j
	}
	return records[begin-low : end-low]
}

// count is what the page says of how many rows there are.
func (s *service) count(view, from, to, onPage int, request *listing.Request[row], now time.Duration) int {
	switch n := to - from; s.Count {
	case capped:
		return min(n, s.CountBy)
	case pagesOwn:
		return onPage
	case off:
		return max(0, n+s.CountBy)
	case lagging:
		s.counter.catchUp(now, s.changes)
		from, to := s.narrow(s.counter.orders[view], request)
		return to - from
	default:
		return n
	}
}

// list describes the service to the reader.
func (s *service) list() *listing.List[row] {
	view := func(index int, moves listing.Movement) listing.View[row] {
		o := s.head.orders[index]
		return listing.View[row]{
			Compare: func(a, b *row) (int, bool) {
				switch {
				case o.column == byAsset || !a.Shown || !b.Shown:
					return 0, false
				case s.AsText && o.descending:
					return cmp.Compare(b.Text, a.Text), true
				case s.AsText:
					return cmp.Compare(a.Text, b.Text), true
				default:
					return o.compareValues(a.Value, b.Value), true
				}
			},
			Moves: moves,
			Fetch: func(ctx context.Context, request listing.Request[row]) (listing.Page[row], error) {
				return s.fetch(ctx, index, request)
			},
		}
	}
	list := &listing.List[row]{
		Noun:     "rows",
		PageSize: s.PageSize,
		InFlight: inFlight,
		Key:      func(r *row) string { return r.ID },
		Offset:   s.Offset,
		Limit:    s.Limit,
	}
	switch {
	case s.Sort == byAssetOrder:
		list.View = view(0, listing.Stays)
		proof := view(1, listing.Stays)
		list.Proof = &proof
	case s.Sort == byUpdateTime && s.Descending:
		list.View = view(0, listing.ToStart)
	case s.Sort == byUpdateTime:
		list.View = view(0, listing.ToEnd)
	default:
		list.View = view(0, listing.Stays)
	}
	return list
}
