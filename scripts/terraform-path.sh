#!/usr/bin/env bash
#
# Prints the path of the Terraform to use: $TF_BIN, else terraform or tofu from the path, else an OpenTofu built here.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

if [ -n "${TF_BIN:-}" ]; then
  binary=$(command -v "$TF_BIN") || die "TF_BIN is '$TF_BIN', which cannot be run"
elif binary=$(command -v terraform || command -v tofu); then
  :
else
  say "Neither terraform nor tofu is on the path."
  cd "$root"
  exec go run ./internal/engines/cmd/engines build -dir "$TOOLS_DIR/engines" opentofu
fi

# Absolute, since it is used in other directories.
case $binary in
*/*) binary=$(cd "$(dirname "$binary")" && pwd)/$(basename "$binary") ;;
*) die "'$binary' is no program" ;;
esac
# On Windows, Git's bash leaves out the extension, which other programs need.
exe=$(go env GOEXE)
if [ -n "$exe" ] && [ -f "${binary%"$exe"}$exe" ]; then binary=${binary%"$exe"}$exe; fi
echo "$binary"
