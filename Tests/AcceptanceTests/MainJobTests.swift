import Testing

/// The whole main job as a script does it, and the documents that `docs/cli.md` promises on the way.
@Suite("The main job from the command line", .timeLimit(.minutes(60)))
struct MainJobTests {
    static let alice = "alice@acme.example"

    @Test("submits a request, asks the delivery manager, and lowers one cloud of two", arguments: Way.allCases)
    func decides(way: Way) async throws {
        let office = try await Office.open(way)
        let id = try await office.submit(Self.alice, "prod=OPE", "default=STD")
        let request = try await office.done("request", "show", id)
        #expect(
            request.keys == [
                "cloud", "createdAt", "dueAt", "frozenAt", "id", "items", "newCloud", "organization", "overdue",
                "person", "reason", "replaces", "requestedBy", "shown", "state", "timers", "until", "vacant", "version",
                "waitingFor", "workflow",
            ])
        #expect(request["workflow"] == "account-request" && request["state"] == "approval")
        #expect(request["person"].keys == ["email", "locale", "name"])
        #expect(request["person"]["email"] == .string(Self.alice))
        #expect(request["requestedBy"] == .string(Office.rita) && request["overdue"] == false)
        // Seven business days after a Monday morning.
        #expect(request["dueAt"].text?.hasPrefix("2027-03-10T") == true, "\(request)")
        #expect(
            request["waitingFor"] == [["part": "approver", "people": [.string(Office.marie)], "standIns": []]])
        #expect(request["vacant"] == false)

        let inbox = try await office.done("inbox", "--as", Office.marie)
        #expect(inbox.keys == ["items", "next"])
        #expect(inbox["items"].items.map { $0["id"] } == [.string(id)])
        let decided = try await office.approve(id, items: "prod=DTM", "default")
        #expect(decided["state"] == "invitation")
        #expect(
            decided["items"] == [
                ["cloud": "prod", "profile": "DTM", "asked": "OPE", "state": "granted", "person": nil],
                ["cloud": "default", "profile": "STD", "asked": "STD", "state": "granted", "person": nil],
            ], "\(decided)")
        #expect(try await office.done("inbox", "--as", Office.marie)["items"] == [])
    }

    @Test("lets nobody approve who is not asked, and the manager only with a fresh code", arguments: Way.allCases)
    func refusesApproval(way: Way) async throws {
        let office = try await Office.open(way)
        let id = try await office.submit(Self.alice, "prod=OPE")
        let requester = try await office.run("request", "approve", id, "--as", Office.rita, "--json")
        #expect(requester.code == 3 && requester.output.isEmpty, "\(requester)")
        #expect(try requester.fault()["code"] == "forbidden")
        office.pass(seconds: 600)
        let withoutCode = try await office.run("request", "approve", id, "--as", Office.marie)
        #expect(withoutCode.code == 3 && withoutCode.error.contains("--code"), "\(withoutCode)")
        let wrong = try await office.run("request", "approve", id, "--as", Office.marie, "--code", "000000")
        #expect(wrong.code == 3, "\(wrong)")
        let higher = try await office.run(
            "request", "approve", id, "--item", "prod=POW", "--as", Office.marie, "--code",
            try await office.code(of: Office.marie), "--json")
        #expect(higher.code == 1, "\(higher)")
        #expect(try higher.fault()["faults"][0]["code"] == "not_lower")
        #expect(try await office.done("request", "show", id)["state"] == "approval")
    }

    @Test(
        "makes an invited person active, and decides by profile, cloud and freshness of the code",
        arguments: Way.allCases)
    func activates(way: Way) async throws {
        let office = try await Office.open(way)
        let id = try await office.submit(Self.alice, "prod=OPE", "default=STD")
        try await office.approve(id, items: "prod=DTM", "default")
        let before = try await office.run("can", Self.alice, "create-snapshot", "--cloud", "acme/prod", "--json")
        #expect(before.code == 1)
        #expect(try before.document()["reason"] == "account_not_active")

        let enrolled = try await office.enrol(Self.alice)
        #expect(enrolled["state"] == "active")
        #expect(Set(enrolled["recoveryCodes"].items.compactMap(\.text)).count == 10)
        #expect(try await office.done("request", "show", id)["state"] == "active")

        let allowed = try await office.done("can", Self.alice, "create-snapshot", "--cloud", "acme/prod")
        #expect(
            allowed == [
                "decision": "allow", "reason": "allowed", "profile": "DTM", "requires": "DTM", "matrixVersion": 1,
            ])
        for (action, cloud, decision, reason) in [
            ("start-instance", "acme/prod", "deny", "profile_too_low"),
            ("create-snapshot", "acme/default", "deny", "profile_too_low"),
        ] {
            let result = try await office.run("can", Self.alice, action, "--cloud", cloud, "--json")
            #expect(result.code == 1, "\(result)")
            #expect(try result.document()["decision"] == .string(decision))
            #expect(try result.document()["reason"] == .string(reason))
        }
        office.pass(seconds: 901)
        let stale = try await office.run("can", Self.alice, "create-snapshot", "--cloud", "acme/prod", "--json")
        #expect(stale.code == 1 && stale.error.isEmpty, "\(stale)")
        #expect(try stale.document()["decision"] == "step_up")
        let verified = try await office.done("mfa", "verify", Self.alice, try await office.code(of: Self.alice))
        #expect(verified == ["accepted": true, "reason": "ok", "retryAfterSeconds": nil])
        try await office.done("can", Self.alice, "create-snapshot", "--cloud", "acme/prod")
    }

    @Test("accepts a code once: not the one that proved the enrolment, and none a second time", arguments: Way.allCases)
    func refusesReplay(way: Way) async throws {
        let office = try await Office.open(way)
        try await office.approve(try await office.submit(Self.alice, "prod=OPE"))
        try await office.enrol(Self.alice)
        let proved = try await office.code(of: Self.alice)
        let replayed = try await office.run("mfa", "verify", Self.alice, proved, "--json")
        #expect(replayed.code == 1, "\(replayed)")
        #expect(try replayed.document() == ["accepted": false, "reason": "replayed", "retryAfterSeconds": nil])
        office.pass(seconds: 30)
        let next = try await office.code(of: Self.alice)
        try await office.done("mfa", "verify", Self.alice, next)
        let again = try await office.run("mfa", "verify", Self.alice, next, "--json")
        #expect(try again.document()["reason"] == "replayed", "\(again)")
        let status = try await office.done("mfa", "status", Self.alice)
        #expect(status["factor"] == "active" && status["recoveryCodesLeft"] == 10)
    }

    @Test("takes a recovery code once", arguments: Way.allCases)
    func usesRecoveryCode(way: Way) async throws {
        let office = try await Office.open(way)
        try await office.approve(try await office.submit(Self.alice, "prod=OPE"))
        let codes = try await office.enrol(Self.alice)["recoveryCodes"]
        let code = try #require(codes[0].text)
        try await office.done("mfa", "verify", Self.alice, code)
        let again = try await office.run("mfa", "verify", Self.alice, code, "--json")
        #expect(again.code == 1, "\(again)")
        #expect(try again.document()["accepted"] == false)
        #expect(try await office.done("mfa", "status", Self.alice)["recoveryCodesLeft"] == 9)
    }

    @Test("opens an invitation to its holder only once, and knows no other token", arguments: Way.allCases)
    func refusesToken(way: Way) async throws {
        let office = try await Office.open(way)
        try await office.approve(try await office.submit(Self.alice, "prod=OPE"))
        let token = try await office.usher.token(to: Self.alice)
        try await office.enrol(Self.alice)
        for token in [token, String(repeating: "0", count: 64), "nonsense"] {
            let result = try await office.run(
                "enrol", "start", "--token", token, "--password-stdin", "--json", input: Office.password + "\n")
            #expect([1, 3, 4].contains(result.code) && result.output.isEmpty, "\(result)")
            #expect(try result.fault()["message"].text?.isEmpty == false)
        }
    }

    @Test("asks back and goes on with the answer, and tells all of it in the history", arguments: Way.allCases)
    func tellsHistory(way: Way) async throws {
        let office = try await Office.open(way)
        let id = try await office.submit(Self.alice, "prod=OPE")
        let code = try await office.code(of: Office.marie)
        let asked = try await office.done(
            "request", "question", id, "Why Operator?", "--as", Office.marie, "--code", code)
        #expect(asked["state"] == "clarification")
        try await office.done("request", "answer", id, "She runs the releases.", "--as", Office.rita)
        try await office.approve(id)
        try await office.enrol(Self.alice)
        let history = try await office.done("request", "show", id, "--history")["history"].items
        #expect(history.allSatisfy { $0.keys == ["at", "by", "event", "from", "note", "onBehalfOf", "to"] })
        #expect(history.first?["from"] == .null && history.first?["to"] == "approval")
        #expect(history.last?["to"] == "active")
        #expect(history.contains { $0["event"] == "question" && $0["note"] == "Why Operator?" })
        #expect(history.contains { $0["event"] == "answer" && $0["note"] == "She runs the releases." })
        let words = history.compactMap { $0["by"].text }
        // Who acted for her on the folder is told; through a server it was herself.
        let marie = words.filter { $0.hasSuffix(Office.marie) }
        let isOperator = marie.allSatisfy { $0.hasPrefix("operator ") && $0.hasSuffix("for \(Office.marie)") }
        #expect(!marie.isEmpty && isOperator == (way == .inProcess), "\(words)")
        // Each step follows the one before.
        for (before, entry) in zip(history, history.dropFirst()) { #expect(entry["from"] == before["to"]) }
        let audit = try await office.done("audit", "verify")
        #expect(audit["ok"] == true)
        let doctor = try await office.run("doctor", "--json")
        #expect(doctor.code == 0, "\(doctor)")
    }

    @Test(
        "tells a person in French what concerns them, in a mail that Python's e-mail package reads without defects",
        arguments: Way.allCases)
    func writesMail(way: Way) async throws {
        let office = try await Office.open(way)
        let request = try await office.done(
            "request", "submit", "--org", "acme", "--email", "zoe@acme.example", "--name",
            "Zoé Lefèvre", "--locale", "fr", "--grant", "prod=STD", "--reason", "Arrivée", "--as", Office.rita)
        try await office.approve(try #require(request["id"].text))
        let read = try await office.usher.python(
            """
            import email, email.policy, json, pathlib, sys, time
            # Couriers of a service bring a mail after the answer.
            for attempt in range(3000):
                mails = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
                         for file in sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))]
                last = mails[-1]
                if "zoe@acme.example" in str(last["to"]): break
                time.sleep(0.02)
            print(json.dumps({"to": str(last["to"]), "subject": str(last["subject"]),
                "text": last.get_body(("plain",)).get_content(), "html": last.get_body(("html",)).get_content(),
                "defects": [repr(d) for m in mails for part in m.walk() for d in part.defects],
                "ids": len({m["message-id"] for m in mails}), "mails": len(mails)}))
            """, [office.usher.path("data/mail")])
        let mail = try Document(parsing: read)
        #expect(mail["to"].text?.contains("zoe@acme.example") == true)
        #expect(mail["text"].text?.contains("Zoé Lefèvre") == true, "\(mail)")
        #expect(mail["html"].text?.contains("lang=\"fr\"") == true)
        #expect(mail["defects"] == [])
        #expect(mail["ids"] == mail["mails"])
        // A password is enough where no profile asks for a second factor; it is offered, not demanded.
        let token = try await office.usher.token(to: "zoe@acme.example")
        let start = try await office.done(
            "enrol", "start", "--token", token, "--password-stdin", input: Office.password + " et la mer\n")
        #expect(
            start == [
                "session": nil, "otpauth": nil, "secret": nil, "algorithm": nil, "digits": nil, "period": nil,
                "next": "done",
            ])
        let person = try await office.done("person", "show", "zoe@acme.example")
        #expect(person["state"] == "active")
    }
}
