#!/usr/bin/env bash
# Ten thousand requests from one file, and a bomb. See README.md beside this file.
#
# Usage: Benchmarks/files/run.sh [ROWS [USHER]]
# Exit code 1 when a target is missed: 10,000 rows in 5 s; a bomb refused within 64 MB more than a good file takes.
set -euo pipefail
cd "$(dirname "$0")/../.."
rows=${1:-10000}
if [ $# -lt 2 ]; then Tools/build-release.sh; fi
usher=$(readlink -f "${2:-.build/release/usher}")
mkdir -p .build/benchmark
folder=$(mktemp -d .build/benchmark/files.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export USHER_DATA=$PWD/data

# An organization with a representative who has a password and an authenticator.
"$usher" init --manager marie@provider.example >/dev/null
"$usher" org add Acme --slug acme --representative rita@acme.example >/dev/null
"$usher" run-due >/dev/null
for who in marie@provider.example rita@acme.example; do
    mail=$(grep -l "^ <$who>" data/mail/*.eml | tail -1)
    token=$(tr -d '\r' <"$mail" | sed -e ':a;/=$/N;s/=\n//;ta' | grep -om1 'welcome#[0-9a-f]*' | cut -d'#' -f2)
    start=$(printf 'violette cendre 41\n' | "$usher" enrol start --token "$token" --password-stdin --json)
    secret=$(jq -r .secret <<<"$start")
    code=$(oathtool --totp="$(jq -r '.algorithm | ascii_downcase' <<<"$start")" -d "$(jq -r .digits <<<"$start")" \
        -s "$(jq -r .period <<<"$start")s" -b "$secret")
    "$usher" enrol verify --session "$(jq -r .session <<<"$start")" --code "$code" --json >/dev/null
done

{
    echo 'email,name,locale,grants,until,reason'
    for ((n = 1; n <= rows; n++)); do echo "p$n@acme.example,Person $n,fr,default=STD,31/03/2099,Joins the team"; done
} >people.csv
python3 - <<'P'
import zipfile
with zipfile.ZipFile("bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as z:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    z.writestr("_rels/.rels", f"<Relationships><Relationship Id='a' Type='{kind}/officeDocument' Target='xl/workbook.xml'/></Relationships>")
    z.writestr("xl/workbook.xml", "<workbook><sheets><sheet name='S' id='b'/></sheets></workbook>")
    z.writestr("xl/_rels/workbook.xml.rels", f"<Relationships><Relationship Id='b' Type='{kind}/worksheet' Target='s.xml'/></Relationships>")
    with z.open("xl/s.xml", "w") as f:
        f.write(b"<worksheet><sheetData>")
        for n in range(1, 3_000_000):
            f.write(b"<row r='%d'><c r='A%d' t='inlineStr'><is><t>aaaaaaaaaaaaaaaaaaaaaaaa</t></is></c></row>" % (n, n))
P

measure() { # seconds and greatest memory in kB of a run, whatever it answers
    /usr/bin/time -f '%e %M' -o time "$@" >out 2>err || true
    tail -1 time
}
submit=("$usher" request submit --org acme --as rita@acme.example --csv)
head -11 people.csv >few.csv
read -r _ small <<<"$(measure "${submit[@]}" few.csv --dry-run)"
read -r seconds memory <<<"$(measure "${submit[@]}" people.csv)"
grep -q "$rows submitted, 0 refused" out || { cat out err; exit 1; }
read -r bombed swollen <<<"$(measure "${submit[@]}" bomb.xlsx)"
echo "$rows rows: $seconds s, $((memory / 1024)) MB"
echo "a bomb: $bombed s, $(((swollen - small) / 1024)) MB more than ten rows; $(cat err)"
awk -v s="$seconds" -v rows="$rows" -v kb=$((swollen - small)) 'BEGIN { exit !(s <= 5 * rows / 10000 && kb <= 65536) }'
