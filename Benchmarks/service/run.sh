#!/usr/bin/env bash
# The service under load on loopback, each figure beside a peer of the same run. See README.md beside this file.
#
# Usage: Benchmarks/service/run.sh [PART…]    PART: health, inbox, verify, start, hostile (all without one)
# `verify` installs privacyIDEA from PyPI into .build/benchmark, `start` uses .build/release/usher.
# Exit code 1 when a target is missed.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=Benchmarks/service
seconds=${USHER_BENCH_SECONDS:-8}
rounds=${USHER_BENCH_ROUNDS:-3}
parts=${*:-health inbox verify start hostile}
mkdir -p .build/benchmark
folder=$(mktemp -d .build/benchmark/service.XXXXXX)
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

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
until_ready() { # URL: looks every 10 ms, for at most 30 s
    for _ in $(seq 3000); do
        if curl --silent --fail --output /dev/null "$1"; then return; fi
        sleep 0.01
    done
    echo "$1 does not answer." >&2
    exit 2
}
start() { # NAME COMMAND…: sets NAME to the port and NAME_pid to the process, once /healthz answers
    local name=$1 free
    free=$(port)
    shift
    "$@" "$free" >"$folder/$name.log" 2>&1 &
    pids+=($!)
    printf -v "${name}_pid" %s $!
    printf -v "$name" %s "$free"
    until_ready "http://127.0.0.1:$free/healthz"
}
stop() { kill "$1" && wait "$1" 2>/dev/null || true; }
# Requests a second, p50 and p99 in ms, errors.
get() { wrk -t1 -c"${connections:-64}" -d"${seconds}s" --latency -s "$here/get.lua" "$@" | tail -1; }
median() { sort -g | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
verdict() { # WHAT RATIO least|most TARGET
    local met
    met=$(awk -v r="$2" -v t="$4" -v k="$3" 'BEGIN { print (k == "least" ? r >= t : r <= t) ? "met" : "MISSED" }')
    printf '%-46s%10.2f  target at %s %s: %s\n' "$1" "$2" "$3" "$4" "$met"
    [[ $met == met ]] || missed=1
}
memory() { awk '/VmHWM/ { printf "%.0f\n", $2 / 1024 }' "/proc/$1/status"; }

health() {
    start bare "$ours" bare _
    "$ours" prepare "$folder/small.db" 0 0 >"$folder/token"
    start served "$ours" serve "$folder/small.db"
    for _ in $(seq "$rounds"); do
        get "http://127.0.0.1:$bare/healthz" | cut -d' ' -f1 >>"$folder/bare"
        get "http://127.0.0.1:$served/healthz" | cut -d' ' -f1 >>"$folder/served"
    done
    local b s
    b=$(median <"$folder/bare") s=$(median <"$folder/served")
    echo "healthz: $s/s; one bare route of Hummingbird: $b/s"
    verdict "healthz to a bare route" "$(awk "BEGIN { print $s / $b }")" least 0.9
    stop "$bare_pid"
    stop "$served_pid"
}

inbox() {
    local few_token many_token f m
    few_token=$("$ours" prepare "$folder/few.db" 100 100)
    many_token=$("$ours" prepare "$folder/many.db" 100 100000)
    start few "$ours" serve "$folder/few.db"
    start many "$ours" serve "$folder/many.db"
    curl --silent --fail --cookie "__Host-usher=$many_token" "http://127.0.0.1:$many/inbox" >"$folder/inbox.html"
    for _ in $(seq "$rounds"); do
        connections=16 get -H "Cookie: __Host-usher=$few_token" "http://127.0.0.1:$few/inbox" >>"$folder/few"
        connections=16 get -H "Cookie: __Host-usher=$many_token" "http://127.0.0.1:$many/inbox" >>"$folder/many"
    done
    f=$(cut -d' ' -f1 "$folder/few" | median) m=$(cut -d' ' -f1 "$folder/many" | median)
    echo "inbox page: $f/s with 100 waiting requests, $m/s with 100,000 (errors: $(cut -d' ' -f4 "$folder/many" | paste -sd+))"
    verdict "inbox, 100,000 to 100" "$(awk "BEGIN { print $m / $f }")" least 0.5
    stop "$few_pid"
    stop "$many_pid"
}

verify() {
    local people=40000 line rate refused v p
    "$ours" prepare "$folder/verify.db" "$people" 0 >/dev/null
    start served "$ours" serve "$folder/verify.db"
    # A code is good once and for a minute and a half: each round shows that of the next period.
    for round in $(seq "$rounds"); do
        [[ $round == 1 ]] || sleep "$(awk -v now="$(date +%s)" 'BEGIN { print 31 - now % 30 }')"
        "$ours" codes "$folder/codes" "$people"
        line=$(wrk -t2 -c64 -d"${seconds}s" --latency -s "$here/verify.lua" "http://127.0.0.1:$served" \
            -- "$folder/codes" 2 | tail -1)
        read -r rate _ refused _ <<<"$line"
        echo "verified by the API: $line (a second, all, refused, p50 ms, p99 ms)"
        [[ $refused == 0 ]] || missed=1
        echo "$rate" >>"$folder/verified"
    done
    v=$(median <"$folder/verified")
    verdict "verifications a second, 64 connections" "$v" least 2000
    stop "$served_pid"
    peer
    p=$(median <"$folder/peer")
    echo "privacyIDEA /validate/check: $p/s"
    verdict "ours to privacyIDEA" "$(awk "BEGIN { print $v / $p }")" least 100
}

peer() {
    local venv=.build/benchmark/privacyidea free
    if [[ ! -x $venv/bin/pi-manage ]]; then
        echo "Installing privacyIDEA …" >&2
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet privacyidea==3.14 gunicorn pyotp
    fi
    free=$(port)
    coproc PEER { exec "$venv/bin/python3" "$here/privacyidea.py" "$venv" "$folder/pi" "$free" 1500 "$folder/pi-codes"; }
    # shellcheck disable=SC2153  # bash sets PEER_PID and PEER.
    pids+=("$PEER_PID")
    read -r _ <&"${PEER[0]}"
    for round in $(seq "$rounds"); do
        [[ $round == 1 ]] || sleep "$(awk -v now="$(date +%s)" 'BEGIN { print 31 - now % 30 }')"
        echo codes >&"${PEER[1]}"
        read -r _ <&"${PEER[0]}"
        wrk -t2 -c8 -d"${seconds}s" --timeout 20s --latency -s "$here/verify.lua" "http://127.0.0.1:$free" \
            -- "$folder/pi-codes" 2 | tail -1 | tee /dev/stderr | cut -d' ' -f1 >>"$folder/peer"
    done
    stop "$PEER_PID"
}

start_up() {
    local program=.build/release/usher data=$folder/data free began ready
    "$program" init --data "$data" --manager marie@provider.example >/dev/null
    "$ours" people "$data/usher.db" 1000000
    # The page cache is warm, as after any use; the process is new each time.
    for _ in $(seq "$rounds"); do
        free=$(port)
        began=$(date +%s%N)
        "$program" serve --data "$data" --listen "127.0.0.1:$free" >"$folder/start.log" 2>&1 &
        pids+=($!)
        until_ready "http://127.0.0.1:$free/readyz"
        ready=$((($(date +%s%N) - began) / 1000000))
        echo "$ready" >>"$folder/ready"
        get "http://127.0.0.1:$free/sign-in" >/dev/null
        memory "$!" >>"$folder/memory"
        stop "$!"
    done
    verdict "ready with 1,000,000 people, ms" "$(median <"$folder/ready")" most 300
    verdict "memory at its height after load, MB" "$(median <"$folder/memory")" most 150
}

hostile() {
    local calm harmed kind report
    "$ours" prepare "$folder/hostile.db" 0 0 >/dev/null
    start target "$ours" serve "$folder/hostile.db"
    for kind in idle loris headers bodies; do
        calm=$(connections=8 get "http://127.0.0.1:$target/sign-in" | cut -d' ' -f3)
        python3 "$here/hostile.py" "$kind" "$target" $((seconds + 4)) >"$folder/$kind" &
        pids+=($!)
        until grep -qs ready "$folder/$kind"; do sleep 0.1; done
        harmed=$(connections=8 get "http://127.0.0.1:$target/sign-in")
        wait "${pids[-1]}"
        report=$(tail -1 "$folder/$kind")
        echo "$kind: $report; p99 $calm ms before, $(cut -d' ' -f3 <<<"$harmed") ms meanwhile, errors $(cut -d' ' -f4 <<<"$harmed")"
        verdict "p99 of others, $kind" "$(awk "BEGIN { print $(cut -d' ' -f3 <<<"$harmed") / $calm }")" most 2
    done
    echo "memory at its height: $(memory "$target_pid") MB"
    stop "$target_pid"
}

for part in $parts; do
    case $part in
    health | inbox | verify | hostile) "$part" ;;
    start) start_up ;;
    *) echo "There is no part $part." >&2; exit 2 ;;
    esac
done
exit "$missed"
