"""Whether a history of concurrent operations on one thing can be put in one order: Wing and Gong's search, with Lowe's memory.

A history is linearizable if each operation can be thought to happen at one instant between its call and its answer so that
the answers are those that the model gives in that order. An operation without an answer may have happened at any instant
after its call, or never. See Wing and Gong, "Testing and verifying concurrent objects" (1993), and Lowe, "Testing for
linearizability" (2016). The search is exponential at worst: it is meant for the few operations that concern one key.
"""

import collections
import dataclasses
import math
import threading
import time

MOST_PLACES = 500_000


class Undecided(Exception):
    """The search was given up; the history is too long for it."""


@dataclasses.dataclass(frozen=True)
class Operation:
    """One call and its answer; `answer` is None and `ended` infinite where nobody ever heard what became of it."""

    call: tuple
    answer: object
    began: float
    ended: float = math.inf

    @property
    def is_pending(self):
        return self.ended == math.inf


def order(model, history):
    """The operations of `history` in an order that explains every answer; None where there is none.

    `model` has an `initial` state and `after(state, call, answer)`, which gives the states that may follow, none if the
    answer cannot be; `answer` None means any. States must be hashable.
    """
    history = sorted(history, key=lambda one: one.began)
    needed = sum(1 << index for index, one in enumerate(history) if not one.is_pending)
    seen = {(0, model.initial)}
    places = [(0, model.initial, None)]
    while places:
        place = done, state, _ = places.pop()
        if done & needed == needed:
            return _way(place, history)
        # Nothing may come next that was called only after the answer to something that has not come yet.
        horizon = min((one.ended for index, one in enumerate(history) if not done >> index & 1), default=math.inf)
        for index, one in enumerate(history):
            if one.began > horizon:
                break
            if done >> index & 1:
                continue
            for following in model.after(state, one.call, None if one.is_pending else one.answer):
                reached = (done | 1 << index, following)
                if reached not in seen:
                    seen.add(reached)
                    places.append((*reached, (index, place)))
        if len(seen) > MOST_PLACES:
            raise Undecided(f"{len(history)} operations")
    return None


def _way(place, history):
    way = []
    while place[2]:
        index, place = place[2]
        way.append(history[index])
    return way[::-1]


class Histories:
    """Operations as they happen, by model and key, from any number of threads."""

    def __init__(self):
        self.kept = collections.defaultdict(list)
        self.lock = threading.Lock()

    def add(self, model, key, call, answer, began, ended=None):
        """`ended` is now if it is left out; an operation whose `answer` is None has none."""
        ended = math.inf if answer is None else time.monotonic() if ended is None else ended
        with self.lock:
            self.kept[model, key].append(Operation(call, answer, began, ended))

    def faults(self):
        """A sentence for every history that is not linearizable."""
        found = []
        for (model, key), history in self.kept.items():
            try:
                if order(model, history) is None:
                    found.append(f"{model.name} {key} is not linearizable:\n{told(history)}")
            except Undecided as undecided:
                found.append(f"{model.name} {key} could not be judged: {undecided}")
        return found

    def summary(self):
        """How many histories and operations there are of each model."""
        sums = collections.Counter()
        for (model, _), history in self.kept.items():
            sums[model.name, "histories"] += 1
            sums[model.name, "operations"] += len(history)
            sums[model.name, "concurrent"] += any(
                one.began < other.ended and other.began < one.ended
                for index, one in enumerate(history) for other in history[:index])
        return sums


def told(history):
    """The history, a line an operation, in milliseconds from its beginning."""
    start = min(one.began for one in history)
    lines = []
    for one in sorted(history, key=lambda one: one.began):
        end = "never" if one.is_pending else f"{(one.ended - start) * 1000:.1f}"
        lines.append(f"    {(one.began - start) * 1000:10.1f} … {end:>10}  {' '.join(map(str, one.call))} -> {one.answer}")
    return "\n".join(lines)
