package import Basics

/// What was sent to ask for access, read and not yet believed.
package struct AccessSubmission: Sendable {
    /// One denial that is to be changed.
    package struct Item: Sendable {
        package let question: DecisionQuestion
        /// As it came with the denial.
        package let bindingToken: String
        /// As it came beside it, in the words of whoever sends it.
        package let expiresAt: Timestamp
        package let evaluation: String?

        package init(question: DecisionQuestion, bindingToken: String, expiresAt: Timestamp, evaluation: String?) {
            self.question = question
            self.bindingToken = bindingToken
            self.expiresAt = expiresAt
            self.evaluation = evaluation
        }
    }

    package let subject: JSON
    /// At least one.
    package let items: [Item]
    /// Whether they came as a list.
    package let isList: Bool
    /// Why, for whoever decides; empty for the denial's own words.
    package let reason: String
    /// Until when it is wanted; nil for no end.
    package let until: String?
    package let idempotencyKey: String?
    /// Of the whole body.
    package let digest: String

    package init(
        subject: JSON, items: [Item], isList: Bool, reason: String, until: String?, idempotencyKey: String?,
        digest: String
    ) {
        self.subject = subject
        self.items = items
        self.isList = isList
        self.reason = reason
        self.until = until
        self.idempotencyKey = idempotencyKey
        self.digest = digest
    }
}
