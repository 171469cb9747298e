#!/usr/bin/env bash
#
# docs.sh generate  writes docs/ from the provider's schema, templates/ and examples/.
# docs.sh check     does the same in a copy and compares the result; it changes nothing.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

mode=${1:-}
case $mode in generate | check) ;; *) die "usage: docs.sh generate|check" ;; esac

terraform=$("$root/scripts/terraform-path.sh")
clean_environment

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/schema" "$work/copy"

cd "$root"
go build -o "$work/bin/terraform-provider-metastudio$(go env GOEXE)" .

# The schema is read here, and written with the address that tfplugindocs looks for. Otherwise it would build the
# provider again and download a Terraform.
write_dev_overrides "$work/dev.tfrc" "$work/bin"
cat >"$work/schema/main.tf" <<'END'
terraform {
  required_providers {
    metastudio = { source = "metastudio/metastudio" }
  }
}
END
TF_CLI_CONFIG_FILE=$work/dev.tfrc "$terraform" -chdir="$work/schema" providers schema -json >"$work/raw.json"
sed 's|"registry\.[a-z]*\.[a-z]*/metastudio/metastudio":|"metastudio":|' "$work/raw.json" >"$work/schema.json"
# An older Terraform leaves out what it does not know, and the pages about it would be missing without an error.
require_in_schema() {
  if [ -d "docs/$1" ] && ! grep -q "\"$2\"" "$work/schema.json"; then
    die "$terraform is too old to describe docs/$1; use Terraform or OpenTofu 1.11 or later"
  fi
}
require_in_schema functions functions
require_in_schema ephemeral-resources ephemeral_resource_schemas

for directory in templates examples; do
  if [ -d "$directory" ]; then cp -R "$directory" "$work/copy/"; fi
done
# The templates take the versions of engines from the table in internal/engines.
go run ./internal/engines/cmd/engines docs "$work/copy/templates"
tfplugindocs() {
  go -C "$root/tools" tool tfplugindocs "$@" --provider-name metastudio --providers-schema "$work/schema.json"
}
tfplugindocs generate --provider-dir "$work/copy" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  die "tfplugindocs generate failed"
}
tfplugindocs validate --provider-dir "$work/copy" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  die "the generated documentation is not valid"
}

case $mode in
generate)
  rm -rf docs
  cp -R "$work/copy/docs" docs
  ;;
check)
  diff -r -u docs "$work/copy/docs" >&2 || die "docs/ is not current; run 'make generate'"
  ;;
esac
