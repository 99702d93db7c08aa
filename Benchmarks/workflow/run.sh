#!/usr/bin/env bash
# Checking a definition of 1,000 states against reading its YAML, and the cost of a step: same process, one core.
#
# Usage: Benchmarks/workflow/run.sh [ROUNDS]
# Exit code 1 when a target is missed: reading and check together under twice Yams alone, a step of the account request at
# most 5 µs, a step among 1,000 states at most 1.5 times one among 20.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

Tools/build-release.sh BenchmarkWorkflow
ours=.build/release/BenchmarkWorkflow
pin=()
if command -v taskset >/dev/null; then pin=(taskset -c 0); fi

for round in $(seq "$rounds"); do
    echo "Round $round of $rounds, about 20 s …" >&2
    "${pin[@]}" "$ours" workflows/account-request.yaml >>"$work/times"
done

sort -k1,1 -k2,2n "$work/times" | awk -F '\t' '
    { times[$1, ++count[$1]] = $2 }
    function median(name) {
        if (!(name in count)) { print "nothing measured: " name > "/dev/stderr"; broken = 1; exit 2 }
        return times[name, int((count[name] + 1) / 2)]
    }
    END {
        if (broken) exit 2
        yaml = median("yaml"); both = median("read") + median("check")
        printf "1,000 states, 10,000 ways         milliseconds\n"
        printf "  Yams alone                       %10.1f\n", yaml / 1e6
        printf "  reading, Yams included           %10.1f\n", median("read") / 1e6
        printf "  check                            %10.1f\n", median("check") / 1e6
        printf "  reading and check / Yams         %10.2f  (target under 2)\n", both / yaml
        missed = both / yaml >= 2
        split("start decide effect timer", kinds, " ")
        printf "account request                    microseconds  (target 5)\n"
        for (index_ = 1; index_ <= 4; index_++) {
            time = median("step-" kinds[index_])
            printf "  step, %-26s %11.2f\n", kinds[index_], time / 1e3
            if (time > 5000) missed = 1
        }
        ratio = median("step-1000") / median("step-20")
        printf "step among 20 and 1,000 states     %7.2f and %.2f µs, ratio %.2f  (target 1.5)\n", \
            median("step-20") / 1e3, median("step-1000") / 1e3, ratio
        if (ratio > 1.5) missed = 1
        exit missed
    }'
