/// Something that is not in the trail, or only there.
public struct AuditGap: Hashable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        /// A move of a request that the trail does not tell of.
        case move
        /// A move in the trail that no history has.
        case history
        case grant, duty, person
        /// An account that stands otherwise than the trail left it.
        case state
    }

    public let kind: Kind
    /// The id of the request or person.
    public let subject: String
    /// What exactly: the name of a move, a duty, a profile.
    public let detail: String

    public init(_ kind: Kind, subject: String, detail: String) {
        self.kind = kind
        self.subject = subject
        self.detail = detail
    }

    /// In one sentence.
    public var text: String {
        switch kind {
        case .move: "The trail does not tell of \(detail) of the request."
        case .history: "The trail tells of \(detail), and the history of the request does not."
        case .grant: "The trail does not tell of the grant \(detail)."
        case .duty: "The trail does not tell who gave the duty \(detail)."
        case .person: "The trail does not tell of this person at all."
        case .state: "The account is \(detail), and the trail does not tell of it."
        }
    }
}
