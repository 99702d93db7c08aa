"""The OpenID Foundation's plan for a basic provider, module by module: docs/conformance.md says what each demands.

Usage: conformance.py [WORDS OF A CHECK]
"""

import json
import time

import requests
from joserfc import jwk
from joserfc import jwt as jose_jwt
from provider import CALLBACK, MULTI_FACTOR, Grant, Provider, check, granted, play, same, shown

SCOPES = ("openid", "profile", "email", "offline_access")
UNSIGNED = "eyJhbGciOiJub25lIn0.eyJzY29wZSI6Im9wZW5pZCJ9."


class World(Provider):
    def begin(self):
        self.web = self.application("Console", "web", scopes=SCOPES)
        self.rsa = self.application("Old console", "web", "--algorithm", "RS256", scopes=SCOPES)
        self.service = self.application("Platform", "service", redirect=None, scopes=("introspection",))
        self.told = self.metadata()
        self.window = self.browser().sign_in(self.nora)

    def run_flow(self, browser=None, address=None, application=None, **query):
        """One whole flow: the tokens, and what the ID token says once it is verified."""
        grant = Grant(application or self.web, **query).carry(browser or self.window, address)
        same((grant.answer.get("state"), grant.answer.get("iss")), (grant.query.get("state"), self.url), "the answer")
        answer = self.redeem(grant)
        same(answer.status_code, 200, f"the code is redeemed ({answer.text})")
        return answer.json(), self.signed_claims(answer.json()["id_token"], grant)

    def signed_claims(self, token, grant):
        keys = jwk.KeySet.import_key_set(requests.get(self.told["jwks_uri"], timeout=60).json())
        claims = jose_jwt.decode(token, keys, algorithms=["ES256", "RS256"]).claims
        now = int(time.time())
        same((claims["iss"], claims["aud"], claims.get("nonce")),
             (self.url, grant.application["clientId"], grant.query.get("nonce")), "the ID token")
        assert claims["sub"] and claims["exp"] > now - 5 and abs(now - claims["iat"]) < 300, claims
        return claims

    def user_info_of(self, tokens, **way):
        method = way.pop("method", "GET")
        return requests.request(method, self.told["userinfo_endpoint"], timeout=60, **way)


def bearer(tokens):
    return {"headers": {"Authorization": "Bearer " + tokens["access_token"]}}


@check("oidcc-server")
def server(world):
    tokens, _ = world.run_flow()
    same((tokens["token_type"], tokens["expires_in"]), ("Bearer", 1200), "the answer of the token endpoint")


@check("oidcc-response-type-missing")
def response_type_missing(world):
    grant = Grant(world.web, response_type=None)
    grant.read(world.window.get(grant.path).headers["Location"])
    same((grant.answer["error"], grant.answer["state"]), ("invalid_request", grant.query["state"]), "what is told")


@check("oidcc-idtoken-signature")
def id_token_signature(world):
    keys = {key["kid"]: key for key in requests.get(world.told["jwks_uri"], timeout=60).json()["keys"]}
    for application, algorithm in ((world.web, "ES256"), (world.rsa, "RS256")):
        tokens, _ = world.run_flow(application=application)
        header = jose_jwt.decode(
            tokens["id_token"], jwk.KeySet.import_key_set({"keys": list(keys.values())}),
            algorithms=[algorithm]).header
        same((header["alg"], keys[header["kid"]]["use"]), (algorithm, "sig"), "by which key the ID token is signed")


@check("oidcc-idtoken-unsigned")
def id_token_unsigned(world):
    same("none" in world.told["id_token_signing_alg_values_supported"], False, "whether unsigned tokens are advertised")
    refused = world.run(
        "application", "add", "Unsigned", "--kind", "web", "--redirect", CALLBACK, "--algorithm", "none")
    same(refused.returncode, 1, f"an application that wants none is registered ({refused.stdout})")


@check("oidcc-userinfo-get")
def userinfo_get(world):
    tokens, claims = world.run_flow()
    answer = world.user_info_of(tokens, **bearer(tokens))
    same((answer.status_code, answer.json()["sub"]), (200, claims["sub"]), "userinfo")
    same(answer.headers["Content-Type"], "application/json", "its type")


@check("oidcc-userinfo-post-header")
def userinfo_post_header(world):
    tokens, claims = world.run_flow()
    same(world.user_info_of(tokens, method="POST", **bearer(tokens)).json()["sub"], claims["sub"], "userinfo")


@check("oidcc-userinfo-post-body")
def userinfo_post_body(world):
    tokens, claims = world.run_flow()
    answer = world.user_info_of(tokens, method="POST", data={"access_token": tokens["access_token"]})
    same(answer.json()["sub"], claims["sub"], "userinfo")


@check("oidcc-ensure-request-without-nonce-succeeds-for-code-flow")
def no_nonce(world):
    _, claims = world.run_flow(nonce=None)
    same("nonce" in claims, False, "whether a nonce is told that nobody sent")


