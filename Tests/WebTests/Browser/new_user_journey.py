"""The new user's journey: from the mail to the first allowed action.

Usage: new_user_journey.py [all]     `USHER_TEST_SCREENS` names a folder for pictures of every page
"""

import itertools
import os
import sys
import time
import urllib.parse

from site_under_test import PASSWORD, Site, oathtool
from window import Window

SCREENS = os.environ.get("USHER_TEST_SCREENS")
WORDS = {
    "en": {"welcome": "Welcome, Zoé Dupont", "wrong": "not right", "common": "common", "active": "is active"},
    "fr": {"welcome": "Bienvenue, Zoé Dupont", "wrong": "n’est pas le bon", "common": "plus courants", "active": "est actif"},
    "de": {"welcome": "Willkommen, Zoé Dupont", "wrong": "stimmt nicht", "common": "häufigsten", "active": "ist aktiv"},
}
# Each pair of language, size, theme and script is met at least once; `all` plays every combination.
PAIRS = [("en", "phone", "light", True), ("fr", "desktop", "dark", True), ("fr", "phone", "light", False),
         ("en", "desktop", "dark", False), ("fr", "phone", "dark", True), ("en", "desktop", "light", True),
         ("de", "phone", "light", True)]
ALL = list(itertools.product(("en", "fr", "de"), ("phone", "desktop"), ("light", "dark"), (True, False)))


def open_invitation(site, window, address):
    if window.script:
        window.open(site.link(address))
        window.find("[name=password]")
        assert "#" not in window.driver.current_url, "the token stays in the address bar"
    else:
        window.open("/welcome")
        window.check("welcome-link")
        window.type("token", site.token(address))
        window.submit()


def journey(site, language, size, theme, script):
    words = WORDS[language]
    address = site.invite("Zoé Dupont", "prod=POW", "default=STD", language=language)
    assert site.decision(address, "create-instance", "acme/prod") == "deny"
    with Window(site, size, theme, language, script, SCREENS) as window:
        open_invitation(site, window, address)
        assert window.heading() == words["welcome"], window.heading()
        window.check("welcome-password")
        window.type("password", "password1")
        window.submit()
        assert words["common"] in window.find(".wrong").text
        window.check("welcome-password-refused")
        window.type("password", PASSWORD)
        window.submit()
        secret = enrol(window, words)
        codes = [line.text for line in window.all(".codes li")]
        assert len(codes) == 10, codes
        window.reload()
        assert [line.text for line in window.all(".codes li")] == codes
        assert words["active"] in window.heading()
        window.check("welcome-done")
        # The recovery codes are confirmed before going on.
        window.find("main button.wide").click()
        assert words["active"] in window.heading()
        window.find("#kept").click()
        window.submit()
        # What was just proven is not asked for again.
        window.check("home")
        assert site.decision(address, "create-instance", "acme/prod") == "allow"
        window.follow(lambda: window.find("form[action='/sign-out'] button").click())
        window.check("sign-in")
        sign_in(window, address, secret)


def enrol(window, words):
    """The page with the picture; the base32 secret that was read from it."""
    read = urllib.parse.urlsplit(window.barcode(".picture svg"))
    secret = urllib.parse.parse_qs(read.query)["secret"][0]
    assert window.find("#secret").text.replace(" ", "") == secret
    link = window.find("a[href^='otpauth:']").get_attribute("href")
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["secret"] == [secret]
    window.check("welcome-code")
    window.reload()
    assert window.find("#secret").text.replace(" ", "") == secret
    code = oathtool(secret)
    window.type("code", f"{(int(code) + 333_333) % 1_000_000:06}")
    window.submit()
    assert words["wrong"] in window.find(".wrong").text
    window.check("welcome-code-refused")
    window.type("code", oathtool(secret))
    window.submit()
    return secret


def sign_in(window, address, secret):
    window.type("email", address)
    window.type("password", PASSWORD + "!")
    window.submit()
    window.find("[role=alert]")
    window.check("sign-in-refused")
    window.type("password", PASSWORD)
    window.submit()
    window.check("sign-in-code")
    # The present code proved the enrolment; the next one is accepted already.
    window.type("code", oathtool(secret, time.time() + 30))
    # A code is good once: what an impatient hand sends again must not end on the page that says so.
    window.submit_twice() if window.script else window.submit()
    window.check("home")


def scanner(site):
    """Opens the link three times and sends every form that it finds, script and all; uses nothing up."""
    address = site.invite("Zoé Dupont", "prod=POW")
    for _ in range(3):
        with Window(site) as window:
            window.open(site.link(address))
            window.find("form[action='/welcome/password']")
            for number in range(len(window.all("main form"))):
                # Past what the browser itself would refuse.
                window.follow(lambda: window.driver.execute_script(
                    "HTMLFormElement.prototype.submit.call(document.querySelectorAll('main form')[arguments[0]])",
                    number))
                if not window.has("main form"):
                    break
    with Window(site) as window:
        open_invitation(site, window, address)
        assert window.has("#password[autocomplete='new-password']"), window.text()


def renewal(site, language, size):
    """A link that opens nothing offers a new one, which the mail to the stored address brings."""
    address = site.invite("Zoé Dupont", "prod=POW", language=language)
    old = site.link(address)
    with Window(site, size, "light", language, screens=SCREENS) as window:
        window.open(old[:-4] + "0000")
        window.find("[role=alert]")
        window.check("welcome-over")
        window.type("email", address)
        window.follow(lambda: window.find("form[action='/welcome/renew'] button").click())
        window.check("welcome-renewed")
        site.until(lambda: site.link(address) != old)
        window.open(old)
        window.find("[role=alert]")
        window.open(site.link(address))
        window.find("#password[autocomplete='new-password']")


def main():
    with Site() as site:
        scanner(site)
        renewal(site, "en", "desktop")
        renewal(site, "fr", "phone")
        for combination in ALL if sys.argv[1:] == ["all"] else PAIRS:
            journey(site, *combination)
            print("played", *combination, flush=True)


main()
