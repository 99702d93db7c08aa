"""What must hold once everything is quiet: each promise that is broken is a sentence."""

import collections
import concurrent.futures
import hashlib
import json

from models import OnePerformer

# For so long before a blow what its node had done may not have been written down, in seconds.
UNWRITTEN = 10.0
# By so much a commit that a node tried through a cut line or a stop may come later than its end.
AFTERWARDS = 40.0


class Verdict:
    def __init__(self, fleet, crowd, lives, offices, blows):
        self.fleet, self.crowd, self.lives, self.offices, self.blows = fleet, crowd, lives, offices, blows
        self.broken, self.figures = [], {}
        # What is due a quarter of an hour from now and is not done was left behind.
        self.later = fleet.now() + 1_000

    def require(self, holds, sentence):
        if not holds:
            self.broken.append(sentence)

    def judge(self):
        self.judge_requests()
        self.judge_grants()
        self.judge_effects()
        self.judge_mails()
        self.judge_installation()
        for member in self.fleet.members:
            self.broken += member.deaths
        self.broken += self.crowd.histories.faults()
        return self.broken

    def listed(self, *words):
        """All that a command lists, page by page."""
        after = []
        while True:
            page = self.fleet.site.usher(*words, "--limit", "1000", *after, at=self.later)
            yield from page["items"]
            if not page["next"]:
                return
            after = ["--after", page["next"]]

    def judge_requests(self):
        """Nothing that was acknowledged is lost or there twice, and every run has ended."""
        by_id, by_email = {}, collections.defaultdict(list)
        for office in self.offices:
            for one in self.listed("request", "list", "--org", office.slug):
                self.require(one["id"] not in by_id, f"request {one['id']} is listed twice")
                by_id[one["id"]] = one
                if one["workflow"] == "account-request":
                    by_email[one["person"]["email"]].append(one)
        for life in self.lives:
            if not life.request:
                continue
            request = by_id.get(life.request)
            if request is None:
                self.broken.append(f"the acknowledged request {life.request} is gone")
                continue
            count = len(by_email[life.email])
            self.require(count == 1, f"{life.email} was asked for once, and there are {count} requests")
            expected = {"approve": "active", "reject": "rejected"}.get(life.decided)
            self.require(
                expected in (None, request["state"]),
                f"{life.request} was acknowledged as {life.decided}, and is {request['state']}")
            if life.is_active:
                given = [(item["profile"], item["state"]) for item in request["items"]]
                self.require(given == [("OPE", "active")], f"{life.request} gave {given} in place of OPE")
            if life.program:
                state = by_id.get(life.program, {"state": "gone"})["state"]
                self.require(state == "active", f"the account of a program {life.program} is {state}")
        for one in by_id.values():
            self.require(
                one["state"] in ("active", "rejected", "cancelled"), f"{one['id']} has not ended: {one['state']}")
        self.figures["requests"] = len(by_id)

    def judge_grants(self):
        """Whoever is active has exactly the access that was approved, behind an authenticator; nobody else has any."""
        for office in self.offices:
            found, after = collections.Counter(), ""
            while after is not None:
                page = office.rita.ask(
                    office.rita.client, "GET", f"/organizations/{office.slug}/clouds/prod/grants?limit=1000{after}")
                for one in page["items"]:
                    found[one["person"]["email"]] += 1
                    what = (one["profile"], one["mfa"] != "none", one["person"]["state"])
                    self.require(what == ("OPE", True, "active"), f"{one['person']['email']} holds {what}")
                after = page["next"] and f"&after={page['next']}"
            active = {life.email for life in self.lives if life.is_active and life.office == office.slug}
            self.require(set(found) == active, f"{office.slug}: access differs for {sorted(set(found) ^ active)[:5]}")
            twice = [email for email, count in found.items() if count > 1]
            self.require(not twice, f"{office.slug}: more than one grant for {twice[:5]}")

    def judge_effects(self):
        """Nothing is left over, and the mails that count as sent are those that the mail server has.

        Whether it has one whose sender died before it wrote that down, nobody can know: such a mail is sent again, or
        called off where nobody needs it any more.
        """
        states, fates = collections.Counter(), {}
        for one in self.listed("effect", "list"):
            states[one["state"]] += 1
            if one["state"] in ("due", "parked"):
                self.broken.append(f"the effect {one['key']} is {one['state']}: {one['error']}")
            if one["kind"] == "mail":
                fates[hashlib.sha256(one["key"].encode()).hexdigest()[:32]] = one["state"]
        letters = {letter.name.strip("<>").split("@")[0]: letter for letter in self.crowd.postbox.letters}
        for name, fate in fates.items():
            self.require(fate != "done" or name in letters, f"the mail {name} counts as sent, and no server has it")
        for name, letter in letters.items():
            is_right = fates.get(name) == "done" or fates.get(name) == "cancelled" and self.excuses([letter])
            self.require(is_right, f"the mail {name} was sent by {letter.sender}, and is {fates.get(name)}")
        self.figures["effects"] = sum(states.values())
        self.figures["mails called off after sending"] = sum(fates.get(name) == "cancelled" for name in letters)

    def judge_mails(self):
        """A mail is sent again only where its sender may have died before it wrote down that it was taken; see docs/mail.md."""
        by_name = collections.defaultdict(list)
        for letter in self.crowd.postbox.letters:
            by_name[letter.name].append(letter)
        longest = 0
        for name, letters in by_name.items():
            self.require(len({one.digest for one in letters}) == 1, f"the mail {name} was sent with other bytes")
            history = self.crowd.histories
            for letter in letters:
                history.add(OnePerformer, name, ("perform", letter.sender), "done", letter.began, letter.ended)
            if len(letters) == 1:
                continue
            excuses = self.excuses(letters)
            # From the first handing over to the blow that came next, unless it was being struck just then.
            longest = max(longest, min((max(0, one.began - letters[0].ended) for one in excuses), default=0))
            for blow in excuses:
                for letter in letters:
                    if blow.name in (None, letter.sender):
                        history.add(OnePerformer, name, ("lose", letter.sender), "done", blow.began,
                                    blow.ended + AFTERWARDS)
        self.figures["mails"] = len(by_name)
        self.figures["mails sent again"] = len(self.crowd.postbox.letters) - len(by_name)
        self.figures["longest from one to the next blow"] = f"{longest:.2f} s"

    def excuses(self, letters):
        """The blows that struck a sender, or all of them, soon after it handed one of these letters over."""
        return [blow for blow in self.blows if any(
            blow.name in (None, one.sender) and blow.began <= one.ended + UNWRITTEN and blow.ended + AFTERWARDS >= one.ended
            for one in letters)]

    def judge_installation(self):
        """The trail is whole, and the doctor finds nothing, with the keys of each node."""
        trail = self.fleet.site.usher("audit", "verify", at=self.later)
        self.require(trail["ok"], f"the audit trail does not hold: {trail['defect']}")
        self.figures["entries of the trail"] = trail["entries"]
        nodes = [self.fleet.site, *self.fleet.members]
        with concurrent.futures.ThreadPoolExecutor() as doctors:
            results = doctors.map(lambda node: node.run("doctor", "--json", at=self.later), nodes)
        for result in results:
            for check in json.loads(result.stdout)["items"]:
                self.require(check["ok"], f"doctor, {check['check']}: {check['detail']} {check['defects'][:3]}")


def sweep(offices):
    """Withdraws what a representative asked for and never heard of: a program's account has no idempotency key."""
    count = 0
    for office in offices:
        page = office.rita.ask(office.rita.client, "GET", f"/requests?organization={office.slug}&state=approval&limit=1000")
        for one in page["items"]:
            if one["workflow"] == "api-account":
                office.rita.ask(office.rita.client, "POST", f"/requests/{one['id']}/cancellation")
                count += 1
    return count
