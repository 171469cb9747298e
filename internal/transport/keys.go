package transport

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Keys remembers which access keys were accepted and which were refused. Services lock a key after
// a few refusals in a row, so a wrong one must not be tried by many readers at once: until a key
// was accepted, one request goes ahead and the others wait for its outcome. After a refusal nothing
// more is sent with the key, and every request gets the refusal that came.
type Keys struct {
	mu     sync.Mutex
	trials map[string]*trial
}

// trial is what is known of one key.
type trial struct {
	accepted bool
	refusal  *refusal
	// ahead is closed when the request that goes ahead has ended. It is nil without such a request.
	ahead chan struct{}
}

// refusal is the reply by which a key was refused.
type refusal struct {
	reply    *http.Response
	at       time.Time // when it came
	attempts int       // of the request that it came to
	secrets  secrets   // that the reply may repeat
}

// NewKeys returns a Keys without any key.
func NewKeys() *Keys { return &Keys{trials: map[string]*trial{}} }

// admit waits until a request may be sent with a key. It returns a refusal if the key was refused,
// and otherwise a function to call with the request's outcome. A nil Keys, and a request without a
// key, wait for nothing.
func (k *Keys) admit(ctx context.Context, key string) (ended func(reply *http.Response, of *call), refused *refusal, err error) {
	if k == nil || key == "" {
		return func(*http.Response, *call) {}, nil, nil
	}
	for {
		t, wait := k.enter(key)
		switch {
		case wait == nil && t.refusal != nil:
			return nil, t.refusal, nil
		case wait == nil:
			return func(reply *http.Response, of *call) { k.leave(key, reply, of) }, nil, nil
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// enter returns what is known of a key. wait is nil if this request may be sent, perhaps as the one
// that goes ahead. Otherwise it is closed when the one that went ahead has ended.
func (k *Keys) enter(key string) (known trial, wait <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	t := k.trials[key]
	if t == nil {
		t = &trial{}
		k.trials[key] = t
	}
	switch {
	case t.refusal != nil || t.accepted:
		return *t, nil
	case t.ahead != nil:
		return *t, t.ahead
	}
	t.ahead = make(chan struct{})
	return *t, nil
}

// leave records the outcome of a request. After one that went ahead, the next one may. Only success
// shows that a key was accepted: another reply may come from a proxy, or before the key was
// checked.
func (k *Keys) leave(key string, reply *http.Response, of *call) {
	k.mu.Lock()
	defer k.mu.Unlock()
	t := k.trials[key]
	switch {
	case reply == nil:
	case reply.StatusCode == http.StatusUnauthorized:
		t.refusal = &refusal{reply: reply, at: of.lastAt, attempts: of.attempts, secrets: of.secrets}
	case succeeded(reply):
		t.accepted = true
	}
	if t.ahead != nil { // then no other request is under way
		close(t.ahead)
		t.ahead = nil
	}
}
