package main

import (
	"bytes"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"

	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

// engineFiles are a small engine with the shape of a real one: a backend in a nested module that
// its archive lacks, and settings that count only in the main module.
var engineFiles = map[string]string{
	"go.mod": `module github.com/hashicorp/terraform

go 1.26

godebug winsymlink=0

require github.com/hashicorp/terraform/internal/backend/remote-state/s3 v0.0.0-00010101000000-000000000000

replace github.com/hashicorp/terraform/internal/backend/remote-state/s3 => ./internal/backend/remote-state/s3
`,
	"main.go": `package main

import (
	"fmt"
	"runtime/debug"

	backendInit "github.com/hashicorp/terraform/internal/backend/init"
	"github.com/hashicorp/terraform/version"
)

func main() {
	info, _ := debug.ReadBuildInfo()
	for _, setting := range info.Settings {
		if setting.Key == "DefaultGODEBUG" {
			fmt.Println(version.Dev(), backendInit.Names, setting.Value)
		}
	}
}
`,
	"version/version.go": `package version

var dev = "yes"

func Dev() string { return dev }
`,
	"internal/backend/init/init.go": `package init

import (
	backendInmem "github.com/hashicorp/terraform/internal/backend/remote-state/inmem"
	backendS3 "github.com/hashicorp/terraform/internal/backend/remote-state/s3"
)

var Names = []string{
	backendInmem.Name,
	backendS3.Name,
}
`,
	"internal/backend/remote-state/inmem/inmem.go": "package inmem\n\nconst Name = \"inmem\"\n",
}

// serveModule makes a module proxy of files that has one version of Terraform, and returns that
// with its sum, and a builder that asks this proxy.
func serveModule(t *testing.T, files map[string]string) (engines.Engine, builder) {
	t.Helper()
	engine := engines.Engine{Product: engines.Terraform, Version: "1.99.0"}
	source, proxy := t.TempDir(), t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		write(filepath.Join(source, name), text)
	}
	base := filepath.Join(proxy, filepath.FromSlash(engine.Module()), "@v", "v"+engine.Version)
	write(base+".info", `{"Version":"v`+engine.Version+`"}`)
	write(base+".mod", files["go.mod"])
	archive, err := os.Create(base + ".zip")
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if err := zip.CreateFromDir(archive, module.Version{Path: engine.Module(), Version: "v" + engine.Version}, source); err != nil {
		t.Fatal(err)
	}
	if engine.Sum, err = dirhash.HashZip(archive.Name(), dirhash.Hash1); err != nil {
		t.Fatal(err)
	}
	return engine, builder{dir: t.TempDir(), log: io.Discard, env: []string{
		"GOPROXY=file://" + filepath.ToSlash(proxy), "GONOSUMDB=" + engine.Module(),
		// A module cache of its own, which the test can remove.
		"GOMODCACHE=" + t.TempDir(), "GOFLAGS=-modcacherw",
	}}
}

func TestBuild(t *testing.T) {
	t.Parallel()
	engine, builder := serveModule(t, engineFiles)
	program, err := builder.build(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	output, err := exec.CommandContext(t.Context(), program).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(output), "no [inmem] winsymlink=0\n"; got != want {
		t.Errorf("the engine prints %q, want %q", got, want)
	}

	var log bytes.Buffer
	builder.log = &log
	if again, err := builder.build(t.Context(), engine); err != nil || again != program {
		t.Errorf("built again, it is %q, %v", again, err)
	}
	if log.Len() > 0 {
		t.Errorf("what is there was built again: %s", &log)
	}
}

func TestBuildRefusesAnotherSum(t *testing.T) {
	t.Parallel()
	engine, builder := serveModule(t, engineFiles)
	engine.Sum = engines.Oldest(engines.Terraform).Sum
	if _, err := builder.build(t.Context(), engine); err == nil || !strings.Contains(err.Error(), "the sum of its module is h1:") {
		t.Errorf("the error is %v", err)
	}
	if built, _ := os.ReadDir(builder.dir); len(built) > 0 {
		t.Errorf("%s was built", built[0])
	}
}

func TestBuildRefusesAnEngineWithoutBackends(t *testing.T) {
	t.Parallel()
	files := maps.Clone(engineFiles)
	files["internal/backend/init/init.go"] = "package init\n\nvar Names []string\n"
	engine, builder := serveModule(t, files)
	if _, err := builder.build(t.Context(), engine); err == nil || !strings.Contains(err.Error(), "no backends were found") {
		t.Errorf("the error is %v", err)
	}
}

func TestGoCommandIgnoresTheSettingsOfTheProvider(t *testing.T) {
	t.Setenv("GOENV", "off") // no settings of "go env -w"
	t.Setenv("GOFLAGS", "-mod=vendor")
	t.Setenv("GOWORK", "")
	t.Setenv("CGO_ENABLED", "1")
	output, err := builder{}.goCommand(t.Context(), "", "env", "GOFLAGS", "GOWORK", "CGO_ENABLED")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(output), "\noff\n0\n"; got != want {
		t.Errorf("GOFLAGS, GOWORK and CGO_ENABLED are %q, want %q", got, want)
	}
}

func TestBuildSaysWhatGoSays(t *testing.T) {
	t.Parallel()
	files := maps.Clone(engineFiles)
	files["main.go"] = "package main\n\nfunc main() { undefined() }\n"
	engine, builder := serveModule(t, files)
	_, err := builder.build(t.Context(), engine)
	if err == nil || !strings.Contains(err.Error(), "build Terraform 1.99.0: go build: ") || !strings.Contains(err.Error(), "undefined: undefined") {
		t.Errorf("the error is %v", err)
	}
}
