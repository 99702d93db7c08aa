"""The checker of histories, checked: by histories whose verdict is known, and by trying every order of random ones.

Usage: linearizability_test.py [COUNT [SEED]]
       linearizability_test.py --write COUNT SEED    prints random histories and their verdicts, for another checker
"""

import itertools
import json
import math
import random
import sys

from linearizability import Histories, Operation, order
from models import ALL, FirstDecision, HandedOnce, LastStep, OneEffect, OnePerformer

NEVER = math.inf
# Name, model, whether it is linearizable, and operations: call, answer, begin, end.
KNOWN = [
    ("nothing happened", LastStep, True, []),
    ("a code, then the next", LastStep, True, [(("use", 1), "accepted", 0, 1), (("use", 2), "accepted", 2, 3)]),
    ("one code counts twice, one after the other", LastStep, False,
     [(("use", 1), "accepted", 0, 1), (("use", 1), "accepted", 2, 3)]),
    ("one code counts twice at once", LastStep, False, [(("use", 1), "accepted", 0, 3), (("use", 1), "accepted", 1, 2)]),
    ("of one code at three nodes one counts", LastStep, True,
     [(("use", 1), "refused", 0, 5), (("use", 1), "accepted", 1, 5), (("use", 1), "refused", 2, 5)]),
    ("a code is refused before it was used", LastStep, False,
     [(("use", 1), "refused", 0, 1), (("use", 1), "accepted", 2, 3)]),
    ("an older code counts after a newer one", LastStep, False,
     [(("use", 2), "accepted", 0, 1), (("use", 1), "accepted", 2, 3)]),
    ("an older and a newer code at once both count", LastStep, True,
     [(("use", 2), "accepted", 0, 3), (("use", 1), "accepted", 1, 2)]),
    ("a code whose answer was lost had counted", LastStep, True,
     [(("use", 1), None, 0, NEVER), (("use", 1), "refused", 5, 6)]),
    ("a code whose answer was lost had not counted", LastStep, True,
     [(("use", 1), None, 0, NEVER), (("use", 1), "accepted", 5, 6)]),
    ("a lost answer explains what follows its call only", LastStep, False,
     [(("use", 1), "refused", 0, 1), (("use", 1), None, 2, NEVER)]),
    ("two are told that theirs was the decision", FirstDecision, False,
     [(("decide", "approve"), "done", 0, 3), (("decide", "reject"), "done", 1, 2)]),
    ("the second is told of the first", FirstDecision, True,
     [(("decide", "approve"), "done", 0, 3), (("decide", "reject"), "told", 1, 2), (("read",), "approve", 4, 5)]),
    ("both are told of another, that nobody made", FirstDecision, False,
     [(("decide", "approve"), "told", 0, 3), (("decide", "reject"), "told", 1, 2)]),
    ("both are told of one whose answer was lost", FirstDecision, True,
     [(("decide", "approve"), None, 0, NEVER), (("decide", "reject"), "told", 1, 2), (("read",), "approve", 4, 5)]),
    ("an acknowledged decision is not seen elsewhere", FirstDecision, False,
     [(("decide", "approve"), "done", 0, 1), (("read",), "open", 2, 3)]),
    ("a decision is seen, and then no more", FirstDecision, False,
     [(("decide", "approve"), "done", 0, 9), (("read",), "approve", 1, 2), (("read",), "open", 3, 4)]),
    ("what is read is what was refused", FirstDecision, False,
     [(("decide", "approve"), "done", 0, 1), (("decide", "reject"), "told", 2, 3), (("read",), "reject", 4, 5)]),
    ("one key gives two requests", OneEffect, False,
     [(("submit", "x"), "r1", 0, 3), (("submit", "x"), "r2", 1, 2)]),
    ("one key gives one request, however often", OneEffect, True,
     [(("submit", "x"), "r1", 0, 3), (("submit", "x"), "r1", 1, 2), (("submit", "x"), "r1", 5, 6)]),
    ("another content under a used key is refused", OneEffect, True,
     [(("submit", "x"), "r1", 0, 1), (("submit", "y"), "refused", 2, 3)]),
    ("another content under a used key is taken", OneEffect, False,
     [(("submit", "x"), "r1", 0, 1), (("submit", "y"), "r1", 2, 3)]),
    ("refused for a key that nobody used", OneEffect, False,
     [(("submit", "y"), "refused", 0, 1), (("submit", "x"), "r1", 2, 3)]),
    ("two answers after one that was lost differ", OneEffect, False,
     [(("submit", "x"), None, 0, NEVER), (("submit", "x"), "r1", 1, 2), (("submit", "x"), "r2", 3, 4)]),
    ("refused for a content whose answer was lost", OneEffect, True,
     [(("submit", "x"), None, 0, NEVER), (("submit", "y"), "refused", 1, 2)]),
    ("two perform one effect", OnePerformer, False,
     [(("perform", "a"), "done", 0, 1), (("perform", "b"), "done", 2, 3)]),
    ("a second performs it after the first was lost", OnePerformer, True,
     [(("perform", "a"), "done", 0, 1), (("lose", "a"), "done", 2, 3), (("perform", "b"), "done", 4, 5)]),
    ("a second performs it after another was lost", OnePerformer, False,
     [(("perform", "a"), "done", 0, 1), (("lose", "c"), "done", 2, 3), (("perform", "b"), "done", 4, 5)]),
    ("one loss excuses one more", OnePerformer, False,
     [(("perform", "a"), "done", 0, 1), (("lose", "a"), "done", 2, 3), (("perform", "b"), "done", 4, 5),
      (("perform", "a"), "done", 6, 7)]),
    ("a secret is shown twice", HandedOnce, False, [(("collect",), "shown", 0, 3), (("collect",), "shown", 1, 2)]),
    ("a secret is shown once", HandedOnce, True, [(("collect",), "shown", 0, 3), (("collect",), "refused", 1, 4)]),
    ("a secret is refused to everybody", HandedOnce, False, [(("collect",), "refused", 0, 1)]),
]


