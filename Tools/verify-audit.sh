#!/bin/sh
# Recomputes the audit chains with nothing of ours: sqlite3 or psql reads, openssl hashes and verifies. docs/audit.md
# explains it.
#
# Usage: Tools/verify-audit.sh DATABASE PUBLIC-KEY [HEAD]     exit code 0: the trail holds. POSIX sh.
# DATABASE is a file of SQLite, or the URL of a PostgreSQL database, postgres://…, for which psql finds a password itself.
# The key is the `publicKey` of `usher audit verify --json`, 64 hexadecimal digits, noted down when it was trustworthy.
# HEAD is what was kept of the trail: the hash of an entry, or a file with heads as JSON, such as keys/audit.head.
set -eu
export LC_ALL=C
database=$1 key=$2 head=${3:-}
fail() { echo "$*" >&2; exit 1; }
printf '%s\n' "$key" | grep -Eqx '[0-9a-f]{64}' || { echo "the public key has 64 hexadecimal digits" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/entry" "$work/seal" "$work/head"

# A line for each column. A backslash and a line feed inside of one are written \\ and \n; what is absent is empty.
line='
'
text() { printf "replace(replace(coalesce(%s, ''), '\\\\', '\\\\\\\\'), '%s', '\\\\n')" "$1" "$line"; }
case $database in
postgres://* | postgresql://*)
    ask() { psql -XAtq -F "$line" -v ON_ERROR_STOP=1 -c "$1" "$database"; }
    hex() { printf "encode(%s, 'hex')" "$1"; }
    ;;
*)
    ask() { sqlite3 -readonly -list -separator "$line" "$database" "$1"; }
    hex() { printf 'lower(hex(%s))' "$1"; }
    ;;
esac
# Heads first: what is recorded meanwhile is not signed yet.
ask "SELECT sequence, $(hex hash), at_ms, $(hex signature) FROM audit_head ORDER BY sequence" >"$work/signed"
ask "SELECT sequence, at_ms, $(text actor), $(text on_behalf_of), $(text action), $(text organization), $(text request),
    $(text subject), $(text detail), $(hex previous_hash), $(hex hash) FROM audit ORDER BY sequence" >"$work/columns"

paste -d ' ' - - - - <"$work/signed" >"$work/heads"

# What is hashed of each entry, in a file of its own, and what the walk needs, as a line. A trail that begins in
# format 1 is one chain, until the entry audit.chains begins those of the installation and of each organization: format 2.
first=$(printf 'usher-audit-1\n%s' "$(head -n 10 "$work/columns")" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
awk -v folder="$work/entry" -v single="$([ "$first" = "$(sed -n 11p "$work/columns")" ] && echo 1 || echo 0)" '
    { field[(NR - 1) % 11 + 1] = $0 }
    NR % 11 == 0 {
        divides = field[5] == "audit.chains" && field[6] == ""
        again = divides && !single && NR > 11
        if (divides) single = 0
        file = sprintf("%s/%012d", folder, NR / 11)
        printf "usher-audit-%d", (single ? 1 : 2) >file
        for (i = 1; i <= 10; i++) printf "\n%s", field[i] >file
        close(file)
        chain = single || field[6] == "" ? "-" : field[6]
        seal = !single && chain == "-" && field[5] == "audit.seal" ? "=" field[9] : "-"
        print field[1], chain, again, seal, field[10], field[11]
    }' "$work/columns" >"$work/stored"

# What openssl makes of files, in the order of their names.
digests() { find "$work/$1" -type f | sort | xargs -r openssl dgst -sha256 -r | cut -d ' ' -f 1; }

# Numbers without gaps, hashes equal, each entry naming the one before it in its chain; the first of an organization
# names the newest of the installation. A seal is the hash of the ends of the chains that went on since the one before.
digests entry | paste -d ' ' "$work/stored" - | awk -v folder="$work/seal" '
    BEGIN { installation = sprintf("%064d", 0) }
    function wrong(what) { print "entry " NR " " what >"/dev/stderr"; exit 1 }
    NF == 0 { next }
    {
        before = $2 in hash ? hash[$2] : installation
        if ($1 != NR || $5 != before || $6 != $7) wrong("does not hold")
        if ($3) wrong("begins the chains of organizations again")
        if ($2 != "-") {
            if (!($2 in open)) { open[$2]; moved++ }
            number[$2] = $1; hash[$2] = $6
        } else {
            installation = $6
        }
        if ($4 != "-") {
            file = sprintf("%s/%012d", folder, NR); printf "" >file
            count = 0
            for (organization in open) {
                for (i = ++count; i > 1 && list[i - 1] > organization; i--) list[i] = list[i - 1]
                list[i] = organization
            }
            for (i = 1; i <= count; i++)
                printf "%s%s %s %s", (i == 1 ? "" : "\n"), list[i], number[list[i]], hash[list[i]] >file
            close(file)
            for (organization in open) delete open[organization]
            print substr($4, 2) >(folder "s")
        }
        print $1, $6
    }' >"$work/proven"
touch "$work/seals"
digests seal | cmp -s - "$work/seals" || fail "a seal does not name the ends of the chains"

# The signatures, each over an entry that was just proven.
bytes() {
    printf "$(echo "$1" | awk '{ for (i = 1; i < length($0); i += 2) printf "\\%03o",
        16 * (index(d, substr($0, i, 1)) - 1) + index(d, substr($0, i + 1, 1)) - 1 }' d=0123456789abcdef)"
}
# SubjectPublicKeyInfo of Ed25519 (RFC 8410): twelve bytes that are always the same, then the key.
bytes "302a300506032b6570032100$key" >"$work/key"
[ ! -s "$work/stored" ] || [ -s "$work/heads" ] || fail "none of the $(wc -l <"$work/stored") entries is signed"
while read -r number hash at signature; do
    grep -qx "$number $hash" "$work/proven" || fail "the signed entry $number is not in the trail"
    printf 'usher-audit-head-1\n%s\n%s\n%s' "$number" "$hash" "$at" >"$work/head/text"
    bytes "$signature" >"$work/head/signature"
    openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key" -in "$work/head/text" \
        -sigfile "$work/head/signature" >/dev/null 2>&1 || fail "the signature over entry $number does not hold"
done <"$work/heads"

# What was kept elsewhere: each head must be in the trail, under its number; entries that were signed must still be.
last=$(tail -n 1 "$work/heads" | cut -d ' ' -f 1)
if [ -f "$head" ]; then
    sed -nE 's/.*"hash" ?: ?"([0-9a-f]{64})".*"sequence" ?: ?([0-9]+).*/\2 \1/p' "$head" >"$work/kept"
    # What `usher audit verify --json` prints has a line for each member; its first head is what counts.
    [ -s "$work/kept" ] || awk -F '[",: ]+' '/"hash"/ { hash = $3 } /"sequence"/ && hash { print $3, hash; exit }' \
        "$head" >"$work/kept"
    [ -s "$work/kept" ] || fail "no head of an audit trail is in $head"
    while read -r number hash; do
        [ "$number" = 0 ] || grep -qx "$number $hash" "$work/proven" || fail "the kept head $number is not in the trail"
        [ "$number" -le "${last:-0}" ] || fail "entry $number was signed, and its signature is missing"
    done <"$work/kept"
elif [ -n "$head" ]; then
    grep -q " $head\$" "$work/proven" || fail "no entry has the hash $head"
fi
chains=$(awk '!seen[$2]++' "$work/stored" | wc -l)
echo "$(wc -l <"$work/proven") entries hold (chains: $chains), signed up to ${last:-0}"
