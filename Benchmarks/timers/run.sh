#!/usr/bin/env bash
# Finding and firing what is due, among a thousand waiting timers and among a million. See README.md beside this file.
#
# Usage: Benchmarks/timers/run.sh [FOLDER [ROUNDS [FEW [MANY]]]]    (about 1 GB in FOLDER, removed afterwards)
# Exit code 1 when the target is missed: at most 1.5 times the cost.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p "${1:-.build/benchmark}"
folder=$(mktemp -d "${1:-.build/benchmark}/timers.XXXXXX")
trap 'rm -rf "$folder"' EXIT
Tools/build-release.sh BenchmarkTimers
ours=.build/release/BenchmarkTimers
"$ours" "$folder" "${2:-11}" "${3:-1000}" "${4:-1000000}"
