"""How long a right sign-in takes while 150 addresses of one IPv6 /64 send wrong passwords, beside a calm one.

Usage: crowd.py [ATTACKERS]    (by run.sh, against the program that USHER_TEST_PROGRAM names)
Exit code 1 where the right one takes a second or longer.
"""

import concurrent.futures
import http.client
import json
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/WebTests/Browser"))
from site_under_test import PASSWORD, Site  # noqa: E402


def sign_in(site, email, password, address):
    """The status, and how many seconds it took."""
    start = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    body = json.dumps({"email": email, "password": password})
    connection.request("POST", "/api/v1/sessions", body, {
        "Content-Type": "application/json", "X-Forwarded-For": address})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, time.monotonic() - start


def worst(site, attackers):
    """The statuses of the wrong ones, and the slowest of some right ones among them."""
    with concurrent.futures.ThreadPoolExecutor(max(attackers, 1)) as pool:
        wrong = [
            pool.submit(sign_in, site, site.RITA, "not her password at all", f"2001:db8:1:2::{number:x}")
            for number in range(1, attackers + 1)
        ]
        right = [sign_in(site, site.MARIE, PASSWORD, f"203.0.113.{number}") for number in range(1, 6)]
        statuses = [job.result()[0] for job in wrong]
    assert all(status == 201 for status, _ in right), right
    return {status: statuses.count(status) for status in sorted(set(statuses))}, max(took for _, took in right)


def main():
    attackers = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    with Site(USHER_TRUSTED_PROXIES="127.0.0.1") as site:
        _, calm = worst(site, 0)
        statuses, busy = worst(site, attackers)
        print(f"calm: {calm:.2f} s; among {attackers} wrong ones of one /64 ({statuses}): {busy:.2f} s")
    sys.exit(1 if busy >= 1 else 0)


if __name__ == "__main__":
    main()
