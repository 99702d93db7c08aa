package import Basics

/// What an operator asks about the whole installation.
package protocol OperationSnapshot {
    /// Counted up to `limit` each, so that the answer costs the same however long a queue is.
    func workload(at now: Timestamp, upTo limit: Int) throws -> Workload
    /// How many requests there are of each version of each workflow in each state; in the order of these.
    func runCounts() throws -> [RunCount]
    func databaseFacts() throws -> DatabaseFacts
    /// Newest first, before sequence number `sequence`.
    func auditEntries(_ filter: AuditFilter, before sequence: Int64, limit: Int) throws -> [AuditEntry]
}

/// What waits, at one moment.
package struct Workload: Sendable {
    package let effectsWaiting: Int
    package let effectsParked: Int
    /// Since when the oldest effect that is due is due; nil if none is.
    package let oldestEffectDue: Timestamp?
    package let timersDue: Int
    package let oldestTimerDue: Timestamp?
    /// Questions that wait for people.
    package let inbox: Int
    /// People whose factor is locked after too many wrong codes.
    package let factorsLocked: Int

    package init(
        effectsWaiting: Int, effectsParked: Int, oldestEffectDue: Timestamp?, timersDue: Int,
        oldestTimerDue: Timestamp?, inbox: Int, factorsLocked: Int
    ) {
        self.effectsWaiting = effectsWaiting
        self.effectsParked = effectsParked
        self.oldestEffectDue = oldestEffectDue
        self.timersDue = timersDue
        self.oldestTimerDue = oldestTimerDue
        self.inbox = inbox
        self.factorsLocked = factorsLocked
    }
}

package struct RunCount: Hashable, Sendable {
    package let workflow: String
    package let version: Int
    package let state: String
    /// Whether these requests have come to their end.
    package let hasEnded: Bool
    package let count: Int

    package init(workflow: String, version: Int, state: String, hasEnded: Bool, count: Int) {
        self.workflow = workflow
        self.version = version
        self.state = state
        self.hasEnded = hasEnded
        self.count = count
    }
}

package struct DatabaseFacts: Sendable {
    /// `sqlite`.
    package let kind: String
    package let bytes: Int64
    /// Number of the last migration.
    package let schema: Int

    package init(kind: String, bytes: Int64, schema: Int) {
        self.kind = kind
        self.bytes = bytes
        self.schema = schema
    }
}

/// Which part of the trail; what is nil does not matter.
package struct AuditFilter: Sendable {
    /// Exactly as it is recorded, such as a person id.
    package var actor: String?
    package var action: String?
    package var subject: String?
    package var request: String?
    package var from: Timestamp?
    /// Up to, not including.
    package var until: Timestamp?

    package init(
        actor: String? = nil, action: String? = nil, subject: String? = nil, request: String? = nil,
        from: Timestamp? = nil, until: Timestamp? = nil
    ) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.request = request
        self.from = from
        self.until = until
    }
}
