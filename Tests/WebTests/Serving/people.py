"""Clients who ask patiently, as honest ones do: again after `Retry-After`, at another node where one does not answer."""

import bisect
import collections
import concurrent.futures
import http.client
import itertools
import json
import random
import threading
import time

import pyotp

from models import LastStep
from site_under_test import PASSWORD

# What one attempt may take. A node that is stopped goes on sooner; one without a database says so later than that, or never.
PATIENCE = 30.0
PERIOD = 30


class Overdue(Exception):
    """The run should have ended by now."""


class Refused(Exception):
    """An answer that no honest client can do anything about."""


class Answer:
    def __init__(self, status, document, wait):
        self.status, self.document, self.wait = status, document, wait

    def __getitem__(self, name):
        return (self.document or {}).get(name)


class Crowd:
    """What all clients share: the nodes, the histories, the mail, the numbers, and by when all is to be over."""

    def __init__(self, fleet, histories, seconds):
        self.fleet, self.histories, self.postbox = fleet, histories, fleet.postbox
        self.end = time.monotonic() + seconds
        self.tally, self.lock, self.answered = collections.Counter(), threading.Lock(), []

    def count(self, name, number=1):
        with self.lock:
            self.tally[name] += number

    def note_answer(self):
        """An answer other than an outage: from two that are far apart one knows how long nobody was served."""
        with self.lock:
            self.answered.append(time.monotonic())

    def longest_silence(self):
        moments = sorted(self.answered)
        return max((later - earlier for earlier, later in zip(moments, moments[1:])), default=0)

    def longest_recovery(self, moments):
        """From one of these moments to the next answer of any node."""
        answered = sorted(self.answered)
        after = [(answered[place] - one) for one in moments if (place := bisect.bisect(answered, one)) < len(answered)]
        return max(after, default=0)

    def require_time(self):
        if time.monotonic() > self.end:
            raise Overdue


