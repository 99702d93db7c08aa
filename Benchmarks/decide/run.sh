#!/usr/bin/env bash
# Decisions out of memory, and the same questions asked of Cedar: same machine, same run, one core, processor time.
#
# Usage: Benchmarks/decide/run.sh [ROUNDS]     (needs a C compiler, and Python with cedarpy: USHER_BENCH_PYTHON)
# Exit code 1 when a target is missed: 5 million decisions a second without allocation, 50 times Cedar.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
people=${USHER_BENCH_PEOPLE:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

Tools/build-release.sh BenchmarkDecide
ours=.build/release/BenchmarkDecide
cc -O2 -shared -fPIC -o "$work/allocations.so" Benchmarks/decide/allocations.c -ldl
python=${USHER_BENCH_PYTHON:-}
if [[ -z "$python" ]]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet cedarpy==4.12.2
    python=$work/venv/bin/python
fi
pin=()
if command -v taskset >/dev/null; then pin=(taskset -c 0); fi

"$ours" cases "$work/cases"
for round in $(seq "$rounds"); do
    echo "Round $round of $rounds, about 20 s …" >&2
    LD_PRELOAD="$work/allocations.so" "${pin[@]}" "$ours" measure "$people" >>"$work/rates"
    "${pin[@]}" "$python" Benchmarks/decide/cedar.py "$work/cases" >>"$work/rates"
done

sort -k1,1 -k2,2g "$work/rates" | awk -F '\t' '
    { rates[$1, ++count[$1]] = $2 }
    function median(name) {
        if (!(name in count)) { print "nothing measured: " name > "/dev/stderr"; broken = 1; exit 2 }
        return rates[name, int((count[name] + 1) / 2)]
    }
    END {
        if (broken) exit 2
        printf "%d people, %d clouds, %d grants: filled in %.1f s, %.0f bytes a grant with all that belongs to it\n",
            median("people"), median("clouds"), median("grants"), median("fill-seconds"),
            median("bytes") / median("grants")
        ours = median("decisions"); cedar = median("cedar")
        printf "decisions per second, one core     %12d  (target 5000000; %d to %d)\n", ours, rates["decisions", 1],
            rates["decisions", count["decisions"]]
        printf "  allocations meanwhile            %12d  (target 0)\n", median("allocations")
        printf "Cedar, all in one call             %12d\n", cedar
        printf "  ours / Cedar                     %12.0f  (target 50)\n", ours / cedar
        exit ours < 5000000 || median("allocations") > 0 || ours / cedar < 50
    }'
