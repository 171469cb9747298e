#!/bin/sh
#
# Prints "-race" where the race detector can be used: cgo is on and the C compiler links a program.
[ "$(go env CGO_ENABLED)" = 1 ] || exit 0
cc=$(go env CC)
# CC may hold flags besides the program's name.
# shellcheck disable=SC2086
if echo 'int main(void) { return 0; }' | $cc -x c -o /dev/null - 2>/dev/null; then
  echo -race
fi
