package main

import (
	"fmt"
	"path/filepath"

	"github.com/metastudio/terraform-provider-metastudio/internal/emulator"
)

// contestant is a provider to measure.
type contestant struct {
	// name is its name in the figures, and that of its directory.
	name, host, source, directory, binary string
	// configure returns the configuration that reads the list of a service, and the expression for
	// that list. It is told how many jobs there are.
	configure func(url string, jobs int) (configuration, list string)
}

// path returns the path of the provider's binary.
func (c *contestant) path() string { return filepath.Join(c.directory, c.binary) }

// address returns the name by which Terraform knows the provider.
func (c *contestant) address() string { return c.host + "/" + c.source }

// configureWhole includes every field, as the other providers do, and sets a rate that is never
// reached, because the others have none.
func configureWhole(url string, _ int) (configuration, list string) {
	return configureMetaStudio(url, "\n  max_requests_per_second = 1000000", `
  include_contact            = true
  include_cover_download_url = true
`)
}

// configureDefault is the provider as its documentation shows it first.
func configureDefault(url string, _ int) (configuration, list string) {
	return configureMetaStudio(url, "", "")
}

func configureMetaStudio(url, settings, arguments string) (configuration, list string) {
	return fmt.Sprintf(`
provider "metastudio" {
  region     = %q
  project_id = %q
  access_key = %q
  secret_key = %q
  endpoints  = { metastudio = %q }%s
}

data "metastudio_avatar_training_jobs" "all" {%s}
`, emulator.Region, emulator.ProjectID, emulator.AccessKey, emulator.SecretKey, url, settings, arguments), "data.metastudio_avatar_training_jobs.all.jobs"
}

// configureHTTP reads each page with a data source of its own. Terraform reads ten of them at a
// time. The number of pages has to be known.
func configureHTTP(url string, jobs int) (configuration, list string) {
	return fmt.Sprintf(`
data "http" "pages" {
  count           = %d
  url             = "%s/v1/%s/digital-human-training-manage/user/jobs?limit=100&offset=${100 * count.index}"
  request_headers = { X-Auth-Token = %q }
}
`, (jobs+99)/100, url, emulator.ProjectID, emulator.Token), "flatten([for page in data.http.pages : jsondecode(page.response_body).jobs])"
}

func configureUsual(url string, _ int) (configuration, list string) {
	return fmt.Sprintf(`
provider "usual" {
  endpoint = %q
}

data "usual_avatar_training_jobs" "all" {}
`, url), "data.usual_avatar_training_jobs.all.jobs"
}
