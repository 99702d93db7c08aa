public import Basics
public import Directory

/// A program of the provider or its partners that signs people in, or asks Usher in its own name.
///
/// Its id is its `client_id`, and it is a client of the token endpoint as the account of a program is.
public struct Application: Hashable, Sendable {
    /// What it is, and by that what it can keep secret (RFC 6749, section 2.1; RFC 8252).
    public enum Kind: String, Sendable, CaseIterable {
        /// On a server: it keeps a secret or a key.
        case web
        /// On people's machines: whoever has it can read all that is in it.
        case native
        /// Nobody signs in to it: it asks in its own name, as the platform does.
        case service
    }

    public let id: ApplicationID
    public let name: DisplayName
    public let kind: Kind
    public let registration: Registration
    public let createdAt: Timestamp
    /// From then on it may do nothing.
    public let removedAt: Timestamp?

    public init(
        id: ApplicationID, name: DisplayName, kind: Kind, registration: Registration, createdAt: Timestamp,
        removedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.registration = registration
        self.createdAt = createdAt
        self.removedAt = removedAt
    }

    /// Whether people of this organization, or of the provider, which is nil, may use it.
    public func serves(_ organization: @autoclosure () -> OrganizationID?) -> Bool {
        guard let served else { return true }
        return organization().map(served.contains) ?? false
    }

    /// Whose people may use it; nil for everybody.
    public var served: [OrganizationID]? { registration.organizations.isEmpty ? nil : registration.organizations }
}

/// A secret of an application: SHA-256, 32 bytes.
public struct ApplicationSecret: Hashable, Sendable {
    public let application: ApplicationID
    public let hash: [UInt8]
    public let createdAt: Timestamp
    /// Up to, not including; nil for the newest.
    public let endsAt: Timestamp?

    public init(application: ApplicationID, hash: [UInt8], createdAt: Timestamp, endsAt: Timestamp?) {
        self.application = application
        self.hash = hash
        self.createdAt = createdAt
        self.endsAt = endsAt
    }

    public func isLive(at now: Timestamp) -> Bool { endsAt.map { $0 > now } ?? true }
}
