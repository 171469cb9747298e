#!/usr/bin/env bash
#
# notices.sh PACKAGE: prints the licences and notices of Go and of all modules that PACKAGE is built from, for the
# archive with the binary. It fails if a module has none.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

cd "$root"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The modules that are linked may differ between systems.
for os in darwin freebsd linux windows; do
  CGO_ENABLED=0 GOOS=$os go list -deps -f '{{ with .Module }}{{ if not .Main }}{{ .Path }} {{ .Version }} {{ .Dir }}{{ end }}{{ end }}' "$1" >>"$work/modules"
done
{
  printf 'Go %s %s\n' "$(go env GOVERSION)" "$(go env GOROOT)"
  # There is an empty line for each package of the standard library.
  LC_ALL=C sort -u "$work/modules" | sed '/^$/d'
} >"$work/all"

while read -r name version directory; do
  found=
  for file in "$directory"/LICENSE* "$directory"/LICENCE* "$directory"/COPYING* "$directory"/NOTICE*; do
    if [ -f "$file" ]; then
      found=yes
      printf '%s %s: %s\n\n' "$name" "$version" "${file##*/}"
      cat "$file"
      printf '\n%s\n\n' '--------------------------------------------------------------------------------'
    fi
  done
  [ -n "$found" ] || die "$name $version has no licence"
done <"$work/all"
