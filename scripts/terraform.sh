#!/usr/bin/env bash
#
# Runs the Terraform that terraform-path.sh chooses, without the caller's settings.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

binary=$("$root/scripts/terraform-path.sh")
clean_environment
export TF_CLI_CONFIG_FILE=$root/scripts/offline.tfrc
exec "$binary" "$@"
