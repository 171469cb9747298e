package emulator

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// write sends a reply, changed by fault if there is one.
func (s *Server) write(w http.ResponseWriter, x *exchange, record *ongoing, answer *reply, fault *Fault) {
	if fault == nil {
		fault = &Fault{}
	}
	if fault.Reset {
		resetConnection(w)
		return
	}
	fault.spoil(answer, x)
	if !fault.Hang {
		record.answered(answer)
	}
	header, body := s.encodeReply(x, answer)
	header.Set("Date", x.now.Add(fault.ClockSkew).UTC().Format(http.TimeFormat))
	owned := fault.ownsConnection()
	if owned {
		fault.wireHeader(header, answer.status)
	}
	for name, values := range fault.Header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	if owned {
		s.writeWire(w, answer, header, body, fault)
		return
	}

	maps.Copy(w.Header(), header)
	w.WriteHeader(answer.status)
	if fault.CutAfter > 0 && fault.CutAfter < len(body) {
		_, _ = w.Write(body[:fault.CutAfter])
		flushAndCut(w)
	}
	// An error only says that the client is gone.
	_ = answer.sendBody(w, header, body)
}

// encodeReply returns the headers of a reply, and its body as it is sent. A flood has no body here,
// and no length.
func (s *Server) encodeReply(x *exchange, answer *reply) (header http.Header, body []byte) {
	header = http.Header{}
	maps.Copy(header, answer.header)
	header.Set(headerRequestID, x.requestID)
	if x.isIAM() {
		header.Set("X-Iam-Trace-Id", "trace-"+x.requestID)
	}
	body = answer.body
	if (len(body) > 0 || answer.flood != nil) && !s.config.plain && acceptsGzip(x.r.Header) {
		header.Set("Content-Encoding", "gzip")
		header.Set("Vary", "Accept-Encoding")
		if answer.flood == nil {
			body = gzipBody(body)
		}
	}
	if answer.flood == nil && !informational(answer.status) {
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	return header, body
}

// sendBody sends the body or the flood; the latter compressed if the header says so.
func (a *reply) sendBody(w io.Writer, header http.Header, body []byte) error {
	if a.flood == nil {
		_, err := w.Write(body)
		return err
	}
	if header.Get("Content-Encoding") != "gzip" {
		return a.flood.send(w)
	}
	// With the best compression, a flood of 30 MB is sent in 30 kB.
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	return errors.Join(a.flood.send(z), z.Close())
}

// isIAM reports whether IAM answers this call. Its replies have a trace ID too.
func (x *exchange) isIAM() bool {
	return strings.HasPrefix(x.r.URL.Path, "/v3/") || strings.HasPrefix(x.r.URL.Path, "/v3.0/")
}

// resetConnection ends the connection with a TCP reset and no answer.
func resetConnection(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		// There is no connection to reset (HTTP/2, a recorder): end the exchange without an answer.
		panic(http.ErrAbortHandler)
	}
	if wrapped, ok := connection.(interface{ NetConn() net.Conn }); ok {
		connection = wrapped.NetConn()
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = connection.Close()
}

// flushAndCut sends what was written so far and ends the connection.
func flushAndCut(w http.ResponseWriter) {
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// acceptsGzip reports whether a request accepts gzip.
func acceptsGzip(h http.Header) bool {
	for _, value := range h.Values("Accept-Encoding") {
		for part := range strings.SplitSeq(value, ",") {
			coding, quality, _ := strings.Cut(part, ";")
			if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
				continue
			}
			weight, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(quality), "q="), 64)
			return err != nil || weight > 0
		}
	}
	return false
}

// gzipWriters are reused, because to make one takes longer than to compress a page.
var gzipWriters = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return z
}}

func gzipBody(body []byte) []byte {
	var b bytes.Buffer
	z, ok := gzipWriters.Get().(*gzip.Writer)
	if !ok {
		return body
	}
	defer gzipWriters.Put(z)
	z.Reset(&b)
	// Writing to a buffer cannot fail.
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Bytes()
}
