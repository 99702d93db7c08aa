import Basics
import Directory
import Foundation
import Onboarding
import OneTimePassword
import Records
import TestSupport
import Testing

@Suite("AuthZEN: searches", .timeLimit(.minutes(60)))
struct DecisionSearchTests {
    private static let cloud: JSON = ["type": "cloud", "id": "acme/prod"]

    private func asked() async throws -> (Site, Asker, Enrolled) {
        let (site, _, _) = try await Site.withAcme()
        let alice = try await site.world.account(grants: [("prod", "OPE"), ("default", "DTM")])
        let client = try await site.world.application("Platform", .service, scopes: [.decisions])
        return (site, Asker(site, token: try await site.world.token(of: client)), alice)
    }

    private func found(_ asker: Asker, _ path: String, _ body: JSON) async throws -> [String] {
        let answer = try await asker.post("search/\(path)", body)
        #expect(answer.status == 200, "\(answer.text)")
        return try answer.json["results"].list.map { element in
            if case .string(let name) = element["name"] { return name }
            return try element["id"].text
        }
    }

    @Test("what a search finds is what an evaluation permits, and it finds all of that")
    func agree() async throws {
        let (site, asker, _) = try await asked()
        let issued = try await site.world.apiAccount()
        let subjects: [JSON] = [
            ["type": "user", "id": "alice@acme.example"], ["type": "user", "id": "rita@acme.example"],
            ["type": "client", "id": .string(issued.clientID)],
        ]
        for skipped: Int64 in [0, 901] {
            site.world.clock.skip(seconds: skipped)
            for subject in subjects {
                for cloud in ["acme/prod", "acme/default"] {
                    let resource: JSON = ["type": "cloud", "id": .string(cloud)]
                    let labels = site.world.usher.catalogue.actions.map(\.label)
                    let answer = try await asker.post(
                        "evaluations",
                        [
                            "subject": subject, "resource": resource,
                            "evaluations": .array(labels.map { ["action": ["name": .string($0)]] }),
                        ])
                    let decisions = try answer.json["evaluations"].list.map { $0["decision"] == true }
                    let allowed = zip(labels, decisions).filter(\.1).map(\.0)
                    #expect(try await found(asker, "action", ["subject": subject, "resource": resource]) == allowed)
                    for (label, isAllowed) in zip(labels, decisions) where label.hasPrefix("create") || isAllowed {
                        let action: JSON = ["name": .string(label)]
                        let type = try subject["type"].text
                        let who = try await found(
                            asker, "subject",
                            ["subject": ["type": .string(type)], "action": action, "resource": resource])
                        #expect(who.contains(try subject["id"].text) == isAllowed, "\(label) \(subject)")
                        let what = try await found(
                            asker, "resource", ["subject": subject, "action": action, "resource": ["type": "cloud"]])
                        #expect(what.contains(cloud) == isAllowed, "\(label) \(subject) \(cloud)")
                    }
                }
            }
        }
    }

    @Test("whoever has to verify a code first is found once they did")
    func stepUp() async throws {
        let (site, asker, alice) = try await asked()
        let question: JSON = [
            "subject": ["type": "user"], "action": ["name": "start-instance"], "resource": Self.cloud,
        ]
        #expect(try await found(asker, "subject", question) == ["alice@acme.example"])
        site.world.clock.skip(seconds: 901)
        #expect(try await found(asker, "subject", question) == [])
        let code = try #require(alice.totp).code(at: site.world.clock.now)
        _ = try await site.world.verify(code, of: alice.email.text)
        #expect(try await found(asker, "subject", question) == ["alice@acme.example"])
        // A session that was proven before that has not.
        let mine = { (since: Int64) -> JSON in
            [
                "subject": [
                    "type": "user", "id": "alice@acme.example", "properties": ["auth_time": .integer(since)],
                ], "action": ["name": "start-instance"], "resource": ["type": "cloud"],
            ]
        }
        #expect(try await found(asker, "resource", mine(site.world.clock.now.seconds)) == ["acme/prod"])
        #expect(try await found(asker, "resource", mine(0)) == [])
    }

