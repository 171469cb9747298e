# Asks the service itself, with the credential in the environment. Needs
# Terraform 1.6.

run "batch_exists" {
  command = plan

  assert {
    condition     = output.job_count > 0
    error_message = "There are no jobs in the batch."
  }
}

run "batch_is_done" {
  command = plan

  assert {
    condition     = length(local.unfinished) == 0
    error_message = "Not done yet: ${join(", ", local.unfinished)}."
  }
}
