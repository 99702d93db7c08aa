"""A small console of a platform: people sign in by Usher, and whatever they want to do is asked of Usher first.

Usage: console.py PORT    with USHER, CLOUD, CONSOLE_ID, CONSOLE_SECRET, PLATFORM_ID and PLATFORM_SECRET in the environment

Python 3.9 and nothing else. docs/platform.md explains it from top to bottom. Behind TLS it would say `Secure` of its cookie.
"""

import base64
import hashlib
import hmac
import html
import http.server
import json
import os
import secrets
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

USHER, CLOUD = os.environ["USHER"], os.environ["CLOUD"]
# The console signs people in; the platform asks in its own name. Two clients, so that what one loses the other keeps.
CONSOLE = (os.environ["CONSOLE_ID"], os.environ["CONSOLE_SECRET"])
PLATFORM = (os.environ["PLATFORM_ID"], os.environ["PLATFORM_SECRET"])
PORT = int(sys.argv[1])
HERE = f"http://127.0.0.1:{PORT}"
# What the console can do, by the labels of the privilege matrix.
ACTIONS = {"start-instance": "Start", "stop-instance": "Stop", "create-instance": "Create"}


def call(path, body, client=None, token=None):
    """POSTs a form as a client, or JSON with a token; the answer's JSON."""
    if client:
        data, kind = urllib.parse.urlencode(body).encode(), "application/x-www-form-urlencoded"
        proof = "Basic " + base64.b64encode(":".join(client).encode()).decode()
    else:
        data, kind, proof = json.dumps(body).encode(), "application/json", f"Bearer {token}"
    request = urllib.request.Request(USHER + path, data, {"Content-Type": kind, "Authorization": proof})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


class Platform:
    """Asks Usher. A token is kept while it lasts; an answer never, since a suspension counts in the next one."""

    def __init__(self):
        self.lock, self.token, self.end = threading.Lock(), None, 0

    def ask(self, path, question):
        for attempt in (1, 2):
            try:
                return call(path, question, token=self.current())
            except urllib.error.HTTPError as error:
                # Withdrawn before its time: another one, once.
                if error.code != 401 or attempt == 2:
                    raise
                self.end = 0

    def current(self):
        with self.lock:
            if time.time() > self.end:
                answer = call("/openid/token", {"grant_type": "client_credentials", "scope": "decisions"}, PLATFORM)
                self.token, self.end = answer["access_token"], time.time() + answer["expires_in"] - 60
            return self.token

    def may(self, person, action):
        """The decision about one action, with its context."""
        return self.ask("/access/v1/evaluation", {**about(person), "action": {"name": action}})

    def menu(self, person):
        """The decisions about all that the console can do, in one call."""
        question = {**about(person), "evaluations": [{"action": {"name": name}} for name in ACTIONS]}
        return dict(zip(ACTIONS, self.ask("/access/v1/evaluations", question)["evaluations"]))


def about(person):
    """The part of a question that stays: who, proven since when, and where."""
    return {"subject": {"type": "user", "id": person["sub"], "properties": {"auth_time": person["auth_time"]}},
            "resource": {"type": "cloud", "id": CLOUD}}


