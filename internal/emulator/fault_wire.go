package emulator

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// ownsConnection reports whether the fault writes to the connection itself, because net/http would
// not send such a reply.
func (f *Fault) ownsConnection() bool {
	return f.Interim != 0 || f.Hang || f.CutAt != nil || f.CloseDelimited || f.HeaderPause > 0 || f.BodyPause > 0 ||
		f.Unsolicited != "" || informational(f.Status)
}

// informational reports whether a status is 1xx, which does not end an exchange.
func informational(status int) bool { return status >= 100 && status < 200 }

// takenConnection is a connection that a fault has taken over from net/http.
type takenConnection struct {
	net.Conn

	// gone is closed when the client has ended the connection, or Close has.
	gone chan struct{}
}

// takenConnections are those that Close has to end.
type takenConnections struct {
	mu     sync.Mutex
	closed bool
	open   map[*takenConnection]bool
}

// take takes over the connection of a request.
func (t *takenConnections) take(w http.ResponseWriter) *takenConnection {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		// There is no connection to take over (HTTP/2, a recorder): end the exchange without an
		// answer.
		panic(http.ErrAbortHandler)
	}
	taken := &takenConnection{Conn: connection, gone: make(chan struct{})}
	go func() {
		defer close(taken.gone)
		// The client is not expected to send more; reading only shows when it leaves.
		_, _ = io.Copy(io.Discard, connection)
	}()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		_ = connection.Close()
	} else {
		if t.open == nil {
			t.open = map[*takenConnection]bool{}
		}
		t.open[taken] = true
	}
	return taken
}

func (t *takenConnections) release(taken *takenConnection) {
	_ = taken.Close()
	<-taken.gone
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, taken)
}

func (t *takenConnections) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for taken := range t.open {
		_ = taken.Close()
	}
}

// errCut ends a reply where a fault asks for it.
var errCut = errors.New("cut by a fault")

// wire writes to a taken connection, and slows down or ends the reply if the fault says so.
type wire struct {
	connection *takenConnection
	// left is how many bytes may still be written; negative for no limit.
	left int
	// pause is waited after each byte.
	pause time.Duration
}

func (o *wire) Write(p []byte) (written int, err error) {
	for written < len(p) {
		n := len(p) - written
		if o.pause > 0 {
			n = 1
		}
		if o.left >= 0 {
			n = min(n, o.left)
			o.left -= n
		}
		if n == 0 {
			return written, errCut
		}
		n, err = o.connection.Write(p[written : written+n])
		written += n
		if err != nil {
			return written, err
		}
		o.connection.wait(o.pause)
	}
	return written, nil
}

// wait waits for d, or until the client is gone: the next write then fails.
func (c *takenConnection) wait(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.gone:
	}
}

// writeWire sends a reply over a taken connection.
func (s *Server) writeWire(w http.ResponseWriter, answer *reply, header http.Header, body []byte, fault *Fault) {
	connection := s.taken.take(w)
	defer s.taken.release(connection)
	out := &wire{connection: connection, left: -1}
	if fault.CutAt != nil {
		out.left = *fault.CutAt
	}
	if err := fault.sendInterim(out); err != nil {
		return
	}
	if fault.Hang {
		<-connection.gone
		return
	}

	out.pause = fault.HeaderPause
	if _, err := out.Write(wireHead(answer.status, header)); err != nil {
		return
	}
	out.pause = fault.BodyPause
	if err := answer.sendBody(out, header, body); err != nil {
		return
	}
	if fault.Unsolicited != "" || informational(answer.status) {
		if _, err := out.Write([]byte(fault.Unsolicited)); err == nil {
			<-connection.gone
		}
	}
}

// wireHeader changes the header of a reply that is written by writeWire.
func (f *Fault) wireHeader(header http.Header, status int) {
	switch {
	case status == http.StatusSwitchingProtocols:
		header.Set("Connection", "Upgrade")
		header.Set("Upgrade", "h2c")
	case f.Unsolicited == "":
		header.Set("Connection", "close")
	}
	if f.CloseDelimited {
		header.Del("Content-Length")
	}
}

// wireHead returns the status line and the headers as they are sent.
func wireHead(status int, header http.Header) []byte {
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.1 %d %s\r\n", status, cmp.Or(http.StatusText(status), strconv.Itoa(status)))
	// Writing to a buffer cannot fail.
	_ = header.Write(&head)
	head.WriteString("\r\n")
	return head.Bytes()
}

// sendInterim sends the responses that come before the one that ends the exchange.
func (f *Fault) sendInterim(out io.Writer) error {
	if f.Interim == 0 {
		return nil
	}
	response := []byte(fmt.Sprintf("HTTP/1.1 %d %s\r\nLink: </style.css>; rel=preload\r\n\r\n", f.Interim, http.StatusText(f.Interim)))
	for n := 0; f.InterimTimes < 0 || n < max(f.InterimTimes, 1); n++ {
		if _, err := out.Write(response); err != nil {
			return err
		}
	}
	return nil
}
