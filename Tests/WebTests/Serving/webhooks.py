"""Webhooks as their receivers see them: `usher serve` on one side, and on the other a receiver that is another program,
verifies by the library of the standard and by openssl, and lies, stalls and goes away.

Usage: webhooks.py [--postgresql] [WORDS OF A CHECK]
"""

import base64
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "OpenID"))
from provider import HERE, Provider, check, play, same, served  # noqa: E402
from serving import answers, certificate  # noqa: E402
from site_under_test import free_port  # noqa: E402
import standardwebhooks  # noqa: E402

PAGE = (HERE.parents[2] / "docs" / "webhooks.md").read_text()
RECEIVER = HERE.parents[1] / "NotificationTests" / "Support" / "webhook_receiver.py"


class World(Provider):
    def __init__(self, **settings):
        super().__init__(**settings)
        certificate(self.folder, "hooks", 2)
        self.authority = self.folder / "hooks.pem"
        (self.folder / "new.pem").replace(self.authority)
        (self.folder / "new.key").replace(self.folder / "hooks.key")
        self.environment |= {
            "USHER_WEBHOOKS_PRIVATE_ADDRESSES": "true", "USHER_WEBHOOKS_CA_FILE": str(self.authority)}
        self.port_of_hooks, self.receiver, self.number = free_port(), None, 0

    def begin(self):
        self.receive()

    def receive(self):
        """From now on somebody answers at `https://localhost:PORT/`."""
        self.receiver = subprocess.Popen(
            [sys.executable, RECEIVER, self.folder, str(self.port_of_hooks), self.authority, self.folder / "hooks.key"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.others.append(self.receiver)
        self.receiver.stdout.readline()

    def add(self, name, path, *words):
        address = f"https://localhost:{self.port_of_hooks}{path}"
        return self.usher("webhook", "add", name, address, *words, at=time.time())

    def hook(self, deed, name, *words):
        return self.usher("webhook", deed, name, *words, at=time.time())

    def change(self, count=1):
        """So many changes that everybody is told of; their positions."""
        before = self.feed("end")["position"]
        for _ in range(count):
            self.number += 1
            self.usher("cloud", "add", "acme", f"Cloud {self.number}", "--slug", f"c{self.number}", at=time.time())
        return [item["id"] for item in self.feed(before)["items"]]

    def feed(self, position):
        return self.usher("changes", "--after", position, at=time.time())

    def told(self, path):
        """Messages that came to a path, each with its document."""
        file = self.folder / "taken"
        lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        return [{**line, "document": json.loads(line["body"])} for line in lines if line["path"] == path]

    def positions(self, path):
        return [message["document"]["data"]["id"] for message in self.told(path)]

    def ids(self, path):
        return [message["headers"]["webhook-id"] for message in self.told(path)]


@check("tells what the feed tells, in its order, and a library of the standard verifies it")
def standard(world):
    made = world.add("Standard", "/ok/standard")
    expected = world.change(3)
    world.until(lambda: len(world.told("/ok/standard")) >= 3)
    same(world.positions("/ok/standard"), expected, "what was told")
    verifier = standardwebhooks.Webhook(made["secret"])
    for message in world.told("/ok/standard"):
        same(verifier.verify(message["body"], message["headers"]), message["document"], "what is verified")
        same(message["document"]["type"], "cloud.add", "its type")
        for forged in (message["body"].replace("acme", "beta"), message["body"] + " "):
            try:
                verifier.verify(forged, message["headers"])
                raise AssertionError("a forged message was verified")
            except standardwebhooks.WebhookVerificationError:
                pass
    second = world.hook("rotate", "Standard")
    same(second["secret"] == made["secret"], False, "another secret")
    world.change()
    world.until(lambda: len(world.told("/ok/standard")) >= 4)
    last = world.told("/ok/standard")[-1]
    for secret in (made["secret"], second["secret"]):
        standardwebhooks.Webhook(secret).verify(last["body"], last["headers"])
    world.hook("remove", "Standard", "--reason", "Over")


@check("is understood by the receiver of docs/webhooks.md, as it stands there")
def page(world):
    program = re.search(r"^```python\n(.*?)^```", PAGE, re.M | re.S)[1]
    port = free_port()
    made = world.usher("webhook", "add", "Page", f"http://127.0.0.1:{port}/hooks", at=time.time())
    receiver = subprocess.Popen(
        [sys.executable, "-u", "-c", program.replace("9000", str(port))], stdout=subprocess.PIPE, text=True,
        env={"PATH": os.environ["PATH"], "WEBHOOK_SECRET": made["secret"]}, stderr=subprocess.DEVNULL)
    world.others.append(receiver)
    world.until(lambda: answers(port))
    world.change()
    same(receiver.stdout.readline().split(" ", 1)[0], "cloud.add", "what it prints")
    world.until(lambda: world.hook("show", "Page")["toldAt"])
    world.hook("rotate", "Page")
    same(world.run("webhook", "test", "Page", at=time.time()).returncode, 0, "the secret before is good for a day")
    world.hook("rotate", "Page")
    refused = world.run("webhook", "test", "Page", at=time.time())
    same((refused.returncode, "401" in refused.stdout), (1, True), refused.stdout)
    world.hook("remove", "Page", "--reason", "Over")


@check("signs by Ed25519 what openssl verifies")
def ed25519(world):
    made = world.add("Public", "/ok/public", "--sign", "ed25519")
    same((made["secret"], made["publicKey"][:5]), (None, "whpk_"), "what is shown")
    world.change()
    world.until(lambda: world.told("/ok/public"))
    message = world.told("/ok/public")[0]
    headers = message["headers"]
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{message['body']}"
    # The key of RFC 8410 around the 32 bytes.
    key = bytes.fromhex("302a300506032b6570032100") + base64.b64decode(made["publicKey"][5:])
    (world.folder / "hook.der").write_bytes(key)
    (world.folder / "hook.sig").write_bytes(base64.b64decode(headers["webhook-signature"].removeprefix("v1a,")))

    def verified(text):
        (world.folder / "hook.txt").write_text(text)
        return subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", "hook.der", "-sigfile",
             "hook.sig", "-in", "hook.txt"], cwd=world.folder, capture_output=True).returncode == 0

    same((verified(content), verified(content + " ")), (True, False), "what openssl says")
    world.hook("remove", "Public", "--reason", "Over")


