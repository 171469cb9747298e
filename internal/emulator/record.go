package emulator

import (
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Request is one request that the server has answered, or has ended without an answer.
type Request struct {
	// Call names the emulated call, "" for a path or method that is none.
	Call string
	// Number is the number of the request among those of its call, from 1.
	Number int
	// ID is the X-Request-Id of the answer.
	ID string

	Method   string
	Host     string
	Path     string
	RawQuery string
	// Query is RawQuery decoded as the service decodes it: a + is a plus.
	Query  url.Values
	Header http.Header
	Body   []byte

	// Status is what was answered; 0 when the connection ended without an answer.
	Status int
	// Refused says in words why the request was refused, for the reader of a failing test.
	Refused string

	// Start and End are real time, whatever WithClock sets.
	Start, End time.Time
}

// Requests returns every recorded request, in the order of arrival.
func (s *Server) Requests() []Request { return s.recorder.list(func(Request) bool { return true }) }

// RequestsOf returns the recorded requests of one call.
func (s *Server) RequestsOf(call string) []Request {
	return s.recorder.list(func(r Request) bool { return r.Call == call })
}

// Count returns how many requests of a call have arrived; "" counts all.
func (s *Server) Count(call string) int {
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	return s.recorder.numbers[call]
}

// CountStatus returns how many requests of a call were answered with a status, such as 429; ""
// looks at all.
func (s *Server) CountStatus(call string, status int) int {
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	n := 0
	for key, count := range s.recorder.statuses {
		if key.status == status && (call == "" || key.call == call) {
			n += count
		}
	}
	return n
}

// PeakInFlight returns how many requests of a call were in flight at the same time at most; ""
// looks at all.
func (s *Server) PeakInFlight(call string) int {
	s.recorder.mu.Lock()
	defer s.recorder.mu.Unlock()
	return s.recorder.peaks[call]
}

// Reset forgets the recorded requests and peaks, and numbers requests from 1 again. Jobs, faults,
// the hook, tokens and keys stay.
func (s *Server) Reset() {
	r := s.recorder
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests, r.numbers, r.peaks, r.statuses = nil, map[string]int{}, map[string]int{}, map[callStatus]int{}
}

// recorder keeps the requests. Under the name "" it counts all calls together.
type recorder struct {
	keep bool
	log  func(Request)

	mu       sync.Mutex
	serial   int
	requests []*Request
	numbers  map[string]int
	current  map[string]int
	peaks    map[string]int
	statuses map[callStatus]int
}

// callStatus is a call and a status that answered it.
type callStatus struct {
	call   string
	status int
}

// ongoing is a request in flight. Its Request is shared with the list and written under the
// recorder's lock only.
type ongoing struct {
	recorder *recorder
	request  *Request
	call     string
	// n is the number of the request among those of its call, all is its number among all.
	n, all int
}

func newRecorder(keep bool, log func(Request)) *recorder {
	return &recorder{keep: keep, log: log, numbers: map[string]int{}, current: map[string]int{}, peaks: map[string]int{}, statuses: map[callStatus]int{}}
}

// nextSerial returns the number of the next request since the start. Reset does not start it anew.
func (r *recorder) nextSerial() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.serial++
	return r.serial
}

func (r *recorder) begin(x *exchange) *ongoing {
	request := &Request{
		Call: x.call, ID: x.requestID,
		Method: x.r.Method, Host: x.r.Host, Path: x.r.URL.Path, RawQuery: x.r.URL.RawQuery,
		Start: time.Now(),
	}
	if r.keep {
		request.Query, _ = url.ParseQuery(plusIsPlus(x.r.URL.RawQuery))
		request.Header = x.r.Header.Clone()
		request.Body = x.body
	}

	r.mu.Lock()
	defer r.mu.Unlock()
	o := &ongoing{recorder: r, request: request, call: x.call}
	o.n = r.enter(x.call)
	o.all = o.n
	if x.call != "" {
		o.all = r.enter("")
	}
	request.Number = o.n
	if r.keep {
		r.requests = append(r.requests, request)
	}
	return o
}

func (r *recorder) enter(call string) int {
	r.numbers[call]++
	r.current[call]++
	r.peaks[call] = max(r.peaks[call], r.current[call])
	return r.numbers[call]
}

// answered notes what is about to be sent.
func (o *ongoing) answered(answer *reply) {
	o.recorder.mu.Lock()
	defer o.recorder.mu.Unlock()
	o.request.Status, o.request.Refused = answer.status, answer.why
	o.recorder.statuses[callStatus{o.call, answer.status}]++
}

func (r *recorder) end(o *ongoing) {
	ended := r.leave(o)
	if r.log != nil {
		r.log(ended)
	}
}

func (r *recorder) leave(o *ongoing) Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	o.request.End = time.Now()
	r.current[o.call]--
	if o.call != "" {
		r.current[""]--
	}
	return *o.request
}

func (r *recorder) list(wanted func(Request) bool) []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	var requests []Request
	for _, request := range r.requests {
		if wanted(*request) {
			requests = append(requests, *request)
		}
	}
	return requests
}
