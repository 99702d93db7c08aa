"""Attacks on codes, on refresh tokens and on what came of them, on two servers over one database and with later clocks.

Usage: code_attacks.py [WORDS OF A CHECK]
"""

import concurrent.futures

from provider import CALLBACK, PASSWORD, Grant, Provider, altered, check, granted, play, same, served, shown

LOOPBACK = "http://127.0.0.1/callback"
SCOPES = ("openid", "profile")


class World(Provider):
    def begin(self):
        self.web = self.application("Console", "web", scopes=SCOPES)
        self.second = self.application("Second", "web", scopes=SCOPES)
        self.line = self.application("Command line", "native", redirect=LOOPBACK, scopes=SCOPES)
        self.service = self.application("Platform", "service", redirect=None, scopes=("introspection",))
        self.twin = self.another()
        self.pia = self.person("Pia Sommer", "prod=STD")
        # One browser of Nora's: what follows is about what comes after the sign-in.
        self.window = self.browser().sign_in(self.nora)

    def grant(self, application=None, **query):
        return Grant(application or self.web, **query).carry(self.window)


def refused(answer, error, what):
    """An answer of the token endpoint that is an error as RFC 6749, section 5.2, has it."""
    same((answer.status_code, answer.json().get("error")), (401 if error == "invalid_client" else 400, error), what)
    same(answer.headers["Content-Type"].split(";")[0], "application/json", f"the type of the answer to {what}")
    same("no-store" in answer.headers["Cache-Control"], True, f"no-store on the answer to {what}")
    assert answer.json()["error_description"].isascii(), answer.text


@check("refuses a code that was used, and ends what came of it")
def used_twice(world):
    grant = world.grant()
    tokens = granted(world.redeem(grant))
    same(world.is_active(world.service, tokens["access_token"]), True, "the token before")
    refused(world.redeem(grant), "invalid_grant", "a code that was used")
    same(world.is_active(world.service, tokens["access_token"]), False, "the token after")
    same(world.user_info(tokens["access_token"]).status_code, 401, "userinfo after")
    refused(world.refresh(world.web, tokens["refresh_token"]), "invalid_grant", "the refresh token after")


@check("redeems a code once, of fifty at the same moment on two servers, and then ends the sign-in")
def fifty(world):
    grant = world.grant()
    servers = [world.url, world.twin]
    with concurrent.futures.ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(lambda number: world.redeem(grant, servers[number % 2]), range(50)))
    won = [answer for answer in answers if answer.status_code == 200]
    for answer in answers:
        if answer.status_code != 200:
            refused(answer, "invalid_grant", "one of fifty")
    # The winner may find its sign-in ended by a loser before it is answered.
    assert len(won) <= 1, f"{len(won)} redemptions of one code succeeded"
    for answer in won:
        for server in servers:
            same(world.is_active(world.service, answer.json()["access_token"], server), False,
                 "the token of who won, once the others had tried")
    refused(world.redeem(grant), "invalid_grant", "the code after that")


@check("lets a code be redeemed by its own client, with its verifier, for its address, and within a minute")
def bindings(world):
    later = world.another(ahead=600)
    for change, error, what in (
        ({"code_verifier": "x" * 43}, "invalid_grant", "another verifier"),
        ({"code_verifier": ""}, "invalid_request", "no verifier"),
        ({"redirect_uri": CALLBACK + "/"}, "invalid_grant", "another address"),
        ({"redirect_uri": ""}, "invalid_grant", "no address"),
        ({"code": "x" * 43}, "invalid_grant", "another code"),
        ({"code": ""}, "invalid_request", "no code"),
    ):
        grant = world.grant()
        refused(world.redeem(grant, **change), error, what)
    grant = world.grant()
    stolen = world.token_of(
        world.second, grant_type="authorization_code", code=grant.code, redirect_uri=CALLBACK,
        code_verifier=grant.verifier)
    refused(stolen, "invalid_grant", "another client")
    public = world.token_of(
        grant_type="authorization_code", code=grant.code, redirect_uri=CALLBACK, code_verifier=grant.verifier,
        client_id=world.web["clientId"])
    refused(public, "invalid_client", "its own client without the secret")
    same(world.redeem(grant).status_code, 200, "its own client, after those")
    refused(world.redeem(world.grant(), later), "invalid_grant", "a code after a few minutes")
    loopback = world.grant(world.line, redirect_uri="http://127.0.0.1:4711/callback")
    refused(world.redeem(loopback, redirect_uri="http://127.0.0.1:4712/callback"), "invalid_grant",
            "another port than the one that was asked for")
    same(world.redeem(loopback).status_code, 200, "its own port")


