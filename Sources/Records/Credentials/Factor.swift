public import Basics
public import OneTimePassword

/// A second factor of a person, of whatever kind.
public struct Factor: Sendable {
    public enum State: String, Sendable, CaseIterable { case pending, active, retired }

    /// Raw values are the words of the database and of what programs are told.
    public enum Kind: String, Sendable, CaseIterable { case totp }

    /// By what it is proven: each kind with what it alone needs.
    public enum Means: Sendable {
        case totp(TOTPMeans)
    }

    /// What a proof used up: nothing up to it counts again.
    public enum Use: Hashable, Sendable {
        /// Time step of a TOTP code.
        case step(Int64)
    }

    public let id: FactorID
    public let person: PersonID
    public let state: State
    public let means: Means
    /// When the factor was proven last, by a code of either kind.
    public let lastAcceptedAt: Timestamp?
    public let createdAt: Timestamp

    public init(
        id: FactorID, person: PersonID, state: State, means: Means, lastAcceptedAt: Timestamp? = nil,
        createdAt: Timestamp
    ) {
        self.id = id
        self.person = person
        self.state = state
        self.means = means
        self.lastAcceptedAt = lastAcceptedAt
        self.createdAt = createdAt
    }

    public var kind: Kind {
        switch means {
        case .totp: .totp
        }
    }
}

/// What an authenticator app and Usher share.
///
/// `sealedSecret` is bound to person and factor id; only `FactorVault` opens it.
public struct TOTPMeans: Sendable {
    public let parameters: OTPParameters
    public let sealedSecret: [UInt8]
    public let nonce: [UInt8]
    /// Which key sealed it.
    public let keyID: String
    /// Last time step that was accepted; no step up to it is accepted again.
    public let lastStep: Int64?

    public init(
        parameters: OTPParameters, sealedSecret: [UInt8], nonce: [UInt8], keyID: String, lastStep: Int64? = nil
    ) {
        self.parameters = parameters
        self.sealedSecret = sealedSecret
        self.nonce = nonce
        self.keyID = keyID
        self.lastStep = lastStep
    }
}
