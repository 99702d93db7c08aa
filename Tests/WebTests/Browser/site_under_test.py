"""An installation of its own behind `usher serve`, and people who use it."""

import email
import email.policy
import http.client
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAM = os.environ.get("USHER_TEST_PROGRAM") or str(ROOT / ".build/debug/usher")
PASSWORD = "violette cendre 41"


def oathtool(secret, at=None):
    """What an authenticator with this base32 secret shows at an instant in Unix seconds, by default now."""
    command = ["oathtool", "--totp", "-b", secret.replace(" ", ""), "--now", f"@{int(at or time.time())}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def free_port():
    """A port that nobody uses, and that no connection is given before the server takes it: below those of clients."""
    while True:
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", random.randrange(10_000, 32_000)))
                return one.getsockname()[1]
            except OSError:
                continue


class SilentMailServer:
    """Takes every connection and says nothing, for ever."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.held = []
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        while True:
            self.held.append(self.listener.accept()[0])


class Site:
    """Acme with the clouds `default` and `prod`, its representative Rita and the provider's manager Marie, both active
    with an authenticator, behind a server on a free port of this machine. Gone with the `with` block.

    Commands happen yesterday, each a minute after the one before, so that every code is fresh and nobody waits; what
    the browser does happens now.
    """

    MARIE, RITA = "marie@provider.example", "rita@acme.example"

    def __init__(self, **settings):
        """`settings`: more of the environment, such as `USHER_PRODUCT`."""
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="usher-site-"))
        self.data = self.folder / "data"
        self.past = time.time() - 86_400
        self.secrets, self.counter = {}, itertools.count(1)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        # The tests speak as many clients, by the header of a proxy, so that none is slowed down for another's guesses.
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(self.folder), "TZ": "UTC", "USHER_DATA": str(self.data),
            "USHER_BASE_URL": self.url, "USHER_TRUSTED_PROXIES": "127.0.0.1", **settings,
        }
        self.server = None

    def __enter__(self):
        try:
            self.usher("init", "--manager", self.MARIE, "--name", "Marie Durand")
            self.usher("org", "add", "Acme Health", "--slug", "acme", "--representative", self.RITA)
            self.usher("cloud", "add", "acme", "Production", "--slug", "prod")
            self.enrol(self.MARIE)
            self.enrol(self.RITA)
            self.serve()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.server:
            self.server.terminate()
            try:
                self.server.wait(30)
            except subprocess.TimeoutExpired:
                self.server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def serve(self):
        self.server = subprocess.Popen(
            [PROGRAM, "serve", "--listen", f"127.0.0.1:{self.port}"], env=self.environment, cwd=self.folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        said = []
        # The line comes when the socket listens: no waiting by the clock.
        for line in self.server.stderr:
            said.append(line)
            if '"message":"serving"' in line:
                # Somebody must go on reading, or a full pipe would stop the server.
                threading.Thread(target=lambda: [None for _ in self.server.stderr], daemon=True).start()
                return
        raise RuntimeError("the server did not start: " + "".join(said))

    # Commands

    def run(self, *arguments, stdin="", at=None):
        """One run of the program, a minute after the one before or at an instant in Unix seconds."""
        if at is None:
            self.past += 60
            at = self.past
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        return subprocess.run(
            [PROGRAM, *arguments], env={**self.environment, "USHER_NOW": moment}, cwd=self.folder, input=stdin,
            capture_output=True, text=True)

    def usher(self, *arguments, stdin="", at=None):
        """A command that must succeed; what it prints with `--json`."""
        result = self.run(*arguments, "--json", stdin=stdin, at=at)
        if result.returncode:
            raise RuntimeError(f"usher {' '.join(arguments)}: {result.returncode}\n{result.stdout}{result.stderr}")
        return json.loads(result.stdout or "null")

    def enrol(self, address):
        """Follows the newest invitation to the end; the base32 secret, kept in `secrets` too."""
        start = self.usher(
            "enrol", "start", "--token", self.token(address), "--password-stdin", stdin=PASSWORD + "\n")
        self.secrets[address] = start["secret"]
        self.past += 60
        code = oathtool(start["secret"], self.past + 60)
        self.usher("enrol", "verify", "--session", start["session"], "--code", code)
        return start["secret"]

    def submit(self, address, name, *grants, language="en"):
        """Rita asks for somebody; the request's id."""
        wishes = [word for grant in grants or ("prod=POW",) for word in ("--grant", grant)]
        return self.usher(
            "request", "submit", "--org", "acme", "--email", address, "--name", name, "--locale", language,
            "--reason", "Joins the team", *wishes, "--as", self.RITA)["id"]

    def approve(self, request):
        code = oathtool(self.secrets[self.MARIE], self.past + 60)
        return self.usher("request", "approve", request, "--as", self.MARIE, "--code", code)

    def invite(self, name, *grants, language="en"):
        """Somebody whose account was approved, with a new address; the address."""
        address = f"new{next(self.counter)}@acme.example"
        self.approve(self.submit(address, name, *grants, language=language))
        return address

    def decision(self, address, action, cloud):
        """What the platform is told now: `allow`, `deny` or `step_up`."""
        return json.loads(self.run("can", address, action, "--cloud", cloud, "--json", at=time.time() + 1).stdout)[
            "decision"]

    # The API

    def call(self, method, path, body=None, token=None, headers=None):
        """One call of the API: the status and the document."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json", **(headers or {})}
        if token:
            headers["Authorization"] = "Bearer " + token
        text = json.dumps(body) if body is not None and not isinstance(body, str) else body
        connection.request(method, "/api/v1" + path, text, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text or "null")

    def session(self, address):
        """A bearer token of somebody who proved all that they have."""
        half = self.call("POST", "/sessions", {"email": address, "password": PASSWORD})[1]["token"]
        code = oathtool(self.secrets[address])
        return self.call("POST", "/sessions/current/code", {"code": code}, half)[1]["token"]

    # Mail

    def mails(self, address):
        """The plain text of each mail to an address, the newest first."""
        for file in sorted((self.data / "mail").glob("*.eml"), reverse=True):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if [to.addr_spec for to in mail["to"].addresses] == [address]:
                yield mail.get_body(("plain",)).get_content()

    def mail(self, address):
        """The plain text of the newest mail to an address."""
        for text in self.mails(address):
            return text
        raise LookupError(f"no mail to {address}")

    def link(self, address):
        """The link of the newest mail to an address that has one: of two in one moment either may be the newer."""
        for text in self.mails(address):
            if found := re.search(r"http\S+#[0-9a-f]{64}", text):
                return found[0]
        raise LookupError(f"no mail with a link to {address}")

    def page(self, address):
        """The page of a request that the newest mail to an address leads to."""
        return re.search(r"http\S+/requests/\S+", self.mail(address))[0]

    def until(self, condition):
        """Waits until the server has done something that no page shows, such as sending a mail.

        For so long as no busy machine takes: it is a bound, and no expectation.
        """
        end = time.monotonic() + 300
        while not condition():
            if time.monotonic() > end:
                raise AssertionError("it never happened")
            time.sleep(0.05)

    def token(self, address):
        return self.link(address).split("#")[1]

    def client(self):
        """An address that nobody else uses."""
        number = next(self.counter)
        return f"10.1.{number // 250}.{number % 250 + 1}"
