package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

// builtEngines returns a directory in which every engine seems to be built.
func builtEngines(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, engine := range engines.All() {
		program := filepath.Join(dir, engine.Name(), engine.Binary())
		if runtime.GOOS == "windows" {
			program += ".exe"
		}
		if err := os.MkdirAll(filepath.Dir(program), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(program, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestBuildNamed(t *testing.T) {
	t.Parallel()
	dir := builtEngines(t)
	for _, test := range []struct {
		names []string
		want  int
	}{{nil, len(engines.All())}, {[]string{"terraform"}, 1}, {[]string{"terraform-1.5.7", "opentofu"}, 2}} {
		var stdout bytes.Buffer
		if err := run(t.Context(), append([]string{"build", "-dir", dir}, test.names...), &stdout); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(stdout.String(), "\n"); got != test.want {
			t.Errorf("%q prints %d paths, want %d", test.names, got, test.want)
		}
	}
}

// TestRunTests runs, instead of scripts/with-terraform.sh, a script that prints the events of
// tests.
func TestRunTests(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a POSIX shell")
	}
	dir := builtEngines(t)
	t.Chdir(t.TempDir())
	if err := os.Mkdir("scripts", 0o700); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\ncat <<'END'\n" + passingEvents + "END\n"
	if err := os.WriteFile(filepath.Join("scripts", "with-terraform.sh"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		flags []string
		want  []engines.Engine
	}{{nil, engines.Bounds()}, {[]string{"-full"}, engines.All()}} {
		var stdout bytes.Buffer
		if err := run(t.Context(), append(append([]string{"test", "-dir", dir}, test.flags...), "./..."), &stdout); err != nil {
			t.Fatal(err)
		}
		table, _, _ := strings.Cut(stdout.String(), " skips ")
		// The first line is the heading, and the last one begins the list of what was skipped.
		if got := strings.Count(table, "\n") - 1; got != len(test.want) {
			t.Errorf("%q tests %d engines, want %d:\n%s", test.flags, got, len(test.want), table)
		}
	}
}
