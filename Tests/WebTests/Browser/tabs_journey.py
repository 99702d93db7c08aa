"""Two tabs of one browser, and pages that are loaded again: nothing that was typed or shown gets lost.

Usage: tabs_journey.py [all]     `USHER_TEST_SCREENS` names a folder for pictures of every page
"""

import itertools
import os
import sys
import time

from site_under_test import PASSWORD, Site, oathtool
from window import Window

SCREENS = os.environ.get("USHER_TEST_SCREENS")
REASON = "Joins the \"release\" team <soon>"
PAIRS = [("en", "phone", "light", True), ("fr", "desktop", "dark", True), ("fr", "phone", "light", False)]
ALL = list(itertools.product(("en", "fr"), ("phone", "desktop"), ("light", "dark"), (True, False)))


def representative(site, language):
    address = f"rep{next(site.counter)}@acme.example"
    site.usher("person", "appoint", address, "--duty", "representative", "--org", "acme", "--name", "Robin Hale",
               "--locale", language)
    return address, site.enrol(address)


def fill(window, site):
    """Types a request into the form that is open."""
    window.type("email", f"zoe{next(site.counter)}@acme.example")
    window.type("name", "Zoé Dupont")
    window.type("reason", REASON)
    window.driver.find_element("css selector", "select[name='grant.prod'] option[value='STD']").click()


def sign_out(window):
    window.open("/")
    window.follow(lambda: window.find("form[action='/sign-out'] button").click())


def enrolment(site, language, size, theme, script):
    """The link in two tabs, each page loaded again: one secret, one set of recovery codes."""
    address = site.invite("Zoé Dupont", "prod=POW", language=language)
    with Window(site, size, theme, language, script, SCREENS) as window:
        def password():
            window.open("/welcome")
            window.type("token", f"<{site.link(address)}>")
            window.submit()
            window.type("password", PASSWORD)
            window.submit()
            return window.find("#secret").text
        secret = password()
        assert window.reload().find("#secret").text == secret
        with window.tab():
            assert password() == secret
        window.type("code", oathtool(secret))
        window.submit()
        place, codes = window.driver.current_url, [line.text for line in window.all(".codes li")]
        assert len(codes) == 10, window.text()
        with window.tab():
            window.open(place)
            assert [line.text for line in window.all(".codes li")] == codes
        window.driver.back()
        window.reload()
        assert [line.text for line in window.all(".codes li")] == codes, window.text()
        window.find("#kept").click()
        window.submit()
        window.open(place)
        # Kept is kept; enrolling has signed in.
        assert window.driver.current_url.rstrip("/") == site.url and not window.all(".codes li"), window.text()


def fresh_code(site, language, size, theme, script):
    """A fresh code in one tab; the form of the other is sent as if nothing had been."""
    address, secret = representative(site, language)
    with Window(site, size, theme, language, script, SCREENS) as window:
        window.sign_in(address, PASSWORD, secret, page="/requests/new")
        fill(window, site)
        with window.tab():
            window.open("/step-up?next=/account")
            window.type("step-up-code", oathtool(secret, time.time() + 30))
            window.submit()
        window.submit()
        assert "/requests/" in window.driver.current_url and "done=" in window.driver.current_url, window.text()


def ended(site, language, size, theme, script):
    """Signed out in one tab; the form of the other leads through signing in and goes on."""
    address, secret = representative(site, language)
    with Window(site, size, theme, language, script, SCREENS) as window:
        window.sign_in(address, PASSWORD, secret, page="/requests/new")
        fill(window, site)
        with window.tab():
            sign_out(window)
        window.submit()
        window.find("[role=status]")
        window.check("sign-in-to-go-on")
        window.type("email", address)
        window.type("password", PASSWORD)
        window.submit()
        window.type("code", oathtool(secret, time.time() + 30))
        window.submit()
        window.check("go-on")
        assert REASON in window.text(), window.text()
        window.reload()
        assert REASON in window.text(), window.text()
        window.submit()
        assert "/requests/" in window.driver.current_url and "done=" in window.driver.current_url, window.text()


def another(site, language, size, theme, script):
    """Somebody else signed in in one tab; the form of the other is not sent in their name."""
    address, secret = representative(site, language)
    other = site.invite("Ada Roux", "default=STD", language=language)
    site.usher("enrol", "start", "--token", site.token(other), "--password-stdin", stdin="corail et bruyère 57\n")
    with Window(site, size, theme, language, script, SCREENS) as window:
        window.sign_in(address, PASSWORD, secret, page="/requests/new")
        fill(window, site)
        with window.tab():
            sign_out(window)
            window.sign_in(other, "corail et bruyère 57")
        window.submit()
        window.find("[role=alert]")
        window.check("go-on-as-another")
        assert "Ada Roux" in window.text() and REASON in window.text(), window.text()


def forgotten(site, language, size, theme, script):
    """The browser forgot its cookies but one; the form is shown again."""
    address, secret = representative(site, language)
    with Window(site, size, theme, language, script, SCREENS) as window:
        window.sign_in(address, PASSWORD, secret, page="/requests/new")
        fill(window, site)
        window.driver.delete_cookie("__Host-usher-visit")
        window.submit()
        window.check("go-on-unknown")
        assert REASON in window.text(), window.text()
        window.submit()
        assert "done=" in window.driver.current_url, window.text()


def main():
    with Site() as site:
        for combination in ALL if sys.argv[1:] == ["all"] else PAIRS:
            for play in (enrolment, fresh_code, ended, another, forgotten):
                play(site, *combination)
            print("played", *combination, flush=True)


main()
