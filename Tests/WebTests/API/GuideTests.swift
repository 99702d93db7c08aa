import Basics
import Directory
import Foundation
import Onboarding
import OneTimePassword
import Records
import Scratch
import TestSupport
import Testing

@Suite("API: guide", .timeLimit(.minutes(60)))
struct GuideTests {
    /// The blocks of a page that a shell runs.
    private static func scripts(of page: String) throws -> [String] {
        let text = try String(contentsOf: OtherProgram.root.appending(path: page), encoding: .utf8)
        return text.components(separatedBy: "```sh\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }

    @Test("every example of docs/api.md does what the page says")
    func examples() async throws {
        let (site, _, rita) = try await Site.withAcme()
        site.world.clock.skip(seconds: 60)
        let told = try await Self.run(
            "docs/api.md",
            [
                "USHER": "http://127.0.0.1:\(site.port)", "EMAIL": rita.email.text, "PASSWORD": rita.password,
                "CODE": try #require(rita.totp).code(at: site.world.clock.now),
            ])
        let wanted = [
            "openapi: 3.1.0", "true", "\"owesCode\": false", "\"dry-run\"", "1\n", "\"mfa\": \"active\"",
            "[\"email\",\"wrong_type\"]",
        ]
        #expect(told.count == wanted.count)
        for (text, want) in zip(told, wanted) { #expect(text.contains(want), "\(text)") }
        let output = told.joined(separator: "\n")
        #expect(output.contains("[\"colour\",\"unknown_member\"]"))
        #expect(output.contains("[\"grants[0].profile\",\"required\"]"))
    }

    @Test("every example of docs/applications.md for a shell does what the page says")
    func applications() async throws {
        let (site, _, _) = try await Site.withAcme()
        let client = try await site.world.application(
            "Platform", .service, scopes: [.decisions, .introspection])
        let run = try await Self.run(
            "docs/applications.md",
            [
                "USHER": "http://127.0.0.1:\(site.port)", "EMAIL": "rita@acme.example", "CLIENT": client.id,
                "SECRET": String(decoding: try #require(client.secret).exposed, as: UTF8.self),
            ])
        let wanted = ["deny", "true\ntrue", "error=\"insufficient_scope\", scope=\"people\""]
        #expect(run.count == wanted.count)
        for (text, want) in zip(run, wanted) { #expect(text.contains(want), "\(text)") }
    }

    @Test("every example of docs/authzen.md does what the page says")
    func decisions() async throws {
        let (site, _, _) = try await Site.withAcme()
        try await site.world.account(grants: [("prod", "OPE")])
        let client = try await site.world.application("Platform", .service, scopes: [.decisions])
        let run = try await Self.run(
            "docs/authzen.md",
            [
                "USHER": "http://127.0.0.1:\(site.port)", "EMAIL": "alice@acme.example", "CLIENT": client.id,
                "SECRET": String(decoding: try #require(client.secret).exposed, as: UTF8.self),
            ])
        let endpoints = [
            "access_evaluation", "access_evaluations", "search_action", "search_resource", "search_subject",
        ]
        let first = site.world.usher.catalogue.actions.filter { $0.requires.code != "POW" }.prefix(2).map(\.label)
        let wanted = [
            (endpoints.prefix(2).map { "\($0)_endpoint" } + ["policy_decision_point"]
                + endpoints.dropFirst(2).map { "\($0)_endpoint" }).joined(separator: "\n"),
            "", "[true,\"allowed\",\"OPE\"]", "[false,\"mfa_stale\",\"urn:usher:acr:mfa\",900]", "[true,false,false]",
            """
            [{"id":"alice@acme.example","type":"user"}]
            [{"id":"acme/prod","type":"cloud"}]
            ["\(first[0])","\(first[1])",2]
            """,
            "The member subject.id is missing.",
        ]
        #expect(run == wanted)
    }

    /// What each block of a page told, one after the other in one shell.
    private static func run(_ page: String, _ environment: [String: String]) async throws -> [String] {
        let script = (["set -euo pipefail"] + (try scripts(of: page)).map { "echo '--'\n\($0)" })
            .joined(separator: "\n")
        let folder = try TestFolder()
        try Data(script.utf8).write(to: URL(filePath: folder.path + "/guide.sh"))
        let run = try await OtherProgram.run("/bin/bash", ["guide.sh"], in: folder, environment: environment)
        #expect(run.status == 0, "\(run.output)")
        return run.output.components(separatedBy: "--\n").dropFirst().map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
