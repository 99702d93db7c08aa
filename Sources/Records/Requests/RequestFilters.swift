public import Basics

/// Which parked effects; what is nil does not matter.
public struct ParkedFilter: Sendable {
    /// Only those whose error contains this text, in the same letters.
    public var error: String?
    /// Only those of requests that have ended.
    public var isEnded = false
    /// Only those of requests that go on, or of none.
    public var isOpen = false
    /// Only those after this key.
    public var after: String?

    public init(error: String? = nil, isEnded: Bool = false, isOpen: Bool = false, after: String? = nil) {
        self.error = error
        self.isEnded = isEnded
        self.isOpen = isOpen
        self.after = after
    }
}

public struct RequestFilter: Sendable {
    public var organization: OrganizationID?
    public var requester: Party?
    public var state: String?
    public var workflow: String?
    /// Only requests that have not ended and whose due date has passed.
    public var overdueAt: Timestamp?
    /// Only requests that have not ended.
    public var isOpen: Bool

    public init(
        organization: OrganizationID? = nil, requester: Party? = nil, state: String? = nil, workflow: String? = nil,
        overdueAt: Timestamp? = nil, isOpen: Bool = false
    ) {
        self.isOpen = isOpen
        self.organization = organization
        self.requester = requester
        self.state = state
        self.workflow = workflow
        self.overdueAt = overdueAt
    }
}
