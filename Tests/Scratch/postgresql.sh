#!/bin/sh
# Serves PostgreSQL from a folder of its own, on no network, until its input ends; then all of it is gone.
#
# Usage: Tests/Scratch/postgresql.sh [OPTION OF postgres]...
# Prints the folder of the socket once the server takes connections; its user is "usher", without a password. Lines of
# input are orders: "restart" ends the server at once, as a crash does, and starts it again; "stop" ends it so; "start"
# starts it. Each is answered by a line. As root the server runs as nobody. POSIX sh.
set -eu
# Where Debian keeps what only whoever runs a server needs.
PATH=$PATH:/usr/sbin:/sbin:/usr/lib/postgresql/15/bin
folder=$(mktemp -d /tmp/usher-pg.XXXXXX)
as() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    chown nobody "$folder"
    as() { runuser -u nobody -- "$@"; }
fi
options="-c listen_addresses= -c unix_socket_directories=$folder -c max_connections=400 $*"
stop() { as pg_ctl stop --pgdata "$folder/data" --mode immediate --silent >&2; }
start() {
    as pg_ctl start --pgdata "$folder/data" --silent --wait --log "$folder/log" --options "$options" >&2 </dev/null
}
finish() {
    stop 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 0' INT TERM HUP
cd "$folder"
as initdb --pgdata "$folder/data" --username usher --auth trust --locale C --encoding UTF8 --no-sync >/dev/null
start
echo "$folder"
while read -r order; do
    case $order in
    restart)
        stop
        start
        ;;
    stop) stop ;;
    start) start ;;
    *)
        echo "unknown order: $order" >&2
        exit 2
        ;;
    esac
    echo "$order"
done
