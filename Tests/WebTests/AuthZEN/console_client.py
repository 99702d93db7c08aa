"""The console of docs/platform.md, as people use it.

Usage: console_client.py [WORDS OF A CHECK]
"""

import os
import pathlib
import re
import shlex
import sqlite3
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "OpenID"))
from provider import HERE, Page, Provider, answers, check, free_port, play, same, shown  # noqa: E402

ROOT = HERE.parents[2]
PAGE = (ROOT / "docs" / "platform.md").read_text()


class World(Provider):
    def begin(self):
        """Both clients by the commands of the page, and the program with what they show."""
        port = free_port()
        self.console = f"http://127.0.0.1:{port}"
        found = re.findall(r"^    (usher application add .*)$", PAGE, re.M)
        console, platform = (
            self.usher(*shlex.split(line.replace("http://127.0.0.1:8000", self.console))[1:], at=time.time())
            for line in found)
        self.olaf = self.person("Olaf Grau", "prod=OPE")
        environment = {
            "PATH": os.environ["PATH"], "USHER": self.url, "CLOUD": "acme/prod",
            "CONSOLE_ID": console["clientId"], "CONSOLE_SECRET": console["clientSecret"],
            "PLATFORM_ID": platform["clientId"], "PLATFORM_SECRET": platform["clientSecret"]}
        self.others.append(subprocess.Popen(
            [sys.executable, ROOT / "docs" / "examples" / "console.py", str(port)], env=environment, cwd=self.folder))
        self.until(lambda: answers(port))

    def follow(self, browser, answer, address=None):
        """On both sides, until the console shows a page."""
        for _ in range(20):
            place = browser.leads_to(answer)
            if not place:
                return answer
            place = urllib.parse.urljoin(answer.url, place)
            if place.startswith(self.url):
                place = browser.arrive(browser.get(place), address)
            answer = browser.get(place)
        raise AssertionError(f"it goes in circles at {answer.url}")

    def enter(self, address):
        browser = self.browser()
        page = self.follow(browser, browser.get(self.console + "/sign-in"), address)
        return browser, page

    def press(self, browser, page, action, address=None):
        (fields,) = {tuple(form.items()) for form in Page(page.text).forms.values()}
        answer = browser.send("POST", self.console + "/", data={**dict(fields), "action": action})
        return answer if answer.status_code != 303 else self.follow(browser, answer, address)


@check("lets somebody do what their profile covers, and says why not elsewhere")
def allowed(world):
    browser, page = world.enter(world.olaf)
    same("Olaf" in page.text or world.olaf in page.text, True, shown(page))
    same("Create: The action needs a higher profile in this cloud." in page.text, True, shown(page))
    done = world.press(browser, page, "start-instance")
    same((done.status_code, "Done: start-instance." in done.text), (200, True), shown(done))
    refused = world.press(browser, page, "create-instance")
    same((refused.status_code, "higher profile" in refused.text), (403, True), shown(refused))
    same(world.press(browser, page, "format-everything").status_code, 404, "what the console does not know")


@check("shows nothing to press to who may nothing")
def nothing(world):
    browser, page = world.enter(world.nora)
    same("<button" in page.text, False, shown(page))


@check("takes no button that is not of its page, and no sign-in that it did not begin")
def strangers(world):
    browser, page = world.enter(world.olaf)
    same(browser.send("POST", world.console + "/", data={"action": "start-instance"}).status_code, 403, "without its mark")
    same(world.browser().get(world.console + "/callback?code=x&state=y").status_code, 400, "a code from nowhere")
    same(world.browser().get(world.console + "/callback").status_code, 400, "nothing at all")


@check("leads through the sign-in for a code that has become old, and goes on with it")
def stepped_up(world):
    later = 1_000
    browser, page = world.enter(world.olaf)
    with sqlite3.connect(world.data / "usher.db") as database:
        database.execute("UPDATE factor SET last_accepted_at_ms = last_accepted_at_ms - ?", (later * 1000,))
        database.execute(
            "UPDATE session SET created_at_ms = created_at_ms - ?1, verified_at_ms = verified_at_ms - ?1", (later * 1000,))
    database.close()
    # What a server holds in memory follows the trail, which knows nothing of this.
    world.server.kill()
    world.server.wait()
    world.log.clear()
    world.serve()
    page = browser.get(world.console + "/")
    same("Start (asks for a code)" in page.text, True, shown(page))
    before = len(browser.filled)
    page = world.press(browser, page, "start-instance", world.olaf)
    same(len(browser.filled) > before, True, "a code is asked for")
    done = world.press(browser, page, "start-instance")
    same((done.status_code, "Done: start-instance." in done.text), (200, True), shown(done))


@check("stops at once with a suspension")
def suspended(world):
    browser, page = world.enter(world.olaf)
    world.suspend(world.olaf)
    refused = world.press(browser, page, "start-instance")
    same((refused.status_code, "The account is suspended." in refused.text), (403, True), shown(refused))


if __name__ == "__main__":
    with World() as world:
        play(world)