    @Test("a search goes on by its token, and for no other question")
    func tokens() async throws {
        let (_, asker, _) = try await asked()
        let question: JSON.Members = [
            "subject": ["type": "user", "id": "alice@acme.example"], "resource": Self.cloud, "context": ["a": 1],
        ]
        func page(_ page: JSON, _ more: JSON.Members = [:]) async throws -> Answer {
            try await asker.post("search/action", .object(question.merging(["page": page]) { $1 }.merging(more) { $1 }))
        }
        let all = try await found(asker, "action", .object(question))
        #expect(all.count > 10)
        let first = try await page(["limit": 3]).json
        #expect(try first["results"].list.count == 3 && first["page"]["count"] == 3)
        let token = first["page"]["next_token"]
        let second = try await page(["token": token]).json
        #expect(try second["results"].list == (all[3..<6].map { ["name": .string($0)] }))
        #expect(try await page(["token": token, "limit": 3]).json == second)
        // An empty one is none.
        #expect(try await page(["token": "", "limit": 3]).json == first)
        let none = try await page(["limit": 0]).json
        #expect(none["results"] == [] && none["page"]["next_token"] != "")
        #expect(try await page(["limit": .integer(.max)]).json["page"]["next_token"] == "")
        for wrong: JSON in [
            ["token": token, "limit": 4], ["token": "AAAA"], ["token": 1], ["limit": -1], ["limit": "3"], [],
            ["limit": .decimal(1.5)], ["token": .string(String(try token.text.dropLast(2)))],
        ] {
            let answer = try await page(wrong)
            #expect(answer.status == 400 || answer.document == second, "\(wrong): \(answer.text)")
        }
        for change: JSON.Members in [
            ["context": ["a": 2]], ["resource": ["type": "cloud", "id": "acme/default"]],
            ["subject": ["type": "user", "id": "rita@acme.example"]],
        ] { #expect(try await page(["token": token], change).status == 400) }
    }

    @Test("many are found page by page, each once, whatever else is in the cloud")
    func pages() async throws {
        let platform = try await Platform(
            profiles: ["LOW": ["see"], "HIGH": ["see", "change"], "TOP": ["own"]],
            actions: ["see": "LOW", "change": "HIGH", "own": "TOP"])
        let names = (0..<250).map { "p\(1_000 + $0)" }
        try await platform.give(names.enumerated().map { ($1, "prod", $0 % 50 == 49 ? "HIGH" : "LOW") })
        for (action, wanted) in [("see", names), ("change", [49, 99, 149, 199, 249].map { names[$0] })] {
            for limit in [1, 2, 7, 100, 1_000] where limit > 2 || action == "change" {
                var found: [String] = []
                var page: JSON = ["limit": .integer(Int64(limit))]
                while true {
                    let answer = try await platform.post(
                        "search/subject",
                        [
                            "subject": ["type": "user"], "action": ["name": .string(action)],
                            "resource": Self.cloud, "page": page,
                        ]
                    ).json
                    found += try answer["results"].list.map { try $0["id"].text }
                    let token = try answer["page"]["next_token"].text
                    if token.isEmpty { break }
                    page = ["token": .string(token)]
                }
                #expect(found.sorted() == wanted.map { "\($0)@acme.example" }, "\(action) by \(limit)")
            }
        }
        // No page looks at more than a thousand, however few of them may: it is empty, and goes on.
        try await platform.give((0..<800).map { ("q\(1_000 + $0)", "prod", "LOW") })
        let question: JSON = ["subject": ["type": "user"], "action": ["name": "own"], "resource": Self.cloud]
        let first = try await platform.post("search/subject", question).json
        #expect(try first["results"] == [] && first["page"]["next_token"].text != "")
        let rest = question.with("page", ["token": first["page"]["next_token"]])
        let second = try await platform.post("search/subject", rest).json
        #expect(try second["results"] == [] && second["page"]["next_token"].text == "")
    }
}

extension Answer {
    fileprivate var document: JSON? { try? json }
}
