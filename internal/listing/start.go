package listing

import "context"

// maxClosings is how often the start of a list is read again at most. Each time takes a small part
// of the time that the one before took, and so do the changes meanwhile.
const maxClosings = 8

// closeStart reads the start of the list again, for rows that moved there while the rest was read,
// until one page is enough to join what was read before.
func (c *chain[T]) closeStart(ctx context.Context) (*chain[T], error) {
	for range maxClosings {
		first, err := c.firstPage(ctx, c.view)
		if err != nil {
			return nil, err
		}
		front := newChain(c.reader, c.view, &first)
		front.changed = c.changed
		for !front.complete() {
			if !inOrder(c.view, &front.first) {
				return nil, errNotShown
			}
			if _, ok := join(c.view, front.last(), front.through, &c.first); ok {
				break
			}
			if err := front.advance(ctx); err != nil {
				return nil, err
			}
		}
		start := isStart(front.pages, c.latest(&first))
		if !front.complete() {
			front.take(c)
		}
		if start {
			return front, nil
		}
		c = front
	}
	return nil, c.exhausted()
}

// take appends the rows of a chain that was read before. Of a row that moved, put keeps the latest.
func (c *chain[T]) take(older *chain[T]) {
	for i := range older.rows {
		c.put(&older.rows[i])
	}
	c.pages += older.pages
	c.spent += older.spent
}
