import Basics
import Directory
import Foundation
import Onboarding
import OneTimePassword
import Records
import TestSupport
import Testing

@Suite("AuthZEN: evaluations", .timeLimit(.minutes(60)))
struct EvaluationTests {
    private static let alice = "alice@acme.example"

    private func asked() async throws -> (Site, Asker, Enrolled) {
        let (site, _, _) = try await Site.withAcme()
        let alice = try await site.world.account(grants: [("prod", "OPE"), ("default", "STD")])
        let client = try await site.world.application("Platform", .service, scopes: [.decisions])
        return (site, Asker(site, token: try await site.world.token(of: client)), alice)
    }

    private func question(_ action: String, _ cloud: String = "acme/prod", of person: String = alice) -> JSON {
        [
            "subject": ["type": "user", "id": .string(person)], "action": ["name": .string(action)],
            "resource": ["type": "cloud", "id": .string(cloud)],
        ]
    }

    @Test("an answer says why, by which profile and by which version of the matrix")
    func told() async throws {
        let (site, asker, _) = try await asked()
        let permit = try await asker.post("evaluation", question("start-instance")).json
        #expect(permit["decision"] == true)
        let context: JSON = [
            "reason": "allowed", "message": "The profile in this cloud covers the action.", "profile": "OPE",
            "requires": "OPE", "matrixVersion": 1,
        ]
        #expect(permit["context"] == context)
        #expect(try await asker.post("evaluation", question("create-instance")).json["context"]["requires"] == "POW")
        // By id as by address, in any spelling of it.
        let id = try await site.world.person(Self.alice).id.text
        for name in [id, id.uppercased(), "ALICE@ACME.EXAMPLE"] {
            #expect(try await asker.ask(name, "start-instance", "acme/prod") == "true allowed")
        }
        // One that is not granted yet.
        #expect(try await asker.ask("rita@acme.example", "start-instance", "acme/prod") == "false no_grant")
        _ = try await site.world.usher.suspend(
            try EmailAddress(Self.alice), until: nil, reason: "R", by: site.world.owner)
        #expect(try await asker.ask(Self.alice, "start-instance", "acme/prod") == "false account_suspended")
    }

    @Test("what is not there is denied, in the same words whether it is not there or not the asker's")
    func unknown() async throws {
        let (site, _, _) = try await asked()
        let world = site.world
        try await world.organization("globex")
        let client = try await world.application("Ours", .service, scopes: [.decisions]) {
            $0.organizations = ["acme"]
        }
        let asker = Asker(site, token: try await world.token(of: client))
        let denied = { (question: JSON) in
            let answer = try await asker.post("evaluation", question)
            #expect(answer.status == 200)
            return answer.text
        }
        let missing = try await denied(question("start-instance", "globex/nothing"))
        #expect(missing.contains("unknown_resource"))
        for cloud in [
            "globex/prod", "globex/default", "nobody/prod", "acme/nothing", "acme", "", "/", "acme/prod/x", "a/\u{0}",
            "ACME/prod", "acme/prod ", String(repeating: "x", count: 10_000),
        ] {
            for person in ["rita@globex.example", Self.alice, "x", ""] {
                #expect(try await denied(question("start-instance", cloud, of: person)) == missing, "\(cloud)")
            }
        }
        var other = question("start-instance").plainMembers
        other["resource"] = ["type": "spaceship", "id": "acme/prod"]
        #expect(try await denied(.object(other)) == missing)
        #expect(try await denied(question("fly")).contains("unknown_action"))
        for cloud in ["acme/prod", "globex/prod", "globex/nothing"] {
            var robot = question("start-instance", cloud).plainMembers
            robot["subject"] = ["type": "robot", "id": "x"]
            #expect(try await denied(.object(robot)).contains("unknown_subject"))
        }
        for person in ["nobody@acme.example", "x", "", "\u{0}", "rita@globex.example", "00000000000000000000000000"] {
            #expect(try await asker.ask(person, "start-instance", "acme/prod") == "false no_grant")
        }
    }

