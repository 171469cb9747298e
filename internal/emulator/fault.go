package emulator

import (
	"cmp"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Fault spoils chosen requests. Which: Call, First, Times, Offset and Match, all of which must
// agree. How: the other fields, which may be combined. A fault with none of Status, Code, Body,
// Redirect and Reset lets the request through to its real reply.
type Fault struct {
	// Call is the call to hit; "" hits any.
	Call string
	// First is the number of the first request of Call to hit, counted from 1 since the start or
	// the last Reset; 0 hits the next.
	First int
	// Times is how many requests are hit: 0 means one, a negative number means for ever.
	Times int
	// Offset, if set, hits only listings with this offset; a listing without one has offset 0.
	Offset *int
	// Match, if set, hits only requests for which it returns true.
	Match func(*http.Request) bool

	// Delay waits before anything else, until the request ends.
	Delay time.Duration
	// Status is the status to answer. Without Code and Body it comes with the body that MetaStudio
	// or the gateway usually sends with it.
	Status int
	// Code and Message make an error body, in the shape of whom the code belongs to. Without Status
	// and Message they are those of KnownErrors, 500 for a code that is not among them. In Message,
	// {access_key} stands for the access key of the request.
	Code, Message string
	// Body is sent as it is, in place of an error body; 200 without Status.
	Body string
	// Redirect is a Location to answer; 302 without Status.
	Redirect string
	// Header is set on the reply, whatever it is.
	Header http.Header
	// ClockSkew is added to the reply's Date.
	ClockSkew time.Duration
	// Truncate ends the body after so many bytes before it is compressed: a complete reply with
	// broken JSON.
	Truncate int
	// CutAfter announces the whole reply, sends so many bytes of its body, and cuts the connection.
	CutAfter int
	// Reset ends the connection with a TCP reset before any answer.
	Reset bool
}

// Fail adds a fault. Faults are tried in the order they were added; a request is hit by the first
// that fits.
func (s *Server) Fail(fault Fault) {
	if fault.Times == 0 {
		fault.Times = 1
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, &fault)
}

// ClearFaults takes all faults away.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

type faults struct {
	mu   sync.Mutex
	list []*Fault
}

// take returns the fault that hits this request, and uses it up by one.
func (f *faults) take(x *exchange) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, fault := range f.list {
		if fault.Times == 0 || !fault.hits(x) {
			continue
		}
		if fault.Times > 0 {
			fault.Times--
		}
		hit := *fault
		return &hit
	}
	return nil
}

func (f *Fault) hits(x *exchange) bool {
	switch {
	case f.Call != "" && f.Call != x.call:
		return false
	case f.Call == "" && x.all < f.First:
		return false
	case f.Call != "" && x.n < f.First:
		return false
	case f.Offset != nil && (x.call != CallListing || requestedOffset(x.r) != *f.Offset):
		return false
	default:
		return f.Match == nil || f.Match(x.r)
	}
}

// answers reports whether the fault takes the place of the real reply.
func (f *Fault) answers() bool {
	return f.Status != 0 || f.Code != "" || f.Body != "" || f.Redirect != "" || f.Reset
}

// reply is what the fault answers.
func (f *Fault) reply(x *exchange) *reply {
	answer := f.plainReply(x)
	if f.Redirect != "" {
		answer.header.Set("Location", f.Redirect)
	}
	answer.why = "a fault that the test asked for"
	return answer
}

func (f *Fault) plainReply(x *exchange) *reply {
	switch {
	case f.Body != "":
		return rawJSON(cmp.Or(f.Status, http.StatusOK), []byte(f.Body))
	case f.Redirect != "":
		return textReply(cmp.Or(f.Status, http.StatusFound), "")
	case f.Code != "":
		known, _ := knownError(f.Code, f.Status)
		return x.errorOf(cmp.Or(f.Status, known.Status, http.StatusInternalServerError), f.Code, cmp.Or(f.Message, known.Message))
	default:
		usual := usualError(f.Status)
		return x.errorOf(f.Status, usual.Code, cmp.Or(f.Message, usual.Message))
	}
}

// errorOf returns an error body in the shape of whom the code belongs to.
func (x *exchange) errorOf(status int, code, message string) *reply {
	if a, err := parseAuthorization(x.r.Header.Get("Authorization")); err == nil {
		message = strings.ReplaceAll(message, accessKeyPlaceholder, a.accessKey)
	}
	switch {
	case strings.HasPrefix(code, apigwPrefix) || strings.HasPrefix(code, apigPrefix):
		return x.gateway(status, code, message)
	case strings.HasPrefix(x.r.URL.Path, "/v3/"):
		return x.keystone(status, message)
	default:
		return x.service(status, code, message)
	}
}
