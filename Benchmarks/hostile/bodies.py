"""What 64 kB of the worst cost a service beside 64 kB of the best, at every door: processor time of the server.

Usage: bodies.py [ROUNDS]    (by run.sh, against the program that USHER_TEST_PROGRAM names)
Exit code 1 where the worst costs more than twice the best.
"""

import http.client
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/WebTests/Browser"))
from site_under_test import Site  # noqa: E402

SIZE = 64_000
LIMITS = {f"USHER_LIMITS_{kind}_PER_MINUTE": "1000000" for kind in ("SIGN_INS", "ENROLMENTS", "RENEWALS")}


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

    def table(self, door, best, worst):
        calm = self.cost(*best)
        print(f"{door}: the best costs {calm:.2f} ms")
        for name, request in worst.items():
            cost = self.cost(*request)
            ratio = cost / max(calm, 0.01)
            self.missed |= ratio > 2
            print(f"  {name:<24}{cost:8.2f} ms {ratio:6.2f} times{'  MISSED' if ratio > 2 else ''}")


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
    sys.exit(1 if meter.missed else 0)


if __name__ == "__main__":
    main()
