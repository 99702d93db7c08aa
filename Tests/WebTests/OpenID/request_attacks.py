"""Attacks on requests for a sign-in, on sign-outs and on what is advertised: what is refused, and where that is told.

Usage: request_attacks.py [WORDS OF A CHECK]
"""

import http.client
import urllib.parse

import jwt
import requests
from provider import CALLBACK, Grant, Page, Provider, check, granted, play, same, shown

AFTER = "https://console.example/bye"
LOOPBACK = "http://127.0.0.1/callback"
SCOPES = ("openid", "profile")


class World(Provider):
    def begin(self):
        self.web = self.application("Console", "web", "--logout-redirect", AFTER, scopes=SCOPES)
        self.second = self.application(
            "Second", "web", "--logout-redirect", "https://second.example/bye",
            redirect="https://second.example/callback?tenant=1", scopes=SCOPES)
        self.line = self.application("Command line", "native", redirect=LOOPBACK, scopes=SCOPES)
        self.strict = self.application("Strict", "web", "--must-push", scopes=SCOPES)
        self.window = self.browser().sign_in(self.nora)

    def told(self, grant, browser=None):
        """What the application hears at once; fails where the browser is not led back to it."""
        answer = (browser or self.window).get(grant.path)
        place = answer.headers.get("Location", "")
        if not place.startswith(grant.query["redirect_uri"]):
            raise AssertionError(f"led to {place or 'nowhere'}, {answer.status_code}: {shown(answer)}")
        return grant.read(place).answer


def error(world, grant, code, browser=None):
    """The application hears of an error with its state and who says so (RFC 6749, 4.1.2.1; RFC 9207)."""
    told = world.told(grant, browser)
    what = {name: value for name, value in grant.query.items() if name not in ("client_id", "code_challenge")}
    same((told.get("error"), told.get("state"), told.get("iss"), "code" in told),
         (code, grant.query.get("state"), world.url, False), f"what is told of {what}")
    assert told["error_description"].isascii(), told


@check("tells an application what is wrong with its request: the error of the standard, its state, and who says so")
def errors(world):
    for change, code in (
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "none"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"scope": "nonsense"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "decisions"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "=" * 43}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "https://evil.example/request"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "none consent"}, "invalid_request"),
        ({"prompt": "create"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"resource": "https://other.example"}, "invalid_target"),
        ({"id_token_hint": "e30.e30.e30"}, "invalid_request"),
        ({"nonce": "n" * 2_001}, "invalid_request"),
        ({"prompt": "none", "acr_values": "urn:usher:acr:mfa"}, "unmet_authentication_requirements"),
        ({"prompt": "none", "max_age": "0"}, "login_required"),
    ):
        for state in ("a state & more=é", None):
            error(world, Grant(world.web, **{"state": state, **change}), code)
    error(world, Grant(world.web, prompt="none"), "login_required", world.browser())
    error(world, Grant(world.line, prompt="none"), "consent_required")
    error(world, Grant(world.strict), "invalid_request")
    # An address that has a query of its own keeps it.
    told = world.told(Grant(world.second, response_type="token"))
    same(told.get("tenant"), "1", "the query of the address")


@check("refuses a request in which a parameter stands twice, and leads nobody by one that says where to")
def twice(world):
    grant = Grant(world.web)
    for name, value in (("redirect_uri", "https://evil.example"), ("redirect_uri", CALLBACK),
                        ("client_id", world.second["clientId"]), ("request_uri", "urn:a&request_uri=urn:b")):
        answer = world.window.get(f"{grant.path}&{name}={urllib.parse.quote(value, safe='&=')}")
        same((answer.status_code, "Location" in answer.headers), (400, False), f"{name} twice")
    for name, value, code in (
            ("scope", "openid", "invalid_request"), ("state", "other", "invalid_request"),
            ("code_challenge", "x", "invalid_request"), ("response_type", "token", "invalid_request"),
            ("resource", "https://a.example&resource=https://b.example", "invalid_target")):
        answer = world.window.get(f"{grant.path}&{name}={urllib.parse.quote(value, safe='&=')}")
        place, _, told = answer.headers.get("Location", "").partition("?")
        told = dict(urllib.parse.parse_qsl(told))
        same((place, told.get("error"), told.get("state")), (CALLBACK, code, grant.query["state"]), f"{name} twice")
        assert "code" not in told, told


