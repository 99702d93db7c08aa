#!/usr/bin/env bash
# How fast mails leave: many that are due, handed over by one `usher run-due` to Postfix's smtp-sink on loopback.
#
# Usage: Benchmarks/mail/run.sh [MAILS [PROGRAM]]    (10000, and the release; /usr/sbin/smtp-sink of the package postfix)
# Exit code 1 when fewer than 500 a second leave, or a server that says nothing makes submissions 50 ms slower.
set -euo pipefail
cd "$(dirname "$0")/../.."
mails=${1:-10000}
usher=${2:-.build/release/usher}
if [ $# -lt 2 ]; then Tools/build-release.sh; fi
mkdir -p .build/benchmark
folder=$(mktemp -d "$PWD/.build/benchmark/mail.XXXXXX")
port=$((20000 + RANDOM % 20000))
export USHER_DATA="$folder/data"
as=()
if [ "$(id -u)" -eq 0 ]; then as=(-u nobody); fi
/usr/sbin/smtp-sink "${as[@]}" "127.0.0.1:$port" 256 2>"$folder/sink" &
sink=$!
trap 'kill "$sink" 2>/dev/null || true; rm -rf "$folder"' EXIT
"$usher" init --manager marie@provider.example --name 'Marie Durand' >/dev/null
# Mails of different kinds, long and short, to one reader: who that is costs nothing.
sqlite3 "$USHER_DATA/usher.db" >/dev/null <<SQL
PRAGMA busy_timeout = 10000;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $mails)
INSERT INTO effect (key, kind, template, recipient_id, ordered_at_ms, due_at_ms, state, tries, greatest_tries)
SELECT 'person/bench/mail/' || i, 'mail',
    CASE i % 3 WHEN 0 THEN 'password-changed' WHEN 1 THEN 'factor-changed' ELSE 'sessions-ended' END,
    (SELECT id FROM person LIMIT 1), unixepoch() * 1000, unixepoch() * 1000, 'due', 0, 8 FROM n;
SQL
export USHER_SMTP_URL="smtp://127.0.0.1:$port" USHER_SMTP_STARTTLS=none USHER_SMTP_HELO=usher.provider.example
start=$(date +%s.%N)
"$usher" run-due
end=$(date +%s.%N)
left=$(sqlite3 "$USHER_DATA/usher.db" "SELECT COUNT(*) FROM effect WHERE state <> 'done' AND key LIKE 'person/bench/%'")
rate=$(awk -v n="$mails" -v s="$start" -v e="$end" 'BEGIN { printf "%.0f", n / (e - s) }')
echo "$mails mails, $left left, $rate a second"
USHER_TEST_PROGRAM=$(realpath "$usher") python3 Benchmarks/mail/silent.py
[ "$left" -eq 0 ] && [ "$rate" -ge 500 ]
