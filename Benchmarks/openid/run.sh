#!/usr/bin/env bash
# The OpenID provider under load on loopback, each figure beside a peer of the same run. See README.md beside this file.
#
# Usage: Benchmarks/openid/run.sh [PART…]    PART: token, introspect, discovery, flow (all without one)
# `token` installs authlib and gunicorn from PyPI into .build/benchmark; `flow` needs .build on a real disk, and cc.
# Exit code 1 when a target is missed.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=Benchmarks/openid
name=openid
parts=${*:-token introspect discovery flow}
# shellcheck source=Benchmarks/load.sh
source Benchmarks/load.sh
Tools/build-release.sh
Tools/build-release.sh BenchmarkService
usher=.build/release/usher
ours=.build/release/BenchmarkService

stop() { # all that was started; what was measured is forgotten
    for pid in "${pids[@]}"; do
        kill "$pid"
        wait "$pid" 2>/dev/null || true
    done
    pids=()
    rm -f "$folder"/{bare,metadata}
}
form() { # NAME URL FORM CLIENT
    post "$1" "$2" "$3" application/x-www-form-urlencoded "Basic $(printf %s "$4" | base64 --wrap=0)"
}

serve() { # a fresh installation, as it is released; nobody is counted, since all calls come from one address
    data=$(mktemp -d "$folder/data.XXXXXX")
    "$usher" init --data "$data" --manager marie@provider.example >/dev/null
    start served env USHER_API_CALLS_PER_MINUTE=0 USHER_BASE_URL=http://127.0.0.1:PORT \
        "$usher" serve --data "$data" --listen 127.0.0.1:PORT
    # shellcheck disable=SC2154  # start sets it.
    at=http://127.0.0.1:$served
}
service() { # NAME SCOPE…: registers one; prints CLIENT:SECRET
    local name=$1 answer
    shift
    answer=$("$usher" application add "$name" --kind service "${@/#/--scope=}" --json --data "$data")
    echo "$(member clientId <<<"$answer"):$(member clientSecret <<<"$answer")"
}
token_of() { # ADDRESS CLIENT:SECRET
    curl --silent --fail --user "$2" --data grant_type=client_credentials "$1/openid/token" | member access_token
}

token() {
    local client peer=.build/benchmark/authlib form=grant_type=client_credentials kind
    export PEER_CLIENT PEER_FILE=$PWD/$folder/peer.db PYTHONDONTWRITEBYTECODE=1
    if [[ ! -x $peer/bin/gunicorn ]]; then
        python3 -m venv "$peer"
        "$peer/bin/pip" install --quiet authlib==1.9.10 joserfc==1.8.0 cryptography==50.0.2 flask==3.1.3 \
            sqlalchemy==2.1.9 gunicorn==27.0.1
    fi
    serve
    client=$(service Platform decisions introspection)
    token_of "$at" "$client" >/dev/null
    start bare "$ours" bare _ PORT
    PEER_CLIENT=$client
    PEER_KIND=memory "$peer/bin/python3" "$here/peer.py"
    for kind in memory read kept; do
        # Threads keep connections open, which makes it twice as fast as gunicorn's usual workers; more of them do not.
        start "$kind" env PEER_KIND="$kind" "$peer/bin/gunicorn" --workers 2 --threads 4 --log-level warning \
            --chdir "$here" --bind 127.0.0.1:PORT peer:application
        token_of "http://127.0.0.1:${!kind}" "$client" >/dev/null
    done
    # shellcheck disable=SC2154  # start sets the ports.
    for _ in $(seq "$rounds"); do
        get bare "http://127.0.0.1:$bare/document"
        get metadata "$at/.well-known/openid-configuration"
        form token "$at/openid/token" "$form" "$client"
        form memory "http://127.0.0.1:$memory/openid/token" "$form" "$client"
        form read "http://127.0.0.1:$read/openid/token" "$form" "$client"
        form kept "http://127.0.0.1:$kept/openid/token" "$form" "$client"
    done
    tell "one route of Hummingbird, JSON" bare
    tell "metadata, a constant document of ours" metadata
    tell "client_credentials, ES256" token
    tell "authlib, client in memory" memory
    tell "authlib, client in SQLite" read
    tell "authlib, client and tokens in SQLite" kept
    verdict "token to the bare route" token bare 0.4
    verdict "token to our metadata" token metadata ""
    verdict "token to authlib, client and tokens in SQLite" token kept 50
    verdict "token to authlib, client in SQLite" token read ""
    verdict "token to authlib, client in memory" token memory ""
    stop
}

