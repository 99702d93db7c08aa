"""How long a submission by the API takes while the mail server answers, and while it says nothing.

Usage: silent.py [SUBMISSIONS]    (by run.sh, against the program that USHER_TEST_PROGRAM names)
Exit code 1 where the silent server makes the 99th percentile more than 50 ms slower.
"""

import atexit
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/WebTests/Browser"))
from site_under_test import SilentMailServer, Site, free_port  # noqa: E402


class Sink:
    """Postfix's, which takes every mail at once."""

    def __init__(self):
        self.port = free_port()
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        self.process = subprocess.Popen(
            ["/usr/sbin/smtp-sink", *user, f"127.0.0.1:{self.port}", "256"], stderr=subprocess.DEVNULL)
        atexit.register(self.process.terminate)


def submissions(count, post):
    """Milliseconds of each, the quickest first."""
    with Site(USHER_API_CALLS_PER_MINUTE="0") as site:
        site.server.terminate()
        site.server.wait()
        site.environment |= {"USHER_SMTP_URL": f"smtp://127.0.0.1:{post.port}", "USHER_SMTP_STARTTLS": "none",
                             "USHER_SMTP_HELO": "usher.provider.example"}
        site.serve()
        token, times = site.session(site.RITA), []
        for number in range(count):
            body = {"organization": "acme", "email": f"p{number}@acme.example", "name": "P", "reason": "Joins",
                    "grants": [{"cloud": "prod", "profile": "STD"}]}
            start = time.perf_counter()
            status, made = site.call("POST", "/requests", body, token)
            times.append((time.perf_counter() - start) * 1000)
            assert status == 201, made
    return sorted(times)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    figures = {}
    for name, post in (("a server that answers", Sink()), ("a server that says nothing", SilentMailServer())):
        times = submissions(count, post)
        figures[name] = times[count * 99 // 100]
        print(f"{name}: p50 {times[count // 2]:.1f} ms, p99 {figures[name]:.1f} ms, slowest {times[-1]:.1f} ms")
    speaking, silent = figures.values()
    sys.exit(silent > speaking + 50)


main()