@check("keeps everything for a receiver that is away, and tells it in order, each under one id")
def away(world):
    world.add("Away", "/ok/away")
    first = world.change()
    world.until(lambda: world.positions("/ok/away") == first)
    world.receiver.kill()
    world.receiver.wait()
    missed = world.change(5)
    world.until(lambda: world.hook("show", "Away")["state"] == "failing")
    shown = world.hook("show", "Away")
    same((int(first[-1]) <= int(shown["position"]) < int(missed[0]), shown["error"][:14]), (True, "Nobody answers"),
         f"how far it is, and why: {shown}")
    world.receive()
    world.hook("start", "Away")
    world.until(lambda: len(world.told("/ok/away")) >= 6)
    same(world.positions("/ok/away"), first + missed, "what was told")
    same(len(set(world.ids("/ok/away"))), 6, "ids")
    world.hook("replay", "Away", "--from", first[-1])
    world.until(lambda: len(world.told("/ok/away")) >= 11)
    same(world.ids("/ok/away")[6:], world.ids("/ok/away")[1:6], "ids of what is told again")
    world.hook("remove", "Away", "--reason", "Over")


@check("says how each fares that redirects, is gone, or answers without an end")
def liars(world):
    for name, path in (("Redirect", "/redirect"), ("Gone", "/status/410"), ("Endless", "/endless"), ("Flaky", "/flaky")):
        world.add(name, path)
    (world.folder / "away").touch()
    expected = world.change(2)
    world.until(lambda: world.hook("show", "Gone")["state"] == "gone")
    world.until(lambda: len(world.told("/endless")) >= 2)
    world.until(lambda: world.hook("show", "Redirect")["state"] == "failing")
    same("302" in world.hook("show", "Redirect")["error"], True, "why")
    same((world.told("/followed"), len(world.told("/status/410"))), ([], 1), "nothing is followed, and gone is gone")
    world.until(lambda: int(world.hook("show", "Endless")["position"]) >= int(expected[-1]))
    status = world.usher("status", at=time.time())
    same((status["webhooks"]["failing"] >= 2, status["webhooks"]["lost"]), (True, 1), "what the status says")
    # It comes back, and nobody says so: the next try finds out.
    world.until(lambda: world.told("/flaky"))
    (world.folder / "away").unlink()
    world.until(lambda: world.hook("show", "Flaky")["state"] == "well")
    same(sorted(set(world.positions("/flaky"))), expected, "what came to the one that was away for a moment")
    same(world.positions("/flaky")[-2:], expected, "its order")
    same((world.run("webhook", "test", "Gone", at=time.time()).returncode,
          world.run("webhook", "test", "Endless", at=time.time()).returncode), (1, 0), "what a test says")
    for name in ("Redirect", "Gone", "Endless", "Flaky"):
        world.hook("remove", name, "--reason", "Over")


