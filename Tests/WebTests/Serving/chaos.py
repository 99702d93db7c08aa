"""A crowd of people on several nodes while these are killed, stopped and cut off; then what Usher promises is judged.

Prints what happened, and the seed with which the same faults come again; exit code 1 if a promise was broken.
`make chaos` is the long form. On this machine only: PostgreSQL and the mail server are the run's own.
"""

import argparse
import datetime
import itertools
import pathlib
import queue
import random
import signal
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Browser"))

from faults import KINDS, Storm, schedule  # noqa: E402
from fleet import Fleet  # noqa: E402
from lifecycle import Office, Shares, Way  # noqa: E402
from linearizability import Histories  # noqa: E402
from people import Crowd, Desk, Overdue  # noqa: E402
from postbox import Postbox  # noqa: E402
from site_under_test import PASSWORD  # noqa: E402
from verdict import Verdict, sweep  # noqa: E402

# Longer than the claim of a mail lasts (docs/mail.md), and the clocks are apart.
LAPSE = 180
# Of the ways that a node's clock may go, in seconds before the people's.
AHEAD = [-20, 0, 20, 10, -10]


class EveryShare(Shares):
    """Everybody is in somebody's way: for a few ways in which every answer is contested."""

    twice, other, contested, crowded, seen, program = 100, 50, 100, 100, 100, 50