@check("binds a code to a proven key where the request named one")
def dpop_jkt(world):
    refused(world.redeem(world.grant(dpop_jkt="A" * 43)), "invalid_grant", "a code without its key")


@check("answers a refresh that is repeated within half a minute by the same successor, and ends the sign-in later")
def reuse(world):
    # A slow machine may take long between two questions, and is within the grace still.
    soon, late = world.another(ahead=5), world.another(ahead=240)
    tokens = granted(world.redeem(world.grant(world.line, redirect_uri=LOOPBACK)))
    first = tokens["refresh_token"]
    second = granted(world.refresh(world.line, first))["refresh_token"]
    same(second == first, False, "whether the refresh token stays")
    again = world.refresh(world.line, first, soon)
    same((again.status_code, again.json().get("refresh_token")), (200, second), "the one before, within the grace")
    other = granted(world.redeem(world.grant(world.line, redirect_uri=LOOPBACK)))
    refused(world.refresh(world.line, first, late), "invalid_grant", "the one before, after the grace")
    refused(world.refresh(world.line, second), "invalid_grant", "the newest, after that")
    same(world.is_active(world.service, again.json()["access_token"]), False, "an access token, after that")
    same(world.refresh(world.line, other["refresh_token"]).status_code, 200, "another sign-in of the same person")


@check("ends the sign-in for a refresh token that is two changes old, however soon it comes")
def two_old(world):
    tokens = granted(world.redeem(world.grant(world.line, redirect_uri=LOOPBACK)))
    second = granted(world.refresh(world.line, tokens["refresh_token"]))
    third = granted(world.refresh(world.line, second["refresh_token"]))
    refused(world.refresh(world.line, tokens["refresh_token"]), "invalid_grant", "the first of three")
    refused(world.refresh(world.line, third["refresh_token"]), "invalid_grant", "the third, after that")


@check("lets tabs refresh at the same moment on two servers: each gets the same successor, and nobody is signed out")
def tabs(world):
    token = granted(world.redeem(world.grant(world.line, redirect_uri=LOOPBACK)))["refresh_token"]
    for _ in range(3):
        with concurrent.futures.ThreadPoolExecutor(8) as crowd:
            answers = list(crowd.map(
                lambda number: world.refresh(world.line, token, (world.url, world.twin)[number % 2]), range(8)))
        same([answer.status_code for answer in answers], [200] * 8, "eight tabs")
        found = {answer.json()["refresh_token"] for answer in answers}
        same(len(found), 1, "how many successors there are")
        token = found.pop()


@check("keeps a refresh token that asked for too much, and gives less where less is asked")
def scopes(world):
    tokens = granted(world.redeem(world.grant(world.line, redirect_uri=LOOPBACK)))
    for more in ({"scope": "openid email"}, {"scope": "nonsense"}):
        refused(world.refresh(world.line, tokens["refresh_token"], **more), "invalid_scope", str(more))
    refused(world.refresh(world.line, tokens["refresh_token"], resource="https://other.example"), "invalid_target",
            "a resource that nobody agreed to")
    less = world.refresh(world.line, tokens["refresh_token"], scope="openid")
    same((less.status_code, less.json().get("scope")), (200, "openid"), "the same token with less")
    # The grace answers no more than before: it would be too late for another rotation here.
    same(granted(world.refresh(world.line, less.json()["refresh_token"]))["scope"], "openid profile", "and with all")


@check("gives nothing for a refresh token of another client, or one that is made up")
def foreign(world):
    tokens = granted(world.redeem(world.grant()))
    token = tokens["refresh_token"]
    refused(world.refresh(world.second, token), "invalid_grant", "another client")
    refused(world.refresh(world.line, token), "invalid_grant", "a client without a secret")
    session, number, proof = token.split(".")
    for made in (f"{session}.1.{proof}", f"{session}.{number}.{altered(proof)}", f"{session.upper()}.{number}.{proof}",
                 f"{session}.00.{proof}", f"{session}.-1.{proof}", "..", "", token + "x", tokens["access_token"]):
        answer = world.refresh(world.web, made)
        refused(answer, "invalid_grant" if made else "invalid_request", repr(made))
    same(world.refresh(world.web, token).status_code, 200, "its own client, after those")