class Session:
    def __init__(self):
        self.person, self.form = None, secrets.token_urlsafe(16)
        # Of a sign-in under way.
        self.state = self.nonce = self.verifier = None

    def begin(self, **wishes):
        """Where the browser goes to sign in (code and PKCE)."""
        self.state, self.nonce, self.verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        return USHER + "/openid/authorize?" + urllib.parse.urlencode({
            "client_id": CONSOLE[0], "response_type": "code", "redirect_uri": HERE + "/callback",
            "scope": "openid email", "state": self.state, "nonce": self.nonce, "code_challenge": challenge,
            "code_challenge_method": "S256", **wishes})

    def end(self, query):
        """Takes what the browser brought back; raises ValueError for what is not ours."""
        if not self.state or not hmac.compare_digest(query.get("state", ""), self.state):
            raise ValueError("This sign-in was not begun here.")
        self.state, verifier = None, self.verifier
        if "code" not in query:
            raise ValueError("The sign-in was not completed.")
        answer = call("/openid/token", {
            "grant_type": "authorization_code", "code": query["code"], "redirect_uri": HERE + "/callback",
            "code_verifier": verifier}, CONSOLE)
        # It came from Usher itself, by TLS: its signature says nothing more (OpenID Connect Core, section 3.1.3.7, 6).
        part = answer["id_token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        if claims["nonce"] != self.nonce or claims["aud"] != CONSOLE[0] or claims["iss"] != USHER:
            raise ValueError("This token is for somebody else.")
        self.person = {name: claims[name] for name in ("sub", "email", "auth_time")}


PLATFORM_AT_WORK = Platform()
SESSIONS = {}


class Console(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(address.query))
        if address.path == "/":
            self.home()
        elif address.path == "/sign-in":
            self.lead(self.session().begin())
        elif address.path == "/callback":
            try:
                self.session().end(query)
            except (ValueError, KeyError, urllib.error.HTTPError) as error:
                return self.page(400, f"<p>{html.escape(str(error))}</p>")
            # Another name from here on, so that nobody has laid one in this browser before.
            session, self.name = SESSIONS.pop(self.name), secrets.token_urlsafe(32)
            SESSIONS[self.name] = session
            self.lead("/")
        else:
            self.page(404, "<p>There is nothing here.</p>")

    def do_POST(self):
        length = min(int(self.headers.get("Content-Length") or 0), 10_000)
        form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
        session = self.session()
        if not session.person or not hmac.compare_digest(form.get("form", ""), session.form):
            return self.page(403, "<p>Sign in first, and use the buttons of the page.</p>")
        if form.get("action") not in ACTIONS:
            return self.page(404, "<p>The console cannot do that.</p>")
        self.act(session, form["action"])

    def act(self, session, action):
        """Asks again, whatever the page showed: between the two the account may have been suspended."""
        try:
            answer = PLATFORM_AT_WORK.may(session.person, action)
        except OSError:
            # Who cannot ask does not act.
            return self.page(503, "<p>Nobody can say at present whether you may. Try again in a moment.</p>")
        if answer["decision"] is True:
            return self.page(200, f"<p>Done: {html.escape(action)}.</p>")
        wanted = answer["context"]
        if "acr_values" in wanted:
            # Not no: a fresh code first.
            return self.lead(session.begin(acr_values=wanted["acr_values"], max_age=wanted["max_age"]))
        self.page(403, f"<p>{html.escape(wanted['message'])}</p>")

    def home(self):
        person = self.session().person
        if not person:
            return self.page(200, '<p><a href="/sign-in">Sign in</a></p>')
        try:
            menu = PLATFORM_AT_WORK.menu(person)
        except OSError:
            return self.page(503, "<p>Nobody can say at present what you may do. Try again in a moment.</p>")
        lines = [f"<p>{html.escape(person['email'])} in {html.escape(CLOUD)}</p>"]
        for action, answer in menu.items():
            if answer["decision"] is True or "acr_values" in answer["context"]:
                note = "" if answer["decision"] is True else " (asks for a code)"
                lines.append(
                    f'<form method="post"><input type="hidden" name="form" value="{self.session().form}">'
                    f'<button name="action" value="{action}">{ACTIONS[action]}{note}</button></form>')
            else:
                lines.append(f"<p>{ACTIONS[action]}: {html.escape(answer['context']['message'])}</p>")
        self.page(200, "".join(lines))

    # Pages

    def session(self):
        if not hasattr(self, "known"):
            cookies = (part.strip().partition("=") for part in self.headers.get("Cookie", "").split(";"))
            self.name = next((value for name, _, value in cookies if name == "console" and value in SESSIONS), None)
            if self.name is None:
                self.name = secrets.token_urlsafe(32)
                SESSIONS[self.name] = Session()
            self.known = SESSIONS[self.name]
        return self.known

    def lead(self, place):
        self.send_response(303)
        self.send_header("Location", place)
        self.finish_headers(b"")

    def page(self, status, text):
        body = f"<!doctype html><title>Console</title>{text}".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.finish_headers(body)

    def finish_headers(self, body):
        self.session()
        self.send_header("Set-Cookie", f"console={self.name}; HttpOnly; SameSite=Lax; Path=/")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Console).serve_forever()
