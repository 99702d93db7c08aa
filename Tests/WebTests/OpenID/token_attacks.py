"""Attacks on tokens wherever one is taken, on device codes, and on the endpoints that programs ask.

Usage: token_attacks.py [WORDS OF A CHECK]
"""

import base64
import concurrent.futures
import hashlib
import hmac
import json
import time
import urllib.parse

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from joserfc import jwk
from joserfc import jwt as jose_jwt
from provider import CALLBACK, Grant, Provider, check, granted, play, same, served

AFTER = "https://console.example/bye"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPES = ("openid", "profile", "email")


class World(Provider):
    def begin(self):
        self.web = self.application("Console", "web", "--logout-redirect", AFTER, scopes=SCOPES)
        self.line = self.application("Command line", "native", redirect="http://127.0.0.1/callback", scopes=SCOPES)
        self.other = self.application("Other line", "native", redirect="http://127.0.0.1/callback", scopes=SCOPES)
        self.service = self.application("Platform", "service", redirect=None, scopes=("introspection", "decisions"))
        self.key = jwk.generate_key("EC", "P-256", {"kid": "one"})
        file = self.folder / "keys.json"
        file.write_text(json.dumps({"keys": [self.key.as_dict(private=False)]}))
        self.signer = self.application(
            "Signer", "service", "--keys", str(file), redirect=None, scopes=("decisions",))
        self.window = self.browser().sign_in(self.nora)
        self.tokens = granted(self.redeem(Grant(self.web).carry(self.window)))
        self.keys = requests.get(self.metadata()["jwks_uri"], timeout=60).json()["keys"]

    def begin_device(self, application=None, **more):
        answer = self.ask("/openid/device", client_id=(application or self.line)["clientId"], **more)
        same(answer.status_code, 200, f"a device begins ({answer.text})")
        return answer.json()

    def poll(self, device, application=None, server=None):
        return self.token_of(
            None, server, grant_type=DEVICE, device_code=device["device_code"],
            client_id=(application or self.line)["clientId"])

    def answer_device(self, browser, code, decision="yes"):
        page = browser.submit(browser.get("/device"), "/device", code=code)
        return browser.submit(page, "/device/answer", decision=decision)


