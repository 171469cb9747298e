package client

import "context"

// readPlain reads the list from a service that rounds offsets down to a multiple
// of the limit, which makes overlapping pages impossible. What is left as proof
// is weaker: every row once, the same count in every page, and as many rows as
// that count. A row that comes while another one goes, each at the right moment,
// can deceive it.
func (r *reader[T]) readPlain(ctx context.Context) (round[T], error) {
	r.pages, r.rows = 0, 0
	start := r.offset - r.offset%MaxPageSize
	first, err := r.page(ctx, start, MaxPageSize)
	if err != nil {
		return round[T]{}, err
	}
	size := max(1, len(first.rows))
	if size < MaxPageSize && !first.last() {
		// It rounds to multiples of what it gives, which is less than was asked.
		start = r.offset - r.offset%size
		if first, err = r.page(ctx, start, size); err != nil {
			return round[T]{}, err
		}
	}
	end := r.offset + r.expected(first.count)
	if end-start > maxRows {
		return round[T]{}, &TooManyError{Count: first.count, Max: maxRows}
	}
	var offsets []int
	for offset := start + size; offset < min(end, first.count); offset += size {
		offsets = append(offsets, offset)
	}
	ahead, stop := r.readAhead(ctx, offsets, size)
	defer stop()

	result := round[T]{count: first.count}
	seen := make(map[string]struct{}, end-start)
	for p := first; ; {
		r.pages++
		result.changed = result.changed || p.count != result.count
		for i := range p.rows {
			seen[r.key(&p.rows[i])] = struct{}{}
			if position := p.offset + i; position >= r.offset && position < end {
				result.rows = append(result.rows, p.rows[i])
			}
		}
		r.rows = len(result.rows)
		result.count = p.count
		next, planned, err := ahead()
		if err != nil {
			return round[T]{}, err
		}
		if !planned {
			break
		}
		p = next
	}
	inPages := max(0, min(result.count, start+r.pages*size)-start)
	result.whole = !result.changed && len(result.rows) == end-r.offset && len(seen) == inPages
	return result, nil
}