@check("tells what a workflow orders to whoever hears of its organization, and to nobody else")
def ordered(world):
    shipped = (HERE.parents[2] / "workflows" / "suspension.yaml").read_text()
    folder = world.data / "custom" / "workflows"
    folder.mkdir(parents=True, exist_ok=True)
    changed = shipped.replace("version: 1", "version: 7", 1).replace(
        "effects:\n", "messages: {badge_blocked: The badge opens no door.}\neffects:\n"
        "  webhook: {key: [request, round, message], tries: 8, then: park}\n", 1).replace(
        "    enter:\n", "    enter:\n      - {tell: badge_blocked}\n", 1)
    (folder / "suspension.yaml").write_text(changed)
    same(world.run("workflow", "check", folder / "suspension.yaml", at=time.time()).returncode, 0, "what the check says")
    wrong = world.run("webhook", "add", "Wrong", "https://localhost/", "--type", "workflow.badge_block", "--json",
                      at=time.time())
    same((wrong.returncode, "workflow.badge_blocked" in wrong.stderr), (1, True), wrong.stderr)
    kind = ("--type", "workflow.badge_blocked")
    made = world.add("Doors", "/ok/doors", "--org", "acme", *kind)
    world.add("Beta", "/ok/beta", "--org", "beta")
    world.add("Everything", "/ok/everything", *kind, "--type", "person.suspend")
    world.add("Late", "/flaky/doors", *kind)
    (world.folder / "away").touch()
    world.suspend(world.paul)
    world.until(lambda: world.told("/ok/doors") and len(world.told("/ok/everything")) >= 2)
    (message,) = world.told("/ok/doors")
    same(standardwebhooks.Webhook(made["secret"]).verify(message["body"], message["headers"]), message["document"],
         "what is verified")
    data = message["document"]["data"]
    told = data["subject"]["request"]
    same((message["document"]["type"], data["organization"], data["state"], data["subject"]["id"], told["workflow"],
          told["person"]["email"]),
         ("workflow.badge_blocked", "acme", "suspended", data["request"], "suspension", world.paul), "what it says")
    same([word for word in ("Gone", "token", "beta") if word in message["body"]], [], "what it does not say")
    same(sorted(one["document"]["type"] for one in world.told("/ok/everything")),
         ["person.suspend", "workflow.badge_blocked"], "what one is told that hears of both")
    history = world.usher("request", "show", data["request"], "--history", at=time.time())["history"]
    same([entry["note"] for entry in history if entry["event"] == "webhook.told"],
         ["badge_blocked: 3 webhooks hear of it"], "what the history says")
    # One that was away gets the same message under one id.
    world.until(lambda: world.told("/flaky/doors"))
    (world.folder / "away").unlink()
    world.hook("start", "Late")
    world.until(lambda: world.hook("show", "Late")["state"] == "well" and world.hook("show", "Late")["toldAt"])
    same((len(set(world.ids("/flaky/doors"))), set(world.positions("/flaky/doors"))), (1, {data["id"]}), "its id")
    same((len(world.told("/ok/doors")), world.told("/ok/beta")), (1, []), "nothing twice, and nothing elsewhere")
    for name in ("Doors", "Beta", "Everything", "Late"):
        world.hook("remove", name, "--reason", "Over")


@check("lets silent receivers keep nobody waiting")
def silent(world):
    for number in range(12):
        world.add(f"Silent {number}", f"/stall/60?n={number}")
    world.change()
    world.until(lambda: sum(len(world.told(f"/stall/60?n={number}")) for number in range(12)) >= 8)
    world.add("Lively", "/ok/lively")
    world.until(lambda: all(
        world.hook("show", f"Silent {number}")["state"] == "failing" for number in range(12)))
    # All of them are tried again and again now; that none has to end first, WebhookCourierTests shows.
    world.change()
    world.until(lambda: world.told("/ok/lively"))
    for number in range(12):
        world.hook("remove", f"Silent {number}", "--reason", "Over")
    world.hook("remove", "Lively", "--reason", "Over")


@check("tells each change once where two servers work, and again under its id where one was struck")
def servers(world):
    world.add("Both", "/ok/both")
    second = world.another()
    expected = world.change(8)
    world.until(lambda: len(world.told("/ok/both")) >= 8)
    # What was told twice would have come before this, since each comes in its order.
    expected += world.change()
    world.until(lambda: expected[-1] in world.positions("/ok/both"))
    same(world.positions("/ok/both"), expected, "what two servers told")
    same(bool(second), True, "the second serves")
    world.hook("stop", "Both")

    # Struck while the receiver has the message and the server has no answer yet.
    world.others.pop().kill()
    world.add("Struck", "/stall/4")
    (position,) = world.change()
    world.until(lambda: world.told("/stall/4"))
    world.server.send_signal(signal.SIGKILL)
    world.server.wait()
    same(world.hook("show", "Struck")["tries"], 0, "nothing was written down")
    # Its lease is over by the clock of whoever takes its place.
    world.another(ahead=120)
    world.until(lambda: len(world.told("/stall/4")) >= 2)
    same(len(set(world.ids("/stall/4"))), 1, "ids of what is told again")
    same(set(world.positions("/stall/4")), {position}, "what is told again")


@check("registers nobody inside the network, unless that is allowed, and says why")
def inside(world):
    environment = world.environment
    world.environment = {**environment, "USHER_WEBHOOKS_PRIVATE_ADDRESSES": "false"}
    try:
        for address in ("https://localhost/", "https://127.1/", "https://[::1]/", "https://169.254.169.254/latest",
                        "http://hooks.example/", "https://u:p@hooks.example/", "https://nowhere.invalid/"):
            result = world.run("webhook", "add", "Inside", address, "--json", at=time.time())
            faults = json.loads(result.stderr)["error"]["faults"]
            same((result.returncode, [fault["field"] for fault in faults]), (1, ["address"]), f"{address}: {faults}")
        same([one for one in world.usher("webhook", "list", at=time.time())["items"] if one["name"] == "Inside"], [],
             "nothing is left behind")
    finally:
        world.environment = environment


if __name__ == "__main__":
    with served(World) as world:
        play(world)