def encoded(value):
    data = json.dumps(value).encode() if not isinstance(value, bytes) else value
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def forged(token, keys, own):
    """Every way to change a token; `own` is a key of the attacker's. Yields a name and the text."""
    header, body, signature = token.split(".")
    head = json.loads(base64.urlsafe_b64decode(header + "=="))
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    published = next(key for key in keys if key["kid"] == head["kid"])
    rsa = next(key for key in keys if key["kty"] == "RSA")
    for place, part in enumerate((header, body, signature)):
        for index in (0, len(part) // 2, len(part) - 1):
            changed = part[:index] + ("A" if part[index] != "A" else "B") + part[index + 1:]
            parts = [header, body, signature]
            parts[place] = changed
            yield f"part {place} changed at {index}", ".".join(parts)
        parts = [header, body, signature]
        parts[place] = ""
        yield f"part {place} empty", ".".join(parts)
        parts[place] = part + "="
        yield f"part {place} padded", ".".join(parts)
    for none in ("none", "None", "NONE", "nOnE", ""):
        yield f"alg {none!r}", f"{encoded({**head, 'alg': none})}.{body}."
        yield f"alg {none!r} with the signature", f"{encoded({**head, 'alg': none})}.{body}.{signature}"
    for secret in (json.dumps(published).encode(), jwk.import_key(published).as_pem(private=False),
                   jwk.import_key(rsa).as_pem(private=False), b"", b"\0"):
        start = f"{encoded({**head, 'alg': 'HS256'})}.{body}"
        yield "HMAC by the public key", f"{start}.{encoded(hmac.digest(secret, start.encode(), hashlib.sha256))}"
    for change in ({"kid": rsa["kid"]}, {"kid": rsa["kid"], "alg": "RS256"}, {"kid": "unknown"}, {"kid": None},
                   {"kid": "../../../../dev/null"}, {"kid": "' OR 1=1 --"}, {"kid": 7}, {"alg": "RS256"},
                   {"alg": "ES384"}, {"alg": "ES256K"}, {"crit": ["exp"]}, {"crit": []}, {"b64": False, "crit": ["b64"]},
                   {"zip": "DEF"}):
        changed = {name: value for name, value in {**head, **change}.items() if value is not None}
        yield f"header {change}", f"{encoded(changed)}.{body}.{signature}"
        if str(change.get("alg", "ES256")) == "ES256" and "b64" not in change:
            try:
                yield f"header {change}, another's signature", own_signature(changed, claims, own)
            except Exception:  # Not every header is one that the library writes.
                continue
    public = own.as_dict(private=False)
    for change in ({}, {"jwk": public}, {"jku": "https://evil.example/keys"}, {"x5c": ["MIIB"]},
                   {"kid": public["kid"], "jwk": public}):
        yield f"another's signature {list(change)}", own_signature({**head, **change}, claims, own)
    for zero in (b"\0" * 64, b"\0" * 63 + b"\1", b"", b"\xff" * 64):
        yield "a signature of zeros", f"{header}.{body}.{encoded(zero)}"
    raw = base64.urlsafe_b64decode(signature + "==")
    yield "a signature with more behind it", f"{header}.{body}.{encoded(raw + b'0')}"
    yield "a fourth part", token + ".e30"
    yield "two parts", f"{header}.{body}"
    yield "blanks", f"{header} .{body}.{signature}"
    yield "the JSON form", json.dumps({"payload": body, "protected": header, "signature": signature})
    yield "the unpadded body twice", f"{header}.{body}{body}.{signature}"


def own_signature(header, claims, own):
    start = f"{encoded(header)}.{encoded(claims)}"
    r, s = utils.decode_dss_signature(own.private_key.sign(start.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{start}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


@check("opens nothing by an access token that was changed in any part, or signed by another key or algorithm")
def access_tokens(world):
    own = jwk.generate_key("EC", "P-256", {"kid": "mine"})
    count = 0
    for name, text in forged(world.tokens["access_token"], world.keys, own):
        count += 1
        answer = world.user_info(text.replace("\n", ""))
        same((answer.status_code, 'error="invalid_token"' in answer.headers.get("WWW-Authenticate", "")), (401, True),
             f"userinfo by {name}")
        same(world.ask("/openid/introspect", world.service, token=text).json(), {"active": False}, f"{name}")
    assert count > 60, count
    same(world.user_info(world.tokens["access_token"]).status_code, 200, "userinfo by the token itself")


@check("takes no token of one kind for another: ID tokens, access tokens, refresh tokens")
def kinds(world):
    for name in ("id_token", "refresh_token"):
        same(world.user_info(world.tokens[name]).status_code, 401, f"userinfo by an {name}")
    same(world.is_active(world.service, world.tokens["id_token"]), False, "introspection of an ID token")
    own = granted(world.token_of(world.service, grant_type="client_credentials"))["access_token"]
    same(world.user_info(own).status_code, 403, "userinfo by a service's own token")
    for token in (world.tokens["access_token"], own):
        hint = world.window.get("/openid/logout?" + urllib.parse.urlencode({"id_token_hint": token}))
        same(hint.status_code, 400, "an access token as a hint at the sign-out")
        told = Grant(world.web, id_token_hint=token)
        told.read(world.window.get(told.path).headers["Location"])
        same(told.answer.get("error"), "invalid_request", "an access token as a hint at the sign-in")


@check("believes no hint and no client's assertion that was changed in any part")
def hints(world):
    own = jwk.generate_key("EC", "P-256", {"kid": "mine"})
    for name, text in forged(world.tokens["id_token"], world.keys, own):
        answer = world.window.get("/openid/logout?" + urllib.parse.urlencode(
            {"id_token_hint": text, "post_logout_redirect_uri": AFTER}))
        same((answer.status_code, "Location" in answer.headers), (400, False), f"a sign-out by {name}")
        grant = Grant(world.web, id_token_hint=text, prompt="none")
        grant.read(world.window.get(grant.path).headers["Location"])
        same((grant.answer.get("error"), grant.code), ("invalid_request", None), f"a sign-in by {name}")
    same(world.window.get("/account").status_code, 200, "Nora's session after that")
    now = int(time.time())
    claims = {"iss": world.signer["clientId"], "sub": world.signer["clientId"], "aud": world.url, "exp": now + 60}
    public = [{**world.key.as_dict(private=False)}, *world.keys]

    def answer(text):
        return world.token_of(
            grant_type="client_credentials", client_assertion=text, client_assertion_type=BEARER)

    good = jose_jwt.encode({"alg": "ES256", "kid": "one"}, {**claims, "jti": "good"}, world.key)
    for name, text in forged(good, public, own):
        refused = answer(text)
        same((refused.status_code, refused.json()["error"]), (401, "invalid_client"), f"an assertion, {name}")
    same(answer(good).status_code, 200, "the assertion itself, after those")
    wrong = world.token_of(grant_type="client_credentials", client_assertion=good, client_assertion_type="jwt")
    same(wrong.status_code, 401, "an assertion of another type")
    # By algorithms that nobody says are taken, of keys that fit them, and by the secret of a client that has one.
    secret = jwk.import_key(world.service["clientSecret"], "oct")
    for algorithm, key, client in (
            ("ES384", jwk.generate_key("EC", "P-384", {"kid": "one"}), world.signer),
            ("EdDSA", jwk.generate_key("OKP", "Ed25519", {"kid": "one"}), world.signer),
            ("HS256", secret, world.service)):
        own = {**claims, "iss": client["clientId"], "sub": client["clientId"], "jti": algorithm}
        text = jose_jwt.encode({"alg": algorithm, "kid": "one"}, own, key, algorithms=[algorithm])
        for path in ("token", "introspect", "revoke", "push"):
            refused = world.ask(
                f"/openid/{path}", grant_type="client_credentials", token="x", client_assertion=text,
                client_assertion_type=BEARER)
            same((refused.status_code, refused.json()["error"]), (401, "invalid_client"), f"{path} by {algorithm}")


@check("reads both halves of HTTP Basic as a form encodes them, and takes nothing else for them")
def basic(world):
    name, secret = world.service["clientId"], world.service["clientSecret"]

    def answer(name, secret):
        word = base64.b64encode(f"{name}:{secret}".encode()).decode()
        return world.token_of(headers={"Authorization": f"Basic {word}"}, grant_type="client_credentials")

    def escaped(text):
        return "".join(f"%{ord(letter):02x}" for letter in text)

    for own in ((name, secret), (escaped(name), secret), (name, escaped(secret)), (escaped(name), escaped(secret))):
        granted(answer(*own))
    for what, own in (
            ("a blank for a letter", (name, "+" + secret[1:])), ("half an escape", (name, secret + "%4")),
            ("an escape of nothing", (name, "%zz" + secret)), ("more behind a colon", (name, secret + "%3a")),
            ("no text", (name, "%ff")), ("nothing", ("", "")), ("no name", ("", secret))):
        check_error(answer(*own), 401, "invalid_client", what)


@check("takes a token for userinfo as a header or in a form, in one way, and never from an address")
def ways(world):
    address, token = world.url + "/openid/userinfo", world.tokens["access_token"]
    header = {"Authorization": f"Bearer {token}"}
    same(requests.get(address, headers=header, timeout=60).status_code, 200, "GET with a header")
    same(requests.post(address, headers=header, timeout=60).status_code, 200, "POST with a header")
    same(requests.post(address, data={"access_token": token}, timeout=60).status_code, 200, "POST with a form")
    same(requests.get(address, params={"access_token": token}, timeout=60).status_code, 401, "GET with a query")
    same(requests.post(address, data={"access_token": token}, headers=header, timeout=60).status_code, 400, "both")
    same(requests.post(address, json={"access_token": token}, timeout=60).status_code, 401, "POST with JSON")
    bare = requests.get(address, timeout=60)
    same((bare.status_code, bare.headers["WWW-Authenticate"]), (401, "Bearer"), "no token at all (RFC 6750, 3.1)")
    answer = requests.get(address, headers=header, timeout=60)
    assert "no-store" in answer.headers["Cache-Control"], answer.headers


@check("refuses at each endpoint with a status, an error of the standard, in JSON that nobody keeps")
def endpoints(world):
    web = (world.web["clientId"], world.web["clientSecret"])
    identity = {"client_id": world.web["clientId"], "client_secret": world.web["clientSecret"]}
    cases = [
        ({}, None, 400, "invalid_request"),
        ({"grant_type": "password", **identity}, None, 400, "unsupported_grant_type"),
        ({"grant_type": "implicit", **identity}, None, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x", "code_verifier": "y" * 43}, web, 400, "invalid_grant"),
        ({"grant_type": "authorization_code", "code_verifier": "y" * 43}, web, 400, "invalid_request"),
        ({"grant_type": "client_credentials"}, web, 400, "unauthorized_client"),
        ({"grant_type": DEVICE, "device_code": "x"}, web, 400, "unauthorized_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, web, 400, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, (web[0], "wrong"), 401, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, ("nobody", "wrong"), 401, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, (web[0], ""), 401, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, None, 401, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "client_id": web[0]}, None, 401, "invalid_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x", **identity}, web, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "client_id": world.line["clientId"]}, web, 401,
         "invalid_client"),
        ({"grant_type": "client_credentials", "scope": "api"},
         (world.service["clientId"], world.service["clientSecret"]), 400, "invalid_scope"),
        ({"grant_type": "client_credentials", "resource": "https://other.example"},
         (world.service["clientId"], world.service["clientSecret"]), 400, "invalid_target"),
    ]
    for form, basic, status, error in cases:
        answer = requests.post(world.url + "/openid/token", data=form, auth=basic, timeout=60)
        check_error(answer, status, error, f"{form}")
        same("WWW-Authenticate" in answer.headers, status == 401, f"a challenge for {form}")
    for path, form in (("introspect", {"token": "x"}), ("revoke", {"token": "x"}), ("push", {"client_id": web[0]}),
                       ("device", {"scope": "openid"}),
                       ("introspect", {"token": "x", "client_id": world.line["clientId"]})):
        answer = requests.post(f"{world.url}/openid/{path}", data=form, timeout=60)
        check_error(answer, 401, "invalid_client", path)
    for path in ("token", "introspect", "revoke", "push", "device"):
        address = f"{world.url}/openid/{path}"
        check_error(requests.post(address, json={}, auth=web, timeout=60), 400, "invalid_request", f"JSON at {path}")
        twice = requests.post(address, data=[("token", "a"), ("token", "b")], auth=web, timeout=60)
        check_error(twice, 400, "invalid_request", f"a parameter twice at {path}")
        several = requests.post(address, data=[("resource", "a"), ("resource", "b")], auth=web, timeout=60)
        check_error(several, 400, "invalid_target", f"two resources at {path}")
        other = requests.post(address, data={
            "grant_type": "refresh_token", "refresh_token": "x", "token": "x", "client_id": "other"}, auth=web, timeout=60)
        check_error(other, 401, "invalid_client", f"two clients at {path}")
        assert "client_id" in other.json()["error_description"], other.text
        broken = requests.post(address, data="%zz=%", auth=web, timeout=60, headers={
            "Content-Type": "application/x-www-form-urlencoded"})
        check_error(broken, 400, "invalid_request", f"a form that is none at {path}")
        long = requests.post(address, data={"token": "x" * 70_000}, auth=web, timeout=60)
        same(long.status_code, 413, f"too long a form at {path}")
        same(requests.get(address, timeout=60).status_code, 405, f"GET of {path}")
    for odd in ("Basic !!!", "Basic", "Basic Og==", "Basic " + "A" * 4_000, "Bearer x", "Negotiate x"):
        answer = requests.post(
            world.url + "/openid/token", data={"grant_type": "refresh_token"}, timeout=60,
            headers={"Authorization": odd})
        check_error(answer, 401, "invalid_client", odd[:20])


@check("slows down a network that guesses secrets, and nobody who knows theirs")
def limits(world):
    stranger = {"X-Forwarded-For": world.client()}
    refused = []
    for _ in range(200):
        answer = world.token_of(headers=stranger, grant_type="client_credentials",
                                client_id=world.service["clientId"], client_secret="x" * 64)
        refused.append(answer.status_code)
        if answer.status_code == 429:
            break
    same((set(refused[:-1]), refused[-1]), ({401}, 429), "what becomes of guesses")
    check_error(answer, 429, "temporarily_unavailable", "one guess too many")
    assert int(answer.headers["Retry-After"]) > 0, answer.headers
    world.until(lambda: "client.wrong" in json.dumps(world.usher("security", "list")))
    for headers in (stranger, {"X-Forwarded-For": world.client()}):
        same(world.token_of(world.service, headers=headers, grant_type="client_credentials").status_code, 200,
             "the right secret, from the same network and from another")


def check_error(answer, status, error, what):
    same((answer.status_code, answer.json().get("error")), (status, error), what)
    same(answer.headers["Content-Type"].split(";")[0], "application/json", f"the type of the answer to {what}")
    assert "no-store" in answer.headers["Cache-Control"], f"{what}: {answer.headers}"
    assert not {"trace", "stack", ".swift"} & set(answer.text.lower().split()), answer.text


@check("gives a machine its token once, of many that ask at once, after a yes; and none after a no or in vain")
def device_codes(world):
    device = world.begin_device()
    same(world.poll(device).json()["error"], "authorization_pending", "before anybody answered")
    soon = world.poll(device)
    same(soon.json()["error"], "slow_down", "a second question at once")
    same(world.poll(device, world.other).json()["error"], "invalid_grant", "another application's question")
    browser = world.browser().sign_in(world.nora)
    world.answer_device(browser, device["user_code"].lower().replace("-", " "))
    with concurrent.futures.ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda _: world.poll(device), range(20)))
    same(sorted(answer.status_code for answer in answers), [200] + [400] * 19, "twenty that ask at once")
    same(world.poll(device).json()["error"], "invalid_grant", "one that was redeemed")
    same(browser.submit(browser.get("/device"), "/device", code=device["user_code"]).text.count("device/answer"), 0,
         "the code that somebody typed, once it was answered")
    denied = world.begin_device()
    world.answer_device(browser, denied["user_code"], "no")
    same(world.poll(denied).json()["error"], "access_denied", "one that was refused")
    late, later = world.begin_device(), world.another(ahead=901)
    same(world.poll(late, server=later).json()["error"], "expired_token", "one that nobody answered")
    for made in ("", "x", late["device_code"][:-1]):
        answer = world.poll({"device_code": made})
        same(answer.json()["error"], "invalid_grant" if made else "invalid_request", "one that is made up")


@check("lets nobody guess the code that is shown on a machine")
def guesses(world):
    browser = world.browser().sign_in(world.nora)
    device = world.begin_device()
    page = browser.get("/device")
    statuses = []
    for number in range(60):
        letters = "BCDFGHJKLMNPQRSTVWXZ"
        guess = "".join(letters[(number * 7 + place * 3) % 20] for place in range(8))
        answer = browser.submit(page, "/device", code=guess)
        statuses.append(answer.status_code)
        if answer.status_code == 429:
            break
    same(statuses[-1], 429, f"the answer to guess {len(statuses)}")
    for _ in range(20):
        before = browser.submit(page, "/device", code=guess).status_code
        limited = browser.submit(page, "/device", code=device["user_code"])
        after = browser.submit(page, "/device", code=guess).status_code
        # On a busy machine a try comes back meanwhile, and then another may be made.
        if before == after == 429:
            break
    same((before, after), (429, 429), "guesses before and after the right code")
    same("device/answer" in limited.text, False, "the right code, after too many guesses")


@check("asks who signs a machine in: not before the sign-in, by no form of another site, and never by the address alone")
def device_pages(world):
    device = world.begin_device()
    stranger = world.browser()
    assert "/sign-in" in stranger.get("/device?code=" + device["user_code"]).headers["Location"], "not signed in"
    browser = world.browser().sign_in(world.nora)
    page = browser.get("/device?code=" + device["user_code"])
    same("device/answer" in page.text, False, "an address with the code asks for nothing but the code")
    for path in ("/device", "/device/answer"):
        forged = browser.send("POST", path, data={"code": device["user_code"], "decision": "yes"})
        assert forged.status_code in (403, 409, 400), (path, forged.status_code)
    same(world.poll(device).json()["error"], "authorization_pending", "after that")


if __name__ == "__main__":
    with served(World, USHER_API_CALLS_PER_MINUTE="0") as world:
        play(world)
