//go:build unix

package provider

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
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

// Nothing that a configuration names is read otherwise.
func TestConfiguredFilesAreRegular(t *testing.T) {
	t.Parallel()
	m := providerOn(nil, nil)
	m.host.readFile = readRegularFile
	cert, key := newAuthority(t, "one").issue(t)
	for name, block := range map[string]texts{
		"shared_config_file": {"shared_config_file": "/dev/zero"},
		"cacert_file":        {"cacert_file": "/dev/zero"},
		"cert":               {"cert": "/dev/zero", "key": key},
		"key":                {"cert": cert, "key": "/dev/zero"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := resolve(m.host, block.model())
			if len(diags) != 1 || !strings.Contains(diags[0].Detail(), "it is not a regular file") {
				t.Errorf("the problems are %q", problemLines(diags))
			}
		})
	}
	t.Run("id_token_file", func(t *testing.T) {
		t.Parallel()
		model := texts{"region": "cn-north-4"}.model()
		model.AssumeRoleWithOIDC = []assumeRoleWithOIDCModel{{IdpID: types.StringValue("idp"), IDTokenFile: types.StringValue("/dev/zero")}}
		if err := readOn(t, m, model); !strings.Contains(fmt.Sprint(err), "it is not a regular file") {
			t.Errorf("the error is %v", err)
		}
	})
}
