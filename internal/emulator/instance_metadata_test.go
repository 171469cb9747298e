package emulator

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

const (
	metadataTokenPath = "/meta-data/latest/api/token"
	securityKeyPath   = "/openstack/latest/securitykey"
)

func TestMetadata(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	s := startServer(t, WithInstanceAgency(), WithClock(func() time.Time { return testTime.Add(time.Duration(later.Load())) }))
	response, token := send(t, newRequest(t, s, http.MethodPut, metadataTokenPath, "", headerMetadataTokenTTL+": 60"))
	if response.StatusCode != http.StatusOK || token == "" {
		t.Fatal(response.Status, token)
	}
	ask := func(headers ...string) (*http.Response, string) {
		return send(t, newRequest(t, s, http.MethodGet, securityKeyPath, "", headers...))
	}
	response, body := ask(headerMetadataToken + ": " + token)
	keys, _ := keysOf(t, response, body, http.StatusOK)
	keys.listsIn(t, s, ProjectID)
	if _, again := ask(headerMetadataToken + ": " + token); again != body {
		t.Error("the instance's key changes at every request")
	}

	for _, headers := range [][]string{nil, {headerMetadataToken + ": x"}} {
		if response, body := ask(headers...); response.StatusCode != http.StatusUnauthorized || body == textNoAgency {
			t.Error(response.Status, body)
		}
	}
	later.Store(int64(time.Minute))
	if response, _ := ask(headerMetadataToken + ": " + token); response.StatusCode != http.StatusUnauthorized {
		t.Error("an expired token is accepted")
	}
	for _, ttl := range []string{"", "0", "21601", "x"} {
		if response, _ := send(t, newRequest(t, s, http.MethodPut, metadataTokenPath, "", headerMetadataTokenTTL+": "+ttl)); response.StatusCode != http.StatusBadRequest {
			t.Errorf("a lifetime of %q is accepted", ttl)
		}
	}
}

func TestMetadataVariants(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		options    []Option
		token, key int
		body       string
	}{
		{"no instance", nil, 404, 404, ""},
		{"no tokens", []Option{WithInstanceAgency(), WithoutMetadataTokens()}, 405, 200, ""},
		{"no agency", []Option{WithBareInstance(), WithoutMetadataTokens()}, 405, 401, "Please configure Cloud Service Agency first"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, test.options...)
			response, _ := send(t, newRequest(t, s, http.MethodPut, metadataTokenPath, "", headerMetadataTokenTTL+": 60"))
			if response.StatusCode != test.token {
				t.Errorf("token: %s", response.Status)
			}
			response, body := send(t, newRequest(t, s, http.MethodGet, securityKeyPath, ""))
			if response.StatusCode != test.key || test.body != "" && body != test.body {
				t.Errorf("key: %s %s", response.Status, body)
			}
		})
	}
	t.Run("wrong method", func(t *testing.T) {
		t.Parallel()
		s := startServer(t, WithInstanceAgency())
		if response, _ := send(t, newRequest(t, s, http.MethodGet, metadataTokenPath, "")); response.StatusCode != http.StatusMethodNotAllowed {
			t.Error(response.Status)
		}
	})
}
