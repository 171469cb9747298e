package credentials_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

const headerMetadataToken = "X-Metadata-Token"

// An older instance has no tokens. Any other refusal of a token ends the sign-in.
func TestMetadataServiceWithoutTokens(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status int
		works  bool
		kind   credentials.Kind
	}{
		{http.StatusNotFound, true, 0},
		{http.StatusMethodNotAllowed, true, 0},
		{http.StatusServiceUnavailable, true, 0},
		{http.StatusBadRequest, false, credentials.NoCredential}, // another cloud's service
		{http.StatusForbidden, false, credentials.NoCredential},
		{http.StatusInternalServerError, false, credentials.MetadataFailed},
	} {
		t.Run(http.StatusText(test.status), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.WithInstanceAgency(), emulator.WithoutMetadataTokens())
			w.Fail(emulator.Fault{Call: emulator.CallMetadataToken, Status: test.status})
			_, err := w.session(t, credentials.Config{Instance: true}).Scope(t.Context(), "", "")
			if !test.works {
				if failure := asError(t, err); failure.Kind != test.kind {
					t.Errorf("kind %d, want %d", failure.Kind, test.kind)
				}
				if got := w.Count(emulator.CallSecurityKey); got != 0 {
					t.Errorf("%d keys were asked for", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, request := range w.RequestsOf(emulator.CallSecurityKey) {
				if values := request.Header.Values(headerMetadataToken); len(values) > 0 {
					t.Errorf("the key was asked for with the token %q", values)
				}
			}
		})
	}
}

// A token may end with a line break, which no header may have.
func TestMetadataTokenIsTrimmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.WithInstanceAgency())
	w.Fail(emulator.Fault{Call: emulator.CallMetadataToken, Edit: func(body []byte) []byte { return append(body, '\n') }})
	if _, err := w.session(t, credentials.Config{Instance: true}).Scope(t.Context(), "", ""); err != nil {
		t.Fatal(err)
	}
}

// A token of the metadata service that was kept is replaced once, when it is refused. A new one is
// not.
func TestMetadataTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	refused := emulator.Fault{Call: emulator.CallSecurityKey, Status: http.StatusUnauthorized, Body: "401 Unauthorized", Times: -1}
	for _, test := range []struct {
		name  string
		kept  bool
		fault emulator.Fault
		calls []string
		kind  credentials.Kind
	}{
		{"a new token is refused", false, refused, []string{"metadata-token", "security-key"}, credentials.MetadataFailed},
		{"a kept token is refused", true, refused, []string{"security-key", "metadata-token", "security-key"}, credentials.MetadataFailed},
		{"another failure", true, emulator.Fault{Call: emulator.CallSecurityKey, Status: http.StatusInternalServerError, Times: -1},
			[]string{"security-key"}, credentials.MetadataFailed},
		{"the agency was removed", true, emulator.Fault{Call: emulator.CallSecurityKey, Status: http.StatusUnauthorized, Body: "Please configure Cloud Service Agency first", Times: -1},
			[]string{"security-key", "metadata-token", "security-key"}, credentials.NoInstanceAgency},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.WithInstanceAgency())
			session := w.session(t, credentials.Config{Instance: true})
			if test.kept {
				scope := w.scope(t, session)
				w.clock.advance(24 * time.Hour)
				w.Reset()
				w.Fail(test.fault)
				_, err := scope.Authorizer.Credential(t.Context())
				if failure := asError(t, err); failure.Kind != test.kind {
					t.Errorf("kind %d, want %d: %v", failure.Kind, test.kind, err)
				}
			} else {
				w.Fail(test.fault)
				_, err := session.Scope(t.Context(), "", "")
				if failure := asError(t, err); failure.Kind != test.kind {
					t.Errorf("kind %d, want %d: %v", failure.Kind, test.kind, err)
				}
			}
			var calls []string
			for _, request := range w.Requests() {
				calls = append(calls, request.Call)
			}
			if diff := cmp.Diff(test.calls, calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

// A token that the service has stopped to issue is not sent any more.
func TestRefusedMetadataTokenIsForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.WithInstanceAgency())
	scope := w.scope(t, w.session(t, credentials.Config{Instance: true}))
	w.clock.advance(24 * time.Hour)
	w.Reset()
	w.Fail(emulator.Fault{Call: emulator.CallMetadataToken, Status: http.StatusMethodNotAllowed, Times: -1})
	_, err := scope.Authorizer.Credential(t.Context())
	_ = asError(t, err)
	var carried []bool
	for _, request := range w.RequestsOf(emulator.CallSecurityKey) {
		carried = append(carried, request.Header.Get(headerMetadataToken) != "")
	}
	if diff := cmp.Diff([]bool{true, false}, carried); diff != "" {
		t.Errorf("requests with a token (-want +got):\n%s", diff)
	}
}
