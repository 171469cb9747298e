package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

func TestRun(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	ready := filepath.Join(t.TempDir(), "ready")
	var stdout, stderr bytes.Buffer
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-jobs", "120", "-log", "-ready-file", ready}, &stdout, &stderr) }()

	var url string
	for url == "" {
		select {
		case err := <-ended:
			t.Fatalf("it ended before it was ready: %v", err)
		case <-time.After(time.Millisecond):
			content, _ := os.ReadFile(ready)
			url = strings.TrimSpace(string(content))
		}
	}
	const listing = "/v1/" + emulator.ProjectID + "/digital-human-training-manage/user/jobs"
	body := fetch(t, url+listing+"?limit=1")
	if !strings.HasPrefix(body, `{"count":120,`) {
		t.Error(body)
	}
	if body := fetch(t, url+listing+"?limit=1&batch_name=spring-campaign"); strings.HasPrefix(body, `{"count":0,`) {
		t.Error("no job is in the batch of the examples:", body)
	}
	var page struct {
		Jobs []struct {
			Cover string `json:"cover_download_url"`
		} `json:"jobs"`
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || len(page.Jobs) != 1 {
		t.Fatal(err, body)
	}
	if cover := fetch(t, page.Jobs[0].Cover); !strings.HasPrefix(cover, "\x89PNG") {
		t.Errorf("the cover is %.100q", cover)
	}
	fetch(t, url+"/nowhere")

	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for _, want := range []string{"GET " + listing + "?limit=1: 200 in ", "GET /nowhere: 404 in "} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("no %q in the log %s", want, stderr.String())
		}
	}
	if _, err := os.Stat(ready); !os.IsNotExist(err) {
		t.Error("the ready file stays behind:", err)
	}
	for _, want := range []string{`metastudio = "` + url + `"`, "export HW_ACCESS_KEY=" + emulator.AccessKey, "120 jobs"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %q in %s", want, stdout.String())
		}
	}
}

// fetch returns the body of a GET with the emulator's token.
func fetch(t *testing.T, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", emulator.Token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestVersion(t *testing.T) {
	t.Parallel()
	var output bytes.Buffer
	if err := run(t.Context(), []string{"-version"}, &output, &output); err != nil {
		t.Fatal(err)
	}
	if got := output.String(); !regexp.MustCompile(`^metastudio-emulator \S+ \(.+\)\n$`).MatchString(got) {
		t.Errorf("got %q", got)
	}
}

func TestBuildVersion(t *testing.T) {
	t.Parallel()
	build := &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}}}
	build.Main.Version = "v1.2.3"
	developed := &debug.BuildInfo{}
	developed.Main.Version = "(devel)"
	tests := []struct {
		name, version, commit string
		build                 *debug.BuildInfo
		want                  string
	}{
		{"by the linker", "2.0.0", "def", build, "2.0.0 (def)"},
		{"by go install", "", "", build, "v1.2.3 (abc)"},
		{"in a work tree", "", "", developed, "dev (unknown commit)"},
		{"unknown", "", "", nil, "dev (unknown commit)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := buildVersion(test.version, test.commit, test.build); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name    string
		request emulator.Request
		want    string
	}{
		{
			"answered", emulator.Request{Method: "GET", Path: "/a", RawQuery: "limit=1", Status: 200, Start: start, End: start.Add(time.Millisecond)},
			"GET /a?limit=1: 200 in 1ms\n",
		},
		{
			"refused", emulator.Request{Method: "GET", Path: "/a", Status: 401, Refused: "wrong:\nx-security-token:secret", Start: start, End: start},
			"GET /a: 401 in 0s: wrong:\n",
		},
		{"cut", emulator.Request{Method: "PUT", Path: "/a", Start: start, End: start}, "PUT /a: no answer in 0s\n"},
		{
			"cover", emulator.Request{Call: emulator.CallCover, Method: "GET", Path: "/covers/1", RawQuery: "Signature=s", Status: 200, Start: start, End: start},
			"GET /covers/1: 200 in 0s\n",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var output bytes.Buffer
			logTo(&output)(test.request)
			// The time of day comes first.
			if _, got, _ := strings.Cut(output.String(), " "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"extra"}, {"-jobs", "-1"}, {"-addr", "nowhere:x"}, {"-unknown"}, {"-ready-file", "/no/such/folder/file"}} {
		var output bytes.Buffer
		if err := run(t.Context(), args, &output, &output); err == nil {
			t.Errorf("%v was accepted", args)
		}
	}
}
