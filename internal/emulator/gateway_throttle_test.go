package emulator

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestQuotas(t *testing.T) {
	t.Parallel()
	perSecond := Quota{Policy: "ip", Limit: 5, Window: time.Second}
	tests := []struct {
		name    string
		options []Option
		// calls are the milliseconds at which a call comes; + is served, - is refused.
		calls []int64
		want  string
		text  string
	}{
		{"a second", []Option{WithQuota(perSecond)}, []int64{0, 0, 0, 0, 0, 999, 1000, 1001}, "+++++-++",
			"policy ip over ratelimit,limit:5,time:1 second"},
		{"minutes", []Option{WithQuota(Quota{Policy: "user", Limit: 2, Window: 5 * time.Minute})}, []int64{0, 1000, 299_999, 300_000}, "++-+",
			"policy user over ratelimit,limit:2,time:5 minute"},
		{"seconds", []Option{WithQuota(Quota{Policy: "api", Limit: 1, Window: 90 * time.Second})}, []int64{0, 89_999, 90_000}, "+-+",
			"policy api over ratelimit,limit:1,time:90 second"},
		{"a day", []Option{WithQuota(Quota{Policy: "user", Limit: 1, Window: 24 * time.Hour})}, []int64{0, 1}, "+-",
			"policy user over ratelimit,limit:1,time:1 day"},
		{"two together", []Option{WithQuota(perSecond), WithQuota(Quota{Policy: "user", Limit: 6, Window: time.Minute})},
			[]int64{0, 0, 0, 0, 0, 0, 1000, 1000}, "+++++-+-", "policy user over ratelimit,limit:6,time:1 minute"},
		{"two refuse", []Option{WithQuota(Quota{Policy: "ip", Limit: 1, Window: time.Second}), WithQuota(Quota{Policy: "user", Limit: 1, Window: time.Minute})},
			[]int64{0, 0}, "+-", "policy ip over ratelimit,limit:1,time:1 second"},
		{"refused calls count", []Option{WithQuota(Quota{Policy: "user", Limit: 1, Window: time.Second, CountRefused: true}), WithOtherClient(0)},
			[]int64{0, 500, 1000}, "+-+", "policy user over ratelimit,limit:1,time:1 second"},
		{"most is taken", []Option{WithQuota(Quota{Policy: "user", Limit: 10, Window: time.Second}), WithOtherClient(0.9)},
			[]int64{0, 0, 1000, 1000}, "+-+-", "policy user over ratelimit,limit:10,time:1 second"},
		{"all is taken", []Option{WithQuota(perSecond), WithOtherClient(1)}, []int64{0, 1000, 5000}, "---",
			"policy ip over ratelimit,limit:5,time:1 second"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var now atomic.Int64
			clock := WithClock(func() time.Time { return testTime.Add(time.Duration(now.Load()) * time.Millisecond) })
			s := startServer(t, append(test.options, clock)...)
			var got strings.Builder
			var text string
			for _, at := range test.calls {
				now.Store(at)
				response, body := send(t, newRequest(t, s, http.MethodGet, listingPath, "", headerAuthToken+": "+Token))
				switch response.StatusCode {
				case http.StatusOK:
					got.WriteByte('+')
				case http.StatusTooManyRequests:
					got.WriteByte('-')
					text = body
				}
			}
			if got.String() != test.want || !strings.Contains(text, `"The throttling threshold has been reached: `+test.text+`"`) {
				t.Errorf("got %s and %s, want %s", got.String(), text, test.want)
			}
			if refused := strings.Count(test.want, "-"); s.CountStatus(CallListing, 429) != refused || s.CountStatus("", 429) != refused ||
				s.CountStatus(CallDetail, 429) != 0 || s.CountStatus(CallListing, 200) != len(test.want)-refused {
				t.Errorf("counted %d refusals, want %d", s.CountStatus(CallListing, 429), refused)
			}
		})
	}
}

// TestRefusedCallsOnlyCountWhereAsked has two refusals by one quota use up another quota, if that
// counts refused calls, and not otherwise.
func TestRefusedCallsOnlyCountWhereAsked(t *testing.T) {
	t.Parallel()
	for _, counted := range []bool{false, true} {
		var now atomic.Int64
		s := startServer(t,
			WithClock(func() time.Time { return testTime.Add(time.Duration(now.Load())) }),
			WithQuota(Quota{Policy: "ip", Limit: 1, Window: time.Second}),
			WithQuota(Quota{Policy: "user", Limit: 3, Window: time.Minute, CountRefused: counted}))
		for range 3 {
			getSigned(t, s, listingPath)
		}
		now.Store(int64(time.Second))
		response, _ := getSigned(t, s, listingPath)
		if refused := response.StatusCode == http.StatusTooManyRequests; refused != counted {
			t.Errorf("refused calls counted %v: answered %s", counted, response.Status)
		}
		if s.Reset(); s.CountStatus("", 429) != 0 {
			t.Error("Reset does not forget the statuses")
		}
	}
}

func TestQuotasAreOfMetaStudioAlone(t *testing.T) {
	t.Parallel()
	s := startServer(t, WithQuota(Quota{Policy: "user", Limit: 1, Window: time.Minute}))
	listJobs(t, s, "")
	if response, body := send(t, newRequest(t, s, http.MethodGet, "/v3/projects", "", headerAuthToken+": "+Token)); response.StatusCode != http.StatusOK {
		t.Error("IAM is throttled with MetaStudio:", response.Status, body)
	}
	response, body := getSigned(t, s, listingPath+"/"+StandardJobs(1)[0].JobID)
	checkRefusal(t, s, response, body, http.StatusTooManyRequests, "APIGW.0308", "policy user over ratelimit,limit:1,time:1 minute")
}
