package transport

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestInterimResponses: what comes before a reply is not waited for without end, whatever it is.
func TestInterimResponses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		fault    emulator.Fault
		attempts int
		want     string // of the error, "" for none
	}{
		{"101", emulator.Fault{Status: http.StatusSwitchingProtocols}, 1, "HTTP 101"},
		{"101 with a body", emulator.Fault{Status: http.StatusSwitchingProtocols, Unsolicited: `{"count":0,"jobs":[]}`}, 1, "HTTP 101"},
		{"one 103", emulator.Fault{Interim: http.StatusEarlyHints}, 1, ""},
		{"103 without end", emulator.Fault{Interim: http.StatusEarlyHints, InterimTimes: -1}, 1, "response headers exceeded"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startServer(t)
			server.Fail(test.fault)
			reply, err := newTestClient(t).Do(get(t.Context(), t, server.URL+jobsPath))
			if test.want == "" {
				if err != nil || !strings.HasPrefix(string(reply.Body), `{"count":101,`) {
					t.Errorf("got %v, %v", reply, err)
				}
				return
			}
			failed, ok := errors.AsType[*Error](err)
			if !ok || !strings.Contains(err.Error(), test.want) || failed.Attempts != test.attempts {
				t.Errorf("failed with %v, want %q after %d attempts", err, test.want, test.attempts)
			}
		})
	}
}

// TestHeaderSize: the headers of a reply are bounded.
func TestHeaderSize(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		size int
		ok   bool
	}{{maxHeaderBytes / 2, true}, {maxHeaderBytes + 1, false}} {
		server := startServer(t)
		server.Fail(emulator.Fault{Body: `{}`, Header: http.Header{"X-Long": {strings.Repeat("a", test.size)}}})
		_, err := newTestClient(t).Do(get(t.Context(), t, server.URL+jobsPath))
		if (err == nil) != test.ok || err != nil && !strings.Contains(err.Error(), "headers exceeded") {
			t.Errorf("%d bytes: %v", test.size, err)
		}
	}
}

// TestErrorSize: of an error only the beginning is read, and its status stays.
func TestErrorSize(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		size int
		want string
	}{
		{"as long as is read", maxErrorBytes - len("<html>"), "<html>" + strings.Repeat("a", maxExcerpt-len("<html>")) + "…"},
		{"longer than any reply", maxReplyBytes + 1, "<html>" + strings.Repeat("a", maxExcerpt-len("<html>")) + "…"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := startServer(t, emulator.WithoutGzip())
			server.Fail(emulator.Fault{Status: http.StatusNotFound, Flood: &emulator.Flood{Prefix: "<html>", Item: "a", Count: test.size}})
			var attempt Attempt
			client := newTestClient(t, func(c *Config) { c.Observe = func(_ context.Context, a Attempt) { attempt = a } })
			failed := failureOf(t, client, get(t.Context(), t, server.URL+jobsPath))
			if failed.Status != http.StatusNotFound || failed.Message != test.want {
				t.Errorf("HTTP %d: %q", failed.Status, failed.Message)
			}
			if attempt.Bytes > maxErrorBytes {
				t.Errorf("%d bytes were read", attempt.Bytes)
			}
		})
	}
}

// TestDoWithin: the caller says how much it takes.
func TestDoWithin(t *testing.T) {
	t.Parallel()
	const limit = 1000
	for _, test := range []struct {
		size int
		ok   bool
	}{{limit, true}, {limit + 1, false}} {
		for _, announced := range []bool{true, false} {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if !announced {
					_ = http.NewResponseController(w).Flush()
				}
				_, _ = w.Write(make([]byte, test.size))
			})
			reply, err := newTestClient(t).DoWithin(get(t.Context(), t, server.URL), limit)
			if test.ok {
				if err != nil || len(reply.Body) != test.size {
					t.Errorf("%d bytes, announced %t: %v", test.size, announced, err)
				}
				continue
			}
			tooLarge, ok := errors.AsType[*TooLargeError](err)
			if !ok || (tooLarge.announced == limit+1) != announced {
				t.Errorf("%d bytes, announced %t: %v", test.size, announced, err)
			}
		}
	}
}