introspect() {
    local client id secret person form
    serve
    client=$(service Platform decisions introspection)
    form=token=$(token_of "$at" "$(service Other decisions)")
    read -r id secret person <<<"$("$ours" openid "$folder/people.db" 100)"
    start people "$ours" serve "$folder/people.db" PORT
    start bare "$ours" bare _ PORT
    require_active "$at" "$client" "$form"
    # shellcheck disable=SC2154  # start sets the ports.
    require_active "http://127.0.0.1:$people" "$id:$secret" "token=$person"
    # shellcheck disable=SC2154
    for _ in $(seq "$rounds"); do
        get bare "http://127.0.0.1:$bare/document"
        get metadata "$at/.well-known/openid-configuration"
        form program "$at/openid/introspect" "$form" "$client"
        form person "http://127.0.0.1:$people/openid/introspect" "token=$person" "$id:$secret"
    done
    tell "one route of Hummingbird, JSON" bare
    tell "metadata, a constant document of ours" metadata
    tell "introspection of a service's token" program
    tell "introspection of a person's token" person
    verdict "introspection to the bare route" program bare 0.5
    verdict "the same, of a person's token" person bare ""
    verdict "introspection to our metadata" program metadata ""
    stop
}

require_active() { # ADDRESS CLIENT:SECRET FORM
    [[ $(curl --silent --user "$2" --data "$3" "$1/openid/introspect" | member active) == True ]]
}

discovery() {
    local asset
    serve
    # The smaller one of what every page loads.
    asset=$(curl --silent --fail "$at/sign-in" | grep -o '/assets/[0-9a-f]*/usher.js' | head -1)
    curl --silent --fail --output /dev/null "$at/openid/keys"
    for _ in $(seq "$rounds"); do
        get asset "$at$asset"
        get metadata "$at/.well-known/openid-configuration"
        get keys "$at/openid/keys"
    done
    tell "a static asset" asset
    tell "metadata" metadata
    tell "keys" keys
    # As fast: what is left is for chance.
    verdict "metadata to the asset" metadata asset 0.95
    verdict "keys to the asset" keys asset 0.95
    stop
}

flow() {
    local file=$folder/flows.db people=1000 flows=${USHER_BENCH_FLOWS:-5000}
    if [[ $(stat --file-system --format=%T "$folder") == tmpfs ]]; then
        echo "$folder lies in memory, where flushing costs nothing." >&2
        exit 2
    fi
    cc -O2 -shared -fPIC -o "$folder/flushes.so" "$here/flushes.c"
    "$ours" openid "$file" "$people" >/dev/null
    python3 "$here/weigh.py" "$file" >"$folder/before"
    for _ in $(seq "$rounds"); do
        # Flows a second, and flushes a flow.
        echo "$(LD_PRELOAD=$folder/flushes.so FLUSHES=$folder/flushes "$ours" flows "$file" "$people" "$flows")" \
            "$(awk -v flows="$flows" '{ print $1 / flows }' "$folder/flushes")" >>"$folder/flows"
    done
    python3 "$here/weigh.py" "$file" >"$folder/after"
    sort -g "$folder/flows" | awk '{ a[NR] = $0 } END {
        split(a[int((NR + 1) / 2)], middle)
        printf "code flows, 64 callers: %d/s; each 2 durable writes, which share %.3f flushes: %d flushes/s\n",
            middle[1], middle[2], middle[1] * middle[2] }'
    join "$folder/before" "$folder/after" | awk -v flows=$((rounds * flows)) '$4 - $2 > flows / 10 {
        printf "%-30s%6.2f rows, %5.0f bytes a flow\n", $1, ($4 - $2) / flows, ($5 - $3) / flows
        rows += $4 - $2
        bytes += $5 - $3
    } END { printf "%-30s%6.2f rows, %5.0f bytes a flow\n", "in all", rows / flows, bytes / flows }'
}

for part in $parts; do
    case $part in
    token) token ;;
    introspect) introspect ;;
    discovery) discovery ;;
    flow) flow ;;
    *) echo "There is no part $part." >&2; exit 2 ;;
    esac
done
exit "$missed"
