package import Basics

/// A machine without a browser that waits for somebody to sign it in with another (RFC 8628).
package struct DeviceCode: Sendable {
    package enum Answer: String, Sendable, CaseIterable { case waiting, approved, denied, redeemed }

    /// SHA-256 of what the machine asks with.
    package let hash: [UInt8]
    /// SHA-256 of what the person types.
    package let userHash: [UInt8]
    package let application: ApplicationID
    package let scopes: Set<Scope>
    package let resource: String?
    package let keyThumbprint: String?
    /// From where the machine asked, for the person who decides.
    package let address: String
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
    package let answer: Answer
    /// When the machine asked last.
    package let polledAt: Timestamp?
    /// How long it has to wait between two questions, in seconds.
    package let pauseSeconds: Int64
    /// Once somebody has approved.
    package let authorization: Authorization?

    package init(
        hash: [UInt8], userHash: [UInt8], application: ApplicationID, scopes: Set<Scope>, resource: String?,
        keyThumbprint: String?, address: String, createdAt: Timestamp, expiresAt: Timestamp,
        answer: Answer = .waiting, polledAt: Timestamp? = nil, pauseSeconds: Int64, authorization: Authorization? = nil
    ) {
        self.hash = hash
        self.userHash = userHash
        self.application = application
        self.scopes = scopes
        self.resource = resource
        self.keyThumbprint = keyThumbprint
        self.address = address
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.answer = answer
        self.polledAt = polledAt
        self.pauseSeconds = pauseSeconds
        self.authorization = authorization
    }
}

/// What an application will ask of a browser, told beforehand and in private (RFC 9126).
package struct PushedRequest: Sendable {
    /// SHA-256 of what the browser brings.
    package let hash: [UInt8]
    package let application: ApplicationID
    /// By their names.
    package let parameters: [String: String]
    package let expiresAt: Timestamp

    package init(hash: [UInt8], application: ApplicationID, parameters: [String: String], expiresAt: Timestamp) {
        self.hash = hash
        self.application = application
        self.parameters = parameters
        self.expiresAt = expiresAt
    }
}