// TestDoWithinTakesNoMoreThanDo: a caller cannot raise the limit of every reply.
func TestDoWithinTakesNoMoreThanDo(t *testing.T) {
	t.Parallel()
	address := listen(t, rawReply(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", maxReplyBytes+1)))
	_, err := newTestClient(t).DoWithin(get(t.Context(), t, "http://"+address), 2*maxReplyBytes)
	if !isA[*TooLargeError](err) {
		t.Errorf("failed with %v", err)
	}
}

// TestCutAnywhere cuts a reply at each byte of its head, and a body whose end is that of the
// connection: each is tried again.
func TestCutAnywhere(t *testing.T) {
	t.Parallel()
	server := startServer(t, emulator.WithoutGzip())
	client := newTestClient(t)
	recovers := func(name string, fault emulator.Fault) {
		t.Helper()
		server.Fail(fault)
		reply, err := client.Do(get(t.Context(), t, server.URL+jobsPath+"?limit=1"))
		if err != nil || !strings.HasPrefix(string(reply.Body), `{"count":101,`) || reply.Attempts != 2 {
			t.Fatalf("%s: %+v, %v", name, reply, err)
		}
	}
	const head = 250 // about as long as status line and headers are
	for at := range head {
		recovers(fmt.Sprintf("cut after %d bytes", at), emulator.Fault{CutAt: &at})
	}
	for _, at := range []int{1, 2, 12, 40} {
		recovers(fmt.Sprintf("body without a length cut after %d bytes", at), emulator.Fault{CloseDelimited: true, Truncate: at})
	}
}

// TestNotCut: what is whole, or garbage, is not tried again.
func TestNotCut(t *testing.T) {
	t.Parallel()
	raw := func(reply string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			connection, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer connection.Close()
			_, _ = io.WriteString(connection, reply)
		}
	}
	const ok = "HTTP/1.1 200 OK\r\n"
	var compressed bytes.Buffer
	z := gzip.NewWriter(&compressed)
	_, _ = io.WriteString(z, `{"a"`)
	_ = z.Close()
	for _, test := range []struct {
		name, reply string
		body        string // "" for a failure
	}{
		{"whole JSON", ok + "\r\n{\"a\":1}", `{"a":1}`},
		{"a text", ok + "\r\n<html>", "<html>"},
		{"the beginning of a word of JSON", ok + "\r\ntru", "tru"},
		{"the beginning of JSON, compressed as a whole", ok + "Content-Encoding: gzip\r\n\r\n" + compressed.String(), `{"a"`},
		{"broken JSON", ok + "\r\n{\"a\":x", `{"a":x`},
		{"the beginning of JSON with a length", ok + "Content-Length: 4\r\n\r\n{\"a\"", `{"a"`},
		{"the beginning of JSON in chunks", ok + "Transfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n0\r\n\r\n", `{"a"`},
		{"another protocol", "SSH-2.0-OpenSSH_9.6\r\n\r\n", ""},
		{"a status of letters", "HTTP/1.1 abc OK\r\n\r\n", ""},
		{"a header of other characters", ok + "a b?\r\n\r\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int64
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				raw(test.reply)(w, r)
			})
			reply, err := newTestClient(t).Do(get(t.Context(), t, server.URL))
			if requests.Load() != 1 {
				t.Errorf("%d requests", requests.Load())
			}
			if test.body == "" && err == nil || test.body != "" && (err != nil || string(reply.Body) != test.body) {
				t.Errorf("got %+v, %v", reply, err)
			}
		})
	}
}

// TestRefusedStreams: a server that refuses every stream of HTTP/2 gets few requests, each of which
// counts as an attempt and waits for its turn.
func TestRefusedStreams(t *testing.T) {
	t.Parallel()
	var streams, turns atomic.Int64
	server := serveRefusing(t, &streams)
	base := overHTTP2(trust(t, server))
	client := New(Config{Base: base, MaxRetries: 1, Backoff: atOnce, AttemptTimeout: time.Minute})
	wire, ok := client.layers.(*observed).next.(*network)
	if !ok {
		t.Fatalf("the innermost layer is a %T", client.layers)
	}
	wire.turn = func(context.Context) error { turns.Add(1); return nil }
	failed := failureOf(t, client, get(t.Context(), t, server.URL))
	if !errors.Is(failed, errRefused) {
		t.Errorf("failed with %v", failed)
	}
	// The one with which an attempt is ended may still be written.
	const most = 2 * (maxSendings + 1)
	if failed.Attempts != most || streams.Load() > most || streams.Load() < 2*maxSendings {
		t.Errorf("%d attempts, %d streams", failed.Attempts, streams.Load())
	}
	if turns.Load() != most-2 {
		t.Errorf("%d turns", turns.Load())
	}
}

