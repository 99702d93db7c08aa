#!/usr/bin/env bash
# Pages of resources by two tags, among ten thousand resources and among a million. See README.md beside this file.
#
# Usage: Benchmarks/resources/run.sh [FOLDER [ROUNDS [FEW [MANY [USHER]]]]]    (about 5 GB in FOLDER, removed afterwards)
# Exit code 1 when the target is missed: every page in under 10 ms among many.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD/Benchmarks/resources
rounds=${2:-41}
if [ $# -lt 5 ]; then Tools/build-release.sh; fi
usher=$(readlink -f "${5:-.build/release/usher}")
mkdir -p "${1:-.build/benchmark}"
folder=$(mktemp -d "${1:-.build/benchmark}/resources.XXXXXX")
folder=$(readlink -f "$folder")
servers=()
end() {
    for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done
    wait
    rm -rf "$folder"
}
trap end EXIT
export SQLITE_TMPDIR=$folder TMPDIR=$folder

asked=()
port=18431
for count in "${3:-10000}" "${4:-1000000}"; do
    export USHER_DATA=$folder/$count
    "$usher" init --manager marie@provider.example >/dev/null
    "$usher" org add Acme --slug acme --representative rita@acme.example >/dev/null
    "$usher" service add acme/default Shop >/dev/null
    for number in $(seq 1 100); do
        "$usher" org add "Organization $number" --slug "o$number" --representative "r$number@o.example" >/dev/null
        "$usher" service add "o$number/default" Shop >/dev/null
    done
    "$usher" application add Platform --kind service --scope resources --json >"$folder/application.json"
    begun=$SECONDS
    sed "s/COUNT/$count/g" "$here/fill.sql" | sqlite3 "$USHER_DATA/usher.db"
    echo "$count resources: $(du -m "$USHER_DATA/usher.db" | cut -f1) MB, made in $((SECONDS - begun)) s"
    USHER_API_CALLS_PER_MINUTE=0 "$usher" serve --listen "127.0.0.1:$port" --base-url "http://127.0.0.1:$port" >"$folder/$count.log" 2>&1 &
    servers+=($!)
    until curl -sf "http://127.0.0.1:$port/healthz" >/dev/null; do sleep 0.2; done
    token=$(curl -sS --fail -u "$(jq -r '"\(.clientId):\(.clientSecret)"' "$folder/application.json")" \
        -d grant_type=client_credentials "http://127.0.0.1:$port/openid/token" | jq -r .access_token)
    asked+=("http://127.0.0.1:$port" "$token")
    port=$((port + 1))
done
python3 "$here/ask.py" "$rounds" "${asked[@]}"
