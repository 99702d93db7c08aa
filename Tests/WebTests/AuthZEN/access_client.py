"""A platform that asks for access where it was denied, as docs/access-requests.md says.

Usage: access_client.py [WORDS OF A CHECK]
"""

import base64
import itertools
import json
import pathlib
import subprocess
import sys
import time
import uuid

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "OpenID"))
from provider import PROGRAM, Provider, altered, answers, check, free_port, play, same  # noqa: E402

NAMES = "urn:openid:authzen:access-request:error:"
SCOPES = ("decisions", "access-requests")


class World(Provider):
    """Nobody who decides has an authenticator, so that commands need no codes and happen now."""

    def enrol(self, address):
        pass

    def approve(self, request):
        return self.usher("request", "approve", request, "--as", self.MARIE)

    def begin(self):
        self.names = itertools.count(1)
        self.platform = self.token("Platform", *SCOPES)
        self.other = self.token("Another", *SCOPES)

    def token(self, name, *scopes, words=()):
        if "@" in name:
            return super().token(name)
        application = self.application(name, "service", *words, redirect=None, scopes=scopes)
        return self.token_of(application, grant_type="client_credentials").json()["access_token"]

    def somebody(self, *grants):
        """A person of acme with an authenticator, whose last code is fresh."""
        address = self.person(f"Person {next(self.names)}", *(grants or ("prod=DTM",)))
        self.verify(address)
        return address

    def verify(self, address):
        found = self.usher("mfa", "verify", address, self.code(address), at=time.time())
        same(found["accepted"], True, "the code")

    def post(self, path, body, token=None, server=None, **headers):
        return requests.post(
            (server or self.url) + path, json=body, timeout=60, headers={
                "Authorization": f"Bearer {token or self.platform}", "X-Forwarded-For": self.client(), **headers})

    def get(self, path, token=None, server=None):
        return requests.get(
            path if path.startswith("http") else (server or self.url) + path, timeout=60,
            headers={"Authorization": f"Bearer {token or self.platform}", "X-Forwarded-For": self.client()})

    def evaluate(self, address, action="start-instance", cloud="acme/prod", context=None, **more):
        answer = self.post("/access/v1/evaluation", {
            **question(address, action, cloud), **({"context": context} if context else {})}, **more)
        same(answer.status_code, 200, answer.text)
        return answer.json()

    def denied(self, address, action="start-instance", cloud="acme/prod", **more):
        """A submission that answers a denial."""
        found = self.evaluate(address, action, cloud, **more)
        same(found["decision"], False, str(found))
        return {**question(address, action, cloud), "denial": denial(found)}

    def apply(self, submission, key=None, **more):
        headers = {"Idempotency-Key": key} if key else {}
        return self.post("/access/v1/requests", submission, **more, **headers)

    def asked(self, submission, **more):
        """The task of a submission that is accepted."""
        answer = self.apply(submission, **more)
        same(answer.status_code, 202, answer.text)
        task = answer.json()["task"]
        same(answer.headers["location"], task["status_endpoint"], "where the task is")
        same(answer.headers["retry-after"].isdigit(), True, "when to come again")
        return task

    def follow(self, task, **more):
        answer = self.get(task["status_endpoint"], **more)
        same(answer.status_code, 200, answer.text)
        return answer.json()

    def status(self, task):
        return self.follow(task)["task"]["status"]

    def request(self, task):
        """The id of the request beneath a task, from the page for people."""
        return task["links"]["ticket"].rsplit("/", 1)[1]

    def confirm(self, task):
        return self.now("request", "approve", self.request(task), "--as", self.RITA)

    def decide(self, task, *words):
        return self.now("request", "approve", self.request(task), *words, "--as", self.MARIE)

    def now(self, *words):
        return self.usher(*words, at=time.time())

    def refused(self, answer, status, name):
        same(answer.status_code, status, answer.text)
        same(answer.headers["content-type"], "application/problem+json", "its form")
        problem = answer.json()
        same((problem["type"], problem["status"]), (NAMES + name if name else "about:blank", status), answer.text)
        same(bool(problem["title"] and problem["detail"]), True, answer.text)

    def without_setting(self):
        """The same installation, served without the setting."""
        port = free_port()
        environment = {k: v for k, v in self.environment.items() if k != "USHER_AUTHZEN_ACCESS_REQUESTS"}
        self.others.append(subprocess.Popen(
            [PROGRAM, "serve", "--listen", f"127.0.0.1:{port}"], env=environment, cwd=self.folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        self.until(lambda: answers(port))
        return f"http://127.0.0.1:{port}"


def question(address, action="start-instance", cloud="acme/prod"):
    return {"subject": {"type": "user", "id": address}, "action": {"name": action},
            "resource": {"type": "cloud", "id": cloud}}


def denial(found):
    context = found["context"]
    offer = context["access_request"]
    return {"evaluation_id": context["evaluation_id"], "evaluated_at": context["evaluated_at"],
            "reason": context["reason"], "expires_at": offer["expires_at"], "template": offer["template"],
            "binding_token": offer["binding_token"]}


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@check("announces where to ask, and signs with keys that are published there")
def metadata(world):
    found = requests.get(world.url + "/.well-known/authzen-configuration", timeout=60).json()
    same(found["access_request_endpoint"], world.url + "/access/v1/requests", "the endpoint")
    same(found["capabilities"], ["urn:openid:authzen:capability:access-request"], "the capability")
    keys = {key["kid"] for key in requests.get(found["jwks_uri"], timeout=60).json()["keys"]}
    token = world.denied(world.paul)["denial"]["binding_token"]
    head = token.split(".")[0]
    header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    same(header["kid"] in keys, True, str(header))
    same(claims(token)["aud"], found["access_request_endpoint"], "for whom it is")


@check("goes the whole circle: denied, asked, confirmed, approved, allowed")
def circle(world):
    olaf = world.somebody()
    submission = world.denied(olaf)
    submission["context"] = {"business_justification": "On call this week"}
    task = world.asked(submission)
    same((task["status"], task["progress"]["step_name"]), ("pending", "confirming"), str(task))
    same(world.evaluate(olaf)["decision"], False, "before anybody decides")
    shown = world.now("request", "show", world.request(task), "--as", world.RITA)
    same((shown["workflow"], shown["reason"]), ("access-request", "On call this week"), str(shown))
    same([item["asked"] for item in shown["items"]], ["OPE"], "the lowest that suffices")
    same("Platform" in shown["requestedBy"], True, shown["requestedBy"])
    same(olaf in shown["requestedBy"], True, shown["requestedBy"])
    first = world.run("request", "approve", world.request(task), "--as", world.MARIE, at=time.time())
    same(first.returncode != 0, True, "the manager cannot decide before the organization confirmed")
    world.confirm(task)
    same(world.follow(task)["task"]["progress"]["step_name"], "approval", "after the confirmation")
    world.decide(task)
    done = world.follow(task)
    same((done["task"]["status"], done["result"]["mode"]), ("approved", "reevaluate"), str(done))
    same("cancel" in done["task"]["links"], False, "nothing is left to cancel")
    approval = done["result"]["approval"]
    again = world.evaluate(olaf, context={"approval": approval})
    same(again["decision"], True, str(again))
    same(again["context"]["approval"],
         {"id": approval["id"], "approved_until": approval["approved_until"]}, str(again))
    same(world.evaluate(olaf)["decision"], True, "without the approval, by what was granted")


@check("keeps who asked for whom in the trail")
def trail(world):
    olaf = world.somebody()
    task = world.asked(world.denied(olaf))
    entries = world.now("audit", "list", "--request", world.request(task))
    entries = entries["items"] if isinstance(entries, dict) else entries
    found = [entry for entry in entries if entry["action"] == "request.start"]
    same(len(found), 1, str(entries))
    same((found[0]["actor"].startswith("application "), bool(found[0]["onBehalfOf"])), (True, True), str(found))


@check("follows a request for several clouds item by item, partly refused and partly lowered")
def partial(world):
    world.usher("cloud", "add", "acme", "Lake", "--slug", f"lake{next(world.names)}")
    lake = f"acme/lake{next(world.names) - 1}"
    olaf = world.somebody()
    wishes = [("create-instance", "acme/prod"), ("start-instance", lake), ("create-snapshot", "acme/default")]
    parts = [world.denied(olaf, *wish) for wish in wishes]
    body = {"subject": parts[0]["subject"], "items": [
        {"resource": part["resource"], "action": part["action"], "denial": part["denial"]} for part in parts]}
    task = world.asked(body)
    same([item["status"] for item in task["items"]], ["pending"] * 3, str(task))
    world.confirm(task)
    world.now("request", "reject", world.request(task), "--item", lake.split("/")[1], "--reason", "Not there",
              "--as", world.MARIE)
    halfway = world.follow(task)["task"]
    same((halfway["status"], [item["status"] for item in halfway["items"]]),
         ("pending", ["pending", "denied", "pending"]), str(halfway))
    world.decide(task, "--item", "prod=OPE", "--item", "default")
    done = world.follow(task)
    items = done["task"]["items"]
    same((done["task"]["status"], [item["status"] for item in items], "result" in done),
         ("partial", ["approved", "denied", "approved"], False), str(done))
    same([item["resource"]["id"] for item in items], [place for _, place in wishes], "in the order that was sent")
    lowered = world.evaluate(olaf, *wishes[0], context={"approval": items[0]["result"]["approval"]})
    same((lowered["decision"], lowered["context"]["reason"], lowered["context"]["next_action"]),
         (False, "out_of_scope", "request"), str(lowered))
    same("access_request" in lowered["context"], True, "it may be asked for anew")
    given = world.evaluate(olaf, "start-instance", context={"approval": items[0]["result"]["approval"]})
    same((given["decision"], "approval" in given["context"]), (True, True), "what the lowered profile covers")
    wrong = world.evaluate(olaf, *wishes[1], context={"approval": items[2]["result"]["approval"]})
    same((wrong["decision"], wrong["context"]["reason"]), (False, "out_of_scope"), "in another cloud")
    same(world.evaluate(olaf, *wishes[2])["decision"], True, "the third")


@check("tells a refusal, by whoever refuses")
def refusals(world):
    for part, words in (("confirming", world.RITA), ("approval", world.MARIE)):
        olaf = world.somebody()
        task = world.asked(world.denied(olaf))
        if part == "approval":
            world.confirm(task)
        world.now("request", "reject", world.request(task), "--reason", "Not needed", "--as", words)
        found = world.follow(task)
        same((found["task"]["status"], "result" in found), ("denied", False), str(found))
        same(world.evaluate(olaf)["decision"], False, "as before")


@check("gives up what is pending, once, and only for whoever asked")
def cancelled(world):
    olaf = world.somebody()
    task = world.asked(world.denied(olaf))
    cancel = task["links"]["cancel"].removeprefix(world.url)
    world.refused(world.post(cancel, {}, token=world.other), 404, "unknown_task")
    answer = world.post(cancel, {"reason": "not_needed", "comment": "The ticket is closed"})
    same((answer.status_code, answer.json()["task"]["status"]), (200, "cancelled"), answer.text)
    world.refused(world.post(cancel, {}), 409, "invalid_task_state")
    same(world.status(task), "cancelled", "afterwards")
    shown = world.now("request", "show", world.request(task), "--history", "--as", world.RITA)
    same("The ticket is closed" in json.dumps(shown), True, "why, for whoever reads it")
    same("access_request" in world.evaluate(olaf)["context"], True, "it may be asked for again")


@check("lets nobody confirm or decide about themselves, whoever asked for it")
def four_eyes(world):
    # Rita represents acme, and is the only one who does: nobody could confirm.
    found = world.evaluate(world.RITA, "start-instance")
    same((found["decision"], "access_request" in found["context"]), (False, False), str(found))


@check("carries nothing where asking changes nothing")
def nothing(world):
    olaf = world.somebody("prod=OPE")
    allowed = world.evaluate(olaf)
    same((allowed["decision"], "access_request" in allowed["context"]), (True, False), str(allowed))
    stale = world.post("/access/v1/evaluation", {
        **question(olaf), "subject": {"type": "user", "id": olaf, "properties": {"auth_time": 1}}}).json()
    same((stale["decision"], "access_request" in stale["context"]), (False, False), f"step up is no request: {stale}")
    for address in (world.olga, "nobody@acme.example"):
        found = world.evaluate(address)
        same((found["decision"], "access_request" in found["context"]), (False, False), f"{address}: {found}")
    task = world.asked(world.denied(olaf, "create-instance"))
    found = world.evaluate(olaf, "create-instance")
    same("access_request" in found["context"], False, "while another is open")
    same(world.status(task), "pending", "the other")
    unknown = world.evaluate(olaf, "format-everything")
    same(set(unknown["context"]), {"reason", "message"}, str(unknown))


@check("overrides no suspension by an approval")
def suspended(world):
    olaf = world.somebody()
    task = world.asked(world.denied(olaf))
    world.confirm(task)
    world.decide(task)
    approval = world.follow(task)["result"]["approval"]
    same(world.evaluate(olaf, context={"approval": approval})["decision"], True, "before")
    world.now("person", "suspend", olaf, "--reason", "Gone", "--as", world.MARIE)
    found = world.evaluate(olaf, context={"approval": approval})
    same((found["decision"], found["context"]["reason"], found["context"]["next_action"]),
         (False, "policy_denied", "none"), str(found))
    same("access_request" in found["context"], False, "nor may it be asked for")
    asked = world.somebody()
    submission = world.denied(asked)
    world.now("person", "suspend", asked, "--reason", "Gone", "--as", world.MARIE)
    world.refused(world.apply(submission), 400, "not_requestable")


@check("takes an approval for what it is good for alone")
def approvals(world):
    olaf, otto = world.somebody(), world.somebody()
    task = world.asked(world.denied(olaf))
    world.confirm(task)
    world.decide(task)
    approval = world.follow(task)["result"]["approval"]
    for wrong, what in (
            ({"id": task["id"]}, "a task's handle"), ({"id": altered(approval["id"])}, "an altered one"),
            ({}, "none at all"), ({"id": "apr_"}, "an empty one"), ({"id": "x" * 5_000}, "a long one")):
        found = world.evaluate(olaf, "create-instance", context={"approval": wrong})
        same((found["decision"], found["context"]["reason"], found["context"]["next_action"]),
             (False, "approval_unverifiable", "none"), f"{what}: {found}")
    found = world.evaluate(otto, context={"approval": approval})
    same((found["decision"], found["context"]["reason"]), (False, "approval_unverifiable"), "another person's")
    found = world.evaluate(olaf, "create-instance", context={"approval": approval}, token=world.other)
    same((found["decision"], found["context"]["reason"]), (False, "approval_unverifiable"), "another program's")
    found = world.evaluate(olaf, context={"approval": {"id": "apr_nonsense"}})
    same((found["decision"], "approval" in found["context"]), (True, False), "what decides is the grant")
    # Rita takes the profile away: what was approved is over with it.
    world.now("request", "submit", "--org", "acme", "--email", olaf, "--name", "Olaf", "--locale", "en", "--reason",
              "Less", "--grant", "prod=STD", "--as", world.RITA)
    found = world.evaluate(olaf, context={"approval": approval})
    same((found["decision"], found["context"]["reason"], found["context"]["next_action"]),
         (False, "approval_expired", "request"), str(found))


@check("believes no denial but its own, as it came, once, and by whom it was asked")
def bindings(world):
    olaf, otto = world.somebody(), world.somebody()
    good = world.denied(olaf)
    token = good["denial"]["binding_token"]
    head, body, mark = token.split(".")
    forged = base64.urlsafe_b64encode(json.dumps({**claims(token), "exp": 99_999_999_999}).encode()).decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"authzen-denial+jwt"}').decode().rstrip("=")

    def bound(**change):
        return {**good, "denial": {**good["denial"], **change}}

    wrong = {
        "an altered payload": bound(binding_token=f"{head}.{forged.rstrip('=')}.{mark}"),
        "no signature": bound(binding_token=f"{none}.{body}."),
        "an altered signature": bound(binding_token=f"{head}.{body}.{mark[:-4]}AAAA"),
        "an access token": bound(binding_token=world.platform),
        "no token": bound(binding_token="nonsense"),
        "a later end": bound(expires_at="2099-01-01T00:00:00Z"),
        "no instant": bound(expires_at="tomorrow"),
        "another evaluation": bound(evaluation_id="eval_other"),
        "another subject": {**good, "subject": {"type": "user", "id": otto}},
        "another action": {**good, "action": {"name": "create-instance"}},
        "another cloud": {**good, "resource": {"type": "cloud", "id": "acme/default"}},
        "more of the subject": {**good, "subject": {**good["subject"], "properties": {"auth_time": 5}}},
        "another's denial": {**good, "denial": world.denied(otto)["denial"]},
        "nothing that binds": {**good, "denial": {"expires_at": good["denial"]["expires_at"]}},
        "no denial": question(olaf),
    }
    for what, submission in wrong.items():
        answer = world.apply(submission)
        same((answer.status_code, answer.json()["type"]), (400, NAMES + "invalid_denial_binding"), f"{what}: {answer.text}")
    world.refused(world.apply(good, token=world.other), 400, "invalid_denial_binding")
    old = world.another(ahead=700)
    world.refused(world.apply(good, server=old), 410, "expired_denial")
    task = world.asked(good)
    world.post(task["links"]["cancel"].removeprefix(world.url), {})
    world.refused(world.apply(good), 400, "invalid_denial_binding")
    # An actor may be told beside the subject, and is no part of what is bound.
    actor = {"type": "user", "id": otto, "properties": {"act": {"sub": "agent"}}}
    found = world.post("/access/v1/evaluation", {**question(otto), "subject": actor}).json()
    world.asked({**question(otto), "subject": {"type": "user", "id": otto, "properties": {}}, "denial": denial(found)})


@check("knows a repeated submission again, and refuses another under its key")
def idempotent(world):
    olaf = world.somebody()
    submission, key = world.denied(olaf), str(uuid.uuid4())
    task = world.asked(submission, key=key)
    same(world.asked(submission, key=key)["id"], task["id"], "the same once more")
    turned = dict(reversed(list(submission.items())))
    same(world.asked(turned, key=key)["id"], task["id"], "in another order")
    world.refused(world.apply({**submission, "context": {"business_justification": "x"}}, key=key), 409, "duplicate_request")
    later = world.another(ahead=700)
    answer = world.apply(submission, key=key, server=later)
    same((answer.status_code, answer.json()["task"]["id"]), (202, task["id"]), "long after the denial has expired")
    world.refused(world.apply(world.denied(world.somebody()), key="two words"), 400, None)
    world.refused(world.apply(submission, key=key, token=world.other), 400, "invalid_denial_binding")


@check("shows a task to nobody else, and takes no id of a request for one")
def tasks(world):
    olaf = world.somebody()
    task = world.asked(world.denied(olaf))
    own = world.token("Narrow", *SCOPES, words=("--org", "beta"))
    for what, handle, token in (
            ("another program", task["id"], world.other), ("one for beta", task["id"], own),
            ("the request's id", world.request(task), None), ("an altered one", altered(task["id"]), None),
            ("none", "arq_", None), ("a long one", "arq_" + "A" * 2_000, None)):
        answer = world.get("/access/v1/requests/" + handle, token=token)
        same((answer.status_code, answer.json()["type"]), (404, NAMES + "unknown_task"), what)
    found = world.evaluate(olaf, token=own)
    same(found["context"]["reason"], "unknown_resource", "which asks about beta alone")


def items(good, *ends):
    """The same once more for each end, as items."""
    own = {name: value for name, value in good.items() if name in ("resource", "action", "denial")}
    return {**{name: value for name, value in good.items() if name not in own}, "items": [
        {**own, **({"requested_access": {"requested_until": end}} if end else {})} for end in ends]}


@check("takes no token without the scope, and offers nothing to it")
def scopes(world):
    olaf = world.somebody()
    deciding = world.token("Deciding", "decisions")
    found = world.evaluate(olaf, token=deciding)
    same((found["decision"], "access_request" in found["context"]), (False, False), str(found))
    good = world.denied(olaf)
    world.refused(world.apply(good, token=deciding), 403, None)
    same("access-requests" in world.apply(good, token=deciding).headers["www-authenticate"], True, "which one it needs")
    nobody = requests.post(world.url + "/access/v1/requests", json=good, timeout=60)
    world.refused(nobody, 401, None)
    for what, change in (
            ("a callback", {"callback": {"endpoint": "https://pep.example/"}}),
            ("an actor of nobody's", {"client": {"actor": {"id": "agent"}}}), ("no action", {"action": None}),
            ("a reason that is none", {"context": {"business_justification": 5}}),
            ("a past end", {"requested_access": {"requested_until": "2001-01-01T00:00:00Z"}}),
            ("an end that is none", {"requested_access": {"requested_until": "soon"}}),
            ("items beside", {"items": [{}]}), ("no items", {"items": []}), ("items of another kind", {"items": 5})):
        world.refused(world.apply({**good, **change}), 400, None)
    for ends, word in (
            (("2031-01-01T00:00:00Z", "2032-01-01T00:00:00Z"), "different"), (("2031-01-01T00:00:00Z", None), "different"),
            (("2001-01-01T00:00:00Z",), ""), (("soon",), "requested_until")):
        answer = world.apply(items(good, *ends))
        world.refused(answer, 400, None)
        same(word in answer.text, True, answer.text)
    same(world.evaluate(olaf)["context"]["access_request"] is not None, True, "nothing was begun by all of these")


@check("asks for a person by a token of their own")
def themselves(world):
    console = world.application("Console", scopes=("openid", "api"))
    olaf, otto = world.somebody(), world.somebody()
    token = world.sign_in(console, olaf)["access_token"]
    submission = world.denied(olaf, token=token)
    task = world.asked(submission, token=token)
    world.refused(world.get(task["status_endpoint"]), 404, "unknown_task")
    shown = world.now("request", "show", world.request(task), "--as", world.RITA)
    same(shown["requestedBy"], olaf, str(shown))
    refused = world.run("request", "approve", world.request(task), "--as", olaf, at=time.time())
    same(refused.returncode != 0, True, "their own")
    same(otto in json.dumps(world.follow(task, token=token)), False, "nobody else is told of")


@check("answers to the letter as before where the setting is off")
def without(world):
    olaf = world.somebody()
    off = world.without_setting()
    submission = world.denied(olaf)
    for path, body in (("/access/v1/requests", submission), ("/access/v1/requests/arq_x/cancel", {})):
        answer = world.post(path, body, server=off)
        same((answer.status_code, answer.headers["content-type"]), (404, "text/plain; charset=utf-8"), path)
    same(world.get("/access/v1/requests/arq_x", server=off).status_code, 404, "a task")
    found = requests.get(off + "/.well-known/authzen-configuration", timeout=60).json()
    same({"access_request_endpoint", "jwks_uri", "capabilities"} & set(found), set(), str(found))
    plain = world.evaluate(olaf, server=off, context={"approval": {"id": "apr_x"}})
    same(set(plain["context"]), {"reason", "message", "profile", "requires", "matrixVersion"}, str(plain))
    full = world.evaluate(olaf)
    more = {"evaluation_id", "evaluated_at", "access_request"}
    same({k: v for k, v in full["context"].items() if k not in more}, plain["context"], "beside the offer")
    batch = {"evaluations": [question(olaf), question(world.paul)]}
    answers_off = world.post("/access/v1/evaluations", batch, server=off).json()["evaluations"]
    answers_on = world.post("/access/v1/evaluations", batch).json()["evaluations"]
    same([a["decision"] for a in answers_on], [a["decision"] for a in answers_off], "of many")
    same([more <= set(a["context"]) for a in answers_on], [True, True], "each with its own offer")


@check("lets lapse what nobody confirms or decides")
def expired(world):
    olaf, otto = world.somebody(), world.somebody()
    first, second = world.asked(world.denied(olaf)), world.asked(world.denied(otto))
    world.confirm(second)
    world.usher("run-due", at=time.time() + 60 * 86_400)
    same([world.status(first), world.status(second)], ["expired", "expired"], "after sixty days")
    gone = world.another(ahead=0)
    same(world.get(first["status_endpoint"].replace(world.url, gone)).status_code, 200, "on another node")


if __name__ == "__main__":
    with World(USHER_AUTHZEN_ACCESS_REQUESTS="draft-2026-06") as world:
        play(world)
