#!/usr/bin/env bash
#
# Builds the OpenTofu that tools/opentofu/go.mod pins, unless it is there already, and prints its path.
#
# It is a module of its own because OpenTofu's go.mod has a replace directive, which "go install package@version"
# refuses, and because none of its dependencies may reach the provider's.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

cd "$root/tools/opentofu"
version=$(GOFLAGS='' go list -m -f '{{.Version}}' github.com/opentofu/opentofu)
binary=$TOOLS_DIR/opentofu-$version/tofu$(go env GOEXE)

if [ ! -x "$binary" ]; then
  say "Building OpenTofu $version from its source. This takes some minutes, and only the first time..."
  # Without version.dev=no it would call itself a development version.
  GOFLAGS='' CGO_ENABLED=0 go build -trimpath \
    -ldflags '-s -w -X github.com/opentofu/opentofu/version.dev=no' \
    -o "$binary.new" github.com/opentofu/opentofu/cmd/tofu >&2
  # Only a finished build gets the final name.
  mv "$binary.new" "$binary"
  say "Built $binary"
fi
echo "$binary"
