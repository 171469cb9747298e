package provider

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wrongArguments are wrong in one way each, in a list of jobs.
var wrongArguments = []string{
	// Times
	`create_since = "2025-01-01"`,
	`create_until = "2025-01-01T08:00:00"`,
	`update_since = "2025-01-01T08:00:00+0800"`,
	`update_until = ""`,
	`create_since = "1735689600"`,
	`create_until = 1735689600000`,
	`update_since = "2025-01-01 08:00:00+08:00"`,
	`update_until = "yesterday"`,
	`create_since = "2025-13-01T00:00:00Z"`,
	`create_until = "9999-12-31T23:59:59-12:00"`,
	"create_since = \"2026-01-02T00:00:00Z\"\n  create_until = \"2026-01-01T00:00:00Z\"",
	"update_since = \"2026-01-01T00:00:01+01:00\"\n  update_until = \"2025-12-31T23:00:00Z\"",
	"create_since = \"2026-01-01T00:00:00.2Z\"\n  create_until = \"2026-01-01T00:00:00.8Z\"",
	// States
	`state = []`,
	`state = [""]`,
	`state = [null]`,
	`state = ["TRAINING,JOB_SUCCESS"]`,
	`state = [for n in range(120) : "LONG_STATE_${n}"]`,
	// Names
	`sort_key = "created_time"`,
	`sort_key = "name"`,
	`sort_key = ""`,
	`sort_dir = "ASC"`,
	`sort_dir = "up"`,
	// Texts
	`name = ""`,
	`name = join("", [for n in range(257) : "x"])`,
	`query_project_id = ""`,
	`batch_name = join("", [for n in range(257) : "训"])`,
	`tag = ""`,
	`job_id = ""`,
	`job_id = join("", [for n in range(65) : "x"])`,
	`model_resolution = ""`,
	`train_location = ""`,
	`app_user_id = ""`,
	`app_user_id = "用户"`,
	`app_user_id = "user "`,
	`app_user_id = join("", [for n in range(257) : "x"])`,
	`region = ""`,
	`region = "evil.example.com/"`,
	`project_id = ""`,
	`project_id = "../iam"`,
	`project_id = join("", [for n in range(65) : "x"])`,
	// Numbers
	`limit = 1.5`,
	`limit = 0`,
	`limit = 2147483648`,
	`limit = 1e30`,
	`offset = -1`,
	`offset = 0.5`,
	// Time limits
	`timeouts = { read = "soon" }`,
	`timeouts = { read = "5" }`,
	`timeouts = { read = "" }`,
	`timeouts = { read = "0s" }`,
	`timeouts = { read = "-5m" }`,
	// Unknown names are a warning.
	`state = ["TRAIN_SUCCEESS", "training", "BRAND_NEW", "JOB_SUCCESS"]`,
	`model_resolution = "4k"`,
	`model_resolution = "8K"`,
	`region = "cn-north-1"`,
	"state = [\"JOB_FINISHD\"]\n  model_resolution = \"1080p\"\n  region = \"eu-west-101\"",
}

// wrongJobArguments are wrong in one way each, in a single job.
var wrongJobArguments = []string{
	`job_id = ""`,
	`job_id = "a/b"`,
	"job_id = \"a\"\n  timeouts = { read = \"0\" }",
	"job_id = \"a\"\n  region = \"cn-north-9\"",
}

// wrongSettings are wrong in one way each, in a provider block.
var wrongSettings = []string{
	`max_retries = -1`,
	`max_retries = 1.5`,
	`max_requests_per_second = 0`,
	`max_requests_per_second = 1e-300`,
	`max_requests_per_second = 0.009`,
	`max_requests_per_second = 1000001`,
	"assume_role {\n    duration = 60\n  }",
	"assume_role_with_oidc {\n    duration = 86401\n  }",
	"assume_role_with_oidc {}\n  assume_role_with_oidc {}",
}

// rightArguments lie at the limits of what is accepted.
var rightArguments = []string{
	`limit = 1`,
	`limit = 2147483647`,
	`offset = 0`,
	`name = join("", [for n in range(256) : "训"])`,
	`job_id = join("", [for n in range(64) : "x"])`,
	`app_user_id = "a b"`,
	`app_user_id = join("", [for n in range(256) : "x"])`,
	`project_id = join("", [for n in range(64) : "x"])`,
	`state = [for n in range(64) : "TRAINING"]`,
	`timeouts = { read = "1ms" }`,
	`timeouts = {}`,
	"create_since = \"2026-01-01T00:00:00.5Z\"\n  create_until = \"2026-01-01T00:00:01Z\"",
	`model_resolution = "4K"`,
	`region = "ap-southeast-3"`,
}

// rightSettings lie at the limits of what is accepted.
var rightSettings = []string{
	`max_retries = 0`,
	`max_requests_per_second = 0.01`,
	`max_requests_per_second = 1000000`,
	"assume_role {\n    duration = 900\n  }",
}

