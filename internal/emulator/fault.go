package emulator

import (
	"net/http"
	"sync"
	"time"
)

// Fault changes the replies to some requests. Call, First, Times, Offset and Match choose the
// requests; all of them must match. The other fields say what happens, and may be combined. Status,
// Code, Body, Flood, Redirect, Reset, and an Echo other than EchoHeaders take the place of the real
// reply. All others change the reply, or how it is sent.
type Fault struct {
	// Call is the call to hit; "" hits any.
	Call string
	// First is the number of the first request of Call to hit, counted from 1 since the start or
	// the last Reset; 0 hits the next.
	First int
	// Times is how many requests are hit: 0 means one, and a negative number all.
	Times int
	// Offset, if set, hits only listings with this offset; a listing without one has offset 0.
	Offset *int
	// Match, if set, hits only requests for which it returns true.
	Match func(*http.Request) bool

	// Delay waits before anything else, until the request ends.
	Delay time.Duration
	// Status is the status to answer. Without Code and Body it comes with the body that MetaStudio
	// or the gateway usually sends with it. A status 1xx, such as 101, has no body, and no other
	// reply follows.
	Status int
	// Code and Message make an error body, in the shape of the service that the code belongs to.
	// Without Status and Message they are those of the documentation; without Status, a code that
	// is not documented comes with 500.
	Code, Message string
	// Body is sent as it is, in place of an error body; 200 without Status.
	Body string
	// Flood is sent in place of an error body, of any size; 200 without Status.
	Flood *Flood
	// Redirect is a Location to answer; 302 without Status.
	Redirect string
	// Echo repeats what the request carried, as a proxy or a debug page would.
	Echo Echo

	// AsStatus sends the real reply under another status.
	AsStatus int
	// Edit changes the body of the reply before it is compressed.
	Edit func(body []byte) []byte
	// Header is set on the reply, whatever it is.
	Header http.Header
	// ClockSkew is added to the reply's Date.
	ClockSkew time.Duration
	// Truncate ends the body after so many bytes, before it is compressed. The reply is complete,
	// but its JSON is not.
	Truncate int
	// CutAt sends so many bytes of the reply, status line and headers included, and ends the
	// connection. A Flood can only be cut by this.
	CutAt *int
	// CutAfter announces the whole reply, sends so many bytes of its body, and cuts the connection.
	// It has no effect together with one of the fields after Reset.
	CutAfter int
	// Reset ends the connection with a TCP reset before any answer.
	Reset bool

	// Interim is a status 1xx that is sent InterimTimes before the reply: 0 means once, and a
	// negative number without end.
	Interim, InterimTimes int
	// Hang sends nothing (after Interim), and keeps the connection until the client ends it.
	Hang bool
	// CloseDelimited announces no length: the body ends with the connection.
	CloseDelimited bool
	// HeaderPause and BodyPause are waited after each byte of status line and headers, or of the
	// body.
	HeaderPause, BodyPause time.Duration
	// Unsolicited is sent after the reply, on a connection that the client believes to be idle.
	Unsolicited string
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

// ClearFaults removes all faults.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

type faults struct {
	mu   sync.Mutex
	list []*Fault
}

// take returns the fault that hits this request, and counts the hit.
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
