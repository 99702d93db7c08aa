"""oidc-agent, as people at command lines use it: by a browser of the same machine, and by a code that is typed elsewhere.

Usage: agent_client.py [WORDS OF A CHECK]
"""

import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess

import requests
from provider import Provider, check, free_port, play, same


class World(Provider):
    def begin(self):
        self.agent = self.application(
            "oidc-agent", "native", redirect="http://localhost", scopes=("openid", "profile", "offline_access"))
        self.service = self.application("Platform", "service", redirect=None, scopes=("introspection",))


class Agent:
    """An agent with a folder of its own; gone with the `with` block."""

    def __init__(self, world, name):
        self.world, self.folder = world, world.folder / name
        (self.folder / "accounts").mkdir(mode=0o700, parents=True)
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(self.folder), "TMPDIR": str(self.folder),
            "OIDC_CONFIG_DIR": str(self.folder / "accounts"), "OIDC_ENCRYPTION_PW": "quiet words",
        }
        self.process = None

    def __enter__(self):
        started = self.run("oidc-agent", "--json", "--no-autoload", "--no-autoreauthenticate")
        told = json.loads(started)
        self.process, self.environment["OIDC_SOCK"] = int(told["dpid"]), told["socket"]
        return self

    def __exit__(self, *_):
        # It may have ended by itself, and its number be somebody else's by now.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if pathlib.Path(f"/proc/{self.process}/comm").read_text().strip() == "oidc-agent":
                os.kill(self.process, signal.SIGTERM)

    def run(self, *words):
        result = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=120)
        same(result.returncode, 0, f"{' '.join(words)} ({result.stdout}{result.stderr})")
        return result.stdout.strip()

    def generate(self, flow, name, answer):
        """Makes an account by a flow; `answer` is handed what oidc-gen says, once it holds what it looks for."""
        said = self.folder / f"{name}.out"
        with said.open("w") as file:
            running = subprocess.Popen(
                ["oidc-gen", f"--flow={flow}", f"--client-id={self.world.agent['clientId']}", "--client-secret=",
                 f"--redirect-uri=http://localhost:{free_port()}", "--scope=openid profile offline_access",
                 f"--iss={self.world.url}", "--no-url-call", "--no-scheme", "--prompt=none", "--pw-env",
                 "--confirm-default", name],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)
        try:
            self.world.until(lambda: running.poll() is not None or answer(said.read_text()))
            same(running.wait(120), 0, f"oidc-gen ({said.read_text()})")
        finally:
            running.kill()
            running.wait()


def by_browser(world, text):
    found = re.search(r"http://\S+/openid/authorize\S+", text)
    if not found:
        return False
    browser = world.browser()
    place = browser.arrive(browser.get(found[0]), world.nora)
    same("/openid/authorize" in browser.filled, True, "whether Nora was asked if she means it")
    landed = requests.get(place, timeout=60)
    assert "Success" in landed.text, landed.text
    return True


def by_code(world, text):
    found = re.search(r"code: ([A-Z]{4}-[A-Z]{4})", text)
    if not found:
        return False
    browser = world.browser().sign_in(world.nora)
    page = browser.submit(browser.get("/device"), "/device", code=found[1])
    assert "oidc-agent" in page.text, "the page does not name the application"
    browser.submit(page, "/device/answer", decision="yes")
    return True


def use(world, agent, name):
    """Tokens of an account, which the agent refreshes as it likes, until it forgets the account."""
    first = agent.run("oidc-token", name)
    told = world.user_info(first).json()
    same(told["name"], "Nora Weiss", "whose token it is")
    tokens = {first} | {agent.run("oidc-token", "--force-new", name) for _ in range(3)}
    same(len(tokens), 4, "how many tokens came of three refreshes")
    for token in tokens:
        same(world.is_active(world.service, token), True, "a token of the sign-in")
    agent.run("oidc-gen", "--delete", "--pw-env", "--confirm-yes", "--prompt=none", name)
    for token in tokens:
        same(world.is_active(world.service, token), False, "a token after the agent forgot the account")


@check("signs oidc-agent in by a browser of the same machine, refreshes its tokens, and ends them when it asks")
def code(world):
    with Agent(world, "code") as agent:
        agent.generate("code", "mine", lambda text: by_browser(world, text))
        use(world, agent, "mine")


@check("signs oidc-agent in by a code that somebody types elsewhere, refreshes its tokens, and ends them when it asks")
def device(world):
    with Agent(world, "device") as agent:
        agent.generate("device", "mine", lambda text: by_code(world, text))
        use(world, agent, "mine")


if __name__ == "__main__":
    with World() as world:
        play(world)
