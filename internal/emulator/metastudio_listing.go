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
	q, refused := newSelection(x)
	if refused != nil {
		return refused
	}

	view := s.store.view(q)
	if s.config.shuffleTies {
		view = shuffleTies(view, q, s.config.seed, x.all)
	}
	offset, limit := q.number("offset", defaultOffset), q.number("limit", defaultLimit)
	if s.config.maxLimit > 0 {
		limit = min(limit, s.config.maxLimit)
	}
	if s.config.roundOffsets {
		offset -= offset % limit
	}
	if s.config.samePage {
		offset = 0
	}
	first := min(offset, len(view))
	last := min(first+limit, len(view))
	return rawJSON(http.StatusOK, s.page(x, max(len(view)+s.config.countOffset, 0), view[first:last]))
}

// page writes a page of jobs, whose encoded forms are at hand.
func (s *Server) page(x *exchange, count int, entries []*entry) []byte {
	var b bytes.Buffer
	b.WriteString(`{"count":` + strconv.Itoa(count) + `,"jobs":[`)
	for i, e := range entries {
		if i > 0 {
			b.WriteByte(',')
		}
		if s.config.resignCovers && e.job.CoverDownloadURL != nil && e.job.Raw == nil {
			job := e.job
			job.CoverDownloadURL = new(resignURL(*job.CoverDownloadURL, x.all, x.now))
			b.Write(encodeJSON(&job))
		} else {
			b.Write(e.encoded)
		}
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// shuffleTies returns the view with the jobs of each equal sort value in another order, which seed
// and the number of the request decide.
func shuffleTies(view []*entry, q *selection, seed uint64, request int) []*entry {
	shuffled := slices.Clone(view)
	// Reproducible on purpose: a failing test must fail again.
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
