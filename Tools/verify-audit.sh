#!/bin/sh
# Recomputes the audit chain with nothing of ours: sqlite3 reads, openssl hashes and verifies. docs/audit.md explains it.
#
# Usage: Tools/verify-audit.sh DATABASE PUBLIC-KEY [HEAD]     exit code 0: the chain holds. POSIX sh.
# The key is the `publicKey` of `usher audit verify --json`, 64 hexadecimal digits, noted down when it was trustworthy.
# HEAD is what was kept of the trail: the hash of an entry, or a file with heads as JSON, such as keys/audit.head.
set -eu
database=$1 key=$2 head=${3:-}
fail() { echo "$*" >&2; exit 1; }
printf '%s\n' "$key" | grep -Eqx '[0-9a-f]{64}' || { echo "the public key has 64 hexadecimal digits" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/entry" "$work/head"
# SubjectPublicKeyInfo of Ed25519 (RFC 8410): twelve bytes that are always the same, then the key.
sqlite3 :memory: "SELECT writefile('$work/key.der', x'302a300506032b6570032100$key')" >/dev/null

# Backslash and line feed inside a field are written \\ and \n; an absent field is empty.
field() { printf "replace(replace(coalesce(%s, ''), '\\', '\\\\\\\\'), char(10), '\\\\n') || char(10) || " "$1"; }
fields=$(for name in actor on_behalf_of action organization request subject detail; do field "$name"; done)

sqlite3 -readonly "$database" "
    BEGIN;
    SELECT writefile('$work/entry/' || printf('%012d', sequence), 'usher-audit-1' || char(10) || sequence || char(10)
        || at_ms || char(10) || $fields lower(hex(previous_hash))) FROM audit WHERE true;
    SELECT writefile('$work/head/' || sequence, 'usher-audit-head-1' || char(10) || sequence || char(10)
        || lower(hex(hash)) || char(10) || at_ms) FROM audit_head;
    SELECT writefile('$work/head/' || sequence || '.sig', signature) FROM audit_head;
    COMMIT;" >/dev/null
sqlite3 -readonly -separator ' ' "$database" \
    'SELECT sequence, lower(hex(previous_hash)), lower(hex(hash)) FROM audit ORDER BY sequence' >"$work/stored"
sqlite3 -readonly -separator ' ' "$database" \
    'SELECT sequence, lower(hex(hash)) FROM audit_head ORDER BY sequence' >"$work/heads"

# What openssl makes of each entry, beside what is stored: numbers without gaps, hashes equal, each naming the one before.
find "$work/entry" -type f | sort | xargs -r openssl dgst -sha256 -r | cut -d ' ' -f 1 | paste -d ' ' "$work/stored" - |
    awk 'BEGIN { last = sprintf("%064d", 0) }
        NF == 0 { next }
        $1 != NR || $2 != last || $3 != $4 { print "entry " NR " does not hold" > "/dev/stderr"; exit 1 }
        { last = $3; print $1, $3 }' >"$work/proven"
[ ! -s "$work/stored" ] || [ -s "$work/heads" ] || fail "none of the $(wc -l <"$work/stored") entries is signed"
while read -r number hash; do
    grep -qx "$number $hash" "$work/proven" || fail "the signed entry $number is not in the chain"
    openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key.der" -in "$work/head/$number" \
        -sigfile "$work/head/$number.sig" >/dev/null 2>&1 || fail "the signature over entry $number does not hold"
done <"$work/heads"

# What was kept elsewhere: each head must be in the chain, under its number; entries that were signed must still be.
last=$(tail -n 1 "$work/heads" | cut -d ' ' -f 1)
if [ -f "$head" ]; then
    sed -nE 's/.*"hash" ?: ?"([0-9a-f]{64})".*"sequence" ?: ?([0-9]+).*/\2 \1/p' "$head" >"$work/kept"
    # What `usher audit verify --json` prints has a line for each member; its first head is what counts.
    [ -s "$work/kept" ] || awk -F '[",: ]+' '/"hash"/ { hash = $3 } /"sequence"/ && hash { print $3, hash; exit }' \
        "$head" >"$work/kept"
    [ -s "$work/kept" ] || fail "no head of an audit trail is in $head"
    while read -r number hash; do
        [ "$number" = 0 ] || grep -qx "$number $hash" "$work/proven" || fail "the kept head $number is not in the chain"
        [ "$number" -le "${last:-0}" ] || fail "entry $number was signed, and its signature is missing"
    done <"$work/kept"
elif [ -n "$head" ]; then
    grep -q " $head\$" "$work/proven" || fail "no entry has the hash $head"
fi
echo "$(wc -l <"$work/proven") entries hold, signed up to ${last:-0}"
