# Reads from the service, with the credential in the environment. The run fails if
# a check of the configuration does not hold. Needs Terraform 1.6.

run "batch_is_done" {
  command = plan
}
