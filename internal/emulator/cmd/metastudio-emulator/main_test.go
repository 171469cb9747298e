package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
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
	go func() { ended <- run(ctx, []string{"-jobs", "12", "-ready-file", ready}, &stdout, &stderr) }()

	var url string
	for deadline := time.Now().Add(10 * time.Second); url == "" && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		content, _ := os.ReadFile(ready)
		url = strings.TrimSpace(string(content))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet,
		url+"/v1/"+emulator.ProjectID+"/digital-human-training-manage/user/jobs?limit=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", emulator.Token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	_, err = body.ReadFrom(response.Body)
	_ = response.Body.Close()
	if err != nil || !strings.HasPrefix(body.String(), `{"count":12,`) {
		t.Error(err, body.String())
	}

	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(ready); !os.IsNotExist(err) {
		t.Error("the ready file stays behind:", err)
	}
	for _, want := range []string{`metastudio = "` + url + `"`, "export HW_ACCESS_KEY=" + emulator.AccessKey, "12 jobs"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %q in %s", want, stdout.String())
		}
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
