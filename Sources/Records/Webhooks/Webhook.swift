public import Basics
public import Directory

/// Where the platform, or a partner's, is told by HTTP what changes (Standard Webhooks 1.0.0).
public struct Webhook: Hashable, Sendable {
    /// By what a receiver knows that it was us.
    public enum Signing: String, Sendable, CaseIterable {
        /// HMAC-SHA256 with a secret that both know: `v1`.
        case hmac
        /// Ed25519, verified by a public key: `v1a`.
        case ed25519
    }

    public enum State: String, Sendable, CaseIterable {
        case well
        /// The last try failed, and there will be another.
        case failing
        /// It said that it is gone (410).
        case gone
        /// It took nothing for days.
        case givenUp = "given_up"
        /// By an operator.
        case stopped

        public var isTold: Bool { self == .well || self == .failing }
    }

    /// How far it is, and how it fares.
    public struct Progress: Hashable, Sendable {
        /// Of the last change that it took, or that was none of its business.
        public var position: Int64
        public var state: State
        /// Failures since it took something last.
        public var tries: Int64
        public var dueAt: Timestamp
        public var failingSince: Timestamp?
        /// Why the last try failed, for the operator.
        public var error: String?
        /// When it took something last.
        public var toldAt: Timestamp?

        public init(
            position: Int64, state: State = .well, tries: Int64 = 0, dueAt: Timestamp, failingSince: Timestamp? = nil,
            error: String? = nil, toldAt: Timestamp? = nil
        ) {
            self.position = position
            self.state = state
            self.tries = tries
            self.dueAt = dueAt
            self.failingSince = failingSince
            self.error = error
            self.toldAt = toldAt
        }
    }

    public let id: WebhookID
    /// No other has it.
    public let name: DisplayName
    public var address: String
    public let signing: Signing
    /// Whose changes it is told; empty for everybody's, and the provider's own.
    public var organizations: [OrganizationID]
    /// What it is told, by the actions of the trail; empty for all.
    public var types: [String]
    /// Counts how often its secret was made anew: secrets are derived, and not kept.
    public var generation: Int64
    public var rotatedAt: Timestamp?
    public var progress: Progress
    /// Counts who took it over: whoever has an older one writes nothing of it any more.
    public let term: Int64
    public let createdAt: Timestamp

    public init(
        id: WebhookID, name: DisplayName, address: String, signing: Signing, organizations: [OrganizationID],
        types: [String], generation: Int64 = 1, rotatedAt: Timestamp? = nil, progress: Progress, term: Int64 = 0,
        createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.signing = signing
        self.organizations = organizations
        self.types = types
        self.generation = generation
        self.rotatedAt = rotatedAt
        self.progress = progress
        self.term = term
        self.createdAt = createdAt
    }
}

/// How many webhooks are not as they should be.
public struct WebhookCounts: Hashable, Sendable {
    public let failing: Int
    /// Those that said that they are gone, or were given up; not what an operator stopped.
    public let lost: Int

    public init(failing: Int, lost: Int) {
        self.failing = failing
        self.lost = lost
    }
}
