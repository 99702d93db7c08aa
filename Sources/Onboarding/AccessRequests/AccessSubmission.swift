public import Basics

/// What was sent to ask for access, read and not yet believed.
public struct AccessSubmission: Sendable {
    /// One denial that is to be changed.
    public struct Item: Sendable {
        public let question: DecisionQuestion
        /// As it came with the denial.
        public let bindingToken: String
        /// As it came beside it, in the words of whoever sends it.
        public let expiresAt: Timestamp
        public let evaluation: String?

        public init(question: DecisionQuestion, bindingToken: String, expiresAt: Timestamp, evaluation: String?) {
            self.question = question
            self.bindingToken = bindingToken
            self.expiresAt = expiresAt
            self.evaluation = evaluation
        }
    }

    public let subject: JSON
    /// At least one.
    public let items: [Item]
    /// Whether they came as a list.
    public let isList: Bool
    /// Why, for whoever decides; empty for the denial's own words.
    public let reason: String
    /// Until when it is wanted; nil for no end.
    public let until: String?
    public let idempotencyKey: String?
    /// Of the whole body.
    public let digest: String

    public init(
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
