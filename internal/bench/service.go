// Package bench has what the benchmarks and the demo share: a service that only copies prepared
// pages, so that the reader is measured and not the service; a service whose list changes while it
// is read; the usual loop over the vendor's SDK; and rounds, which compare several ways to do the
// same. Production code does not import it.
package bench

import (
	"errors"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// Service answers the listing call with the jobs of AppendJob. It reads only offset and limit; it
// checks no signatures and applies no filters.
type Service struct {
	// URL is the service's endpoint.
	URL string

	latency     time.Duration
	maxInFlight int64
	head        []byte // of every reply, up to the first job
	jobs        []byte // all of them, with a comma after each
	starts      []int  // of each job in jobs, and of the one after the last
	inFlight    atomic.Int64
	requests    atomic.Int64
	server      *http.Server
}

// Options configure a Service.
type Options struct {
	// Jobs is the number of jobs, and Nulls the percentage of their fields that is left out.
	Jobs, Nulls int
	// Latency is how long every request waits for its answer.
	Latency time.Duration
	// MaxInFlight is how many requests may wait at the same time; one more is refused with status
	// 429. 0 refuses none.
	MaxInFlight int
}

// Start returns a Service that listens on this machine; Close ends it.
func Start(options Options) (*Service, error) {
	s := &Service{
		latency: options.Latency, maxInFlight: int64(options.MaxInFlight),
		head:   []byte(`{"count":` + strconv.Itoa(options.Jobs) + `,"jobs":[`),
		starts: make([]int, 0, options.Jobs+1),
	}
	for i := range options.Jobs {
		s.starts = append(s.starts, len(s.jobs))
		s.jobs = append(AppendJob(s.jobs, i, options.Nulls), ',')
	}
	s.starts = append(s.starts, len(s.jobs))

	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // lives until Close
	if err != nil {
		return nil, err
	}
	s.URL = "http://" + listener.Addr().String()
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() {
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			panic(err) // otherwise the reader would wait forever
		}
	}()
	return s, nil
}

// Requests returns how many requests have come since the start.
func (s *Service) Requests() int { return int(s.requests.Load()) }

// Close stops listening and cuts every connection.
func (s *Service) Close() { _ = s.server.Close() }

// ServeHTTP implements http.Handler.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	defer s.inFlight.Add(-1)
	refused := s.inFlight.Add(1) > s.maxInFlight && s.maxInFlight > 0
	if s.latency > 0 {
		timer := time.NewTimer(s.latency)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if refused {
		// The text names no quota and there is no Retry-After, because the limit is not one of
		// requests in a time.
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"error_code":"APIG.0308","error_msg":"The throttling threshold has been reached"}`))
		return
	}

	query := r.URL.Query()
	offset, offsetErr := strconv.Atoi(query.Get("offset"))
	limit, limitErr := strconv.Atoi(query.Get("limit"))
	if err := errors.Join(offsetErr, limitErr); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	last := len(s.starts) - 1
	offset = min(offset, last)
	page := s.jobs[s.starts[offset]:s.starts[min(offset+limit, last)]]
	page = page[:max(0, len(page)-1)] // no comma after the last
	w.Header().Set("Content-Length", strconv.Itoa(len(s.head)+len(page)+len("]}")))
	for _, part := range [][]byte{s.head, page, []byte("]}")} {
		_, _ = w.Write(part)
	}
}
