#!/bin/sh
# Runs a file of statements on a PostgreSQL server of its own, which listens on no network and is gone afterwards.
#
# Usage: Tests/StorageTests/postgresql.sh FILE
# Exit code 1 with the complaints if a statement is refused. As root the server runs as nobody. POSIX sh.
set -eu
# Where Debian keeps what only whoever runs a server needs.
PATH=$PATH:/usr/lib/postgresql/15/bin
file=$(realpath "$1")
folder=$(mktemp -d /tmp/usher-pg.XXXXXX)
as() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    chown nobody "$folder"
    as() { runuser -u nobody -- "$@"; }
fi
finish() {
    as pg_ctl stop --pgdata "$folder/data" --mode immediate --silent >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
as initdb --pgdata "$folder/data" --username usher --auth trust --locale C --encoding UTF8 --no-sync >/dev/null
as pg_ctl start --pgdata "$folder/data" --silent --wait --log "$folder/log" \
    --options "-c listen_addresses= -c unix_socket_directories=$folder -c fsync=off" >/dev/null
complaints=$(psql --host "$folder" --username usher --dbname postgres --quiet --no-psqlrc \
    --command "SET client_min_messages = warning" --file "$file" 2>&1 >/dev/null) || true
if [ -n "$complaints" ]; then
    echo "$complaints" | head -60
    exit 1
fi
