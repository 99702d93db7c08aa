import ArgumentParser
import Basics
import Foundation
import OpenSSL
import Storage
import Synchronization

/// `usher copy`: moves an installation between the data folder's SQLite and PostgreSQL, whole and in either direction.
struct CopyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Move the whole installation between a data folder's SQLite and PostgreSQL.",
        discussion: """
            A place is a data folder, or postgres://USER@HOST/DATABASE; one of both is a folder, with the keys.
            Meanwhile the source can only be read; afterwards it is used no more. What was interrupted goes on when
            it is run again.

            Examples:
              usher copy --from /var/lib/usher/data --to postgres://usher@db.example.com/usher
              usher copy --from postgres://usher@db.example.com/usher --to /var/lib/usher/data
              usher copy --release /var/lib/usher/data
            """)

    @Option(help: ArgumentHelp("What is copied.", valueName: "place")) var from: String?
    @Option(help: ArgumentHelp("Where to; must be empty.", valueName: "place")) var to: String?
    @Option(
        help: ArgumentHelp("Let an old source be used again, or one whose copy was given up.", valueName: "place"))
    var release: String?
    @Option(
        help: ArgumentHelp(
            "File that holds the password of the database's user; database.password-file if left out.",
            valueName: "file"), completion: .file())
    var passwordFile: String?
    @Flag(help: "Print one JSON document.") var json = false

    func validate() throws {
        guard (from != nil) == (to != nil), (from != nil) != (release != nil) else {
            throw ValidationError("Give --from and --to, or --release alone.")
        }
    }

    func run() async throws {
        if let release { return try await free(release) }
        guard let from, let to else { return }
        let start = ContinuousClock.now
        let relocation = try Relocation(from: from, to: to, passwordFile: passwordFile)
        try await relocation.begin()
        let copy = relocation.copy
        try await told("rows copied") { try await copy.copyRows($0) }
        let proofs = try await told("rows compared") { try await copy.verifyRows($0) }
        let findings = try await relocation.examineCopy()
        try await copy.finish()
        let outcome = Outcome(
            relocation: relocation, proofs: proofs, findings: findings, seconds: (.now - start) / .seconds(1))
        if json { Output.json(outcome.json) } else { outcome.print() }
    }

    /// Tells how far it is, where that takes long.
    private func told<Result>(
        _ noun: String, _ body: (@escaping @Sendable (DatabaseCopy.Progress) -> Void) async throws -> Result
    ) async throws -> Result {
        let progress = Mutex(Progress(noun))
        defer { progress.withLock { $0.end() } }
        return try await body { step in
            let percent = step.rows * 100 / max(1, step.total)
            progress.withLock { $0.show(step.rows, " of \(step.total), \(percent) %: \(step.table)") }
        }
    }

    private func free(_ name: String) async throws {
        let place = DatabasePlace(named: name, passwordFile: passwordFile, nil)
        try place.requireDatabase()
        if !DatabasePlace.isURL(name) { try DataFolder(path: DatabasePlace.path(name), database: place).claim() }
        let end = try place.end()
        let copy = try await DatabaseCopy.release(end)
        if json { return Output.json(["released": .string(end.name), "to": .string(copy)]) }
        Output.line("\(end.name) is released: it can be used again. Use no copy of it in \(copy) from now on.")
    }
}

extension CopyCommand {
    /// What a copy that was verified has come to.
    private struct Outcome {
        let relocation: Relocation
        let proofs: [DatabaseCopy.Proof]
        let findings: Relocation.Findings
        let seconds: Double

        private var rows: Int { proofs.reduce(0) { $0 + $1.rows } }
        private var source: String { relocation.copy.source.name }
        private var destination: String { relocation.copy.destination.name }
        /// What `database.url` must be from now on.
        private var setting: String { if case .server = relocation.to { destination } else { "" } }

        var json: JSON {
            [
                "from": .string(source), "to": .string(destination), "rows": .integer(Int64(rows)),
                "milliseconds": .integer(Int64(seconds * 1_000)),
                "tables": .array(
                    proofs.map {
                        [
                            "table": .string($0.table), "rows": .integer(Int64($0.rows)),
                            "sha256": .string($0.digest.hex),
                        ]
                    }),
                "auditEntries": .integer(findings.auditEntries), "signedUpTo": .integer(findings.signedUpTo),
                "requests": .integer(Int64(findings.requests)), "databaseURL": .string(setting),
            ]
        }

        func print() {
            let duration = seconds.formatted(.number.precision(.fractionLength(1)))
            Output.line(
                "Copied \(rows) rows of \(proofs.count) tables from \(source) to \(destination) in \(duration) s.")
            Output.line(
                """
                Verified: every row is the same on both sides. Audit entries: \(findings.auditEntries), signed up to \
                \(findings.signedUpTo). Requests whose history gives their state: \(findings.requests).
                """)
            Output.line(
                setting.isEmpty
                    ? """
                    Next: take database.url out of \(relocation.folder)/usher.yaml, and USHER_DATABASE_URL out of the \
                    environment; then start the service again.
                    """
                    : """
                    Next: set database.url in usher.yaml, or USHER_DATABASE_URL, to \(setting); then start the service \
                    again.
                    """)
            Output.line("\(source) keeps all it has and is used no more, unless you run usher copy --release.")
        }
    }
}
