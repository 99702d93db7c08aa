"""Every value of the metadata is used, and what it does not name is refused.

Usage: metadata_client.py [WORDS OF A CHECK]
"""

import json
import time

import jwt
import requests
from joserfc import jwk
from joserfc import jwt as jose_jwt
from provider import MULTI_FACTOR, PASSWORD_ALONE, Grant, Provider, check, granted, play, same

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PEOPLE = ("openid", "profile", "email", "organization", "access", "offline_access", "api", "api:read")
SERVICES = ("decisions", "people", "changes", "resources", "introspection", "access-requests")
LOGGED_OUT = "https://console.example/out"


class World(Provider):
    def begin(self):
        self.told = self.metadata()
        self.web = self.application("Console", "web", "--logout-redirect", LOGGED_OUT, scopes=PEOPLE)
        self.line = self.application("Line", "native", redirect="http://127.0.0.1/callback", scopes=PEOPLE)
        self.service = self.application("Platform", "service", redirect=None, scopes=SERVICES)
        self.tokens = self.sign_in(self.web, self.nora)
        # While it is young: whoever signs in for the twentieth time ends the oldest.
        self.known = self.user_info(self.tokens["access_token"]).json()
        self.claims = jwt.decode(self.tokens["id_token"], options={"verify_signature": False})

    def post(self, endpoint, application=None, **form):
        """At an endpoint as the metadata names it."""
        credentials = (application["clientId"], application["clientSecret"]) if application else None
        return requests.post(self.told[endpoint], data=form, auth=credentials, timeout=60)

    def key_client(self, algorithm):
        """A service that proves itself by a new key, and the key."""
        kind, size = ("EC", "P-256") if algorithm == "ES256" else ("RSA", 2048)
        key = jwk.generate_key(kind, size, {"alg": algorithm, "kid": algorithm}, private=True)
        path = f"{self.folder}/{algorithm}-{time.time_ns()}.jwks"
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"keys": [key.as_dict(private=False)]}, file)
        name = f"Key {algorithm} {time.time_ns()}"
        application = self.application(
            name, "service", "--keys", path, redirect=None, scopes=("introspection",))
        return application, key

    def assertion(self, application, key, algorithm):
        now, name = int(time.time()), application["clientId"]
        claims = {"iss": name, "sub": name, "aud": self.told["issuer"], "exp": now + 60, "jti": str(time.time_ns())}
        token = jose_jwt.encode({"alg": algorithm, "kid": algorithm}, claims, key, algorithms=[algorithm])
        return {"client_assertion_type": ASSERTION, "client_assertion": token}


# Of each member that is a list: what uses one of its values.

def grant_type(world, value):
    if value == "authorization_code":
        return world.sign_in(world.web, world.nora)
    if value == "refresh_token":
        return granted(world.refresh(world.web, world.sign_in(world.web, world.nora)["refresh_token"]))
    if value == "client_credentials":
        return granted(world.post("token_endpoint", world.service, grant_type=value))
    same(value, DEVICE, "a grant type")
    start = granted(world.post("device_authorization_endpoint", client_id=world.line["clientId"]))
    answer = world.post(
        "token_endpoint", client_id=world.line["clientId"], grant_type=DEVICE, device_code=start["device_code"])
    same(answer.json()["error"], "authorization_pending", "a device that waits")


def scope(world, value):
    if value in SERVICES:
        found = granted(world.post("token_endpoint", world.service, grant_type="client_credentials", scope=value))
    else:
        found = world.sign_in(world.web, world.nora, scope=value)
    same(found["scope"], value, "the scope of the token")


def endpoint_method(endpoint):
    form = {"token_endpoint": {"grant_type": "client_credentials"}}.get(endpoint, {"token": "x"})

    def use(world, value):
        application, more, credentials = world.service, {}, None
        if value == "none":
            application = world.line
            more = {"client_id": application["clientId"]}
            if endpoint == "token_endpoint":
                answer = world.redeem(carried(world, world.line))
                return same(answer.status_code, 200, answer.text)
        elif value == "client_secret_basic":
            credentials = (application["clientId"], application["clientSecret"])
        elif value == "client_secret_post":
            more = {"client_id": application["clientId"], "client_secret": application["clientSecret"]}
        else:
            same(value, "private_key_jwt", "a way in which clients prove themselves")
            application, key = world.key_client("ES256")
            more = world.assertion(application, key, "ES256")
        answer = requests.post(world.told[endpoint], data={**form, **more}, auth=credentials, timeout=60)
        return same(answer.status_code, 200, f"{endpoint} by {value}: {answer.text}")

    return use


def signing(endpoint):
    form = {"token_endpoint": {"grant_type": "client_credentials"}}.get(endpoint, {"token": "x"})

    def use(world, value):
        application, key = world.key_client(value)
        answer = world.post(endpoint, **form, **world.assertion(application, key, value))
        same(answer.status_code, 200, f"{endpoint} with an assertion by {value}: {answer.text}")

    return use


