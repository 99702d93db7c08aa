"""What goes wrong and when: a schedule that one seed gives, and the storm that carries it out."""

import collections
import dataclasses
import heapq
import itertools
import math
import random
import threading
import time

# How often each happens to some node, in seconds between two, and for how long it lasts at least and at most.
KINDS = {"kill": (1.0, 0, 0), "stop": (4.0, 0.5, 7.0), "cut": (6.0, 1.0, 8.0), "mute": (6.0, 0.3, 3.0), "tear": (5.0, 0, 0)}


@dataclasses.dataclass(frozen=True, order=True)
class Fault:
    at: float
    kind: str
    member: int
    lasts: float


def schedule(seed, members, kinds, pace=1.0):
    """Faults of these kinds without an end, in the order of time; at a `pace` of 2 half as often."""
    def every(kind):
        period, least, most = KINDS[kind]
        chance = random.Random(f"{seed}/{kind}")
        for turn in itertools.count(1):
            at = (turn if kind == "kill" else turn + chance.uniform(-0.4, 0.4)) * period * pace
            yield Fault(at, kind, chance.randrange(members), chance.uniform(least, most))

    yield from heapq.merge(*(every(kind) for kind in kinds))
    # Where nothing goes wrong, nothing ever does.
    yield Fault(math.inf, "none", 0, 0)


@dataclasses.dataclass
class Blow:
    """A fault that happened; `name` is None where it struck all nodes."""

    kind: str
    name: str
    began: float
    ended: float


class Storm:
    """Carries a schedule out until it is told to end; then everything is whole again."""

    def __init__(self, fleet, faults, restarts, progress):
        """`progress()` tells how much of the run is done, 0 to 1; PostgreSQL is restarted `restarts` times along it."""
        self.fleet, self.faults, self.progress = fleet, faults, progress
        self.restarts = [(turn + 1) / (restarts + 1) for turn in range(restarts)]
        self.blows, self.is_over = [], threading.Event()
        self.thread = threading.Thread(target=self.rage, daemon=True)
        self.error = None

    def start(self):
        self.thread.start()

    def end(self):
        self.is_over.set()
        self.thread.join()
        for member in self.fleet.members:
            member.line.order("pass")
            member.go_on()
        for blow in self.blows:
            blow.ended = min(blow.ended, time.monotonic())
        if self.error:
            raise self.error

    def rage(self):
        try:
            start, undo = time.monotonic(), []
            ahead = next(self.faults)
            while not self.is_over.is_set():
                now = time.monotonic() - start
                if self.restarts and self.progress() >= self.restarts[0]:
                    self.restarts.pop(0)
                    began = time.monotonic()
                    self.fleet.database.order("restart")
                    self.blows.append(Blow("restart", None, began, time.monotonic()))
                elif undo and undo[0][0] <= min(now, ahead.at):
                    heapq.heappop(undo)[2]()
                elif ahead.at <= now:
                    self.strike(ahead, start, undo)
                    ahead = next(self.faults)
                else:
                    self.is_over.wait(min(0.05, ahead.at - now))
        except Exception as error:
            self.error = error

    def strike(self, fault, start, undo):
        member = self.fleet.members[fault.member]
        began = time.monotonic()
        if fault.kind == "kill":
            member.kill()
        elif fault.kind == "stop":
            member.stop()
        else:
            member.line.order(fault.kind)
        self.blows.append(Blow(fault.kind, member.name, began, began + fault.lasts))
        end = {"stop": [member.go_on], "cut": [lambda: member.line.order("pass")],
               # An answer that was held is lost with its connection: nobody hears what was committed.
               "mute": [lambda: member.line.order("tear"), lambda: member.line.order("pass")]}.get(fault.kind, [])
        for one in end:
            heapq.heappush(undo, (began - start + fault.lasts, len(self.blows) * 10 + len(undo), one))

    def counts(self):
        return collections.Counter(blow.kind for blow in self.blows)
