// Package listing reads a whole list from a service that has only offset and limit over a table
// that changes, and proves that the list is whole.
//
// # What is promised
//
// A row that was in the list throughout the reading, from the first request to the last answer, is
// in the result exactly once, or Read returns an error. Rows that came or went meanwhile may be in
// it. The order is that of the values that rows show; rows of equal value stand as they came. A
// window, which has an offset or a limit, has no gap between its first row and its last, and has
// exactly its number of rows where nothing changes.
//
// # Why it holds
//
// A page is a stretch of the list at one moment: between its first row and its last, none is
// missing. Pages of different moments are put together by the values by which the list is sorted.
// Page b continues page a if b begins before the value with which a ends:
//
//	values      10  20  30  40  50  60  70  80
//	page a      ├───────────────┤                 ends with 50
//	page b                  ├───────────────┤     begins with 40, before 50
//	            in a ───────────┘
//	                            └──────────── on b, or behind it
//
// Take a row that was there throughout. If its value stands before 50, it stood before the last row
// of a when a was read: it is on a, or on a page that a continues. If its value is 50 or stands
// behind, it stood behind the first row of b when b was read: it is on b, or on a page that
// continues b. So nothing is lost between a and b, whichever was read first, whatever came or went
// between them, and in whatever order rows of equal value come. The chain begins with the first
// page of the list, and ends with a page that is not full. Where the count of that page says that
// rows follow, it is the end only if the page behind it is empty and it has the same rows again.
//
// Offsets are no part of this, except that a window begins with a page at its offset. And a count
// can only cast doubt on an end. Offsets say where to look: pages are asked for by offset, side by
// side, so that each begins a little before the one before it ends. If rows came or went and two
// pages do not meet, the next page is asked for by value: the rows from a value on that is a little
// before the end of the chain. That page has to continue the chain like any other. So a filter that
// does not do what it should can make a reading fail, but cannot lose a row. Counts say how many
// pages to ask for.
//
// # Rows that move
//
// Where the value of a row can change, the row goes to one end of the list, and could go from a
// page that was not read yet to one that was read already. The values are times, so a row that
// moved after a page was read has a later value than all rows of that page, and it is enough to
// read the page at that end last. Where it is the last page, it is read after all others. Where it
// is the first, it is read once more, and has to continue into the first page that was read before.
//
// # What rests on less
//
// More rows of one value than a page can have are read by offset among the rows of that value
// alone, until two readings agree in their rows and both have as many as their counts. Rows that do
// not show by what they are sorted are proven in another order, where the caller has one; their
// places come from a reading in the order that was asked for, which has to hold all of them.
// Without such an order, and in a window, two readings have to agree.
//
// # What is not covered
//
// In these cases rows can be missing, and no error says so:
//
//   - Rows move, and the list is answered by replicas of different ages.
//   - A row moves backwards, because the clocks that set its time differ.
//   - The values that rows show are not those by which the service sorts, but happen to be in order.
//   - A window of one page, or of none, from a service that does not keep to offsets. Over several
//     pages the reading finds out, unless the list changes just then.
//   - A first page that has fewer rows than were asked for, and a count of just these rows; or later
//     pages with both from a service that gives fewer rows than it is asked for.
//   - Rows that are read until two readings agree, if within each reading one row goes and another
//     comes, or if they come in another order at each request and the count is too low.
package listing
