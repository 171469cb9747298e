package provider

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// No log at any level, no diagnostic and no state holds a secret of any way to sign in: neither
// what was configured, nor what was obtained, nor a signature.
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
			cloud.Fail(emulator.Fault{Call: emulator.CallListing, Status: http.StatusUnauthorized, Echo: emulator.EchoMessage | emulator.EchoHeaders, Times: -1})
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
	server, err := factoriesFor(way.provider(cloud))["metastudio"]()
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
		read, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{
			TypeName: listTypeName, Config: encodeBlock(t, schemas.DataSourceSchemas[listTypeName], map[string]tftypes.Value{"limit": tftypes.NewValue(tftypes.Number, 1)}),
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

// TestEchoedSecretsStayHidden: every service that is called repeats the requests it gets, in every
// way. Neither a diagnostic nor a log has more than seven characters of a secret from there.
func TestEchoedSecretsStayHidden(t *testing.T) {
	t.Parallel()
	echoes := []emulator.Echo{
		emulator.EchoCanonical, emulator.EchoMessage, emulator.EchoObject, emulator.EchoHTML, emulator.EchoLocation, emulator.EchoHeaders,
	}
	for _, test := range signIns {
		if test.block != "" {
			continue // as the same way by the environment
		}
		for _, call := range append(slices.Clone(test.calls), emulator.CallListing) {
			t.Run(test.name+", "+call, func(t *testing.T) {
				t.Parallel()
				test := test.files(t)
				for _, echo := range echoes {
					cloud := test.start(t)
					cloud.Fail(emulator.Fault{Call: call, Echo: echo, Times: -1})
					var log lockedBuffer
					ctx := tfsdklogtest.RootLogger(tflogtest.RootLogger(t.Context(), &log), &log)
					diagnostics := readSource(ctx, t, test.provider(cloud), cloud.URL, listTypeName, nil)
					if cloud.Count(call) == 0 {
						t.Fatal("nothing was repeated")
					}
					if len(diagnostics) == 0 && echo != emulator.EchoHeaders {
						t.Errorf("echo %d: read all the same", echo)
					}
					printed := ""
					for line := range strings.Lines(log.String()) {
						if !strings.Contains(line, `"@module":"sdk.framework"`) { // whose words are not from outside
							printed += line
						}
					}
					for _, diagnostic := range diagnostics {
						printed += diagnostic.Summary + diagnostic.Detail
					}
					holdsNoFragment(t, printed, cloud)
				}
			})
		}
	}
}

// holdsNoFragment refuses a text that holds eight characters of a secret that a request carried.
func holdsNoFragment(t *testing.T, text string, cloud *emulator.Server) {
	t.Helper()
	const fragment = 8
	pieces := map[string]bool{}
	for start := range len(text) - fragment + 1 {
		pieces[text[start:start+fragment]] = true
	}
	carried := []string{emulator.IDToken} // in a body
	if cloud.Count(emulator.CallTokens) > 0 {
		carried = append(carried, emulator.Password) // in a body; it has words that other names have too
	}
	for _, request := range cloud.Requests() {
		for _, name := range []string{"X-Auth-Token", "X-Subject-Token", "X-Security-Token", "X-Metadata-Token"} {
			carried = append(carried, request.Header.Get(name))
		}
		if _, signature, ok := strings.Cut(request.Header.Get("Authorization"), "Signature="); ok {
			carried = append(carried, signature)
		}
	}
	for _, secret := range carried {
		for start := range len(secret) - fragment + 1 {
			if piece := secret[start : start+fragment]; pieces[piece] {
				at := strings.Index(text, piece)
				t.Errorf("%q of a secret is in …%s…", piece, text[max(0, at-200):min(len(text), at+fragment+100)])
				break
			}
		}
	}
}

// secretsOf returns the secrets of the cloud and the signatures that they made.
func secretsOf(cloud *emulator.Server) []string {
	hidden := cloud.Secrets()
	for _, request := range cloud.Requests() {
		if _, signature, ok := strings.Cut(request.Header.Get("Authorization"), "Signature="); ok {
			hidden = append(hidden, signature)
		}
	}
	return hidden
}

// holdsNoSecret refuses a text that holds a secret of the cloud, or a signature that one made.
func holdsNoSecret(t *testing.T, what, text string, cloud *emulator.Server) {
	t.Helper()
	for _, secret := range secretsOf(cloud) {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("%s holds a secret: …%s…", what, text[max(0, at-200):min(len(text), at+len(secret)+100)])
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
