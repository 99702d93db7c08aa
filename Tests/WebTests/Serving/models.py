"""What codes, decisions, idempotency keys, claims and secrets are, each as the simplest thing that does the same.

Each model has a `name`, an `initial` state and `after(state, call, answer)`: the states that may follow the call if it is
answered so, none if it cannot be; where `answer` is None nobody knows what it was.
"""


class LastStep:
    """A TOTP factor: a code counts if its time step comes after the last one that counted.

    Calls: ("use", step), answered "accepted" or "refused".
    """

    name = "code"
    initial = -1

    @staticmethod
    def after(last, call, answer):
        counts = call[1] > last
        if answer in (None, "accepted" if counts else "refused"):
            yield call[1] if counts else last


class FirstDecision:
    """A request that is decided once: the first decision holds, whoever comes later is told so.

    Calls: ("decide", choice), answered "done" or "told"; ("read",), answered "open" or the choice.
    """

    name = "decision"
    initial = "open"

    @staticmethod
    def after(state, call, answer):
        if call[0] == "read":
            if answer in (None, state):
                yield state
        elif state == "open":
            if answer in (None, "done"):
                yield call[1]
        elif answer in (None, "told"):
            yield state


class OneEffect:
    """An idempotency key: the first call has its effect, the same again gives the same, another is refused.

    Calls: ("submit", content), answered by what came of it, or "refused".
    """

    name = "idempotency key"
    initial = None

    @staticmethod
    def after(state, call, answer):
        if state is None:
            # Nobody knows yet what came of a call that was never answered; the next one that is told says so.
            if answer != "refused":
                yield (call[1], answer)
        elif state[0] != call[1]:
            if answer in (None, "refused"):
                yield state
        elif answer is None or state[1] is None and answer != "refused":
            yield (call[1], answer or state[1])
        elif answer == state[1]:
            yield state


class OnePerformer:
    """The claim of an effect: whoever has it performs it, and nobody else until it was lost with its holder.

    Calls: ("perform", who) and ("lose", who), both answered "done".
    """

    name = "claim"
    initial = None

    @staticmethod
    def after(holder, call, _):
        if call[0] == "lose":
            yield None if holder == call[1] else holder
        elif holder is None:
            yield call[1]


class HandedOnce:
    """A secret that is shown to whoever asks first, and never again.

    Calls: ("collect",), answered "shown" or "refused".
    """

    name = "secret"
    initial = "kept"

    @staticmethod
    def after(state, _, answer):
        if answer in (None, "shown" if state == "kept" else "refused"):
            yield "handed"


ALL = [LastStep, FirstDecision, OneEffect, OnePerformer, HandedOnce]
