package credentials_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestWrongLocalClock reads for 40 minutes, every two, where the local clock is wrong by less than
// what signatures allow: no read fails, and a credential serves as long as with a right clock.
func TestWrongLocalClock(t *testing.T) {
	t.Parallel()
	ways := []struct {
		name string
		way  credentials.Config
		call string
		want int // sign-ins in 40 minutes
	}{
		// A key of 15 minutes is renewed after 11:15, so by the read of minute 12, 24 and 36.
		{"agency by IAM", with(withKey(), byName), emulator.CallSecurityTokens, 4},
		{"agency by STS", with(withKey(), byID), emulator.CallAssumeRole, 4},
		{"password", password(), emulator.CallTokens, 4},
		// An instance gets the key that it has until that is over.
		{"instance", credentials.Config{Instance: true}, emulator.CallSecurityKey, 5},
		{"id token by IAM", oidc(credentials.OIDC{IdpID: emulator.IdpID}), emulator.CallSecurityTokens, 4},
	}
	for _, slow := range []time.Duration{0, 10 * time.Minute, -14 * time.Minute} {
		for _, test := range ways {
			t.Run(fmt.Sprintf("%s, %s slow", test.name, slow), func(t *testing.T) {
				t.Parallel()
				service := newClock()
				w := newWorld(t, emulator.WithClock(service.Now), emulator.WithInstanceAgency(),
					emulator.WithKeyLifetime(15*time.Minute), emulator.WithTokenLifetime(15*time.Minute))
				w.clock.advance(-slow)
				scope := w.scope(t, w.session(t, test.way))
				failed := 0
				for minute := 0; minute < 40; minute += 2 {
					if err := w.read(t.Context(), scope); err != nil {
						failed++
						t.Logf("minute %d: %v", minute, err)
					}
					service.advance(2 * time.Minute)
					w.clock.advance(2 * time.Minute)
				}
				if got := w.Count(test.call); failed > 0 || got != test.want {
					t.Errorf("%d reads failed, with %d sign-ins; want %d", failed, got, test.want)
				}
			})
		}
	}
}

// TestIssueOfAToken: where a reply says when a token was issued, that counts, and not the Date.
func TestIssueOfAToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.WithTokenLifetime(15*time.Minute))
	w.Fail(emulator.Fault{Call: emulator.CallTokens, ClockSkew: 20 * time.Minute, Times: -1})
	scope := w.scope(t, w.session(t, password()))
	for minute := 0; minute < 40; minute += 2 {
		if err := w.read(t.Context(), scope); err != nil {
			t.Errorf("minute %d: %v", minute, err)
		}
		w.clock.advance(2 * time.Minute)
	}
	if tokens, refused := w.Count(emulator.CallTokens), w.CountStatus(emulator.CallListing, http.StatusUnauthorized); tokens != 4 || refused > 0 {
		t.Errorf("signed in %d times, and %d tokens were refused; want 4 and 0", tokens, refused)
	}
}

// TestDateThatCannotBeRead: the clock keeps what an earlier reply has said.
func TestDateThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, date := range []string{"soon", ""} {
		t.Run(date, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Fail(emulator.Fault{Call: emulator.CallSecurityTokens, Header: http.Header{"Date": {date}}})
			scope := w.scope(t, w.session(t, with(withKey(), byName)))
			for range 2 {
				if err := w.read(t.Context(), scope); err != nil {
					t.Fatal(err)
				}
				w.clock.advance(12 * time.Minute) // a key of 15 minutes is renewed after 11:15
			}
			if got := w.Count(emulator.CallSecurityTokens); got != 2 {
				t.Errorf("%d keys were asked for, want 2", got)
			}
		})
	}
}

// TestExpiryBeforeTheIssue: a credential with such an expiry is used until the service refuses it,
// and not renewed for each read.
func TestExpiryBeforeTheIssue(t *testing.T) {
	t.Parallel()
	for _, expires := range []string{"2026-01-02T03:04:05.000000Z", "2020-01-01T00:00:00.000000Z", "", "soon"} {
		t.Run(expires, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Fail(emulator.Fault{
				Call: emulator.CallTokens, Status: http.StatusCreated, Header: http.Header{"X-Subject-Token": {emulator.Token}},
				Body: `{"token":{"issued_at":"2026-01-02T03:04:05.000000Z","expires_at":"` + expires + `","project":{"id":"` + emulator.ProjectID + `","name":"cn-north-4"}}}`,
			})
			scope := w.scope(t, w.session(t, password()))
			for range 5 {
				if err := w.read(t.Context(), scope); err != nil {
					t.Fatal(err)
				}
				w.clock.advance(time.Hour)
			}
			if got := w.Count(emulator.CallTokens); got != 1 {
				t.Errorf("signed in %d times", got)
			}
		})
	}
}

// TestRefusedTemporaryKeyIsReplaced: a temporary key that is refused a while after it was obtained
// is replaced for the next read, and the refused read is not sent again.
func TestRefusedTemporaryKeyIsReplaced(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		after     time.Duration
		exchanges int
		works     bool
	}{
		{"at once", time.Second, 1, false},
		{"after a while", time.Minute, 2, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			scope := w.scope(t, w.session(t, with(withKey(), byName)))
			w.Fail(emulator.Fault{Call: emulator.CallListing, Status: http.StatusUnauthorized})
			w.clock.advance(test.after)
			if err := w.read(t.Context(), scope); err == nil {
				t.Fatal("the refused read succeeded")
			}
			if got := w.Count(emulator.CallListing); got != 1 {
				t.Errorf("the refused read was sent %d times", got)
			}
			err := w.read(t.Context(), scope)
			if got := w.Count(emulator.CallSecurityTokens); got != test.exchanges || (err == nil) != test.works {
				t.Errorf("%d keys were asked for, and the next read ended with %v", got, err)
			}
		})
	}
}

// TestRenewalWithoutAStampede: many reads that find an expired credential renew it once.
func TestRenewalWithoutAStampede(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, call string
		way        credentials.Config
	}{
		{"agency by IAM", emulator.CallSecurityTokens, with(withKey(), byName)},
		{"password", emulator.CallTokens, password()},
		{"instance", emulator.CallSecurityKey, credentials.Config{Instance: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.WithInstanceAgency(), emulator.WithKeyLifetime(time.Hour), emulator.WithTokenLifetime(time.Hour))
			scope := w.scope(t, w.session(t, test.way))
			for renewals := range 3 {
				w.together(t, 25, func() error { return w.read(t.Context(), scope) })
				if got := w.Count(test.call); got != renewals+1 {
					t.Errorf("%d exchanges after %d renewals", got, renewals)
				}
				w.clock.advance(time.Hour)
			}
		})
	}
}
