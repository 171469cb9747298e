package provider

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// maxPeak is the most memory that the provider's process may have taken after any hostile reply, in
// kB. The limit of the runtime is lower, so that what counts is what is in use and not what the
// garbage collector has not come to yet.
const (
	maxPeak  = 200_000
	memLimit = "150MiB"
)

// readerVariable makes this test binary a process that reads as the provider does, see
// TestMemoryOfReader.
const readerVariable = "METASTUDIO_TEST_READER"

// reading is what such a process reads, one a line.
type reading struct {
	URL         string `json:"url"`
	Environment texts  `json:"environment"`
	Job         bool   `json:"job"` // the single job, not the list
}

// outcome is how that went, and the peak of the process so far in kB.
type outcome struct {
	Failed bool `json:"failed"`
	Peak   int  `json:"peak"`
}

// TestMemoryUnderHostileReplies reads against every hostile reply, for each call in a process of
// its own, whose peak stays bounded.
func TestMemoryUnderHostileReplies(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the peak of a process is read from /proc")
	}
	key := texts{"HW_REGION_NAME": emulator.Region, "HW_ACCESS_KEY": emulator.AccessKey, "HW_SECRET_KEY": emulator.SecretKey}
	token := texts{"HW_REGION_NAME": emulator.Region, "HW_AUTH_TOKEN": emulator.Token, "HW_PROJECT_ID": emulator.ProjectID}
	idToken := texts{"HW_REGION_NAME": emulator.Region, "HW_ASSUME_ROLE_IDP_ID": emulator.IdpID, "HW_ASSUME_ROLE_ID_TOKEN": emulator.IDToken}
	instance := texts{"HW_REGION_NAME": emulator.Region}
	for _, test := range []struct {
		call        string
		environment texts
	}{
		{emulator.CallListing, token},
		{emulator.CallDetail, token},
		{emulator.CallCheckToken, texts{"HW_REGION_NAME": emulator.Region, "HW_AUTH_TOKEN": emulator.Token}},
		{emulator.CallProjects, key},
		{emulator.CallTokens, texts{"HW_REGION_NAME": emulator.Region, "HW_USER_ID": emulator.UserID, "HW_USER_PASSWORD": emulator.Password}},
		{emulator.CallIDTokens, idToken},
		{emulator.CallSecurityTokens, idToken},
		{emulator.CallAssumeRole, texts{
			"HW_REGION_NAME": emulator.Region, "HW_ACCESS_KEY": emulator.AccessKey, "HW_SECRET_KEY": emulator.SecretKey,
			"HW_ASSUME_ROLE_AGENCY_NAME": emulator.AgencyName, "HW_ASSUME_ROLE_DOMAIN_ID": emulator.AgencyDomainID,
		}},
		{emulator.CallAssumeRoleWithOIDC, texts{
			"HW_REGION_NAME": emulator.Region, "HW_ASSUME_ROLE_IDP_ID": providerURN, "HW_ASSUME_ROLE_ID_TOKEN": emulator.IDToken,
			"HW_ASSUME_ROLE_AGENCY_NAME": emulator.OIDCAgencyName,
		}},
		{emulator.CallMetadataToken, instance},
		{emulator.CallSecurityKey, instance},
	} {
		t.Run(test.call, func(t *testing.T) {
			t.Parallel()
			cloud := startEmulator(t, emulator.WithInstanceAgency())
			read := startReader(t)
			peak := 0
			for _, hostile := range emulator.HostileReplies(test.call) {
				isLarge := hostile.Fault.Flood != nil || len(hostile.Fault.Header) > 0
				if test.call != emulator.CallListing && !isLarge {
					continue // what is not about size is the same for all calls
				}
				cloud.ClearFaults()
				cloud.Reset()
				hostile.Fault.Times = -1
				cloud.Fail(hostile.Fault)
				got := read(reading{URL: cloud.URL, Environment: test.environment, Job: test.call == emulator.CallDetail})
				if cloud.Count(test.call) == 0 {
					t.Errorf("%s: no request was hit", hostile.Name)
				}
				const isNoTag = "a tag that is null" // and the rest of that reply is an answer
				if !hostile.Answered && !got.Failed && hostile.Name != isNoTag {
					t.Errorf("%s: taken for an answer", hostile.Name)
				}
				if got.Peak > maxPeak && peak <= maxPeak {
					t.Errorf("%s: %d kB", hostile.Name, got.Peak)
				}
				peak = got.Peak
			}
			if peak == 0 {
				t.Error("no peak was read")
			}
			t.Logf("peak %d kB", peak)
		})
	}
}

// startReader starts a process that reads as the provider does, with a limit of memory. It returns
// a function that has it read.
func startReader(t *testing.T) func(reading) outcome {
	t.Helper()
	process := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "-test.run=^TestMemoryOfReader$", "-test.v=false")
	process.Env = append(os.Environ(), readerVariable+"=yes", "GOMEMLIMIT="+memLimit)
	process.Stderr = os.Stderr
	in, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_, _ = io.Copy(io.Discard, out)
		if err := process.Wait(); err != nil {
			t.Errorf("the reader ended with %v", err)
		}
	})
	encoder, decoder := json.NewEncoder(in), json.NewDecoder(out)
	return func(r reading) outcome {
		t.Helper()
		var got outcome
		if err := encoder.Encode(r); err != nil {
			t.Fatal(err)
		}
		if err := decoder.Decode(&got); err != nil {
			t.Fatalf("the reader does not answer: %v", err)
		}
		return got
	}
}

// TestMemoryOfReader is the process that startReader starts.
func TestMemoryOfReader(t *testing.T) { //nolint:paralleltest // is alone in its process
	if os.Getenv(readerVariable) == "" {
		t.Skip("TestMemoryUnderHostileReplies starts it")
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var r reading
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if err := json.NewEncoder(os.Stdout).Encode(outcome{Failed: r.fails(t), Peak: peakMemory(t)}); err != nil {
			t.Fatal(err)
		}
	}
}

// fails reads, and reports whether that ended with an error.
func (r reading) fails(t *testing.T) bool {
	t.Helper()
	text := func(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	name, arguments := listTypeName, map[string]tftypes.Value{}
	if r.Job {
		name = jobTypeName
		arguments["job_id"] = text("flood")
	}
	limits := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"read": tftypes.String}}
	arguments["timeouts"] = tftypes.NewValue(limits, map[string]tftypes.Value{"read": text("2s")})
	machine := providerOn(r.Environment, nil)
	machine.host.metadataURL = r.URL
	return len(readSource(t.Context(), t, machine, r.URL, name, arguments)) > 0
}

// peakMemory returns the most memory that this process has had so far, in kB.
func peakMemory(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			peak, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			if err != nil {
				t.Fatal(err)
			}
			return peak
		}
	}
	t.Fatal(fmt.Errorf("no peak in %q", status))
	return 0
}