def carried(world, application, **query):
    return Grant(application, **query).carry(world.browser(), world.nora)


def id_token_algorithm(world, value):
    application = world.application(f"Signs {value}", "web", "--algorithm", value, scopes=("openid",))
    token = world.sign_in(application, world.nora)["id_token"]
    same(jwt.get_unverified_header(token)["alg"], value, "the algorithm of the ID token")
    keys = jwt.PyJWKClient(world.told["jwks_uri"])
    jwt.decode(
        token, keys.get_signing_key_from_jwt(token).key, algorithms=[value], audience=application["clientId"],
        issuer=world.told["issuer"])


def proof_algorithm(world, value):
    kind, size = ("EC", "P-256") if value == "ES256" else ("RSA", 2048)
    key = jwk.generate_key(kind, size, private=True)

    def ask(nonce=None):
        claims = {
            "htm": "POST", "htu": world.told["token_endpoint"], "iat": int(time.time()), "jti": str(time.time_ns())}
        if nonce:
            claims["nonce"] = nonce
        proof = jose_jwt.encode(
            {"typ": "dpop+jwt", "alg": value, "jwk": key.as_dict(private=False)}, claims, key, algorithms=[value])
        credentials = (world.service["clientId"], world.service["clientSecret"])
        return requests.post(
            world.told["token_endpoint"], data={"grant_type": "client_credentials"}, auth=credentials, timeout=60,
            headers={"DPoP": proof})

    answer = ask()
    same(answer.json().get("error"), "use_dpop_nonce", "a proof without a nonce")
    same(granted(ask(answer.headers["DPoP-Nonce"]))["token_type"], "DPoP", "the type of the token")


def prompt(world, value):
    browser = world.browser().sign_in(world.nora)
    grant = Grant(world.web, prompt=value).carry(browser, world.nora)
    if not grant.code:
        raise AssertionError(f"prompt={value} gave no code: {grant.answer}")
    wanted = {
        "none": ["/sign-in"], "login": ["/sign-in", "/sign-in"], "select_account": ["/sign-in", "/sign-in"],
        "consent": ["/sign-in", "/openid/authorize"]}[value]
    same(browser.filled, wanted, f"the forms of prompt={value}")


def authentication(world, value):
    person = {MULTI_FACTOR: world.RITA, PASSWORD_ALONE: world.nora}[value]
    token = world.sign_in(world.web, person, acr_values=value)["id_token"]
    same(jwt.decode(token, options={"verify_signature": False})["acr"], value, "the acr")


def claim(world, value):
    told = {**world.claims, **world.known}
    if value not in told:
        raise AssertionError(f"the claim {value} is in no token and not told: {sorted(told)}")


def language(world, value):
    grant = Grant(world.web, ui_locales=value)
    pushed = world.post("pushed_authorization_request_endpoint", world.web, **grant.query).json()["request_uri"]
    for path in (grant.path, f"/openid/authorize?client_id={grant.query['client_id']}&request_uri={pushed}"):
        page = world.browser().get(world.browser().get(path).headers["Location"])
        if f'<html lang="{value}"' not in page.text:
            raise AssertionError(f"the sign-in of {path} is not in {value}: {page.text[:200]}")


def challenge_method(world, value):
    same(value, "S256", "the method of a challenge")
    carried(world, world.web)


def answer_of(world, value):
    same(value in ("code", "query"), True, "how a request is answered")
    if not carried(world, world.web, response_type="code", response_mode="query").code:
        raise AssertionError("no code in the query")


def subject(world, value):
    same(value, "public", "the type of subjects")
    other = world.application("Other", "web", scopes=("openid",))
    token = world.sign_in(other, world.nora)["id_token"]
    same(jwt.decode(token, options={"verify_signature": False})["sub"], world.claims["sub"], "the same sub everywhere")


LISTS = {
    "grant_types_supported": grant_type, "scopes_supported": scope, "response_types_supported": answer_of,
    "response_modes_supported": answer_of, "subject_types_supported": subject,
    "id_token_signing_alg_values_supported": id_token_algorithm,
    "dpop_signing_alg_values_supported": proof_algorithm, "code_challenge_methods_supported": challenge_method,
    "prompt_values_supported": prompt, "acr_values_supported": authentication, "claims_supported": claim,
    "ui_locales_supported": language,
}
for name in ("token", "introspection", "revocation"):
    LISTS[f"{name}_endpoint_auth_methods_supported"] = endpoint_method(f"{name}_endpoint")
    LISTS[f"{name}_endpoint_auth_signing_alg_values_supported"] = signing(f"{name}_endpoint")


