public import Basics

/// What one browser may be shown again for a while, sealed: see `Keepsakes.swift`.
public struct Keepsake: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        /// A form that waits until its sender has signed in.
        case form
        /// The session of an enrolment that began in this browser.
        case enrolment
        /// An authenticator that its owner began to replace.
        case factor
        /// Recovery codes, until their owner has kept them.
        case recoveryCodes = "recovery_codes"
        /// What became of something that can be done once.
        case outcome
    }

    /// HMAC of kind, browser and name: neither can be read from it.
    public let key: [UInt8]
    public let kind: Kind
    /// Whom it is about; nil while nobody is signed in.
    public let person: PersonID?
    public let sealed: [UInt8]
    public let nonce: [UInt8]
    /// Which key sealed it.
    public let keyID: String
    public let expiresAt: Timestamp

    public init(
        key: [UInt8], kind: Kind, person: PersonID?, sealed: [UInt8], nonce: [UInt8], keyID: String,
        expiresAt: Timestamp
    ) {
        self.key = key
        self.kind = kind
        self.person = person
        self.sealed = sealed
        self.nonce = nonce
        self.keyID = keyID
        self.expiresAt = expiresAt
    }
}
