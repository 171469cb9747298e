package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

func TestFillTemplates(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	page, other := filepath.Join(dir, "guides", "page.md.tmpl"), filepath.Join(dir, "other.md")
	if err := os.Mkdir(filepath.Dir(page), 0o700); err != nil {
		t.Fatal(err)
	}
	const text = `Runs in Terraform [[ oldest "Terraform" ]]. {{ .SchemaMarkdown }}
| [[ since "ephemeral resources" "Terraform" ]] | [[ since "ephemeral resources" "OpenTofu" ]] |
| [[ since "provider functions" "OpenTofu" ]] | [[ since "for_each in provider blocks" "Terraform" ]] |
Needs [[ needs "mocks in tests" ]].
`
	for _, name := range []string{page, other} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := fillTemplates(dir); err != nil {
		t.Fatal(err)
	}
	const filled = `Runs in Terraform 1.5. {{ .SchemaMarkdown }}
| 1.10 | 1.11 |
| all | none |
Needs Terraform 1.7 or OpenTofu 1.8.
`
	for name, want := range map[string]string{page: filled, other: text} {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", filepath.Base(name), diff)
		}
	}
}

func TestFillNamesEveryTestedVersion(t *testing.T) {
	t.Parallel()
	filled, err := fill("page", `[[ tested "OpenTofu" ]]`)
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range engines.Of(engines.OpenTofu) {
		if !strings.Contains(string(filled), engine.Version) {
			t.Errorf("%s is not in %q", engine.Version, filled)
		}
	}
	if want := " and " + engines.Newest(engines.OpenTofu).Version; !strings.HasSuffix(string(filled), want) {
		t.Errorf("%q does not end with %q", filled, want)
	}
}

func TestFillRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"unknown feature in a cell":     `[[ since "magic" "Terraform" ]]`,
		"unknown feature in a sentence": `[[ needs "magic" ]]`,
		"unknown function":              `[[ magic ]]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if filled, err := fill("page", text); err == nil {
				t.Errorf("no error, but %q", filled)
			}
		})
	}
	if err := fillTemplates(""); err == nil {
		t.Error("no directory is no error")
	}
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	if err := run(t.Context(), []string{"matrix"}, &stdout); err != nil {
		t.Fatal(err)
	}
	if strings.Count(stdout.String(), "\n") != 1 {
		t.Errorf("a workflow takes one line, not %q", &stdout)
	}
	var got map[string][]map[string]string
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	var want []map[string]string
	for _, engine := range engines.All() {
		want = append(want, map[string]string{"product": string(engine.Product), "version": engine.Version})
	}
	if diff := cmp.Diff(map[string][]map[string]string{"include": want}, got); diff != "" {
		t.Errorf("the matrix (-want +got):\n%s", diff)
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"no command":      nil,
		"unknown command": {"destroy"},
		"unknown engine":  {"build", "terraform-1.4.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := run(t.Context(), args, &bytes.Buffer{}); err == nil {
				t.Error("no error")
			}
		})
	}
}
