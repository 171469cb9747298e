package credentials_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

func (w *world) scope(t *testing.T, session *credentials.Session) credentials.Scope {
	t.Helper()
	scope, err := session.Scope(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	return scope
}

// Each page of a list is authorized when it is sent, so a credential that expires during the list
// is replaced during the list.
func TestRenewalBeforeTheEnd(t *testing.T) {
	t.Parallel()
	hour := credentials.AssumeRole{AgencyName: emulator.AgencyName, DomainID: emulator.AgencyDomainID, Duration: time.Hour}
	for _, test := range []struct {
		name    string
		way     credentials.Config
		options []emulator.Option
		call    string
		// kept is how long the first credential is used; renewed is when it no longer is.
		kept, renewed time.Duration
	}{
		{"five minutes before an hour's end", with(withKey(), hour), nil, emulator.CallAssumeRole, 55*time.Minute - 1, 55 * time.Minute},
		{"a quarter before a short life's end", with(withKey(), byName), nil, emulator.CallSecurityTokens, 675*time.Second - 1, 675 * time.Second},
		{"a quarter before a very short life's end", with(withKey(), byName), []emulator.Option{emulator.WithKeyLifetime(8 * time.Second)}, emulator.CallSecurityTokens, 6*time.Second - 1, 6 * time.Second},
		{"a token", password(), nil, emulator.CallTokens, 24*time.Hour - 5*time.Minute - 1, 24*time.Hour - 5*time.Minute},
		{"an instance's key", credentials.Config{Instance: true}, []emulator.Option{emulator.WithInstanceAgency(), emulator.WithKeyLifetime(5 * time.Hour)}, emulator.CallSecurityKey, 5*time.Hour - 5*time.Minute - 1, 5*time.Hour - 5*time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.options...)
			session := w.session(t, test.way)
			scope := w.scope(t, session)
			for _, step := range []struct {
				at        time.Duration
				exchanges int
			}{{0, 1}, {test.kept, 1}, {test.renewed, 2}, {test.renewed, 2}} {
				w.clock.advance(startOfTest.Add(step.at).Sub(w.clock.Now()))
				if err := w.read(t.Context(), scope); err != nil {
					t.Fatalf("after %s: %v", step.at, err)
				}
				if got := w.Count(test.call); got != step.exchanges {
					t.Errorf("%d exchanges after %s, want %d", got, step.at, step.exchanges)
				}
			}
		})
	}
}

// The instance's metadata token expires after six hours, long before its key does.
func TestInstanceTokenIsReplacedWhenItIsStale(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.WithInstanceAgency(), emulator.WithKeyLifetime(7*time.Hour))
	session := w.session(t, credentials.Config{Instance: true})
	scope := w.scope(t, session)
	w.clock.advance(7 * time.Hour)
	if err := w.read(t.Context(), scope); err != nil {
		t.Fatal(err)
	}
	if tokens, keys := w.Count(emulator.CallMetadataToken), w.Count(emulator.CallSecurityKey); tokens != 2 || keys != 3 {
		t.Errorf("%d tokens and %d keys were asked for, want 2 and 3", tokens, keys)
	}
}

func TestReadsShareOneExchange(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		way  credentials.Config
		want map[string]int
	}{
		{"password", password(), map[string]int{emulator.CallTokens: 1, emulator.CallListing: 10}},
		{"access key", withKey(), map[string]int{emulator.CallProjects: 1, emulator.CallListing: 10}},
		{"chain", with(withKey(), byName, thenName), map[string]int{emulator.CallSecurityTokens: 2, emulator.CallProjects: 1, emulator.CallListing: 10}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			session := w.session(t, test.way)
			w.together(t, 10, func() error {
				scope, err := session.Scope(t.Context(), "", "")
				if err != nil {
					return err
				}
				return w.read(t.Context(), scope)
			})
			for call, want := range test.want {
				if got := w.Count(call); got != want {
					t.Errorf("%d requests of %s, want %d", got, call, want)
				}
			}
		})
	}
}

// together does something n times at the same time.
func (w *world) together(t *testing.T, n int, do func() error) {
	t.Helper()
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			if err := do(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestRefusedTokenIsRenewedOnceForAll(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"APIGW.0307", "APIGW.0301", "MSS.00010008"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.WithExpiredTokenCode(code))
			session := w.session(t, password())
			scope := w.scope(t, session)
			w.RevokeTokens()
			w.together(t, 10, func() error {
				return w.read(t.Context(), scope)
			})
			if got := w.Count(emulator.CallTokens); got != 2 {
				t.Errorf("%d tokens were asked for, want the first and one more", got)
			}
		})
	}
}

