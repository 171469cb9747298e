package transport

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// distant is a connection to a server that is far away: what is written arrives a round trip later.
type distant struct {
	net.Conn

	trip   time.Duration
	queue  chan packet
	closed chan struct{}
	once   sync.Once
}

type packet struct {
	due  time.Time
	data []byte
}

func newDistant(connection net.Conn, trip time.Duration) *distant {
	d := &distant{Conn: connection, trip: trip, queue: make(chan packet, 1024), closed: make(chan struct{})}
	go func() {
		for {
			select {
			case p := <-d.queue:
				time.Sleep(time.Until(p.due))
				_, _ = connection.Write(p.data) // a reader of the connection sees its end
			case <-d.closed:
				return
			}
		}
	}()
	return d
}

func (d *distant) Write(data []byte) (int, error) {
	select {
	case d.queue <- packet{time.Now().Add(d.trip), append([]byte(nil), data...)}:
		return len(data), nil
	case <-d.closed:
		return 0, net.ErrClosed
	}
}

func (d *distant) Close() error {
	d.once.Do(func() { close(d.closed) })
	return d.Conn.Close()
}

// BenchmarkProtocols reads pages of 100 kB over TLS from a server that is 50 ms away, as many side
// by side as a Limiter allows: a list of 1,000 jobs with its first page ahead, and a list of
// 20,000. Each begins without connections. It is what NewBase's choice of HTTP/1.1 rests on.
func BenchmarkProtocols(b *testing.B) {
	const trip = 50 * time.Millisecond
	page := []byte(strings.Repeat("a page of jobs, as it is compressed ", 100_000/36))
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(page) }))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // connections that nobody needed after all
	server.EnableHTTP2 = true
	server.StartTLS()
	b.Cleanup(server.Close)

	for _, protocol := range []struct {
		name  string
		http2 bool
	}{{"HTTP1", false}, {"HTTP2", true}} {
		for _, list := range []struct {
			name  string
			pages int
		}{{"11pages", 11}, {"200pages", 200}} {
			b.Run(protocol.name+"/"+list.name, func(b *testing.B) {
				for b.Loop() {
					base := trust(b, server)
					base.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
						time.Sleep(trip)
						connection, err := new(net.Dialer).DialContext(ctx, network, address)
						if err != nil {
							return nil, err
						}
						return newDistant(connection, trip), nil
					}
					if protocol.http2 {
						base.Protocols = new(http.Protocols)
						base.Protocols.SetHTTP2(true)
					}
					readPages(b, New(Config{Base: base}), server.URL, list.pages)
					base.CloseIdleConnections()
				}
			})
		}
	}
}

// readPages reads the first page, and then all others side by side.
func readPages(b *testing.B, client *Client, address string, pages int) {
	b.Helper()
	read := func() {
		if _, err := client.Do(get(b.Context(), b, address)); err != nil {
			b.Error(err)
		}
	}
	read()
	var all sync.WaitGroup
	places := make(chan struct{}, MaxInFlight)
	for range pages - 1 {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			read()
		})
	}
	all.Wait()
}
