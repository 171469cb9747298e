#!/usr/bin/env bash
#
# licenses.sh GO-LICENSES ALLOWED: lists the licence of everything that the provider is built from, and fails if one
# is not among ALLOWED, a list separated by commas.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

cd "$root"
# It warns of each assembly file and of each address it cannot look up; neither matters here.
"$1" report . --template scripts/licenses.tmpl 2>/dev/null
"$1" check . --allowed_licenses="$2"
