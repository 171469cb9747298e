package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"
)

// TestService holds that the figures are of real pages: whole, in order, and refused when too many
// are asked for at once.
func TestService(t *testing.T) {
	t.Parallel()
	service, err := Start(Options{Jobs: 250, Nulls: 40})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)

	fields := 0
	for _, test := range []struct{ offset, rows int }{{0, 100}, {99, 100}, {200, 50}, {250, 0}, {300, 0}} {
		var page struct {
			Count int              `json:"count"`
			Jobs  []map[string]any `json:"jobs"`
		}
		reply := get(t, service, test.offset)
		if err := json.Unmarshal(reply.Body.Bytes(), &page); err != nil {
			t.Fatalf("%v: %s", err, reply.Body)
		}
		if page.Count != 250 || len(page.Jobs) != test.rows {
			t.Errorf("offset %d: %d of %d jobs, want %d", test.offset, len(page.Jobs), page.Count, test.rows)
		}
		for i, job := range page.Jobs {
			if want := fmt.Sprintf("26f06524-4f75-4b3a-a853-%012d", test.offset+i); job["job_id"] != want {
				t.Fatalf("offset %d: job %d is %v, want %s", test.offset, i, job["job_id"], want)
			}
			fields += len(job)
		}
	}
	if got := service.Requests(); got != 5 {
		t.Errorf("%d requests, want 5", got)
	}
	if average := fields / 250; average < 13 || average > 15 {
		t.Errorf("a job has %d fields, want 60%% of 20, and 2", average)
	}
}

func TestServiceRefuses(t *testing.T) {
	t.Parallel()
	service, err := Start(Options{Jobs: 1, MaxInFlight: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)
	for _, test := range []struct{ others, status int }{{1, http.StatusTooManyRequests}, {0, http.StatusOK}} {
		service.inFlight.Store(int64(test.others))
		if status := get(t, service, 0).Code; status != test.status {
			t.Errorf("status %d beside %d others, want %d", status, test.others, test.status)
		}
	}
}

func get(t *testing.T, service *Service, offset int) *httptest.ResponseRecorder {
	t.Helper()
	reply := httptest.NewRecorder()
	service.ServeHTTP(reply, httptest.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("/?limit=100&offset=%d", offset), http.NoBody))
	return reply
}

func TestRounds(t *testing.T) {
	t.Parallel()
	rounds := Rounds{times: [][]time.Duration{{4, 10, 6}, {2, 1, 3}}}
	if got := rounds.Median(0); got != 6 {
		t.Errorf("the median is %d, want 6", got)
	}
	if got := (&Rounds{times: [][]time.Duration{{1, 2, 4, 9}}}).Median(0); got != 3 {
		t.Errorf("the median of four is %d, want 3", got)
	}
	if got := (&Rounds{times: [][]time.Duration{{}}}).Median(0); got != 0 {
		t.Errorf("the median of nothing is %d", got)
	}
	if got := rounds.Ratio(0, 1); got != 2 {
		t.Errorf("the ratio is %v, want 2, the median of 2, 10 and 2", got)
	}

	var order []int
	var fresh Rounds
	for range 3 {
		err := fresh.Run(
			func() error { order = append(order, 0); return nil },
			func() error { order = append(order, 1); return nil },
		)
		if err != nil {
			t.Fatal(err)
		}
	}
	if want := []int{0, 1, 1, 0, 0, 1}; !slices.Equal(order, want) {
		t.Errorf("the order is %v, want %v", order, want)
	}
}
