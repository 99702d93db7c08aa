"""What an operator does with applications, and what people see who sign in to one: on machines, and by a code.

Usage: application_journey.py [all]     `USHER_TEST_SCREENS` names a folder for pictures of every page
"""

import base64
import hashlib
import http.client
import http.server
import itertools
import json
import os
import sys
import threading
import urllib.parse

from site_under_test import PASSWORD, Site
from window import Window

SCREENS = os.environ.get("USHER_TEST_SCREENS")
PAIRS = [("en", "desktop", "light", True), ("de", "phone", "dark", True), ("fr", "desktop", "light", False)]
ALL = list(itertools.product(("en", "fr"), ("phone", "desktop"), ("light", "dark"), (True,)))
NUMBERS = itertools.count(1)
VERIFIER = "v" * 43


def operator(site, language):
    address = f"olga{next(NUMBERS)}@provider.example"
    site.usher("person", "appoint", address, "--duty", "operator", "--name", "Olga Petit", "--locale", language)
    return address, site.enrol(address)


def register(site, window):
    """By the form, once with faults; the client id and the secret."""
    name = f"Console {next(NUMBERS)}"
    window.follow(lambda: window.find("nav a[href='/operation']").click())
    window.follow(lambda: window.find(".tabs a[href='/operation/applications']").click())
    window.check("applications-none" if not window.all("ul.list a") else "applications")
    window.follow(lambda: window.find("a[href='/operation/applications/new']").click())
    window.check("application-new")
    window.type("name", name)
    window.type("redirects", "https://console.example.com/callback\nhttp://console.example.com/other")
    window.find("#scope-access").click()
    window.type("organizations", "acme nowhere")
    window.submit()
    window.find("#redirects-wrong")
    window.check("application-new-refused")
    assert window.find("#scope-access").is_selected()
    window.type("redirects", "https://console.example.com/callback")
    window.type("organizations", "acme")
    window.submit()
    window.check("application-secret")
    client, secret = [one.text for one in window.all(".secret")]
    window.reload()
    assert secret in window.text()
    window.find("#kept").click()
    window.submit()
    assert secret not in window.text() and window.heading().startswith(name)
    window.check("application")
    shown = site.usher("application", "show", client)
    assert shown["name"] == name and shown["scopes"] == ["access"] and shown["organizations"] == ["acme"], shown
    return client, secret


def settle(window, client):
    """Another secret, and the end of the application."""
    window.find("details:has(#overlapDays) > summary").click()
    window.check("application-rotate")
    window.follow(lambda: window.find("form[action$='/rotate'] button").click())
    window.find("#kept").click()
    window.submit()
    window.check("application-rotated")
    assert not window.all("form[action$='/rotate']")
    window.find("details:has(#reason) > summary").click()
    window.type("reason", "<b>Replaced</b>")
    window.follow(lambda: window.find("form[action$='/remove'] button").click())
    window.find("[role=status]")
    assert client not in window.driver.page_source
    window.check("applications-removed")


def tool(site):
    """A command line that signs people in: its client id."""
    return site.usher(
        "application", "add", f"Tool {next(NUMBERS)}", "--kind", "native", "--redirect", "http://127.0.0.1/callback",
        "--scope", "openid", "--scope", "profile", "--scope", "access", "--scope", "api:read",
        "--scope", "offline_access")["clientId"]


class Tool(http.server.BaseHTTPRequestHandler):
    """Takes what browsers bring, and answers nothing that they could show: they stay where they are."""

    brought = []

    def do_GET(self):
        self.brought.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


LISTENER = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tool)


def redirect():
    return f"http://127.0.0.1:{LISTENER.server_port}/callback"


def request(client, **more):
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    return "/openid/authorize?" + urllib.parse.urlencode({
        "client_id": client, "redirect_uri": redirect(), "response_type": "code",
        "scope": "openid profile access api:read offline_access", "state": "s", "code_challenge": challenge,
        "code_challenge_method": "S256", **more})


def call(site, path, **form):
    """One call of a client; the status and the document."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    connection.request("POST", path, urllib.parse.urlencode(form), {
        "Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": site.client()})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text or "null")


def sign_in_at(site, window, client):
    """The pages between an application and its person."""
    window.open(request("nonsense"))
    window.check("authorize-refused")
    window.open(request(client))
    window.check("authorize")
    assert redirect() in window.text()
    Tool.brought.clear()
    window.follow(lambda: window.find("button[name=decision][value=yes]").click())
    window.check("leave")
    site.until(lambda: Tool.brought)
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(Tool.brought[0]).query)
    status, answer = call(
        site, "/openid/token", grant_type="authorization_code", client_id=client, code=query["code"][0],
        redirect_uri=redirect(), code_verifier=VERIFIER)
    assert status == 200 and query["state"] == ["s"] and query["iss"] == [site.url], (query, answer)
    window.open("/openid/logout?" + urllib.parse.urlencode({"client_id": client}))
    window.check("sign-out")
    window.follow(lambda: window.find("main button.wide").click())
    window.find("[name=password]")
    again = call(
        site, "/openid/token", grant_type="refresh_token", client_id=client, refresh_token=answer["refresh_token"])
    assert again[0] == 400, again


def device(site, window, client):
    """A machine without a browser waits under a code: yes for one, no for the other."""
    for decision in ("yes", "no"):
        started = call(site, "/openid/device", client_id=client, scope="openid profile access")[1]
        window.open("/device")
        window.check("device")
        window.type("code", "BBBB-BBBB")
        window.submit()
        window.find("[role=alert]")
        window.check("device-refused")
        window.type("code", started["user_code"].lower())
        window.submit()
        window.check("device-question")
        window.follow(lambda: window.find(f"button[name=decision][value={decision}]").click())
        window.check(f"device-{decision}")
        status, answer = call(
            site, "/openid/token", grant_type="urn:ietf:params:oauth:grant-type:device_code", client_id=client,
            device_code=started["device_code"])
        assert (status == 200) == (decision == "yes"), answer


def journey(site, language, size, theme, script):
    address, secret = operator(site, language)
    with Window(site, size, theme, language, script, SCREENS) as window:
        window.sign_in(address, PASSWORD, secret)
        client, _ = register(site, window)
        settle(window, client)
        client = tool(site)
        device(site, window, client)
        sign_in_at(site, window, client)


def main():
    threading.Thread(target=LISTENER.serve_forever, daemon=True).start()
    with Site() as site:
        for combination in ALL if sys.argv[1:] == ["all"] else PAIRS:
            journey(site, *combination)
            print("played", *combination, flush=True)


main()