class Client:
    """Somebody with an address in the network of their own."""

    def __init__(self, crowd, number):
        self.crowd, self.random = crowd, random.Random(number)
        self.address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"

    def attempt(self, member, method, path, body=None, token=None, key=None):
        """One call of one node.

        None: it was never received, so nothing came of it. Raises `OSError` or `HTTPException` where nobody knows.
        """
        headers = {"Content-Type": "application/json", "X-Forwarded-For": self.address, "Connection": "close"}
        headers.update({"Authorization": "Bearer " + token} if token else {})
        headers.update({"Idempotency-Key": key} if key else {})
        connection = http.client.HTTPConnection(member.line.own, member.port, timeout=PATIENCE)
        try:
            try:
                connection.connect()
            except ConnectionRefusedError:
                return None
            connection.request(method, "/api/v1" + path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            text = answer.read()
            wait = answer.getheader("Retry-After")
            return Answer(answer.status, json.loads(text or "null"), wait and float(wait))
        finally:
            connection.close()

    def once(self, member, method, path, body=None, token=None, key=None, noted=None):
        """One attempt, kept in a history; None where it is not known to have done anything.

        `noted`: model, key, call, and what the answer means to the model (nothing, where it tells of no effect).
        """
        began = time.monotonic()
        answer, is_unheard = None, False
        try:
            answer = self.attempt(member, method, path, body, token, key)
            self.crowd.count("attempts")
            if answer is None:
                self.crowd.count("refused connections")
                # Who is refused at every node does not knock without a break.
                time.sleep(self.random.uniform(0.1, 0.5))
        except (OSError, http.client.HTTPException, ValueError):
            self.crowd.count("lost answers")
            is_unheard = True
        if answer and answer.status == 503:
            self.crowd.count("503")
        elif answer:
            self.crowd.note_answer()
        if answer and answer.status >= 500 and answer.status != 503:
            raise Refused(f"{method} {path}: {answer.status} {answer.document}")
        if noted:
            model, thing, call, meaning = noted
            if is_unheard or answer and answer.status == 503:
                # Only an outage at the very moment of a commit is one of which nobody knows the outcome.
                self.crowd.histories.add(model, thing, call, None, began)
            elif answer and (meant := meaning(answer)) is not None:
                self.crowd.histories.add(model, thing, call, meant, began)
        return answer

    def ask(self, method, path, body=None, token=None, key=None, noted=None):
        """Again and again until there is an answer other than an outage or a call to wait."""
        members = self.crowd.fleet.members
        turn = self.random.randrange(len(members))
        while True:
            self.crowd.require_time()
            answer = self.once(members[turn % len(members)], method, path, body, token, key, noted)
            if answer and answer.status not in (429, 503):
                return answer
            self.crowd.count("retries")
            turn += 1
            if answer:
                time.sleep(answer.wait or 1)

    def together(self, calls):
        """Several calls at the same moment, each at a node of its own; their answers, None for what is unknown."""
        if not calls:
            return []
        gate = threading.Barrier(len(calls))
        members = self.crowd.fleet.members

        def run(index, call):
            gate.wait()
            return self.once(members[index % len(members)], **call)

        with concurrent.futures.ThreadPoolExecutor(len(calls)) as callers:
            return list(callers.map(run, itertools.count(), calls))


class Authenticator:
    """Codes of one factor, made by pyotp."""

    def __init__(self, crowd, name, secret):
        self.crowd, self.name, self.secret, self.last = crowd, name, pyotp.TOTP(secret), -1

    def fresh(self):
        """The code of a step that was not shown before, and what a history keeps of it; waits for the next if need be."""
        while (step := int(self.crowd.fleet.now()) // PERIOD) <= self.last:
            self.crowd.require_time()
            time.sleep(0.1)
        self.last = step
        return self.again()

    def again(self):
        """The same of the code that was shown last, which somebody may have seen."""
        step = self.last
        return self.secret.at(step * PERIOD), lambda meaning: (LastStep, self.name, ("use", step), meaning)


def meaning_of_code(answer):
    """Of `/sessions/current/code`: whether the code counted, had counted before, or was not looked at."""
    if answer.status == 200:
        return "accepted"
    return "refused" if answer["reason"] == "replayed" else None


class Desk:
    """Somebody with a duty at a keyboard: signed in, with a code that is fresh enough where that is wanted."""

    FRESH = 200

    def __init__(self, crowd, number, address, secret):
        self.client, self.address = Client(crowd, number), address
        self.crowd, self.authenticator = crowd, Authenticator(crowd, address, secret)
        self.lock, self.session, self.proven_at = threading.Lock(), None, 0

    def token(self, instead_of=None):
        """A session's token, another than one that opens nothing any more."""
        with self.lock:
            is_stale = self.crowd.fleet.now() - self.proven_at > self.FRESH
            if self.session is None or self.session == instead_of or is_stale:
                self.session = sign_in(self.client, self.address, self.authenticator)
                self.proven_at = self.crowd.fleet.now()
            return self.session

    def ask(self, client, method, path, body=None, key=None, noted=None):
        """As `Client.ask`, in this person's name, from wherever they sit."""
        token = self.token()
        while True:
            answer = client.ask(method, path, body, token, key, noted)
            if answer.status != 401:
                return answer
            token = self.token(instead_of=token)


def sign_in(client, address, authenticator, at_all_nodes=False):
    """A whole session's token; with `at_all_nodes` the code is tried everywhere at once."""
    halves = []
    while True:
        half = client.ask("POST", "/sessions", {"email": address, "password": PASSWORD})
        if half.status == 403:
            # "Wait a moment": whoever made the account active may have died before all of it was done.
            client.crowd.count("sign-ins put off")
            time.sleep(1)
            continue
        if half.status != 201:
            raise Refused(f"{address} cannot sign in: {half.status} {half.document}")
        halves.append(half["token"])
        if at_all_nodes and len(halves) < len(client.crowd.fleet.members):
            continue
        code, noted = authenticator.fresh()
        calls = [{"method": "POST", "path": "/sessions/current/code", "body": {"code": code}, "token": one,
                  "noted": noted(meaning_of_code)} for one in halves]
        answers = client.together(calls) if at_all_nodes else [client.once(
            client.random.choice(client.crowd.fleet.members), **calls[0])]
        for answer in answers:
            if answer and answer.status == 200:
                return answer["token"]
        # Lost, or used up by an answer that was lost: the next code, in another session.
        halves.clear()
