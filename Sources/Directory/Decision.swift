public import Basics

/// What is known of a person in one cloud when the platform asks.
public struct Standing: Hashable, Sendable {
    public let account: AccountState
    /// nil: none in this cloud, or a revoked one.
    public let grant: Held?
    public let factor: FactorState
    /// When a code of this person was last accepted; nil: not known.
    public let lastVerifiedAt: Timestamp?

    /// The part of a grant that decides.
    public struct Held: Hashable, Sendable {
        /// A profile's code.
        public let profile: String
        public let since: Timestamp
        public let until: Timestamp?

        public init(profile: String, since: Timestamp, until: Timestamp?) {
            self.profile = profile
            self.since = since
            self.until = until
        }

        /// - Returns: nil if the grant was revoked.
        public init?(_ grant: Grant) {
            guard grant.revokedAt == nil else { return nil }
            self.init(profile: grant.profile, since: grant.since, until: grant.until)
        }
    }

    public init(account: AccountState, grant: Held?, factor: FactorState, lastVerifiedAt: Timestamp?) {
        self.account = account
        self.grant = grant
        self.factor = factor
        self.lastVerifiedAt = lastVerifiedAt
    }

    /// Whether a cloud knows nothing of somebody: what their account is, and whether they have a factor, is not its
    /// business then.
    public static func isStranger(hasGrant: Bool, isOfOrganization: Bool) -> Bool { !hasGrant && !isOfOrganization }
}

/// The answer to the question whether this person may do this here and now.
public struct Decision: Hashable, Sendable {
    /// Raw values are the words of the command line and the API.
    public enum Verdict: String, Sendable, CaseIterable, Codable {
        case allow, deny
        /// Not no: verify a code, and ask again.
        case stepUp = "step_up"
    }

    /// Stable codes; scripts compare them.
    public enum Reason: String, Sendable, CaseIterable, Codable {
        case allowed
        case accountNotActive = "account_not_active"
        case accountSuspended = "account_suspended"
        case accountClosed = "account_closed"
        case noGrant = "no_grant"
        case grantNotBegun = "grant_not_begun"
        case grantExpired = "grant_expired"
        case unknownProfile = "unknown_profile"
        case profileTooLow = "profile_too_low"
        case mfaNotEnrolled = "mfa_not_enrolled"
        case mfaStale = "mfa_stale"
        case mfaUnknown = "mfa_unknown"

        /// One sentence for a person.
        public var sentence: Sentence {
            switch self {
            case .allowed: "The profile in this cloud covers the action."
            case .accountNotActive: "The account is not active yet: the invitation has not been completed."
            case .accountSuspended: "The account is suspended."
            case .accountClosed: "The account is closed."
            case .noGrant: "There is no profile in this cloud."
            case .grantNotBegun: "The profile in this cloud has not begun yet."
            case .grantExpired: "The profile in this cloud has expired."
            case .unknownProfile: "The granted profile is not in the catalogue any more."
            case .profileTooLow: "The action needs a higher profile in this cloud."
            case .mfaNotEnrolled: "The action needs multi-factor authentication, and none is enrolled."
            case .mfaStale: "The action needs a more recent multi-factor authentication: verify a code."
            case .mfaUnknown: "The action needs multi-factor authentication: verify a code."
            }
        }
    }

    public let verdict: Verdict
    public let reason: Reason
    /// Code of the profile held in the cloud, begun or not; nil: none.
    public let profile: String?
    /// Code of the lowest profile that may.
    public let requires: String
    /// The version of the matrix that was followed.
    public let matrixVersion: Int
}

extension Catalogue {
    /// Whether `action` is allowed, refused, or allowed after a fresh code.
    ///
    /// Pure and total.
    public func decide(_ action: Action, for standing: Standing, at now: Timestamp) -> Decision {
        let held = standing.grant.map { (grant: $0, profile: profile($0.profile)) }
        let reason = DecidingFacts(
            account: standing.account,
            grant: held.map {
                DecidingFacts.Held(
                    since: $0.grant.since, until: $0.grant.until, reach: .init(of: $0.profile, towards: action))
            },
            needsMFA: action.needsMFA, factor: standing.factor, lastVerifiedAt: standing.lastVerifiedAt,
            mfaMaxAgeSeconds: mfaMaxAgeSeconds
        ).reason(at: now)
        return Decision(
            verdict: reason.verdict, reason: reason, profile: held.map { $0.profile?.code ?? $0.grant.profile },
            requires: action.requires.code, matrixVersion: matrixVersion)
    }
}

/// All that decides, in plain values: what the database holds and what is held in memory are judged by this one rule.
struct DecidingFacts {
    /// How far a profile goes for an action.
    enum Reach {
        /// The catalogue does not know the profile.
        case unknown
        case tooLow, enough

        init(of profile: Profile?, towards action: Action) {
            self = profile.map { $0.includes(action.requires) ? .enough : .tooLow } ?? .unknown
        }
    }

    /// A grant, towards one action.
    struct Held {
        let since: Timestamp
        let until: Timestamp?
        let reach: Reach
    }

    let account: AccountState
    let grant: Held?
    let needsMFA: Bool
    let factor: FactorState
    let lastVerifiedAt: Timestamp?
    let mfaMaxAgeSeconds: Int64

    /// What nobody can mend at once is said before what a code would mend, so
    /// that a stranger to the cloud is never asked to step up.
    func reason(at now: Timestamp) -> Decision.Reason {
        switch account {
        case .active: break
        case .invited: return .accountNotActive
        case .suspended: return .accountSuspended
        case .closed: return .accountClosed
        }
        guard let grant else { return .noGrant }
        guard grant.since <= now else { return .grantNotBegun }
        if let until = grant.until, until <= now { return .grantExpired }
        switch grant.reach {
        case .unknown: return .unknownProfile
        case .tooLow: return .profileTooLow
        case .enough: break
        }
        guard needsMFA else { return .allowed }
        guard factor == .active else { return .mfaNotEnrolled }
        // A verification from the future was stamped by a clock
        // that was set back since: it proves nothing.
        guard let verified = lastVerifiedAt, verified <= now else { return .mfaUnknown }
        let age = now.milliseconds - verified.milliseconds
        return age <= mfaMaxAgeSeconds * 1000 ? .allowed : .mfaStale
    }
}

extension Decision.Reason {
    public var verdict: Decision.Verdict {
        switch self {
        case .allowed: .allow
        case .mfaStale, .mfaUnknown: .stepUp
        case .accountNotActive, .accountSuspended, .accountClosed, .noGrant, .grantNotBegun, .grantExpired,
            .unknownProfile, .profileTooLow, .mfaNotEnrolled:
            .deny
        }
    }
}
