public import Basics
public import Directory

/// One question of a program, in its own words: whether this subject may do this with that resource.
///
/// What is not known is denied and not refused, so that whoever asks has one way to hear no. An object and no value:
/// to copy what was sent from hand to hand would cost more than to answer.
public final class DecisionQuestion: Sendable {
    /// Somebody or something: its type, and its name among those of that type.
    public struct Entity: Hashable, Sendable {
        public let type: String
        public let id: String

        public init(type: String, id: String) {
            self.type = type
            self.id = id
        }
    }

    public let subject: Entity
    /// A label of the privilege matrix.
    public let action: String
    public let resource: Entity
    /// When whoever asks saw the person prove themselves, for the session that wants to act.
    ///
    /// What Usher saw later than that was in another session and does not count; a proof that
    /// Usher did not see never does. Nil counts whatever Usher saw.
    public let authenticatedAt: Timestamp?
    public let sent: Sent

    /// What was sent, member by member: a request that answers the denial has to say the same.
    public struct Sent: Sendable {
        public let subject: JSON
        public let action: JSON
        public let resource: JSON
        /// Of which approval it is said that it covers this.
        public let approval: String?

        public init(subject: JSON, action: JSON, resource: JSON, approval: String? = nil) {
            self.subject = subject
            self.action = action
            self.resource = resource
            self.approval = approval
        }
    }

    public init(
        subject: Entity, action: String, resource: Entity, authenticatedAt: Timestamp? = nil, sent: Sent
    ) {
        self.subject = subject
        self.action = action
        self.resource = resource
        self.authenticatedAt = authenticatedAt
        self.sent = sent
    }
}

/// What a question is answered with.
public enum DecisionAnswer: Hashable, Sendable {
    case decided(Decision)
    case unknown(Unknown)

    /// What the question is about and nobody knows, or is not for whoever asks: the two are answered alike.
    public enum Unknown: String, Sendable, CaseIterable {
        case action = "unknown_action"
        case subject = "unknown_subject"
        case resource = "unknown_resource"
        /// The question lacks something.
        case incomplete

        /// One sentence for a person.
        public var sentence: Sentence {
            switch self {
            case .action: "There is no such action in the privilege matrix."
            case .subject: "Subjects of this type are not known here."
            case .resource: "There is no such resource."
            case .incomplete: "The question lacks its subject, its action or its resource."
            }
        }
    }

    public var isPermit: Bool { isDecided(.allow) }
    /// More than a code is missing.
    var isDenial: Bool { isDecided(.deny) }

    private func isDecided(_ verdict: Decision.Verdict) -> Bool {
        guard case .decided(let decision) = self else { return false }
        return decision.verdict == verdict
    }
}

/// When the questions of one call have been answered far enough.
public enum DecisionOrder: String, Sendable, CaseIterable {
    case all = "execute_all"
    case untilDenied = "deny_on_first_deny"
    case untilPermitted = "permit_on_first_permit"

    func isSettled(by answer: DecisionAnswer) -> Bool {
        switch self {
        case .all: false
        case .untilDenied: !answer.isPermit
        case .untilPermitted: answer.isPermit
        }
    }
}
