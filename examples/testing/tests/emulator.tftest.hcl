# Reads from an emulator on this machine, which signs in, filters, sorts and
# pages as the service does. In another terminal:
#
#   metastudio-emulator -addr 127.0.0.1:8383
#
# Then, in the folder above:
#
#   terraform test
#
# Needs Terraform 1.6, and no file with mocks in the same folder before Terraform 1.7.

# Address of the emulator. TF_VAR_endpoint in the environment does not change it.
variables {
  endpoint = "http://127.0.0.1:8383"
}

# The emulator's own values; they work with the emulator only.
provider "metastudio" {
  region     = "cn-north-4"
  project_id = "0123456789abcdef0123456789abcdef"
  access_key = "TESTAK00000000000000"
  secret_key = "TESTSK0000000000000000000000000000000000"

  endpoints = {
    metastudio = var.endpoint
  }
}

run "takes_only_finished_jobs" {
  variables {
    batch_name = "batch 1"
  }

  assert {
    condition     = length(output.ready) > 0
    error_message = "Some jobs of the emulator's batch 1 are finished."
  }

  assert {
    condition     = !output.is_complete
    error_message = "Other jobs of the emulator's batch 1 are not finished."
  }
}

run "refuses_an_unknown_batch" {
  command = plan

  variables {
    batch_name = "no such batch"
  }

  expect_failures = [output.ready]
}
