"""What 64 kB of the worst cost beside 64 kB of the best, at every door: processor time of the server, or of a command.

Usage: bodies.py [ROUNDS]    (by run.sh, against the program that USHER_TEST_PROGRAM names)
Exit code 1 where the worst costs more than twice the best.
"""

import http.client
import io
import os
import pathlib
import resource
import subprocess
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/WebTests/Browser"))
from site_under_test import PROGRAM, Site  # noqa: E402

SIZE = 64_000
LIMITS = {f"USHER_LIMITS_{kind}_PER_MINUTE": "1000000" for kind in ("SIGN_INS", "ENROLMENTS", "RENEWALS")}
LIMITS["USHER_API_CALLS_PER_MINUTE"] = "0"


def filled(unit, before="", after=""):
    return before + unit * ((SIZE - len(before) - len(after)) // len(unit)) + after


JSON = {
    "nested lists": filled("[", '{"a":'),
    "chains of 500 lists": filled("[" * 500 + "]" * 500 + ",", '{"a":[', "1]}"),
    "nested objects": filled('{"a":'),
    "many values": filled("1,", '{"a":[', "1]}"),
    "many members": "{" + ",".join(f'"m{number}":1' for number in range(6_000))[: SIZE - 20] + ',"z":1}',
    "escapes": filled("\\u00e9", '{"email":"', '","password":"x"}'),
    "a long number": filled("9", '{"a":', "}"),
    "no end of a text": filled("x", '{"a":"'),
    "no JSON": filled("}"),
}
FORMS = {
    "many fields": filled("a=1&"),
    "many names": "&".join(f"f{number}=1" for number in range(9_000))[:SIZE],
    "escapes": filled("%C3%A9", "email="),
    "pluses": filled("+", "email="),
    "ampersands": filled("&"),
    "broken escapes": filled("%", "email="),
}
HEADERS = {
    "many languages": ("Accept-Language", ",".join(["fr;q=0.1"] * 1_700)),
    "many cookies": ("Cookie", "; ".join(f"c{number}=1" for number in range(1_800))[:16_000]),
    "many hops": ("X-Forwarded-For", ",".join(["127.0.0.1"] * 1_600)),
    "many tags": ("If-None-Match", ",".join(['"x"'] * 4_000)),
}


HEADING = "email,name,locale,grants,until,reason\n"
FILES = {
    "quotes": filled('"', HEADING),
    "quoted quotes": filled('"""",', HEADING),
    "one cell": filled("x", HEADING),
    "empty rows": filled("\n", HEADING),
    "empty cells": filled(",", HEADING),
    "semicolons": filled(";", HEADING),
    "columns": filled("a,"),
    "short rows": filled("x\n", HEADING),
    "rows just long enough": filled("x@yyy.com\n", HEADING),
    "grants": filled("prod=STD;", HEADING + 'a@acme.example,A,en,"', '",,R'),
    "wrong dates": filled("a@acme.example,A,en,prod=STD,31/31/31,R\n", HEADING),
    "mojibake": filled("Ã©", HEADING, ",A,en,prod=STD,,R\n").encode()[:SIZE],
    "no UTF-8": filled("x", HEADING).encode()[:-1] + b"\xff",
}
DEFINITION = (ROOT / "workflows/account-closure.yaml").read_text()
YAML = {
    "nested lists": filled("[", "a: "),
    "nested maps": filled("{a: ", "a: "),
    "aliases": "a: &a [x]\n" + "".join(f"b{number}: [*a, *a]\n" for number in range(4_000)),
    "laughs": "a0: &a0 [x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}, *a{n}, *a{n}]\n" for n in range(1_800)),
    "keys": "".join(f"k{number}: 1\n" for number in range(6_500)),
    "states": DEFINITION + "".join(f"  s{number}: {{end: success}}\n" for number in range(2_800)),
    "dashes": filled("- "),
    "quotes": filled('"'),
    "documents": filled("---\n"),
    "indents": "".join(" " * depth + f"k{depth}:\n" for depth in range(340)),
}


def workbook(rows):
    """An `.xlsx` of one sheet."""
    name = "http://schemas.openxmlformats.org"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", f'<Types xmlns="{name}/package/2006/content-types"/>')
        parts.writestr("_rels/.rels", f'<Relationships xmlns="{name}/package/2006/relationships"><Relationship Id="r1" '
                       f'Type="{name}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
                       "</Relationships>")
        parts.writestr("xl/workbook.xml", f'<workbook xmlns="{name}/spreadsheetml/2006/main" xmlns:r="{name}/'
                       'officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
                       "</workbook>")
        parts.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{name}/package/2006/relationships">'
                       f'<Relationship Id="r1" Type="{name}/officeDocument/2006/relationships/worksheet" '
                       'Target="worksheets/sheet1.xml"/></Relationships>')
        parts.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{name}/spreadsheetml/2006/main"><sheetData>'
                       + rows + "</sheetData></worksheet>")
    return file.getvalue()


