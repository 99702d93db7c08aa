"""The same policy and questions, asked of Cedar by its fastest interface: all in one call, everything parsed before.

Usage: cedar.py CASES    prints NAME and a number, tab-separated; fails where an answer is another one.
"""
import json
import sys
import time

from cedarpy import Entities, PolicySet, is_authorized_batch

# An action is in the group of the lowest profile that may, and of those that need a fresh code. Whoever has a profile
# in a cloud is in the group of that, and each profile includes those below it.
POLICIES = """
permit (principal, action in Action::"plain", resource) when { principal.account == "active" };
permit (principal, action in Action::"gated", resource)
when { principal.account == "active" && principal.factor == "active" && context.age >= 0 && context.age <= 900 };
forbid (principal, action in Action::"STD", resource) unless { principal in resource.STD };
forbid (principal, action in Action::"DTM", resource) unless { principal in resource.DTM };
forbid (principal, action in Action::"OPE", resource) unless { principal in resource.OPE };
forbid (principal, action in Action::"POW", resource) unless { principal in resource.POW };
"""
PROFILES = ["STD", "DTM", "OPE", "POW"]


def reference(kind, name):
    return {"__entity": {"type": kind, "id": name}}


def main():
    entities, people, questions, expected, actions, clouds = [], {}, [], [], [], set()
    for line in open(sys.argv[1], encoding="utf-8"):
        kind, *fields = line.rstrip("\n").split("\t")
        if kind == "action":
            label, lowest, is_gated = fields
            actions.append(label)
            groups = [lowest, "gated" if is_gated == "true" else "plain"]
            entities.append({
                "uid": {"type": "Action", "id": label}, "attrs": {},
                "parents": [{"type": "Action", "id": name} for name in groups]})
        elif kind == "person":
            number, account, factor, age = fields
            people[number] = {"account": account, "factor": factor, "age": int(age), "grants": []}
        elif kind == "grant":
            number, cloud, profile = fields
            people[number]["grants"].append(f"{cloud}/{profile}")
            clouds.add(cloud)
        else:
            number, action, cloud, answer = fields
            clouds.add(cloud)
            questions.append({
                "principal": {"type": "User", "id": number}, "action": {"type": "Action", "id": actions[int(action)]},
                "resource": {"type": "Cloud", "id": cloud}, "context": {"age": people[number]["age"]}})
            expected.append(answer == "true")
    for cloud in clouds:
        entities.append({
            "uid": {"type": "Cloud", "id": cloud}, "parents": [],
            "attrs": {profile: reference("Held", f"{cloud}/{profile}") for profile in PROFILES}})
        for below, profile in zip([None] + PROFILES, PROFILES):
            entities.append({
                "uid": {"type": "Held", "id": f"{cloud}/{profile}"}, "attrs": {},
                "parents": [{"type": "Held", "id": f"{cloud}/{below}"}] if below else []})
    for number, person in people.items():
        entities.append({
            "uid": {"type": "User", "id": number},
            "attrs": {"account": person["account"], "factor": person["factor"]},
            "parents": [{"type": "Held", "id": name} for name in person["grants"]]})
    policies, graph = PolicySet.from_str(POLICIES), Entities.from_json_str(json.dumps(entities))
    answers = is_authorized_batch(questions, policies, graph)
    differences = sum(answer.allowed != right for answer, right in zip(answers, expected))
    if differences:
        sys.exit(f"{differences} of {len(expected)} answers differ")
    calls, start = 0, time.process_time()
    while time.process_time() - start < 2:
        is_authorized_batch(questions, policies, graph)
        calls += len(questions)
    print(f"cedar\t{calls / (time.process_time() - start):.0f}")
    print(f"cedar-allowed-share\t{sum(expected) / len(expected)}")


main()
