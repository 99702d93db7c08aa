#!/usr/bin/env bash
# Lifecycles on SQLite and on PostgreSQL, beside DBOS Transact on the same two. See README.md beside this file.
#
# Usage: Benchmarks/databases/run.sh [LIFECYCLES [CLIENTS]]
# Installs dbos from PyPI into .build/benchmark. Exit code 1 when a target is missed: 30 times DBOS on PostgreSQL, 50 on SQLite.
set -euo pipefail
cd "$(dirname "$0")/../.."
lifecycles=${1:-1000}
clients=${2:-64}
version=3.4.0
mkdir -p .build/benchmark
folder=$(mktemp -d .build/benchmark/databases.XXXXXX)
server=
finish() {
    if [[ -n $server ]]; then kill "$server" 2>/dev/null || true; fi
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
Tools/build-release.sh BenchmarkLifecycle
peer=.build/benchmark/dbos-$version
if [[ ! -x $peer/bin/python3 ]]; then
    python3 -m venv "$peer"
    "$peer/bin/pip" install --quiet "dbos==$version"
fi

# One server for both, which flushes at each commit, as PostgreSQL does by itself; it ends with its input.
mkfifo "$folder/orders"
Tests/Scratch/postgresql.sh <"$folder/orders" >"$folder/socket" &
server=$!
exec 3>"$folder/orders"
for _ in $(seq 600); do
    if [[ -s $folder/socket ]]; then break; fi
    sleep 0.1
done
socket=$(<"$folder/socket")
for name in ours peer; do
    psql --quiet --host "$socket" --username usher postgres \
        --command "CREATE DATABASE $name TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
done

USHER_DATABASE_URL="postgres://usher@/ours?host=$socket" \
    .build/release/BenchmarkLifecycle databases "$folder" "$lifecycles" >"$folder/ours"
# A tenth is enough for the peer, whose rate does not depend on it.
few=$((lifecycles / 10 > clients ? lifecycles / 10 : clients))
on_postgresql=$("$peer/bin/python3" Benchmarks/databases/dbos_peer.py "postgresql://usher@/peer?host=$socket" "$few" "$clients")
on_sqlite=$("$peer/bin/python3" Benchmarks/databases/dbos_peer.py "sqlite:///$folder/peer.db" "$few" "$clients")
awk -v server="$on_postgresql" -v file="$on_sqlite" '
    function judge(name, rate, peer, target) {
        printf "%-12s%6d/s  DBOS%5d/s  ratio%7.1f  target %d: %s\n", name, rate, peer, rate / peer, target,
            rate / peer >= target ? "met" : "MISSED"
        if (rate / peer < target) missed = 1
    }
    { split($2, rate, "/") }
    $1 == "PostgreSQL" { judge($1, rate[1], server, 30) }
    $1 == "SQLite" { judge($1, rate[1], file, 50) }
    END { exit missed }' "$folder/ours"
