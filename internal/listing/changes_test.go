package listing_test

import (
	"math"
	"slices"
	"time"
)

// kind is a kind of change.
type kind string

const (
	appends   kind = "append"   // a row comes with the time at which it comes
	inserts   kind = "insert"   // a row comes anywhere
	removes   kind = "remove"   // a row goes
	exchanges kind = "exchange" // one goes and another comes in the same moment
	updates   kind = "update"   // the time of a row becomes the present one
	swaps     kind = "swap"     // two rows of equal value change places
	reorders  kind = "reorder"  // the value changes that no row shows
)

// changeUntil makes the changes that happen until now, after the last ones.
func (s *service) changeUntil(now time.Duration, mean float64) {
	times := make([]time.Duration, s.poisson(mean))
	for i := range times {
		times[i] = s.changedUntil + 1 + time.Duration(s.rng.Int64N(max(1, int64(now-s.changedUntil))))
	}
	slices.Sort(times)
	for _, at := range times {
		if c, ok := s.draw(at); ok {
			s.changes = append(s.changes, c)
			s.record(&c)
			s.head.catchUp(at, s.changes)
		}
	}
	s.changedUntil = now
}

// poisson draws how many events happen where mean are expected.
func (s *service) poisson(mean float64) int {
	n := 0
	for left := s.rng.ExpFloat64(); left < mean; left += s.rng.ExpFloat64() {
		n++
	}
	return n
}

// record keeps the judge's account of a change.
func (s *service) record(c *change) {
	for _, gone := range c.gone {
		life := &s.lives[gone.number]
		if !slices.ContainsFunc(c.come, func(come *record) bool { return come.number == gone.number }) {
			life.died = c.at
		}
	}
	for _, come := range c.come {
		life := &s.lives[come.number]
		life.moved = life.moved || life.initial.sorts != come.sorts
	}
}

// draw makes one change. It is false where the change cannot be made.
func (s *service) draw(at time.Duration) (change, bool) {
	c := change{at: at}
	kind := s.Kinds[s.rng.IntN(len(s.Kinds))]
	if kind == appends || kind == inserts {
		c.come = []*record{s.comer(kind, at)}
		return c, true
	}
	r, ok := s.pick()
	if !ok {
		return c, false
	}
	c.gone = []*record{r}
	switch kind {
	case exchanges:
		c.come = []*record{s.comer(inserts, at)}
	case updates:
		c.come = []*record{s.replace(r, func(r *record) { r.sorts[byTime] = s.second(at) })}
	case reorders:
		other, _ := s.pick()
		c.come = []*record{s.replace(r, func(r *record) { r.sorts[byAsset] = other.sorts[byAsset] })}
	case swaps:
		other, ok := s.equal(r)
		if !ok {
			return c, false
		}
		c.gone = append(c.gone, other)
		c.come = []*record{
			s.replace(r, func(r *record) { r.rank = other.rank }),
			s.replace(other, func(other *record) { other.rank = r.rank }),
		}
	case removes, appends, inserts:
	}
	return c, true
}

// second is the present time of the service, in whole seconds.
func (s *service) second(at time.Duration) int64 {
	return s.present + int64(math.Floor(at.Seconds()))
}

// comer returns a new record.
func (s *service) comer(kind kind, at time.Duration) *record {
	times := s.byTime()
	value := s.second(at)
	if n := len(times.records); n > 0 {
		last := times.records[n-1]
		if s.Descending {
			last = times.records[0]
		}
		near, _ := s.pick()
		switch beside := near.sorts[byTime]; {
		case kind == appends && s.Ties == distinct && s.Sort != byUpdateTime:
			value = max(value, last.sorts[byTime]+1)
		case kind == inserts && s.Ties != distinct && s.rng.IntN(2) == 0:
			value = beside
		case kind == inserts:
			value = s.free(beside + 1)
		}
	}
	return s.newRecord(value, s.asset(), at)
}

// free returns the first value from value on that no row has.
func (s *service) free(value int64) int64 {
	times := s.byTime()
	for times.first(value, false) != times.first(value, true) {
		value++
	}
	return value
}

// replace returns a record of the same life with something changed.
func (s *service) replace(r *record, with func(*record)) *record {
	c := *r
	with(&c)
	if c.sorts[byTime] != r.sorts[byTime] {
		s.show(&c)
	}
	return &c
}

// equal returns a neighbour with the record's value.
func (s *service) equal(r *record) (*record, bool) {
	o := s.head.orders[0]
	i, _ := o.position(r)
	for _, j := range []int{i - 1, i + 1} {
		if j >= 0 && j < len(o.records) && o.records[j].sorts[o.column] == r.sorts[o.column] {
			return o.records[j], true
		}
	}
	return nil, false
}

// pick draws a record of the list: any, or one at the edge of a page that was read a short while
// ago, where changes do the most harm.
func (s *service) pick() (*record, bool) {
	o := s.head.orders[0]
	if len(o.records) == 0 {
		return nil, false
	}
	if s.Aimed && len(s.edges) > 0 && s.rng.IntN(2) == 0 {
		recent := s.edges[max(0, len(s.edges)-40):]
		i, _ := o.position(recent[s.rng.IntN(len(recent))])
		return o.records[min(max(0, i+s.rng.IntN(5)-2), len(o.records)-1)], true
	}
	return o.records[s.rng.IntN(len(o.records))], true
}
