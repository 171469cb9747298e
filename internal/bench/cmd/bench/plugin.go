package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// handshake is what Terraform and its providers agree on before they talk.
var handshake = plugin.HandshakeConfig{
	MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
	MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
}

// schemaMethods is the call that asks for a provider's schema, by protocol.
var schemaMethods = map[int]string{
	5: "/tfplugin5.Provider/GetSchema",
	6: "/tfplugin6.Provider/GetProviderSchema",
}

// connection is the side of Terraform in a connection to a provider. Only the connection itself is
// used: the generated clients are internal to Terraform and to terraform-plugin-go.
type connection struct {
	plugin.NetRPCUnsupportedPlugin
}

// GRPCServer implements plugin.GRPCPlugin.
func (connection) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return errors.New("this is Terraform's side of the connection")
}

// GRPCClient implements plugin.GRPCPlugin.
func (connection) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// process is a provider's process, started as Terraform starts it.
type process struct {
	client *plugin.Client
	conn   *grpc.ClientConn
}

// startProvider starts a provider and connects to it.
func startProvider(ctx context.Context, binary string, environment ...string) (*process, error) {
	command := exec.CommandContext(ctx, binary) //nolint:gosec // the caller's choice
	command.Env = append(os.Environ(), environment...)
	plugins := plugin.PluginSet{"provider": connection{}}
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  handshake,
		VersionedPlugins: map[int]plugin.PluginSet{5: plugins, 6: plugins},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Cmd:              command,
		Logger:           hclog.NewNullLogger(),
	})
	p := &process{client: client}
	dispensed, err := dispense(client)
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("%s: %w", binary, err)
	}
	var ok bool
	if p.conn, ok = dispensed.(*grpc.ClientConn); !ok {
		p.stop()
		return nil, fmt.Errorf("%s: connected by a %T", binary, dispensed)
	}
	return p, nil
}

// dispense starts a plugin's process and returns what connection makes of it.
func dispense(client *plugin.Client) (any, error) {
	protocol, err := client.Client()
	if err != nil {
		return nil, err
	}
	return protocol.Dispense("provider")
}

func (p *process) stop() { p.client.Kill() }

// schema asks for the provider's schema and receives all of it. The replies are not decoded,
// neither that of this provider nor that of the other.
func (p *process) schema(ctx context.Context) error {
	var schema emptypb.Empty
	method := schemaMethods[p.client.NegotiatedVersion()]
	if err := p.conn.Invoke(ctx, method, &emptypb.Empty{}, &schema); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if proto.Size(&schema) == 0 {
		return fmt.Errorf("%s: the answer is empty", method)
	}
	return nil
}

// reattach returns the value of TF_REATTACH_PROVIDERS with which Terraform uses this process
// instead of starting one.
func (p *process) reattach(address string) (string, error) {
	config := p.client.ReattachConfig()
	type listener struct{ Network, String string }
	value, err := json.Marshal(map[string]any{address: map[string]any{
		"Protocol": config.Protocol, "ProtocolVersion": p.client.NegotiatedVersion(), "Pid": config.Pid,
		// Terraform leaves the process running when it ends.
		"Test": true,
		"Addr": listener{config.Addr.Network(), config.Addr.String()},
	}})
	return string(value), err
}

// peakMemory returns the most memory that the process has held at once, in bytes, or 0 on other
// systems than Linux, which do not report it.
func (p *process) peakMemory() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.client.ReattachConfig().Pid)) //nolint:gosec // of a number
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	for line := range bytes.Lines(status) {
		var kilobytes int64
		if n, _ := fmt.Sscanf(string(line), "VmHWM: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10, nil
		}
	}
	return 0, err
}
