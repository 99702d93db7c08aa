public import Basics
public import Directory
public import Records

/// Requests from a file in two steps, for whoever wants to look before anything is submitted.
///
/// A row is checked and submitted by the use case that a single request goes through. What one
/// row needs is one transaction with what is remembered of it, so that a process that dies
/// goes on where it stood, and two that work side by side submit no row twice.
extension Onboarding {
    /// Personal data of people who may never get an account is kept
    /// no longer than somebody needs it to look.
    private static var keptSeconds: Int64 { 30 * 86_400 }
    /// Written together, so that a large file does not keep the others waiting.
    private static var rowsPerWrite: Int { 1_000 }

    /// Keeps the rows of a table of people to be checked.
    ///
    /// - Parameters:
    ///   - submits: what happens then.
    ///   - id: of a file that was kept until its columns were known; nil for a new one.
    /// - Throws: `Fault.Code.invalid` if the file as such cannot be read, `.notFound` for
    ///   an organization that is not the actor's.
    public func beginBatch(
        csv bytes: [UInt8], _ reading: FileReading = FileReading(), organization slug: String,
        submits: Batch.Submission = .whenTold, as id: BatchID? = nil, by actor: Actor
    ) async throws -> BatchID {
        let now = world.now()
        guard let person = actor.person else { throw Authority.missing("organization", slug) }
        let file = try await read(bytes, reading, organization: slug, Self.greatestRows, by: actor)
        let id = id ?? BatchID(at: now, random: world.random)
        let doubles = duplicates(file.rows)
        let candidates = file.rows.map { row in
            FileRow(
                line: row.line, submission: submission(row.fields, slug, id),
                faults: row.faults.isEmpty ? doubles[row.line].map { [Self.duplicate(of: $0)] } ?? [] : row.faults)
        }
        let (organization, rows) = try await self.reading(by: actor, at: now) { turn in
            let organization = try turn.organization(slug: slug)
            return (
                organization.id,
                try zip(file.rows, candidates).map { row, candidate in
                    guard !candidate.faults.isEmpty else {
                        return BatchRow(line: row.line, fields: row.fields, state: .new)
                    }
                    let faults = try turn.faults(of: candidate)
                    return BatchRow(line: row.line, fields: row.fields, state: .refused, faults: faults)
                }
            )
        }
        let batch = Batch(
            id: id, organization: organization, person: person.id, encoding: file.encoding, createdAt: now,
            state: .reading, submits: submits, rows: BatchCounts(), notes: file.notes)
        try await remember(file, by: actor, organization: slug)
        try await working { transaction in
            try transaction.forgetBatches(before: now.adding(seconds: -Self.keptSeconds))
            try transaction.forgetFile(id)
            try transaction.insert(batch)
        }
        for start in stride(from: 0, to: rows.count, by: Self.rowsPerWrite) {
            let part = Array(rows[start..<min(start + Self.rowsPerWrite, rows.count)])
            try await working { try $0.insert(part, into: batch.id) }
        }
        _ = try await working { try $0.move(batch.id, from: .reading, to: .checking) }
        return batch.id
    }

    /// A batch as whoever began it sees it, while they may submit.
    ///
    /// - Throws: `.notFound` for one that is not there, or somebody else's: the same answer.
    public func batch(_ id: BatchID, by actor: Actor) async throws -> (Batch, Organization) {
        try await reading(by: actor) { try $0.own(id) }
    }

