package import Basics
import Synchronization

/// Something that concerns the safety of accounts: a proof that was given or refused, a limit, a lock.
///
/// Apart from the audit trail, which tells what was changed: these are many, tell from where, and are kept for a while only.
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

        /// What became of a code; nil where there was nothing to prove.
        init?(_ reason: CodeVerification.Reason, isRecoveryCode: Bool) {
            switch reason {
            case .ok: self = isRecoveryCode ? .recoveryCodeAccepted : .codeAccepted
            case .wrong: self = .codeWrong
            case .replayed: self = .codeReplayed
            case .throttled: self = .throttled
            case .locked: self = .locked
            case .none: return nil
            }
        }

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
    /// What stands for an address that nobody has: never the text itself, since people type passwords there.
    package let pseudonym: String?
    /// Who did it, as the audit trail names actors; nil where nobody had proven who they are.
    package let actor: String?
    /// Empty where it came over no network.
    package let address: String
    package let agent: String
    /// Pattern of the route, or the command.
    package let route: String

    package init(
        sequence: Int64, kind: Kind, at: Timestamp, lastAt: Timestamp, count: Int64, person: PersonID?,
        pseudonym: String?, actor: String?, address: String, agent: String, route: String
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
    package var actor: String?
    package let origin: Origin
    package var count: Int64 = 1

    /// - Parameter origin: taken before a transaction begins, since that runs elsewhere.
    package init(
        _ kind: SecurityEvent.Kind, person: PersonID? = nil, pseudonym: String? = nil, actor: String? = nil,
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
}

/// From where a call comes: known at the boundary, told with what is recorded beneath it.
package struct Origin: Sendable {
    package let address: String
    package let agent: String
    package let route: String
    /// Nil for a command.
    package let witness: Witness?

    package init(address: String = "", agent: String = "", route: String, witness: Witness? = nil) {
        self.address = address
        self.agent = agent
        self.route = route
        self.witness = witness
    }

    /// The same call, from where its client is known to be.
    package func from(_ client: Client) -> Origin {
        Origin(address: client.address, agent: client.agent, route: route, witness: witness)
    }

    /// Of the call that is being answered; a command of this machine where there is none.
    @TaskLocal package static var current = Origin(route: "command")

    /// What floods are counted by.
    package var network: String { ClientNetwork(address).key }

    /// For the audit trail, in one line: `192.0.2.1 Firefox/140.0`.
    package var told: String? {
        let text = [address, agent].filter { !$0.isEmpty }.joined(separator: " ")
        return text.isEmpty ? nil : text
    }
}

/// Knows whether a call was recorded by the use case that it came to, and about whom: the boundary then records it no more.
package final class Witness: Sendable {
    private let state = Mutex<(hasSeen: Bool, account: String?)>((false, nil))

    package init() {}

    package var hasSeen: Bool { state.withLock { $0.hasSeen } }
    /// The id of the person who was meant, or the pseudonym of an address that nobody has.
    package var account: String? { state.withLock { $0.account } }

    func see(_ account: String?) { state.withLock { $0 = (true, account ?? $0.account) } }
}

/// Which events; what is nil does not matter.
package struct SecurityFilter: Sendable {
    package var kinds: Set<SecurityEvent.Kind>?
    package var person: PersonID?

    package init(kinds: Set<SecurityEvent.Kind>? = nil, person: PersonID? = nil) {
        self.kinds = kinds
        self.person = person
    }
}

package protocol SecuritySnapshot {
    /// Newest first, before number `sequence`.
    func securityEvents(_ filter: SecurityFilter, before sequence: Int64, limit: Int) throws -> [SecurityEvent]
    /// Oldest first, after number `sequence`.
    func securityEvents(_ filter: SecurityFilter, after sequence: Int64, limit: Int) throws -> [SecurityEvent]
    /// How often each kind was seen since an instant.
    func securityCounts(since: Timestamp) throws -> [SecurityEvent.Kind: Int64]
}

package protocol SecurityTransaction {
    /// Counts up what was seen in the same minute of the same network about the same account, or begins to.
    ///
    /// Of one kind no more than twenty accounts are told apart for one network in a minute, and no more than five hundred
    /// in all: the rest is counted together, so that nobody fills the disk by knocking.
    func record(_ sighting: Sighting, at now: Timestamp) throws
    /// Forgets what is older, at most so many at once.
    ///
    /// - Returns: how many it were.
    func forgetSecurityEvents(before: Timestamp, limit: Int) throws -> Int
}
