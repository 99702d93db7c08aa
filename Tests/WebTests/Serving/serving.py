"""`usher serve` as whoever runs it sees it: certificates, proxies, numbers, the log, and the end.

Usage: serving.py tls|proxies|watching|unread|stopping|silent|nodes|standby
"""

import base64
import concurrent.futures
import http.client
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Browser"))
from site_under_test import PASSWORD, PROGRAM, SilentMailServer, Site, oathtool  # noqa: E402


class Service(Site):
    """A site whose server is given more words, and whose log is read."""

    def __init__(self, *words, people=True, **settings):
        super().__init__(**settings)
        self.words, self.people, self.log = words, people, []
        self.is_read = threading.Event()
        self.is_read.set()

    def __enter__(self):
        if self.people:
            return super().__enter__()
        self.usher("init", "--manager", self.MARIE)
        certificate(self.folder, "first", 2)
        install(self.folder)
        try:
            self.serve()
        except BaseException:
            self.__exit__()
            raise
        return self

    def serve(self):
        self.server = subprocess.Popen(
            [PROGRAM, "serve", "--listen", f"127.0.0.1:{self.port}", *self.words], env=self.environment,
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()
        self.until(lambda: self.said("serving") or self.server.poll() is not None)
        if self.server.poll() is not None:
            raise RuntimeError("".join(self.log))

    def read(self):
        for line in self.server.stderr:
            self.log.append(line)
            self.is_read.wait()

    def said(self, message):
        """The lines of the log with this message."""
        lines = [json.loads(line) for line in list(self.log) if line.startswith("{")]
        return [line for line in lines if line["message"] == message]


def certificate(folder, name, days, key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
    """A certificate of its own name and its key, in files that the server reads."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", *key, "-nodes", "-days", str(days), "-subj",
         f"/CN={name}", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "new.key", "-out",
         folder / "new.pem"], check=True, capture_output=True)


def install(folder):
    (folder / "new.key").replace(folder / "tls.key")
    (folder / "new.pem").replace(folder / "tls.pem")


def subject(port, *words):
    """What openssl says of the certificate and the protocol; nothing where there is no agreement."""
    result = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", *words], input="",
        capture_output=True, text=True)
    name = re.search(r"subject=CN = (\w+)", result.stdout)
    protocol = re.search(r"New, (\S+), Cipher is (\S+)", result.stdout)
    return (name and name[1], protocol and protocol[1], protocol and protocol[2])


def tls():
    with Service("--tls-certificate", "tls.pem", "--tls-key", "tls.key", people=False) as site:
        pass_tls(site)
    refuse_tls()


def pass_tls(site):
    folder, port = site.folder, site.port
    assert subject(port, "-tls1_3")[:2] == ("first", "TLSv1.3")
    assert subject(port, "-tls1_2")[0] == "first"
    # Older ones are refused even by a client that would take them.
    assert subject(port, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")[2] == "(NONE)"
    trusted = ssl.create_default_context(cafile=folder / "tls.pem")
    standing = http.client.HTTPSConnection("localhost", port, context=trusted, timeout=60)

    def ask():
        standing.request("GET", "/healthz")
        answer = standing.getresponse()
        assert answer.status == 200 and answer.read() == b"ok\n"
        return answer

    assert ask().headers["strict-transport-security"].startswith("max-age=63072000")
    socket_before = standing.sock
    certificate(folder, "second", 9)
    install(folder)
    site.until(lambda: subject(port)[0] == "second")
    site.until(lambda: site.said("certificate read anew"))
    ask()
    assert standing.sock is socket_before, "the connection was closed for a new certificate"
    (folder / "tls.pem").write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    site.until(lambda: site.said("certificate not usable, the one before goes on"))
    assert subject(port)[0] == "second"
    (folder / "tls.pem").unlink()
    certificate(folder, "third", 9, ("rsa:2048",))
    install(folder)
    site.until(lambda: subject(port)[0] == "third")
    # A key that could do without forward secrecy or authenticated encryption is not used so.
    strong = "ECDHE-RSA-AES128-GCM-SHA256"
    assert subject(port, "-tls1_2", "-cipher", strong)[2] == strong
    for weak in ("AES256-GCM-SHA384", "AES128-GCM-SHA256", "AES256-SHA", "ECDHE-RSA-AES128-SHA",
                 "ECDHE-RSA-AES256-SHA384"):
        assert subject(port, "-tls1_2", "-cipher", weak + ":@SECLEVEL=0")[2] == "(NONE)", weak
    # Plain HTTP is not understood on this port.
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200" not in plain.recv(1_000)


def refuse_tls():
    """What cannot be used is said at the start, and nothing is served."""
    with Service(people=False) as site:
        certificate(site.folder, "first", 2)
        (site.folder / "other.key").write_bytes((site.folder / "new.key").read_bytes())
        certificate(site.folder, "second", 2)
        for words, needle in (
            (("--tls-certificate", "new.pem"), "each is nothing without the other"),
            (("--tls-certificate", "new.pem", "--tls-key", "other.key"), "cannot be used"),
            (("--tls-certificate", "none.pem", "--tls-key", "new.key"), "none.pem"),
        ):
            result = site.run("serve", "--listen", "127.0.0.1:0", *words)
            assert result.returncode in (1, 5) and needle in result.stderr, (result.returncode, result.stderr)


def proxies():
    """The headers of strangers change nothing, and a slip of the pen in the setting is refused."""
    forged = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http",
              "Forwarded": "for=198.51.100.7;host=evil.example;proto=http", "Host": "evil.example"}
    with Service(people=False, USHER_TRUSTED_PROXIES="", USHER_BASE_URL="https://usher.example") as site:
        for path in ("/account", "/sign-in", "/api/v1/requests"):
            connection = http.client.HTTPConnection("127.0.0.1", site.port)
            connection.request("GET", path, headers=forged)
            answer = connection.getresponse()
            text = f"{answer.headers}{answer.read()}"
            assert "evil.example" not in text and "max-age=63072000" in text, text
        for wrong in ("10.0.0.300", "10.0.0.0/33", "proxy.example"):
            site.environment["USHER_TRUSTED_PROXIES"] = f"127.0.0.1, {wrong}"
            result = site.run("serve", "--listen", "127.0.0.1:0")
            assert result.returncode == 5 and wrong in result.stderr, result.stderr


def watching():
    with Service("--metrics", "127.0.0.1:0") as site:
        site.until(lambda: site.said("metrics"))
        port = site.said("metrics")[0]["port"]
        assert all(line.startswith("{") for line in site.log), site.log
        assert site.said("serving")[0]["version"], site.log
        token = site.session(site.RITA)
        made = site.call("POST", "/requests", {
            "organization": "acme", "email": "canary@acme.example", "name": "Canary Name", "reason": "Canary reason",
            "grants": [{"cloud": "prod", "profile": "STD"}]}, token)
        assert made[0] == 201, made
        request = made[1]["id"]
        site.call("GET", f"/requests/{request}", None, token)
        site.call("GET", "/nowhere/canary-path?secret=canary-query", None, token)
        site.call("POST", "/sessions", {"email": site.RITA, "password": "canary password"})
        numbers = scrape(port)
        assert numbers['usher_http_requests_total{route="/api/v1/requests",method="POST",status="201"}'] == 1
        assert numbers['usher_http_requests_total{route="/api/v1/requests/{id}",method="GET",status="200"}'] == 1
        assert numbers['usher_http_request_seconds_count{route="/api/v1/requests",method="POST"}'] == 1
        assert numbers['usher_http_requests_in_flight'] == 0
        assert numbers["usher_inbox_entries"] >= 1 and numbers["usher_database_up"] == 1
        assert numbers['usher_mails_total{outcome="sent"}'] >= 1
        assert numbers['usher_database_seconds_count{use="write"}'] >= 2
        assert not any("canary" in name or "acme" in name for name in numbers)
        # Neither the pages' port knows of them, nor does theirs know of anything else.
        for place, path in ((site.port, "/metrics"), (port, "/"), (port, "/api/v1/requests"), (port, "/sign-in")):
            connection = http.client.HTTPConnection("127.0.0.1", place)
            connection.request("GET", path)
            assert connection.getresponse().status == 404, path
        lines = site.said("request")
        own = next(line for line in lines if line["route"] == "/api/v1/requests" and line["status"] == 201)
        assert own["method"] == "POST" and len(own["actor"]) == 26 and own["milliseconds"] >= 0 and own["request"]
        everything = "".join(site.log)
        for secret in (token, PASSWORD, "canary", "Canary", "acme.example", "provider.example", request,
                       site.secrets[site.RITA]):
            assert secret not in everything, f"the log holds {secret}"


def unread():
    """Whoever collects the log stops reading: a pipe is full after a few hundred lines, and the service goes on."""
    with Service("--tls-certificate", "tls.pem", "--tls-key", "tls.key", people=False) as site:
        client = site.usher("application", "add", "Platform", "--kind", "service", "--scope", "decisions")
        word = base64.b64encode(f"{client['clientId']}:{client['clientSecret']}".encode()).decode()
        trusted = ssl.create_default_context(cafile=site.folder / "tls.pem")
        connection = http.client.HTTPSConnection("localhost", site.port, context=trusted, timeout=300)
        site.is_read.clear()
        for _ in range(2_000):
            connection.request("POST", "/openid/token", "grant_type=client_credentials", {
                "Authorization": f"Basic {word}", "Content-Type": "application/x-www-form-urlencoded"})
            answer = connection.getresponse()
            assert (answer.status, "access_token" in json.load(answer)) == (200, True), answer.status
        assert len(site.log) < 1_000, "the log was read meanwhile"
        site.is_read.set()
        site.until(lambda: len(site.said("request")) >= 2_000)
        told = [line for line in site.said("request") if line["route"] == "/openid/token"]
        assert (len(told), any("lines" in line for line in told)) == (2_000, False), len(told)


def scrape(port):
    """Every sample of `/metrics` by its name with labels; each line is what the format says."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/metrics")
    answer = connection.getresponse()
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    numbers, typed = {}, set()
    for line in answer.read().decode().splitlines():
        if line.startswith("# TYPE"):
            typed.add(line.split()[2])
        elif not line.startswith("#"):
            found = re.fullmatch(r'([a-z_]+)((?:\{(?:[a-z]+="[^"\n]*",?)+\})?) (\S+)', line)
            assert found, line
            assert any(found[1] in (name, name + "_bucket", name + "_sum", name + "_count") for name in typed), line
            assert found[1] + found[2] not in numbers, f"told twice: {line}"
            numbers[found[1] + found[2]] = float(found[3])
    return numbers


def stopping():
    slow_end()
    end_in_a_write()


def slow_end():
    """A request that is half sent when the end is asked for is answered whole, and nobody new is let in."""
    with Service() as site:
        second = site.run("serve", "--listen", f"127.0.0.1:{site.port}")
        assert second.returncode == 5 and "Choose another address" in second.stderr, second
        token = site.session(site.RITA)
        body = json.dumps({"organization": "acme", "email": "slow@acme.example", "name": "Slow", "reason": "Waits",
                           "grants": [{"cloud": "prod", "profile": "STD"}]})
        slow = socket.create_connection(("127.0.0.1", site.port))
        slow.sendall((f"POST /api/v1/requests HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
                      f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body[:20]}").encode())
        idle = socket.create_connection(("127.0.0.1", site.port))
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200" in idle.recv(1_000)
        # Each event loop has answered somebody who came later, so that the slow one's head was read.
        for _ in range(16):
            with socket.create_connection(("127.0.0.1", site.port)) as later:
                later.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert b"200" in later.recv(1_000)
        site.server.terminate()
        assert idle.recv(1_000) == b"", "an idle connection keeps the server from ending"
        site.until(lambda: not answers(site.port))
        assert site.server.poll() is None, "it did not wait for the request"
        slow.sendall(body[20:].encode())
        text = b""
        while more := slow.recv(65_536):
            text += more
        assert text.startswith(b"HTTP/1.1 201") and text.rstrip().endswith(b"}"), text[:200]
        assert site.server.wait(60) == 0, site.log
        found = site.usher("request", "list", "--org", "acme", at=time.time())["items"]
        assert "slow@acme.example" in [one["person"]["email"] for one in found]


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except ConnectionRefusedError:
        return False


def end_in_a_write():
    """Everything that was acknowledged before the end is there after it, and nothing is half done."""
    with Service(USHER_API_CALLS_PER_MINUTE="0") as site:
        token = site.session(site.RITA)
        done, faults = [], []

        def write(writer):
            for turn in range(10_000):
                try:
                    status, made = site.call("POST", "/requests", {
                        "organization": "acme", "email": f"p{writer}-{turn}@acme.example", "name": "P",
                        "reason": "Waits", "grants": [{"cloud": "prod", "profile": "STD"}]}, token)
                except (ConnectionError, http.client.RemoteDisconnected):
                    return
                except ValueError as error:
                    faults.append(f"half an answer: {error}")
                    return
                if status != 201:
                    faults.append((status, made))
                    return
                done.append(made["id"])

        writers = [threading.Thread(target=write, args=(writer,)) for writer in range(8)]
        for writer in writers:
            writer.start()
        site.until(lambda: len(done) >= 40)
        site.server.terminate()
        for writer in writers:
            writer.join()
        assert site.server.wait(60) == 0, site.log
        assert not faults, faults
        there, after = set(), None
        while True:
            page = site.usher("request", "list", "--org", "acme", *(["--after", after] if after else []), at=time.time())
            there |= {one["id"] for one in page["items"]}
            after = page["next"]
            if not after:
                break
        assert set(done) <= there, "an acknowledged request is gone"
        assert site.run("doctor", at=time.time() + 600).returncode in (0, 1)
        assert site.usher("audit", "verify")["ok"]


def silent():
    """While a mail is in hand that will never be taken, people are answered, timers fire, files go in, and it ends."""
    post = SilentMailServer()
    site = Service()
    site.past = time.time() - 3 * 86_400
    with site:
        site.server.terminate()
        assert site.server.wait(60) == 0
        waiting = site.submit("waiting@acme.example", "Waiting")
        # The invitation is reminded of after two days: some seconds after the server begins.
        site.past = time.time() - 2 * 86_400 - 50
        site.approve(waiting)
        site.environment.update({
            "USHER_SMTP_URL": f"smtp://127.0.0.1:{post.port}", "USHER_SMTP_STARTTLS": "none",
            "USHER_SMTP_HELO": "usher.provider.example", "USHER_SMTP_TIMEOUT": "600"})
        site.log.clear()
        site.serve()
        token = site.session(site.RITA)
        body = {"organization": "acme", "email": "first@acme.example", "name": "First", "reason": "Joins",
                "grants": [{"cloud": "prod", "profile": "STD"}]}
        assert site.call("POST", "/requests", body, token)[0] == 201
        site.until(lambda: post.held)
        assert site.call("POST", "/requests", {**body, "email": "second@acme.example"}, token)[0] == 201
        rows = "".join(f"p{row}@acme.example,P,en,prod=STD,,Joins\n" for row in range(300))
        action = site.call(
            "POST", "/requests/batches?organization=acme", "email,name,locale,grants,until,reason\n" + rows, token,
            {"Content-Type": "text/csv", "Prefer": "respond-async"})[1]["id"]
        site.until(lambda: site.call("GET", f"/actions/{action}", None, token)[1]["submitted"] == 300)

        def waits(template):
            listed = site.usher("effect", "list", at=time.time())["items"]
            return any(one["state"] == "due" and f"/{template}/" in one["key"] for one in listed)

        site.until(lambda: waits("invitation-reminder"))
        assert waits("approval-asked"), "the silent server took a mail"
        site.server.terminate()
        assert site.server.wait(60) == 0, site.log


class PostgreSQL:
    """A server of this test's own, see Tests/Scratch/postgresql.sh."""

    def __init__(self):
        script = pathlib.Path(__file__).resolve().parents[2] / "Scratch" / "postgresql.sh"
        self.process = subprocess.Popen(["/bin/sh", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.folder = self.process.stdout.readline().strip()
        self.url = f"postgres://usher@/postgres?host={self.folder}"

    def order(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline().strip() == word

    def halt(self):
        """Stops every process of the server where it is; which these are."""
        first = int((pathlib.Path(self.folder) / "data" / "postmaster.pid").read_text().split()[0])
        # The first of all before its children are counted, or it makes one more meanwhile.
        os.kill(first, signal.SIGSTOP)
        children = subprocess.run(["pgrep", "-P", str(first)], capture_output=True, text=True, check=True).stdout
        halted = [first, *map(int, children.split())]
        for process in halted[1:]:
            os.kill(process, signal.SIGSTOP)
        return halted

    @staticmethod
    def go_on(halted):
        for process in halted:
            os.kill(process, signal.SIGCONT)

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)


class Node(Service):
    """One more server on the database of a site, with a copy of its keys."""

    def __init__(self, site):
        super().__init__()
        shutil.copytree(site.data / "keys", self.data / "keys")
        self.environment["USHER_DATABASE_URL"] = site.environment["USHER_DATABASE_URL"]
        for folder in [self.data, self.data / "keys"]:
            folder.chmod(0o700)


def nodes():
    """Two servers on one database, of which one is killed while the other's database is restarted under it."""
    database = PostgreSQL()
    try:
        with Service(USHER_DATABASE_URL=database.url) as first:
            second = Node(first)
            try:
                second.serve()
                share(first, second, database)
            finally:
                second.__exit__()
    finally:
        database.end()


def submit_all(sites, token):
    """120 requests, submitted at all sites in turn by eight at once, each until it is answered; what each will be told."""
    def submit(number):
        body = {"organization": "acme", "email": f"p{number}@acme.example", "name": "P", "reason": "Joins",
                "grants": [{"cloud": "prod", "profile": "STD"}]}
        for attempt in itertools.count():
            site = sites[(number + attempt) % len(sites)]
            try:
                status, answer = site.call("POST", "/requests", body, token, {"Idempotency-Key": f"k{number}"})
            except (OSError, http.client.HTTPException):
                status = 503
            if status != 503:
                return status, answer["id"]
            time.sleep(0.05)

    submitters = concurrent.futures.ThreadPoolExecutor(8)
    return [submitters.submit(submit, number) for number in range(120)]


def each_once(site, token, submissions):
    """Every submission gets through in the end, none twice, and none is lost, whatever happened under way."""
    answers = [one.result() for one in submissions]
    assert {status for status, _ in answers} <= {200, 201}, answers
    assert len({request for _, request in answers}) == 120
    listed = site.call("GET", "/requests?limit=1000", None, token)[1]["items"]
    assert len([one for one in listed if one["id"] in {request for _, request in answers}]) == 120


def share(first, second, database):
    token = first.session(first.RITA)
    # Each tells of itself.
    first.until(lambda: len(first.usher("status", "--nodes")["items"]) == 2)
    assert {node["state"] for node in first.usher("status", "--nodes")["items"]} == {"serving"}
    # Signed in at one, known at the other; a code that one has taken the other has not.
    assert second.call("GET", "/sessions/current", None, token)[0] == 200
    code = oathtool(first.secrets[first.MARIE])
    halves = [site.call("POST", "/sessions", {"email": site.MARIE, "password": PASSWORD})[1]["token"]
              for site in [first, second] * 4]
    takers = concurrent.futures.ThreadPoolExecutor(8)
    taken = list(takers.map(
        lambda half: (first, second)[half[0] % 2].call("POST", "/sessions/current/code", {"code": code}, half[1])[0],
        enumerate(halves)))
    assert taken.count(200) == 1, taken

    submissions = submit_all([first, second], token)
    for blow in range(1, 4):
        first.until(lambda: sum(one.done() for one in submissions) >= 20 * blow)
        database.order("restart")
        if blow == 2:
            second.server.kill()
            second.server.wait()
            second.log.clear()
            second.serve()
    each_once(first, token, submissions)

    # While there is no database everybody is told so, and when to come again; each log says it once.
    first.log.clear()
    database.order("stop")
    for _ in range(20):
        for site in first, second:
            connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            assert answer.status == 503 and int(answer.getheader("Retry-After")) > 0
            answer.read()
            connection.close()
    first.until(lambda: first.said("database away"))
    database.order("start")
    first.until(lambda: first.call("GET", "/sessions/current", None, token)[0] == 200)
    first.until(lambda: first.said("database back"))
    # Once for reading, and once for writing if anybody wrote.
    assert len(first.said("database away")) <= 2 and not first.said("outage"), first.log
    # A server that takes connections and never speaks keeps nobody for long, however many wait for it.
    halted = database.halt()
    askers = concurrent.futures.ThreadPoolExecutor(40)
    statuses = list(askers.map(lambda _: first.call("GET", "/sessions/current", None, token)[0], range(40)))
    database.go_on(halted)
    assert set(statuses) == {503}, statuses
    first.until(lambda: first.call("GET", "/sessions/current", None, token)[0] == 200)
    for site in first, second:
        checks = site.usher("doctor", at=time.time() + 60)["items"]
        assert all(check["ok"] for check in checks), checks


def standby():
    """A server on two databases of which one follows the other, and takes over under it."""
    database = PostgreSQL()
    try:
        database.order("standby")
        follower = f"postgres://usher@/postgres?host={database.folder}/standby"
        both = f"postgres://usher@/postgres?host={database.folder},{database.folder}/standby"
        with Service(USHER_DATABASE_URL=both) as site:
            # What follows may know less, so nobody asks it.
            refused = subprocess.run([PROGRAM, "status"], capture_output=True, text=True, check=False,
                                     env={**site.environment, "USHER_DATABASE_URL": follower})
            assert refused.returncode == 5 and "is a standby" in refused.stderr, refused
            token = site.session(site.RITA)
            submissions = submit_all([site], token)
            site.until(lambda: sum(one.done() for one in submissions) >= 40)
            database.order("promote")
            each_once(site, token, submissions)
            checks = site.usher("doctor", at=time.time() + 60)["items"]
            assert all(check["ok"] for check in checks), checks
            # By either name it is the same now.
            status = subprocess.run([PROGRAM, "status", "--json"], capture_output=True, text=True, check=True,
                                    env={**site.environment, "USHER_DATABASE_URL": follower})
            assert json.loads(status.stdout)["inbox"] == site.usher("status")["inbox"] == 120, status
    finally:
        database.end()


def main():
    name = sys.argv[1]
    {"tls": tls, "proxies": proxies, "watching": watching, "unread": unread, "stopping": stopping, "silent": silent,
     "nodes": nodes, "standby": standby}[name]()
    print("passed", name, flush=True)


if __name__ == "__main__":
    main()
