import ArgumentParser
import Basics
import Foundation
import Onboarding
import OpenSSL

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
            try await actor.run { app, actor in
                let found = try await app.onboarding.auditEntries(page.page, by: actor)
                if self.actor.json { return try Output.json(found.entries.map(\.json), next: found.next) }
                let rows = found.entries.map { entry in
                    let subject = entry.subject.map(found.readable) ?? entry.request ?? ""
                    return [
                        String(entry.sequence), entry.at.iso8601, found.readable(entry.actor), entry.action, subject,
                        entry.detail ?? "",
                    ]
                }
                Table("NO", "AT", "WHO", "ACTION", "WHAT", "DETAIL", rows: rows).print(empty: "The trail is empty.")
                say(next: found.next)
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
            try await actor.run { app, actor in
                var cursor: String?
                if format == .csv { try Self.write(AuditEntry.csvHeading) }
                repeat {
                    let request = PageRequest(after: cursor, limit: PageRequest.greatestLimit)
                    let page = try await app.onboarding.auditEntries(request, by: actor)
                    for entry in page.entries {
                        try Self.write(format == .csv ? entry.csvRow : entry.json.data(pretty: false) + Data("\n".utf8))
                    }
                    cursor = page.next
                } while cursor != nil
            }
        }

        private static func write(_ line: Data) throws { try FileHandle.standardOutput.write(contentsOf: line) }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute every hash and check every signature; exit 0 only if all hold.",
            discussion: "Example:\n  usher audit verify --json")

        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try await actor.run { app, actor in
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