    @Test("when a session was proven makes an answer stricter and never milder")
    func authenticatedAt() async throws {
        let (site, asker, alice) = try await asked()
        let clock = site.world.clock
        let proven = clock.now.seconds
        let ask = { (since: JSON) in try await asker.ask(Self.alice, "start-instance", "acme/prod", since: since) }
        // Usher saw a code just now: a session that proved nothing since long ago does not have it.
        #expect(try await ask(.integer(proven)) == "true allowed")
        #expect(try await ask(.integer(proven - 900)) == "true allowed")
        for since: JSON in [.integer(proven - 901), 0, -1, .integer(.min), "now", true, [], .decimal(1.5)] {
            #expect(try await ask(since) == "false mfa_stale", "\(since)")
        }
        // Usher saw none for long: nobody's word is taken for one.
        clock.skip(seconds: 901)
        for since: JSON in [.null, .integer(clock.now.seconds), .integer(.max)] {
            #expect(try await ask(since) == "false mfa_stale", "\(since)")
        }
        let told = try await asker.post("evaluation", question("start-instance")).json["context"]
        #expect(told["acr_values"] == "urn:usher:acr:mfa" && told["max_age"] == 900)
        let code = try #require(alice.totp).code(at: clock.now)
        _ = try await site.world.verify(code, of: Self.alice)
        #expect(try await ask(.integer(clock.now.seconds)) == "true allowed")
    }

    // MARK: Batches

    private func batch(_ items: [JSON], _ more: JSON.Members = [:]) -> JSON {
        .object((["evaluations": .array(items)] as JSON.Members).merging(more) { $1 })
    }

