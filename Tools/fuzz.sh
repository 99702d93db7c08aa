#!/usr/bin/env bash
# Feeds the reader of definitions and calendars, and the check, with what libFuzzer thinks of. What crashes, hangs or eats
# memory is left in .build/fuzz/found; Tests/Fuzz/corpus is where it starts from.
#
# Usage: FUZZ_SECONDS=600 Tools/fuzz.sh [OPTIONS OF libFuzzer]
set -euo pipefail
cd "$(dirname "$0")/.."
build=.build/fuzz
export USHER_FUZZ=1
swift build -c release --scratch-path "$build" --product Fuzz \
    -Xswiftc -sanitize=fuzzer,address
swiftc -sanitize=fuzzer,address -o "$build/fuzz" "$build/release/libFuzz.a" \
    -Xlinker -u -Xlinker LLVMFuzzerTestOneInput
mkdir -p "$build/grown" "$build/found"
# The sanitizer keeps freed memory for a while, so its limit is wider than that of the test on the program itself.
exec nice "$build/fuzz" -max_total_time="${FUZZ_SECONDS:-60}" -max_len=1000100 -timeout=10 -rss_limit_mb=1024 \
    -malloc_limit_mb=256 -dict=Tests/Fuzz/words.dict -artifact_prefix="$build/found/" "$@" \
    "$build/grown" Tests/Fuzz/corpus workflows catalogue/calendars
