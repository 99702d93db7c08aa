#!/bin/sh
# Recomputes the audit chain with nothing of ours: sqlite3 reads, openssl hashes and verifies. docs/audit.md explains it.
#
# Usage: Tools/verify-audit.sh DATABASE PUBLIC-KEY     exit code 0: the chain holds. POSIX sh.
# The key is the `publicKey` of `usher audit verify --json`, 64 hexadecimal digits, noted down when it was trustworthy.
set -eu
database=$1 key=$2
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
        $1 != NR || $2 != last || $3 != $4 { print "entry " NR " does not hold" > "/dev/stderr"; exit 1 }
        { last = $3; print $1, $3 }' >"$work/proven"
while read -r number hash; do
    grep -qx "$number $hash" "$work/proven" || { echo "the signed entry $number is not in the chain" >&2; exit 1; }
    openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key.der" -in "$work/head/$number" \
        -sigfile "$work/head/$number.sig" >/dev/null 2>&1 || { echo "the signature over entry $number does not hold" >&2; exit 1; }
done <"$work/heads"
echo "$(wc -l <"$work/proven") entries hold, signed up to $(tail -n 1 "$work/heads" | cut -d ' ' -f 1)"
