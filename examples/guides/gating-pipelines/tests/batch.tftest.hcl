# Asks the service itself, with the credential in the environment. A check that
# fails, fails the run. Needs Terraform 1.6.

run "batch_is_done" {
  command = plan
}
