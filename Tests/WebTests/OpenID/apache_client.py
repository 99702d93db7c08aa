"""Apache with mod_auth_openidc before pages of its own, in a real Chromium.

Usage: apache_client.py [WORDS OF A CHECK]
"""

import secrets
import sys
import time

import requests
from apache import Apache
from provider import HERE, PASSWORD, Provider, check, free_port, play, same

sys.path.append(str(HERE.parent / "Browser"))
from window import Window  # noqa: E402

# As docs/applications.md has it; what follows are places with more demands.
CONFIGURATION = """
OIDCProviderMetadataURL "{usher}/.well-known/openid-configuration"
OIDCClientID "{id}"
OIDCClientSecret "{secret}"
OIDCRedirectURI "{url}/oidc"
OIDCCryptoPassphrase "{passphrase}"
OIDCScope "openid profile email organization access"
OIDCPKCEMethod S256
OIDCRemoteUserClaim email
OIDCPassClaimsAs both
OIDCDefaultLoggedOutURL "{url}/bye/"

<Location "/oidc">
    AuthType openid-connect
    Require valid-user
</Location>
<Location "/start">
    AuthType openid-connect
    Require valid-user
</Location>
<Location "/standard">
    AuthType openid-connect
    Require claim groups:acme/prod:STD
</Location>
<Location "/power">
    AuthType openid-connect
    Require claim groups:acme/prod:POW
</Location>
# Whoever has not proven a second factor is sent again, with the demand for one.
<Location "/factor">
    AuthType openid-connect
    OIDCUnAutzAction auth
    OIDCPathAuthRequestParams acr_values=urn:usher:acr:mfa
    Require claim acr:urn:usher:acr:mfa
</Location>
<Location "/fresh">
    AuthType openid-connect
    OIDCPathAuthRequestParams max_age=0
    Require valid-user
</Location>
<Location "/again">
    AuthType openid-connect
    OIDCPathAuthRequestParams prompt=login
    Require valid-user
</Location>
<Location "/silent">
    AuthType openid-connect
    OIDCPathAuthRequestParams prompt=none
    Require valid-user
</Location>
"""
SHOWN = """<!doctype html><title>{name}</title><h1>{name}</h1><pre>
user <!--#echo var="REMOTE_USER" -->
email <!--#echo var="OIDC_CLAIM_email" -->
name <!--#echo var="OIDC_CLAIM_name" -->
organization <!--#echo var="OIDC_CLAIM_organization" -->
groups <!--#echo var="OIDC_CLAIM_groups" -->
acr <!--#echo var="OIDC_CLAIM_acr" -->
auth_time <!--#echo var="OIDC_CLAIM_auth_time" -->
</pre>"""
PLACES = ("start", "standard", "power", "factor", "fresh", "again", "silent", "bye")


class World(Provider):
    apache = None

    def begin(self):
        port = free_port()
        url = f"http://localhost:{port}"
        self.web = self.application(
            "Intranet", "web", "--logout-redirect", f"{url}/bye/", "--logout-notice", f"{url}/oidc?logout=backchannel",
            redirect=f"{url}/oidc", scopes=("openid", "profile", "email", "organization", "access"))
        text = CONFIGURATION
        for name, value in {"usher": self.url, "id": self.web["clientId"], "secret": self.web["clientSecret"],
                            "passphrase": secrets.token_hex(16)}.items():
            text = text.replace("{" + name + "}", value)
        self.apache = Apache(("auth_openidc",), text, port, "auth_openidc:info")
        for name in PLACES:
            self.apache.page(name, SHOWN.replace("{name}", name))
        self.apache.__enter__()

    def __exit__(self, *_):
        if self.apache and self.apache.server:
            self.apache.__exit__()
        super().__exit__()

    def at(self, window, place):
        """Waits until the browser has come there."""
        try:
            window.wait(lambda driver: driver.current_url.startswith(f"{self.apache.url}/{place}/"), f"page {place}")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.apache.log()}") from None
        return dict(line.split(" ", 1) for line in window.find("pre").text.splitlines() if " " in line)

    def hears(self, window, error):
        """Waits until Apache has been told of an error; it lets nobody in, whatever its page says of that.

        This version takes an error with `iss` (RFC 9207) for the beginning of a sign-in from elsewhere, and says that it
        does not know where to: the name of the error stands in the address alone.
        """
        window.wait(lambda driver: f"/oidc?error={error}&" in driver.current_url, f"error {error}")
        same(window.text().split()[0], "Error:", "the page of Apache")

    def arrive(self, window, address, place="start"):
        """Opens a place of the application, and signs in where one is led."""
        window.open(f"{self.apache.url}/{place}/")
        window.type("email", address)
        window.type("password", PASSWORD)
        window.submit()
        if address in self.secrets:
            window.type("code", self.code(address))
            window.find("main button.wide").click()
        return self.at(window, place)


