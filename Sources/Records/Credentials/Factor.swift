package import Basics
package import OneTimePassword

/// A second factor of a person, of whatever kind.
package struct Factor: Sendable {
    package enum State: String, Sendable, CaseIterable { case pending, active, retired }

    /// Raw values are the words of the database and of what programs are told.
    package enum Kind: String, Sendable, CaseIterable { case totp }

    /// By what it is proven: each kind with what it alone needs.
    package enum Means: Sendable {
        case totp(TOTPMeans)
    }

    /// What a proof used up: nothing up to it counts again.
    package enum Use: Hashable, Sendable {
        /// Time step of a TOTP code.
        case step(Int64)
    }

    package let id: FactorID
    package let person: PersonID
    package let state: State
    package let means: Means
    /// When the factor was proven last, by a code of either kind.
    package let lastAcceptedAt: Timestamp?
    package let createdAt: Timestamp

    package init(
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

    package var kind: Kind {
        switch means {
        case .totp: .totp
        }
    }
}

/// What an authenticator app and Usher share.
///
/// `sealedSecret` is bound to person and factor id; only `FactorVault` opens it.
package struct TOTPMeans: Sendable {
    package let parameters: OTPParameters
    package let sealedSecret: [UInt8]
    package let nonce: [UInt8]
    /// Which key sealed it.
    package let keyID: String
    /// Last time step that was accepted; no step up to it is accepted again.
    package let lastStep: Int64?

    package init(
        parameters: OTPParameters, sealedSecret: [UInt8], nonce: [UInt8], keyID: String, lastStep: Int64? = nil
    ) {
        self.parameters = parameters
        self.sealedSecret = sealedSecret
        self.nonce = nonce
        self.keyID = keyID
        self.lastStep = lastStep
    }
}
