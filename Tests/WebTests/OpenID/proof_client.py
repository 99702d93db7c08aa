"""Tokens bound to a key of their client (DPoP, RFC 9449), with proofs that joserfc writes.

Usage: proof_client.py [WORDS OF A CHECK]
"""

import hashlib
import re
import time

import requests
from proofs import Key, encoded
from provider import Grant, Provider, check, play, same

LOOPBACK = "http://127.0.0.1/callback"
SCOPES = ("openid", "profile")


class World(Provider):
    def begin(self):
        self.line = self.application("Command line", "native", redirect=LOOPBACK, scopes=SCOPES)
        self.strict = self.application(
            "Strict line", "native", "--must-prove-key", redirect=LOOPBACK, scopes=SCOPES)
        self.web = self.application("Console", "web", scopes=SCOPES)
        self.service = self.application("Platform", "service", redirect=None, scopes=("introspection", "decisions"))
        self.window = self.browser().sign_in(self.nora)
        self.nonces = {}

    def nonce(self, server=None):
        """As a client finds it: by a proof without one."""
        server = server or self.url
        if server not in self.nonces:
            answer = self.proven(Key(), server=server, nonce=None)
            same((answer.status_code, answer.json()["error"]), (400, "use_dpop_nonce"), "a proof without a nonce")
            self.nonces[server] = answer.headers["DPoP-Nonce"]
        return self.nonces[server]

    def proven(self, key, server=None, form=None, proof=None, **change):
        """A service's own token, with a proof; `change` is what is other in it than usual."""
        server = server or self.url
        if proof is None:
            if "nonce" not in change:
                change["nonce"] = self.nonce(server)
            proof = key.proof("POST", self.url + "/openid/token", **change)
        return self.token_of(
            self.service if form is None else None, server, {"DPoP": proof},
            **(form or {"grant_type": "client_credentials"}))

    def signed_in(self, key, application=None, **query):
        """The answer to a code of Nora's, redeemed with a proof."""
        grant = Grant(application or self.line, **query).carry(self.window)
        return self.redeem_with(key, grant)

    def redeem_with(self, key, grant):
        return self.proven(key, form={
            "grant_type": "authorization_code", "code": grant.code, "redirect_uri": grant.query["redirect_uri"],
            "code_verifier": grant.verifier, "client_id": grant.application["clientId"]})

    def user_info(self, token, key=None, scheme="DPoP", proof=None, method="GET", server=None, **change):
        headers = {"Authorization": f"{scheme} {token}"}
        if key:
            change.setdefault("ath", encoded(hashlib.sha256(token.encode()).digest()))
            proof = key.proof(method, self.url + "/openid/userinfo", **change)
        if proof:
            headers["DPoP"] = proof
        return requests.request(method, (server or self.url) + "/openid/userinfo", headers=headers, timeout=60)


def refused(answer, error, what, status=400, words=""):
    same((answer.status_code, answer.json().get("error")), (status, error), what)
    assert words in answer.json()["error_description"], f"{what}: {answer.json()['error_description']}"


@check("binds a token to the key that was proven, after one round for the nonce, for keys of each algorithm")
def bound(world):
    for kind, size, algorithm in (("EC", "P-256", "ES256"), ("RSA", 2048, "RS256"), ("RSA", 2048, "PS256")):
        key = Key(kind, size, algorithm)
        answer = world.proven(key)
        same((answer.status_code, answer.json().get("token_type")), (200, "DPoP"), f"a token bound by {algorithm} ({answer.text})")
        assert answer.headers["DPoP-Nonce"], "the next nonce comes with the answer"
        told = world.ask("/openid/introspect", world.service, token=answer.json()["access_token"]).json()
        same((told["active"], told["token_type"], told["cnf"]["jkt"]), (True, "DPoP", key.thumbprint), "what is told")


