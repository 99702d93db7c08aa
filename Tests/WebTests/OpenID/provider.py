"""Usher as an OpenID provider: an installation behind `usher serve`, applications registered at it, people with browsers.

Scripts beside this one are lists of checks, each with a name; `play` runs all of them and tells every one that failed.
"""

import base64
import contextlib
import hashlib
import html
import html.parser
import pathlib
import re
import secrets
import signal
import subprocess
import sys
import time
import traceback
import urllib.parse

import requests

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "Serving"), str(HERE.parent / "Browser")]
from serving import PostgreSQL, Service, answers  # noqa: E402
from site_under_test import PASSWORD, PROGRAM, free_port, oathtool  # noqa: E402

CALLBACK = "https://console.example/callback"
MULTI_FACTOR, PASSWORD_ALONE = "urn:usher:acr:mfa", "urn:usher:acr:password"
# Whoever runs the tests starts us with most signals held back, and programs that we start would never hear that they are
# to end.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
# The form in which a check is written; what follows the name is the function.
CHECKS = []


def check(name):
    """Adds a function to the checks of this script; `name` says what it holds, after the word "Usher"."""
    def add(function):
        CHECKS.append((name, function))
        return function
    return add


def play(world):
    """Runs every check, or those whose name holds the first word of the command line; exits with 1 if one failed."""
    chosen = [(name, one) for name, one in CHECKS if all(word in name for word in sys.argv[1:])]
    failed = 0
    for name, function in chosen:
        try:
            function(world)
            print("held:", name, flush=True)
        except Exception as error:  # Every check is told, whatever the ones before it did.
            failed += 1
            lines = traceback.extract_tb(error.__traceback__)
            places = " < ".join(f"{pathlib.Path(line.filename).name}:{line.lineno}" for line in reversed(lines[-6:]))
            print(f"BROKEN: {name}\n  {type(error).__name__}: {error}\n  at {places}", flush=True)
    if not chosen:
        sys.exit("no check has such a name")
    if failed:
        sys.exit(f"{failed} of {len(chosen)} checks failed")


@contextlib.contextmanager
def served(world, **settings):
    """An installation of a script, on SQLite, or with `--postgresql` on a server of its own."""
    if "--postgresql" not in sys.argv:
        with world(**settings) as one:
            yield one
        return
    sys.argv.remove("--postgresql")
    database = PostgreSQL()
    try:
        with world(USHER_DATABASE_URL=database.url, **settings) as one:
            yield one
    finally:
        database.end()


def same(found, expected, what):
    """Fails with both where they differ."""
    if found != expected:
        raise AssertionError(f"{what}: {found!r}, where {expected!r} was expected")


def altered(text):
    """The text with another letter in the middle: never the same one, as an "A" at its end would be one time in sixteen."""
    place = len(text) // 2
    return text[:place] + ("B" if text[place] == "A" else "A") + text[place + 1:]


def granted(answer):
    """The document of an answer that gives what was asked for; fails with the whole answer where it refuses."""
    same((answer.status_code, answer.text if answer.status_code != 200 else ""), (200, ""), answer.url)
    if "/openid/" in answer.url:
        assert "no-store" in answer.headers["Cache-Control"], f"{answer.url}: {answer.headers}"
    return answer.json()


