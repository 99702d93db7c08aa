"""Apache with mod_oauth2 as the owner of something that tokens open: by our keys, and by asking us.

Usage: resource_server.py [WORDS OF A CHECK]
"""

import base64
import hashlib
import json

import requests
from apache import Apache
from proofs import Key, encoded
from provider import Grant, Provider, check, free_port, granted, play, same

CONFIGURATION = """
<Location "/keys">
    AuthType oauth2
    OAuth2TokenVerify jwks_uri "{usher}/openid/keys" verify.iss={usher}&verify.exp=required
    OAuth2TargetPass envs=true
    Require oauth2_claim aud:{url}
</Location>
<Location "/asking">
    AuthType oauth2
    OAuth2TokenVerify introspect "{usher}/openid/introspect" introspect.auth=client_secret_basic&client_id={id}&client_secret={secret}&expiry=0
    OAuth2TargetPass envs=true
    Require oauth2_claim active:true
</Location>
<Location "/bound">
    AuthType oauth2
    OAuth2AcceptTokenIn header type=DPoP
    OAuth2TokenVerify jwks_uri "{usher}/openid/keys" type=dpop&verify.iss={usher}
    OAuth2TargetPass envs=true
    Require oauth2_claim aud:{url}
</Location>
"""
SHOWN = """sub <!--#echo var="OAUTH2_CLAIM_sub" -->
client <!--#echo var="OAUTH2_CLAIM_client_id" -->
acr <!--#echo var="OAUTH2_CLAIM_acr" -->
"""


class World(Provider):
    apache = None

    def begin(self):
        port = free_port()
        self.resource = f"http://localhost:{port}"
        self.web = self.application(
            "Console", "web", "--resource", self.resource, scopes=("openid", "profile"))
        self.line = self.application(
            "Command line", "native", "--resource", self.resource, redirect="http://127.0.0.1/callback",
            scopes=("openid",))
        # As docs say: what owns a resource is a service of that name, and may know tokens that are for it.
        self.gate = self.application("Gate", "service", "--resource", self.resource, redirect=None)
        text = CONFIGURATION
        for name, value in {
                "usher": self.url, "id": self.gate["clientId"], "secret": self.gate["clientSecret"]}.items():
            text = text.replace("{" + name + "}", value)
        self.apache = Apache(("oauth2",), text, port, "oauth2:info")
        for place in ("keys", "asking", "bound"):
            self.apache.page(place, SHOWN)
        self.apache.__enter__()
        self.window = self.browser().sign_in(self.nora)

    def __exit__(self, *_):
        if self.apache and self.apache.server:
            self.apache.__exit__()
        super().__exit__()

    def get(self, place, token=None, scheme="Bearer", **headers):
        if token:
            headers["Authorization"] = f"{scheme} {token}"
        return requests.get(f"{self.resource}/{place}/", headers=headers, timeout=60)

    def token_for(self, resource, browser=None, server=None):
        grant = Grant(self.web, resource=resource).carry(browser or self.window)
        return granted(self.redeem(grant, server))["access_token"]


@check("opens a resource by a token that is for it, verified by the keys that are published")
def keys(world):
    token = world.token_for(world.resource)
    answer = world.get("keys", token)
    same(answer.status_code, 200, f"a token for it ({world.apache.log()})")
    assert f"client {world.web['clientId']}" in answer.text, answer.text
    header, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    longer = encoded(json.dumps({**claims, "exp": claims["exp"] + 9_999}).encode())
    past = world.another(ahead=-3_600)
    own = granted(world.token_of(world.gate, past, grant_type="client_credentials", resource=world.resource))
    for text, what in (
        (None, "no token"), (world.token_for(None), "a token for Usher"), (f"{header}.{body}.", "no signature"),
        (f"{header}.{longer}.{signature}", "a token that was changed"), (own["access_token"], "a token that is over"),
    ):
        same(world.get("keys", text).status_code, 401, what)
    fresh = granted(world.token_of(world.gate, grant_type="client_credentials", resource=world.resource))
    same(world.get("keys", fresh["access_token"]).status_code, 200, "a service's own token")
    # What is for it opens nothing of Usher's own.
    for text, whose in ((token, "a person's"), (fresh["access_token"], "a service's")):
        bearer = {"Authorization": f"Bearer {text}"}
        for answer in (
                world.user_info(text), requests.get(f"{world.url}/api/v1/catalogue", headers=bearer, timeout=60),
                requests.post(f"{world.url}/access/v1/evaluation", headers=bearer, json={}, timeout=60)):
            same(answer.status_code, 401, f"{whose} token for another service at {answer.url}")


@check("tells the owner of a resource whether a token is good, and shuts out who was suspended at once")
def asking(world):
    browser = world.browser().sign_in(world.paul)
    token, other = world.token_for(world.resource, browser), world.token_for(None, browser)
    same(world.get("asking", token).status_code, 200, f"a token for it ({world.apache.log()})")
    same(world.get("asking", other).status_code, 401, "a token for Usher, which is none of its business")
    same(world.get("asking", "x" * 40).status_code, 401, "what is no token")
    world.suspend(world.paul)
    same(world.get("asking", token).status_code, 401, "the token of somebody who was suspended")


@check("opens a resource by a token that is bound to a key, with a proof of that key and not without")
def bound(world):
    key, other = Key(), Key()
    nonce = world.token_of(
        world.gate, headers={"DPoP": key.proof("POST", world.url + "/openid/token")},
        grant_type="client_credentials").headers["DPoP-Nonce"]
    answer = world.token_of(
        world.gate, headers={"DPoP": key.proof("POST", world.url + "/openid/token", nonce=nonce)},
        grant_type="client_credentials", resource=world.resource)
    token = answer.json()["access_token"]
    same(answer.json()["token_type"], "DPoP", "the token")
    digest = encoded(hashlib.sha256(token.encode()).digest())

    def proof(owner):
        return owner.proof("GET", world.resource + "/bound/", ath=digest)

    answer = world.get("bound", token, "DPoP", DPoP=proof(key))
    same(answer.status_code, 200, f"with its proof ({world.apache.log()})")
    same(world.get("bound", token, "DPoP", DPoP=proof(other)).status_code, 401, "with a proof of another key")
    same(world.get("bound", token, "DPoP").status_code, 401, "without a proof")
    same(world.get("bound", token).status_code, 401, "as a bearer's token")


if __name__ == "__main__":
    with World() as world:
        play(world)