def scope(world, names, told, untold=()):
    tokens, claims = world.run_flow(scope=names)
    answer = world.user_info_of(tokens, **bearer(tokens)).json()
    for name in told:
        assert answer.get(name) not in (None, "") and answer[name] == claims[name], (name, answer, claims)
    for name in ("sub", *untold):
        same(name in answer, name == "sub", f"whether {name} is told for {names}")
    return answer


@check("oidcc-scope-profile")
def scope_profile(world):
    scope(world, "openid profile", ("name", "preferred_username", "locale"), ("email",))


@check("oidcc-scope-email")
def scope_email(world):
    scope(world, "openid email", ("email", "email_verified"), ("name",))


@check("oidcc-scope-address")
def scope_address(world):
    scope(world, "openid address", (), ("address", "name", "email"))


@check("oidcc-scope-phone")
def scope_phone(world):
    scope(world, "openid phone", (), ("phone_number", "phone_number_verified", "name", "email"))


@check("oidcc-scope-all")
def scope_all(world):
    scope(world, "openid profile email address phone", ("name", "email", "email_verified"), ("address", "phone_number"))


@check("oidcc-ensure-other-scope-order-succeeds")
def scope_order(world):
    scope(world, "email openid", ("email",))


@check("oidcc-display-page")
def display_page(world):
    world.run_flow(display="page")


@check("oidcc-display-popup")
def display_popup(world):
    world.run_flow(display="popup")


@check("oidcc-prompt-login")
def prompt_login(world):
    browser = world.browser()
    _, first = world.run_flow(browser, world.nora)
    browser.filled.clear()
    world.until(lambda: int(time.time()) > first["auth_time"])
    _, second = world.run_flow(browser, world.nora, prompt="login")
    same("/sign-in" in browser.filled, True, "whether somebody signed in again")
    same(first["sub"], second["sub"], "who it is")
    assert second["auth_time"] > first["auth_time"], (first, second)


@check("oidcc-prompt-none-not-logged-in")
def prompt_none_out(world):
    grant = Grant(world.web, prompt="none")
    grant.read(world.browser().get(grant.path).headers["Location"])
    same((grant.answer["error"], grant.answer["state"], grant.code), ("login_required", grant.query["state"], None),
         "what is told")


@check("oidcc-prompt-none-logged-in")
def prompt_none_in(world):
    browser = world.browser()
    _, first = world.run_flow(browser, world.nora)
    browser.filled.clear()
    _, second = world.run_flow(browser, prompt="none")
    same((second["sub"], second["auth_time"], browser.filled), (first["sub"], first["auth_time"], []), "the second")


@check("oidcc-max-age-1")
def max_age_1(world):
    browser = world.browser()
    _, first = world.run_flow(browser, world.nora)
    # As soon as the sign-in is older than that, and no sooner.
    world.until(lambda: "/sign-in" in browser.get(Grant(world.web, max_age="1").path).headers["Location"])
    browser.filled.clear()
    _, second = world.run_flow(browser, world.nora, max_age="1")
    same("/sign-in" in browser.filled, True, "whether somebody signed in again")
    assert second["auth_time"] > first["auth_time"], (first, second)


@check("oidcc-max-age-10000")
def max_age_10000(world):
    _, first = world.run_flow()
    _, second = world.run_flow(max_age="10000")
    same((second["sub"], second["auth_time"]), (first["sub"], first["auth_time"]), "the second")


@check("oidcc-ensure-request-with-unknown-parameter-succeeds")
def unknown_parameter(world):
    world.run_flow(extra="foobar")


@check("oidcc-id-token-hint")
def id_token_hint(world):
    tokens, first = world.run_flow()
    _, second = world.run_flow(prompt="none", id_token_hint=tokens["id_token"])
    same((second["sub"], second["auth_time"]), (first["sub"], first["auth_time"]), "the second")
    # Somebody else's hint is nobody's leave to be silent.
    other = Grant(world.web, prompt="none", id_token_hint=tokens["id_token"])
    stranger = world.browser().sign_in(world.paul)
    other.read(stranger.get(other.path).headers["Location"])
    same(other.answer["error"], "login_required", "what is told of somebody else")


@check("oidcc-login-hint")
def login_hint(world):
    browser = world.browser()
    page = browser.get(browser.get(Grant(world.web, login_hint=world.nora).path).headers["Location"])
    assert f'value="{world.nora}"' in page.text, shown(page)
    world.run_flow(browser, world.nora, login_hint=world.nora)


@check("oidcc-ui-locales")
def ui_locales(world):
    world.run_flow(ui_locales="se fr de")
    for wish, found in ((" ".join(("se", one)), one) for one in world.told["ui_locales_supported"]):
        browser = world.browser()
        page = browser.get(browser.get(Grant(world.web, ui_locales=wish).path).headers["Location"])
        assert f'lang="{found}"' in page.text, f"the sign-in for {wish} is in another language"
        again = browser.submit(page, "/sign-in", email=world.nora, password="wrong")
        assert f'lang="{found}"' in again.text, f"a refused sign-in for {wish} is in another language"


