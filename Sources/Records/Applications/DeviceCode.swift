public import Basics

/// A machine without a browser that waits for somebody to sign it in with another (RFC 8628).
public struct DeviceCode: Sendable {
    public enum Answer: String, Sendable, CaseIterable { case waiting, approved, denied, redeemed }

    /// SHA-256 of what the machine asks with.
    public let hash: [UInt8]
    /// SHA-256 of what the person types.
    public let userHash: [UInt8]
    public let application: ApplicationID
    public let scopes: Set<Scope>
    public let resource: String?
    public let keyThumbprint: String?
    /// From where the machine asked, for the person who decides.
    public let address: String
    public let createdAt: Timestamp
    public let expiresAt: Timestamp
    public let answer: Answer
    /// When the machine asked last.
    public let polledAt: Timestamp?
    /// How long it has to wait between two questions, in seconds.
    public let pauseSeconds: Int64
    /// Once somebody has approved.
    public let authorization: Authorization?

    public init(
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
public struct PushedRequest: Sendable {
    /// SHA-256 of what the browser brings.
    public let hash: [UInt8]
    public let application: ApplicationID
    /// By their names.
    public let parameters: [String: String]
    public let expiresAt: Timestamp

    public init(hash: [UInt8], application: ApplicationID, parameters: [String: String], expiresAt: Timestamp) {
        self.hash = hash
        self.application = application
        self.parameters = parameters
        self.expiresAt = expiresAt
    }
}
