package import Basics

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
    package let webhooks: WebhookCounts

    package init(
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