class Run:
    def __init__(self, options):
        self.options = options
        self.histories = Histories()
        self.ways, self.failures = [], []
        self.numbers = queue.SimpleQueue()
        for number in range(options.lifecycles):
            self.numbers.put(number)
        self.shares = EveryShare if options.contested else Shares
        self.is_closing, self.finished, self.began = threading.Event(), 0, time.monotonic()

    def progress(self):
        """How much is done, of what is to be done or of the time that there is."""
        passed = (time.monotonic() - self.storm_began) / self.options.seconds
        return max(self.finished / self.options.lifecycles, passed)

    def client(self):
        """One client: way after way, until there is none left or the time for new ones is over."""
        while not self.is_closing.is_set():
            try:
                number = self.numbers.get_nowait()
            except queue.Empty:
                return
            way = Way(self.crowd, self.offices[number % len(self.offices)], number, self.options.seed, self.shares)
            self.ways.append(way)
            try:
                way.go()
            except Overdue:
                self.failures.append(f"the way {number} did not end: it stands at {way.state}")
            except Exception as error:
                self.failures.append(f"the way {number} broke at {way.state}: {error!r}")
            self.finished += 1

    def play(self):
        """Whether every promise was kept."""
        options, postbox = self.options, Postbox()
        slugs = [f"office{number}" for number in range(options.offices)]
        with Fleet(AHEAD[:options.nodes], slugs, postbox, options.links) as fleet:
            kind = type(fleet.members[0].line).__name__
            self.say(f"{options.nodes} nodes ({kind}), {options.offices} organizations are set up; seed {options.seed}")
            fleet.start()
            self.open(fleet, slugs)
            storm = self.rage(fleet)
            self.calm(fleet)
            swept = sweep(self.offices)
            verdict = Verdict(fleet, self.crowd, [way.life for way in self.ways], self.offices, storm.blows)
            self.quiet(verdict)
            broken = self.failures + verdict.judge()
            self.tell(fleet, storm, {"withdrawn, unheard of": swept, **verdict.figures})
        postbox.end()
        for sentence in broken[:20]:
            print("BROKEN", sentence)
        print(f"{len(broken)} broken promises; seed {options.seed}" if broken else f"passed; seed {options.seed}", flush=True)
        return not broken

    def open(self, fleet, slugs):
        """Whoever has a duty sits down at a desk of their own."""
        self.crowd = Crowd(fleet, self.histories, self.options.seconds + self.options.patience)
        desks, secrets = itertools.count(1), fleet.site.secrets
        self.offices = [Office(slug, *(
            Desk(self.crowd, next(desks), address, secrets[address])
            for address in (f"rita@{slug}.example", f"marie@{slug}.example"))) for slug in slugs]
        self.check_clocks()

    def rage(self, fleet):
        """People at work while things go wrong, until all have come to their end or the time is over."""
        options = self.options
        self.clients = [threading.Thread(target=self.client, daemon=True) for _ in range(options.clients)]
        faults = schedule(options.seed, options.nodes, options.faults, options.pace)
        storm = Storm(fleet, faults, options.restarts, self.progress)
        self.storm_began = time.monotonic()
        storm.start()
        for client in self.clients:
            client.start()
        self.wait(self.storm_began + options.seconds)
        storm.end()
        self.is_closing.set()
        self.silence = self.crowd.longest_silence()
        self.say(f"the storm is over: {dict(storm.counts())}; {self.finished} of {len(self.ways)} ways are over")
        return storm

    def calm(self, fleet):
        """Nothing goes wrong any more: what nobody lost ends now, and the rest when the claims of the dead run out."""
        fleet.require_ready()
        self.wait(time.monotonic() + self.options.calm)
        fleet.let_pass(LAPSE)
        self.wait(self.crowd.end + 60)
        self.say(f"{self.finished} of {len(self.ways)} ways are over")
        # What is asked from now on is asked by whoever judges.
        self.crowd.end = time.monotonic() + 600

    def wait(self, until):
        for client in self.clients:
            client.join(max(0, until - time.monotonic()))

    def say(self, sentence):
        print(f"{time.monotonic() - self.began:7.1f} s  {sentence}", flush=True)

    def check_clocks(self):
        """The nodes' clocks are apart as they should be: a session that begins at a node says when, by its clock."""
        seen = []
        for member in self.crowd.fleet.members:
            rita = self.offices[0].rita
            answer = None
            while not answer or answer.status != 200:
                half = rita.client.attempt(member, "POST", "/sessions", {"email": rita.address, "password": PASSWORD})
                answer = rita.client.attempt(member, "GET", "/sessions/current", token=half["token"])
            began = datetime.datetime.fromisoformat(answer["createdAt"]).timestamp()
            seen.append(began - time.time())
            # A node is late by as long as it takes to start.
            assert abs(seen[-1] - member.ahead) < 15, (member.name, seen)
        self.say("clocks of the nodes, in seconds before this machine's: " + ", ".join(f"{one:+.1f}" for one in seen))

    def quiet(self, verdict):
        """Waits, not for ever, until no mail is on its way or due."""
        postbox, end = self.crowd.postbox, time.monotonic() + 120
        while time.monotonic() < end:
            count = len(postbox.letters)
            time.sleep(1)
            if count == len(postbox.letters) and all(one["state"] != "due" for one in verdict.listed("effect", "list")):
                return

    def tell(self, fleet, storm, figures):
        tally, counts = self.crowd.tally, storm.counts()
        recovery = self.crowd.longest_recovery([blow.began for blow in storm.blows if blow.kind == "restart"])
        rows = {
            "lifecycles begun": len(self.ways), "ended active": sum(way.life.is_active for way in self.ways),
            "ended rejected": sum(way.life.decided == "reject" for way in self.ways), "calls": tally["attempts"],
            **{name: tally[name] for name in ("retries", "503", "lost answers", "refused connections", "sign-ins put off")},
            "faults": counts.total(), **{f"  {kind}": count for kind, count in counts.items()},
            "starts of nodes": sum(member.starts for member in fleet.members),
            "longest time without any answer": f"{self.silence:.1f} s",
            "longest from a restart to an answer": f"{recovery:.1f} s", **figures}
        for (name, what), number in sorted(self.histories.summary().items()):
            rows[f"{name}: {what}"] = number
        for name, value in rows.items():
            print(f"{name:<36}{value:>10}")
        for member in fleet.members:
            said = [f"{message} {count}" for message, count in member.counts.most_common()
                    if message not in ("request", "serving") and not message.startswith("Server started")]
            print(f"log of {member.name}: {', '.join(said) or 'nothing else'}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lifecycles", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=128)
    parser.add_argument("--seconds", type=float, default=3_600, help="how long the faults last at most")
    parser.add_argument("--calm", type=float, default=20, help="seconds after the faults until the clocks are set on")
    parser.add_argument("--patience", type=float, default=240, help="seconds after the faults by which every way has ended")
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--offices", type=int, default=4)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--faults", default=",".join(KINDS), help="kinds by commas, of: " + ", ".join(KINDS))
    parser.add_argument("--pace", type=float, default=1, help="at 1 a node is killed every second, at 3 every three")
    parser.add_argument("--restarts", type=int, default=5, help="how often PostgreSQL is restarted")
    parser.add_argument("--links", choices=["relay", "namespaces", "best"], default="relay",
                        help="how a node is cut off: by a relay, in a network namespace, or there where it is possible")
    parser.add_argument("--contested", action="store_true", help="everybody is in somebody's way")
    options = parser.parse_args()
    options.faults = [kind for kind in options.faults.split(",") if kind]
    options.seed = random.randrange(1 << 32) if options.seed is None else options.seed
    return options


if __name__ == "__main__":
    # Whoever ends this ends what it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(0 if Run(arguments()).play() else 1)
