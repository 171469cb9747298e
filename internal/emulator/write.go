package emulator

import (
	"bytes"
	"compress/gzip"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// write sends a reply, spoilt by fault when there is one.
func (s *Server) write(w http.ResponseWriter, x *exchange, record *ongoing, answer *reply, fault *Fault) {
	if fault == nil {
		fault = &Fault{}
	}
	if fault.Reset {
		resetConnection(w)
		return
	}
	record.answered(answer)

	header := w.Header()
	maps.Copy(header, answer.header)
	header.Set(headerRequestID, x.requestID)
	if x.isIAM() {
		header.Set("X-Iam-Trace-Id", "trace-"+x.requestID)
	}
	header.Set("Date", x.now.Add(fault.ClockSkew).UTC().Format(http.TimeFormat))

	body := answer.body
	if fault.Truncate > 0 && fault.Truncate < len(body) {
		body = body[:fault.Truncate]
	}
	if len(body) > 0 && !s.config.plain && acceptsGzip(x.r.Header) {
		body = gzipBody(body)
		header.Set("Content-Encoding", "gzip")
		header.Set("Vary", "Accept-Encoding")
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	for name, values := range fault.Header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	w.WriteHeader(answer.status)
	if fault.CutAfter > 0 && fault.CutAfter < len(body) {
		_, _ = w.Write(body[:fault.CutAfter])
		flushAndCut(w)
	}
	// The client may be gone; that is its own affair.
	_, _ = w.Write(body)
}

// isIAM reports whether IAM answers this call: it names its traces itself.
func (x *exchange) isIAM() bool {
	return strings.HasPrefix(x.r.URL.Path, "/v3/") || strings.HasPrefix(x.r.URL.Path, "/v3.0/")
}

// resetConnection ends the connection with a TCP reset and no answer.
func resetConnection(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		// Not a connection of its own (HTTP/2, a recorder): end the exchange without an answer all
		// the same.
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
			quality = strings.ReplaceAll(quality, " ", "")
			return quality != "q=0" && !strings.HasPrefix(quality, "q=0.000")
		}
	}
	return false
}

// gzipWriters are kept, because a new one costs more than the page it compresses.
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
