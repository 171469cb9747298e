#!/usr/bin/env bash
#
# install.sh DIRECTORY VERSION: builds the provider into the filesystem mirror DIRECTORY, under the addresses that
# Terraform and OpenTofu give it, so that init finds it there.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

plugins=$1
version=$2
platform=$(go env GOOS)_$(go env GOARCH)
name=terraform-provider-metastudio_v$version$(go env GOEXE)

cd "$root"
make --no-print-directory build VERSION="$version"
for host in registry.terraform.io registry.opentofu.org; do
  directory=$plugins/$host/metastudio/metastudio/$version/$platform
  mkdir -p "$directory"
  cp "bin/terraform-provider-metastudio$(go env GOEXE)" "$directory/$name.new"
  # A rename, so that a provider that is running just now keeps its file.
  mv -f "$directory/$name.new" "$directory/$name"
  say "Installed $directory/$name"
done
