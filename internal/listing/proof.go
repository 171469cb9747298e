package listing

import "slices"

// This file has every rule that decides whether a list is whole. The argument is in the package
// comment. What is asked for, and when, is decided elsewhere: that makes a reading fast, and cannot
// make it wrong.

// join reports whether page p continues a chain of pages that ends with the row last, so that no
// row is missing between them. through says that the chain has all rows of last's value, and not
// only those before it. from is the first row of p that the chain does not have to have.
//
// The rule is that p begins before last's value. Then every row before that value is in the chain,
// and every other row stood behind p's first row when p was read: it is on p, or behind p's end. In
// which order rows of equal value come makes no difference. A row that is on both pages, between
// two neighbours of other values on one of them, is a case of this rule: where such a row is, p
// begins before the chain ends.
//
// The rule needs pages that are in order, see inOrder.
func join[T any](view *View[T], last *T, through bool, p *page[T]) (from int, ok bool) {
	if len(p.rows) == 0 || behind(view, &p.rows[0], last, through) {
		return 0, false
	}
	for from < len(p.rows) && !behind(view, &p.rows[from], last, through) {
		from++
	}
	return from, true
}

// behind reports whether a row's value is one of those that a chain that ends with the row last
// need not have.
func behind[T any](view *View[T], row, last *T, through bool) bool {
	order, _ := view.Compare(row, last)
	return order > 0 || order == 0 && !through
}

// inOrder reports whether the page shows the order that was asked for. Values that are not shown,
// or that are shown in another order, are not those by which the service sorts, and prove nothing.
func inOrder[T any](view *View[T], p *page[T]) bool {
	for i := range p.rows {
		if order, shown := view.Compare(&p.rows[max(0, i-1)], &p.rows[i]); !shown || order > 0 {
			return false
		}
	}
	return true
}

// isEnd reports whether the list ends with a page that continues the chain: only a page that is not
// full is an end, whatever a count says. full is how many rows a full page has.
//
// Where rows move to the end, the page has to be the latest: asked for after all others had been
// answered. A row that moved before is on it, or at a place before it that was read after the row
// had come there.
func isEnd[T any](view *View[T], p *page[T], full int, latest bool) bool {
	return len(p.rows) < min(full, p.Limit) && (view.Moves != ToEnd || latest)
}

// deniesEnd reports whether the page's own count says that rows follow. A page that is not full is
// not taken for the end then until it is confirmed, see confirmsEnd.
func deniesEnd[T any](p *page[T]) bool { return p.Offset+len(p.rows) < p.count }

// confirmsEnd reports whether the list ends with a page, although its count says that rows follow:
// next, the page behind it, was empty, and again, the page itself asked for once more, had the same
// rows. They were there before and after the empty page, and so in between: no other row stood
// behind them then. A count may be wrong, and a page may have fewer rows than it could, but an
// empty one has no reason to be.
func confirmsEnd[T any](key func(*T) string, p, next, again *page[T]) bool {
	return len(next.rows) == 0 && hasRows(key, again, p)
}

// hasRows reports whether page p has all rows of another, in any order.
func hasRows[T any](key func(*T) string, p, other *page[T]) bool {
	for i := range other.rows {
		if !slices.ContainsFunc(p.rows, func(row T) bool { return key(&row) == key(&other.rows[i]) }) {
			return false
		}
	}
	return true
}

// isStart reports whether pages that were read anew from the start of the list are its start, where
// rows move there. They are if it is one page, and the latest; a row that moved between the
// readings of two pages could be on neither.
func isStart(pages int, latest bool) bool { return pages == 1 && latest }

// cutsRun reports whether a window that does not begin with the list's first row begins within a
// run of equal values which goes on to last. A page by value would then have rows of the run that
// stand before the window.
func cutsRun[T any](view *View[T], offset int, first, last *T) bool {
	order, _ := view.Compare(first, last)
	return offset > 0 && order == 0
}

// isCounted reports whether rows that were read without joints may be all of them: every page
// counted as many as were found, all have the value that was asked for, and they include most of
// those that are known already. Some of these may have gone. Where most are missing, the service
// compares with something else than the value that its rows show, such as a time with a fraction.
func isCounted[T any](found, known *collection[T]) bool {
	if found.foreign || found.lowest != len(found.index) || found.highest != len(found.index) {
		return false
	}
	return known == nil || 2*len(missing(found, known)) < len(known.index)
}

// samePlace reports whether two pages begin at one place of the list. Where they were asked for by
// different offsets, and by a third one, the service does not keep to offsets. Equal rows may have
// changed their order, and at the edges of a page even their page, so it goes by the values, as far
// as these differ: from one row on, the values would be moved by one. Else it goes by the rows.
func samePlace[T any](view *View[T], key func(*T) string, a, b *page[T]) bool {
	if len(a.rows) > 0 && !allEqual(view, a, &a.rows[0]) && inOrder(view, a) {
		return slices.EqualFunc(a.rows, b.rows, func(x, y T) bool {
			order, shown := view.Compare(&x, &y)
			return shown && order == 0
		})
	}
	return slices.EqualFunc(a.rows, b.rows, func(x, y T) bool { return key(&x) == key(&y) })
}

// sharesRows reports whether a row is on both of two pages. If they were asked for by neighboring
// offsets and share none, the service takes offsets for something else.
func sharesRows[T any](key func(*T) string, a, b *page[T]) bool {
	return slices.ContainsFunc(a.rows, func(x T) bool {
		return slices.ContainsFunc(b.rows, func(y T) bool { return key(&x) == key(&y) })
	})
}

// allEqual reports whether all rows of a page have the value of a row.
func allEqual[T any](view *View[T], p *page[T], row *T) bool {
	for i := range p.rows {
		if order, shown := view.Compare(&p.rows[i], row); !shown || order != 0 {
			return false
		}
	}
	return true
}

// agree reports whether two readings without joints found the same rows.
func agree[T any](a, b *collection[T]) bool {
	return len(a.index) == len(b.index) && len(missing(a, b)) == 0
}

// missing returns the keys of the rows that proof has and found does not have.
func missing[T any](found, proof *collection[T]) []string {
	var keys []string
	for key := range proof.index {
		if _, ok := found.index[key]; !ok {
			keys = append(keys, key)
		}
	}
	return keys
}
