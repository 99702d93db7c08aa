#!/bin/sh
# Gathers every message into templates/words/usher.pot and merges it into each language's catalogue, templates/words/XX.po.
#
# Usage: Tools/words.sh [check]     check changes nothing, and fails where something is not current or ill-formed
# en.po is written by hand: it names what no template and no source says. POSIX sh.
set -eu
cd "$(dirname "$0")/.."
words=templates/words
draft=$(mktemp -d)
trap 'rm -rf "$draft"' EXIT
status=0

python3 Tools/words.py >"$draft/usher.pot"
if [ "${1:-}" = check ]; then
    cmp -s "$draft/usher.pot" "$words/usher.pot" || { echo "words: $words/usher.pot is not current: run make words" >&2; status=1; }
    for file in "$words"/*.po; do
        msgfmt -c -o /dev/null "$file" || status=1
    done
    exit "$status"
fi
mv "$draft/usher.pot" "$words/usher.pot"
for file in "$words"/*.po; do
    if [ "$file" = "$words/en.po" ]; then continue; fi
    msgmerge --quiet --update --backup=none --no-wrap "$file" "$words/usher.pot" 2>/dev/null || status=1
done
exit "$status"
