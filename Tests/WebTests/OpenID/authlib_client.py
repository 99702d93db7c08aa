"""Every grant as authlib plays it, and every token as authlib, joserfc, PyJWT and `jose` read it.

Usage: authlib_client.py [WORDS OF A CHECK]
"""

import json
import os
import pathlib
import subprocess
import tempfile
import time

import jwt
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from authlib.oidc.core import CodeIDToken
from authlib.oidc.core.util import create_half_hash
from joserfc import jwk
from joserfc import jwt as jose_jwt
from provider import CALLBACK, MULTI_FACTOR, PASSWORD_ALONE, Provider, check, granted, play, same

# Nothing here leaves this machine, and nothing of it has TLS.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
SCOPES = ("openid", "profile", "email", "organization", "access", "offline_access")


class World(Provider):
    def begin(self):
        self.told = self.metadata()
        self.web = self.application("Console", "web", scopes=SCOPES)
        self.old = self.application("Old console", "web", "--algorithm", "RS256", scopes=SCOPES)
        self.line = self.application(
            "Command line", "native", redirect="http://127.0.0.1/callback", scopes=SCOPES)
        self.service = self.application(
            "Platform", "service", redirect=None, scopes=("decisions", "introspection"))

    def keys(self):
        return requests.get(self.told["jwks_uri"], timeout=60).json()


def client(world, application, **more):
    return OAuth2Session(
        application["clientId"], application.get("clientSecret"), scope=" ".join(application["scopes"]),
        redirect_uri=application["redirects"][0] if application["redirects"] else None,
        code_challenge_method="S256", **more)


