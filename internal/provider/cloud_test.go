package provider

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// Helpers that start services, and tell what they have.

// startEmulator runs an emulator for the test.
func startEmulator(tb testing.TB, options ...emulator.Option) *emulator.Server {
	tb.Helper()
	server, err := emulator.Start(options...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(server.Close)
	return server
}

// oldestFirst returns the ids of the jobs that keep says yes to, in the service's default order.
func oldestFirst(jobs []emulator.Job, keep func(*emulator.Job) bool) []string {
	return sortedIDs(jobs, keep, func(job *emulator.Job) string { return *job.CreateTime })
}

func sortedIDs(jobs []emulator.Job, keep func(*emulator.Job) bool, by func(*emulator.Job) string) []string {
	var kept []emulator.Job
	for _, job := range jobs {
		if keep(&job) {
			kept = append(kept, job)
		}
	}
	slices.SortFunc(kept, func(a, b emulator.Job) int {
		if c := strings.Compare(by(&a), by(&b)); c != 0 {
			return c
		}
		return strings.Compare(a.JobID, b.JobID)
	})
	ids := make([]string, len(kept))
	for i, job := range kept {
		ids[i] = job.JobID
	}
	return ids
}

func everyJob(*emulator.Job) bool { return true }

// startProxy starts a proxy that leads every service of the cloud to the emulator and nothing
// anywhere else, and tells which hosts were asked.
func startProxy(t *testing.T, cloud http.Handler) (url string, hosts func() []string) {
	t.Helper()
	services := httptest.NewTLSServer(cloud)
	t.Cleanup(services.Close)
	var (
		mutex sync.Mutex
		asked []string
	)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		public, private := strings.HasSuffix(r.Host, ".myhuaweicloud.com:443"), strings.HasSuffix(r.Host, ".cloud.example.com:443")
		if r.Method != http.MethodConnect || !public && !private {
			t.Errorf("something asked the proxy to %s %s", r.Method, r.Host)
			http.Error(w, "there is nothing but the emulated cloud", http.StatusBadGateway)
			return
		}
		mutex.Lock()
		asked = append(asked, r.Host)
		mutex.Unlock()
		if err := tunnel(r.Context(), w, services.Listener.Addr().String()); err != nil {
			t.Errorf("proxy: %v", err)
		}
	}))
	t.Cleanup(proxy.Close)
	return proxy.URL, func() []string {
		mutex.Lock()
		defer mutex.Unlock()
		return slices.Clone(asked)
	}
}

// tunnel connects whoever asked the proxy with an address, until one of them hangs up.
func tunnel(ctx context.Context, w http.ResponseWriter, address string) error {
	upstream, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return err
	}
	defer upstream.Close()
	client, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return err
	}
	defer client.Close()
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return err
	}
	ended := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{upstream, client}, {client, upstream}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1])
			ended <- struct{}{}
		}()
	}
	<-ended
	return nil
}