@check("oidcc-claims-locales")
def claims_locales(world):
    world.run_flow(claims_locales="se")


@check("oidcc-ensure-request-with-acr-values-succeeds")
def acr_values(world):
    _, claims = world.run_flow(acr_values="urn:example:unknown 1 2")
    assert claims["acr"] in world.told["acr_values_supported"], claims
    _, claims = world.run_flow(world.browser(), world.RITA, acr_values=MULTI_FACTOR)
    same(claims["acr"], MULTI_FACTOR, "how somebody proved themselves who was asked to")


def reuse(world, ahead):
    grant = Grant(world.web).carry(world.window)
    tokens = granted(world.redeem(grant))
    second = world.redeem(grant, world.another(ahead) if ahead else None)
    same((second.status_code, second.json()["error"]), (400, "invalid_grant"), "the second use")
    same(world.user_info_of(tokens, **bearer(tokens)).status_code, 401, "the token after that")


@check("oidcc-codereuse")
def code_reuse(world):
    reuse(world, 0)


@check("oidcc-codereuse-30seconds")
def code_reuse_late(world):
    reuse(world, 31)


@check("oidcc-ensure-registered-redirect-uri")
def registered_redirect(world):
    answer = world.window.get(Grant(world.web, redirect_uri=CALLBACK + "/other").path)
    same((answer.status_code, "Location" in answer.headers), (400, False), "what becomes of another address")
    assert "redirect_uri" in shown(answer), shown(answer)


@check("oidcc-ensure-post-request-succeeds")
def post_request(world):
    grant = Grant(world.web)
    grant.read(world.window.arrive(world.window.send("POST", "/openid/authorize", data=grant.query)))
    world.signed_claims(granted(world.redeem(grant))["id_token"], grant)


@check("oidcc-server-client-secret-post")
def secret_post(world):
    grant = Grant(world.web).carry(world.window)
    answer = world.token_of(
        grant_type="authorization_code", code=grant.code, redirect_uri=CALLBACK, code_verifier=grant.verifier,
        client_id=world.web["clientId"], client_secret=world.web["clientSecret"])
    world.signed_claims(answer.json()["id_token"], grant)


def rejected(world, error, **query):
    grant = Grant(world.web, **query)
    grant.read(world.window.get(grant.path).headers["Location"])
    same((grant.answer["error"], grant.answer["state"]), (error, grant.query["state"]), "what is told")


@check("oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported")
def request_uri(world):
    same(world.told["request_uri_parameter_supported"], False, "what is advertised")
    rejected(world, "request_uri_not_supported", request_uri="https://client.example/request.jwt")


@check("oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported")
def request_object(world):
    same(world.told["request_parameter_supported"], False, "what is advertised")
    rejected(world, "request_not_supported", request=UNSIGNED)


@check("oidcc-claims-essential")
def claims_essential(world):
    same(world.told["claims_parameter_supported"], False, "what is advertised")
    wish = json.dumps({"userinfo": {"name": {"essential": True}}})
    tokens, _ = world.run_flow(claims=wish, scope="openid")
    same("name" in world.user_info_of(tokens, **bearer(tokens)).json(), False, "a claim that no scope allows")


@check("oidcc-ensure-request-object-with-redirect-uri")
def request_object_redirect(world):
    answer = world.window.get(Grant(world.web, request=UNSIGNED, redirect_uri="https://evil.example/").path)
    same((answer.status_code, "Location" in answer.headers), (400, False), "an address beside a request object")


@check("oidcc-refresh-token")
def refresh_token(world):
    tokens, first = world.run_flow()
    answer = granted(world.refresh(world.web, tokens["refresh_token"]))
    keys = jwk.KeySet.import_key_set(requests.get(world.told["jwks_uri"], timeout=60).json())
    second = jose_jwt.decode(answer["id_token"], keys, algorithms=["ES256"]).claims
    for name in ("iss", "sub", "aud", "auth_time"):
        same(second[name], first[name], f"{name} after a refresh")
    same(world.user_info_of(answer, **bearer(answer)).status_code, 200, "userinfo by the new token")
    other = world.refresh(world.rsa, answer["refresh_token"])
    same((other.status_code, other.json()["error"]), (400, "invalid_grant"), "another client's refresh")


@check("oidcc-ensure-request-with-valid-pkce-succeeds")
def pkce(world):
    world.run_flow()
    same(world.told["code_challenge_methods_supported"], ["S256"], "what is advertised")
    for change in ({"code_challenge": None, "code_challenge_method": None}, {"code_challenge_method": "plain"}):
        rejected(world, "invalid_request", **change)


if __name__ == "__main__":
    with World(USHER_API_CALLS_PER_MINUTE="0") as world:
        play(world)
