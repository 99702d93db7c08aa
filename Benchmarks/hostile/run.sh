#!/usr/bin/env bash
# 64 kB of the worst beside 64 kB of the best, at every door that reads before it knows who calls; and a right sign-in
# among many wrong ones.
#
# Usage: Benchmarks/hostile/run.sh [ROUNDS]
# Exit code 1 where the worst costs more than twice the best, or the right sign-in takes a second.
set -euo pipefail
cd "$(dirname "$0")/../.."
Tools/build-release.sh
export USHER_TEST_PROGRAM=$PWD/.build/release/usher
python3 Benchmarks/hostile/crowd.py
python3 Benchmarks/hostile/bodies.py "$@"