def code_flow(world, application, address, **more):
    """Authlib's own way through the code flow; the session, the token and the nonce of the request."""
    session = client(world, application, **more)
    verifier, nonce = generate_token(48), generate_token(20)
    start, state = session.create_authorization_url(
        world.told["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
    browser = world.browser()
    back = browser.arrive(browser.get(start), address)
    token = session.fetch_token(
        world.told["token_endpoint"], authorization_response=back, code_verifier=verifier, state=state)
    return session, token, nonce


def verified(world, token, algorithm, audience):
    """What a token says, once four programs have verified it and read the same."""
    keys = world.keys()
    by_joserfc = jose_jwt.decode(token, jwk.KeySet.import_key_set(keys), algorithms=[algorithm])
    claims = by_joserfc.claims
    signer = jwt.PyJWKClient(world.told["jwks_uri"]).get_signing_key_from_jwt(token)
    same(jwt.decode(token, signer.key, algorithms=[algorithm], audience=audience, issuer=world.told["issuer"]),
         claims, "what PyJWT reads")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / "keys").write_text(json.dumps(keys))
        (path / "token").write_text(token)
        read = subprocess.run(
            ["jose", "jws", "ver", "-i", path / "token", "-k", path / "keys", "-O", "-"], capture_output=True,
            text=True)
    same(read.returncode, 0, "jose verifies the token " + read.stderr)
    same(json.loads(read.stdout), claims, "what jose reads")
    for name in ("iat", "exp", "auth_time"):
        if name in claims:
            same(type(claims[name]), int, f"the type of {name}")
    return by_joserfc.header, claims


def check_id_token(world, application, token, nonce, algorithm):
    header, claims = verified(world, token["id_token"], algorithm, application["clientId"])
    same((header["alg"], header["typ"]), (algorithm, "JWT"), "the header of the ID token")
    read = CodeIDToken(
        claims, header,
        {"iss": {"essential": True, "value": world.told["issuer"]}, "aud": {"value": application["clientId"]},
         "nonce": {"essential": True, "value": nonce}, "acr": {"essential": True}, "auth_time": {"essential": True}},
        {"nonce": nonce, "access_token": token["access_token"], "client_id": application["clientId"]})
    read.validate(leeway=5)
    same(claims["at_hash"], create_half_hash(token["access_token"], algorithm).decode(), "at_hash")
    return claims


@check("gives authlib a sign-in by code and PKCE, with an ID token that four programs verify, by ES256 and RS256")
def code(world):
    for application, algorithm in ((world.web, "ES256"), (world.old, "RS256")):
        session, token, nonce = code_flow(world, application, world.nora)
        claims = check_id_token(world, application, token, nonce, algorithm)
        same((token["token_type"], token["expires_in"]), ("Bearer", 1200), "how the token is told")
        same((claims["acr"], claims["amr"]), (PASSWORD_ALONE, ["pwd"]), "how Nora proved herself")
        same((claims["email"], claims["email_verified"], claims["name"], claims["organization"], claims["groups"]),
             (world.nora, True, "Nora Weiss", "acme", ["acme/prod:STD"]), "what is told of Nora")
        told = session.get(world.told["userinfo_endpoint"]).json()
        same(told["sub"], claims["sub"], "the subject of userinfo")
        same(told["access"], [{"cloud": "acme/prod", "profile": "STD"}], "Nora's profiles")


@check("tells how somebody with an authenticator proved themselves")
def factor(world):
    _, token, nonce = code_flow(world, world.web, world.RITA)
    claims = check_id_token(world, world.web, token, nonce, "ES256")
    same((claims["acr"], claims["amr"]), (MULTI_FACTOR, ["pwd", "otp", "mfa"]), "how Rita proved herself")


class Resource(JWTBearerTokenValidator):
    """Authlib as the owner of something that a token opens (RFC 9068)."""

    def __init__(self, world):
        super().__init__(world.told["issuer"], world.told["issuer"])
        self.world = world

    def get_jwks(self):
        return jwk.KeySet.import_key_set(self.world.keys())


@check("gives access tokens that authlib accepts as RFC 9068, and four programs verify")
def access_token(world):
    _, token, _ = code_flow(world, world.old, world.nora)
    for text, holder in ((token["access_token"], world.old["clientId"]),
                         (granted(world.token_of(world.service, grant_type="client_credentials"))["access_token"],
                          world.service["clientId"])):
        header, claims = verified(world, text, "ES256", world.told["issuer"])
        same(header["typ"], "at+jwt", "the type of the access token")
        same(claims["client_id"], holder, "whose token it is")
        resource = Resource(world)
        read = resource.authenticate_token(text)
        resource.validate_token(read, claims["scope"].split()[:1], None)


@check("refreshes for authlib: what keeps a secret keeps its refresh token, what cannot gets the next one")
def refresh(world):
    for application, is_kept in ((world.web, True), (world.line, False)):
        more = {} if application.get("clientSecret") else {"token_endpoint_auth_method": "none"}
        session, first, _ = code_flow(world, application, world.nora, **more)
        second = session.refresh_token(world.told["token_endpoint"], first["refresh_token"])
        same(second["refresh_token"] == first["refresh_token"], is_kept, "whether the refresh token stays")
        same(second["access_token"] == first["access_token"], False, "whether the access token stays")
        before, after = (jwt.decode(one["id_token"], options={"verify_signature": False}) for one in (first, second))
        for name in ("iss", "sub", "aud", "auth_time", "sid"):
            same(after[name], before[name], f"{name} of the ID token after a refresh (OpenID Connect Core, 12.2)")
        if "nonce" in after:
            same(after["nonce"], before["nonce"], "the nonce after a refresh")


@check("gives a service its own token by HTTP Basic and by the form, for scopes that it has")
def service(world):
    for method in ("client_secret_basic", "client_secret_post"):
        session = OAuth2Session(
            world.service["clientId"], world.service["clientSecret"], token_endpoint_auth_method=method)
        token = session.fetch_token(
            world.told["token_endpoint"], grant_type="client_credentials", scope="decisions")
        same((token["scope"], "refresh_token" in token, "id_token" in token), ("decisions", False, False), method)
        same(token["expires_at"] - int(time.time()) > 1_100, True, "how long it is good")


@check("takes a key in place of a secret, by private_key_jwt as authlib signs it, for this issuer and once")
def private_key(world):
    for kind, size, algorithm in (("EC", "P-256", "ES256"), ("RSA", 2048, "RS256"), ("RSA", 2048, "PS256")):
        key = jwk.generate_key(kind, size, {"kid": "one"})
        file = world.folder / "keys.json"
        file.write_text(json.dumps({"keys": [{**key.as_dict(private=False), "alg": algorithm, "use": "sig"}]}))
        application = world.application(
            f"Signing {algorithm}", "service", "--keys", str(file), redirect=None, scopes=("decisions",))
        same(application["clientSecret"], None, "the secret of what has a key")
        session = OAuth2Session(
            application["clientId"], key, token_endpoint_auth_method="private_key_jwt")
        session.register_client_auth_method(
            PrivateKeyJWT(world.told["issuer"], headers={"kid": "one"}, alg=algorithm))
        token = session.fetch_token(world.told["token_endpoint"], grant_type="client_credentials")
        same(token["scope"], "decisions", "what it is good for")
        refuse_assertions(world, application["clientId"], key, algorithm)


def assertion(identity, key, algorithm, audience, **claims):
    now = int(time.time())
    usual = {"iss": identity, "sub": identity, "aud": audience, "iat": now, "exp": now + 60,
             "jti": generate_token(20)}
    return jose_jwt.encode(
        {"alg": algorithm, "kid": "one"},
        {name: value for name, value in {**usual, **claims}.items() if value is not None}, key,
        algorithms=[algorithm])


def refuse_assertions(world, identity, key, algorithm):
    issuer, now = world.told["issuer"], int(time.time())

    def answer(text):
        return world.token_of(
            grant_type="client_credentials", client_assertion=text,
            client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer")

    good = assertion(identity, key, algorithm, issuer)
    same(answer(good).status_code, 200, "an assertion that is good")
    for text, what in (
        (good, "an assertion that was used"),
        (assertion(identity, key, algorithm, world.told["token_endpoint"]), "one for the token endpoint"),
        (assertion(identity, key, algorithm, [issuer]), "one whose audience is a list"),
        (assertion(identity, key, algorithm, issuer, exp=now - 5), "one that is over"),
        (assertion(identity, key, algorithm, issuer, nbf=now + 300), "one that is not good yet"),
        (assertion(identity, key, algorithm, issuer, exp=now + 90_000), "one that is good for a day"),
        (assertion(identity, key, algorithm, issuer, jti=None), "one without a jti"),
        (assertion(identity, key, algorithm, issuer, iss=world.service["clientId"]), "one of another issuer"),
        (assertion(identity, key, algorithm, issuer, sub=world.service["clientId"]), "one about another client"),
    ):
        refused = answer(text)
        same((refused.status_code, refused.json().get("error")), (401, "invalid_client"), what)


@check("signs a machine in by the device flow, once somebody typed its code")
def device(world):
    session = OAuth2Session(world.line["clientId"], token_endpoint_auth_method="none")
    begun = session.post(
        world.told["device_authorization_endpoint"], withhold_token=True,
        data={"client_id": world.line["clientId"], "scope": "openid profile"}).json()
    waiting = world.token_of(grant_type=DEVICE, device_code=begun["device_code"], client_id=world.line["clientId"])
    same(waiting.json()["error"], "authorization_pending", "the answer while nobody typed the code")
    browser = world.browser().sign_in(world.nora)
    page = browser.get(begun["verification_uri_complete"])
    page = browser.submit(page, "/device", code=begun["user_code"])
    for words in ("Command line", begun["user_code"]):
        assert words in page.text, f"the page does not name {words}"
    browser.submit(page, "/device/answer", decision="yes")
    token = session.fetch_token(
        world.told["token_endpoint"], grant_type=DEVICE, device_code=begun["device_code"])
    header, claims = verified(world, token["id_token"], "ES256", world.line["clientId"])
    same(claims["name"], "Nora Weiss", "who is signed in")


@check("tells a service by introspection who holds a token, and that a token is over once it was revoked")
def introspection(world):
    session, token, _ = code_flow(world, world.web, world.nora)
    asking = OAuth2Session(world.service["clientId"], world.service["clientSecret"])
    told = asking.introspect_token(world.told["introspection_endpoint"], token["access_token"]).json()
    same((told["active"], told["username"], told["client_id"], told["token_type"]),
         (True, world.nora, world.web["clientId"], "Bearer"), "what a service is told")
    own = session.introspect_token(world.told["introspection_endpoint"], token["refresh_token"]).json()
    same(own["active"], True, "whether its refresh token is good")
    other = OAuth2Session(world.old["clientId"], world.old["clientSecret"])
    for secret in (token["access_token"], token["refresh_token"]):
        same(other.introspect_token(world.told["introspection_endpoint"], secret).json(), {"active": False},
             "what another application is told")
        same(other.revoke_token(world.told["revocation_endpoint"], secret).status_code, 200, "its revocation")
    same(world.is_active(world.service, token["access_token"]), True, "after another application revoked it")
    session.revoke_token(world.told["revocation_endpoint"], token["access_token"])
    same(world.is_active(world.service, token["access_token"]), False, "after its application revoked it")
    same(world.user_info(token["access_token"]).status_code, 401, "userinfo by a token that was revoked")
    fresh = session.refresh_token(world.told["token_endpoint"], token["refresh_token"])
    session.revoke_token(world.told["revocation_endpoint"], token["refresh_token"])
    same(world.is_active(world.service, fresh["access_token"]), False, "after the refresh token was revoked")
    same(world.refresh(world.web, token["refresh_token"]).json()["error"], "invalid_grant", "a refresh after that")


@check("carries out a pushed request once, and nothing that the browser adds to it")
def pushed(world):
    session = client(world, world.web)
    verifier = generate_token(48)
    start, state = session.create_authorization_url(
        world.told["authorization_endpoint"], code_verifier=verifier, nonce="n")
    query = dict(pair.split("=", 1) for pair in start.split("?", 1)[1].split("&"))
    form = {name: requests.utils.unquote(value).replace("+", " ") for name, value in query.items()}
    answer = world.ask("/openid/push", world.web, **form)
    same((answer.status_code, answer.json()["expires_in"]), (201, 90), "the answer to a push")
    path = (f"/openid/authorize?client_id={world.web['clientId']}&request_uri={answer.json()['request_uri']}"
            "&scope=openid&state=forged&redirect_uri=https%3A%2F%2Fevil.example")
    browser = world.browser()
    back = browser.arrive(browser.get(path), world.nora)
    assert back.startswith(CALLBACK), back
    token = session.fetch_token(
        world.told["token_endpoint"], authorization_response=back, code_verifier=verifier, state=state)
    same(token["scope"], " ".join(sorted(SCOPES)), "the scope of what was pushed")
    again = browser.get(path)
    same((again.status_code, "invalid_request_uri" in again.text), (400, True), "the same request again")
    other = world.ask("/openid/push", world.web, **form).json()["request_uri"]
    stolen = browser.get(f"/openid/authorize?client_id={world.old['clientId']}&request_uri={other}")
    same(stolen.status_code, 400, "a pushed request under another client's name")


if __name__ == "__main__":
    with World() as world:
        play(world)
