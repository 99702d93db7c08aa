public import Basics
import Directory
public import Records
import Workflow

/// What people see of their own account, and change without asking anybody.
public struct OwnAccount: Sendable {
    public let profile: PersonProfile
    public let mfa: MFAStatus
    /// Newest first.
    public let sessions: [Session]
    /// Whether the second factor was proven so recently that what needs a fresh code needs no other.
    public let isFresh: Bool
    /// The request for another address that is open.
    public let addressChange: PendingAddress?

    public struct PendingAddress: Sendable {
        public let request: RequestID
        public let address: EmailAddress
        /// Whether the code that was mailed there is still to be typed.
        public let isUnproven: Bool
    }

    /// From here on it is time for new recovery codes.
    public var hasFewRecoveryCodes: Bool {
        mfa.factor != nil && mfa.recoveryCodesLeft <= Onboarding.fewRecoveryCodes
    }
}

extension Onboarding {
    /// - Throws: `.unauthenticated` while a code is owed.
    public func ownAccount(of visitor: Visitor) async throws -> OwnAccount {
        let actor = try visitor.actor()
        let email = visitor.person.email
        let fresh = visitor.session.verifiedAt?.adding(seconds: Authority.freshMFASeconds)
        return OwnAccount(
            profile: try await person(email, by: actor), mfa: try await mfaStatus(of: email, by: actor),
            sessions: try await sessions(of: visitor), isFresh: fresh.map { world.now() < $0 } ?? false,
            addressChange: try await pendingAddress(of: visitor.person.id))
    }

    private func pendingAddress(of person: PersonID) async throws -> OwnAccount.PendingAddress? {
        try await reading(by: .usher) { turn in
            guard let request = try turn.addressRequest(about: person),
                case .address(let address)? = request.subject
            else { return nil }
            let definition = try self.library.definition(of: request.run, in: turn.snapshot)
            return OwnAccount.PendingAddress(
                request: request.id, address: address,
                isUnproven: !definition.partsOffered("prove", in: request.run).isEmpty)
        }
    }

    /// The language of pages and mails.
    public func setLanguage(_ language: Language, of visitor: Visitor) async throws {
        let actor = try visitor.actor()
        try await writing(by: actor) { turn in
            try turn.requireStanding()
            guard let person = try turn.transaction.person(visitor.person.id) else { throw Self.ended }
            try turn.set(language, of: person)
        }
    }

    /// A lost device, said by its owner, who by that cannot type the code that signing in asks for.
    ///
    /// Half a session is enough to ask and never to get: whoever stole the password must not
    /// be able to take the account's factor away, so that the old one stays until the new one
    /// is proven, and *stolen* is only said to those who decide. The workflow asks two others.
    public func reportLostDevice(
        _ reason: String, stolen: Bool, by visitor: Visitor
    ) async throws -> RequestView {
        // As somebody who has proven nothing: the use case asks for no more from the holder.
        let actor = Actor(person: visitor.person, operatorName: nil, verifiedAt: nil)
        try await reading(by: actor) { try $0.requireStanding() }
        let reason = try FieldRules.checked(reason)
        let told = stolen ? "(stolen / volé) \(reason)" : reason
        return try await requestFactorReset(of: visitor.person.email, reason: told, stolen: false, by: actor)
    }

    /// Whether wrong codes locked the visitor's authenticator: who cannot
    /// finish signing in is told what to ask for.
    public func hasLockedFactor(_ visitor: Visitor) async throws -> Bool {
        try await reading(by: .usher) { try $0.isLocked(visitor.person.id) }
    }

    /// A locked authenticator, said by its owner; half a session
    /// is enough to ask, and two others decide.
    public func requestOwnUnlock(_ reason: String, by visitor: Visitor) async throws -> RequestView {
        let actor = Actor(person: visitor.person, operatorName: nil, verifiedAt: nil)
        try await reading(by: actor) { try $0.requireStanding() }
        return try await requestFactorUnlock(of: visitor.person.email, reason: reason, by: actor)
    }
}