class Provider(Service):
    """Acme with the clouds `default` and `prod`: Marie and Rita have an authenticator, Nora and Paul have none, and Olga is
    of the other customer, Beta."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.others, self.steps = [], {}
        self.nora = self.paul = self.olga = None

    def __enter__(self):
        super().__enter__()
        try:
            self.nora, self.paul = self.person("Nora Weiss", "prod=STD"), self.person("Paul Blanc", "prod=STD")
            self.usher("org", "add", "Beta Labs", "--slug", "beta", "--representative", "olga@beta.example")
            self.olga = "olga@beta.example"
            self.enrol(self.olga)
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def begin(self):
        """What a world of checks has beside; where it fails, nothing is left running."""

    def __exit__(self, *_):
        for server in self.others:
            server.kill()
            server.wait()
        super().__exit__()

    def person(self, name, *grants):
        """Somebody of acme whose account is active, with an authenticator where the grants ask for one."""
        address = self.invite(name, *grants)
        start = self.usher("enrol", "start", "--token", self.token(address), "--password-stdin", stdin=PASSWORD + "\n")
        if start["secret"]:
            self.secrets[address] = start["secret"]
            self.past += 60
            code = oathtool(start["secret"], self.past + 60)
            self.usher("enrol", "verify", "--session", start["session"], "--code", code)
        return address

    def code(self, address):
        """A code of somebody's authenticator that was not used yet: of the step before, this one or the next."""
        if address not in self.secrets:
            raise AssertionError(f"{address} has no authenticator, and was asked for a code")
        while True:
            now = int(time.time()) // 30
            step = max(now - 1, self.steps.get(address, 0) + 1)
            if step <= now + 1:
                self.steps[address] = step
                return oathtool(self.secrets[address], step * 30 + 1)
            time.sleep(0.2)

    def suspend(self, address):
        """Now, by Marie; her commands of yesterday are over with it, since her codes are."""
        self.usher(
            "person", "suspend", address, "--reason", "Gone", "--as", self.MARIE, "--code", self.code(self.MARIE),
            at=time.time())

    def another(self, ahead=0):
        """The address of a second server over the same data.

        With `ahead` its clock stands so many seconds after now, while that of the first goes on.
        """
        port = free_port()
        environment = dict(self.environment)
        if ahead:
            moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + ahead))
            environment["USHER_NOW"] = moment
        self.others.append(subprocess.Popen(
            [PROGRAM, "serve", "--listen", f"127.0.0.1:{port}"], env=environment, cwd=self.folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        self.until(lambda: answers(port))
        return f"http://127.0.0.1:{port}"

    def application(self, name, kind="web", *words, redirect=CALLBACK, scopes=()):
        """Registers one; its document, with `clientId` and, where it has one, `clientSecret`."""
        options = [word for scope in scopes for word in ("--scope", scope)]
        if redirect:
            options += ["--redirect", redirect]
        return self.usher("application", "add", name, "--kind", kind, *options, *words, at=time.time())

    def browser(self):
        return Browser(self)

    # What an application sends

    def metadata(self):
        return requests.get(self.url + "/.well-known/openid-configuration", timeout=60).json()

    def token_of(self, application=None, server=None, headers=None, **form):
        """An answer of the token endpoint; with the secret of an application by HTTP Basic."""
        return self.ask("/openid/token", application, server, headers, **form)

    def ask(self, path, application=None, server=None, headers=None, **form):
        credentials = (application["clientId"], application["clientSecret"]) if application else None
        return requests.post(
            (server or self.url) + path, data=form, auth=credentials, timeout=60, allow_redirects=False,
            headers={"X-Forwarded-For": self.client(), **(headers or {})})

    def redeem(self, grant, server=None, **change):
        """The answer to the code that a browser brought back."""
        form = {"grant_type": "authorization_code", "code": grant.code, "redirect_uri": grant.query["redirect_uri"],
                "code_verifier": grant.verifier, **change}
        application = grant.application
        if not application.get("clientSecret"):
            form["client_id"] = application["clientId"]
            application = None
        return self.token_of(application, server, **form)

    def refresh(self, application, token, server=None, **more):
        if application.get("clientSecret"):
            return self.token_of(application, server, grant_type="refresh_token", refresh_token=token, **more)
        return self.token_of(
            None, server, grant_type="refresh_token", refresh_token=token, client_id=application["clientId"], **more)

    def is_active(self, application, token, server=None):
        return self.ask("/openid/introspect", application, server, token=token).json()["active"]

    def user_info(self, token, server=None):
        return requests.get(
            (server or self.url) + "/openid/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def sign_in(self, application, address, browser=None, **query):
        """A whole sign-in, up to the tokens."""
        grant = Grant(application, **query)
        grant.carry(browser or self.browser(), address)
        answer = self.redeem(grant)
        same(answer.status_code, 200, f"the code of {address} is redeemed ({answer.text})")
        return answer.json()


class Grant:
    """One request of an application for somebody's sign-in, and what came back."""

    def __init__(self, application, **query):
        """`query`: parameters over the usual ones; None leaves one out."""
        self.application = application
        self.verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        usual = {
            "client_id": application["clientId"], "response_type": "code", "redirect_uri": application["redirects"][0],
            "scope": " ".join(application["scopes"]), "state": secrets.token_hex(8), "nonce": secrets.token_hex(8),
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), "code_challenge_method": "S256"}
        self.query = {name: value for name, value in {**usual, **query}.items() if value is not None}
        self.answer, self.code = {}, None

    @property
    def path(self):
        return "/openid/authorize?" + urllib.parse.urlencode(self.query)

    def carry(self, browser, address=None):
        """Through the browser, up to the application; what it is told is in `answer`, and a code in `code`."""
        place = browser.arrive(browser.get(self.path), address)
        if not place.startswith(self.query["redirect_uri"]):
            raise AssertionError(f"the browser was led to {place}, and not to {self.query['redirect_uri']}")
        return self.read(place)

    def read(self, place):
        self.answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(place).query))
        self.code = self.answer.get("code")
        return self