@check("opens userinfo by a bound token with a proof of its key, and by nothing else")
def used(world):
    key, other = Key(), Key()
    token = world.signed_in(key).json()["access_token"]
    for method in ("GET", "POST"):
        same(world.user_info(token, key, method=method).status_code, 200, f"{method} with its proof")
    for answer, error, what in (
        (world.user_info(token, scheme="Bearer"), "invalid_token", "as a bearer's token"),
        (world.user_info(token, key, scheme="Bearer"), "invalid_token", "as a bearer's token with a proof"),
        (world.user_info(token), "invalid_dpop_proof", "without a proof"),
        (world.user_info(token, other), "invalid_token", "with a proof of another key"),
        (world.user_info(token, key, ath=encoded(b"0" * 32)), "invalid_dpop_proof", "with another ath"),
        (world.user_info(token, key, ath=None), "invalid_dpop_proof", "without ath"),
        (world.user_info(token, key, htm="POST"), "invalid_dpop_proof", "with a proof for POST"),
        (world.user_info(token, key, htu=world.url + "/openid/token"), "invalid_dpop_proof", "for another address"),
    ):
        refused(answer, error, f"userinfo {what}", 401)
        assert answer.headers["WWW-Authenticate"].startswith(("DPoP ", "Bearer ")), answer.headers
    plain = world.sign_in(world.web, world.nora, world.window)["access_token"]
    refused(world.user_info(plain, key), "invalid_token", "an unbound token by the scheme DPoP", 401)
    same(world.user_info(plain, scheme="Bearer").status_code, 200, "an unbound token as a bearer's")


@check("answers the Authorization API by a bound token with a proof of its key, and by nothing else")
def asked(world):
    key, other = Key(), Key()
    token = world.proven(key).json()["access_token"]
    ath = encoded(hashlib.sha256(token.encode()).digest())
    subject, action = {"type": "user", "id": world.nora}, {"name": "create-snapshot"}
    cloud = {"type": "cloud", "id": "acme/prod"}
    for path, question in (
        ("evaluation", {"subject": subject, "action": action, "resource": cloud}),
        ("evaluations", {"subject": subject, "action": action, "evaluations": [{"resource": cloud}]}),
        ("search/subject", {"subject": {"type": "user"}, "action": action, "resource": cloud}),
        ("search/resource", {"subject": subject, "action": action, "resource": {"type": "cloud"}}),
        ("search/action", {"subject": subject, "resource": cloud}),
    ):
        address = f"{world.url}/access/v1/{path}"

        def status(proof, scheme="DPoP"):
            headers = {"Authorization": f"{scheme} {token}", **({"DPoP": proof} if proof else {})}
            return requests.post(address, json=question, headers=headers, timeout=60).status_code  # noqa: B023

        proof = key.proof("POST", address, ath=ath)
        same(status(proof), 200, f"{path} with its proof")
        same(status(proof), 401, f"{path} with the same proof again")
        same(status(None), 401, f"{path} without one")
        same(status(None, "Bearer"), 401, f"{path} as a bearer")
        same(status(other.proof("POST", address, ath=ath)), 401, f"{path} with a proof of another key")
        same(status(key.proof("POST", world.url + "/access/v1/evaluation/x", ath=ath)), 401, f"{path} for elsewhere")
        same(status(key.proof("GET", address, ath=ath)), 401, f"{path} for another method")
    address = f"{world.url}/api/v1/people"
    answer = requests.get(address, params={"organization": "acme"}, timeout=60, headers={
        "Authorization": f"DPoP {token}", "DPoP": key.proof("GET", address, ath=ath)})
    same((answer.status_code, answer.headers.get("WWW-Authenticate", "").split(",")[0]),
         (403, 'DPoP error="insufficient_scope"'), "a right that the token has not")


@check("takes each proof once, for as long as its time could let it be used again")
def replay(world):
    key = Key()
    token = world.signed_in(key).json()["access_token"]
    ath = encoded(hashlib.sha256(token.encode()).digest())
    address = world.url + "/openid/userinfo"
    ahead = world.another(ahead=270)
    for made, server in ((0, world.url), (-280, world.url), (280, world.url), (0, ahead), (280, ahead)):
        proof = key.proof("GET", address, ath=ath, iat=int(time.time()) + made)
        same(world.user_info(token, proof=proof, server=server).status_code, 200, f"a proof made at {made} s")
        for again in (world.url, ahead):
            refused(world.user_info(token, proof=proof, server=again), "invalid_dpop_proof",
                    f"the proof made at {made} s again", 401)
    proof = key.proof("POST", world.url + "/openid/token", nonce=world.nonce())
    same(world.proven(key, proof=proof).status_code, 200, "a proof at the token endpoint")
    refused(world.proven(key, proof=proof), "invalid_dpop_proof", "the same again", words="used before")
    # One jti of two keys is two proofs.
    for one in (Key(), Key()):
        same(world.proven(one, jti="the same").status_code, 200, "one jti of another key")


