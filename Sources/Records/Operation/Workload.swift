public import Basics

/// What waits, at one moment.
public struct Workload: Sendable {
    public let effectsWaiting: Int
    public let effectsParked: Int
    /// Mails among those that wait, also for a later try.
    public let mailsWaiting: Int
    /// Nil while the mail server answers.
    public let mailOutage: MailOutage?
    /// Since when the oldest effect that is due is due; nil if none is.
    public let oldestEffectDue: Timestamp?
    public let timersDue: Int
    public let oldestTimerDue: Timestamp?
    /// Questions that wait for people.
    public let inbox: Int
    /// People whose factor is locked after too many wrong codes.
    public let factorsLocked: Int
    public let webhooks: WebhookCounts

    public init(
        effectsWaiting: Int, effectsParked: Int,
        mailsWaiting: Int, mailOutage: MailOutage?, oldestEffectDue: Timestamp?,
        timersDue: Int, oldestTimerDue: Timestamp?, inbox: Int, factorsLocked: Int, webhooks: WebhookCounts
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
        self.webhooks = webhooks
    }
}

public struct RunCount: Hashable, Sendable {
    public let workflow: String
    public let version: Int
    public let state: String
    /// Whether these requests have come to their end.
    public let hasEnded: Bool
    public let count: Int

    public init(workflow: String, version: Int, state: String, hasEnded: Bool, count: Int) {
        self.workflow = workflow
        self.version = version
        self.state = state
        self.hasEnded = hasEnded
        self.count = count
    }
}

public struct DatabaseFacts: Sendable {
    /// `sqlite`.
    public let kind: String
    public let bytes: Int64
    /// Number of the last migration.
    public let schema: Int

    public init(kind: String, bytes: Int64, schema: Int) {
        self.kind = kind
        self.bytes = bytes
        self.schema = schema
    }
}
