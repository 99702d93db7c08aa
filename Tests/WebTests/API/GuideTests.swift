import Basics
import Foundation
import OneTimePassword
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
        let scripts = try Self.scripts(of: "docs/api.md")
        let script = (["set -euo pipefail"] + scripts.map { "echo '--'\n\($0)" }).joined(separator: "\n")
        let folder = try TestFolder()
        try Data(script.utf8).write(to: URL(filePath: folder.path + "/guide.sh"))
        let run = try await OtherProgram.run(
            "/bin/bash", ["guide.sh"], in: folder,
            environment: [
                "USHER": "http://127.0.0.1:\(site.port)", "EMAIL": rita.email.text, "PASSWORD": rita.password,
                "CODE": try #require(rita.totp).code(at: site.world.clock.now),
            ])
        #expect(run.status == 0, "\(run.output)")
        let told = run.output.components(separatedBy: "--\n").dropFirst().map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        #expect(told.count == scripts.count)
        let wanted = [
            "openapi: 3.1.0", "true", "\"owesCode\": false", "\"dry-run\"", "1\n", "\"mfa\": \"active\"",
            "[\"email\",\"wrong_type\"]",
        ]
        for (text, want) in zip(told, wanted) { #expect(text.contains(want), "\(text)") }
        #expect(run.output.contains("[\"colour\",\"unknown_member\"]"))
        #expect(run.output.contains("[\"grants[0].profile\",\"required\"]"))
    }
}