// TestSentAgainWithoutALimiter: there is no turn to wait for.
func TestSentAgainWithoutALimiter(t *testing.T) {
	t.Parallel()
	s := newSending(t.Context(), nil)
	defer s.end(nil)
	for range maxSendings {
		s.gotConn(httptrace.GotConnInfo{})
	}
	if s.repeated() != maxSendings-1 || s.ctx.Err() != nil {
		t.Errorf("repeated %d times, and ended with %v", s.repeated(), context.Cause(s.ctx))
	}
	if s.gotConn(httptrace.GotConnInfo{}); !errors.Is(context.Cause(s.ctx), errRefused) {
		t.Errorf("ended with %v", context.Cause(s.ctx))
	}
}

// TestRefusedStreamWithinRate: what is sent again waits for the limiter of the client.
func TestRefusedStreamWithinRate(t *testing.T) {
	t.Parallel()
	var streams atomic.Int64
	server := serveRefusing(t, &streams)
	limiter := NewLimiter(1.0 / 3600)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	client := New(Config{Base: overHTTP2(trust(t, server)), Limiter: limiter})
	failed := failureOf(t, client, get(ctx, t, server.URL))
	if _, ok := errors.AsType[*WaitError](failed); !ok || streams.Load() > 2 {
		t.Errorf("%d streams, failed with %v", streams.Load(), failed)
	}
}

// overHTTP2 makes a base speak HTTP/2, which NewBase does not. A base of the caller's own may.
func overHTTP2(base *http.Transport) *http.Transport {
	base.Protocols.SetHTTP2(true)
	return base
}

// serveRefusing runs a server of HTTP/2 that refuses every stream, and counts them.
func serveRefusing(t *testing.T, streams *atomic.Int64) *httptest.Server {
	t.Helper()
	const (
		frameHeaders, frameReset, frameSettings = 1, 3, 4
		refusedStream                           = 7
		headerLength                            = 9
	)
	frame := func(kind byte, stream uint32, payload []byte) []byte {
		header := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
		return append(binary.BigEndian.AppendUint32(append(header, 0), stream), payload...)
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.TLS = &tls.Config{NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}
	server.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
		"h2": func(_ *http.Server, connection *tls.Conn, _ http.Handler) {
			defer connection.Close()
			preface := make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
			if _, err := io.ReadFull(connection, preface); err != nil {
				return
			}
			_, _ = connection.Write(frame(frameSettings, 0, nil))
			for {
				header := make([]byte, headerLength)
				if _, err := io.ReadFull(connection, header); err != nil {
					return
				}
				if _, err := io.CopyN(io.Discard, connection, int64(binary.BigEndian.Uint32(header)>>8)); err != nil {
					return
				}
				if header[3] == frameHeaders {
					streams.Add(1)
					stream := binary.BigEndian.Uint32(header[5:])
					_, _ = connection.Write(frame(frameReset, stream, binary.BigEndian.AppendUint32(nil, refusedStream)))
				}
			}
		},
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// TestHostileRepliesAreFitToBeShown: whatever an emulator sends, what is said of it is short, in
// one line and harmless, and comes in time.
func TestHostileRepliesAreFitToBeShown(t *testing.T) {
	t.Parallel()
	for _, hostile := range emulator.HostileReplies(emulator.CallListing) {
		t.Run(hostile.Name, func(t *testing.T) {
			t.Parallel()
			server := startServer(t)
			hostile.Fault.Times = -1
			server.Fail(hostile.Fault)
			var shown bytes.Buffer
			client := newTestClient(t, func(c *Config) {
				c.MaxRetries, c.AttemptTimeout = 0, 2*time.Second
				c.Observe = func(_ context.Context, a Attempt) {
					for _, text := range []string{a.Host, a.Path, a.Query, a.RequestID, fmt.Sprint(a.Err)} {
						shown.WriteString(text + "\n")
					}
				}
			})
			if _, err := client.DoWithin(get(t.Context(), t, server.URL+jobsPath), 1<<20); err != nil {
				failed, ok := errors.AsType[*Error](err)
				if !ok {
					t.Fatalf("failed with %v", err)
				}
				for _, text := range []string{failed.URL, failed.Code, failed.Message, failed.RequestID, fmt.Sprint(failed.Err)} {
					shown.WriteString(text + "\n")
				}
			}
			for line := range strings.Lines(shown.String()) {
				line = strings.TrimSuffix(line, "\n")
				if problem := presentable(line); problem != "" {
					t.Errorf("%.100q %s", line, problem)
				}
			}
			if strings.ContainsAny(shown.String(), emulator.HostileRunes) || strings.Contains(shown.String(), emulator.Token) {
				t.Errorf("shown: %q", shown.String())
			}
		})
	}
}
