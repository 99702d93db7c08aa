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
    /// Oldest first, after sequence number `sequence`: read through, but for the part that `from` and `until` leave.
    func auditEntries(_ filter: AuditFilter, after sequence: Int64, limit: Int) throws -> [AuditEntry]
    /// Where requests, grants, duties and people say something of which the trail knows nothing, or the trail of a
    /// move that no history has; at most `limit` of each kind.
    func auditGaps(limit: Int) throws -> [AuditGap]
}

/// What waits, at one moment.
package struct Workload: Sendable {
    package let effectsWaiting: Int
    package let effectsParked: Int
    /// Mails among those that wait, also for a later try.
    package let mailsWaiting: Int
    /// Nil while the mail server answers.
    package let mailOutage: MailOutage?
    /// Since when the oldest effect that is due is due; nil if none is.
    package let oldestEffectDue: Timestamp?
    package let timersDue: Int
    package let oldestTimerDue: Timestamp?
    /// Questions that wait for people.
    package let inbox: Int
    /// People whose factor is locked after too many wrong codes.
    package let factorsLocked: Int

    package init(
        effectsWaiting: Int, effectsParked: Int,
        mailsWaiting: Int, mailOutage: MailOutage?, oldestEffectDue: Timestamp?,
        timersDue: Int, oldestTimerDue: Timestamp?, inbox: Int, factorsLocked: Int
    ) {
        self.effectsWaiting = effectsWaiting
        self.effectsParked = effectsParked
        self.mailsWaiting = mailsWaiting
        self.mailOutage = mailOutage
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

/// Something that is not in the trail, or only there.
package struct AuditGap: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A move of a request that the trail does not tell of.
        case move
        /// A move in the trail that no history has.
        case history
        case grant, duty, person, suspension
    }

    package let kind: Kind
    /// The id of the request or person.
    package let subject: String
    /// What exactly: the name of a move, a duty, a profile.
    package let detail: String

    package init(_ kind: Kind, subject: String, detail: String) {
        self.kind = kind
        self.subject = subject
        self.detail = detail
    }

    /// In one sentence.
    package var text: String {
        switch kind {
        case .move: "The trail does not tell of \(detail) of the request."
        case .history: "The trail tells of \(detail), and the history of the request does not."
        case .grant: "The trail does not tell of the grant \(detail)."
        case .duty: "The trail does not tell who gave the duty \(detail)."
        case .person: "The trail does not tell of this person at all."
        case .suspension: "The account is suspended, and the trail does not tell of it."
        }
    }
}

/// Which part of the trail; what is nil does not matter.
package struct AuditFilter: Sendable {
    /// Exactly as it is recorded, such as a person id.
    package var actor: String?
    package var action: String?
    package var subject: String?
    package var request: String?
    package var organization: String?
    package var from: Timestamp?
    /// Up to, not including.
    package var until: Timestamp?

    package init(
        actor: String? = nil, action: String? = nil, subject: String? = nil, request: String? = nil,
        organization: String? = nil, from: Timestamp? = nil, until: Timestamp? = nil
    ) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.request = request
        self.organization = organization
        self.from = from
        self.until = until
    }
}
