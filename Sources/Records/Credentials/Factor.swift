package import Basics
package import OneTimePassword

/// A second factor of a person.
///
/// `sealedSecret` is bound to person and factor id; only `FactorVault` opens it.
package struct Factor: Sendable {
    package enum State: String, Sendable, CaseIterable { case pending, active, retired }

    package let id: FactorID
    package let person: PersonID
    /// `totp`; a value so that other kinds can join.
    package let kind: String
    package let state: State
    package let parameters: OTPParameters
    package let sealedSecret: [UInt8]
    package let nonce: [UInt8]
    /// Which key sealed it.
    package let keyID: String
    /// Last time step that was accepted; no step up to it is accepted again.
    package let lastStep: Int64?
    /// When the factor was proven last, by a code of either kind.
    package let lastAcceptedAt: Timestamp?
    package let createdAt: Timestamp

    package init(
        id: FactorID, person: PersonID, kind: String = "totp", state: State, parameters: OTPParameters,
        sealedSecret: [UInt8], nonce: [UInt8], keyID: String, lastStep: Int64?, lastAcceptedAt: Timestamp?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.person = person
        self.kind = kind
        self.state = state
        self.parameters = parameters
        self.sealedSecret = sealedSecret
        self.nonce = nonce
        self.keyID = keyID
        self.lastStep = lastStep
        self.lastAcceptedAt = lastAcceptedAt
        self.createdAt = createdAt
    }
}
