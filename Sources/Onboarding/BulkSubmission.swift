package import Basics
import Foundation

/// What became of one row of a CSV.
package struct RowVerdict: Sendable, Codable {
    /// Line of the file on which the row begins; the header is line 1.
    package let line: Int
    package let email: String
    /// The request, where one was submitted.
    package let request: String?
    package let accepted: Bool
    package let faults: [Fault.Field]
}

package struct BulkVerdict: Sendable {
    package let rows: [RowVerdict]
    /// As which the bytes were read.
    package let encoding: String
    /// Under which the requests of the file are found together.
    package let batch: BatchID
    package var refused: Int { rows.count { !$0.accepted } }
}

extension Onboarding {
    package static let greatestRows = 100_000
    static let header = ["email", "name", "locale", "grants", "until", "reason"]
    /// As many as one commit takes; more would only wait.
    private static let parallelRows = 64

    /// Submits every row of a CSV with the header `email,name,locale,grants,until,reason`.
    ///
    /// - Parameters:
    ///   - allOrNothing: one bad row refuses the file; the rows are submitted in one transaction.
    ///   - greatestRows: more are refused.
    ///   - progress: called with the number of rows that are settled.
    /// - Throws: `Fault.Code.invalid` if the file as such cannot be read; a bad row is a verdict, not an error.
    package func submitAll(
        csv bytes: [UInt8], organization: String, by actor: Actor, allOrNothing: Bool, dryRun: Bool,
        greatestRows: Int = Self.greatestRows,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws -> BulkVerdict {
        let (table, encoding) = try CSVTable.read(bytes, header: Self.header, greatestRows: greatestRows)
        let batch = BatchID(at: world.now(), random: world.random)
        let rows = table.map { row in (row.line, submission(row.fields, organization, batch)) }
        let doubles = duplicates(rows.map { ($0.0, $0.1.email) })
        // Checked first, all of them: with all-or-nothing nothing may be written before every row is known to hold.
        if dryRun || allOrNothing {
            var verdicts: [RowVerdict] = []
            for (line, submission) in rows {
                verdicts.append(
                    try await verdict(line, submission, doubles[line]) {
                        _ = try await self.submit(submission, by: actor, dryRun: true)
                        return nil
                    })
                progress(verdicts.count, rows.count)
            }
            if dryRun || verdicts.contains(where: { !$0.accepted }) {
                return BulkVerdict(rows: verdicts, encoding: encoding, batch: batch)
            }
        }
        let settled =
            try await allOrNothing
            ? submitTogether(rows, by: actor) : submitEach(rows, doubles, by: actor, progress: progress)
        // What the rows ask for together is of none of them. If that fails it goes out later; the rows are submitted.
        _ = try? await runDue()
        return BulkVerdict(rows: settled, encoding: encoding, batch: batch)
    }

    func submission(_ fields: [String], _ organization: String, _ batch: BatchID) -> Submission {
        let grants = fields[3].split(separator: ";").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                cloud: parts[0].trimmingCharacters(in: .whitespaces),
                profile: parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            )
        }
        var submission = Submission(
            organization: organization, email: fields[0], name: fields[1],
            language: fields[2].isEmpty ? "en" : fields[2], grants: grants, until: fields[4], reason: fields[5])
        submission.batch = batch
        return submission
    }

    /// The line on which an address stood before, by the line on which it stands again.
    func duplicates(_ rows: [(line: Int, email: String)]) -> [Int: Int] {
        var first: [String: Int] = [:]
        var doubles: [Int: Int] = [:]
        for (line, text) in rows {
            guard let email = try? EmailAddress(text) else { continue }  // Its own fault is told with the row.
            if let earlier = first[email.key] { doubles[line] = earlier } else { first[email.key] = line }
        }
        return doubles
    }

    static func duplicate(of line: Int) -> Fault.Field {
        .init("email", "duplicate_row", "The same person stands on line \(line) already.")
    }

    private func verdict(
        _ line: Int, _ submission: Submission, _ double: Int?, _ body: () async throws -> String?
    ) async throws -> RowVerdict {
        func refused(_ faults: [Fault.Field]) -> RowVerdict {
            RowVerdict(line: line, email: submission.email, request: nil, accepted: false, faults: faults)
        }
        if let double {
            return refused([Self.duplicate(of: double)])
        }
        do {
            let request = try await body()
            return RowVerdict(line: line, email: submission.email, request: request, accepted: true, faults: [])
        } catch let fault as Fault where fault.code == .invalid || fault.code == .conflict {
            return refused(
                fault.faults.isEmpty ? [.init("email", fault.code.rawValue, fault.message)] : fault.faults)
        }
    }

    private func submitTogether(_ rows: [(Int, Submission)], by actor: Actor) async throws -> [RowVerdict] {
        let now = world.now()
        return try await store.write { transaction in
            try rows.map { line, submission in
                let request = try self.submit(submission, by: actor, at: now, in: transaction)
                return RowVerdict(
                    line: line, email: submission.email, request: request.id.text, accepted: true, faults: [])
            }
        }
    }

    /// Many at a time, so that they share commits; in the order of the file.
    private func submitEach(
        _ rows: [(Int, Submission)], _ doubles: [Int: Int], by actor: Actor,
        progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> [RowVerdict] {
        try await withThrowingTaskGroup(of: (Int, RowVerdict).self) { group in
            var verdicts: [RowVerdict?] = Array(repeating: nil, count: rows.count)
            var settled = 0
            for index in rows.indices {
                if index >= Self.parallelRows, let (done, verdict) = try await group.next() {
                    verdicts[done] = verdict
                    settled += 1
                    progress(settled, rows.count)
                }
                group.addTask {
                    let (line, submission) = rows[index]
                    return (
                        index,
                        try await self.verdict(line, submission, doubles[line]) {
                            try await self.submit(submission, by: actor).id
                        }
                    )
                }
            }
            for try await (done, verdict) in group {
                verdicts[done] = verdict
                settled += 1
                progress(settled, rows.count)
            }
            return verdicts.compactMap { $0 }
        }
    }
}