def tried(model, history):
    """The same verdict by the definition itself: every choice of pending operations in every order."""
    pending = [one for one in history if one.is_pending]
    finished = [one for one in history if not one.is_pending]
    for count in range(len(pending) + 1):
        for some in itertools.combinations(pending, count):
            for way in itertools.permutations([*finished, *some]):
                places = {one: index for index, one in enumerate(way)}
                if any(a.ended < b.began and places[a] > places[b] for a in way for b in way):
                    continue
                states = {model.initial}
                for one in way:
                    answer = None if one.is_pending else one.answer
                    states = {following for state in states for following in model.after(state, one.call, answer)}
                if states:
                    return True
    return False


def call(model, chance):
    if model is LastStep:
        return ("use", chance.randrange(3))
    if model is FirstDecision:
        return ("read",) if chance.random() < 0.4 else ("decide", chance.choice(["approve", "reject"]))
    if model is OneEffect:
        return ("submit", chance.choice("xxy"))
    if model is OnePerformer:
        return (chance.choice(["perform", "lose"]), chance.choice("ab"))
    return ("collect",)


def answers(model, called):
    if model is LastStep:
        return ["accepted", "refused"]
    if model is FirstDecision:
        return ["open", "approve", "reject"] if called[0] == "read" else ["done", "told"]
    if model is OneEffect:
        return ["r1", "r2", "refused"]
    if model is OnePerformer:
        return ["done"]
    return ["shown", "refused"]


def made(model, chance, greatest):
    """A random history: what the model itself would have said, of which an answer in some is another or was lost."""
    calls = []
    for _ in range(chance.randint(1, greatest)):
        began = chance.uniform(0, 100)
        calls.append((began, chance.uniform(0, 40) + began, call(model, chance)))
    # Each happens somewhere between its call and its answer.
    calls.sort(key=lambda one: chance.uniform(one[0], one[1]))
    state, history = model.initial, []
    for began, ended, called in calls:
        fitting = [(answer, following) for answer in answers(model, called)
                   for following in model.after(state, called, answer)]
        answer, state = chance.choice(fitting) if fitting else (chance.choice(answers(model, called)), state)
        fate = chance.random()
        if fate < 0.1:
            answer = chance.choice(answers(model, called))
        lost = fate > 0.85
        history.append(Operation(called, None if lost else answer, began, NEVER if lost else ended))
    return history


def check_known():
    for name, model, expected, operations in KNOWN:
        history = [Operation(*one) for one in operations]
        way = order(model, history)
        assert (way is not None) == expected, name
        assert tried(model, history) == expected, f"{name}: by trying"
        if way:
            assert {one for one in history if not one.is_pending} <= set(way) <= set(history), name
    assert {model for _, model, _, _ in KNOWN} == set(ALL), "a model without a history"


def check_random(count, seed):
    chance, verdicts = random.Random(seed), {True: 0, False: 0}
    for turn in range(count):
        model = ALL[turn % len(ALL)]
        history = made(model, chance, 6)
        verdict = order(model, history) is not None
        assert verdict == tried(model, history), f"seed {seed}, history {turn}: {model.name} {history}"
        verdicts[verdict] += 1
    assert min(verdicts.values()) > count / 20, f"one-sided: {verdicts}"
    return verdicts


def check_recorder():
    """What is recorded as it happens is judged by key: two keys are two things."""
    histories = Histories()
    for key in "ab":
        histories.add(HandedOnce, key, ("collect",), "shown", 0, 1)
    assert not histories.faults()
    histories.add(HandedOnce, "a", ("collect",), None, 0.5)
    assert not histories.faults()
    histories.add(HandedOnce, "b", ("collect",), "shown", 0.5, 3)
    (fault,) = histories.faults()
    assert fault.startswith("secret b is not linearizable"), fault
    assert histories.summary()["secret", "histories"] == 2 and histories.summary()["secret", "concurrent"] == 2


def write(count, seed):
    """Random histories of up to twelve operations with this checker's verdicts, a JSON object a line."""
    chance = random.Random(seed)
    for turn in range(count):
        model = ALL[turn % len(ALL)]
        history = made(model, chance, 12)
        operations = [[one.call, one.answer, one.began, None if one.is_pending else one.ended] for one in history]
        print(json.dumps({"model": model.name, "holds": order(model, history) is not None, "operations": operations}))


def main():
    if sys.argv[1:2] == ["--write"]:
        return write(int(sys.argv[2]), int(sys.argv[3]))
    count, seed = (*map(int, sys.argv[1:]), *(1_000, 1)[len(sys.argv) - 1:])
    check_known()
    check_recorder()
    verdicts = check_random(count, seed)
    print(f"passed {len(KNOWN)} known and {count} random histories, {verdicts[True]} of them linearizable", flush=True)


if __name__ == "__main__":
    main()
