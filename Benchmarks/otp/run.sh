#!/usr/bin/env bash
# One-time passwords against OpenSSL's own HMAC and liboath: same machine, same run, one core, median of rounds, processor time.
#
# Usage: Benchmarks/otp/run.sh [ROUNDS]     (needs a C compiler and liboath-dev)
# Exit code 1 when a target is missed: codes at 60 % of OpenSSL, verification at 1.5 times liboath. README.md beside this
# says where the second cannot be reached, and why.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

Tools/build-release.sh BenchmarkOTP
ours=.build/release/BenchmarkOTP
cc -O2 -o "$work/liboath" Benchmarks/otp/liboath.c -loath

# Pinned to one core where that is possible, so that no round migrates.
pin=()
if command -v taskset >/dev/null; then pin=(taskset -c 0); fi

"$ours" prepare "$work/cases"
for round in $(seq "$rounds"); do
    echo "Round $round of $rounds, about 15 s …" >&2
    # OpenSSL reports thousands of bytes per second of 16-byte messages; a message is one block of HMAC.
    "${pin[@]}" openssl speed -hmac sha1 -bytes 16 -seconds 1 2>/dev/null |
        awk '/^hmac\(sha1\)/ { printf "openssl-hmac\t%d\n", $2 * 1000 / 16 }' >>"$work/rates"
    "${pin[@]}" "$work/liboath" "$work/cases" | sed 's/^/liboath-/' >>"$work/rates"
    "${pin[@]}" "$ours" measure "$work/cases" >>"$work/rates"
done

sort -k1,1 -k2,2n "$work/rates" | awk -F '\t' '
    { rates[$1, ++count[$1]] = $2; if ($3 != "") verdict[$1] = $3 }
    function median(name) {
        if (!(name in count)) { print "nothing measured: " name > "/dev/stderr"; broken = 1; exit 2 }
        return rates[name, int((count[name] + 1) / 2)]
    }
    END {
        if (broken) exit 2
        ratio = median("codes") / median("openssl-hmac")
        missed = ratio < 0.6
        printf "%-28s %12s %12s %8s\n", "calls per second, one core", "usher", "reference", "ratio"
        printf "%-28s %12d %12d %7.2fx  (openssl speed -hmac sha1; target 0.60)\n",
            "codes of a kept key", median("codes"), median("openssl-hmac"), ratio
        split("before current after wrong", kinds, " ")
        for (index_ = 1; index_ <= 4; index_++) {
            kind = kinds[index_]
            expected = kind == "wrong" ? "wrong" : "right"
            if (verdict["verify-" kind] != expected || verdict["liboath-verify-" kind] != expected) {
                print "the verdicts differ for: " kind > "/dev/stderr"; exit 2
            }
            reference = median("liboath-verify-" kind)
            plain = median("verify-" kind)
            sealed = median("unseal-verify-" kind)
            printf "%-28s %12d %12d %7.2fx  (oath_totp_validate; target 1.50)\n",
                "verify, code " kind, plain, reference, plain / reference
            printf "%-28s %12d %12d %7.2fx  (the same; unsealing only here)\n",
                "  with unsealing", sealed, reference, sealed / reference
            if (plain / reference < 1.5) missed = 1
        }
        exit missed
    }'
