public import Basics

/// Why a decision is as it is, and what would have to be otherwise for the action to be allowed.
public struct Explanation: Hashable, Sendable {
    public let decision: Decision
    /// The entry of the matrix that was followed.
    public let action: Action
    /// What the action's lowest profile is made of, in its order: each of them is needed.
    public let roles: [NeededRole]
    /// In this order: all of them together are needed, and enough.
    ///
    /// Empty where the action is allowed, and where nothing helps.
    public let changes: [Change]

    public struct NeededRole: Hashable, Sendable {
        public let role: Role
        /// The profile that is held has it.
        public let isHeld: Bool
    }

    /// The profile to ask for, where the action is denied for want of it before all else.
    public var missingProfile: Profile? { decision.verdict == .deny ? changes.first?.profile : nil }

    /// One thing that has to be otherwise.
    public enum Change: Hashable, Sendable {
        /// Whoever was invited chooses a password, and proves what they have to.
        case activateAccount
        case resumeAccount
        /// What was closed stays so.
        case openAccount
        /// There is none, or one that has ended or that nobody knows any more.
        case grantProfile(Profile)
        case raiseProfile(Profile)
        /// The profile that is held begins then.
        case wait(until: Timestamp)
        case enrolFactor
        case verifyCode
        /// A program proves itself by a key of its own, and not by a secret.
        case registerKey
    }
}

extension Explanation.Change {
    /// Stable codes; scripts compare them.
    public enum Kind: String, Sendable, CaseIterable {
        case activateAccount = "activate_account"
        case resumeAccount = "resume_account"
        case openAccount = "open_account"
        case grantProfile = "grant_profile"
        case raiseProfile = "raise_profile"
        case wait
        case enrolFactor = "enrol_factor"
        case verifyCode = "verify_code"
        case registerKey = "register_key"
    }

    public var kind: Kind {
        switch self {
        case .activateAccount: .activateAccount
        case .resumeAccount: .resumeAccount
        case .openAccount: .openAccount
        case .grantProfile: .grantProfile
        case .raiseProfile: .raiseProfile
        case .wait: .wait
        case .enrolFactor: .enrolFactor
        case .verifyCode: .verifyCode
        case .registerKey: .registerKey
        }
    }

    /// Which one, where a profile has to be another.
    public var profile: Profile? {
        switch self {
        case .grantProfile(let profile), .raiseProfile(let profile): profile
        default: nil
        }
    }

    /// When, where it comes by itself.
    public var instant: Timestamp? { if case .wait(let instant) = self { instant } else { nil } }
}

extension Explanation.Change.Kind {
    /// - Parameters:
    ///   - profile: a code, where there is one.
    ///   - instant: as the reader expects it, where there is one.
    public func sentence(profile: String, at instant: String) -> Sentence {
        switch self {
        case .activateAccount: "The invitation is completed, so that the account is active."
        case .resumeAccount: "The account is resumed."
        case .openAccount: "An account is asked for anew: a closed one stays closed."
        case .grantProfile: "The profile \(profile) is granted in this cloud."
        case .raiseProfile: "The profile in this cloud is raised to \(profile)."
        case .wait: "The profile begins: \(instant)."
        case .enrolFactor: "An authenticator is enrolled."
        case .verifyCode: "A fresh code is verified."
        case .registerKey: "The program signs with a key of its own, in place of a secret."
        }
    }
}

/// Who wants to do something in one cloud, as far as it is known.
public enum Asker: Hashable, Sendable {
    case person(Standing)
    case program(ProgramStanding)

    /// What counts for one action.
    public func standing(for action: Action, at now: Timestamp) -> Standing {
        switch self {
        case .person(let standing): standing
        case .program(let program): program.standing(for: action, at: now)
        }
    }
}

/// What is known of a program in one cloud.
///
/// A program has no authenticator: of some actions the catalogue says that its key counts as one, or that nothing
/// has to.
public struct ProgramStanding: Hashable, Sendable {
    public let isClosed: Bool
    public let grant: Standing.Held?
    public let hasKeys: Bool

    public init(isClosed: Bool, grant: Standing.Held?, hasKeys: Bool) {
        self.isClosed = isClosed
        self.grant = grant
        self.hasKeys = hasKeys
    }

    /// What it holds: nothing once it is closed, whatever it had.
    public var held: Standing.Held? { isClosed ? nil : grant }

    /// What counts for one action.
    public func standing(for action: Action, at now: Timestamp) -> Standing {
        let proves =
            switch action.requires.programs {
            case .never: false
            case .withKey: hasKeys
            case .always: true
            }
        return Standing(
            account: grant != nil && isClosed ? .closed : .active, grant: grant, factor: proves ? .active : .none,
            lastVerifiedAt: proves ? now : nil)
    }
}

extension Catalogue {
    public func decide(_ action: Action, for asker: Asker, at now: Timestamp) -> Decision {
        decide(action, for: asker.standing(for: action, at: now), at: now)
    }

