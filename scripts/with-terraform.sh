#!/usr/bin/env bash
#
# Runs a command, such as go test, with the environment that terraform-plugin-testing needs to drive the chosen
# Terraform or OpenTofu: see terraform-path.sh for the choice.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

binary=$("$root/scripts/terraform-path.sh")
host=$(registry_host "$binary")
say "Using $binary"

# Only tests of a real account are meant to see one.
if [ -z "${TF_ACC:-}" ]; then clean_environment; fi
export TF_ACC_TERRAFORM_PATH=$binary
# The examples name their provider as "metastudio/metastudio"; these two make that the provider under test.
export TF_ACC_PROVIDER_HOST=$host
export TF_ACC_PROVIDER_NAMESPACE=metastudio
# Tests use the provider from memory. With this configuration none can ask a registry by mistake.
export TF_CLI_CONFIG_FILE=$root/scripts/offline.tfrc CHECKPOINT_DISABLE=1

exec "$@"