// TestValidation holds what a real Terraform is told of each wrong value to a golden file, and each
// to one message.
func TestValidation(t *testing.T) {
	t.Parallel()
	run := validationWorkspace(t)
	var (
		config strings.Builder
		blocks []string              // in the order of the file
		texts  = map[string]string{} // what is wrong with each block
		right  = map[string]bool{}
	)
	config.WriteString("terraform {\n  required_providers {\n    metastudio = { source = \"metastudio/metastudio\" }\n  }\n}\n")
	add := func(format, argument string) string {
		label := fmt.Sprintf("n%d", len(blocks))
		block := fmt.Sprintf(format, label, argument)
		header, _, _ := strings.Cut(block, " {\n")
		if strings.HasPrefix(block, "provider ") {
			header = `provider "metastudio" # ` + label
		}
		blocks, texts[header] = append(blocks, header), argument
		config.WriteString(block)
		return header
	}
	const (
		list     = "data \"metastudio_avatar_training_jobs\" %q {\n  %s\n}\n"
		job      = "data \"metastudio_avatar_training_job\" %q {\n  %s\n}\n"
		provider = "provider \"metastudio\" {\n  alias = %[1]q\n  %[2]s\n}\n" +
			// Terraform looks at no provider block that nothing uses.
			"data \"metastudio_avatar_training_job\" %[1]q {\n  provider = metastudio.%[1]s\n  job_id = \"a\"\n}\n"
	)
	for _, argument := range wrongArguments {
		add(list, argument)
	}
	for _, argument := range wrongJobArguments {
		add(job, argument)
	}
	for _, argument := range rightArguments {
		right[add(list, argument)] = true
	}
	for _, argument := range wrongSettings {
		add(provider, argument)
	}
	for _, argument := range rightSettings {
		right[add(provider, argument)] = true
	}
	if err := os.WriteFile(filepath.Join(run.dir, "main.tf"), []byte(config.String()), 0o600); err != nil {
		t.Fatal(err)
	}

	told := map[string][]string{}
	for _, diagnostic := range run.validate(t, 1) {
		header := diagnostic.header(config.String())
		told[header] = append(told[header], diagnostic.String())
	}
	var got strings.Builder
	for _, block := range blocks {
		want := 1
		if right[block] {
			want = 0
		}
		if len(told[block]) != want {
			t.Errorf("%d messages, want %d, about\n  %s\n%s", len(told[block]), want, texts[block], strings.Join(told[block], "\n"))
		}
		if want == 1 {
			kind, _, _ := strings.Cut(block, " \"n")
			kind, _, _ = strings.Cut(kind, " #")
			fmt.Fprintf(&got, "---- %s\n  %s\n\n%s\n", kind, texts[block], strings.Join(told[block], "\n"))
		}
	}
	equalsGolden(t, "testdata/validation.golden", got.String())
}

// validationWorkspace returns an empty folder for a Terraform with nothing configured.
func validationWorkspace(t *testing.T) *workspace {
	t.Helper()
	tf := newTerraform(t)
	return &workspace{tf: tf, dir: t.TempDir(), env: append(cleanEnvironment(),
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+tf.cliConfig)}
}

// validateDiagnostic is a message of terraform validate -json.
type validateDiagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Range    struct {
		Start struct {
			Line int `json:"line"`
		} `json:"start"`
	} `json:"range"`
	Snippet struct {
		Code string `json:"code"`
	} `json:"snippet"`
}

func (d *validateDiagnostic) String() string {
	return fmt.Sprintf("%s: %s\n  at: %s\n%s\n", d.Severity, d.Summary, strings.TrimSpace(d.Snippet.Code), d.Detail)
}

// header returns the first line of the block that the message is about, and the alias of a provider
// block.
func (d *validateDiagnostic) header(config string) string {
	lines := strings.Split(config, "\n")
	at := d.Range.Start.Line - 1
	for !strings.HasPrefix(lines[at], "data ") && !strings.HasPrefix(lines[at], "provider ") {
		at--
	}
	header, _, _ := strings.Cut(lines[at], " {")
	if _, alias, ok := strings.Cut(lines[at+1], "alias = "); ok {
		header += " # " + strings.Trim(alias, `"`)
	}
	return header
}

// validate runs terraform validate and returns its messages about the configuration.
func (w *workspace) validate(t *testing.T, code int) []validateDiagnostic {
	t.Helper()
	printed := w.want(t, code, "terraform", "validate", "-json")
	var result struct {
		Diagnostics []validateDiagnostic `json:"diagnostics"`
	}
	if err := json.Unmarshal([]byte(printed), &result); err != nil {
		t.Fatalf("%v in %s", err, printed)
	}
	var diagnostics []validateDiagnostic
	for _, diagnostic := range result.Diagnostics {
		if diagnostic.Summary != "Provider development overrides are in effect" {
			diagnostics = append(diagnostics, diagnostic)
		}
	}
	return diagnostics
}
