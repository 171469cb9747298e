#!/usr/bin/env bash
#
# Applies examples/demo against a MetaStudio that runs on this machine for as long as the demo does, with the provider
# as it is in this work tree. Everything it makes lies in one temporary directory, which goes away with it.
#
# The work is done by a child in a process group of its own, so that this script alone gets a Ctrl-C, passes it on
# once (at a second one Terraform would exit without cleaning up), and can end whatever is left of the group.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

demo() {
  local work=$1 terraform exe url

  terraform=$("$root/scripts/terraform-path.sh")
  clean_environment
  mkdir "$work/bin" "$work/configuration"

  say "Building the provider and a local MetaStudio..."
  cd "$root"
  exe=$(go env GOEXE)
  go build -o "$work/bin/terraform-provider-metastudio$exe" .
  go build -o "$work/bin/metastudio-emulator$exe" ./internal/emulator/cmd/metastudio-emulator

  "$work/bin/metastudio-emulator$exe" -addr 127.0.0.1:0 -ready-file "$work/url" >"$work/emulator.log" 2>&1 &
  for _ in $(seq 100); do
    if [ -s "$work/url" ] || ! kill -0 $! 2>/dev/null; then break; fi
    sleep 0.1
  done
  if [ ! -s "$work/url" ]; then
    cat "$work/emulator.log" >&2
    die "the local MetaStudio did not start"
  fi
  url=$(cat "$work/url")
  say "A MetaStudio listens on $url"

  # A configuration of our own: the caller's stays as it is, and so does a state that lies in examples/demo.
  write_dev_overrides "$work/terraform.tfrc" "$work/bin"
  cp examples/demo/*.tf "$work/configuration/"
  cd "$work/configuration"
  export TF_CLI_CONFIG_FILE=$work/terraform.tfrc TF_DATA_DIR=$work/data TF_IN_AUTOMATION=1
  export TF_VAR_endpoint=$url

  # Its warning that the provider is not a released one would be the longest part of what one sees, and no news.
  say "Applying examples/demo with $terraform..."
  if ! "$terraform" apply -auto-approve -input=false -no-color >"$work/apply.log" 2>&1; then
    cat "$work/apply.log" >&2
    die "the configuration could not be applied"
  fi

  say ""
  "$terraform" output -no-color
  say ""
  say "That was examples/demo/main.tf, read through the provider just built."
}

caught=
group=
# shellcheck disable=SC2317 # Called by the traps below.
interrupt() {
  if [ -n "$caught" ]; then return 0; fi
  caught=$1
  if [ -n "$group" ]; then kill -INT -- "-$group" 2>/dev/null || true; fi
}
trap 'interrupt 130' INT
trap 'interrupt 143' TERM
trap 'interrupt 129' HUP

# wait_for_end PID TENTHS waits until a process, or a group given as -PID, is gone.
wait_for_end() {
  local _
  for _ in $(seq "$2"); do
    kill -0 -- "$1" 2>/dev/null || return 0
    sleep 0.1
  done
}

work=$(mktemp -d "${TMPDIR:-/tmp}/metastudio-demo.XXXXXX")
status=0
set -m
(
  set +m
  demo "$work"
) </dev/null &
group=$!
set +m
if [ -n "$caught" ]; then kill -INT -- "-$group" 2>/dev/null || true; fi
# A signal ends the wait early; the child then has five seconds to end by itself.
wait "$group" 2>/dev/null || status=$?

# From here on nothing may stop the cleaning, nor the commands that do it.
trap '' INT TERM HUP
if [ -n "$caught" ]; then say "Interrupted, cleaning up."; fi
wait_for_end "$group" 50
# What is left now is the emulator.
kill -TERM -- "-$group" 2>/dev/null || true
wait_for_end "-$group" 50
kill -KILL -- "-$group" 2>/dev/null || true
rm -rf "$work"
exit "${caught:-$status}"
