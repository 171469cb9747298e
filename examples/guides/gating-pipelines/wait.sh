#!/usr/bin/env bash
#
# Waits until every check holds, for an hour at most. Exits with 0 when every check
# holds, with 2 when one still does not after the hour, and with 1 when a plan fails.
set -euo pipefail

for _ in {1..12}; do
  terraform plan -input=false -out=tfplan >/dev/null
  open=$(terraform show -json tfplan |
    jq -r '.checks[]? | select(.status != "pass") |
      "\(.address.to_display): \(.status)", (.instances[]?.problems[]? | "  " + .message)')
  if [ -z "$open" ]; then
    exit 0
  fi
  echo "$open"
  sleep 300
done
exit 2
