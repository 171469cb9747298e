package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
)

// servingVariable makes this test binary the provider itself, which logs when it is told to.
const servingVariable = "METASTUDIO_TEST_SERVING"

const (
	unsolicited = "Unsolicited response received on idle HTTP channel"
	logged      = "logged"
)

func TestMain(m *testing.M) {
	if os.Getenv(servingVariable) == "" {
		os.Exit(m.Run())
	}
	own := os.Stderr // serving replaces it
	go func() {
		if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err == nil {
			log.Print(unsolicited) //nolint:forbidigo // as net/http does
			fmt.Fprintln(own, logged)
		}
	}()
	main()
}

// TestNothingIsLoggedWhileServing: what net/http logs does not reach Terraform.
func TestNothingIsLoggedWhileServing(t *testing.T) {
	t.Parallel()
	process := exec.CommandContext(t.Context(), os.Args[0])
	process.Env = append(os.Environ(), servingVariable+"=yes", "PLUGIN_PROTOCOL_VERSIONS=6",
		// Source: plugin-go, the handshake of every provider.
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
	in, inErr := process.StdinPipe()
	out, outErr := process.StdoutPipe()
	printed, printedErr := process.StderrPipe()
	for _, err := range []error{inErr, outErr, printedErr, process.Start()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait() // killed
	})
	handshake, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(handshake, "1|6|") {
		t.Fatalf("the handshake is %q, %v", handshake, err)
	}
	if _, err := fmt.Fprintln(in); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(printed)
	for lines.Scan() && lines.Text() != logged {
		if strings.Contains(lines.Text(), unsolicited) {
			t.Errorf("printed: %s", lines.Text())
		}
	}
	if lines.Text() != logged {
		t.Errorf("the last line is %q", lines.Text())
	}
}

func TestStamp(t *testing.T) {
	t.Parallel()
	installed := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}
	checkedOut := &debug.BuildInfo{
		Main:     debug.Module{Version: "(devel)"},
		Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}},
	}
	for _, test := range []struct {
		name                    string
		version, commit         string
		info                    *debug.BuildInfo
		wantVersion, wantCommit string
	}{
		{"released", "1.0.0", "def", checkedOut, "1.0.0", "def"},
		{"installed by go install", "", "", installed, "v1.2.3", "unknown commit"},
		{"built in a work tree", "", "", checkedOut, "dev", "abc"},
		{"without build information", "", "", nil, "dev", "unknown commit"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			gotVersion, gotCommit := stamp(test.version, test.commit, test.info)
			if gotVersion != test.wantVersion || gotCommit != test.wantCommit {
				t.Errorf("got %q, %q, want %q, %q", gotVersion, gotCommit, test.wantVersion, test.wantCommit)
			}
		})
	}
}