def pushed(world):
    grant = Grant(world.web)
    answer = world.post("pushed_authorization_request_endpoint", world.web, **grant.query)
    same(answer.status_code, 201, answer.text)
    browser = world.browser()
    start = browser.get(
        f"/openid/authorize?client_id={grant.query['client_id']}&request_uri={answer.json()['request_uri']}")
    grant.read(browser.arrive(start, world.nora))
    granted(world.redeem(grant))


def signed_out(world):
    browser = world.browser()
    tokens = granted(world.redeem(Grant(world.web).carry(browser, world.nora)))
    answer = browser.get(
        f"{world.told['end_session_endpoint']}?id_token_hint={tokens['id_token']}&post_logout_redirect_uri={LOGGED_OUT}")
    same(answer.headers.get("Location"), LOGGED_OUT, "where the sign-out leads")


def keys(world):
    found = requests.get(world.told["jwks_uri"], timeout=60)
    same({key["use"] for key in found.json()["keys"]}, {"sig"}, "the use of the keys")
    same("max-age" in found.headers["Cache-Control"], True, "the keys may be kept")


SINGLE = {
    "issuer": lambda world: same(world.claims["iss"], world.told["issuer"], "who says so"),
    "authorization_endpoint": lambda world: carried(world, world.web),
    "token_endpoint": lambda world: grant_type(world, "client_credentials"),
    "userinfo_endpoint": lambda world: granted(requests.get(
        world.told["userinfo_endpoint"], timeout=60,
        headers={"Authorization": f"Bearer {world.sign_in(world.web, world.nora)['access_token']}"})),
    "jwks_uri": keys,
    "introspection_endpoint": lambda world: same(granted(world.post(
        "introspection_endpoint", world.service,
        token=world.sign_in(world.web, world.nora)["access_token"]))["active"], True, "active"),
    "revocation_endpoint": lambda world: same(
        world.post("revocation_endpoint", world.service, token="x").status_code, 200, "what is unknown is fine"),
    "pushed_authorization_request_endpoint": pushed,
    "device_authorization_endpoint": lambda world: grant_type(world, DEVICE),
    "end_session_endpoint": signed_out,
    "authorization_response_iss_parameter_supported": lambda world: same(
        carried(world, world.web).answer["iss"], world.told["issuer"], "iss in the answer"),
    # `apache_client.py` hears of ends by it.
    "backchannel_logout_supported": lambda world: same(
        world.told["backchannel_logout_supported"], True, "the back channel"),
    "backchannel_logout_session_supported": lambda world: same("sid" in world.claims, True, "sid in the ID token"),
}
# What is said not to be done, and the error that says so.
REFUSED = {
    "request_parameter_supported": ({"request": "x"}, "request_not_supported"),
    "request_uri_parameter_supported": ({"request_uri": "https://console.example/request"}, "request_uri_not_supported"),
    "claims_parameter_supported": ({"claims": "{}"}, None),
    "require_pushed_authorization_requests": ({}, None),
}


@check("does whatever its metadata names")
def advertised(world):
    for name, value in sorted(world.told.items()):
        if name in REFUSED:
            same(value, False, name)
        elif name in LISTS:
            for one in value:
                LISTS[name](world, one)
        else:
            SINGLE[name](world)
    missing = (set(LISTS) | set(SINGLE) | set(REFUSED)) - set(world.told)
    same(missing, set(), "members that the metadata should have")


@check("says the same at both addresses of the metadata, by which it is found")
def places(world):
    other = requests.get(world.url + "/.well-known/oauth-authorization-server", timeout=60).json()
    same(other, world.told, "the two documents")


@check("refuses what its metadata does not name, by the error of the standard")
def unadvertised(world):
    kinds = ("token", "id_token", "code id_token", "code token", "none")
    wrong = [({"response_type": one}, "unsupported_response_type") for one in kinds]
    wrong += [({"response_mode": one}, "invalid_request") for one in ("fragment", "form_post", "query.jwt")]
    wrong += [({"code_challenge_method": "plain"}, "invalid_request"), ({"prompt": "create"}, "invalid_request")]
    wrong += [({"scope": "address phone"}, "invalid_scope")]
    for query, error in wrong + [(query, error) for query, error in REFUSED.values() if error]:
        grant = Grant(world.web, **query).carry(world.browser(), None)
        same(grant.answer.get("error"), error, f"the answer to {query}")
        same(grant.answer.get("state"), grant.query["state"], "the state of the error")
    for grant in ("password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "x"):
        answer = world.post("token_endpoint", world.service, grant_type=grant)
        same((answer.status_code, answer.json()["error"]), (400, "unsupported_grant_type"), grant)
    for algorithm in ("HS256", "none", "ES384", "EdDSA"):
        if algorithm in world.told["token_endpoint_auth_signing_alg_values_supported"]:
            raise AssertionError(f"{algorithm} is named")


if __name__ == "__main__":
    with World() as world:
        play(world)
