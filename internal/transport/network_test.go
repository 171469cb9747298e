package transport

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestReplySize sends replies of about maxReplyBytes: with and without an announced length, and
// compressed.
func TestReplySize(t *testing.T) {
	t.Parallel()
	compressed := func(size int) []byte {
		const chunk = 1 << 20
		pack := func(size int) []byte {
			var b bytes.Buffer
			z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
			_, _ = z.Write(make([]byte, size))
			_ = z.Close()
			return b.Bytes()
		}
		// What is packed piece by piece may be joined.
		return append(bytes.Repeat(pack(chunk), size/chunk), pack(size%chunk)...)
	}
	announce := func(size int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(size))
			_, _ = io.CopyN(w, zeros{}, int64(size))
		}
	}
	chunked := func(size int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			_ = http.NewResponseController(w).Flush()
			_, _ = io.CopyN(w, zeros{}, int64(size))
		}
	}
	zip := func(size int) http.HandlerFunc {
		data := compressed(size)
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Accept-Encoding") != "gzip" {
				t.Errorf("Accept-Encoding %q", r.Header.Get("Accept-Encoding"))
			}
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Length", strconv.Itoa(len(data)))
			_, _ = w.Write(data)
		}
	}
	for _, test := range []struct {
		name    string
		handler http.HandlerFunc
		size    int // of the reply; -1 is refused
		told    int64
	}{
		{"empty", announce(0), 0, 0},
		{"announced, as large as may be", announce(maxReplyBytes), maxReplyBytes, 0},
		{"announced, too large", announce(maxReplyBytes + 1), -1, maxReplyBytes + 1},
		{"unannounced, as large as may be", chunked(maxReplyBytes), maxReplyBytes, 0},
		{"unannounced, too large", chunked(maxReplyBytes + 1), -1, 0},
		{"unannounced, far too large", chunked(3 * maxReplyBytes), -1, 0},
		{"compressed, as large as may be", zip(maxReplyBytes), maxReplyBytes, 0},
		{"compressed, too large", zip(maxReplyBytes + 1), -1, 0},
		{"compressed, far too large", zip(8 * maxReplyBytes), -1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int64
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				test.handler(w, r)
			})
			reply, err := newTestClient(t).Do(get(t.Context(), t, server.URL))
			if requests.Load() != 1 {
				t.Errorf("%d requests", requests.Load())
			}
			if test.size >= 0 {
				if err != nil {
					t.Fatal(err)
				}
				if len(reply.Body) != test.size || len(bytes.Trim(reply.Body, "\x00")) != 0 {
					t.Errorf("%d bytes, want %d zeros", len(reply.Body), test.size)
				}
				return
			}
			failed, ok := errors.AsType[*Error](err)
			if !ok || failed.Attempts != 1 {
				t.Fatalf("failed with %v", err)
			}
			tooLarge, ok := errors.AsType[*TooLargeError](err)
			if !ok || tooLarge.announced != test.told {
				t.Errorf("failed with %#v", failed.Err)
			}
			want := "the reply is larger than the 33554432 bytes that are read"
			if test.told > 0 {
				want = "the reply announces 33554433 bytes, more than the 33554432 that are read"
			}
			if failed.Error() != want {
				t.Errorf("text %q, want %q", failed.Error(), want)
			}
		})
	}
}

