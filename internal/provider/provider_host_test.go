package provider

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestReadRegularFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, size int, mode os.FileMode) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name, mode); err != nil { // not held back by the umask
			t.Fatal(err)
		}
		return name
	}
	for _, test := range []struct {
		name, file     string
		want           string // what the error holds; "" is none
		bytes          int
		othersMayWrite bool
	}{
		{name: "private", file: write("private", 3, 0o600), bytes: 3},
		{name: "readable by others", file: write("readable", 3, 0o644), bytes: 3},
		{name: "writable by the group", file: write("group", 3, 0o660), bytes: 3, othersMayWrite: true},
		{name: "writable by others", file: write("others", 3, 0o602), bytes: 3, othersMayWrite: true},
		{name: "as large as can be", file: write("largest", maxFileBytes, 0o600), bytes: maxFileBytes},
		{name: "too large", file: write("larger", maxFileBytes+1, 0o600), want: "it has more than 1048576 bytes"},
		{name: "directory", file: dir, want: "it is a directory"},
		{name: "none", file: filepath.Join(dir, "none"), want: "no such file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS == "windows" && (test.othersMayWrite || test.name == "none") {
				t.Skip("Windows has no such permissions, and another text for a file that is not there")
			}
			read, err := readRegularFile(test.file)
			switch {
			case test.want != "":
				if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.file) {
					t.Errorf("the error is %v, want the file's name and %q", err, test.want)
				}
			case err != nil:
				t.Error(err)
			case len(read.data) != test.bytes || read.othersMayWrite != test.othersMayWrite:
				t.Errorf("%d bytes, others may write: %t", len(read.data), read.othersMayWrite)
			}
		})
	}
}
