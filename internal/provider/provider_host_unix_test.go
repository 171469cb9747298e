//go:build unix

package provider

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A FIFO that nobody writes would keep the reader waiting, and a device has no end.
func TestReadRegularFileThatIsNoRegularFile(t *testing.T) {
	t.Parallel()
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{fifo, "/dev/zero"} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			if _, err := readRegularFile(name); err == nil || !strings.Contains(err.Error(), name+": it is not a regular file") {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
