"""The way of one new user from the request to the active account, with two or three who are in each other's way."""

import dataclasses
import itertools
import random
import time

from models import FirstDecision, HandedOnce, OneEffect
from people import Authenticator, Client, Desk, Refused, meaning_of_code, sign_in
from site_under_test import PASSWORD


@dataclasses.dataclass
class Office:
    """An organization with its representative and its manager."""

    slug: str
    rita: Desk
    marie: Desk


@dataclasses.dataclass
class Life:
    """What was acknowledged to people on one way."""

    number: int
    office: str
    email: str
    request: str = None
    decided: str = None
    is_active: bool = False
    program: str = None


class Shares:
    """Of how many ways of a hundred somebody is in the way of somebody else, or does more."""

    twice, other, contested, crowded, seen, program = 20, 5, 10, 30, 10, 4


class Way:
    def __init__(self, crowd, office, number, seed, shares=Shares):
        self.crowd, self.office, self.shares = crowd, office, shares
        self.random = random.Random(f"{seed}/{number}")
        self.client = Client(crowd, number + 1_000)
        self.life = Life(number, office.slug, f"n{number}@{office.slug}.example")
        self.state = "not begun"

    def chance(self, share):
        return self.random.random() * 100 < share

    def go(self):
        for step in self.submit, self.decide, self.enrol, self.use:
            self.state = step.__name__
            step()
            if self.life.decided == "reject":
                break
        self.state = "over"

    # The representative

    def submit(self):
        body = {"organization": self.office.slug, "email": self.life.email, "name": f"New {self.life.number}",
                "reason": "Joins the team", "grants": [{"cloud": "prod", "profile": "POW"}]}
        key = f"way-{self.life.number}"

        def call(content, **other):
            return {"method": "POST", "path": "/requests", "body": {**body, **other}, "key": key, "noted": (
                OneEffect, key, ("submit", content),
                lambda answer: {201: answer["id"], 200: answer["id"], 409: "refused"}.get(answer.status))}

        if self.chance(self.shares.twice):
            calls = [call("this"), call("this")]
            if self.chance(self.shares.other):
                calls.append(call("another", reason="Joins another team"))
            token = self.office.rita.token()
            self.client.together([{**one, "token": token} for one in calls])
        answer = self.office.rita.ask(self.client, **call("this"))
        if answer.status == 409:
            # The other content came first: then that is what was asked for.
            answer = self.office.rita.ask(self.client, **call("another", reason="Joins another team"))
        if answer.status not in (200, 201):
            raise Refused(f"submission: {answer.status} {answer.document}")
        self.life.request = answer["id"]

    # The manager

    def decide(self):
        path = f"/requests/{self.life.request}/decisions"

        def call(choice):
            body = {"decision": "approve", "items": [{"cloud": "prod", "profile": "OPE"}]} if choice == "approve" else {
                "decision": "reject", "reason": "Is not known here"}
            return {"method": "POST", "path": path, "body": body, "noted": (
                FirstDecision, self.life.request, ("decide", choice),
                lambda answer: {200: "done", 409: "told"}.get(answer.status))}

        if self.chance(self.shares.contested):
            token = self.office.marie.token()
            choices = self.random.sample(["approve", "approve", "reject"], 3)
            self.client.together([{**call(choice), "token": token} for choice in choices])
        else:
            self.office.marie.ask(self.client, **call("approve"))
        # Whoever was told of another's decision, or heard nothing, looks; and what one node has, each shows.
        while (seen := self.look()) == "open":
            self.office.marie.ask(self.client, **call("approve"))
        self.life.decided = seen

    def look(self):
        """What became of the request, for whoever asks any node."""
        def meaning(answer):
            if answer.status == 200:
                return {"approval": "open", "rejected": "reject"}.get(answer["state"], "approve")

        answer = self.office.rita.ask(
            self.client, "GET", f"/requests/{self.life.request}",
            noted=(FirstDecision, self.life.request, ("read",), meaning))
        if answer.status != 200:
            raise Refused(f"an acknowledged request: {answer.status} {answer.document}")
        return meaning(answer)

    # The new user

    def enrol(self):
        letter = self.letter("welcome")
        while True:
            start = self.client.ask("POST", "/enrolments", {"token": letter.token, "password": PASSWORD})
            if start.status == 404:
                # An answer was lost, and the link has done its work: the account is there.
                break
            if start.status != 200:
                raise Refused(f"enrolment: {start.status} {start.document}")
            # Each secret is a factor of its own, with a history of its own.
            name = f"{self.life.email} {start['session'][:8]}"
            self.authenticator = Authenticator(self.crowd, name, start["secret"])
            if self.prove(start["session"]):
                break
        answer = self.office.rita.ask(self.client, "GET", f"/requests/{self.life.request}")
        if answer["state"] != "active":
            raise Refused(f"{self.life.email} proved a factor, and the request is in {answer['state']}")
        self.life.is_active = True

    def letter(self, page):
        """The mail with a link to this page; after the storm a lost one is sent again, when its lease has run out."""
        while True:
            letter = self.crowd.postbox.wait(self.life.email, page, time.monotonic() + 1)
            if letter:
                return letter
            self.crowd.require_time()

    def prove(self, session):
        """Whether the new factor is active as far as anybody told; a code that counted is not taken again anywhere."""
        code, noted = self.authenticator.fresh()

        def meaning(answer):
            # An enrolment that is over may be so for its code, or because another began.
            return "accepted" if answer.status == 200 else None

        one = {"method": "POST", "path": "/enrolments/verification", "body": {"session": session, "code": code},
               "noted": noted(meaning)}
        if self.chance(self.shares.crowded):
            answers = self.client.together([one] * len(self.crowd.fleet.members))
        else:
            answers = [self.client.ask(**one)]
        for answer in answers:
            if answer and answer.status not in (200, 410, 422, 429, 503):
                raise Refused(f"verification: {answer.status} {answer.document}")
        return any(answer and answer.status == 200 for answer in answers)

    def use(self):
        """Signs in at every node with one code; some get an account for a program, and collect its secret."""
        if not self.chance(self.shares.seen):
            return
        self.replay()
        token = sign_in(self.client, self.life.email, self.authenticator, at_all_nodes=True)
        self.replay()
        if not self.chance(self.shares.program * 100 / self.shares.seen):
            return
        asked = self.office.rita.ask(
            self.client, "POST", f"/organizations/{self.office.slug}/api-account-requests",
            {"owner": self.life.email, "purpose": f"Program {self.life.number}",
             "grants": [{"cloud": "prod", "profile": "STD"}]})
        if asked.status != 201:
            raise Refused(f"api account: {asked.status} {asked.document}")
        decided = self.office.marie.ask(
            self.client, "POST", f"/requests/{asked['id']}/decisions", {"decision": "approve"})
        if decided.status not in (200, 409):
            raise Refused(f"decision: {decided.status} {decided.document}")
        self.collect(self.letter("collect"), token, asked["id"])

    def replay(self):
        """Somebody with the password saw the last code being typed, and tries it everywhere."""
        halves = [self.client.ask("POST", "/sessions", {"email": self.life.email, "password": PASSWORD})
                  for _ in self.crowd.fleet.members]
        code, noted = self.authenticator.again()
        self.client.together([
            {"method": "POST", "path": "/sessions/current/code", "body": {"code": code}, "token": half["token"],
             "noted": noted(meaning_of_code)} for half in halves if half.status == 201])

    def collect(self, letter, token, request):
        def meaning(answer):
            return {201: "shown", 404: "refused", 409: "refused", 410: "refused"}.get(answer.status)

        one = {"method": "POST", "path": "/api-accounts", "body": {"token": letter.token},
               "noted": (HandedOnce, request, ("collect",), meaning)}
        for turn in itertools.count():
            answers = self.client.together([{**one, "token": token}] * 3) if turn == 0 else [
                self.client.ask(**one, token=token)]
            if any(answer and answer.status == 401 for answer in answers):
                token = sign_in(self.client, self.life.email, self.authenticator)
            elif any(answer and meaning(answer) for answer in answers):
                break
        self.life.program = request