@check("says by how much a clock is wrong that makes no good proofs")
def clocks(world):
    for seconds, words in ((-420, "behind"), (420, "ahead"), (-7_200, "behind")):
        answer = world.proven(Key(), iat=int(time.time()) + seconds)
        refused(answer, "invalid_dpop_proof", f"a clock that is {seconds} s wrong", words=words)
        told = int(re.search(r"is (\d+) s", answer.json()["error_description"])[1])
        assert abs(told - abs(seconds)) < 60, answer.text
    for seconds in (-280, 280):
        same(world.proven(Key(), iat=int(time.time()) + seconds).status_code, 200, f"a clock that is {seconds} s wrong")


@check("refuses proofs that were made for something else, or that prove nothing")
def wrong(world):
    key, other = Key(), Key()
    address, nonce = world.url + "/openid/token", world.nonce()
    good = key.proof("POST", address, nonce=nonce)
    header, body, signature = good.split(".")
    secret = {**key.key.as_dict(private=True)}
    for proof, what in (
        (key.proof("GET", address, nonce=nonce), "another method"),
        (key.proof("post", address, nonce=nonce), "a method in small letters"),
        (key.proof("POST", world.url + "/openid/userinfo", nonce=nonce), "another address"),
        (key.proof("POST", "https://evil.example/openid/token", nonce=nonce), "another host"),
        (key.proof("POST", address + "/", nonce=nonce), "an address with more behind it"),
        (key.proof("POST", address, nonce=nonce, iat=None), "no iat"),
        (key.proof("POST", address, nonce=nonce, jti=None), "no jti"),
        (key.proof("POST", address, nonce=nonce, jti=""), "an empty jti"),
        (key.proof("POST", address, nonce=nonce, iat="now"), "an iat that is no number"),
        (key.proof("POST", address, {"typ": "JWT"}, nonce=nonce), "another typ"),
        (key.proof("POST", address, {"jwk": other.key.as_dict(private=False)}, nonce=nonce), "another key's name"),
        (key.proof("POST", address, {"jwk": secret}, nonce=nonce), "a secret key"),
        (key.proof("POST", address, {"jwk": {"kty": "oct", "k": "AAAA"}}, nonce=nonce), "a shared key"),
        (key.proof("POST", address, {"jwk": None}, nonce=nonce), "no key"),
        (f"{header}.{body}.{signature[:-4]}AAAA", "a changed signature"),
        (f"{header}.{body}.", "no signature"),
        ("", "nothing"), ("x.y.z", "no token"),
    ):
        if proof:
            refused(world.proven(key, proof=proof), "invalid_dpop_proof", what)
    refused(world.proven(key, proof=f"{good}, {key.proof('POST', address, nonce=nonce)}"), "invalid_dpop_proof", "two")
    for nonce in (None, "", "x", world.nonce()[:-1] + "_"):
        answer = world.proven(Key(), nonce=nonce)
        refused(answer, "use_dpop_nonce", f"the nonce {nonce!r}")
        same(world.proven(Key(), nonce=answer.headers["DPoP-Nonce"]).status_code, 200, "the nonce that is told")
    # Its clock stands, so that it is far ahead however long this takes.
    late = world.another(ahead=560)
    refused(world.proven(Key(), server=late, proof=Key().proof(
        "POST", address, nonce=world.nonce(), iat=int(time.time()) + 560)), "use_dpop_nonce", "a nonce of long ago")
    same(world.proven(key, proof=good).status_code, 200, "the proof itself, after those")


@check("binds the refresh token of what keeps no secret to its key, and the code to the key that was named")
def refreshing(world):
    key, other = Key(), Key()
    tokens = world.signed_in(key).json()
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"],
            "client_id": world.line["clientId"]}
    refused(world.proven(other, form=form), "invalid_grant", "a refresh with another key")
    refused(world.token_of(**form), "invalid_grant", "a refresh without a key")
    same(world.proven(key, form=form).json().get("token_type"), "DPoP", "a refresh with its key")
    # A bound refresh token is no bearer's, so it may stay (RFC 9700, 2.2.2).
    same(world.proven(key, form=form).status_code, 200, "the same refresh token again")
    for named in (key, other):
        grant = Grant(world.line, redirect_uri=LOOPBACK, dpop_jkt=key.thumbprint).carry(world.window)
        answer = world.redeem_with(named, grant)
        same(answer.status_code, 200 if named is key else 400, "a code for a key that was named")


@check("gives what must prove a key nothing without")
def strict(world):
    grant = Grant(world.strict).carry(world.window)
    refused(world.redeem(grant), "invalid_dpop_proof", "a code without a proof")
    same(world.redeem_with(Key(), grant).json().get("token_type"), "DPoP", "the same code with one")


if __name__ == "__main__":
    with World(USHER_API_CALLS_PER_MINUTE="0") as world:
        play(world)
