package credentials

import "testing"

// A proxy for a loopback address is never asked, so no emulator can show this.
func TestInstanceBypassesProxies(t *testing.T) {
	t.Parallel()
	if metadataBase().Proxy != nil {
		t.Error("the metadata service is asked through a proxy")
	}
}