    /// The decision, and what would change it.
    ///
    /// Whatever stands in its way is put right and `decide` asked again, until it allows: so no second rule says
    /// what is missing.
    public func explain(_ action: Action, for asker: Asker, at now: Timestamp) -> Explanation {
        let decision = decide(action, for: asker, at: now)
        var (changes, better, next): ([Explanation.Change], Asker, Decision) = ([], asker, decision)
        while next.verdict != .allow {
            guard let change = change(after: next.reason, of: action, for: better) else {
                changes = []
                break
            }
            changes.append(change)
            better = better.after(change, at: now)
            next = decide(action, for: better, at: now)
        }
        let held = asker.standing(for: action, at: now).grant.flatMap { profile($0.profile) }
        return Explanation(
            decision: decision, action: action,
            roles: action.requires.roles.map { .init(role: $0, isHeld: held?.roles.contains($0) == true) },
            changes: changes)
    }

    /// What puts one reason right; nil where nothing does.
    private func change(
        after reason: Decision.Reason, of action: Action, for asker: Asker
    ) -> Explanation.Change? {
        let grant = asker.grant
        let held = grant.flatMap { profile($0.profile) }
        switch reason {
        case .allowed: return nil
        case .accountNotActive: return .activateAccount
        case .accountSuspended: return .resumeAccount
        case .accountClosed: return .openAccount
        // Of a program that is closed `decide` tells only where it has something.
        case .noGrant where asker.isClosedProgram: return .openAccount
        case .noGrant, .grantExpired, .unknownProfile: return .grantProfile(action.requires)
        case .grantNotBegun where held == nil: return .grantProfile(action.requires)
        case .grantNotBegun where held?.includes(action.requires) == true: return grant.map { .wait(until: $0.since) }
        case .profileTooLow, .grantNotBegun:
            // Nobody has to lose what they have: the lowest that has both, where there is one.
            let both = profiles.first { one in one.includes(action.requires) && held.map(one.includes) != false }
            return .raiseProfile(both ?? action.requires)
        case .mfaNotEnrolled:
            guard case .program = asker else { return .enrolFactor }
            return action.requires.programs == .withKey ? .registerKey : nil
        case .mfaStale, .mfaUnknown: return .verifyCode
        }
    }
}

extension Asker {
    fileprivate var grant: Standing.Held? {
        switch self {
        case .person(let standing): standing.grant
        case .program(let program): program.grant
        }
    }

    fileprivate var isClosedProgram: Bool { if case .program(let program) = self { program.isClosed } else { false } }

    /// As it would be once something was put right.
    public func after(_ change: Explanation.Change, at now: Timestamp) -> Asker {
        switch self {
        case .person(let standing): .person(standing.after(change, at: now))
        case .program(let program): .program(program.after(change, at: now))
        }
    }
}

extension Standing {
    fileprivate func after(_ change: Explanation.Change, at now: Timestamp) -> Standing {
        switch change {
        case .activateAccount, .resumeAccount: with(account: .active)
        // Whoever comes back begins with nothing.
        case .openAccount: Standing(account: .active, grant: nil, factor: .none, lastVerifiedAt: nil)
        case .grantProfile(let profile): with(grant: Held(profile: profile.code, since: now, until: nil))
        case .raiseProfile(let profile):
            with(grant: Held(profile: profile.code, since: min(grant?.since ?? now, now), until: grant?.until))
        case .wait:
            with(grant: grant.map { Held(profile: $0.profile, since: now, until: $0.until) })
        case .enrolFactor: Standing(account: account, grant: grant, factor: .active, lastVerifiedAt: lastVerifiedAt)
        case .verifyCode: Standing(account: account, grant: grant, factor: factor, lastVerifiedAt: now)
        case .registerKey: self
        }
    }

    private func with(account: AccountState) -> Standing {
        Standing(account: account, grant: grant, factor: factor, lastVerifiedAt: lastVerifiedAt)
    }

    private func with(grant: Held?) -> Standing {
        Standing(account: account, grant: grant, factor: factor, lastVerifiedAt: lastVerifiedAt)
    }
}

extension ProgramStanding {
    fileprivate func after(_ change: Explanation.Change, at now: Timestamp) -> ProgramStanding {
        switch change {
        case .openAccount: ProgramStanding(isClosed: false, grant: nil, hasKeys: false)
        case .grantProfile(let profile), .raiseProfile(let profile):
            ProgramStanding(
                isClosed: isClosed, grant: Standing.Held(profile: profile.code, since: now, until: nil),
                hasKeys: hasKeys)
        case .wait:
            ProgramStanding(
                isClosed: isClosed,
                grant: grant.map { Standing.Held(profile: $0.profile, since: now, until: $0.until) },
                hasKeys: hasKeys)
        case .registerKey: ProgramStanding(isClosed: isClosed, grant: grant, hasKeys: true)
        case .activateAccount, .resumeAccount, .enrolFactor, .verifyCode: self
        }
    }
}
