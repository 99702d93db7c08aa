#!/bin/sh
# Serves PostgreSQL from a folder of its own, on no network, until its input ends; then all of it is gone.
#
# Usage: Tests/Scratch/postgresql.sh [OPTION OF postgres]...
# Prints the folder of the socket once the server takes connections; its user is "usher", without a password. Lines of
# input are orders: "restart" ends the server at once, as a crash does, and starts it again; "stop" ends it so; "start"
# starts it; "standby" starts a second one, which follows the first and without which the first acknowledges nothing, with
# its socket in the folder "standby"; "promote" ends the first at once and makes the second the primary. Each is answered
# by a line. As root the servers run as nobody. POSIX sh.
set -eu
# Where Debian keeps what only whoever runs a server needs.
PATH=$PATH:/usr/sbin:/sbin:/usr/lib/postgresql/15/bin
folder=$(mktemp -d /tmp/usher-pg.XXXXXX)
as() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    chown nobody "$folder"
    as() { runuser -u nobody -- "$@"; }
fi
options="-c listen_addresses= -c max_connections=400 $*"
# Each with the folder of a server: its socket is there, its data below.
stop() { as pg_ctl stop --pgdata "$1/data" --mode immediate --silent >&2; }
start() {
    as pg_ctl start --pgdata "$1/data" --silent --wait --log "$1/log" --options "-c unix_socket_directories=$1 $options" \
        >&2 </dev/null
}
follow() {
    as mkdir "$folder/standby"
    as pg_basebackup --host "$folder" --username usher --pgdata "$folder/standby/data" --write-recovery-conf \
        --checkpoint fast --no-sync >&2
    start "$folder/standby"
    as psql --host "$folder" --username usher --dbname postgres --output /dev/null \
        --command "ALTER SYSTEM SET synchronous_standby_names = '*'" --command "SELECT pg_reload_conf()" >&2
}
finish() {
    stop "$folder" 2>/dev/null || true
    stop "$folder/standby" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 0' INT TERM HUP
cd "$folder"
as initdb --pgdata "$folder/data" --username usher --auth trust --locale C --encoding UTF8 --no-sync >/dev/null
start "$folder"
echo "$folder"
while read -r order; do
    case $order in
    restart)
        stop "$folder"
        start "$folder"
        ;;
    stop) stop "$folder" ;;
    start) start "$folder" ;;
    standby) follow ;;
    promote)
        stop "$folder"
        as pg_ctl promote --pgdata "$folder/standby/data" --wait --silent >&2
        ;;
    *)
        echo "unknown order: $order" >&2
        exit 2
        ;;
    esac
    echo "$order"
done
