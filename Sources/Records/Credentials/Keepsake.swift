package import Basics

/// What one browser may be shown again for a while, sealed: see `Keepsakes.swift`.
package struct Keepsake: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
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
    package let key: [UInt8]
    package let kind: Kind
    /// Whom it is about; nil while nobody is signed in.
    package let person: PersonID?
    package let sealed: [UInt8]
    package let nonce: [UInt8]
    /// Which key sealed it.
    package let keyID: String
    package let expiresAt: Timestamp

    package init(
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