class Page(html.parser.HTMLParser):
    """The forms of a page: where each is sent, and its hidden fields."""

    def __init__(self, text):
        super().__init__()
        self.forms = {}
        self.fields = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "form":
            self.fields = self.forms.setdefault(found.get("action", ""), {})
        elif tag == "input" and found.get("type") == "hidden" and self.fields is not None:
            self.fields[found["name"]] = found.get("value") or ""


class Browser:
    """As much of a browser as sign-ins need. Cookies are carried by hand: ours are for TLS, which no test has."""

    def __init__(self, provider):
        self.provider, self.cookies, self.client = provider, {}, provider.client()
        # The forms that somebody filled in on the way, by where they are sent.
        self.filled = []

    def send(self, method, path, headers=None, **more):
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        address = urllib.parse.urljoin(self.provider.url, path)
        answer = requests.request(
            method, address, timeout=60, allow_redirects=False,
            headers={"X-Forwarded-For": self.client, "Cookie": jar, "Accept-Language": "en", **(headers or {})}, **more)
        for line in answer.raw.headers.getlist("Set-Cookie"):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies.pop(name, None)
            if "Max-Age=0" not in line:
                self.cookies[name] = value
        return answer

    def get(self, path, **headers):
        return self.send("GET", path, headers)

    def submit(self, answer, action, **fields):
        """Fills in the form of a page that is sent to `action`."""
        forms = Page(answer.text).forms
        if action not in forms:
            raise AssertionError(f"{answer.url} has no form {action}, but {sorted(forms)}: {answer.text[:2000]}")
        self.filled.append(action)
        return self.send("POST", action, data={**forms[action], **fields})

    def arrive(self, answer, address=None):
        """Goes on as somebody would, until the browser is led elsewhere; that address.

        Fails on a page where nothing is to be done, and tells it.
        """
        for _ in range(20):
            place = self.leads_to(answer)
            if place:
                place = urllib.parse.urljoin(self.provider.url, place)
                if not place.startswith(self.provider.url + "/"):
                    return place
                answer = self.get(place)
                continue
            forms = Page(answer.text).forms
            if address and "/sign-in" in forms:
                answer = self.submit(answer, "/sign-in", email=address, password=PASSWORD)
            elif "/sign-in/code" in forms:
                answer = self.submit(answer, "/sign-in/code", code=self.provider.code(address))
            elif "step-up-code" in answer.text:
                action = next(action for action in forms if "step-up" in action or "authorize" in action)
                answer = self.submit(answer, action, **{"step-up-code": self.provider.code(address)})
            elif "/openid/authorize" in forms:
                answer = self.submit(answer, "/openid/authorize", decision="yes")
            else:
                raise AssertionError(f"the browser is stuck at {answer.url} ({answer.status_code}):\n{shown(answer)}")
        raise AssertionError(f"the browser goes in circles at {answer.url}")

    @staticmethod
    def leads_to(answer):
        """Where an answer leads by itself; None for a page that stays."""
        if answer.status_code in (301, 302, 303, 307, 308):
            return answer.headers["Location"]
        found = re.search(r'<meta http-equiv="refresh" content="0;url=([^"]*)">', answer.text)
        return html.unescape(found[1]) if found else None

    def sign_in(self, address):
        answer = self.get("/sign-in")
        for _ in range(6):
            if answer.status_code == 303:
                answer = self.get(answer.headers["Location"])
                continue
            forms = Page(answer.text).forms
            if "/sign-in" in forms:
                answer = self.submit(answer, "/sign-in", email=address, password=PASSWORD)
            elif "/sign-in/code" in forms:
                answer = self.submit(answer, "/sign-in/code", code=self.provider.code(address))
            else:
                return self
        raise AssertionError(f"{address} does not get in: {shown(answer)}")


def shown(answer):
    """The words of a page, for the message of a failure."""
    text = re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]*>", " ", answer.text, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(text))[:1500]
