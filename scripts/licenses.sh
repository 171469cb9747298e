#!/usr/bin/env bash
#
# licenses.sh GO-LICENSES ALLOWED: lists the licence of every module that the provider is built from, and fails if one
# is not among ALLOWED, a list separated by commas.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

cd "$root"
"$1" check . --allowed_licenses="$2"
"$1" report . --template scripts/licenses.tmpl 2>/dev/null
