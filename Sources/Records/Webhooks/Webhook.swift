package import Basics
package import Directory

/// Where the platform, or a partner's, is told by HTTP what changes (Standard Webhooks 1.0.0).
package struct Webhook: Hashable, Sendable {
    /// By what a receiver knows that it was us.
    package enum Signing: String, Sendable, CaseIterable {
        /// HMAC-SHA256 with a secret that both know: `v1`.
        case hmac
        /// Ed25519, verified by a public key: `v1a`.
        case ed25519
    }

    package enum State: String, Sendable, CaseIterable {
        case well
        /// The last try failed, and there will be another.
        case failing
        /// It said that it is gone (410).
        case gone
        /// It took nothing for days.
        case givenUp = "given_up"
        /// By an operator.
        case stopped

        package var isTold: Bool { self == .well || self == .failing }
    }

    /// How far it is, and how it fares.
    package struct Progress: Hashable, Sendable {
        /// Of the last change that it took, or that was none of its business.
        package var position: Int64
        package var state: State
        /// Failures since it took something last.
        package var tries: Int64
        package var dueAt: Timestamp
        package var failingSince: Timestamp?
        /// Why the last try failed, for the operator.
        package var error: String?
        /// When it took something last.
        package var toldAt: Timestamp?

        package init(
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

    package let id: WebhookID
    /// No other has it.
    package let name: DisplayName
    package var address: String
    package let signing: Signing
    /// Whose changes it is told; empty for everybody's, and the provider's own.
    package var organizations: [OrganizationID]
    /// What it is told, by the actions of the trail; empty for all.
    package var types: [String]
    /// Counts how often its secret was made anew: secrets are derived, and not kept.
    package var generation: Int64
    package var rotatedAt: Timestamp?
    package var progress: Progress
    /// Counts who took it over: whoever has an older one writes nothing of it any more.
    package let term: Int64
    package let createdAt: Timestamp

    package init(
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
package struct WebhookCounts: Hashable, Sendable {
    package let failing: Int
    /// Those that said that they are gone, or were given up; not what an operator stopped.
    package let lost: Int

    package init(failing: Int, lost: Int) {
        self.failing = failing
        self.lost = lost
    }
}
