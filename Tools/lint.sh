#!/bin/sh
# Checks what a machine can check without building: format, scripts, embedded files. Changes nothing. POSIX sh.
set -eu
cd "$(dirname "$0")/.."
status=0

fail() { printf 'lint: %s\n' "$*" >&2; status=1; }

sources=
for path in Package.swift Sources Tests Benchmarks; do
    if [ -e "$path" ]; then sources="$sources $path"; fi
done
# shellcheck disable=SC2086 # A list of words.
swift format lint --strict --recursive --parallel --configuration .swift-format $sources ||
    fail "put the format right with: swift format -i --configuration .swift-format FILE…"

# Every script parses, by the shell that its first line names.
for script in .ci/run Tools/*.sh Benchmarks/*/*.sh Tests/*/*.sh Tests/*/*/*.sh; do
    if [ ! -e "$script" ]; then continue; fi
    case $(head -n 1 "$script") in
    *bash) bash -n "$script" || fail "$script does not parse" ;;
    *sh) sh -n "$script" || fail "$script does not parse" ;;
    *) fail "$script does not say which shell it is for" ;;
    esac
    [ -x "$script" ] || fail "$script is not executable"
done

# What is embedded is what the folders hold. The script writes beside itself, so it runs on a copy.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy/Sources/CDefaults"
cp -R Tools workflows templates catalogue api "$copy"
"$copy/Tools/embed-defaults.sh"
cmp -s "$copy/Sources/CDefaults/assets.c" Sources/CDefaults/assets.c ||
    fail "Sources/CDefaults/assets.c is not current: run Tools/embed-defaults.sh"

# Every message is in the catalogues, and each of those is well formed.
Tools/words.sh check || fail "put the catalogues right: make words says what is missing"

# A link between documents leads to a file that is there.
for page in *.md docs/*.md; do
    for link in $(sed -n 's/](\([^)]*\))/\n\1\n/gp' "$page" | grep -E '^[A-Za-z0-9._/-]+$' || true); do
        [ -e "$(dirname "$page")/$link" ] || fail "$page links to $link, which is not there"
    done
done

# A private key, or a line with both ends of a merge, has no place in the repository.
if git rev-parse --git-dir >/dev/null 2>&1; then
    if git grep -nE '^(<{7}|>{7}) |^-----BEGIN [A-Z ]*PRIVATE KEY' -- ':!*.md'; then
        fail "the lines above do not belong here"
    fi
fi
exit "$status"
