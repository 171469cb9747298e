package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// plugin is a provider's process, started as Terraform starts it.
// See https://github.com/hashicorp/go-plugin/blob/main/docs/internals.md.
type plugin struct {
	command          *exec.Cmd
	protocol         int
	network, address string
}

// startPlugin starts a provider and reads the line with which it says where it
// listens.
func startPlugin(ctx context.Context, binary string, environment ...string) (*plugin, error) {
	command := exec.CommandContext(ctx, binary)
	command.Env = append(append(os.Environ(),
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=5,6",
	), environment...)
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	p := &plugin{command: command}
	line, err := bufio.NewReader(output).ReadString('\n')
	fields := strings.Split(strings.TrimSpace(line), "|")
	if err == nil && len(fields) < 5 {
		err = fmt.Errorf("%s begins with %q", binary, line)
	}
	if err == nil {
		p.network, p.address = fields[2], fields[3]
		p.protocol, err = strconv.Atoi(fields[1])
	}
	if err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

func (p *plugin) stop() {
	_ = p.command.Process.Kill()
	_ = p.command.Wait() // says that it was killed
}

// schema asks for the provider's schema, by one gRPC call written by hand: the
// bytes of the answer are all that matters.
func (p *plugin) schema(ctx context.Context) error {
	method := "tfplugin6.Provider/GetProviderSchema"
	if p.protocol == 5 {
		method = "tfplugin5.Provider/GetSchema"
	}
	const empty = "\x00\x00\x00\x00\x00" // not compressed, no bytes
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://plugin/"+method, strings.NewReader(empty))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/grpc")
	req.Header.Set("Te", "trailers")

	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{
		Protocols: &protocols,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, p.network, p.address)
		},
	}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err != nil {
		return err
	}
	if status := resp.Trailer.Get("Grpc-Status"); status != "0" || n <= int64(len(empty)) {
		return fmt.Errorf("%s: %d bytes, status %q: %s", method, n, status, resp.Trailer.Get("Grpc-Message"))
	}
	return nil
}

// reattach is the value of TF_REATTACH_PROVIDERS with which Terraform uses this
// process instead of starting one.
func (p *plugin) reattach(address string) (string, error) {
	type listener struct{ Network, String string }
	value, err := json.Marshal(map[string]any{address: map[string]any{
		"Protocol": "grpc", "ProtocolVersion": p.protocol, "Pid": p.command.Process.Pid, "Test": true,
		"Addr": listener{p.network, p.address},
	}})
	return string(value), err
}

// peakMemory returns the most memory that the process has held at once, in
// bytes. It looks where only Linux tells it; elsewhere it is not known, and 0.
func (p *plugin) peakMemory() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
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