LOOKALIKES = [
    CALLBACK + "/", CALLBACK + "?x=1", CALLBACK + "#x", CALLBACK + "%2F", CALLBACK + "/../evil", CALLBACK.upper(),
    "https://console.example/Callback", "http://console.example/callback", "https://console.example:443/callback",
    "https://console.example./callback", "https://console.example.evil.example/callback",
    "https://console.example@evil.example/callback", "https://evil.example/callback", "//console.example/callback",
    "https://user@console.example/callback", "https:/console.example/callback", " " + CALLBACK, CALLBACK + " ",
    "javascript:alert(1)//console.example/callback", "data:text/html,x", "", "https://xn--console-.example/callback",
    CALLBACK + "\n", CALLBACK + "\0", "https://console.example\\@evil.example/callback", "callback",
    "https://console.example/%63allback",
]
LOOPBACK_LOOKALIKES = [
    "http://127.0.0.1.evil.example/callback", "http://127.0.0.1:80@evil.example/callback", "http://127.0.0.2/callback",
    "http://localhost/callback", "http://[::1]/callback", "http://127.0.0.1:4711/other", "https://127.0.0.1/callback",
    "http://127.0.0.1:4711/callback/", "http://127.0.0.1:4711/callback?x=1", "http://0177.0.0.1/callback",
    "http://127.1/callback", "http://127.0.0.1:4711@evil.example:80/callback", "http://127.0.0.1:/callback#x",
    "http://evil.example/callback", "http://127.0.0.1:99999999/callback\\@evil.example",
]


@check("leads nobody to an address that only looks like the one that is registered, with an answer or an error")
def lookalikes(world):
    for application, places in ((world.web, LOOKALIKES), (world.line, LOOPBACK_LOOKALIKES)):
        for place in places:
            for more in ({}, {"response_type": "token"}, {"prompt": "none"}):
                for browser in (world.window, world.browser()):
                    answer = browser.get(Grant(application, redirect_uri=place, **more).path)
                    same((answer.status_code, "Location" in answer.headers), (400, False), f"{place!r} {more}")
                    assert "evil" not in answer.text, f"the page leads to {place!r}"
    for unknown in ("nobody", "", world.web["clientId"].upper(), world.web["clientId"] + "x"):
        answer = world.window.get(Grant(world.web, client_id=unknown).path)
        same((answer.status_code, "Location" in answer.headers), (400, False), f"client_id {unknown!r}")
    told = Grant(world.line, redirect_uri="http://127.0.0.1:4711/callback").carry(world.window).answer
    assert told["code"], "a loopback address with a port of its own"


@check("takes a request that a browser posts, with a state to its last blank, and refuses a forged answer of the form")
def posted(world):
    grant = Grant(world.web, state=" two  blanks ")
    answer = world.window.send("POST", "/openid/authorize", data=grant.query)
    grant.read(world.window.arrive(answer))
    same((grant.answer["state"], bool(grant.code)), (" two  blanks ", True), "what a posted request brings")
    same(world.redeem(grant).status_code, 200, "its code")
    doubled = world.window.send("POST", "/openid/authorize", data=[*grant.query.items(), ("scope", "openid")])
    assert "error=invalid_request" in world.window.arrive(doubled), "a parameter that is posted twice"
    smuggled = world.window.send("POST", "/openid/authorize", data={
        **grant.query, "x\r\nSet-Cookie: a": "b", "y&redirect_uri": "https://evil.example"})
    same("a" in world.window.cookies, False, "a cookie by the name of a field")
    place = world.window.arrive(smuggled)
    assert place.startswith(CALLBACK) and "code=" in place, f"names of fields that hold marks lead to {place}"
    for browser in (world.window, world.browser()):
        forged = browser.send(
            "POST", "/openid/authorize", data={"decision": "yes", "request": Grant(world.line).path.split("?")[1]})
        assert forged.status_code in (403, 409, 400), (forged.status_code, shown(forged))
        same("code=" in forged.text or "Location" in forged.headers, False, "a form of another site")


