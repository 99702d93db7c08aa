"""`usher login` by the pages of a server: with a browser of this machine, and with one of another.

Usage: login_client.py [WORDS OF A CHECK]
"""

import json
import pathlib
import subprocess
import urllib.parse

import requests
from provider import PASSWORD, PROGRAM, Page, Provider, check, play, same


class Terminal:
    """The command line of somebody who has nothing of this installation but its address."""

    def __init__(self, world, name):
        self.world = world
        self.home = pathlib.Path(world.folder) / f"home-{name}"
        self.home.mkdir()
        self.told = self.home / "address"
        opener = self.home / "opener"
        opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {self.told}.part && mv {self.told}.part {self.told}\n')
        opener.chmod(0o755)
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home), "LANG": "C",
            "BROWSER": str(opener)}

    def start(self, *words, stdin=subprocess.DEVNULL):
        return subprocess.Popen(
            [PROGRAM, *words], env=self.environment, cwd=self.home, text=True, stdin=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *words, given=None):
        process = self.start(*words, stdin=subprocess.DEVNULL if given is None else subprocess.PIPE)
        out, err = process.communicate(given, timeout=120)
        return process.returncode, out, err

    def device(self, browser, address, answer="yes"):
        """Signs in with another machine's browser; what the command told in the end."""
        process = self.start("login", self.world.url, "--device")
        process.stderr.readline()
        code = process.stderr.readline().strip()
        browser.sign_in(address)
        page = browser.submit(browser.get("/device"), "/device", code=code.replace("-", " ").lower())
        if code not in page.text or "127.0.0.1" not in page.text:
            raise AssertionError(f"the page does not show {code} and from where it is asked: {page.text[:2000]}")
        done = browser.submit(page, "/device/answer", decision=answer)
        same(done.status_code, 303, "the answer, which leads to a page that may be loaded again")
        same(browser.get(done.headers["Location"]).status_code, 200, "the page after the answer")
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    @property
    def session(self):
        (file,) = (self.home / "usher" / "sessions").iterdir()
        return file

    def spoil(self):
        """As if the token had ended: the next command has to get another."""
        document = json.loads(self.session.read_text())
        self.session.write_text(json.dumps({**document, "token": "a.b.c"}))
        return document


@check("signs a terminal in by a code that is typed in another browser, and goes on by itself once a token has ended")
def device(world):
    terminal = Terminal(world, "device")
    status, out, err = terminal.device(world.browser(), world.RITA)
    same((status, world.RITA in out), (0, True), out + err)
    same(oct(terminal.session.stat().st_mode & 0o777), "0o600", "who may read what is kept")
    same(terminal.run("whoami", "--json")[0], 0, "whoami")
    status, out, err = terminal.run("request", "list", "--json")
    same((status, "items" in json.loads(out)), (0, True), err)
    before = terminal.spoil()
    status, out, err = terminal.run("request", "list", "--json")
    same(status, 0, err)
    after = json.loads(terminal.session.read_text())
    same(after["refreshToken"] != before["refreshToken"], True, "a refresh token of its own after each refresh")


@check("lets several commands refresh at once, and signs nobody out by it")
def together(world):
    terminal = Terminal(world, "together")
    same(terminal.device(world.browser(), world.nora)[0], 0, "the sign-in")
    terminal.spoil()
    commands = [terminal.start("whoami", "--json") for _ in range(4)]
    found = [command.communicate(timeout=120) + (command.returncode,) for command in commands]
    same([status for _, _, status in found], [0] * 4, f"{found}")
    terminal.spoil()
    same(terminal.run("whoami")[0], 0, "whoami later")


@check("opens a browser of this machine, and takes nothing from it but the answer to its own question")
def browser(world):
    terminal = Terminal(world, "browser")
    process = terminal.start("login", world.url)
    world.until(terminal.told.exists)
    grant = urllib.parse.urlsplit(terminal.told.read_text())
    redirect = dict(urllib.parse.parse_qsl(grant.query))["redirect_uri"]
    # What is not its question is sent away, and it waits on.
    same(requests.get(urllib.parse.urljoin(redirect, "/favicon.ico"), timeout=60).status_code, 404, "another path")
    somebody = world.browser()
    place = somebody.arrive(somebody.get(grant.path + "?" + grant.query), world.nora)
    same(requests.get(place, timeout=60).status_code, 200, "the page that a browser ends on")
    out, err = process.communicate(timeout=120)
    same((process.returncode, world.nora in out), (0, True), out + err)
    same(terminal.run("logout")[0], 0, "logout")
    same(terminal.run("whoami")[1].startswith("operator"), True, "nobody is signed in")

    terminal.told.unlink()
    process = terminal.start("login", world.url, "--browser")
    world.until(terminal.told.exists)
    redirect = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(terminal.told.read_text()).query))["redirect_uri"]
    requests.get(f"{redirect}?code=x&state=forged&iss={world.url}", timeout=60)
    out, err = process.communicate(timeout=120)
    same(process.returncode, 3, f"a forged answer: {out}{err}")


@check("signs in anew over a sign-in by the other way, which ends, and says when a code was proven last")
def anew(world):
    terminal = Terminal(world, "anew")
    same(terminal.device(world.browser(), world.RITA)[0], 0, "the sign-in by a browser")
    same(json.loads(terminal.run("whoami", "--json")[1])["verifiedAt"] is not None, True, "a code proven in the browser")
    former = json.loads(terminal.session.read_text())
    words = ("login", world.url, "--email", world.RITA, "--password-stdin", "--code", world.code(world.RITA))
    status, out, err = terminal.run(*words, given=PASSWORD + "\n")
    same(status, 0, out + err)
    kept = json.loads(terminal.session.read_text())
    same("refreshToken" in kept and kept["refreshToken"] is not None, False, "what is kept of the one before")
    ended = requests.post(world.url + "/openid/token", timeout=60, data={
        "grant_type": "refresh_token", "refresh_token": former["refreshToken"], "client_id": "0000000000000000000000c0mm"})
    same(ended.status_code == 200, False, f"the refresh token of the one before: {ended.text}")
    same(json.loads(terminal.run("whoami", "--json")[1])["verifiedAt"] is not None, True, "a code proven here")
    same(terminal.device(world.browser(), world.RITA)[0], 0, "and back again")
    refused = requests.get(
        world.url + "/api/v1/sessions/current", headers={"Authorization": f"Bearer {kept['token']}"}, timeout=60)
    same(refused.status_code, 401, "the session of the one before")
    same(terminal.run("whoami")[0], 0, "the one that is kept")


@check("says who refused, and keeps nothing")
def refused(world):
    terminal = Terminal(world, "refused")
    status, out, err = terminal.device(world.browser(), world.nora, answer="no")
    same((status, "refused" in err), (3, True), out + err)
    same((terminal.home / "usher").exists(), False, "what is kept")


@check("shows a person where they are signed in, and ends it there by one click")
def seen(world):
    terminal = Terminal(world, "seen")
    somebody = world.browser()
    same(terminal.device(somebody, world.paul)[0], 0, "the sign-in")
    account = somebody.get("/account")
    same("Usher command line" in account.text, True, "the application on the page of the account")
    same("/account/applications/end" in Page(account.text).forms, True, "a way to end it")
    done = somebody.submit(account, "/account/applications/end")
    same(done.headers.get("Location"), "/account?done=application", done.text[:500])
    status, _, err = terminal.run("whoami")
    same((status != 0, "login" in err), (True, True), err)


if __name__ == "__main__":
    with Provider() as provider:
        play(provider)
