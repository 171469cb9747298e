package emulator

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
)

// Defaults of the listing's page.
const (
	defaultOffset = 0
	defaultLimit  = 10
)

// listing answers GET …/digital-human-training-manage/user/jobs.
func (s *Server) listing(x *exchange) *reply {
	if refused := s.authorizeProject(x); refused != nil {
		return refused
	}
	options := &s.config.listing
	q, refused := newSelection(x, options)
	if refused != nil {
		return refused
	}

	view := s.replica(x).view(q)
	if options.shuffleTies {
		view = shuffleTies(view, q, options.tieSeed, x.serial)
	}
	first, last := options.window(q, len(view))
	count := len(view)
	if options.countLag != (Lag{}) {
		count = len(s.store.behind(options.countLag, x.now).view(q))
	}
	count = max(count+options.countOffset, 0)
	if options.maxCount > 0 {
		count = min(count, options.maxCount)
	}
	return rawJSON(http.StatusOK, s.page(x, count, view[first:last]))
}

// window returns which of n jobs are on the page.
func (o *listingOptions) window(q *selection, n int) (first, last int) {
	offset, limit := q.number("offset", defaultOffset), q.number("limit", defaultLimit)
	if o.maxLimit > 0 {
		limit = min(limit, o.maxLimit)
	}
	switch {
	case o.samePage:
		offset = 0
	case o.pageNumbers:
		offset = max(offset-o.firstPage, 0) * limit
	case o.roundOffsets:
		offset -= offset % limit
	}
	first = min(offset, n)
	return first, min(first+limit, n)
}

// replica returns the state of the jobs that answers this request.
func (s *Server) replica(x *exchange) *snapshot {
	options := &s.config.listing
	if len(options.replicas) == 0 {
		return s.store.current()
	}
	// Not random: a test that fails has to fail again.
	random := rand.New(rand.NewPCG(options.replicaSeed, uint64(x.serial))) //nolint:gosec // nothing here is a secret
	return s.store.behind(options.replicas[random.IntN(len(options.replicas))], x.now)
}

// page returns the body of a page.
func (s *Server) page(x *exchange, count int, entries []*entry) []byte {
	var b bytes.Buffer
	b.WriteString(`{"count":` + strconv.Itoa(count) + `,"jobs":[`)
	for i, e := range entries {
		if i > 0 {
			b.WriteByte(',')
		}
		if job, changed := s.withCover(x, &e.job); changed && e.job.Raw == nil {
			b.Write(encodeJSON(&job))
		} else {
			b.Write(e.encoded)
		}
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// withCover returns a job with the cover URL that options ask for, and reports whether that differs
// from its own.
func (s *Server) withCover(x *exchange, job *Job) (changed Job, differs bool) {
	options := &s.config.listing
	if job.CoverDownloadURL == nil || !options.serveCovers && !options.resignCovers {
		return *job, false
	}
	changed = *job
	if options.serveCovers {
		changed.CoverDownloadURL = new(x.servedCover(job.JobID))
	} else {
		changed.CoverDownloadURL = new(resignURL(*job.CoverDownloadURL, x.serial, x.now))
	}
	return changed, true
}

// shuffleTies returns the view with jobs of equal sort value in another order, which depends on
// seed and the number of the request.
func shuffleTies(view []*entry, q *selection, seed uint64, request int) []*entry {
	shuffled := slices.Clone(view)
	// Not random: a test that fails has to fail again.
	random := rand.New(rand.NewPCG(seed, uint64(request))) //nolint:gosec // nothing here is a secret
	for from := 0; from < len(shuffled); {
		to := from + 1
		for to < len(shuffled) && q.compare(&shuffled[from].job, &shuffled[to].job) == 0 {
			to++
		}
		ties := shuffled[from:to]
		random.Shuffle(len(ties), func(i, j int) { ties[i], ties[j] = ties[j], ties[i] })
		from = to
	}
	return shuffled
}
