package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/metastudio/terraform-provider-metastudio/internal/provider"
)

const providerAddress = "registry.terraform.io/metastudio/metastudio"

// TestMain makes this program the provider that TestProcess starts.
func TestMain(m *testing.M) {
	if os.Getenv(handshake.MagicCookieKey) == "" {
		os.Exit(m.Run())
	}
	server, err := provider.NewServer("test")
	if err == nil {
		err = tf6server.Serve(providerAddress, func() tfprotov6.ProviderServer { return server })
	}
	if err != nil {
		panic(err)
	}
}

// TestProcess starts a provider, reads its schema and says how Terraform reaches it.
func TestProcess(t *testing.T) {
	t.Parallel()
	p, err := startProvider(t.Context(), os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	if err := p.schema(t.Context()); err != nil {
		t.Error(err)
	}

	value, err := p.reattach(providerAddress)
	if err != nil {
		t.Fatal(err)
	}
	var reattach map[string]struct {
		Protocol        string `json:"Protocol"`
		ProtocolVersion int    `json:"ProtocolVersion"`
		Pid             int    `json:"Pid"`
		Test            bool   `json:"Test"`
		Addr            struct {
			Network string `json:"Network"`
			String  string `json:"String"`
		} `json:"Addr"`
	}
	if err := json.Unmarshal([]byte(value), &reattach); err != nil {
		t.Fatalf("%v: %s", err, value)
	}
	got := reattach[providerAddress]
	if got.Protocol != "grpc" || got.ProtocolVersion != 6 || got.Pid <= 0 || !got.Test || got.Addr.Network == "" || got.Addr.String == "" {
		t.Errorf("reattach with %+v", got)
	}
	if peak, err := p.peakMemory(); err != nil || peak < 0 {
		t.Errorf("peak memory %d (%v)", peak, err)
	}

	p.stop()
	if err := p.schema(t.Context()); err == nil {
		t.Error("a process that was stopped answers")
	}
}
