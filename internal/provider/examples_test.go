package provider

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/metastudio/terraform-provider-metastudio/internal/client"
	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
	"github.com/metastudio/terraform-provider-metastudio/internal/engines"
)

const examplesDir = "../../examples"

// TestExamples applies every configuration under examples/ unchanged: through a Terraform of its
// own, with the provider as a process of its own, credentials from the environment, and the
// services under their real names.
func TestExamples(t *testing.T) {
	t.Parallel()
	tf := newTerraform(t)
	for _, example := range findExamples(t) {
		t.Run(example.name, func(t *testing.T) {
			t.Parallel()
			example.need(t)
			cloud := startCloud(t)
			run := example.workspace(t, tf, cloud)

			run.want(t, 0, "terraform", "apply", "-auto-approve", "-input=false", "-no-color")
			if cloud.Count(emulator.CallListing)+cloud.Count(emulator.CallDetail) == 0 {
				t.Error("the example reads no jobs")
			}
			run.checkOutputs(t)
			run.checkState(t, cloud)
			if check, ok := exampleChecks[example.name]; ok {
				check(t, run, cloud)
			}
			run.want(t, 0, "terraform", "plan", "-detailed-exitcode", "-input=false", "-no-color")
		})
	}
}

// documentedEmulator is where the emulator listens in the examples' tests.
const documentedEmulator = "http://127.0.0.1:8383"

// TestExampleTests runs the native tests of the examples that have some. Each file is alone in its
// folder, since Terraform 1.6 reads them all and refuses those with mocks.
func TestExampleTests(t *testing.T) {
	t.Parallel()
	tf := newTerraform(t)
	tests := 0
	for _, example := range findExamples(t) {
		files, err := filepath.Glob(filepath.Join(example.dir, "tests", "*.tftest.hcl"))
		if err != nil {
			t.Fatal(err)
		}
		tests += len(files)
		for _, file := range files {
			name := filepath.Base(file)
			t.Run(example.name+"/tests/"+name, func(t *testing.T) {
				t.Parallel()
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				need(t, engines.Tests)
				if strings.Contains(string(text), mockProvider) {
					need(t, engines.Mocks)
				}
				cloud := startCloud(t)
				run := example.workspace(t, tf, cloud)
				run.env = slices.DeleteFunc(run.env, func(variable string) bool { return strings.HasPrefix(variable, "TF_VAR_") })
				run.onlyTest(t, name, strings.ReplaceAll(string(text), documentedEmulator, cloud.URL))
				run.want(t, 0, "terraform", "test", "-no-color")
			})
		}
	}
	if tests == 0 {
		t.Error("no example has tests")
	}
}

