#!/usr/bin/env bash
#
# Checks that every relative link in the Markdown files leads to a file. It does not check other links, which would need
# the network.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

cd "$root"
broken=$(
  git ls-files --cached --others --exclude-standard -- '*.md' | while read -r file; do
    [ -f "$file" ] || continue
    # Code blocks have no links.
    awk '/^ *```/ { code = !code } !code' "$file" | { grep -oE '\]\([^) ]+' || true; } | cut -c 3- | while read -r link; do
      case $link in
      \#* | *:*) continue ;;
      esac
      target=$(dirname "$file")/${link%%#*}
      # The registry serves its pages without ".md".
      [ -e "$target" ] || [ -e "$target.md" ] || echo "$file: $link"
    done
  done
)
[ -z "$broken" ] || die "these links lead nowhere:
$broken"