func TestRefusedTokenOfAnAgencyIsRenewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	session := w.session(t, with(password(), byName))
	scope := w.scope(t, session)
	w.RevokeTokens()
	w.clock.advance(15 * time.Minute) // the agency's key is over, the token under it is not yet
	if err := w.read(t.Context(), scope); err != nil {
		t.Fatal(err)
	}
	if tokens, keys := w.Count(emulator.CallTokens), w.Count(emulator.CallSecurityTokens); tokens != 2 || keys != 3 {
		t.Errorf("%d tokens and %d keys were asked for, want 2 and 3", tokens, keys)
	}
}

func TestRefusalsThatStand(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name             string
		way              credentials.Config
		listings, tokens int
	}{
		{"a token that is refused again", password(), 2, 2},
		{"a token that was given", withToken(), 1, 0},
		{"an access key", withKey(), 1, 0},
		{"an agency's key", with(withKey(), byName), 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Fail(emulator.Fault{Call: emulator.CallListing, Status: http.StatusUnauthorized, Times: -1})
			session := w.session(t, test.way)
			err := w.read(t.Context(), w.scope(t, session))
			failure, ok := errors.AsType[*transport.Error](err)
			if !ok || failure.Status != http.StatusUnauthorized || failure.Source != session.Source() {
				t.Errorf("got the error %#v", err)
			}
			if listings, tokens := w.Count(emulator.CallListing), w.Count(emulator.CallTokens); listings != test.listings || tokens != test.tokens {
				t.Errorf("%d listings and %d tokens, want %d and %d", listings, tokens, test.listings, test.tokens)
			}
		})
	}
}

func TestIDTokenFileIsReadAtEachExchange(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, idp, agency string
		life              time.Duration
	}{
		{"by IAM", emulator.IdpID, "", 24 * time.Hour},
		{"by STS", providerURN, emulator.OIDCAgencyName, time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			file := filepath.Join(t.TempDir(), "token")
			write := func(token string) {
				if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write(emulator.IDToken)
			session := w.session(t, oidc(credentials.OIDC{IdpID: test.idp, AgencyName: test.agency, DomainID: emulator.DomainID, IDTokenFile: file}))
			scope := w.scope(t, session)

			write("a-token-of-yesterday")
			w.clock.advance(test.life)
			_ = asError(t, w.read(t.Context(), scope))

			write(emulator.IDToken)
			w.clock.advance(time.Minute) // the refusal is forgotten
			if err := w.read(t.Context(), scope); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestWrongPasswordIsNotTriedForEachRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	way := password()
	way.Password = credentials.NewSecret("wrong")
	session := w.session(t, way)
	for range 5 {
		if _, err := session.Scope(t.Context(), "", ""); err == nil {
			t.Fatal("signed in with a wrong password")
		}
	}
	if got := w.Count(emulator.CallTokens); got != 1 {
		t.Errorf("the password was tried %d times", got)
	}
}

func TestSignInEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, call string
		way        credentials.Config
	}{
		{"password", emulator.CallTokens, password()},
		{"project", emulator.CallProjects, withKey()},
		{"agency", emulator.CallSecurityTokens, with(withKey(), byName)},
		{"instance", emulator.CallMetadataToken, credentials.Config{Instance: true}},
	} {
		t.Run(test.name+", whose deadline is over", func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.WithInstanceAgency())
			w.Fail(emulator.Fault{Call: test.call, Delay: time.Hour, Times: -1})
			ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
			defer cancel()
			_, err := w.session(t, test.way).Scope(ctx, "", "")
			if failure := asError(t, err); failure.Kind != credentials.Interrupted || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got the error %v of kind %d", err, failure.Kind)
			}
		})
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.WithInstanceAgency())
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			w.Fail(emulator.Fault{Call: test.call, Delay: time.Minute, Match: func(*http.Request) bool {
				cancel()
				return true
			}})
			session := w.session(t, test.way)
			_, err := session.Scope(ctx, "", "")
			if failure := asError(t, err); failure.Kind != credentials.Interrupted || !errors.Is(err, context.Canceled) {
				t.Errorf("got the error %v of kind %d", err, failure.Kind)
			}
		})
	}
}
