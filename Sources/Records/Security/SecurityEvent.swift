public import Basics

/// Something that concerns the safety of accounts: a proof that was given or refused, a limit, a lock.
///
/// Apart from the audit trail, which tells what was changed: these are many, tell
/// from where, and are kept for a while only.
public struct SecurityEvent: Hashable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case passwordAccepted = "password.accepted"
        case codeAccepted = "code.accepted"
        case recoveryCodeAccepted = "recovery_code.accepted"
        case passwordWrong = "password.wrong"
        /// An address that nobody has, or somebody who cannot sign in.
        case nobody = "sign_in.nobody"
        case codeWrong = "code.wrong"
        case codeReplayed = "code.replayed"
        case throttled = "throttled"
        case locked = "factor.locked"
        /// Whoever is known asked for what they may not do.
        case refused = "refused"
        /// Whoever is known asked for what is not theirs to see, or not there.
        case notTheirs = "not_theirs"
        /// Too many calls from one address or by one person.
        case limited = "limited"
        /// A token that opens nothing: of a session that has ended, or invented.
        case badToken = "token.bad"
        /// A client of the token endpoint that is not known, or did not prove that it is the one.
        case clientWrong = "client.wrong"
        /// A code or a refresh token that had been used before: one of two that have it has stolen it.
        case tokenReused = "token.reused"

        public var isSuccess: Bool { [.passwordAccepted, .codeAccepted, .recoveryCodeAccepted].contains(self) }

        /// What people see of their own account.
        public static var signIns: Set<Kind> {
            [
                .passwordAccepted, .codeAccepted, .recoveryCodeAccepted, .passwordWrong, .codeWrong, .codeReplayed,
                .throttled, .locked, .nobody,
            ]
        }
    }

    public let sequence: Int64
    public let kind: Kind
    /// When it happened first, and last, within one minute.
    public let at: Timestamp
    public let lastAt: Timestamp
    /// How often.
    public let count: Int64
    /// Who was meant.
    public let person: PersonID?
    /// What stands for an address that nobody has: never the text
    /// itself, since people type passwords there.
    public let pseudonym: String?
    /// Who did it; nil where nobody had proven who they are.
    public let actor: Party?
    /// Empty where it came over no network.
    public let address: String
    public let agent: String
    /// Pattern of the route, or the command.
    public let route: String

    public init(
        sequence: Int64, kind: Kind, at: Timestamp, lastAt: Timestamp, count: Int64, person: PersonID?,
        pseudonym: String?, actor: Party?, address: String, agent: String, route: String
    ) {
        self.sequence = sequence
        self.kind = kind
        self.at = at
        self.lastAt = lastAt
        self.count = count
        self.person = person
        self.pseudonym = pseudonym
        self.actor = actor
        self.address = address
        self.agent = agent
        self.route = route
    }
}

/// What was seen and is about to be recorded.
public struct Sighting: Sendable {
    public let kind: SecurityEvent.Kind
    public var person: PersonID?
    public var pseudonym: String?
    public var actor: Party?
    public let origin: Origin
    public var count: Int64 = 1

    /// - Parameter origin: taken before a transaction begins, since that runs elsewhere.
    public init(
        _ kind: SecurityEvent.Kind, person: PersonID? = nil, pseudonym: String? = nil, actor: Party? = nil,
        from origin: Origin, count: Int64 = 1
    ) {
        origin.witness?.see(person?.text ?? pseudonym)
        self.kind = kind
        self.person = person
        self.pseudonym = pseudonym
        self.actor = actor
        self.origin = origin
        self.count = count
    }

    /// Whom it is counted for; empty for nobody in particular.
    public var who: String { person?.text ?? pseudonym ?? actor?.text ?? "" }
}
