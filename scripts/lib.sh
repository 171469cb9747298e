# Functions of the other scripts, which source this file. Works with bash 3.2, the version in macOS.
# shellcheck shell=bash

unset CDPATH
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export TOOLS_DIR=${TOOLS_DIR:-$root/.tools}

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

# clean_environment removes the caller's settings for Terraform and the provider, such as the credentials of a real
# account, TF_VAR_ values, TF_CLI_ARGS and a CLI configuration. Settings of logs and of the test framework remain.
clean_environment() {
  local name
  for name in $(compgen -e); do
    case $name in
    TF_LOG* | TF_ACC*) ;;
    HW_* | HUAWEICLOUD_* | TF_* | TOFU_*) unset "$name" ;;
    esac
  done
  export CHECKPOINT_DISABLE=1
}

# registry_host BINARY prints the host that BINARY puts before a provider source such as "metastudio/metastudio".
# Warnings about the caller's CLI configuration may come before the line with the version.
registry_host() {
  local version
  version=$("$1" version 2>/dev/null) || die "'$1 version' fails; give a Terraform or OpenTofu binary"
  case $version in
  *"OpenTofu v"*) echo registry.opentofu.org ;;
  *"Terraform v"*) echo registry.terraform.io ;;
  *) die "'$1' is neither Terraform nor OpenTofu" ;;
  esac
}

# write_dev_overrides FILE DIRECTORY writes a CLI configuration with which both Terraform and OpenTofu use the provider
# in DIRECTORY, without init and without a registry.
write_dev_overrides() {
  cat >"$1" <<END
disable_checkpoint = true

provider_installation {
  dev_overrides {
    "registry.terraform.io/metastudio/metastudio" = "$2"
    "registry.opentofu.org/metastudio/metastudio" = "$2"
  }
}
END
}
