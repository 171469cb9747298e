package credentials

import (
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/transport"
)

// A proxy for a loopback address is never asked, so no emulator can show this.
func TestInstanceBypassesProxies(t *testing.T) {
	t.Parallel()
	base := metadataBase()
	if base.Proxy != nil {
		t.Error("the metadata service is asked through a proxy")
	}
	if !base.DisableKeepAlives {
		t.Error("connections are kept until the next request, hours later")
	}
}

func TestMetadataAddress(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"": "http://169.254.169.254", "http://127.0.0.1:1": "http://127.0.0.1:1"} {
		if got := New(Config{MetadataURL: given}, transport.Config{}).config.MetadataURL; got != want {
			t.Errorf("the address %q has become %q, want %q", given, got, want)
		}
	}
}
