#!/usr/bin/env bash
# Decisions by AuthZEN over HTTP on loopback, beside a route that does nothing else. See README.md beside this file.
#
# Usage: Benchmarks/authzen/run.sh
# USHER_BENCH_SECONDS and USHER_BENCH_ROUNDS change how long; USHER_BENCH_PEOPLE how many there are.
# Exit code 1 when a target is missed.
set -euo pipefail
cd "$(dirname "$0")/../.."
name=authzen
people=${USHER_BENCH_PEOPLE:-10000}
# shellcheck source=Benchmarks/load.sh
source Benchmarks/load.sh
Tools/build-release.sh BenchmarkService
ours=.build/release/BenchmarkService

questions() { # NUMBER: a batch, each about another cloud
    python3 -c '
import json, sys
print(json.dumps({
    "subject": {"type": "user", "id": "p0@acme.example"}, "action": {"name": "create-instance"},
    "evaluations": [{"resource": {"type": "cloud", "id": f"acme/c{i}"}} for i in range(int(sys.argv[1]))]}))' "$1"
}

read -r id secret <<<"$("$ours" decisions "$folder/people.db" "$people")"
start bare "$ours" bare _ PORT
start served "$ours" serve "$folder/people.db" PORT
# shellcheck disable=SC2154  # start sets the ports.
at=http://127.0.0.1:$served
token=$(curl --silent --fail --user "$id:$secret" --data grant_type=client_credentials "$at/openid/token" |
    member access_token)
question='{"subject": {"type": "user", "id": "p0@acme.example"}, "action": {"name": "create-instance"},
    "resource": {"type": "cloud", "id": "acme/c0"}}'
about_machine=${question/'"type": "cloud", "id": "acme/c0"'/'"type": "resource", "id": "vm-1"'}
search='{"subject": {"type": "user"}, "action": {"name": "create-instance"}, "page": {"limit": 10},
    "resource": {"type": "cloud", "id": "acme/c0"}}'
ask() { # NAME PATH QUESTION
    post "$1" "$at/access/v1/$2" "$3" application/json "Bearer $token"
}
# What is measured is a permit, and so is each of the hundred.
answer() {
    curl --silent --header "Authorization: Bearer $token" --header 'Content-Type: application/json' \
        --data "$2" "$at/access/v1/$1"
}
[[ $(answer evaluation "$question") == *'"decision":true'* ]]
[[ $(answer evaluation "$about_machine") == *'"decision":true'* ]]
[[ $(answer evaluations "$(questions 100)" | grep -o '"decision":true' | wc -l) == 100 ]]
for _ in $(seq "$rounds"); do
    # shellcheck disable=SC2154
    get bare "http://127.0.0.1:$bare/document"
    post bare_post "http://127.0.0.1:$bare/document" "$question" application/json "Bearer $token"
    get metadata "$at/.well-known/authzen-configuration"
    ask one evaluation "$question"
    ask machine evaluation "$about_machine"
    ask hundred evaluations "$(questions 100)"
    ask search search/subject "$search"
done
tell "one route of Hummingbird, JSON" bare
tell "the same of a question that is posted to it" bare_post
tell "our metadata, a constant document" metadata
tell "an evaluation" one
tell "an evaluation about a resource" machine
tell "100 evaluations in one call" hundred
tell "a search for 10 of $people people" search
verdict "an evaluation to the bare route" one bare 0.6
verdict "an evaluation to the bare route that is posted to" one bare_post ""
verdict "an evaluation to our metadata" one metadata ""
# At most three times the cost.
verdict "100 in one call to one" hundred one 0.333
exit "$missed"
