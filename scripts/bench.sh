#!/usr/bin/env bash
#
# Runs all benchmarks and prints their results with the targets: first the Go benchmarks, then plans and applies through
# a real Terraform. BENCH_ROUNDS is how often each is run, and BENCH_JOBS how long the lists of the plans are. It writes
# the figures that the README shows to assets/bench.json, and "make pictures" draws them. Run it on a machine that does
# nothing else.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

rounds=${BENCH_ROUNDS:-5}
jobs=${BENCH_JOBS:-100 1000 10000}
terraform=$("$root/scripts/terraform-path.sh")
host=$(registry_host "$terraform")
clean_environment

work=$(mktemp -d "${TMPDIR:-/tmp}/metastudio-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
# An interrupt also reaches the programs that run here. Only the files remain to be removed.
trap 'exit 130' INT
trap 'exit 143' TERM

say "Building the provider, one with a stored answer, one written in the usual way, and hashicorp/http..."
exe=$(go env GOEXE)
# Builds with the settings of a release.
build() { CGO_ENABLED=0 go -C "$1" build -trimpath -ldflags '-s -w' -o "$work/$2$exe" "$3"; }
build "$root" provider/terraform-provider-metastudio .
build "$root" precomputed/terraform-provider-metastudio ./internal/bench/cmd/precomputed
build "$root" usual/terraform-provider-usual ./internal/bench/cmd/usual
build "$root/tools/bench" http/terraform-provider-http github.com/terraform-providers/terraform-provider-http
build "$root" bench ./internal/bench/cmd/bench

cd "$root"
say "Running the Go benchmarks, $rounds rounds..."
go_benchmarks() { go test -run '^$' -bench "$1" -benchtime "${rounds}x" "$2" | tee -a "$work/go-benchmarks" >&2; }
go_benchmarks '^BenchmarkReadDataSource$/./.*/^compared$' ./internal/provider
go_benchmarks '^BenchmarkList$/./^compared$' ./internal/client

say "Running $terraform, $rounds rounds..."
mkdir "$work/plans"
"$work/bench$exe" -terraform "$terraform" -host "$host" -work "$work/plans" -providers "$work" \
  -go-benchmarks "$work/go-benchmarks" -rounds "$rounds" -jobs "$jobs" -figures assets/bench.json