def row(cells):
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells) + "</row>"


class Meter:
    def __init__(self, site, rounds):
        self.site, self.rounds = site, rounds
        self.ticks = os.sysconf("SC_CLK_TCK")
        self.missed = False

    def used(self):
        fields = pathlib.Path(f"/proc/{self.site.server.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / self.ticks

    def cost(self, method, path, body, headers):
        """Milliseconds of processor time that one request costs."""
        before = self.used()
        for number in range(self.rounds):
            connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
            connection.request(method, path, body, {"X-Forwarded-For": f"198.51.{number // 250}.{number % 250}", **headers})
            connection.getresponse().read()
            connection.close()
        return (self.used() - before) / self.rounds * 1000

    def spent(self, command, text):
        """Milliseconds of processor time that a command takes over a file of this text."""
        file = self.site.folder / "definition.yaml"
        file.write_text(text)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        rounds = max(self.rounds // 20, 3)
        for _ in range(rounds):
            subprocess.run([PROGRAM, *command, file], env=self.site.environment, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / rounds * 1000

    def table(self, door, best, worst, cost=None):
        cost = cost or self.cost
        calm = cost(*best)
        print(f"{door}: the best costs {calm:.2f} ms")
        for name, request in worst.items():
            spent = cost(*request)
            ratio = spent / max(calm, 0.01)
            self.missed |= ratio > 2
            print(f"  {name:<24}{spent:8.2f} ms {ratio:6.2f} times{'  MISSED' if ratio > 2 else ''}")


def files(meter, site):
    """64 kB of a file, and of a workbook, from somebody who is signed in: nothing is submitted."""
    path = "/api/v1/requests/batches?organization=acme"
    fields = {"Authorization": "Bearer " + site.session(site.RITA), "Dry-Run": "true"}
    csv, sheet = ({**fields, "Content-Type": kind} for kind in (
        "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
    people = [(f"p{number}@acme.example", "P", "en", "prod=STD", "", "Joins the team") for number in range(1_000)]
    best = HEADING + "".join(",".join(person) + "\n" for person in people)
    meter.table("CSV", ("POST", path, best[:SIZE].rsplit("\n", 1)[0], csv), {
        name: ("POST", path, text, csv) for name, text in FILES.items()})
    heading = row(HEADING.strip().split(","))
    meter.table("Workbook", ("POST", path, workbook(heading + "".join(map(row, people))), sheet), {
        "short rows": ("POST", path, workbook(row("x") * 60_000), sheet),
        "rows just long enough": ("POST", path, workbook(heading + row(["x@yyyy.com"]) * 6_400), sheet),
        "a bomb": ("POST", path, workbook(heading + row(["x"] * 6) * 60_000), sheet),
        "deep elements": ("POST", path, workbook("<a>" * 100_000), sheet),
        "attributes": ("POST", path, workbook("<row " + " ".join(f'a{n}="1"' for n in range(20_000)) + "/>"), sheet),
        "one text": ("POST", path, workbook(heading + row(["x" * 20_000_000])), sheet),
        "zeros": ("POST", path, b"PK\x03\x04" + bytes(SIZE), sheet),
    })


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with Site(**LIMITS) as site:
        meter = Meter(site, rounds)
        json_type = {"Content-Type": "application/json"}
        form_type = {"Content-Type": "application/x-www-form-urlencoded"}
        for path in ("/api/v1/enrolments/invitation", "/api/v1/enrolments/renewal", "/api/v1/requests"):
            plain = filled("x", '{"token":"', '"}')
            meter.table(f"JSON at {path}", ("POST", path, plain, json_type), {
                name: ("POST", path, body, json_type) for name, body in JSON.items()})
        meter.table("Form at /sign-in", ("POST", "/sign-in", filled("x", "email="), form_type), {
            name: ("POST", "/sign-in", body, form_type) for name, body in FORMS.items()})
        meter.table("Query of /sign-in", ("GET", "/sign-in?next=" + "x" * 8_000, None, {}), {
            name: ("GET", "/sign-in?" + body[:8_000], None, {}) for name, body in FORMS.items()})
        meter.table("Headers of /sign-in", ("GET", "/sign-in", None, {"X-Padding": "x" * 16_000}), {
            name: ("GET", "/sign-in", None, dict([field])) for name, field in HEADERS.items()})
        files(meter, site)
        check = ["workflow", "check"]
        scenarios = "".join(f"  s{number}: {{items: [], ends: closed}}\n" for number in range(1_900))
        meter.table("A definition", (check, DEFINITION + scenarios), {
            name: (check, text) for name, text in YAML.items()}, meter.spent)
    sys.exit(1 if meter.missed else 0)


if __name__ == "__main__":
    main()
