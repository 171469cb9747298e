#!/usr/bin/env bash
#
# Waits for an hour at most until every check holds. Exits with 0 when they do,
# with 2 when they still do not, and with 1 when the plan itself fails.
set -euo pipefail

for _ in {1..12}; do
  terraform plan -input=false -out=tfplan >/dev/null
  open=$(terraform show -json tfplan |
    jq -r '.checks[]? | select(.status != "pass") | .instances[].problems[]?.message')
  if [ -z "$open" ]; then
    exit 0
  fi
  echo "$open"
  sleep 300
done
exit 2
