package provider

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// No log at any level, no diagnostic and no state holds a secret of any way to
// sign in: neither what was configured, nor what was obtained, nor a signature.
func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	tf := newTerraform(t)
	for _, test := range signIns {
		if test.instance {
			continue // its metadata service has an address that the test cannot take
		}
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test, cloud := test.files(t), test.start(t)
			run := &workspace{tf: tf, dir: t.TempDir()}
			run.env = append(cleanEnvironment(),
				"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE="+tf.cliConfig, "TF_LOG=TRACE")
			for name, value := range test.environment {
				run.env = append(run.env, name+"="+value)
			}
			config := `terraform {
  required_providers {
    metastudio = { source = "metastudio/metastudio" }
  }
}
` + cloudBlock(cloud, test.block) + dataBlock("limit = 1") + "output \"all\" {\n  value = " + dataAddress + "\n}\n"
			if err := os.WriteFile(filepath.Join(run.dir, "main.tf"), []byte(config), 0o600); err != nil {
				t.Fatal(err)
			}

			printed := run.want(t, 0, "terraform", "apply", "-auto-approve", "-input=false", "-no-color")
			if !strings.Contains(printed, "request_id") {
				t.Error("the log does not show the requests, so that it shows nothing")
			}
			cloud.Fail(emulator.Fault{Call: emulator.CallListing, Status: http.StatusUnauthorized, Times: -1})
			printed += run.want(t, 1, "terraform", "plan", "-input=false", "-no-color")
			state, err := os.ReadFile(filepath.Join(run.dir, "terraform.tfstate"))
			if err != nil {
				t.Fatal(err)
			}
			holdsNoSecret(t, "the log or a diagnostic", printed, cloud)
			holdsNoSecret(t, "the state", string(state), cloud)
		})
	}
}

func TestSecretsStayHiddenOnAnInstance(t *testing.T) {
	t.Parallel()
	cloud := startEmulator(t, emulator.WithInstanceAgency())
	way := signIn{environment: texts{"HW_REGION_NAME": emulator.Region}, instance: true}
	server, err := on(way.on(cloud))["metastudio"]()
	if err != nil {
		t.Fatal(err)
	}
	var log lockedBuffer
	ctx := tfsdklogtest.RootLogger(tflogtest.RootLogger(t.Context(), &log), &log)
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	address := tftypes.NewValue(tftypes.String, cloud.URL)
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: encodeBlock(t, schemas.Provider, map[string]tftypes.Value{
		"endpoints": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"metastudio": address, "iam": address}),
	})})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured)
	}

	for _, fails := range []bool{false, true} {
		if fails {
			cloud.Fail(emulator.Fault{Call: emulator.CallListing, Status: http.StatusUnauthorized, Times: -1})
		}
		const name = "metastudio_avatar_training_jobs"
		read, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{
			TypeName: name, Config: encodeBlock(t, schemas.DataSourceSchemas[name], map[string]tftypes.Value{"limit": tftypes.NewValue(tftypes.Number, 1)}),
		})
		if err != nil {
			t.Fatal(err)
		}
		if (len(read.Diagnostics) > 0) != fails {
			t.Errorf("%d diagnostics", len(read.Diagnostics))
		}
		for _, diagnostic := range read.Diagnostics {
			holdsNoSecret(t, "a diagnostic", diagnostic.Summary+diagnostic.Detail, cloud)
		}
		if read.State != nil {
			holdsNoSecret(t, "the state", string(read.State.MsgPack), cloud)
		}
	}
	if printed := log.String(); !strings.Contains(printed, "request_id") {
		t.Error("the log does not show the requests, so that it shows nothing")
	} else {
		holdsNoSecret(t, "the log", printed, cloud)
	}
}

// holdsNoSecret refuses a text that holds a secret of the cloud, or a signature
// that one made.
func holdsNoSecret(t *testing.T, what, text string, cloud *emulator.Server) {
	t.Helper()
	hidden := map[string]string{}
	for _, secret := range cloud.Secrets() {
		hidden[secret] = "a secret"
	}
	for _, request := range cloud.Requests() {
		if _, signature, ok := strings.Cut(request.Header.Get("Authorization"), "Signature="); ok {
			hidden[signature] = "a signature"
		}
	}
	for secret, kind := range hidden {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("%s holds %s: …%s…", what, kind, text[max(0, at-200):min(len(text), at+len(secret)+100)])
		}
	}
}

// lockedBuffer is a buffer that several goroutines write.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

// Write implements io.Writer.
func (b *lockedBuffer) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(data)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
