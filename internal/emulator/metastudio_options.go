package emulator

import "time"

// listingOptions are the ways in which the listing may differ from the documented one.
type listingOptions struct {
	roundOffsets bool
	pageNumbers  bool
	firstPage    int
	samePage     bool
	maxLimit     int

	shuffleTies bool
	tieSeed     uint64
	hiddenTime  func(sortKey string, job Job) time.Time

	replicas    []Lag
	replicaSeed uint64

	countOffset int
	maxCount    int
	countLag    Lag

	ignored        map[string]bool
	exclusiveTimes bool
	timeShift      time.Duration

	resignCovers bool
	serveCovers  bool
}

// Lag is how far a state of the jobs lies behind the current one: by a number of changes, by a time
// on the server's clock, or by whichever of the two is older.
type Lag struct {
	// Changes counts calls of SetJobs, Insert, Remove and Update.
	Changes int
	Time    time.Duration
}

// keep returns the furthest that any option looks back.
func (o *listingOptions) keep() Lag {
	furthest := o.countLag
	for _, lag := range o.replicas {
		furthest.Changes = max(furthest.Changes, lag.Changes)
		furthest.Time = max(furthest.Time, lag.Time)
	}
	return furthest
}

// WithRoundedOffsets rounds an offset down to a multiple of the limit, as a service with numbered
// pages may do.
func WithRoundedOffsets() Option { return func(c *config) { c.listing.roundOffsets = true } }

// WithPageNumbers takes the offset for the number of a page of limit jobs. The first page has the
// number first, 0 or 1; smaller numbers are the first page too.
func WithPageNumbers(first int) Option {
	return func(c *config) { c.listing.pageNumbers, c.listing.firstPage = true, first }
}

// WithSamePage ignores the offset: every page is the first.
func WithSamePage() Option { return func(c *config) { c.listing.samePage = true } }

// WithMaxLimit silently returns at most n jobs a page, however many are asked for.
func WithMaxLimit(n int) Option { return func(c *config) { c.listing.maxLimit = n } }

// WithShuffledTies puts jobs of equal sort value in a new random order at each request, also at two
// requests of one offset. The orders are the same for the same seed.
func WithShuffledTies(seed uint64) Option {
	return func(c *config) { c.listing.shuffleTies, c.listing.tieSeed = true, seed }
}

// WithHiddenTimes sorts and filters by a time that jobs do not show, in place of create_time and
// update_time: milliseconds behind the shown seconds, or a column of another meaning.
func WithHiddenTimes(value func(sortKey string, job Job) time.Time) Option {
	return func(c *config) { c.listing.hiddenTime = value }
}

// WithReplicas answers each request as one of several replicas, chosen at random by seed. A replica
// has the state of the jobs that lies back by its lag; Lag{} is up to date.
func WithReplicas(seed uint64, replicas ...Lag) Option {
	return func(c *config) { c.listing.replicaSeed, c.listing.replicas = seed, replicas }
}

// WithCountOffset makes the count wrong by n, never below zero.
func WithCountOffset(n int) Option { return func(c *config) { c.listing.countOffset = n } }

// WithMaxCount counts no further than n.
func WithMaxCount(n int) Option { return func(c *config) { c.listing.maxCount = n } }

// WithLaggingCount counts the jobs of an earlier state than the one listed.
func WithLaggingCount(lag Lag) Option { return func(c *config) { c.listing.countLag = lag } }

// WithIgnoredParameters makes the listing accept these query parameters and ignore them.
func WithIgnoredParameters(names ...string) Option {
	return func(c *config) {
		c.listing.ignored = map[string]bool{}
		for _, name := range names {
			c.listing.ignored[name] = true
		}
	}
}

// WithExclusiveTimes leaves out the jobs whose time equals create_since, create_until, update_since
// or update_until.
func WithExclusiveTimes() Option { return func(c *config) { c.listing.exclusiveTimes = true } }

// WithShiftedTimes adds d to the values of create_since, create_until, update_since and
// update_until before they are used.
func WithShiftedTimes(d time.Duration) Option {
	return func(c *config) { c.listing.timeShift = d }
}

// WithResignedCovers signs every cover_download_url anew in every reply, as the service does.
func WithResignedCovers() Option { return func(c *config) { c.listing.resignCovers = true } }
