import ArgumentParser
import Basics
import Foundation
import Onboarding
import OpenSSL
import Operations
import Records

/// `usher audit …`: who did what, and the proof that nobody rewrote it.
struct AuditCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The audit trail: read it, export it, verify it.",
        discussion: "Example:\n  usher audit verify",
        subcommands: [List.self, Export.self, Verify.self, Accept.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the trail, oldest first; with a filter, newest first.",
            discussion: "Example:\n  usher audit list --actor rita@acme.example --from 2027-03-01")

        @OptionGroup var filters: AuditFilters
        @OptionGroup var page: PageOptions
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            // Scripts get ids, people addresses.
            let query = filters.query + page.query(("addresses", flag(!actor.json)))
            try await actor.answer(APIRequest(.listAudit, query: query)) { found in
                func readable(_ recorded: String) -> String {
                    Party(text: recorded).text { found["addresses"][$0.text].text ?? $0.text }
                }
                try found.printTable(
                    ["NO", "AT", "WHO", "ACTION", "WHAT", "DETAIL"],
                    empty: filters.isGiven ? "There is no such entry." : "The trail is empty."
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
            commandName: "export",
            abstract: "Write the trail to standard output, oldest first: all of it, or what filters leave.",
            discussion: """
                Whoever fetches it regularly gives the number of the last entry that they have with --after.

                Examples:
                  usher audit export --format csv > trail.csv
                  usher audit export --after 120340 >> trail.jsonl
                  usher audit export --from 2027-03-01 --to 2027-03-31
                """)

        @Option(help: "jsonl (one JSON document a line) or csv.") var format = Format.jsonl
        @Option(help: ArgumentHelp("Only what came after this entry.", valueName: "number")) var after: Int64?
        @OptionGroup var filters: AuditFilters
        @OptionGroup var actor: ActorOptions

        func validate() throws {
            if let after, after < 0 { throw ValidationError("--after takes the number of an entry.") }
            if actor.json, format == .csv { throw ValidationError("--json and --format csv contradict each other.") }
        }

        func run() async throws {
            if format == .csv { try Self.write(AuditEntry.csvHeading) }
            try await actor.asking(for: App.reading) { desk in
                try await desk.pages(after: after.map(String.init)) { cursor in
                    let order = [("order", filters.isGiven ? "oldest" : nil)]
                    return APIRequest(.listAudit, query: filters.query + order + PageOptions.largest(cursor))
                } _: { page in
                    for entry in page["items"].elements {
                        try Self.write(
                            format == .csv ? AuditEntry.csvRow(of: entry) : entry.data(pretty: false) + Data("\n".utf8))
                    }
                }
            }
        }

        private static func write(_ line: Data) throws { try FileHandle.standardOutput.write(contentsOf: line) }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Recompute every hash and check every signature; exit 0 only if all hold.",
            discussion: """
                Compares with the head that is kept beside the keys and, with --head, with one that \
                was kept elsewhere: a
                file (what `verify --json` printed, or what audit.heads sent) or the hash of an entry.

                Examples:
                  usher audit verify --json > head.json
                  usher audit verify --head head.json
                """)

        @Option(
            help: ArgumentHelp("A head that was kept elsewhere; may be repeated.", valueName: "file|hash"),
            completion: .file()) var head: [String] = []
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            // An examination signs nothing: neither what it finds wrong, nor what it finds right.
            let (verdict, newest, key) = try await App.examine(in: actor.folder) { app in
                let signature = try await app.onboarding.lastAuditSignature(by: try await actor.actor(in: app))
                let verdict = try await app.onboarding.verifyAudit(against: try head.flatMap(claims))
                return (verdict, signature?.head, app.onboarding.keys.audit.publicKey.hex)
            }
            if actor.json {
                Output.json([
                    "ok": .bool(verdict.defect == nil), "entries": .integer(verdict.entries),
                    "chains": .integer(Int64(verdict.chains)), "signedUpTo": .integer(verdict.signedUpTo),
                    "defect": JSON(verdict.defect?.english),
                    "publicKey": .string(key),
                    "head": newest?.json ?? .null, "kept": verdict.kept?.json ?? .null,
                ])
            } else if let defect = verdict.defect {
                Output.line("The audit trail does not hold. \(defect)")
            } else {
                Output.line("The audit trail holds: \(verdict.entries) entries, signed up to \(verdict.signedUpTo).")
            }
            if verdict.defect != nil { throw Exit.refused }
        }

        /// - Throws: `Fault.Code.invalid` for what is neither a hash nor a file with a head in it.
        private func claims(_ text: String) throws -> [HeadClaim] {
            if FileManager.default.fileExists(atPath: text) {
                guard let data = FileManager.default.contents(atPath: text) else {
                    throw Fault.invalid("head", "unreadable", "The file \(text) cannot be read.")
                }
                let claims = HeadClaim.all(in: String(decoding: data, as: UTF8.self))
                guard claims.isEmpty else { return claims }
                throw Fault.invalid("head", "no_head", "The file \(text) holds no head of an audit trail.")
            }
            let claims = HeadClaim.all(in: text)
            guard claims.isEmpty else { return claims }
            throw Fault.invalid(
                "head", "no_head", "--head takes a file that is there, or a hash of 64 hexadecimal digits: not \(text)."
            )
        }
    }

    struct Accept: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "accept",
            abstract: "Take the trail as it is for the right one, against the head that is kept beside the keys.",
            discussion: """
                After a restore from a backup the database is older than the last signed head. The trail records that it
                was accepted, by whom and why; heads that were sent elsewhere go on telling of what is missing.

                Example:
                  usher audit accept --reason "Restored the backup of Sunday after the disk failed"
                """)

        @Option(help: "Why; it stands in the trail.") var reason: String
        @OptionGroup var actor: ActorOptions

        func run() async throws {
            try actor.folder.requireFolder()
            let head = try await actor.run { app, actor in
                try await app.onboarding.acceptAudit(reason: reason, by: actor)
            }
            if actor.json { return Output.json(head.json) }
            Output.line("Accepted. Entry \(head.sequence) says so, and its head is kept beside the keys.")
        }
    }
}

/// Which part of the trail.
struct AuditFilters: ParsableArguments {
    @Option(help: ArgumentHelp("Who: an address, \"usher\", or \"operator NAME\".", valueName: "who"))
    var actor: String?
    @Option(help: ArgumentHelp("What was done, such as duty.assign.", valueName: "action")) var action: String?
    @Option(help: ArgumentHelp("About whom or what: an address or an id.", valueName: "whom")) var subject: String?
    @Option(help: ArgumentHelp("Only of this request.", valueName: "id")) var request: String?
    @Option(help: ArgumentHelp("Only of this organization.", valueName: "slug")) var organization: String?
    @Option(help: ArgumentHelp("From this day or instant on.", valueName: "time")) var from: String?
    @Option(
        name: [.customLong("to"), .customLong("until")],
        help: ArgumentHelp("To this day and including it, or to this instant.", valueName: "time")) var until: String?

    var query: [(String, String?)] {
        [
            ("actor", actor), ("action", action), ("subject", subject), ("request", request),
            ("organization", organization), ("from", from), ("until", until),
        ]
    }

    var isGiven: Bool { query.contains { $0.1 != nil } }
}
