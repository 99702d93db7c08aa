public import Basics
import Foundation
public import Records

/// What became of one row of a CSV.
public struct RowVerdict: Sendable, Codable {
    /// Line of the file on which the row begins; the header is line 1.
    public let line: Int
    public let email: String
    /// The request, where one was submitted.
    public let request: String?
    public let accepted: Bool
    public let faults: [Fault.Field]
}

public struct BulkVerdict: Sendable {
    public let rows: [RowVerdict]
    /// As which the bytes were read.
    public let encoding: String
    /// What whoever sent the file should know of how it was read, in sentences.
    public let notes: [Sentence]
    /// Under which the requests of the file are found together.
    public let batch: BatchID
    public var refused: Int { rows.count { !$0.accepted } }
}

extension Onboarding {
    public static let greatestRows = 100_000
    /// As many as one commit takes; more would only wait.
    static let parallelRows = 256

    /// A row that may be submitted, or why it may not.
    struct FileRow {
        let line: Int
        var submission: Submission
        let faults: [Fault.Field]
    }

    /// Submits every row of a table of people: a text with separators, or an Excel workbook.
    ///
    /// - Parameters:
    ///   - reading: which columns are what, and what holds for all rows.
    ///   - allOrNothing: one bad row refuses the file; the rows are submitted in one transaction.
    ///   - greatestRows: more are refused.
    ///   - progress: called with the number of rows that are settled.
    /// - Throws: `Fault.Code.invalid` if the file as such cannot be
    ///   read; a bad row is a verdict, not an error.
    public func submitAll(
        csv bytes: [UInt8], _ reading: FileReading = FileReading(), organization: String, by actor: Actor,
        allOrNothing: Bool, dryRun: Bool, greatestRows: Int = Self.greatestRows,
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws -> BulkVerdict {
        let file = try await read(bytes, reading, organization: organization, greatestRows, by: actor)
        let batch = BatchID(at: world.now(), random: world.random)
        let doubles = duplicates(file.rows)
        let rows = file.rows.map { row in
            FileRow(
                line: row.line, submission: submission(row.fields, organization, batch),
                faults: row.faults.isEmpty ? doubles[row.line].map { [Self.duplicate(of: $0)] } ?? [] : row.faults)
        }
        func verdict(_ rows: [RowVerdict]) -> BulkVerdict {
            BulkVerdict(rows: rows, encoding: file.encoding, notes: file.notes, batch: batch)
        }
        // Checked first, all of them: with all-or-nothing nothing may be
        // written before every row is known to hold.
        if dryRun || allOrNothing {
            let verdicts = try await check(rows, by: actor, progress)
            if dryRun || verdicts.contains(where: { !$0.accepted }) { return verdict(verdicts) }
        }
        try await self.reading(by: actor) { try $0.requireCode(for: rows, of: organization) }
        try await remember(file, by: actor, organization: organization)
        let settled =
            try await allOrNothing
            ? submitTogether(rows, by: actor) : submitEach(rows, by: actor, progress: progress)
        // What the rows ask for together is of none of them. If that fails
        // it goes out later; the rows are submitted.
        _ = try? await performDue()
        return verdict(settled)
    }

    func submission(_ fields: [String], _ organization: String, _ batch: BatchID) -> Submission {
        var submission = Submission(
            organization: organization, email: fields[0], name: fields[1],
            language: fields[2].isEmpty ? "en" : fields[2], grants: WrittenGrants.pairs(fields[3]), until: fields[4],
            reason: fields[5])
        submission.batch = batch
        return submission
    }

    /// The line on which an address stood before, by the line on which it stands again; a row
    /// that is refused as such stands for nobody.
    func duplicates(_ rows: [PeopleFile.Row]) -> [Int: Int] {
        var first: [String: Int] = [:]
        var doubles: [Int: Int] = [:]
        for row in rows where row.faults.isEmpty {
            guard let email = try? EmailAddress(row.fields[0]) else { continue }  // Its own fault is told with the row.
            if let earlier = first[email.key] { doubles[row.line] = earlier } else { first[email.key] = row.line }
        }
        return doubles
    }

    static func duplicate(of line: Int) -> Fault.Field {
        .init("email", "duplicate_row", "The same person stands on line \(line) already.")
    }

    /// Names for the requests of so many rows, in the order of the rows: whatever lists
    /// requests by name then lists those of a file as the file does.
    func requestIDs(_ count: Int, at now: Timestamp) -> [RequestID] {
        (0..<count).map { _ in RequestID(at: now, random: world.random) }.sorted()
    }

    private func verdict(_ row: FileRow, request: String? = nil, faults: [Fault.Field] = []) -> RowVerdict {
        RowVerdict(
            line: row.line, email: row.submission.email, request: request, accepted: faults.isEmpty, faults: faults)
    }

    /// Every row by itself, in one reading of the database.
    private func check(
        _ rows: [FileRow], by actor: Actor, _ progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> [RowVerdict] {
        var verdicts: [RowVerdict] = []
        verdicts.reserveCapacity(rows.count)
        for start in stride(from: 0, to: rows.count, by: Self.parallelRows) {
            let part = rows[start..<min(start + Self.parallelRows, rows.count)]
            verdicts += try await reading(by: actor) { turn in
                try part.map { self.verdict($0, faults: try turn.faults(of: $0)) }
            }
            progress(verdicts.count, rows.count)
        }
        return verdicts
    }

    private func submitTogether(_ rows: [FileRow], by actor: Actor) async throws -> [RowVerdict] {
        let now = world.now()
        let ids = requestIDs(rows.count, at: now)
        return try await writing(by: actor, at: now) { turn in
            try zip(rows, ids).map { row, id in
                var submission = row.submission
                submission.id = id
                let request = try turn.submit(submission)
                return self.verdict(row, request: request.id.text)
            }
        }
    }

    /// Many at a time, so that they share commits; in the order of the file.
    private func submitEach(
        _ rows: [FileRow], by actor: Actor, progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> [RowVerdict] {
        var verdicts: [RowVerdict] = []
        verdicts.reserveCapacity(rows.count)
        let ids = requestIDs(rows.count, at: world.now())
        for start in stride(from: 0, to: rows.count, by: Self.parallelRows) {
            let range = start..<min(start + Self.parallelRows, rows.count)
            verdicts += try await submitPart(Array(zip(rows[range], ids[range])), by: actor) {
                progress(start + $0, rows.count)
            }
        }
        return verdicts
    }

    private func submitPart(
        _ rows: [(FileRow, RequestID)], by actor: Actor, progress: (Int) -> Void
    ) async throws -> [RowVerdict] {
        // One moment for all of them: what is due first is listed first, and none of them is.
        let now = world.now()
        return try await withThrowingTaskGroup(of: (Int, RowVerdict).self) { group in
            for (index, (row, id)) in rows.enumerated() {
                group.addTask { (index, try await self.submit(row, as: id, by: actor, at: now)) }
            }
            var verdicts: [RowVerdict?] = Array(repeating: nil, count: rows.count)
            var settled = 0
            for try await (index, verdict) in group {
                verdicts[index] = verdict
                settled += 1
                progress(settled)
            }
            return verdicts.compactMap { $0 }
        }
    }

    private func submit(
        _ row: FileRow, as id: RequestID, by actor: Actor, at now: Timestamp
    ) async throws -> RowVerdict {
        guard row.faults.isEmpty else {
            return try await reading(by: actor, at: now) { turn in
                self.verdict(row, faults: try turn.faults(of: row))
            }
        }
        var submission = row.submission
        submission.id = id
        do {
            let request = try await writing(by: actor, at: now) { [submission] turn in
                try turn.submit(submission).id
            }
            return verdict(row, request: request.text)
        } catch let fault as Fault where fault.code == .invalid || fault.code == .conflict {
            return verdict(row, faults: fault.fieldFaults)
        }
    }
}

extension Turn {
    /// Asked before the first row is saved.
    ///
    /// - Throws: `.unauthenticated` where rows only take away, which holds at once, and no code is fresh.
    fileprivate func requireCode(for rows: [Onboarding.FileRow], of slug: String) throws {
        do { try requireFreshMFA() } catch let missing as Fault where missing.code == .unauthenticated {
            let organization = try organization(slug: slug)
            let capacity = try requireSubmission(for: organization)
            let isNeeded = try rows.contains { row in
                try row.faults.isEmpty && takesAway(row.submission, of: organization, capacity)
            }
            if isNeeded { throw missing }
        }
    }

    /// All that speaks against a row: what its file says, and what its fields do.
    func faults(of row: Onboarding.FileRow) throws -> [Fault.Field] {
        // Of a row that is cut or split nothing more can be said.
        if row.faults.contains(where: { $0.field == "row" || $0.code == "duplicate_row" }) { return row.faults }
        do {
            _ = try preview(row.submission)
            return row.faults
        } catch let fault as Fault where fault.code == .invalid || fault.code == .conflict {
            let fields = Set(row.faults.map(\.field))
            return row.faults + fault.fieldFaults.filter { !fields.contains($0.field) }
        }
    }
}

extension Fault {
    /// Of a row: a refusal without fields is about the person.
    var fieldFaults: [Field] { faults.isEmpty ? [.init("email", code.rawValue, sentence)] : faults }
}
