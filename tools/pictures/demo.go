package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// variable matches what may differ between two runs of the same demo: the version of Terraform; the
// number of the provider's requests, since they are sent in parallel while the list changes; the
// port of the service; and the ID of a request.
var variable = regexp.MustCompile(`(Terraform|OpenTofu) v\S+|this provider +\d+ requests, \d+ jobs|127\.0\.0\.1:\d+|Request ID: \w+`)

// errorHeading is where the demo's last part begins. The picture ends before it; the README has the
// error as text.
const errorHeading = "With a mistyped secret key:"

// normalized returns the demo's output without what differs between runs.
func normalized(output []byte) string { return variable.ReplaceAllString(string(output), "…") }

// demo draws what the demo has printed. The stored output is only replaced if the new one differs
// in more than the variable parts.
func (p *pictures) demo(ctx context.Context, printed string) error {
	path := p.asset("demo.txt")
	output, err := os.ReadFile(printed)
	if err != nil {
		return fmt.Errorf("the demo's output: %w", err)
	}
	stored, err := os.ReadFile(path)
	switch {
	case err == nil && normalized(stored) == normalized(output):
		output = stored
	case p.check:
		return fmt.Errorf("%s is not what the demo prints; run 'make pictures'", path)
	}
	if err := p.put(path, output); err != nil {
		return err
	}
	before, _, found := bytes.Cut(output, []byte(errorHeading))
	if !found {
		return fmt.Errorf("%s does not show %q", path, errorHeading)
	}
	svg, err := freeze(ctx, before)
	if err != nil {
		return err
	}
	return p.put(p.asset("demo.svg"), svg)
}

// escapesAtEnd matches the beginning of a style whose text was cut off.
var escapesAtEnd = regexp.MustCompile(`\s*(\x1b\[[0-9;]*m)?\s*$`)

// freeze returns a terminal's output as a picture. The background is dark on light pages too, as in
// most terminals.
func freeze(ctx context.Context, output []byte) ([]byte, error) {
	work, err := os.MkdirTemp("", "pictures-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	text, svg := filepath.Join(work, "demo.txt"), filepath.Join(work, "demo.svg")
	if err := os.WriteFile(text, escapesAtEnd.ReplaceAll(output, nil), 0o600); err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, "go", "tool", "freeze", text, "--output", svg,
		"--config", "base", "--language", "ansi", "--font.family", "monospace", "--font.size", "14",
		"--window", "--padding", "20", "--border.radius", "8", "--background", "#171717")
	if message, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("freeze: %w\n%s", err, message)
	}
	return os.ReadFile(svg)
}
