package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

// passingEvents are those of a run in which tests pass and one is skipped.
const passingEvents = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestPasses"}
{"Action":"output","Package":"p","Test":"TestPasses","Output":"    a_test.go:1: quiet\n"}
{"Action":"pass","Package":"p","Test":"TestPasses"}
{"Action":"run","Package":"p","Test":"TestSkips"}
{"Action":"output","Package":"p","Test":"TestSkips","Output":"=== RUN   TestSkips\n"}
{"Action":"output","Package":"p","Test":"TestSkips","Output":"    a_test.go:2: needs OpenTofu 1.9\n"}
{"Action":"output","Package":"p","Test":"TestSkips","Output":"--- SKIP: TestSkips (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestSkips"}
{"Action":"run","Package":"p","Test":"TestGroup"}
{"Action":"run","Package":"p","Test":"TestGroup/good"}
{"Action":"pass","Package":"p","Test":"TestGroup/good"}
{"Action":"pass","Package":"p","Test":"TestGroup"}
{"Action":"output","Package":"p","Output":"ok p\n"}
{"Action":"pass","Package":"p"}
`

// failingEvents are those of one more test, which fails.
const failingEvents = `{"Action":"run","Package":"p","Test":"TestFails"}
{"Action":"output","Package":"p","Test":"TestFails","Output":"    a_test.go:3: what went wrong\n"}
{"Action":"fail","Package":"p","Test":"TestFails"}
`

func TestReadEvents(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	result, err := readEvents(strings.NewReader(passingEvents+failingEvents+"no event\n"), &log)
	if err != nil {
		t.Fatal(err)
	}
	if result.passed != 2 || result.failed != 1 {
		t.Errorf("%d passed and %d failed, want 2 and 1", result.passed, result.failed)
	}
	if diff := cmp.Diff(map[string]int{"needs OpenTofu 1.9": 1}, result.skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("ok p\n    a_test.go:3: what went wrong\nno event\n", log.String()); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}
}

// TestReadEventsOfAParent counts a test with subtests if it fails although these pass.
func TestReadEventsOfAParent(t *testing.T) {
	t.Parallel()
	parent := `{"Action":"pass","Package":"p","Test":"TestGroup"}`
	result, err := readEvents(strings.NewReader(strings.Replace(passingEvents, parent, strings.Replace(parent, "pass", "fail", 1), 1)), &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	if result.passed != 2 || result.failed != 1 {
		t.Errorf("%d passed and %d failed, want 2 and 1", result.passed, result.failed)
	}
}

// TestTestThrough runs, instead of tests, a program that prints their events.
func TestTestThrough(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("needs a POSIX shell")
	}
	builder := builder{dir: t.TempDir(), log: &bytes.Buffer{}}
	oldest, newest := engines.Oldest(engines.Terraform), engines.Newest(engines.OpenTofu)
	for _, engine := range []engines.Engine{oldest, newest} {
		program := filepath.Join(builder.dir, engine.Name(), engine.Binary())
		if err := os.MkdirAll(filepath.Dir(program), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(program, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	both := []engines.Engine{oldest, newest}
	// Fails for OpenTofu, whose path the program finds in TF_BIN.
	command := []string{"sh", "-c", `printf %s "$1"; case $TF_BIN in */tofu) printf %s "$2"; exit 1 ;; esac`, "sh", passingEvents, failingEvents}
	nothing := []string{"true"}
	for _, test := range []struct {
		name    string
		engines []engines.Engine
		command []string
		want    string
		ok      bool
	}{
		{
			"one engine passes and one fails", both, command, `
ENGINE PASSED FAILED SKIPPED TIME
{terraform} 2 0 1 0s
{opentofu} 2 1 1 0s FAIL
{terraform} skips 1: needs OpenTofu 1.9
{opentofu} skips 1: needs OpenTofu 1.9
`, false,
		},
		{
			"every engine passes", both[:1], command, `
ENGINE PASSED FAILED SKIPPED TIME
{terraform} 2 0 1 0s
{terraform} skips 1: needs OpenTofu 1.9
`, true,
		},
		{
			"no test runs", both[:1], nothing, `
ENGINE PASSED FAILED SKIPPED TIME
{terraform} 0 0 0 0s FAIL
`, false,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var stdout bytes.Buffer
			err := testThrough(t.Context(), builder, test.engines, test.command, &stdout)
			if (err == nil) != test.ok {
				t.Errorf("the error is %v", err)
			}
			got := regexp.MustCompile(` +`).ReplaceAllString(stdout.String(), " ")
			got = regexp.MustCompile(`(?m) \d+s`).ReplaceAllString(got, " 0s")
			got = regexp.MustCompile(`(?m) $`).ReplaceAllString(got, "")
			want := strings.NewReplacer("{terraform}", oldest.String(), "{opentofu}", newest.String()).Replace(test.want)
			if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got); diff != "" {
				t.Errorf("the table (-want +got):\n%s", diff)
			}
		})
	}
}

func TestGoTest(t *testing.T) {
	t.Parallel()
	got := fmt.Sprint(goTest("^TestX$", []string{"./a", "./b"}))
	if want := "[scripts/with-terraform.sh go test -json -count=1 -timeout=20m -run ^TestX$ ./a ./b]"; got != want {
		t.Errorf("the command is %s, want %s", got, want)
	}
	if got := fmt.Sprint(goTest("", []string{"./a"})); strings.Contains(got, "-run") {
		t.Errorf("without a pattern, the command is %s", got)
	}
}
