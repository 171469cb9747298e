package emulator

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// dial opens a connection to the server and sends a GET of the listing on it.
func dial(t *testing.T, s *Server) net.Conn {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(c, "GET %s?limit=1 HTTP/1.1\r\nHost: emulator\r\n%s: %s\r\n\r\n", listingPath, headerAuthToken, Token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// exchangeRaw returns every byte that the server sends until it ends the connection.
func exchangeRaw(t *testing.T, s *Server) string {
	t.Helper()
	all, err := io.ReadAll(dial(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

func TestCutAtEveryByte(t *testing.T) {
	t.Parallel()
	s := startServer(t, WithJobs(namedJobs(1)))
	s.Fail(Fault{CutAt: new(1 << 20)})
	whole := exchangeRaw(t, s)
	head, body, _ := strings.Cut(whole, "\r\n\r\n")
	if !strings.HasPrefix(head, "HTTP/1.1 200 OK\r\n") || !strings.Contains(head, "Content-Length: "+strconv.Itoa(len(body))) ||
		!strings.Contains(head, "Connection: close") || !strings.HasPrefix(body, `{"count":1,`) {
		t.Fatalf("the whole reply is %s", whole)
	}
	for at := range whole {
		s.Fail(Fault{CutAt: &at})
		// The request id differs from one reply to the next, its length does not.
		if got := exchangeRaw(t, s); len(got) != at || at <= 12 && got != whole[:at] {
			t.Fatalf("cut at %d: %d bytes, %q", at, len(got), got)
		}
	}
}

func TestCutFloodEndsEarly(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Fail(Fault{Flood: floodOfJobs("{}"), CutAt: new(5000)})
	if got := exchangeRaw(t, s); len(got) != 5000 {
		t.Errorf("%d bytes", len(got))
	}
}

func TestInterimResponses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault Fault
		want  int
	}{
		{"one", Fault{Interim: 103}, 1},
		{"three", Fault{Interim: 103, InterimTimes: 3}, 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			s.Fail(test.fault)
			got := exchangeRaw(t, s)
			if strings.Count(got, "HTTP/1.1 103 Early Hints\r\n") != test.want || strings.Count(got, "HTTP/1.1 200 OK\r\n") != 1 {
				t.Errorf("got %s", got)
			}
		})
	}
	t.Run("for ever, until the client leaves", func(t *testing.T) {
		t.Parallel()
		s := startServer(t)
		s.Fail(Fault{Interim: 102, InterimTimes: -1})
		c := dial(t, s)
		if _, err := io.CopyN(io.Discard, c, 1<<20); err != nil {
			t.Error(err)
		}
		_ = c.Close()
		listJobs(t, s, "")
	})
}

// TestHanging wants the server to send what it should, and then to keep the connection until the
// client or Close ends it.
func TestHanging(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		fault      Fault
		want       string
		wantStatus int
	}{
		{"101", Fault{Status: http.StatusSwitchingProtocols}, "HTTP/1.1 101 Switching Protocols\r\n", 101},
		{"another 1xx", Fault{Status: http.StatusEarlyHints}, "HTTP/1.1 103 Early Hints\r\n", 103},
		{"interim", Fault{Interim: 103, Hang: true}, "HTTP/1.1 103 Early Hints\r\n", 0},
		{"headers that stop", Fault{HeaderPause: time.Hour}, "H", 200},
		{"a body that stops", Fault{BodyPause: time.Hour}, "HTTP/1.1 200 OK\r\n", 200},
		{"an unsolicited response", Fault{Unsolicited: "HTTP/1.1 200 OK\r\n\r\n"}, "HTTP/1.1 200 OK\r\n", 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			s.Fail(test.fault)
			c := dial(t, s)
			got := make([]byte, len(test.want))
			if _, err := io.ReadFull(c, got); err != nil || string(got) != test.want {
				t.Fatalf("%v, got %q", err, got)
			}
			if r := s.Requests()[0]; r.Status != test.wantStatus || !r.End.IsZero() {
				t.Errorf("recorded status %d, ended %v", r.Status, r.End)
			}
			// Close ends the exchange although the client never leaves.
			s.Close()
			rest, err := io.ReadAll(c)
			if test.fault.HeaderPause > 0 && len(rest) > 0 {
				t.Errorf("more than one byte at a time: %q", rest)
			}
			if test.wantStatus/100 == 1 && (err != nil || strings.Contains(string(rest), "Content-") || strings.Index(string(rest), "\r\n\r\n") != len(rest)-4) {
				t.Errorf("%v, more than a status and its headers: %q", err, rest)
			}
			s.inFlight.mu.Lock()
			defer s.inFlight.mu.Unlock()
			if s.inFlight.n != 0 {
				t.Error("Close gave up waiting for the exchange")
			}
		})
	}
}

func TestConnectionTakenWhileClosing(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.taken.close()
	s.Fail(Fault{Hang: true})
	if _, err := io.ReadAll(dial(t, s)); err != nil {
		t.Errorf("the connection stays open: %v", err)
	}
}

func TestHangEndsWithTheClient(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Fail(Fault{Hang: true})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := testClient.Do(newRequest(t, s, http.MethodGet, listingPath, "").WithContext(ctx)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestCloseDelimitedBody(t *testing.T) {
	t.Parallel()
	// Compressed, a reply has no length for net/http's client in any case.
	s := startServer(t, WithoutGzip())
	s.Fail(Fault{CloseDelimited: true})
	s.Fail(Fault{CloseDelimited: true, Truncate: 30})
	for _, want := range []int{0, 30} {
		response, body := getSigned(t, s, listingPath)
		if response.StatusCode != http.StatusOK || response.ContentLength != -1 || len(response.TransferEncoding) > 0 || want > 0 && len(body) != want {
			t.Errorf("length %d, encoding %v, %d bytes", response.ContentLength, response.TransferEncoding, len(body))
		}
		if want == 0 && decodeAs[listed](t, body).Count != 101 {
			t.Error(body)
		}
	}
}

func TestPauses(t *testing.T) {
	t.Parallel()
	for _, fault := range []Fault{{HeaderPause: time.Microsecond}, {BodyPause: time.Microsecond}} {
		s := startServer(t)
		s.Fail(fault)
		if got := listJobs(t, s, "?limit=1"); got.Count != 101 || len(got.Jobs) != 1 {
			t.Errorf("got %+v", got)
		}
	}
}

func TestUnsolicitedResponse(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	const more = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nnever"
	s.Fail(Fault{Unsolicited: more})
	c := dial(t, s)
	reader := bufio.NewReader(c)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil || response.Close || decodeAs[listed](t, string(body)).Count != 101 {
		t.Errorf("%v, closes %v, %s", err, response.Close, body)
	}
	behind := make([]byte, len(more))
	if _, err := io.ReadFull(reader, behind); err != nil || string(behind) != more {
		t.Errorf("%v, behind the reply: %q", err, behind)
	}
}

func TestConnectionFaultsWithoutConnection(t *testing.T) {
	t.Parallel()
	s := New()
	t.Cleanup(s.Close)
	s.Fail(Fault{Hang: true})
	defer func() {
		if got := recover(); got != http.ErrAbortHandler { //nolint:errorlint // recover returns any
			t.Errorf("got %v", got)
		}
	}()
	s.ServeHTTP(nowhere{http.Header{}}, newRequest(t, s, http.MethodGet, listingPath, ""))
}

// nowhere is a response writer without a connection.
type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header       { return n.header }
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) WriteHeader(int)             {}
