package import Basics

/// Something that concerns the safety of accounts: a proof that was given or refused, a limit, a lock.
///
/// Apart from the audit trail, which tells what was changed: these are many, tell
/// from where, and are kept for a while only.
package struct SecurityEvent: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
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

        package var isSuccess: Bool { [.passwordAccepted, .codeAccepted, .recoveryCodeAccepted].contains(self) }

        /// What people see of their own account.
        package static var signIns: Set<Kind> {
            [
                .passwordAccepted, .codeAccepted, .recoveryCodeAccepted, .passwordWrong, .codeWrong, .codeReplayed,
                .throttled, .locked, .nobody,
            ]
        }
    }

    package let sequence: Int64
    package let kind: Kind
    /// When it happened first, and last, within one minute.
    package let at: Timestamp
    package let lastAt: Timestamp
    /// How often.
    package let count: Int64
    /// Who was meant.
    package let person: PersonID?
    /// What stands for an address that nobody has: never the text
    /// itself, since people type passwords there.
    package let pseudonym: String?
    /// Who did it; nil where nobody had proven who they are.
    package let actor: Party?
    /// Empty where it came over no network.
    package let address: String
    package let agent: String
    /// Pattern of the route, or the command.
    package let route: String

    package init(
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
package struct Sighting: Sendable {
    package let kind: SecurityEvent.Kind
    package var person: PersonID?
    package var pseudonym: String?
    package var actor: Party?
    package let origin: Origin
    package var count: Int64 = 1

    /// - Parameter origin: taken before a transaction begins, since that runs elsewhere.
    package init(
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
    package var who: String { person?.text ?? pseudonym ?? actor?.text ?? "" }
}
