#!/usr/bin/env bash
#
# fuzz.sh TIME PACKAGES: runs every fuzz target of PACKAGES for TIME each; go test -fuzz takes but one at a time.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

time=$1
shift
# PACKAGES may be several, separated by spaces, as go test takes them.
# shellcheck disable=SC2086,SC2048
for package in $(go list $*); do
  for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    say "== $package $target"
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime=100x "$package"
  done
done
