"""How long a submission by the API takes while the mail server answers, and while it says nothing.

Usage: silent.py [SUBMISSIONS]    (by run.sh, against the program that USHER_TEST_PROGRAM names)
Exit code 1 where the silent server makes the 99th percentile more than 50 ms slower.
"""

import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/WebTests/Browser"))
from site_under_test import PASSWORD, Site, free_port, oathtool  # noqa: E402


class Post:
    """A mail server on loopback: Postfix's sink, or one that takes every connection and says nothing."""

    def __init__(self, speaks):
        self.port, self.sink, self.held = free_port(), None, []
        if speaks:
            user = ["-u", "nobody"] if os.getuid() == 0 else []
            self.sink = subprocess.Popen(
                ["/usr/sbin/smtp-sink", *user, f"127.0.0.1:{self.port}", "256"], stderr=subprocess.DEVNULL)
        else:
            listener = socket.create_server(("127.0.0.1", self.port))
            threading.Thread(target=self.hold, args=(listener,), daemon=True).start()

    def hold(self, listener):
        while True:
            self.held.append(listener.accept()[0])

    def close(self):
        if self.sink:
            self.sink.terminate()
            self.sink.wait()


def call(connection, path, body, token=None):
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    connection.request("POST", "/api/v1" + path, json.dumps(body), headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def submissions(count, speaks):
    """Milliseconds of each, in order."""
    post = Post(speaks)
    with Site(USHER_API_CALLS_PER_MINUTE="0") as site:
        site.server.terminate()
        site.server.wait()
        site.environment |= {"USHER_SMTP_URL": f"smtp://127.0.0.1:{post.port}", "USHER_SMTP_STARTTLS": "none",
                             "USHER_SMTP_HELO": "usher.provider.example"}
        site.serve()
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        half = call(connection, "/sessions", {"email": site.RITA, "password": PASSWORD})[1]["token"]
        code = oathtool(site.secrets[site.RITA])
        token = call(connection, "/sessions/current/code", {"code": code}, half)[1]["token"]
        times = []
        for number in range(count):
            body = {"organization": "acme", "email": f"p{number}@acme.example", "name": "P", "reason": "Joins",
                    "grants": [{"cloud": "prod", "profile": "STD"}]}
            start = time.perf_counter()
            status, made = call(connection, "/requests", body, token)
            times.append((time.perf_counter() - start) * 1000)
            assert status == 201, made
    post.close()
    return sorted(times)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    figures = {}
    for name, speaks in (("a server that answers", True), ("a server that says nothing", False)):
        times = submissions(count, speaks)
        figures[name] = times[count * 99 // 100]
        print(f"{name}: p50 {times[count // 2]:.1f} ms, p99 {figures[name]:.1f} ms, slowest {times[-1]:.1f} ms")
    speaking, silent = figures.values()
    sys.exit(silent > speaking + 50)


main()
