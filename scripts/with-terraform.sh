#!/usr/bin/env bash
#
# Runs a command, such as go test, with the environment in which terraform-plugin-testing uses the Terraform or OpenTofu
# that terraform-path.sh prints.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

binary=$("$root/scripts/terraform-path.sh")
host=$(registry_host "$binary")
say "Using $binary"

# Only tests that read a real account need its credentials.
if [ -z "${TF_ACC:-}" ]; then clean_environment; fi
export TF_ACC_TERRAFORM_PATH=$binary
# The examples call their provider "metastudio/metastudio"; with these two, that is the provider under test.
export TF_ACC_PROVIDER_HOST=$host
export TF_ACC_PROVIDER_NAMESPACE=metastudio
# Tests serve the provider themselves. With this configuration, none can use a registry by mistake.
export TF_CLI_CONFIG_FILE=$root/scripts/offline.tfrc CHECKPOINT_DISABLE=1

exec "$@"
