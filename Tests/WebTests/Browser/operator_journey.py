"""What an operator does: looks at how the service fares, settles what could not be done, reads the trail.

Usage: operator_journey.py [all]     `USHER_TEST_SCREENS` names a folder for pictures of every page
"""

import itertools
import json
import os
import sqlite3
import sys
import time
import urllib.request

from site_under_test import PASSWORD, Site
from window import Window

SCREENS = os.environ.get("USHER_TEST_SCREENS")
PAIRS = [("en", "desktop", "light", True), ("fr", "phone", "dark", True), ("fr", "desktop", "light", False)]
ALL = list(itertools.product(("en", "fr"), ("phone", "desktop"), ("light", "dark"), (True,)))
CODES = itertools.count(1)


def operator(site, language):
    address = f"olga{next(CODES)}@provider.example"
    site.usher(
        "person", "appoint", address, "--duty", "operator", "--name", "Olga Petit", "--locale", language)
    return address, site.enrol(address)


def park(site):
    """Two requests whose mail to Marie was given up: no request would begin by a broken template."""
    requests = [site.submit(f"p{next(CODES)}@acme.example", "Zoé Dupont", "prod=OPE") for _ in range(2)]
    with sqlite3.connect(site.data / "usher.db", timeout=60) as database:
        for request in requests:
            database.execute(
                "UPDATE effect SET state = 'parked', error = 'broken template', cause = 'content' "
                "WHERE request_id = ? AND template = 'approval-asked'", (request,))
    return requests


def journey(site, language, size, theme, script):
    address, secret = operator(site, language)
    requests = park(site)
    parked = site.usher("effect", "list", "--parked")["items"]
    assert {one["request"] for one in parked} >= set(requests), parked
    with Window(site, size, theme, language, script, SCREENS) as window:
        window.sign_in(address, PASSWORD, secret)
        window.follow(lambda: window.find("nav a[href='/operation']").click())
        window.find(".note.bad a[href='/operation/effects']")
        window.check("operation")
        window.follow(lambda: window.find(".note.bad a[href='/operation/effects']").click())
        window.check("operation-effects")
        before = len(window.all("form.inline"))
        assert before >= 2
        # The first is tried again, now that the template is whole; the second is dropped.
        window.all("form.inline input[name='reason']")[0].send_keys("<b>Template</b> repaired")
        window.follow(lambda: window.all("form.inline button")[0].click())
        window.find("[role=status]")
        window.check("operation-effects-retried")
        assert len(window.all("form.inline")) == before - 1
        window.all("form.inline input[name='reason']")[0].send_keys("Told by telephone")
        window.follow(lambda: window.all("form.inline button.bad")[0].click())
        window.find("[role=status]")
        assert len(window.all("form.inline")) == before - 2
        window.open("/operation/effects?view=all")
        window.check("operation-effects-all")
        window.follow(lambda: window.find(".tabs a[href='/operation/workflows']").click())
        window.check("operation-workflows")
        window.follow(lambda: window.find("a[href='/operation/workflows/account-request']").click())
        picture = window.find(".drawing img")
        assert int(picture.get_property("naturalWidth")) > 100, "the picture was not drawn"
        window.check("operation-workflow")
        window.follow(lambda: window.find(".tabs a[href='/operation/audit'], a[href='/operation/workflows']").click())
        window.open("/operation/audit")
        window.check("operation-audit")
        window.type("actor", address)
        window.type("action", "effect.drop")
        window.follow(lambda: window.find("form[action='/operation/audit'] button").click())
        entries = window.all("ul.list > li")
        assert len(entries) == 1 and "Told by telephone" in entries[0].text, window.text()
        window.check("operation-audit-found")
        window.open(f"/operation/audit?actor={address}")
        assert "<b>Template</b> repaired" in window.text(), window.text()
        export(site, window, address)
        steer(site, window, language)
        window.open("/operation/audit?from=yesterday")
        window.find("[role=alert]")
        window.check("operation-audit-refused")


def steer(site, window, language):
    """One request is frozen, thawed, and given more time; what is refused keeps what was typed."""
    request = site.submit(f"p{next(CODES)}@acme.example", "Yves Blanc", "prod=OPE")

    def act(action, day=None):
        form = f"form[action='/requests/{request}/{action}']"
        if not window.all(f"details[open] > {form}"):
            window.find(f"details:has({form}) > summary").click()
        form = window.find(form)
        field = form.find_element("css selector", "textarea")
        field.clear()
        field.send_keys("The customer checks the contract")
        if day:
            window.driver.execute_script("arguments[0].value = arguments[1]", window.find("#day"), day)
        window.follow(lambda: form.find_element("css selector", "button").click())

    window.open(f"/requests/{request}")
    window.check("request-steered")
    act("freeze")
    window.find("[role=status]")
    shown = site.usher("request", "show", request, at=time.time() + 1)
    assert shown["frozenAt"] and not window.all(f"form[action='/requests/{request}/freeze']")
    window.check("request-frozen")
    act("thaw")
    window.find("[role=status]")
    act("deadline", "2020-01-01")
    window.find("[role=alert]")
    assert window.find("#why-deadline").get_attribute("value") == "The customer checks the contract"
    window.check("request-deadline-refused")
    before = site.usher("request", "show", request, at=time.time() + 1)["dueAt"]
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 9 * 86_400))
    act("deadline", day)
    window.find("[role=status]")
    shown = site.usher("request", "show", request, at=time.time() + 1)
    assert shown["dueAt"] != before and "The customer checks the contract" in window.text(), shown


def export(site, window, address):
    """The file holds what the page shows."""
    cookie = next(one for one in window.driver.get_cookies() if one["name"] == "__Host-usher")
    place = window.find("a[href*='format=jsonl']").get_attribute("href")
    request = urllib.request.Request(place, headers={"Cookie": f"__Host-usher={cookie['value']}"})
    with urllib.request.urlopen(request) as answer:
        lines = [json.loads(line) for line in answer.read().decode().splitlines()]
    assert len(lines) == len(window.all("ul.list > li")) >= 2, lines
    assert {line["action"] for line in lines} >= {"effect.retry", "effect.drop"}, lines


def main():
    with Site() as site:
        for combination in ALL if sys.argv[1:] == ["all"] else PAIRS:
            journey(site, *combination)
            print("played", *combination, flush=True)


main()