@check("signs people in to Apache, which knows them by their claims, and lets them where their groups say")
def claims(world):
    with Window(world) as window:
        seen = world.arrive(window, world.nora)
        same((seen["user"], seen["email"], seen["name"], seen["organization"], seen["groups"]),
             (world.nora, world.nora, "Nora Weiss", "acme", "acme/prod:STD"), "what Apache knows of Nora")
        window.open(world.apache.url + "/standard/")
        world.at(window, "standard")
        window.open(world.apache.url + "/power/")
        assert "Forbidden" in window.text() or "Unauthorized" in window.text(), window.text()


@check("steps up: whoever proved a second factor passes by acr_values, and Apache hears that nobody else can")
def step_up(world):
    with Window(world) as window:
        seen = world.arrive(window, world.RITA, "factor")
        same(seen["acr"], "urn:usher:acr:mfa", "how Rita proved herself")
    with Window(world) as window:
        world.arrive(window, world.nora)
        window.open(world.apache.url + "/factor/")
        world.hears(window, "unmet_authentication_requirements")


@check("asks for a fresh proof where an application's max_age says so, and for a whole sign-in by prompt=login")
def fresh(world):
    began = time.time()
    with Window(world) as window:
        window.sign_in(world.MARIE, PASSWORD)
        window.type("code", world.code(world.MARIE))
        window.submit()
        window.open(world.apache.url + "/fresh/")
        window.type("step-up-code", world.code(world.MARIE))
        window.find("main button.wide").click()
        seen = world.at(window, "fresh")
        assert int(seen["auth_time"]) >= int(began), seen
    with Window(world) as window:
        window.sign_in(world.nora, PASSWORD)
        window.open(world.apache.url + "/again/")
        window.type("email", world.nora)
        window.type("password", PASSWORD)
        window.submit()
        same(world.at(window, "again")["user"], world.nora, "who signed in again")


@check("says nothing and asks nothing by prompt=none: whoever is signed in is known, and nobody else")
def silent(world):
    with Window(world) as window:
        window.open(world.apache.url + "/silent/")
        world.hears(window, "login_required")
        window.sign_in(world.nora, PASSWORD)
        window.open(world.apache.url + "/silent/")
        same(world.at(window, "silent")["user"], world.nora, "who is known silently")


@check("signs people out where Apache asks for it, here and there, and leads them back")
def sign_out(world):
    with Window(world) as window:
        world.arrive(window, world.nora)
        window.open(f"{world.apache.url}/oidc?logout={world.apache.url}/bye/".replace("logout=http:", "logout=http%3A"))
        world.at(window, "bye")
        window.open("/account")
        window.find("[name='password']")
        window.open(world.apache.url + "/start/")
        window.find("[name='password']")


@check("tells Apache by the back channel that somebody was suspended, and their session there is over")
def suspension(world):
    with Window(world) as window, Window(world) as other:
        world.arrive(window, world.paul)
        world.arrive(other, world.nora)
        cookies = {cookie["name"]: cookie["value"] for cookie in window.driver.get_cookies()}

        def lets_in():
            return requests.get(
                world.apache.url + "/start/", cookies=cookies, allow_redirects=False, timeout=60).status_code == 200

        assert lets_in(), "Apache does not know the session before"
        world.suspend(world.paul)
        world.until(lambda: not lets_in())
        window.open(world.apache.url + "/start/")
        window.find("[name='password']")
        other.open(world.apache.url + "/start/")
        same(world.at(other, "start")["user"], world.nora, "who is signed in in the other browser still")


if __name__ == "__main__":
    with World() as world:
        play(world)
