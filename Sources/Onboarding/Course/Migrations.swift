public import Basics
public import Records
public import Workflow

/// What a migration did to one request, or would do.
public struct MigrationVerdict: Sendable {
    public let request: RequestID
    public let from: Int
    public let to: Int
    public let before: Picture
    /// Nil where it is refused.
    public let after: Picture?
    /// One sentence each.
    public let refusals: [String]

    public struct Picture: Sendable {
        public let state: String
        public let dueAt: Timestamp?
        public let frozenAt: Timestamp?
        public let timers: [Run.Timer]
        /// Parts that are asked.
        public let asked: [String]
        /// Keys of effects whose outcome the run still waits for.
        public let effects: [String]

        init(_ run: Run) {
            state = run.state
            dueAt = run.dueAt
            frozenAt = run.frozenAt
            timers = run.timers
            asked = run.asked
            effects = run.ledger.filter { $0.state == .pending || $0.state == .parked }.map(\.key)
        }
    }
}

extension Onboarding {
    /// Takes a page of requests over into the version that new requests
    /// follow, each in a transaction of its own.
    ///
    /// - Parameters:
    ///   - id: only this one.
    ///   - isDryRun: says only what would become of them.
    /// - Returns: what became of each, oldest first; nothing of
    ///   what ended, or was migrated, meanwhile.
    public func migrateRequests(
        of workflow: String, only id: RequestID?, isDryRun: Bool, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<MigrationVerdict> {
        // Before the first one, so that it is said also where there is nothing to migrate.
        if !isDryRun { try await reading(by: actor) { try $0.requireOperation() } }
        let found = try await requestsToMigrate(workflow, only: id, page, by: actor)
        var verdicts: [MigrationVerdict] = []
        for id in found.items {
            let verdict =
                isDryRun ? try await rehearseMigration(of: id, by: actor) : try await migrate(id, by: actor)
            if let verdict { verdicts.append(verdict) }
        }
        return Page(items: verdicts, next: found.next)
    }

    /// Requests that a migration of `workflow` concerns: all that have not ended and follow an
    /// older version than new requests do, or the one that is named; oldest first.
    public func requestsToMigrate(
        _ workflow: String, only id: RequestID?, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<RequestID> {
        try await reading(by: actor) { try $0.requireOperator() }
        guard let version = library.current[workflow]?.version else { throw Authority.missing("workflow", workflow) }
        if let id {
            guard let request = try await store.read({ try $0.request(id) }), request.run.workflow == workflow else {
                throw Authority.missing("request of \(workflow)", id.text)
            }
            return Page(items: [id], next: nil)
        }
        return try await store.read { try $0.openRequests(following: workflow, before: version, page) }
    }

    /// What `migrate` would do to a request as it is now.
    public func rehearseMigration(of id: RequestID, by actor: Actor) async throws -> MigrationVerdict {
        try await reading(by: actor) { turn in
            try turn.requireOperator()
            let request = try turn.request(id)
            return try turn.adopted(request).verdict
        }
    }

    /// Takes one request over into the version that new requests follow, in a transaction of its own.
    ///
    /// - Returns: nil if it ended, or somebody else migrated it, since it was found.
    public func migrate(_ id: RequestID, by actor: Actor) async throws -> MigrationVerdict? {
        let verdict = try await writing(by: actor) { turn -> MigrationVerdict? in
            let request = try turn.request(id)
            try turn.requireOperation()
            let new = try library.current(request.run.workflow)
            if request.run.ended != nil || request.run.version >= new.version { return nil }
            let (verdict, step) = try turn.adopted(request)
            guard let step else { return verdict }
            try turn.transaction.register(name: new.name, version: new.version, source: new.source, at: turn.now)
            let mover = Mover(recorded: actor.recorded, note: "version \(verdict.from) -> \(verdict.to)")
            let moved = try turn.commit(
                step, of: request, on: .migrate(from: verdict.from, to: verdict.to), following: new, by: mover)
            try turn.keepInvitation(of: moved)
            return verdict
        }
        if verdict?.after != nil { _ = try await performDue(of: id) }
        return verdict
    }
}

extension Turn {
    fileprivate func adopted(_ request: Request) throws -> (verdict: MigrationVerdict, step: Step?) {
        let run = request.run
        let new = try library.ready(run.workflow, in: snapshot)
        let old = try library.definition(of: run, in: snapshot)
        let calendar = try calendars.calendar(of: request.locality)
        func verdict(_ after: Run?, _ refusals: [any CustomStringConvertible]) -> MigrationVerdict {
            MigrationVerdict(
                request: request.id, from: run.version, to: new.version, before: .init(run),
                after: after.map { .init($0) }, refusals: refusals.map { "\($0)" })
        }
        // Said of this one, so that an operator's own request does not keep all the others back.
        if let fault = Authority.interest(of: actor, in: request) { return (verdict(nil, [fault.message]), nil) }
        let refusals = new.migrationRefusals(of: run, from: old)
        guard refusals.isEmpty else { return (verdict(nil, refusals), nil) }
        do throws(MigrationRefusal) {
            let step = try new.adopt(run, from: old, at: now, calendar: calendar)
            return (verdict(step.run, []), step)
        } catch { return (verdict(nil, [error]), nil) }
    }
}
