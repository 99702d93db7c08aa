"""The manager's journey: the inbox, one request decided cloud by cloud, a question, a refusal, what changed meanwhile.

Usage: manager_journey.py [all]     `USHER_TEST_SCREENS` names a folder for pictures of every page
"""

import itertools
import os
import sys
import time

from site_under_test import PASSWORD, Site, oathtool
from window import Window

SCREENS = os.environ.get("USHER_TEST_SCREENS")
WORDS = {
    "en": {"inbox": "Inbox", "ask": "Ask a question", "changed": "What changed"},
    "fr": {"inbox": "À traiter", "ask": "Poser une question", "changed": "Ce qui a changé"},
}
PAIRS = [("en", "phone", "light", True), ("fr", "desktop", "dark", False), ("fr", "phone", "dark", True)]
ALL = list(itertools.product(("en", "fr"), ("phone", "desktop"), ("light", "dark"), (True, False)))


class Manager:
    """A delivery manager of Acme, with an authenticator of her own."""

    def __init__(self, site, number, language):
        self.site, self.address = site, f"manager{number}@provider.example"
        site.usher("person", "appoint", self.address, "--duty", "delivery_manager", "--org", "acme", "--name", "Dora Petit",
                   "--locale", language)
        self.secret = site.enrol(self.address)

    def enter(self, window, page="/sign-in"):
        """Signs in, and lets the code of that moment count for what follows."""
        window.sign_in(self.address, PASSWORD, self.secret, page=page)


def choose(window, number, value):
    """The verdict on the item that stands at this place."""
    radio = window.all("fieldset")[number].find_element("css selector", f"input[value='{value}']")
    window.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", radio)
    radio.click()


def send(window):
    window.follow(lambda: window.find("section[aria-labelledby=decision] button.wide").click())


def journey(site, number, language, size, theme, script):
    words = WORDS[language]
    manager = Manager(site, number, language)
    first = site.submit(f"ana{number}@acme.example", "Ana Lima", "prod=POW", "default=STD", language=language)
    second = site.submit(f"bea{number}@acme.example", "Béatrice <b>Noël</b>", "prod=OPE", language=language)
    batch = [f"cas{number}@acme.example", f"del{number}@acme.example"]
    with Window(site, size, theme, language, script, SCREENS) as window:
        window.open("/inbox")
        assert "/sign-in" in window.driver.current_url
        # The mail leads to the decision that it asks for, by way of signing in.
        manager.enter(window, site.page(manager.address))
        assert window.heading() == "Béatrice <b>Noël</b>", window.text()
        window.open("/inbox")
        assert window.heading() == words["inbox"], window.heading()
        assert "Béatrice <b>Noël</b>" in window.text()
        window.check("inbox")
        window.follow(lambda: window.find(f"a[href='/requests/{first}/decide']").click())
        assert window.heading() == "Ana Lima", window.text()
        if script:
            window.find("fieldset details summary").click()
        window.check("decide")
        # Refusing needs a reason; what was chosen is still there.
        choose(window, 0, "lower.DTM")
        choose(window, 1, "reject")
        send(window)
        window.find("[role=alert]")
        assert window.driver.find_element("css selector", "input[value='lower.DTM']").is_selected()
        window.check("decide-refused")
        # Somebody else decides meanwhile: the page says what changed, and nothing typed is lost.
        code = oathtool(site.secrets[site.MARIE], site.past + 60)
        site.usher("request", "approve", first, "--item", "prod=OPE", "--as", site.MARIE, "--code", code)
        window.type("comment", "Pas encore / Not yet")
        send(window)
        window.find("#fault")
        assert words["changed"] in window.find(".note.warn").text
        assert window.find("[name=comment]").get_attribute("value") == "Pas encore / Not yet"
        window.check("decide-changed")
        choose(window, 0, "reject")
        send(window)
        window.find("[role=status]")
        assert "Ana Lima" in window.find("[role=status]").text
        window.check("inbox-done")
        states = [item["state"] for item in site.usher("request", "show", first, at=time.time() + 1)["items"]]
        assert states == ["granted", "refused"], states
        question(site, window, manager, second, words)
        together(site, window, batch)
        standing_in(window)
        search(window, second)


