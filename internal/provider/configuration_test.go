package provider

import (
	"fmt"
	"strings"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// Helpers that write configurations.

// providerBlock configures the provider for an emulator; more is put inside.
func providerBlock(server *emulator.Server, more ...string) string {
	return fmt.Sprintf(`
provider "metastudio" {
  region     = %q
  project_id = %q
  access_key = %q
  secret_key = %q
  endpoints  = { metastudio = %q }
  %s
}
`, emulator.Region, emulator.ProjectID, emulator.AccessKey, emulator.SecretKey, server.URL, strings.Join(more, "\n"))
}

// dataBlock is a list with these arguments.
func dataBlock(arguments ...string) string {
	return "data \"metastudio_avatar_training_jobs\" \"test\" {\n" + strings.Join(arguments, "\n") + "\n}\n"
}

// cloudBlock is a provider block that leads to an emulator and says nothing else but more.
func cloudBlock(cloud *emulator.Server, more string) string {
	return fmt.Sprintf("provider \"metastudio\" {\n  endpoints = { metastudio = %[1]q, iam = %[1]q, sts = %[1]q }\n%[2]s\n}\n", cloud.URL, more)
}

const dataAddress = "data.metastudio_avatar_training_jobs.test"

const jobAddress = "data.metastudio_avatar_training_job.test"

func jobBlock(arguments ...string) string {
	return "data \"metastudio_avatar_training_job\" \"test\" {\n" + strings.Join(arguments, "\n") + "\n}\n"
}
