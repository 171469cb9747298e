package provider

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// maxFileBytes is the largest file that the configuration may name. Certificates, profiles and id
// tokens have a few kilobytes.
const maxFileBytes = 1 << 20

// providerHost is what the provider takes from the machine that it runs on.
type providerHost struct {
	getenv   func(name string) string
	readFile func(name string) (hostFile, error)
	homeDir  func() (string, error)
	now      func() time.Time
	// metadataURL is the instance metadata service; "" is the one of an ECS instance.
	metadataURL string
}

// hostFile is a file that was read.
type hostFile struct {
	data []byte
	// othersMayWrite reports whether others than the owner may change the file.
	othersMayWrite bool
}

// newHost returns the machine that this process runs on.
func newHost() providerHost {
	return providerHost{getenv: os.Getenv, readFile: readRegularFile, homeDir: os.UserHomeDir, now: time.Now}
}

// readRegularFile reads a regular file of at most maxFileBytes. Opening a FIFO would wait until
// somebody writes to it, and a device may have no end.
func readRegularFile(name string) (hostFile, error) {
	info, err := os.Stat(name)
	if err != nil {
		return hostFile{}, err
	}
	if err := checkFile(info); err != nil {
		return hostFile{}, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	opened, err := os.Open(name) //nolint:gosec // the configuration names it
	if err != nil {
		return hostFile{}, err
	}
	defer opened.Close()
	data, err := io.ReadAll(io.LimitReader(opened, maxFileBytes+1))
	switch {
	case err != nil:
		return hostFile{}, err
	case len(data) > maxFileBytes: // a file may hold more than its reported size
		return hostFile{}, &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("it has more than %d bytes", maxFileBytes)}
	}
	// Windows has no such bits, and Go makes them up.
	const groupOrOthers fs.FileMode = 0o022
	return hostFile{data: data, othersMayWrite: runtime.GOOS != "windows" && info.Mode()&groupOrOthers != 0}, nil
}

func checkFile(info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return errors.New("it is a directory")
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	}
	return nil
}

// expandHome replaces a leading ~/ by the home directory.
func (h providerHost) expandHome(name string) (string, error) {
	rest, ok := strings.CutPrefix(name, "~/")
	if !ok {
		return name, nil
	}
	home, err := h.homeDir()
	return filepath.Join(home, rest), err
}

// readBytes returns the contents of a file.
func (h providerHost) readBytes(name string) ([]byte, error) {
	read, err := h.readFile(name)
	return read.data, err
}
