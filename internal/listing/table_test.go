package listing_test

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// row is one row of the simulated list, as a page shows it.
type row struct {
	ID    string
	Value int64  // the second by which the list is sorted, as far as the row shows it
	Text  string // the same as text of a fixed width
	Shown bool   // false where the row shows no value

	number int // of the life that the row belongs to; only the judge looks at it
}

// sortColumn is a column by which a list can be sorted.
type sortColumn int

const (
	byTime  sortColumn = iota // the time that rows show
	byAsset                   // an order that no row shows
)

// record is a row as it is from one change to the next. It is never written to: a change replaces
// it by another.
type record struct {
	row
	sorts [2]int64 // the value of each sortColumn
	rank  int      // the place among rows of equal value
}

// life is what the judge knows about one row.
type life struct {
	born, died time.Duration // since the reading began
	moved      bool          // a value by which a list is sorted was changed
	initial    *record       // as it came
}

// never is after all that happens.
const never = time.Duration(1<<63 - 1)

// order is the table, sorted by one column.
type order struct {
	column     sortColumn
	descending bool
	records    []*record
}

// compareValues compares two values of the order's column.
func (o *order) compareValues(a, b int64) int {
	if o.descending {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

// compare is a total order. Equal rows are ordered by rank in both directions, as a database does
// that sorts by "time DESC, id".
func (o *order) compare(a, b *record) int {
	return cmp.Or(
		o.compareValues(a.sorts[o.column], b.sorts[o.column]),
		cmp.Compare(a.rank, b.rank),
		cmp.Compare(a.number, b.number),
	)
}

func (o *order) position(r *record) (int, bool) {
	return slices.BinarySearchFunc(o.records, r, o.compare)
}

func (o *order) add(r *record) {
	i, _ := o.position(r)
	o.records = slices.Insert(o.records, i, r)
}

func (o *order) remove(r *record) {
	i, found := o.position(r)
	if !found {
		panic("the simulated table has lost a record of its own")
	}
	o.records = slices.Delete(o.records, i, i+1)
}

// first returns the position of the first record whose value does not stand before value, or with
// after, the first whose value stands behind it.
func (o *order) first(value int64, after bool) int {
	i, _ := slices.BinarySearchFunc(o.records, value, func(r *record, value int64) int {
		if c := o.compareValues(r.sorts[o.column], value); c != 0 || !after {
			return c
		}
		return -1
	})
	return i
}

// change is one change of the table. All of it happens in one moment.
type change struct {
	at         time.Duration // since the reading began
	gone, come []*record
}

// replica is a copy of the table that may be behind.
type replica struct {
	lag     time.Duration
	applied int // how many changes it knows
	orders  []*order
}

// catchUp applies what was changed until the replica's present.
func (r *replica) catchUp(now time.Duration, changes []change) {
	for ; r.applied < len(changes) && changes[r.applied].at <= now-r.lag; r.applied++ {
		for _, o := range r.orders {
			for _, gone := range changes[r.applied].gone {
				o.remove(gone)
			}
			for _, come := range changes[r.applied].come {
				o.add(come)
			}
		}
	}
}

// copyWith returns a replica of the same present and another lag.
func (r *replica) copyWith(lag time.Duration) *replica {
	c := &replica{lag: lag, applied: r.applied}
	for _, o := range r.orders {
		c.orders = append(c.orders, &order{o.column, o.descending, slices.Clone(o.records)})
	}
	return c
}

// fixedWidth writes a value with as many digits as every other.
func fixedWidth(value int64) string { return strconv.FormatInt(2_000_000_000+value, 10) }

// newRecord returns a record of a new life.
func (s *service) newRecord(value, asset int64, born time.Duration) *record {
	number := len(s.lives)
	r := &record{
		// Neither in the order of the values nor of the numbers.
		row:   row{ID: strconv.FormatUint(uint64(number+1)*0x9E3779B97F4A7C15, 36), number: number},
		sorts: [2]int64{value, asset},
		rank:  s.rng.IntN(1 << 30),
	}
	s.show(r)
	s.lives = append(s.lives, life{born: born, died: never, initial: r})
	return r
}

// show sets what the row shows of the value by which it is sorted.
func (s *service) show(r *record) {
	r.Value, r.Shown = r.sorts[byTime], true
	if s.Hidden && s.rng.IntN(4) == 0 {
		r.Value += int64(s.rng.IntN(41) - 20)
	}
	if s.Odd > 0 && s.rng.Float64() < s.Odd {
		r.Value, r.Shown = 0, false
	}
	r.Text = fixedWidth(r.Value)
}

// fill makes the table as it is before anything changes. Its greatest value is less than the time
// at which the reading begins.
func (s *service) fill() {
	values := make([]int64, 0, s.Rows)
	value := int64(0)
	for len(values) < s.Rows {
		value += 2 + s.rng.Int64N(s.Spacing)
		for range min(s.run(len(values)), s.Rows-len(values)) {
			values = append(values, value)
		}
	}
	s.present = value + 2

	records := make([]*record, len(values))
	for i, value := range values {
		records[i] = s.newRecord(value, s.asset(), -never)
	}
	columns := []sortColumn{byTime}
	if s.Sort == byAssetOrder {
		columns = []sortColumn{byAsset, byTime}
	}
	s.head = &replica{}
	for _, column := range columns {
		o := &order{column, s.Descending, slices.Clone(records)}
		slices.SortFunc(o.records, o.compare)
		s.head.orders = append(s.head.orders, o)
	}
}

// asset draws a value that no row shows.
func (s *service) asset() int64 {
	if s.AssetValues > 0 {
		return s.rng.Int64N(s.AssetValues)
	}
	return s.rng.Int64N(1 << 40)
}

// run is how many rows share the next value, after so many rows.
func (s *service) run(after int) int {
	pairs := func(share float64) int {
		if s.rng.Float64() < share/(2-share) {
			return 2
		}
		return 1
	}
	switch s.Ties {
	case tenthInPairs:
		return pairs(0.1)
	case fifthInPairs:
		return pairs(0.2)
	case allInPairs:
		return 2
	case tens:
		return 10
	case longRuns:
		// One in a row of pages, wherever it begins.
		if s.rng.IntN(2*s.Clamp) == 0 || after == s.Rows/3 {
			return s.Clamp*6/5 + s.rng.IntN(s.Clamp*3/2)
		}
		return 1
	default:
		return 1
	}
}
