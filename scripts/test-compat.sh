#!/usr/bin/env bash
#
# test-compat.sh ARGUMENTS: runs go test with ARGUMENTS through each Terraform at hand: TF_BIN when it is set, the one
# from the path, and the OpenTofu that tools/opentofu pins. Goes on after a failure, so that one run tells about all.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

binaries=
add() {
  case " $binaries " in
  *" $1 "*) ;;
  *) binaries="$binaries $1" ;;
  esac
}
if [ -n "${TF_BIN:-}" ]; then add "$("$root/scripts/terraform-path.sh")"; fi
if found=$(command -v terraform); then add "$found"; fi
add "$("$root/scripts/build-opentofu.sh")"

failed=
for binary in $binaries; do
  TF_BIN=$binary "$root/scripts/with-terraform.sh" go test -count=1 -timeout=15m "$@" || failed="$failed $binary"
done

say ""
for binary in $binaries; do
  case " $failed " in
  *" $binary "*) say "FAIL $binary" ;;
  *) say "ok   $binary" ;;
  esac
done
[ -z "$failed" ]
