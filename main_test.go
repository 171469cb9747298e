package main

import (
	"runtime/debug"
	"testing"
)

func TestStamp(t *testing.T) {
	t.Parallel()
	installed := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}
	checkedOut := &debug.BuildInfo{
		Main:     debug.Module{Version: "(devel)"},
		Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}},
	}
	for _, test := range []struct {
		name                      string
		version, commit           string
		info                      *debug.BuildInfo
		wantedVersion, wantCommit string
	}{
		{"released", "1.0.0", "def", checkedOut, "1.0.0", "def"},
		{"installed by go install", "", "", installed, "v1.2.3", "unknown commit"},
		{"built in a work tree", "", "", checkedOut, "dev", "abc"},
		{"without build information", "", "", nil, "dev", "unknown commit"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			version, commit := stamp(test.version, test.commit, test.info)
			if version != test.wantedVersion || commit != test.wantCommit {
				t.Errorf("got %q, %q, want %q, %q", version, commit, test.wantedVersion, test.wantCommit)
			}
		})
	}
}
