"""What people do with their own account: password, recovery codes, another authenticator, a lost device.

Usage: account_journey.py [all]     `USHER_TEST_SCREENS` names a folder for pictures of every page
"""

import itertools
import os
import sys
import time

from site_under_test import PASSWORD, Site, oathtool
from window import Window

SCREENS = os.environ.get("USHER_TEST_SCREENS")
PAIRS = [("en", "phone", "dark", True), ("fr", "desktop", "light", False), ("fr", "phone", "light", True)]
ALL = list(itertools.product(("en", "fr"), ("phone", "desktop"), ("light", "dark"), (True,)))
BETTER = "corail bruyère 57"


def journey(site, language, size, theme, script):
    address = site.invite("Zoé Dupont", "prod=POW", "default=STD", language=language)
    secret = site.enrol(address)
    with Window(site, size, theme, language, script, SCREENS) as window:
        window.sign_in(address, PASSWORD, secret)
        window.open("/account")
        window.check("account")
        window.follow(lambda: window.find("form[action='/account/recovery-codes'] button").click())
        codes = [line.text for line in window.all(".codes li")]
        assert len(codes) == 10
        window.check("account-codes")
        window.reload()
        assert [line.text for line in window.all(".codes li")] == codes
        window.find("#kept").click()
        window.submit()
        window.type("current", PASSWORD)
        window.type("password", "password1")
        window.follow(lambda: window.find("form[action='/account/password'] button:not([type])").click())
        window.find("[role=alert]")
        window.check("account-refused")
        window.type("current", PASSWORD)
        window.type("password", BETTER)
        window.follow(lambda: window.find("form[action='/account/password'] button:not([type])").click())
        window.find("[role=status]")
        window.check("account-changed")
        window.follow(lambda: window.find("form[action='/account/factor'] button").click())
        new = window.find("#secret").text.replace(" ", "")
        window.check("account-factor")
        window.reload()
        assert window.find("#secret").text.replace(" ", "") == new
        window.type("code", oathtool(new))
        window.submit()
        window.find("[role=status]")
        window.check("account-factor-done")
        window.reload()
        assert len(window.all(".codes li")) == 10
        window.find("#kept").click()
        window.submit()
        window.open("/step-up?next=/account")
        window.check("step-up")
        window.type("step-up-code", oathtool(secret))
        window.submit()
        window.find("[role=alert]")
        window.check("step-up-refused")
        window.type("step-up-code", oathtool(new, time.time() + 30))
        window.submit()
        assert window.driver.current_url.endswith("/account"), window.driver.current_url
    with Window(site, size, theme, language, script, SCREENS) as window:
        window.sign_in(address, BETTER)
        window.follow(lambda: window.find("a[href='/lost-device']").click())
        window.check("lost-device")
        window.type("reason", "Dans le train")
        window.submit()
        window.check("lost-device-done")
        window.reload()
        assert "/lost-device/asked/" in window.driver.current_url, window.driver.current_url
        window.open("/nowhere")
        window.check("missing")


def main():
    with Site() as site:
        for combination in ALL if sys.argv[1:] == ["all"] else PAIRS:
            journey(site, *combination)
            print("played", *combination, flush=True)


main()
