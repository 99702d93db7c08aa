#!/bin/sh
# Writes Sources/CDefaults/assets.c: one #embed for each file of workflows/, templates/, catalogue/ and api/.
# Run it after a file was added or removed; edits need nothing, since the compiler follows what it embeds.
# The same files give the same bytes on every machine. POSIX sh.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/.."
target=Sources/CDefaults/assets.c
draft=$target.new
trap 'rm -f "$draft"' EXIT

# Names that a C string or a shell loop would misread have no place among defaults; neither have hidden files.
list=$(for folder in workflows templates catalogue api; do
    if [ -d "$folder" ]; then find "$folder" -type f ! -name '.*' ! -path '*/.*'; fi
done | sort)
if printf '%s\n' "$list" | grep -q '[^A-Za-z0-9/._-]'; then
    echo "embed-defaults: a file name has other characters than letters, digits, '.', '_', '-':" >&2
    printf '%s\n' "$list" | grep '[^A-Za-z0-9/._-]' >&2
    exit 1
fi

{
    echo '// Made by Tools/embed-defaults.sh; do not edit.'
    echo '#include "CDefaults.h"'
    echo
    echo '// #embed is C23; clang takes it in any C, with a warning that would only repeat this sentence.'
    echo '#pragma clang diagnostic ignored "-Wc23-extensions"'
    number=0
    for path in $list; do
        echo
        # The final zero, which the length leaves out, keeps the array of an empty file legal.
        echo "static const unsigned char asset_$number[] = {"
        echo "#embed \"../../$path\" suffix(,)"
        echo '    0};'
        number=$((number + 1))
    done
    echo
    echo 'static const struct usher_default assets[] = {'
    number=0
    for path in $list; do
        echo "    {\"$path\", asset_$number, sizeof asset_$number - 1},"
        number=$((number + 1))
    done
    echo '    {0, 0, 0},'
    echo '};'
    echo
    echo 'size_t usher_default_count(void) { return sizeof assets / sizeof assets[0] - 1; }'
    echo
    echo 'const struct usher_default *usher_default_at(size_t index) {'
    echo '    return index < usher_default_count() ? &assets[index] : 0;'
    echo '}'
} >"$draft"

# An unchanged file keeps its date, so that nothing is rebuilt.
if cmp -s "$draft" "$target"; then rm -f "$draft"; else mv "$draft" "$target"; fi
