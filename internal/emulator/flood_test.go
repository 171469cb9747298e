package emulator

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// countingWriter counts what is written, and remembers the largest write.
type countingWriter struct{ total, largest int }

func (w *countingWriter) Write(p []byte) (int, error) {
	w.total += len(p)
	w.largest = max(w.largest, len(p))
	return len(p), nil
}

func TestFloodIsExact(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		flood Flood
		want  string
	}{
		{"nothing", Flood{}, ""},
		{"no items", Flood{Prefix: "[", Item: "a", Separator: ",", Suffix: "]"}, "[]"},
		{"one item", Flood{Prefix: "[", Item: "a", Separator: ",", Count: 1, Suffix: "]"}, "[a]"},
		{"some items", Flood{Prefix: "[", Item: "a", Separator: ",", Count: 3, Suffix: "]"}, "[a,a,a]"},
		{"numbered items", Flood{Prefix: "[", Item: "{n}{n}", Separator: ", ", Count: 3, Suffix: "]"}, "[11, 22, 33]"},
		{"no numbered items", Flood{Prefix: "[", Item: "{n}", Suffix: "]"}, "[]"},
		{"more than a block", Flood{Item: "abc", Separator: ";", Count: 50_000}, strings.Repeat("abc;", 49_999) + "abc"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got bytes.Buffer
			if err := test.flood.send(&got); err != nil || got.String() != test.want {
				t.Errorf("%v, %d bytes, want %d", err, got.Len(), len(test.want))
			}
		})
	}
}

// TestFloodsAreSmallInside makes every flood whole, and wants it written in small blocks.
func TestFloodsAreSmallInside(t *testing.T) {
	t.Parallel()
	floods := map[string]*Flood{
		"jobs": floodOfJobs("{}"), "nulls": floodOfJobs("null"), "tags": FloodOfTags(10_000_000),
		"logs": FloodOfLogs(3_500_000), "projects": FloodOfProjects(500_000), "text": floodOfText("a", "text ", hostileHeader),
		"key": floodOfCredential(CallSecurityKey), "sts": floodOfCredential(CallAssumeRole),
	}
	for name, flood := range floods {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var w countingWriter
			if err := flood.send(&w); err != nil || w.total < 9_000_000 || w.largest > 64<<10 {
				t.Errorf("%v, %d bytes in blocks of up to %d", err, w.total, w.largest)
			}
			small := *flood
			small.Count = 3
			var b bytes.Buffer
			if err := small.send(&b); err != nil || !json.Valid(b.Bytes()) {
				t.Errorf("%v, not JSON: %s", err, b.String())
			}
		})
	}
}

func TestFloodStopsWithItsReader(t *testing.T) {
	t.Parallel()
	for _, item := range []string{"{}", "{n}"} {
		gone := errors.New("gone")
		flood := Flood{Item: item, Count: 1 << 40}
		if err := flood.send(failingWriter{gone}); !errors.Is(err, gone) {
			t.Errorf("%s: got %v", item, err)
		}
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return 0, w.err
}

func TestFloodOverHTTP(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault Fault
	}{
		{"chunked", Fault{}},
		{"to the end of the connection", Fault{CloseDelimited: true}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			test.fault.Flood = floodOfJobs("{}")
			test.fault.Times = 2
			s.Fail(test.fault)
			plain := receive(t, newRequest(t, s, http.MethodGet, listingPath, "", "Accept-Encoding: identity"))
			if plain < hostileBody-100 || plain > hostileBody+100 {
				t.Errorf("%d bytes, want about %d", plain, hostileBody)
			}
			r := newRequest(t, s, http.MethodGet, listingPath, "", "Accept-Encoding: gzip")
			if zipped := receive(t, r); zipped > 40_000 {
				t.Errorf("%d bytes compressed", zipped)
			}
		})
	}
	t.Run("compressed right", func(t *testing.T) {
		t.Parallel()
		s := startServer(t)
		s.Fail(Fault{Flood: FloodOfTags(5), Status: http.StatusAccepted})
		response, err := testClient.Do(newRequest(t, s, http.MethodGet, listingPath, "", "Accept-Encoding: gzip"))
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		z, err := gzip.NewReader(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(z)
		if err != nil || response.StatusCode != http.StatusAccepted || !strings.HasSuffix(string(body), `"tags":["t","t","t","t","t"]}]}`) {
			t.Errorf("%v, %s %s", err, response.Status, body)
		}
	})
}

// receive returns the number of bytes in a body as it is sent.
func receive(t *testing.T, r *http.Request) int64 {
	t.Helper()
	response, err := testClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	n, err := io.Copy(io.Discard, response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