@check("carries a state of 2,000 characters, whatever they are, through password and code, and refuses a longer one at once")
def long_state(world):
    for state in ('"' * 2_000, "&=%#?/+" * 285, "{\\" * 1_000, "Zm9v" * 500):
        grant = Grant(world.web, state=state)
        grant.carry(world.browser(), world.MARIE)
        same((grant.answer["state"], bool(grant.code)), (state, True), "what comes back")
    # As a browser sends it, which our other means would not.
    grant, browser = Grant(world.web, state="a\\b"), world.browser()
    raw = http.client.HTTPConnection(urllib.parse.urlsplit(world.url).netloc, timeout=60)
    raw.request("GET", grant.path.replace("a%5Cb", "a\\b"), headers={"X-Forwarded-For": world.client()})
    grant.read(browser.arrive(browser.get(raw.getresponse().headers["Location"]), world.MARIE))
    same((grant.answer.get("state"), bool(grant.code)), ("a\\b", True), "what comes back of a bare backslash")
    refused = world.browser().get(Grant(world.web, state="s" * 9_000).path)
    same(refused.status_code, 414, "an address that would not pass the sign-in")


@check("asks who means it before a program of this machine gets a code, names it and where it leads, and cannot be passed")
def consent(world):
    grant = Grant(world.line, redirect_uri="http://127.0.0.1:4712/callback")
    page = world.window.get(grant.path)
    text = shown(page)
    same(page.status_code, 200, "the page that asks")
    for words in ("Command line", "http://127.0.0.1:4712/callback", "Nora Weiss"):
        assert words in text, f"the page does not name {words}: {text}"
    fields = Page(page.text).forms["/openid/authorize"]
    sealed = fields["request"]
    for query in (sealed, sealed + "&decision=yes", sealed + "&hasConsent=true",
                  grant.path.split("?")[1] + "&usher-since=0&usher-seal=" + "0" * 32,
                  sealed.replace("prompt", "x") + "&decision=yes&form=" + fields["form"]):
        answer = world.window.get("/openid/authorize?" + query)
        same((answer.status_code, "code=" in answer.text), (200, False), "a GET that says yes")
    stranger = world.browser().sign_in(world.olga)
    crossed = stranger.send("POST", "/openid/authorize", data={**fields, "decision": "yes"})
    same("code=" in crossed.text, False, "the form in another browser")
    framed = page.headers
    assert "frame-ancestors 'none'" in framed["Content-Security-Policy"], framed
    refused = world.window.submit(page, "/openid/authorize", decision="no")
    grant.read(world.window.leads_to(refused))
    same((grant.answer.get("error"), grant.answer.get("state"), grant.answer.get("iss")),
         ("access_denied", grant.query["state"], world.url), "what is told where somebody says no")


@check("asks anew where that was wanted, whatever an old or a forged seal says")
def seals(world):
    browser = world.browser().sign_in(world.nora)
    grant = Grant(world.web, prompt="login")
    led = browser.get(grant.path).headers["Location"]
    assert led.startswith("/sign-in?") and "again=yes" in led, led
    sealed = urllib.parse.parse_qs(urllib.parse.urlsplit(led).query)["next"][0]
    again = browser.get(sealed).headers["Location"]
    assert again.startswith("/sign-in"), f"the sealed request without a sign-in leads to {again}"
    other = Grant(world.web, prompt="login").path
    marks = sealed[sealed.index("&usher-since="):]
    for path in (other + marks, grant.path + "&usher-since=0" + marks[marks.index("&usher-seal"):],
                 grant.path + "&usher-since=0&usher-seal=", sealed.replace("prompt=login", "prompt=")):
        place = browser.get(path).headers.get("Location", "")
        assert place.startswith("/sign-in") or (place.startswith(CALLBACK) and "prompt=&" in path), (path, place)
    grant.read(browser.arrive(browser.get(sealed), world.nora))
    assert grant.code, "the sealed request after a sign-in"