    /// - Parameter state: nil lists every row.
    public func rows(
        of id: BatchID, _ state: BatchRow.State?, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<BatchRow> {
        try await reading(by: actor) { turn in
            _ = try turn.own(id)
            return try turn.snapshot.rows(of: id, state, page)
        }
    }

    /// The newest of what the actor began, with nothing of what is in them.
    public func batches(by actor: Actor) async throws -> [Batch] {
        guard let person = actor.person else { return [] }
        return try await reading(by: actor) { turn in
            try turn.requireStanding()
            return try turn.snapshot.batches(of: person.id, limit: 10).map { $0.seen(at: turn.now) }
        }
    }

    /// Submits the rows that were found good; those that are refused stay out.
    ///
    /// Those that only take away hold at once, so they are submitted here, by whoever has just proven a code, and not
    /// by a worker, who has none.
    /// - Throws: `.conflict` while rows are still checked; `.unauthenticated` where rows take away and no code is
    ///   fresh.
    public func submitBatch(_ id: BatchID, by actor: Actor) async throws {
        let now = world.now()
        let (batch, takers) = try await reading(by: actor, at: now) { turn in try turn.takers(of: id) }
        for (taker, request) in zip(takers, requestIDs(takers.count, at: now)) {
            var submission = taker.submission
            submission.id = request
            try await submit(taker.row, submission, of: batch, by: actor, at: now)
        }
        try await writing(by: actor) { turn in
            let (batch, _) = try turn.own(id)
            if batch.state == .submitting || batch.state == .done { return }  // Sent twice, submitted once.
            guard try turn.transaction.move(id, from: .checked, to: .submitting) else {
                throw Fault(.conflict, "The rows of this file are still being checked.")
            }
        }
    }

    /// Stops a batch that is worked on; what was submitted stays submitted.
    ///
    /// - Throws: `.conflict` if nothing is left to be done.
    public func stopBatch(_ id: BatchID, by actor: Actor) async throws {
        try await writing(by: actor) { turn in
            let (batch, _) = try turn.own(id)
            guard batch.isAtWork, try turn.transaction.move(id, from: batch.state, to: .stopped) else {
                throw Fault(.conflict, "There is nothing left to stop.")
            }
        }
    }

    /// Forgets a batch that was looked at, and submits nothing of it.
    public func forgetBatch(_ id: BatchID, by actor: Actor) async throws {
        try await writing(by: actor) { turn in
            let (batch, _) = try turn.own(id)
            guard batch.state != .submitting else {
                throw Fault(.conflict, "The rows of this file are being submitted.")
            }
            try turn.transaction.forget(id)
        }
    }

    // MARK: Work

    /// Goes on with every batch that has something left to do, a slice of each.
    ///
    /// - Returns: whether there is more.
    public func advanceBatches() async throws -> Bool {
        var isMore = false
        for id in try await store.read({ try $0.runningBatches(limit: 10) }) {
            if try await advanceBatch(id) { isMore = true }
        }
        return isMore
    }

    /// Checks or submits the next rows of one batch.
    ///
    /// - Parameter limit: rows at most.
    /// - Returns: whether there is more.
    @discardableResult
    public func advanceBatch(_ id: BatchID, limit: Int = 500) async throws -> Bool {
        let found = try await store.read { snapshot -> (Batch, Organization, Person, [BatchRow])? in
            guard let batch = try snapshot.batch(id), batch.isRunning,
                let organization = try snapshot.organization(batch.organization),
                let person = try snapshot.person(batch.person)
            else { return nil }
            let state = batch.state == .checking ? BatchRow.State.new : .good
            return (batch, organization, person, try snapshot.rows(of: id, state, PageRequest(limit: limit)).items)
        }
        guard let (batch, organization, person, rows) = found else { return false }
        let actor = Actor(person: person, operatorName: nil, verifiedAt: nil)
        do {
            if batch.state == .checking {
                try await check(rows, of: batch, organization, by: actor)
            } else {
                try await submit(rows, of: batch, organization, by: actor)
            }
        } catch let fault as Fault where fault.code == .notFound || fault.code == .forbidden {
            // Suspended, or replaced as representative, while the rest was waiting.
            _ = try await working { try $0.move(id, from: batch.state, to: .stopped) }
            return false
        }
        guard rows.count < limit else { return true }
        return try await working { transaction in
            guard batch.state == .checking else {
                _ = try transaction.move(id, from: .submitting, to: .done)
                return false
            }
            // Counted anew: the last rows were refused or not only a moment ago.
            let next = try transaction.batch(id)?.afterCheck ?? .checked
            return try transaction.move(id, from: .checking, to: next) && next == .submitting
        }
    }

    private func check(
        _ rows: [BatchRow], of batch: Batch, _ organization: Organization, by actor: Actor
    ) async throws {
        let checked = try await reading(by: actor) { turn in
            try rows.map { row in
                var row = row
                let submission = self.submission(row.fields, organization.slug.text, batch.id)
                do {
                    let view = try turn.preview(submission)
                    // Nobody will be there with a code.
                    if batch.submits != .whenTold, view.workflow == Self.reductionWorkflow { throw Self.codeIsMissing }
                    row.state = .good
                } catch let fault as Fault where fault.code == .invalid || fault.code == .conflict {
                    row.refuse(fault)
                }
                return row
            }
        }
        try await working { transaction in
            for row in checked { try transaction.update(row, of: batch.id) }
        }
    }

    /// Many at a time, so that they share commits; their requests stand in the order of the rows.
    private func submit(
        _ rows: [BatchRow], of batch: Batch, _ organization: Organization, by actor: Actor
    ) async throws {
        let now = world.now()
        let ids = requestIDs(rows.count, at: now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, row) in rows.enumerated() {
                if index >= Self.parallelRows { try await group.next() }
                var submission = submission(row.fields, organization.slug.text, batch.id)
                submission.id = ids[index]
                group.addTask { [submission] in try await self.submit(row, submission, of: batch, by: actor, at: now) }
            }
            try await group.waitForAll()
        }
    }

