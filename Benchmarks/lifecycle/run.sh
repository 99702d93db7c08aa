#!/usr/bin/env bash
# The full lifecycle on one SQLite file by 64 concurrent callers, against the same without durability and against a
# bare GRDB loop that writes the same rows. See README.md beside this file for what is counted.
#
# Usage: Benchmarks/lifecycle/run.sh [FOLDER [ROUNDS [LIFECYCLES]]]    (needs strace; FOLDER on a real disk)
# Exit code 1 when a target is missed: 80 % of synchronous=OFF, 50 % of bare GRDB, 0.1 flushes to a step.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-.build/benchmark}
rounds=${2:-5}
lifecycles=${3:-640}
mkdir -p "$folder"
if [[ $(stat --file-system --format %T "$folder") == tmpfs ]]; then
    echo "$folder lies in memory, where flushing costs nothing: name a folder on a disk." >&2
    exit 2
fi

Tools/build-release.sh BenchmarkLifecycle
ours=.build/release/BenchmarkLifecycle
missed=0
"$ours" measure "$folder" "$rounds" "$lifecycles" || missed=1

# Counted in a run of its own, since counting slows down; the same run without lifecycles tells what setting up costs.
trace=$(mktemp)
trap 'rm -f "$trace"' EXIT
flushes() {
    steps=$(strace -f -c -e trace=fsync,fdatasync -o "$trace" "$ours" run "$folder" "$1")
    count=$(awk '$NF == "fsync" || $NF == "fdatasync" { sum += $4 } END { print sum + 0 }' "$trace")
}
flushes 0
before=$count
flushes 320
awk -v flushes=$((count - before)) -v steps="$steps" 'BEGIN {
    ratio = flushes / steps
    printf "%-34s%13.3f  target 0.1: %s (%d for %d steps)\n",
        "fsyncs to a step, by strace", ratio, ratio <= 0.1 ? "met" : "MISSED", flushes, steps
    exit ratio > 0.1
}' || missed=1
exit $missed
