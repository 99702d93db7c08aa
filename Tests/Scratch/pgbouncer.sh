#!/bin/sh
# Serves PgBouncer in transaction mode before a PostgreSQL server, on a socket, until its input ends; then it is gone.
#
# Usage: Tests/Scratch/pgbouncer.sh FOLDER     of the socket of PostgreSQL
# Prints the folder of its own socket once it takes connections. As root it runs as nobody. POSIX sh.
set -eu
PATH=$PATH:/usr/sbin:/sbin
folder=$(mktemp -d /tmp/usher-pgbouncer.XXXXXX)
as() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    chown nobody "$folder"
    as() { runuser -u nobody -- "$@"; }
fi
finish() {
    if [ -f "$folder/pid" ]; then kill "$(cat "$folder/pid")" 2>/dev/null || true; fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 0' INT TERM HUP
cd "$folder"
echo '"usher" ""' > users
cat > settings <<SETTINGS
[databases]
* = host=$1 user=usher
[pgbouncer]
pool_mode = transaction
listen_addr =
listen_port = 5432
unix_socket_dir = $folder
auth_type = trust
auth_file = $folder/users
logfile = $folder/log
pidfile = $folder/pid
max_client_conn = 400
default_pool_size = 3
SETTINGS
as pgbouncer -d -q "$folder/settings" >&2
# It goes into the background once it listens.
echo "$folder"
while read -r _; do :; done