@check("gives a suspended person nothing: neither for a code nor for a refresh, and what they hold is dead at once")
def suspended(world):
    who = world.paul
    browser = world.browser().sign_in(who)
    tokens = granted(world.redeem(Grant(world.web).carry(browser)))
    waiting = Grant(world.web).carry(browser)
    same(world.user_info(tokens["access_token"]).status_code, 200, "userinfo before")
    world.suspend(who)
    same(world.is_active(world.service, tokens["access_token"]), False, "introspection after")
    same(world.is_active(world.web, tokens["refresh_token"]), False, "introspection of the refresh token after")
    same(world.user_info(tokens["access_token"]).status_code, 401, "userinfo after")
    refused(world.refresh(world.web, tokens["refresh_token"]), "invalid_grant", "a refresh after")
    refused(world.redeem(waiting), "invalid_grant", "a code after")
    place = browser.get(Grant(world.web).path).headers["Location"]
    assert "/sign-in" in place, f"whoever is suspended is led to {place}"


@check("ends a sign-in that was begun in a session that ends: by a new password, or by the person's own click")
def sessions(world):
    here, there, third = (world.browser().sign_in(world.pia) for _ in range(3))
    kept, lost, other = (granted(world.redeem(Grant(world.web).carry(browser))) for browser in (here, there, third))
    waiting = Grant(world.web).carry(there)
    changed = here.submit(here.get("/account"), "/account/password", current=PASSWORD, password="lavande tilleul 92")
    assert changed.status_code in (200, 303) and "alert" not in changed.text, shown(changed)
    for tokens, is_good in ((kept, True), (lost, False), (other, False)):
        same(world.is_active(world.service, tokens["access_token"]), is_good, "a token after the password was changed")
        same(world.refresh(world.web, tokens["refresh_token"]).status_code, 200 if is_good else 400, "a refresh")
    refused(world.redeem(waiting), "invalid_grant", "a code of a session that the new password ended")


@check("signs nobody in by a code that was given in a session that has ended since")
def signed_out(world):
    browser = world.browser().sign_in(world.nora)
    tokens = granted(world.redeem(Grant(world.web).carry(browser)))
    waiting = Grant(world.web).carry(browser)
    page = browser.get("/openid/logout")
    browser.submit(page, "/openid/logout", decision="yes")
    refused(world.redeem(waiting), "invalid_grant", "a code of a session that has ended")
    same(world.is_active(world.service, tokens["access_token"]), False, "a token of that session")


@check("knows an application no more once it was removed, nor its codes and tokens")
def removed(world):
    gone = world.application("Passing", "web", scopes=SCOPES)
    tokens = granted(world.redeem(world.grant(gone)))
    waiting = world.grant(gone)
    world.usher("application", "remove", "Passing", "--reason", "Test")
    refused(world.redeem(waiting), "invalid_client", "a code of an application that was removed")
    refused(world.refresh(gone, tokens["refresh_token"]), "invalid_client", "a refresh")
    same(world.user_info(tokens["access_token"]).status_code, 401, "userinfo")
    same(world.is_active(world.service, tokens["access_token"]), False, "introspection")
    page = world.window.get(waiting.path)
    same((page.status_code, "Location" in page.headers), (400, False), "a request of it")


@check("keeps an application of one organization from the people and tokens of another")
def organizations(world):
    own = world.application("Beta's own", "web", "--org", "beta", scopes=SCOPES)
    watcher = world.application(
        "Beta's gate", "service", "--org", "beta", redirect=None, scopes=("introspection",))
    told = Grant(own)
    answer = world.window.get(told.path)
    told.read(answer.headers["Location"])
    same((told.answer.get("error"), told.answer.get("state"), told.answer.get("iss")),
         ("access_denied", told.query["state"], world.url), "what an application of beta hears of somebody of acme")
    tokens = granted(world.redeem(world.grant()))
    same(world.is_active(watcher, tokens["access_token"]), False, "introspection by beta's service")
    same(world.is_active(world.service, tokens["access_token"]), True, "introspection by everybody's service")
    olga = world.sign_in(own, world.olga)
    same(world.is_active(watcher, olga["access_token"]), True, "introspection of its own people")


# The last: for the clock of this one everybody's browser has been idle for too long.
@check("ends what came of a code that is used again after an hour, too, when the code itself is long over")
def used_late(world):
    grant = world.grant()
    tokens = granted(world.redeem(grant))
    # Well past the hour of idleness and the hour for which what has ended is kept: the session may have been seen a
    # moment ago.
    server = world.another(ahead=9_000)
    # It forgets what is over; Nora's session is, by its clock.
    world.until(lambda: "/sign-in" in world.window.get("/account").headers.get("Location", ""))
    same(world.is_active(world.web, tokens["refresh_token"], server), True, "the refresh token before")
    refused(world.redeem(grant, server), "invalid_grant", "a code that was used an hour ago")
    same(world.is_active(world.web, tokens["refresh_token"], server), False, "the refresh token after")


if __name__ == "__main__":
    with served(World, USHER_API_CALLS_PER_MINUTE="0") as world:
        play(world)
