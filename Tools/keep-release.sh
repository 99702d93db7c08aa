#!/bin/sh
# Keeps what the present version writes, so that every later one is tried on it: once, when a version is released.
#
# Usage: Tools/keep-release.sh VERSION     e.g. 0.2.0; commit what it made under Tests/UpgradeTests/Kept. POSIX sh.
set -eu
cd "$(dirname "$0")/.."
version=${1:?"say which version is released, such as 0.2.0"}
grep -q "static let version = \"$version\"" Sources/usher/Usher.swift || {
    echo "keep-release: this is not version $version; see Sources/usher/Usher.swift" >&2
    exit 1
}
kept=Tests/UpgradeTests/Kept/$version
if [ -e "$kept" ]; then
    echo "keep-release: $kept is there already, and is never made anew" >&2
    exit 1
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
USHER_KEEP_RELEASE=$folder Tools/test.sh --filter KeepingTests
mkdir -p "$kept"
sqlite3 "$folder/usher.db" .dump >"$kept/usher.sql"
cp "$folder/facts.json" "$kept/"
echo "kept: $kept"
