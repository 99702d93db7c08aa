# Load on loopback, for benchmarks that are wrk against servers: `source` it from a run.sh, at the top of the checkout.
#
# Reads `name`, which names the folder of the run, and USHER_BENCH_SECONDS and USHER_BENCH_ROUNDS.
# shellcheck shell=bash disable=SC2034  # What is set here is read there.
seconds=${USHER_BENCH_SECONDS:-5}
rounds=${USHER_BENCH_ROUNDS:-3}
missed=0
mkdir -p .build/benchmark
folder=$(mktemp -d ".build/benchmark/$name.XXXXXX")
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT

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
get() { load "$1" Benchmarks/service/get.lua "$2"; } # NAME URL
post() { # NAME URL BODY TYPE AUTHORIZATION
    load "$1" Benchmarks/post.lua "$2" -- "$3" "$4" "$5"
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