@check("says what it is at its own address alone, whatever a request claims")
def forged_host(world):
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
              "Forwarded": "host=evil.example;proto=https", "X-Forwarded-Port": "444", "X-Original-URL": "/evil"}
    for path in ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/openid/keys",
                 "/openid/userinfo", Grant(world.web).path, "/openid/logout"):
        answer = requests.get(world.url + path, headers=forged, timeout=60, allow_redirects=False)
        assert "evil" not in f"{answer.headers}{answer.text}", f"{path}: {answer.headers} {answer.text[:500]}"
    for path, form in (("/openid/token", {"grant_type": "x"}), ("/openid/device", {"client_id": world.line["clientId"]})):
        answer = requests.post(world.url + path, data=form, headers=forged, timeout=60)
        assert "evil" not in f"{answer.headers}{answer.text}", f"{path}: {answer.text}"
    grant = Grant(world.web).carry(world.window)
    answer = requests.post(world.url + "/openid/token", headers=forged, timeout=60, data={
        "grant_type": "authorization_code", "code": grant.code, "redirect_uri": CALLBACK,
        "code_verifier": grant.verifier, "client_id": world.web["clientId"], "client_secret": world.web["clientSecret"]})
    for name in ("id_token", "access_token"):
        claims = jwt.decode(answer.json()[name], options={"verify_signature": False})
        same(claims["iss"], world.url, f"who made the {name}")
    same(world.metadata()["issuer"], world.url, "the issuer")


@check("leads nobody elsewhere after a sign-out but to an address of the application that is named")
def sign_out(world):
    browser = world.browser().sign_in(world.nora)
    token = granted(world.redeem(Grant(world.web).carry(browser)))["id_token"]
    header, body, signature = token.split(".")
    for query in (
        {"post_logout_redirect_uri": "https://evil.example"},
        {"post_logout_redirect_uri": AFTER},
        {"post_logout_redirect_uri": AFTER, "client_id": world.second["clientId"]},
        {"post_logout_redirect_uri": AFTER + "/", "client_id": world.web["clientId"]},
        {"post_logout_redirect_uri": AFTER + "@evil.example", "client_id": world.web["clientId"]},
        {"post_logout_redirect_uri": CALLBACK, "client_id": world.web["clientId"]},
        {"post_logout_redirect_uri": "https://evil.example", "id_token_hint": token},
        {"post_logout_redirect_uri": AFTER, "id_token_hint": f"{header}.{body}.{signature[:-4]}AAAA"},
        {"post_logout_redirect_uri": AFTER, "id_token_hint": f"{header}.{body}."},
        {"post_logout_redirect_uri": AFTER, "id_token_hint": token, "client_id": world.second["clientId"]},
    ):
        answer = browser.get("/openid/logout?" + urllib.parse.urlencode(query))
        same((answer.status_code, "Location" in answer.headers, "evil" in answer.text), (400, False, False), str(query))
    asked = browser.get("/openid/logout?" + urllib.parse.urlencode(
        {"post_logout_redirect_uri": AFTER, "client_id": world.web["clientId"], "state": "s"}))
    same(asked.status_code, 200, "a sign-out without the person's token asks")
    forged = browser.send("POST", "/openid/logout", data={"decision": "yes"})
    same(forged.status_code in (303, 200) and "Location" in forged.headers, False, "a form of another site")
    same(browser.get("/account").status_code, 200, "Nora's session after all that")
    left = browser.get("/openid/logout?" + urllib.parse.urlencode(
        {"post_logout_redirect_uri": AFTER, "id_token_hint": token, "state": "a b&c"}))
    same(left.headers.get("Location"), AFTER + "?state=a%20b%26c", "where a sign-out leads")
    assert "/sign-in" in browser.get("/account").headers.get("Location", ""), "the session goes on"
    # Nobody is signed in any more, and an old hint is a hint still.
    left = browser.get("/openid/logout?" + urllib.parse.urlencode({"id_token_hint": token}))
    same(left.status_code, 303, "a sign-out of nobody")


@check("survives every number that a request may hold")
def extreme_numbers(world):
    numbers = ["-1", "0", "1", *(str(sign * 2**63 + more) for sign in (-1, 1) for more in (-1, 0, 1)), "9" * 40]
    for client in (world.window, world.browser()):
        for number in numbers:
            for path in (Grant(world.web, max_age=number).path,
                         Grant(world.web).path + f"&usher-since={number}&usher-seal=x",
                         Grant(world.web, max_age=number).path + f"&usher-since={number}&usher-seal=x"):
                answer = client.get(path)
                assert answer.status_code < 500, f"{path}: {answer.status_code}"
    same(requests.get(world.url + "/healthz", timeout=60).status_code, 200, "the service after all that")


if __name__ == "__main__":
    with World() as world:
        play(world)