// TestExampleGates shows that the examples that hold something back do so.
func TestExampleGates(t *testing.T) {
	t.Parallel()
	tf := newTerraform(t)
	const (
		list = "data-sources/metastudio_avatar_training_jobs/"
		job  = "data-sources/metastudio_avatar_training_job/"
	)
	const pipeline = "guides/gating-pipelines"
	plan := []string{"terraform", "plan", "-input=false", "-no-color"}
	unfinished := func(s *emulator.Server) { s.Update(campaignJobs[1], func(j *emulator.Job) { j.State = "TRAINING" }) }
	unknownBatch := map[string]string{
		"batch.tf":         `resource "terraform_data" "batch" { input = "spring-campaign" }`,
		"main_override.tf": `data "metastudio_avatar_training_jobs" "batch" { batch_name = terraform_data.batch.output }`,
	}
	for _, test := range []struct {
		name, example string
		change        func(*emulator.Server)
		command       []string
		exit          int
		says          string
		files         map[string]string // that the example does not have
	}{
		{
			"postcondition with an unfinished job", list + "postcondition.tf", unfinished,
			plan, 1, `Not all jobs of the batch spring-campaign are done: Ben is in TRAINING\.`, nil,
		},
		{
			"postcondition without a job", list + "postcondition.tf",
			func(s *emulator.Server) { s.Remove(campaignJobs...) },
			plan, 1, `There are no jobs in the batch spring-campaign\.`, nil,
		},
		{
			"precondition with an unfinished job", job + "rollout.tf",
			func(s *emulator.Server) { s.Update(documentedJob, func(j *emulator.Job) { j.State = "TRAINING" }) },
			plan, 1, `The avatar Name 6 cannot be rolled out: its job is in TRAINING\.`, nil,
		},
		{
			"check with a waiting job", list + "check.tf", func(*emulator.Server) {},
			plan, 0, `Check block assertion failed .*\d jobs wait for their user: .*\(AUTO_VERIFY_FAILED\)`, nil,
		},
		{
			"check without a waiting job", list + "check.tf", func(s *emulator.Server) { s.SetJobs(nil) },
			plan, 0, `waiting_jobs = \[\] You can apply`, nil, // no warning before it ends
		},
		{
			"terraform test with an unfinished job", pipeline, unfinished,
			[]string{"terraform", "test", "-no-color"}, 1, `Not done yet: Ben \(TRAINING\)\.`, nil,
		},
		{
			"script with an unfinished job", pipeline, unfinished,
			[]string{"./wait.sh"}, 2, `^(check\.batch_is_done: fail Not done yet: Ben \(TRAINING\)\. ?){12}$`, nil,
		},
		{
			"script with a batch that is not known before the apply", pipeline, func(*emulator.Server) {},
			[]string{"./wait.sh"}, 2, `^(check\.batch_is_done: unknown ?){12}$`, unknownBatch,
		},
		{
			"script with every job finished", pipeline, func(*emulator.Server) {},
			[]string{"./wait.sh"}, 0, `^$`, nil,
		},
		{
			"script with a failing service", pipeline,
			func(s *emulator.Server) { s.Fail(emulator.Fault{Status: http.StatusForbidden, Times: -1}) },
			[]string{"./wait.sh"}, 1, `403`, nil,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			example := exampleNamed(t, test.example)
			switch test.command[0] {
			case "./wait.sh":
				if _, err := exec.LookPath("jq"); err != nil || runtime.GOOS == "windows" {
					t.Skip("the script needs a POSIX shell and jq")
				}
			default:
				if test.command[1] == "test" {
					need(t, engines.Tests)
				}
			}
			cloud := startCloud(t)
			test.change(cloud)
			run := example.workspace(t, tf, cloud)
			for name, text := range test.files {
				if err := os.WriteFile(filepath.Join(run.dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			output := run.want(t, test.exit, test.command...)
			// Terraform wraps its lines, and puts a bar before those of a message.
			plain := strings.Join(strings.FieldsFunc(output, func(r rune) bool { return strings.ContainsRune(" \n│╷╵", r) }), " ")
			if !regexp.MustCompile(test.says).MatchString(plain) {
				t.Errorf("nothing matches %q in:\n%s", test.says, output)
			}
		})
	}
}

// TestDocumentedStates compares the table of groups and states on the function's page with the one
// that the function goes by.
func TestDocumentedStates(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../templates/functions/state_group.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]client.StateGroup{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|.*\\| (.*) \\|$").FindAllStringSubmatch(string(page), -1) {
		for _, state := range regexp.MustCompile("`([A-Z_]+)`").FindAllStringSubmatch(row[2], -1) {
			documented[state[1]] = client.StateGroup(row[1])
		}
	}
	known := map[string]client.StateGroup{}
	for _, state := range client.States() {
		known[state] = client.GroupOf(state)
	}
	if diff := cmp.Diff(known, documented); diff != "" {
		t.Errorf("known and documented states differ (-known +documented):\n%s", diff)
	}
}

// exampleFeatures are the features that not every engine has and examples need, by the beginning of
// the examples' names.
var exampleFeatures = map[string]engines.Feature{
	"ephemeral-resources/": engines.EphemeralResources,
	"functions/":           engines.ProviderFunctions,
	"demo":                 engines.ProviderFunctions,
	"data-sources/metastudio_avatar_training_jobs/region-providers.tf": engines.ProviderForEach,
	"guides/authentication/ephemeral-key.tf":                           engines.EphemeralVariables,
}

// exampleChecks are what an example does besides giving outputs.
var exampleChecks = map[string]func(*testing.T, *workspace, *emulator.Server){
	"data-sources/metastudio_avatar_training_jobs/regions.tf":          askedBothRegions,
	"data-sources/metastudio_avatar_training_jobs/region-providers.tf": askedBothRegions,
	"guides/authentication/ephemeral-key.tf": func(t *testing.T, run *workspace, _ *emulator.Server) {
		t.Helper()
		run.want(t, 0, "terraform", "plan", "-input=false", "-no-color", "-out=tfplan")
		holdsNoKey(t, filepath.Join(run.dir, "tfplan"))
	},
	"ephemeral-resources/metastudio_avatar_training_jobs/ephemeral-resource.tf": func(t *testing.T, run *workspace, cloud *emulator.Server) {
		t.Helper()
		fetched, err := os.ReadFile(run.fetched)
		if err != nil {
			t.Fatal("curl was not run: ", err)
		}
		finished := 0
		for _, job := range cloud.Jobs() {
			if job.State == "JOB_SUCCESS" || job.State == "JOB_FINISH" {
				finished++
			}
		}
		if got := strings.Count(string(fetched), "https://"); got != finished || finished == 0 {
			t.Errorf("%d covers were fetched of %d finished jobs:\n%s", got, finished, fetched)
		}
	},
}

// askedBothRegions checks that the example read the jobs of two regions.
func askedBothRegions(t *testing.T, run *workspace, _ *emulator.Server) {
	t.Helper()
	hosts := run.hosts()
	for _, region := range []string{emulator.Region, emulator.SecondRegion} {
		if host := "metastudio." + region + ".myhuaweicloud.com:443"; !slices.Contains(hosts, host) {
			t.Errorf("%s was not asked, only %q", host, hosts)
		}
	}
}

// holdsNoKey checks that no file in a saved plan holds the secret key.
func holdsNoKey(t *testing.T, plan string) {
	t.Helper()
	archive, err := zip.OpenReader(plan)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, file := range archive.File {
		content, err := fs.ReadFile(archive, file.Name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), emulator.SecretKey) {
			t.Errorf("%s in the plan holds the secret key", file.Name)
		}
	}
}