def question(site, window, manager, request, words):
    """Asked with a form of its own, answered by the representative, and approved."""
    window.open(f"/requests/{request}/decide")
    details = next(one for one in window.all("details.card") if words["ask"] in one.text)
    details.find_element("css selector", "summary").click()
    field = window.find("#text-question")
    field.send_keys("Pour quel projet ?\nWhich project?")
    window.shot("decide-question")
    window.follow(lambda: details.find_element("css selector", "button.wide").click())
    window.find("[role=status]")
    site.usher("request", "answer", request, "Apollo", "--as", site.RITA, at=time.time() + 1)
    window.open(f"/requests/{request}/decide")
    assert "Apollo" in window.text() and "Which project?" in window.text()
    window.check("decide-answered")
    choose(window, 0, "approve")
    send(window)
    window.find("[role=status]")


def together(site, window, addresses):
    """Two requests of one file, approved with one code; it arrives while the inbox is open, which shows it by itself."""
    window.open("/inbox")
    rows = "".join(f"{address},Cas Moll,fr,prod=OPE;default=STD,,Apollo\n" for address in addresses)
    file = site.folder / "people.csv"
    file.write_text("email,name,locale,grants,until,reason\n" + rows)
    site.usher("request", "submit", "--org", "acme", "--csv", str(file), "--as", site.RITA)
    if not window.script:
        window.open("/inbox")
    link = window.find("a[href^='/inbox/bulk']")
    window.check("inbox-file")
    window.follow(lambda: link.click())
    window.all("main details summary")[0].click()
    window.check("bulk")
    for box in window.all("input[name=pick]"):
        window.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
        box.click()
    window.submit()
    window.find("[role=status]")
    assert len(window.all(".mark.good")) == 2, window.text()
    window.check("bulk-done")


def standing_in(window):
    window.open("/delegations")
    window.check("delegations")
    window.type("to", "rita@acme.example")
    later = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 5 * 86_400))
    window.driver.execute_script("arguments[0].value = arguments[1]", window.find("[name=until]"), later)
    window.submit()
    window.find("[role=alert]")
    assert window.find("[name=until]").get_attribute("value") == later
    window.type("to", window.site.MARIE)
    window.submit()
    window.find("[role=status]")
    window.check("delegations-given")
    window.follow(lambda: window.find("form[action='/delegations/end'] button").click())
    window.find("[role=status]")


def search(window, request):
    window.open("/search")
    window.check("search")
    window.type("q", "noel")
    window.follow(lambda: window.find("main button").click())
    assert "Béatrice" not in window.text()
    window.type("q", "BEATRICE")
    window.follow(lambda: window.find("main button").click())
    assert "Béatrice <b>Noël</b>" in window.text()
    window.find(f"a[href='/requests/{request}']")
    window.check("search-found")


def live(site):
    """A page that is open hears of changes and loses nothing typed; it keeps no server from stopping."""
    manager = Manager(site, 90, "en")
    request = site.submit("eva90@acme.example", "Eva Klein", "prod=OPE")
    with Window(site, screens=SCREENS) as window:
        manager.enter(window)
        window.open(f"/requests/{request}/decide")
        window.type("comment", "half a thought")
        code = oathtool(site.secrets[site.MARIE], site.past + 60)
        site.usher("request", "question", request, "Why?", "--as", site.MARIE, "--code", code)
        notice = window.find("[data-notice]")
        assert "This request changed" in notice.text
        assert window.find("[name=comment]").get_attribute("value") == "half a thought"
        window.check("decide-notice")
        window.open(f"/requests/{request}")
        before = len(window.all("#timeline li"))
        site.usher("request", "answer", request, "Because", "--as", site.RITA)
        window.wait(lambda _: len(window.all("#timeline li")) > before, "new entry")
        window.open("/inbox")
        window.find("#inbox li")
        begun = time.monotonic()
        site.server.terminate()
        site.server.wait(60)
        # It would wait for half a minute, were there something to wait for.
        assert time.monotonic() - begun < 30, "the server waited for an open page"


def main():
    with Site() as site:
        for number, combination in enumerate(ALL if sys.argv[1:] == ["all"] else PAIRS):
            journey(site, number, *combination)
            print("played", *combination, flush=True)
        live(site)
        print("played live pages", flush=True)


main()