    private func submit(
        _ row: BatchRow, _ submission: Submission, of batch: Batch, by actor: Actor, at now: Timestamp
    ) async throws {
        do {
            try await writing(by: actor, at: now) { turn in
                guard var row = try turn.transaction.row(row.line, of: batch.id), row.state == .good else { return }
                row.request = try turn.submit(submission).id
                row.state = .submitted
                try turn.transaction.update(row, of: batch.id)
            }
        } catch let fault as Fault where [.invalid, .conflict, .unauthenticated].contains(fault.code) {
            let fault = fault.code == .unauthenticated ? Self.codeIsMissing : fault
            // What held when it was checked may hold no longer.
            try await working { transaction in
                guard var row = try transaction.row(row.line, of: batch.id), row.state == .good else { return }
                row.refuse(fault)
                try transaction.update(row, of: batch.id)
            }
        }
    }
}

extension Onboarding {
    fileprivate static var codeIsMissing: Fault {
        Fault.invalid(
            "grants", "needs_code", "This only takes away, and holds at once: submit it by itself, with a fresh code.")
    }
}

extension Turn {
    /// The rows of a batch that was checked which only take away, with what they ask.
    ///
    /// - Throws: `.unauthenticated` where there are any and no code is fresh.
    fileprivate func takers(of id: BatchID) throws -> (Batch, [(row: BatchRow, submission: Submission)]) {
        let (batch, organization) = try own(id)
        guard batch.state == .checked else { return (batch, []) }
        let capacity = try requireSubmission(for: organization)
        var takers: [(row: BatchRow, submission: Submission)] = []
        var page = PageRequest(limit: PageRequest.greatestLimit)
        while true {
            let found = try snapshot.rows(of: id, .good, page)
            for row in found.items {
                let submission = usher.submission(row.fields, organization.slug.text, id)
                if try takesAway(submission, of: organization, capacity) { takers.append((row, submission)) }
            }
            guard let next = found.next else { break }
            page = PageRequest(after: next, limit: PageRequest.greatestLimit)
        }
        if !takers.isEmpty { try requireFreshMFA() }
        return (batch, takers)
    }

    fileprivate func own(_ id: BatchID) throws -> (Batch, Organization) {
        guard let batch = try snapshot.batch(id)?.seen(at: now), batch.person == actor.person?.id,
            let organization = try snapshot.organization(batch.organization)
        else { throw Authority.missing("file", id.text) }
        _ = try requireSubmission(for: organization)
        return (batch, organization)
    }
}

extension BatchRow {
    fileprivate mutating func refuse(_ fault: Fault) {
        state = .refused
        faults = fault.fieldFaults
    }
}
