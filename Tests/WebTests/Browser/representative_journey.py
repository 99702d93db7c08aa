"""The representative's journey: asks for access, answers, follows, and looks after the people.

Usage: representative_journey.py [all]     `USHER_TEST_SCREENS` names a folder for pictures of every page
"""

import itertools
import os
import sys
import time

from site_under_test import PASSWORD, Site, oathtool
from window import Window

SCREENS = os.environ.get("USHER_TEST_SCREENS")
WORDS = {
    "en": {"waiting": "Waits for a decision", "refused": "This is not an e-mail address", "back": "Taken back"},
    "fr": {"waiting": "En attente d’une décision", "refused": "Ce n’est pas une adresse e-mail", "back": "Retirée"},
}
# Each pair of language, size, theme and script is met at least once; `all` plays every combination.
PAIRS = [("en", "phone", "light", True), ("fr", "desktop", "dark", True), ("fr", "phone", "light", False),
         ("en", "desktop", "dark", False)]
ALL = list(itertools.product(("en", "fr"), ("phone", "desktop"), ("light", "dark"), (True, False)))


class Acme(Site):
    """With a representative for each journey: pages follow the person's language, and a code works once."""

    def representative(self, language):
        name = {"en": "Robin Hale", "fr": "Romain Petit"}[language]
        address = f"rep{next(self.counter)}@acme.example"
        self.usher("person", "appoint", address, "--duty", "representative", "--org", "acme", "--name", name,
                   "--locale", language)
        self.enrol(address)
        return address

    def ask_back(self, request, question):
        """Marie asks now; her codes of now are used for nothing else, at most one in a step."""
        step = max(int(time.time() // 30) - 1, self.steps.get(self.MARIE, 0) + 1)
        while step > time.time() // 30 + 1:
            time.sleep(0.5)
        self.steps[self.MARIE] = step
        code = oathtool(self.secrets[self.MARIE], step * 30)
        self.usher("request", "question", request, question, "--as", self.MARIE, "--code", code, at=time.time())

    def colleague(self):
        """Somebody with an authenticator; their name."""
        address = self.invite(f"Colin {next(self.counter)}", "prod=POW", "default=STD")
        self.enrol(address)
        return next(one["name"] for one in self.usher("person", "list", "--org", "acme")["items"]
                    if one["email"] == address)

    steps = {}


def journey(site, colleague, language, size, theme, script):
    words = WORDS[language]
    rita = site.representative(language)
    number = next(site.counter)
    address = f"zoe{number}@acme.example"
    with Window(site, size, theme, language, script, SCREENS) as window:
        window.sign_in(rita, PASSWORD, site.secrets[rita])
        window.open("/requests")
        window.check("requests")
        window.follow(lambda: window.find(".heading a.button:not(.second)").click())
        window.check("request-new")
        ask(window, address, words)
        assert words["waiting"] in window.heading(), window.heading()
        window.check("request-sent")
        request = window.driver.current_url.split("/")[-1].split("?")[0]
        answer(site, window, request)
        window.open(f"/requests/{request}")
        window.find("details summary").click()
        window.follow(lambda: window.find("button.bad").click())
        assert words["back"] in window.heading(), window.heading()
        window.check("request-taken-back")
        window.open("/requests?view=all")
        window.check("requests-some")
        batch(window, site, number, words)
        people(window, colleague)


def batch(window, site, number, words):
    """A file with two people who are right, and three lines that are not."""
    file = site.folder / f"people{number}.csv"
    file.write_text("email,name,locale,grants,until,reason\r\n"
                    f"ada{number}@acme.example,Ada Lovelace,en,prod=OPE;default=STD,,\"Joins, for good\"\r\n"
                    f"léa{number}@acme.example,Léa Roux,fr,default=STD,,Lit les tableaux de bord\r\n"
                    f"bob{number}@acme.example,Bob Roux,fr,default=STD,2031-03-31,Lit les tableaux de bord\r\n"
                    f"eve{number}@acme.example,=HYPERLINK(1),en,staging=POW,,Why not\r\n"
                    f"ada{number}@acme.example,Ada,en,prod=STD,,Again\r\n", encoding="utf-8-sig")
    window.open("/requests")
    window.follow(lambda: window.find(".heading a.button.second").click())
    window.check("request-import")
    wrong = site.folder / "wrong.csv"
    wrong.write_text("name,mail\n")
    window.choose("csv", wrong)
    window.submit()
    window.find("[role=alert]")
    window.check("request-import-refused")
    window.choose("csv", file)
    window.submit()
    assert "2" in window.heading() and len(window.all(".faults li")) >= 3, window.text()
    window.check("request-batch")
    window.follow(lambda: window.find("form[action$='/submit'] button").click())
    assert len(window.all(".list .line a[href^='/requests/']")) == 2
    window.check("request-batch-sent")
    window.open("/requests/import")
    window.check("request-import-again")
    # A file whose first line says nothing to anybody: its columns are chosen, what it lacks is said once.
    strange = site.folder / "strange.csv"
    strange.write_text("Kontakt;Wer;Schuh\nstrange@acme.example;Ada Strange;43\n")
    window.choose("csv", strange)
    window.submit()
    window.check("request-columns")
    for field, column in (("email", "kontakt"), ("name", "wer")):
        window.find(f"[name='{field}'] option[value='{column}']").click()
    window.type("all-grants", "default=STD")
    window.submit()
    assert "reason" in window.text() and "Ada Strange" in window.text(), window.text()
    window.check("request-columns-refused")
    window.type("all-reason", "Moves")
    window.submit()
    assert len(window.all(".list .line")) == 1, window.text()
    window.check("request-batch-columns")
    window.follow(lambda: window.find("form[action$='/forget'] button").click())


def access(window):
    """Who may do what in the cloud, since whom, and why one of them may not do something."""
    window.follow(lambda: window.find("a[href^='/access?cloud=']").click())
    assert window.has("main tbody a[href^='/requests/']")
    window.check("access")
    window.follow(lambda: window.find("main tbody a[href^='/access/why?']").click())
    assert not window.has("#answer")
    window.find("#action").send_keys("Bodies: create-instance")
    window.follow(lambda: window.find("main form.card button").click())
    assert window.has("#answer")
    window.check("access-why")


def people(window, colleague):
    """A colleague who is active, by the lists of people and of a cloud; then everything that is asked for about them."""
    window.open("/people")
    window.check("people")
    window.open("/clouds")
    window.check("clouds")
    window.type("name", "Data lake")
    window.type("reason", "Analytics")
    window.follow(lambda: window.find("main form[action='/clouds'] button").click())
    window.check("cloud-asked")
    window.find("details summary").click()
    window.follow(lambda: window.find("button.bad").click())
    window.open("/clouds/acme/prod")
    window.check("cloud")
    access(window)
    window.open("/clouds/acme/prod")
    window.follow(lambda: window.link(colleague).click())
    window.check("person")
    person = window.driver.current_url
    window.follow(lambda: window.find("a[href^='/requests/new?person=']").click())
    assert window.has("[name=email][readonly]")
    window.check("request-new-change")
    window.open(person)
    for name in ("suspend", "resume"):
        act(window, person, name)
    act(window, person, "reset")
    window.open(person)
    for summary in window.all("details summary"):
        summary.click()
    window.check("person-open")
    act(window, person, "close")
    window.open(person)
    window.check("person-closed")


def act(window, person, name):
    """Asks for something on a person's page; the request of it."""
    window.open(person)
    form = f"form[action$='/{name}']"
    window.find(f"details:has({form}) summary").click()
    window.find(f"#{name}-reason").send_keys("It has to be")
    window.follow(lambda: window.find(f"{form} button").click())
    window.find("[role=status]")
    window.check(f"person-{name}")


def long_batch(window, site):
    """A file that is longer than one page view: its progress is followed, with a script by itself."""
    file = site.folder / "many.csv"
    file.write_text("email,name,locale,grants,until,reason\n" + "".join(
        f"many{line}@acme.example,Person {line},en,default=STD,,Many\n" for line in range(1200)))
    window.open("/requests/import")
    window.choose("csv", file)
    window.submit()
    window.check("request-batch-running")
    while not window.script and window.has("[data-follows]"):
        window.follow(lambda: window.find(".no-script .button").click())
    window.find("form[action$='/submit'] button")
    assert "1200" in window.heading() or "1 200" in window.heading(), window.heading()


def ask(window, address, words):
    """The form, first with a fault in it."""
    window.type("name", "Zoé <Dupont>")
    window.type("email", address)
    window.find("[name='grant.prod'] option[value='OPE']").click()
    window.type("reason", "Rejoint l’équipe « Borealis » & co.")
    if window.script:  # Past what the browser itself would refuse.
        window.driver.execute_script("document.querySelector('main form.card').noValidate = true")
        window.type("email", "nobody")
        window.submit()
        assert words["refused"] in window.text(), window.text()
        window.check("request-new-refused")
        window.type("email", address)
    window.submit()


def answer(site, window, request):
    site.ask_back(request, "For which project, and who pays?")
    window.open(f"/requests/{request}")
    window.check("request-question")
    window.type("text", "Borealis. We do.")
    window.submit()
    window.find("[role=status]")
    window.check("request-answered")


def main():
    with Acme() as site:
        combinations = ALL if sys.argv[1:] == ["all"] else PAIRS
        # Before Marie uses a code of today, after which none of yesterday is taken any more.
        colleagues = [site.colleague() for _ in combinations]
        for colleague, combination in zip(colleagues, combinations):
            journey(site, colleague, *combination)
            print("played", *combination, flush=True)
        for language, script in (("en", True), ("fr", False)):
            rita = site.representative(language)
            with Window(site, "desktop", "light", language, script, SCREENS) as window:
                window.sign_in(rita, PASSWORD, site.secrets[rita])
                long_batch(window, site)


main()
