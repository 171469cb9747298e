package provider

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// TestInstall does what somebody new does: make install, then init and apply of the README's
// configuration as it stands there. The home directory is empty, no CLI configuration is named, and
// a request to a registry would end at the test's proxy, which reports it.
func TestInstall(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("make's recipes need a POSIX shell")
	}
	home := t.TempDir()
	install := exec.CommandContext(t.Context(), "make", "-C", "../..", "install")
	install.Env = append(atHome(os.Environ(), home), goCaches(t)...)
	if output, err := install.CombinedOutput(); err != nil {
		t.Fatalf("make install: %v\n%s", err, output)
	}

	cloud := startCloud(t)
	run := exampleNamed(t, "README.md").workspace(t, newTerraform(t), cloud)
	run.env = atHome(run.env, home)
	run.want(t, 0, "terraform", "init", "-no-color", "-input=false")
	locked := run.lock(t)
	run.want(t, 0, "terraform", "apply", "-auto-approve", "-no-color", "-input=false")
	run.checkOutputs(t)
	if cloud.Count(emulator.CallListing) == 0 {
		t.Error("the configuration reads no jobs")
	}

	// Without the lock, so that the mirror alone decides.
	if err := os.Remove(filepath.Join(run.dir, ".terraform.lock.hcl")); err != nil {
		t.Fatal(err)
	}
	run.want(t, 0, "terraform", "providers", "lock", "-no-color", "-fs-mirror="+filepath.Join(home, ".terraform.d", "plugins"))
	if again := run.lock(t); again != locked {
		t.Errorf("init locks %q, and providers lock %q", locked, again)
	}
}

// lock returns version and hash of the provider in the lock file.
func (w *workspace) lock(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, ".terraform.lock.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	match := regexp.MustCompile(`/metastudio/metastudio" \{\s*version\s*= "(\S+)"[^}]*"(h1:\S+)"`).FindStringSubmatch(string(text))
	if match == nil {
		t.Fatalf("the lock file is\n%s", text)
	}
	return match[1] + " " + match[2]
}

// atHome returns the environment with another home directory, and without what a make that runs the
// test, or a test, puts into it.
func atHome(env []string, home string) []string {
	elsewhere := regexp.MustCompile(`^(HOME|XDG_\w+|MAKE\w*|MFLAGS|VERSION|PLUGINS_DIR|TF_CLI_CONFIG_FILE)=`)
	return append(slices.DeleteFunc(slices.Clone(env), elsewhere.MatchString), "HOME="+home)
}

// goCaches are variables that keep Go's caches where they are, whatever the home directory is.
func goCaches(t *testing.T) []string {
	t.Helper()
	names := []string{"GOCACHE", "GOMODCACHE", "GOPATH"}
	output, err := exec.CommandContext(t.Context(), "go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	values := strings.Split(strings.TrimSpace(string(output)), "\n")
	if len(values) != len(names) {
		t.Fatalf("go env prints %q", output)
	}
	for i, name := range names {
		values[i] = name + "=" + values[i]
	}
	return values
}
