import ArgumentParser
import Basics
import Foundation
import Onboarding
import OpenSSL
import Remote

/// `usher audit …`: who did what, and the proof that nobody rewrote it.
struct AuditCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The audit trail: read it, export it, verify it.",
        discussion: "Example:\n  usher audit verify",
        subcommands: [List.self, Export.self, Verify.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the trail, oldest first.", discussion: "Example:\n  usher audit list --limit 20")

        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            // Scripts get ids, people addresses.
            let query = page.query(("addresses", flag(!actor.json)))
            try await actor.answer(.get("audit", query: query)) { app, actor in
                try await app.onboarding.auditEntries(page.page, by: actor).document(withAddresses: !self.actor.json)
            } print: { found in
                func readable(_ text: String) -> String {
                    text.split(separator: " ", omittingEmptySubsequences: false)
                        .map { found["addresses"][String($0)].text ?? String($0) }.joined(separator: " ")
                }
                try found.printTable(
                    ["NO", "AT", "WHO", "ACTION", "WHAT", "DETAIL"], empty: "The trail is empty."
                ) { entry in
                    [
                        String(entry["sequence"].number ?? 0), entry["at"].text ?? "",
                        readable(entry["actor"].text ?? ""), entry["action"].text ?? "",
                        entry["subject"].text.map(readable) ?? entry["request"].text ?? "",
                        entry["detail"].text ?? "",
                    ]
                }
            }
        }
    }

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case jsonl, csv
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the whole trail to standard output, for an auditor.",
            discussion: "Example:\n  usher audit export --format csv > trail.csv")

        @Option(help: "jsonl (one JSON document a line) or csv.") var format = Format.jsonl
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            if actor.json, format == .csv { throw ValidationError("--json and --format csv contradict each other.") }
        }

        func run() async throws {
            if format == .csv { try Self.write(AuditEntry.csvHeading) }
            _ = try await actor.document(for: App.reading) { server in
                try await write { cursor in
                    let query = [("after", cursor), ("limit", "\(PageRequest.greatestLimit)")]
                    return try await server.send(.get("audit", query: query)).document
                }
            } here: { app, actor in
                try await write {
                    let page = PageRequest(after: $0, limit: PageRequest.greatestLimit)
                    return try await app.onboarding.auditEntries(page, by: actor).document(withAddresses: false)
                }
            }
        }

        /// Page after page, to the end.
        private func write(_ page: (String?) async throws -> JSON) async throws -> JSON {
            var cursor: String?
            repeat {
                let found = try await page(cursor)
                for entry in found["items"].elements {
                    try Self.write(
                        format == .csv ? AuditEntry.csvRow(of: entry) : entry.data(pretty: false) + Data("\n".utf8))
                }
                cursor = found["next"].text
            } while cursor != nil
            return .null
        }

        private static func write(_ line: Data) throws { try FileHandle.standardOutput.write(contentsOf: line) }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute every hash and check every signature; exit 0 only if all hold.",
            discussion: "Example:\n  usher audit verify --json")

        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run(for: App.reading) { app, actor in
                let signature = try await app.onboarding.lastAuditSignature(by: actor)
                let verdict = try await app.onboarding.verifyAudit()
                if self.actor.json {
                    try Output.json([
                        "ok": .bool(verdict.defect == nil), "entries": .integer(verdict.entries),
                        "signedUpTo": .integer(verdict.signedUpTo), "defect": JSON(verdict.defect),
                        "publicKey": JSON(signature?.publicKey.hex), "head": signature?.head.json ?? .null,
                    ])
                } else if let defect = verdict.defect {
                    Output.line("The audit trail does not hold. \(defect)")
                } else {
                    Output.line(
                        "The audit trail holds: \(verdict.entries) entries, signed up to \(verdict.signedUpTo).")
                }
                // Thrown in here, so that the command signs nothing of a trail that does not hold.
                if verdict.defect != nil { throw Exit.refused }
            }
        }
    }
}

extension AuditHead {
    fileprivate var json: JSON {
        [
            "sequence": .integer(sequence), "hash": .string(hash.hex), "at": JSON(at),
            "signature": .string(signature.hex),
        ]
    }
}
