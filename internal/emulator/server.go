package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// The gateway's bounds on a request's body and on the URI of its first line, in bytes.
const (
	maxBody = 12 << 20
	maxURI  = 32 << 10
)

// Server is the emulated service. It is an http.Handler; Start adds a listener. All methods may be
// called at any time, from any goroutine.
type Server struct {
	// URL is the base of every endpoint, "http://127.0.0.1:port", when the server was started by
	// Start. A server that listens on all addresses is named by this machine's own.
	URL string

	config   config
	store    *store
	identity *identity
	faults   faults
	recorder *recorder
	throttle *throttle

	hookMu sync.Mutex
	hook   func(n int, r *http.Request)

	http     *http.Server
	served   chan struct{}
	inFlight inFlight
	taken    takenConnections
}

// New returns a server that does not listen, to be used as an http.Handler.
func New(options ...Option) *Server {
	c := defaultConfig()
	for _, option := range options {
		option(&c)
	}
	if c.jobs == nil {
		c.jobs = StandardJobs(standardCount)
	}
	if c.exampleBatch {
		putIntoExampleBatch(c.jobs)
	}
	return &Server{
		config:   c,
		store:    newStore(c.clock, c.listing.keep(), c.jobs),
		identity: newIdentity(&c),
		recorder: newRecorder(!c.unrecorded, c.requestLog),
		throttle: newThrottle(&c),
	}
}

// reachable returns the address of a listener as a client on this machine can use it.
func reachable(address net.Addr) string {
	if tcp, ok := address.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return address.String()
}

// Start returns a server that listens; Close ends it.
func Start(options ...Option) (*Server, error) {
	s := New(options...)
	// The server lives until Close, not until a context of its starter ends.
	ctx := context.Background() //nolint:forbidigo // there is no caller's context to pass on
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.config.addr)
	if err != nil {
		return nil, fmt.Errorf("the emulator cannot listen on %s: %w", s.config.addr, err)
	}
	s.URL = "http://" + reachable(listener.Addr())
	s.served = make(chan struct{})
	s.http = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 30 * time.Second,
		// Without this, each connection that a fault cuts would be logged as an error.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	go func() {
		defer close(s.served)
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			panic(fmt.Sprintf("the emulator stopped serving: %v", err))
		}
	}()
	return s, nil
}

// Close stops listening, cuts every connection, and waits for the requests in flight to end. It may
// be called more than once.
func (s *Server) Close() {
	if s.http == nil {
		s.taken.close()
		return
	}
	// What Close reports is only that the listener was closed before.
	_ = s.http.Close()
	<-s.served
	s.taken.close()
	s.inFlight.close(5 * time.Second)
}

// OnListing sets a hook that is called before the n-th listing request is evaluated; n counts from
// 1 since the start or the last Reset. The hook may change the jobs, and the reply shows the
// change. A nil hook removes the hook.
func (s *Server) OnListing(hook func(n int, r *http.Request)) {
	s.hookMu.Lock()
	defer s.hookMu.Unlock()
	s.hook = hook
}

// exchange is one request on its way through the server.
type exchange struct {
	r    *http.Request
	body []byte
	call string
	// serial counts all requests since the start; n counts those of the call and all counts all,
	// both since the last Reset.
	serial, n, all int
	requestID      string
	now            time.Time
	// projectID and jobID are the variable parts of a path.
	projectID, jobID string
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.inFlight.enter() {
		panic(http.ErrAbortHandler)
	}
	defer s.inFlight.leave()

	operation, values, pathKnown := matchOperation(r)
	x := &exchange{r: r, serial: s.recorder.nextSerial(), projectID: values.projectID, jobID: values.jobID}
	x.requestID = stableID("request", x.serial)
	if operation != nil {
		x.call = operation.call
	}
	body, tooLarge := readBody(r)
	x.body = body
	record := s.recorder.begin(x)
	x.n, x.all = record.n, record.all
	defer s.recorder.end(record)

	throttled := s.throttled(x)
	if throttled == nil {
		if !waitFor(r.Context(), s.config.latency) {
			return
		}
		if x.call == CallListing {
			s.runHook(x)
		}
	}

	x.now = s.config.clock()
	fault := s.faults.take(x)
	var answer *reply
	switch {
	case throttled != nil:
		answer = throttled
	case fault != nil && !waitFor(r.Context(), fault.Delay):
		return
	case fault != nil && fault.answers():
		answer = fault.reply(x)
	case tooLarge:
		answer = x.gateway(http.StatusRequestEntityTooLarge, "APIGW.0201", "Request entity too large.")
	case len(r.URL.RequestURI()) > maxURI:
		answer = x.gateway(http.StatusRequestURITooLong, "APIGW.0201", "Request URI too long.")
	case operation != nil:
		answer = operation.handle(s, x)
	case pathKnown != "":
		answer = x.wrongMethod(pathKnown)
	default:
		answer = x.unknownPath()
	}
	s.write(w, x, record, answer, fault)
}

func (s *Server) runHook(x *exchange) {
	s.hookMu.Lock()
	hook := s.hook
	s.hookMu.Unlock()
	if hook != nil {
		hook(x.n, x.r)
	}
}

// readBody reads a request's body, up to maxBody.
func readBody(r *http.Request) (body []byte, tooLarge bool) {
	if r.Body == nil {
		return nil, false
	}
	// What came of a body that broke off is used; its signature or its JSON will be wrong.
	body, _ = io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	return body, len(body) > maxBody
}

// waitFor sleeps for d, and reports whether the request is still wanted.
func waitFor(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
