package emulator

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestFaultAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		fault      Fault
		status     int
		code, part string
	}{
		{"status alone", Fault{Status: 500}, 500, "MSS.00000004", "Internal Error"},
		{"status without an error of its own", Fault{Status: 418}, 418, "APIGW.0201", "I'm a teapot"},
		{"throttled", Fault{Status: 429}, 429, "APIGW.0308", "policy user over ratelimit,limit:"},
		{"backend down", Fault{Status: 502}, 502, "APIGW.0201", ""},
		{"code", Fault{Status: 403, Code: "MSS.00022010", Message: "not real-name"}, 403, "MSS.00022010", "not real-name"},
		{"code of the gateway", Fault{Status: 401, Code: "APIG.0301", Message: "x"}, 401, "APIG.0301", "x"},
		{"code alone", Fault{Code: "MSS.1"}, 500, "MSS.1", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			s.Fail(test.fault)
			response, body := getSigned(t, s, listingPath)
			checkRefusal(t, s, response, body, test.status, test.code, test.part)
			listJobs(t, s, "")
		})
	}
}

func TestFaultShapesTheReply(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Fail(Fault{
		Body: "<html>busy</html>", Status: 503, ClockSkew: -time.Hour,
		Header: http.Header{"Content-Type": {"text/html"}, "retry-after": {"2"}},
	})
	response, body := getSigned(t, s, listingPath)
	if response.StatusCode != http.StatusServiceUnavailable || body != "<html>busy</html>" || response.Header.Get("Retry-After") != "2" ||
		response.Header.Get("Content-Type") != "text/html" || response.Header.Get("Date") != testTime.Add(-time.Hour).Format(http.TimeFormat) {
		t.Error(response, body)
	}

	s.Fail(Fault{Redirect: "https://elsewhere.example/"})
	response, _ = getSigned(t, s, listingPath)
	if response.StatusCode != http.StatusFound || response.Header.Get("Location") != "https://elsewhere.example/" {
		t.Error(response)
	}

	s.Fail(Fault{Truncate: 30})
	response, body = getSigned(t, s, listingPath)
	if response.StatusCode != http.StatusOK || len(body) != 30 || !strings.HasPrefix(body, `{"count":101,`) {
		t.Error(response, body)
	}
	s.Fail(Fault{Truncate: 1 << 20}) // more than there is
	listJobs(t, s, "")

	s.Fail(Fault{Call: CallTokens, Status: 500})
	response, body = send(t, newRequest(t, s, http.MethodPost, "/v3/auth/tokens", "{}"))
	checkRefusal(t, s, response, body, 500, "v3", "Internal Error")

	response, _ = getSigned(t, s, listingPath)
	if response.Header.Get("Date") != testTime.Format(http.TimeFormat) {
		t.Error("the date is not that of the clock:", response.Header)
	}
}

func TestFaultChoosesRequests(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault Fault
		want  string
	}{
		{"next", Fault{}, "x...."},
		{"two", Fault{Times: 2}, "xx..."},
		{"third", Fault{First: 3}, "..x.."},
		{"from the second for ever", Fault{First: 2, Times: -1}, ".xxxx"},
		{"other call", Fault{Call: CallTokens, Times: -1}, "....."},
		{"this call", Fault{Call: CallListing, First: 2}, ".x..."},
		{"by offset", Fault{Offset: new(30), Times: -1}, "...x."},
		{"first page", Fault{Offset: new(0), Times: -1}, "x...."},
		{"by request", Fault{Times: -1, Match: func(r *http.Request) bool { return strings.Contains(r.URL.RawQuery, "=20") }}, "..x.."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			test.fault.Status = 503
			s.Fail(test.fault)
			var hits strings.Builder
			for _, query := range []string{"", "?offset=10", "?offset=20", "?offset=30", "?offset=40"} {
				if response, _ := getSigned(t, s, listingPath+query); response.StatusCode == http.StatusServiceUnavailable {
					hits.WriteString("x")
				} else {
					hits.WriteString(".")
				}
			}
			if got := hits.String(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}

	t.Run("in order, until cleared", func(t *testing.T) {
		t.Parallel()
		s := startServer(t)
		s.Fail(Fault{Status: 502})
		s.Fail(Fault{Status: 504, Times: -1})
		for _, want := range []int{502, 504, 504} {
			if response, _ := getSigned(t, s, listingPath); response.StatusCode != want {
				t.Errorf("got %s, want %d", response.Status, want)
			}
		}
		s.ClearFaults()
		listJobs(t, s, "")
	})
	t.Run("an offset is that of a listing", func(t *testing.T) {
		t.Parallel()
		s := startServer(t)
		s.Fail(Fault{Offset: new(0), Status: 503})
		if response, body := getSigned(t, s, listingPath+"/"+StandardJobs(1)[0].JobID); response.StatusCode != http.StatusOK {
			t.Error(response.Status, body)
		}
	})
}

func TestFaultEndsConnections(t *testing.T) {
	t.Parallel()
	ask := func(s *Server) error {
		r := permanentKeys.sign(t, newRequest(t, s, http.MethodGet, listingPath, "", headerProjectID+": "+ProjectID), "")
		response, err := testClient.Do(r)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		_, err = io.ReadAll(response.Body)
		return err
	}
	t.Run("reset", func(t *testing.T) {
		t.Parallel()
		s := startServer(t)
		s.Fail(Fault{Reset: true})
		if err := ask(s); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
			t.Errorf("got %v", err)
		}
		if got := s.Requests()[0].Status; got != 0 {
			t.Errorf("recorded status %d", got)
		}
	})
	t.Run("cut", func(t *testing.T) {
		t.Parallel()
		for _, options := range [][]Option{nil, {WithoutGzip()}} {
			s := startServer(t, options...)
			s.Fail(Fault{CutAfter: 100})
			if err := ask(s); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("got %v", err)
			}
			s.Fail(Fault{CutAfter: 1 << 20}) // more than there is
			listJobs(t, s, "")
		}
	})
	t.Run("delay ends with the request", func(t *testing.T) {
		t.Parallel()
		s := startServer(t)
		s.Fail(Fault{Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		r := newRequest(t, s, http.MethodGet, listingPath, "").WithContext(ctx)
		if _, err := testClient.Do(r); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}
