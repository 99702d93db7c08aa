#!/usr/bin/env bash
# Decisions by AuthZEN over HTTP on loopback, beside a route that does nothing else. See README.md beside this file.
#
# Usage: Benchmarks/authzen/run.sh
# USHER_BENCH_SECONDS and USHER_BENCH_ROUNDS change how long; USHER_BENCH_PEOPLE how many there are.
# Exit code 1 when a target is missed.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=Benchmarks/authzen
seconds=${USHER_BENCH_SECONDS:-5}
rounds=${USHER_BENCH_ROUNDS:-3}
people=${USHER_BENCH_PEOPLE:-10000}
mkdir -p .build/benchmark
folder=$(mktemp -d .build/benchmark/authzen.XXXXXX)
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
Tools/build-release.sh BenchmarkService
ours=.build/release/BenchmarkService
missed=0

start() { # NAME COMMAND…, PORT in it for one that is free: sets NAME to the port, once /healthz answers
    local name=$1 free
    free=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    shift
    "${@//PORT/$free}" >"$folder/$name.log" 2>&1 &
    pids+=($!)
    printf -v "$name" %s "$free"
    for _ in $(seq 3000); do
        if curl --silent --fail --output /dev/null "http://127.0.0.1:$free/healthz"; then return; fi
        kill -0 "${pids[-1]}" 2>/dev/null || break
        sleep 0.01
    done
    echo "$name does not answer: $(tail -1 "$folder/$name.log")" >&2
    exit 2
}
load() { # NAME SCRIPT WRK'S ARGUMENTS…: adds a line to the file NAME: requests a second, p50 and p99 in ms, errors
    local name=$1 script=$2 line
    shift 2
    line=$(wrk -t1 -c64 -d"${seconds}s" --timeout 20s --latency -s "$script" "$@" | tail -1)
    echo "$line" >>"$folder/$name"
    [[ ${line##* } == 0 ]] || { echo "$name: ${line##* } requests failed" >&2 && missed=1; }
}
rate() { sort -g "$folder/$1" | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; } # of the middle round
tell() { # WHAT NAME
    sort -g "$folder/$2" | awk -v what="$1" '{ a[NR] = $0 } END {
        split(a[int((NR + 1) / 2)], middle)
        printf "%-46s%8d/s  p50 %.1f ms, p99 %.1f ms\n", what, middle[1], middle[2], middle[3] }'
}
verdict() { # WHAT NAME PEER TARGET: the rate of NAME to that of PEER is at least the target, if there is one
    awk -v what="$1" -v ours="$(rate "$2")" -v peer="$(rate "$3")" -v target="$4" 'BEGIN {
        judged = target == "" ? "for comparison" : "target " target ": " (ours / peer >= target ? "met" : "MISSED")
        printf "%-46s%10.2f  %s\n", what, ours / peer, judged
        exit target != "" && ours / peer < target }' || missed=1
}
member() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
questions() { # NUMBER: a batch, each about another cloud
    python3 -c '
import json, sys
print(json.dumps({
    "subject": {"type": "user", "id": "p0@acme.example"}, "action": {"name": "create-instance"},
    "evaluations": [{"resource": {"type": "cloud", "id": f"acme/c{i}"}} for i in range(int(sys.argv[1]))]}))' "$1"
}

read -r id secret <<<"$("$ours" decisions "$folder/people.db" "$people")"
start bare "$ours" bare _ PORT
start served "$ours" serve "$folder/people.db" PORT
# shellcheck disable=SC2154  # start sets the ports.
at=http://127.0.0.1:$served
token=$(curl --silent --fail --user "$id:$secret" --data grant_type=client_credentials "$at/openid/token" |
    member access_token)
question='{"subject": {"type": "user", "id": "p0@acme.example"}, "action": {"name": "create-instance"},
    "resource": {"type": "cloud", "id": "acme/c0"}}'
search='{"subject": {"type": "user"}, "action": {"name": "create-instance"}, "page": {"limit": 10},
    "resource": {"type": "cloud", "id": "acme/c0"}}'
ask() { # NAME PATH QUESTION
    load "$1" "$here/ask.lua" "$at/access/v1/$2" -- "$3" "Bearer $token"
}
# What is measured is a permit, and so is each of the hundred.
answer() {
    curl --silent --header "Authorization: Bearer $token" --header 'Content-Type: application/json' \
        --data "$2" "$at/access/v1/$1"
}
[[ $(answer evaluation "$question") == *'"decision":true'* ]]
[[ $(answer evaluations "$(questions 100)" | grep -o '"decision":true' | wc -l) == 100 ]]
for _ in $(seq "$rounds"); do
    # shellcheck disable=SC2154
    load bare Benchmarks/service/get.lua "http://127.0.0.1:$bare/document"
    load metadata Benchmarks/service/get.lua "$at/.well-known/authzen-configuration"
    ask one evaluation "$question"
    ask hundred evaluations "$(questions 100)"
    ask search search/subject "$search"
done
tell "one route of Hummingbird, JSON" bare
tell "our metadata, a constant document" metadata
tell "an evaluation" one
tell "100 evaluations in one call" hundred
tell "a search for 10 of $people people" search
verdict "an evaluation to the bare route" one bare 0.6
verdict "an evaluation to our metadata" one metadata ""
# At most three times the cost.
verdict "100 in one call to one" hundred one 0.333
exit "$missed"