// zeros is a reader without an end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestGzip: callers never see that a reply was compressed.
func TestGzip(t *testing.T) {
	t.Parallel()
	server, plain := startServer(t), startServer(t, emulator.WithoutGzip())
	packed, err := newTestClient(t).Do(get(t.Context(), t, server.URL+jobsPath+"?limit=100"))
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := newTestClient(t).Do(get(t.Context(), t, plain.URL+jobsPath+"?limit=100"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(packed.Body, unpacked.Body) || !strings.HasPrefix(string(packed.Body), `{"count":101,`) {
		t.Errorf("%.60s and %.60s differ", packed.Body, unpacked.Body)
	}
	if got := server.Requests()[0].Header.Get("Accept-Encoding"); got != "gzip" {
		t.Errorf("Accept-Encoding %q", got)
	}
	if packed.Header.Get("Content-Encoding") != "" {
		t.Errorf("the reply calls itself compressed: %v", packed.Header)
	}

	// An error can be compressed as well, and its text is found all the same.
	server.Fail(emulator.Fault{Status: http.StatusForbidden})
	failed := failureOf(t, newTestClient(t), get(t.Context(), t, server.URL+jobsPath))
	if failed.Code != "MSS.00024001" || failed.Message != "No privilege to perform this operation" {
		t.Errorf("%+v", failed)
	}
}

// TestBrokenCompression: only a compressed reply that broke off is retried.
func TestBrokenCompression(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		spoil    func([]byte) []byte
		attempts int
	}{
		{"broke off", func(b []byte) []byte { return b[:len(b)-12] }, 4},
		{"wrong sum", func(b []byte) []byte { b[len(b)-5] ^= 1; return b }, 1},
		{"not compressed", func([]byte) []byte { return []byte(`{"count":0,"jobs":[]}`) }, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				var b bytes.Buffer
				z := gzip.NewWriter(&b)
				_, _ = io.WriteString(z, `{"count":0,"jobs":[]}`)
				_ = z.Close()
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(test.spoil(b.Bytes()))
			})
			if failed := failureOf(t, newTestClient(t), get(t.Context(), t, server.URL)); failed.Attempts != test.attempts {
				t.Errorf("%d attempts: %v", failed.Attempts, failed)
			}
		})
	}
}

// TestReadBodyInOneBuffer: a reply of announced length is read without copying it on the way.
func TestReadBodyInOneBuffer(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	data, err := readBody(&http.Response{ContentLength: size, Body: io.NopCloser(io.LimitReader(zeros{}, size))}, 2*size)
	if err != nil || len(data) != size || cap(data) > size+size/8 {
		t.Errorf("%d bytes in a buffer of %d, %v", len(data), cap(data), err)
	}
}

// TestExplain: a time limit is named only where it ended the attempt.
func TestExplain(t *testing.T) {
	t.Parallel()
	over, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	t.Cleanup(cancel)
	req := get(t.Context(), t, "http://metastudio.test/")
	n := &network{timeout: time.Minute}
	for _, test := range []struct {
		name    string
		attempt context.Context //nolint:containedctx // a case of the table
		req     *http.Request
		err     error
		want    string
	}{
		{"the limit of the attempt", over, req, context.DeadlineExceeded, "no whole reply within 1m0s"},
		{"a cut at the end of the limit", over, req, io.ErrUnexpectedEOF, "unexpected EOF"},
		{"a cut", t.Context(), req, io.ErrUnexpectedEOF, "unexpected EOF"},
		{"the deadline of the call", over, req.WithContext(over), context.DeadlineExceeded, "context deadline exceeded"},
		{"a wait for the rate", t.Context(), req, &WaitError{Wait: time.Hour}, "the next attempt is due in 1h0m0s, after the time for this read is over"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := n.explain(test.attempt, test.req, test.err).Error(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestEndsWithConnection(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		reply http.Response
		want  bool
	}{
		{"nothing announced", http.Response{ProtoMajor: 1, ContentLength: -1}, true},
		{"a length", http.Response{ProtoMajor: 1, ContentLength: 4}, false},
		{"chunks", http.Response{ProtoMajor: 1, ContentLength: -1, TransferEncoding: []string{"chunked"}}, false},
		{"compressed", http.Response{ProtoMajor: 1, ContentLength: -1, Uncompressed: true}, false},
		{"HTTP/2", http.Response{ProtoMajor: 2, ContentLength: -1}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := endsWithConnection(&test.reply); got != test.want {
				t.Errorf("%t, want %t", got, test.want)
			}
		})
	}
}

func TestBreaksOff(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]bool{
		`{"a"`: true, `[1,`: true, "\n{": true,
		`{"a":1}`: false, `{"a":x`: false, "": false, "tru": false, "<html>": false,
	} {
		if got := breaksOff([]byte(data)); got != want {
			t.Errorf("%q: %t, want %t", data, got, want)
		}
	}
}
