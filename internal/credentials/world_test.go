package credentials_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/credentials"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

var startOfTest = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// clock is a clock that a test sets.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: startOfTest} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is an emulated cloud and the clock that it and the sessions go by.
type world struct {
	*emulator.Server
	clock *clock
	keys  *transport.Keys
}

func newWorld(t *testing.T, options ...emulator.Option) *world {
	t.Helper()
	w := &world{clock: newClock(), keys: transport.NewKeys()}
	server, err := emulator.Start(append([]emulator.Option{emulator.WithClock(w.clock.Now)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	w.Server = server
	return w
}

// session returns a session that signs in to the world in one way.
func (w *world) session(t *testing.T, way credentials.Config) *credentials.Session {
	t.Helper()
	return w.sessionOver(t, way, w.network())
}

// sessionOver returns a session with a network of its own.
func (w *world) sessionOver(t *testing.T, way credentials.Config, network transport.Config) *credentials.Session {
	t.Helper()
	address, err := url.Parse(w.URL)
	if err != nil {
		t.Fatal(err)
	}
	way.Region = emulator.Region
	way.IAMEndpoint, way.STSEndpoint, way.MetadataURL = address, address, w.URL
	way.Now = w.clock.Now
	way.InvalidTokenCodes = []string{"MSS.00010008"}
	return credentials.New(way, network)
}

func (w *world) network() transport.Config {
	return transport.Config{
		Base:       &http.Transport{DisableKeepAlives: true},
		Keys:       w.keys,
		MaxRetries: 2,
		Backoff:    func(int, transport.Hint) time.Duration { return 0 },
		UserAgent:  "test/1",
		Now:        w.clock.Now,
	}
}

// read lists one page in a scope.
func (w *world) read(ctx context.Context, scope credentials.Scope) error {
	network := w.network()
	network.Authorizer = scope.Authorizer
	req, err := http.NewRequestWithContext(ctx, http.MethodGet,
		w.URL+"/v1/"+scope.ProjectID+"/digital-human-training-manage/user/jobs?limit=1", http.NoBody)
	if err != nil {
		return err
	}
	_, err = transport.New(network).Do(req)
	return err
}

// calls returns the calls that were answered, in order, each with how it was opened.
func (w *world) calls() []string {
	var calls []string
	for _, request := range w.Requests() {
		opened := "nothing"
		switch {
		case request.Header.Get("X-Auth-Token") != "":
			opened = "token"
		case request.Header.Get("X-Security-Token") != "":
			opened = "temporary key"
		case request.Header.Get("Authorization") != "":
			opened = "key"
		}
		calls = append(calls, request.Call+" by "+opened)
	}
	return calls
}

func withKey() credentials.Config {
	return credentials.Config{
		AccessKey: emulator.AccessKey, SecretKey: credentials.NewSecret(emulator.SecretKey), Source: "access key from the test",
	}
}

func password() credentials.Config {
	return credentials.Config{
		UserName: emulator.UserName, Password: credentials.NewSecret(emulator.Password), DomainName: emulator.DomainName,
		Source: "password from the test",
	}
}

func withToken() credentials.Config {
	return credentials.Config{Token: credentials.NewSecret(emulator.Token), Source: "token from the test"}
}

func oidc(o credentials.OIDC) credentials.Config {
	if o.IDTokenFile == "" {
		o.IDToken = credentials.NewSecret(emulator.IDToken)
	}
	return credentials.Config{OIDC: &o, Source: "id token from the test"}
}

func with(config credentials.Config, roles ...credentials.AssumeRole) credentials.Config {
	config.AssumeRoles = roles
	return config
}

const providerURN = "iam::" + emulator.DomainID + ":oidcProvider:" + emulator.IdpID

var (
	byName   = credentials.AssumeRole{AgencyName: emulator.AgencyName, DomainName: emulator.AgencyDomainName}
	byID     = credentials.AssumeRole{AgencyName: emulator.AgencyName, DomainID: emulator.AgencyDomainID}
	thenName = credentials.AssumeRole{AgencyName: emulator.SecondAgencyName, DomainName: emulator.SecondAgencyDomainName}
	thenID   = credentials.AssumeRole{AgencyName: emulator.SecondAgencyName, DomainID: emulator.SecondAgencyDomainID, Duration: time.Hour}
)

func asError(t *testing.T, err error) *credentials.Error {
	t.Helper()
	failure, ok := errors.AsType[*credentials.Error](err)
	if !ok {
		t.Fatalf("got the error %v (%T), want one of a sign-in", err, err)
	}
	return failure
}

func noSecrets(t *testing.T, w *world, text string) {
	t.Helper()
	for _, secret := range w.Secrets() {
		if strings.Contains(text, secret) {
			t.Errorf("a secret shows in: %s", text)
		}
	}
}