// example is one configuration: a folder that has a main.tf, with all that is in it, or else a
// single file, or the first one in a page.
type example struct {
	name string
	// dir is the folder; file is "" when all of it is the example.
	dir, file string
}

// findExamples walks over all folders, so that no new one can be forgotten.
func findExamples(t *testing.T) []example {
	t.Helper()
	examples := []example{{"README.md", "../..", "README.md"}}
	err := filepath.WalkDir(examplesDir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(examplesDir, path)
		if err != nil {
			return err
		}
		if !entry.IsDir() {
			if filepath.Ext(path) == ".tf" {
				examples = append(examples, example{filepath.ToSlash(name), filepath.Dir(path), filepath.Base(path)})
			}
			return nil
		}
		if strings.HasPrefix(entry.Name(), ".terraform") {
			return fs.SkipDir
		}
		if _, err := os.Stat(filepath.Join(path, "main.tf")); err == nil {
			examples = append(examples, example{filepath.ToSlash(name), path, ""})
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(examples) < 10 {
		t.Fatalf("only %d examples were found", len(examples))
	}
	return examples
}

func exampleNamed(t *testing.T, name string) example {
	t.Helper()
	examples := findExamples(t)
	i := slices.IndexFunc(examples, func(e example) bool { return e.name == name })
	if i < 0 {
		t.Fatalf("there is no example %s", name)
	}
	return examples[i]
}

// need skips the test where the engine under test lacks what the example uses, or the system has no
// shell for what it runs.
func (e example) need(t *testing.T) {
	t.Helper()
	for prefix, feature := range exampleFeatures {
		if strings.HasPrefix(e.name, prefix) {
			need(t, feature)
		}
	}
	if runtime.GOOS == "windows" && strings.HasPrefix(e.name, "ephemeral-resources/") {
		t.Skip("the example's provisioner needs a POSIX shell")
	}
}

// What the examples name, besides the emulator's standard jobs.
var (
	campaignJobs  = []string{"c0000000000000000000000000000001", "c0000000000000000000000000000002"}
	documentedJob = "bf46c9f335b14e84bd028f6acb52686b"
)

// startCloud starts an emulator that has what the examples name.
func startCloud(t *testing.T) *emulator.Server {
	t.Helper()
	jobs := emulator.StandardJobs(150)
	for i, name := range []string{"Ann", "Ben"} {
		job := jobs[slices.IndexFunc(jobs, func(j emulator.Job) bool { return j.JobID == documentedJob })]
		job.JobID, job.Name, job.BatchName = campaignJobs[i], name, new("spring-campaign")
		jobs = append(jobs, job)
	}
	return startEmulator(t,
		emulator.WithJobs(jobs), emulator.WithResignedCovers(),
		emulator.WithProjects(
			emulator.Project{ID: "89abcdef0123456789abcdef01234567", Name: emulator.Region + "_studio"},
			emulator.Project{ID: "76543210fedcba9876543210fedcba98", Name: "private-1", DomainID: emulator.AgencyDomainID},
		),
	)
}

// workspace copies the example, and makes an environment in which the services' real names lead to
// the emulator.
func (e example) workspace(t *testing.T, tf *terraform, cloud *emulator.Server) *workspace {
	t.Helper()
	w := &workspace{tf: tf, dir: filepath.Join(t.TempDir(), "example"), fetched: filepath.Join(t.TempDir(), "fetched")}
	if err := errors.Join(copyExample(e, w.dir), removeMocks(w.dir)); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	for name, script := range map[string]string{
		"curl":      `printf '%s\n' "$*" >>'` + w.fetched + `'`,
		"sleep":     "",
		"terraform": `exec '` + tf.binary + `' "$@"`,
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	proxy, hosts := startProxy(t, cloud)
	w.hosts = hosts
	w.env = append(cleanEnvironment(),
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+tf.cliConfig,
		"PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"HTTPS_PROXY="+proxy, "HW_INSECURE=true",
		"HW_REGION_NAME="+emulator.Region, "HW_ACCESS_KEY="+emulator.AccessKey, "HW_SECRET_KEY="+emulator.SecretKey,
		"TF_VAR_endpoint="+cloud.URL, "TF_VAR_access_key="+emulator.AccessKey, "TF_VAR_secret_key="+emulator.SecretKey,
	)
	if e.file == "" {
		w.want(t, 0, "terraform", "get", "-no-color")
	}
	return w
}

// mockProvider begins the tests that have mocks.
const mockProvider = "mock_provider"

// removeMocks removes the native tests with mocks where the engine under test does not have these:
// Terraform 1.6 reads every test in a folder, and refuses to do anything there.
func removeMocks(dir string) error {
	if _, engine := engineUnderTest(); engine.Has(engines.Mocks) {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "tests", "*.tftest.hcl"))
	for _, file := range files {
		text, problem := os.ReadFile(file)
		if strings.Contains(string(text), mockProvider) {
			problem = os.Remove(file)
		}
		err = errors.Join(err, problem)
	}
	return err
}

// onlyTest makes a file with this text the only native test of the workspace.
func (w *workspace) onlyTest(t *testing.T, name, text string) {
	t.Helper()
	dir := filepath.Join(w.dir, "tests")
	if err := errors.Join(
		os.RemoveAll(dir), os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600),
	); err != nil {
		t.Fatal(err)
	}
}

func copyExample(e example, to string) error {
	if e.file == "" {
		return os.CopyFS(to, os.DirFS(e.dir))
	}
	content, err := os.ReadFile(filepath.Join(e.dir, e.file))
	if err != nil {
		return err
	}
	if filepath.Ext(e.file) == ".md" {
		block := regexp.MustCompile("(?s)```terraform\n(.*?)```").FindSubmatch(content)
		if block == nil {
			return fmt.Errorf("%s has no block of Terraform code", e.file)
		}
		content = block[1]
	}
	return errors.Join(os.Mkdir(to, 0o700), os.WriteFile(filepath.Join(to, "main.tf"), content, 0o600))
}

// checkOutputs refuses an output that shows nothing.
func (w *workspace) checkOutputs(t *testing.T) {
	t.Helper()
	var outputs map[string]struct {
		Value any `json:"value"`
	}
	if err := json.Unmarshal([]byte(w.want(t, 0, "terraform", "output", "-json")), &outputs); err != nil {
		t.Fatal(err)
	}
	for name, output := range outputs {
		switch value := output.Value.(type) {
		case nil:
			t.Errorf("the output %s is null", name)
		case string, []any, map[string]any:
			if slices.Contains([]string{"", "[]", "map[]"}, fmt.Sprint(value)) {
				t.Errorf("the output %s is empty", name)
			}
		}
	}
}

// checkState refuses a state that holds a secret of the cloud, or a contact.
func (w *workspace) checkState(t *testing.T, cloud *emulator.Server) {
	t.Helper()
	state, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range cloud.Secrets() {
		if strings.Contains(string(state), secret) {
			t.Errorf("the state holds the secret %q", secret)
		}
	}
	if contact := regexp.MustCompile(`"contact":\s*"[^"]*\d[^"]*"`).Find(state); contact != nil {
		t.Errorf("the state holds %s", contact)
	}
}