    @Test("a batch ends where its semantic says, and a question that is none counts as denied in its place")
    func semantics() async throws {
        let (_, asker, _) = try await asked()
        let (yes, no) = (question("start-instance"), question("create-instance"))
        let none: [JSON] = [[:], "x", 1, .null, ["subject": ["type": "user", "id": "x"]]]
        func decisions(_ items: [JSON], _ semantic: String?) async throws -> [JSON] {
            let options = semantic.map { ["options": ["evaluations_semantic": .string($0)]] as JSON.Members } ?? [:]
            let answer = try await asker.post("evaluations", batch(items, options))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try answer.json["decision"] == .null)
            return try answer.json["evaluations"].list.map { $0["decision"] }
        }
        let every: [JSON] = [true, false, false, false, false, false, false, true]
        for semantic in [nil, "execute_all"] {
            #expect(try await decisions([yes, no] + none + [yes], semantic) == every)
        }
        #expect(try await decisions([yes, no, yes], "deny_on_first_deny") == [true, false])
        #expect(try await decisions([yes, yes], "deny_on_first_deny") == [true, true])
        #expect(try await decisions([no, yes, no], "permit_on_first_permit") == [false, true])
        #expect(try await decisions([no, no], "permit_on_first_permit") == [false, false])
        for item in none {
            #expect(try await decisions([yes, item, yes], "deny_on_first_deny") == [true, false])
            #expect(try await decisions([item, yes, no], "permit_on_first_permit") == [false, true])
        }
    }

    /// `Benchmarks/authzen` measures it; here nothing may be read a hundred times.
    @Test("a hundred questions at once cost a few times one, and not a hundred times")
    func shared() async throws {
        let (site, asker, _) = try await asked()
        for number in 0..<99 {
            _ = try await site.world.usher.addCloud(
                organization: "acme", name: "Cloud \(number)", cloudSlug: "c\(number)", by: site.world.owner)
        }
        let one = question("start-instance")
        let clouds = ["acme/prod"] + (0..<99).map { "acme/c\($0)" }
        let many = batch(clouds.map { question("start-instance", $0) })
        var (single, shared): ([Duration], [Duration]) = ([], [])
        let clock = ContinuousClock()
        for _ in 0..<15 {
            single.append(try await clock.measure { _ = try await asker.post("evaluation", one) })
            shared.append(try await clock.measure { _ = try await asker.post("evaluations", many) })
        }
        let ratio = shared.sorted()[7] / single.sorted()[7]
        #expect(ratio < 20, "\(ratio)")
        let answers = try await asker.post("evaluations", many).json["evaluations"].list
        #expect(answers.map { $0["decision"] == true } == clouds.map { $0 == "acme/prod" })
    }

    @Test("what stands above a batch counts whole where a question says nothing, and is replaced whole where it does")
    func defaults() async throws {
        let (_, asker, _) = try await asked()
        let above = question("start-instance").plainMembers
        func ask(_ items: [JSON], _ above: JSON.Members) async throws -> JSON {
            try await asker.post("evaluations", batch(items, above)).json["evaluations"]
        }
        let told = try await ask(
            [
                [:], ["action": ["name": "create-instance"]], ["resource": ["type": "cloud", "id": "acme/default"]],
                // Nothing is merged: half of an entity is none.
                ["resource": ["id": "acme/prod"]], ["subject": ["type": "user"]], ["action": .null],
                ["subject": ["type": "user", "id": .string(Self.alice), "properties": ["auth_time": 0]]],
            ], above)
        let reasons: [JSON] = [
            "allowed", "profile_too_low", "profile_too_low", "incomplete", "incomplete", "incomplete", "mfa_stale",
        ]
        #expect(try told.list.map { $0["context"]["reason"] } == reasons)
        #expect(told[3]["context"]["message"] == "The member resource.type is missing.")
        #expect(told[5]["context"]["message"] == "The member action is not an object.")
        // Properties go with the subject that they stand at.
        var stale = above
        stale["subject"] = ["type": "user", "id": .string(Self.alice), "properties": ["auth_time": 0]]
        let own: JSON = ["subject": above["subject"] ?? .null]
        #expect(try await ask([[:], own], stale).list.map { $0["decision"] } == [false, true])
    }

    @Test("what is wrong with a whole batch is 400")
    func refusedBatches() async throws {
        let (_, asker, _) = try await asked()
        let whole = question("start-instance").plainMembers
        let changes: [JSON.Members] = [
            ["evaluations": "x"], ["evaluations": [:]], ["subject": "alice"], ["subject": ["type": "user"]],
            ["action": ["name": 1]], ["resource": .null], ["context": []], ["options": "execute_all"],
            ["options": ["evaluations_semantic": "any"]], ["options": ["evaluations_semantic": 1]],
        ]
        var wrong = changes.map { batch([[:]], whole).plainMembers.merging($0) { $1 } }
        wrong += [["evaluations": []], batch(.init(repeating: [:], count: 501), whole).plainMembers]
        for body in wrong {
            let answer = try await asker.post("evaluations", .object(body))
            #expect(answer.status == 400 && answer.text.hasSuffix(".\n"), "\(body): \(answer.text)")
        }
        let most = try await asker.post("evaluations", batch(.init(repeating: [:], count: 500), whole))
        #expect(try most.json["evaluations"].list.count == 500)
    }

    @Test("whatever is sent, nothing fails on our side")
    func hostile() async throws {
        let (_, asker, _) = try await asked()
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        let bodies = [
            "{\"subject\":{\"type\":\"user\",\"id\":\"\\u0000\"},\"action\":{\"name\":\"\\u0000\"},\"resource\":"
                + "{\"type\":\"\\u0000\",\"id\":\"\\u0000/\\u0000\"}}",
            "{\"x\":\(deep)}", "{\"x\":1e999}", "{\"x\":99999999999999999999}", "{\"x\":\"\\ud800\"}",
            "{\"page\":{\"limit\":-1}}", "{\"page\":{\"limit\":9223372036854775807}}",
            "{\"page\":{\"token\":\"AAAA\"}}",
            "{\"x\":[" + String(repeating: "1,", count: 40_000) + "1]}", String(repeating: "x", count: 600_000),
        ]
        for path in ["evaluation", "evaluations", "search/subject", "search/resource", "search/action"] {
            for body in bodies {
                let answer = try await asker.post(path, bytes: Data(body.utf8))
                #expect([200, 400, 413].contains(answer.status), "\(path) \(body.prefix(60)): \(answer.status)")
            }
        }
    }
}

extension JSON {
    /// The members of an object, else none.
    var plainMembers: JSON.Members {
        guard case .object(let members) = self else { return [:] }
        return members
    }
}
