package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

// builder builds engines from their modules, as the Go module proxy has them.
//
// Terraform from 1.6 on is under the Business Source License. It is built to test the provider
// with, on the machine that tests, and is never shipped: neither an archive of a release nor a
// workflow's artifact may contain what is built here.
type builder struct {
	// dir gets a folder for each engine.
	dir string
	log io.Writer
	// env is added to the environment of go.
	env []string
}

// build builds an engine, unless that was done before, and returns the absolute path of its
// program.
func (b builder) build(ctx context.Context, engine engines.Engine) (string, error) {
	program := filepath.Join(b.dir, engine.Name(), engine.Binary())
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	program, err := filepath.Abs(program)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	start := time.Now()
	fmt.Fprintf(b.log, "Building %s from its source, once. This takes minutes...\n", engine)
	if err := b.buildProgram(ctx, engine, program); err != nil {
		return "", fmt.Errorf("build %s: %w", engine, err)
	}
	fmt.Fprintf(b.log, "Built %s in %s\n", program, time.Since(start).Round(time.Second))
	return program, nil
}

func (b builder) buildProgram(ctx context.Context, engine engines.Engine, program string) error {
	cached, err := b.download(ctx, engine)
	if err != nil {
		return err
	}
	// The engine's replace and godebug directives only count in the main module, and the module
	// cache is read-only. So a copy is built.
	work, err := os.MkdirTemp("", engine.Name()+"-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	source := filepath.Join(work, "source")
	if err := os.CopyFS(source, os.DirFS(cached)); err != nil {
		return err
	}
	if err := leaveOutBackends(source); err != nil {
		return err
	}

	if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
		return err
	}
	// Only a finished build gets the final name.
	unfinished := fmt.Sprintf("%s.%d", program, os.Getpid())
	defer os.Remove(unfinished)
	// Without version.dev=no an engine calls itself a development version.
	flags := "-s -w -X " + engine.Module() + "/version.dev=no"
	if _, err := b.goCommand(ctx, source, "build", "-trimpath", "-ldflags", flags, "-o", unfinished, engine.Package()); err != nil {
		return err
	}
	return os.Rename(unfinished, program)
}

// download downloads the engine's module, compares its sum with the pinned one, and returns its
// folder in the module cache.
func (b builder) download(ctx context.Context, engine engines.Engine) (string, error) {
	output, err := b.goCommand(ctx, "", "mod", "download", "-json", engine.Module()+"@v"+engine.Version)
	if err != nil {
		return "", err
	}
	var module struct {
		Dir string `json:"Dir"`
		Sum string `json:"Sum"`
	}
	if err := json.Unmarshal(output, &module); err != nil {
		return "", err
	}
	if module.Sum != engine.Sum {
		return "", fmt.Errorf("the sum of its module is %s, not %s", module.Sum, engine.Sum)
	}
	return module.Dir, nil
}

// goCommand runs go in a folder and returns what it prints. Settings for building the provider,
// such as GOFLAGS, are not passed on.
func (b builder) goCommand(ctx context.Context, dir string, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	command.Env = append(append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0"), b.env...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s%s", args[0], err, stderr.String(), output)
	}
	return output, nil
}

// remoteBackend matches the import of a remote backend, with the name under which it is imported.
var remoteBackend = regexp.MustCompile(`(?m)^\s*(backend\w+) ".*/internal/backend/remote-state/(\w+)"$`)

// leaveOutBackends removes the remote backends from the engine, except "http" and "inmem". Tests
// keep their state in files, and to build the libraries of the backends would take most of the
// time. In Terraform 1.10 and later they are nested modules, which the archive of the engine's
// module lacks.
func leaveOutBackends(source string) error {
	name := filepath.Join(source, "internal", "backend", "init", "init.go")
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var aliases []string
	for _, match := range remoteBackend.FindAllStringSubmatch(string(text), -1) {
		if match[2] != "http" && match[2] != "inmem" {
			aliases = append(aliases, match[1])
		}
	}
	if len(aliases) == 0 {
		return errors.New("no backends were found in " + name)
	}
	lines := regexp.MustCompile(`(?m)^.*\b(` + strings.Join(aliases, "|") + `)\b.*\n`)
	return os.WriteFile(name, lines.ReplaceAll(text, nil), 0o600)
}
