package import Basics

/// Which parked effects; what is nil does not matter.
package struct ParkedFilter: Sendable {
    /// Only those whose error contains this text, in the same letters.
    package var error: String?
    /// Only those of requests that have ended.
    package var isEnded = false
    /// Only those of requests that go on, or of none.
    package var isOpen = false
    /// Only those after this key.
    package var after: String?

    package init(error: String? = nil, isEnded: Bool = false, isOpen: Bool = false, after: String? = nil) {
        self.error = error
        self.isEnded = isEnded
        self.isOpen = isOpen
        self.after = after
    }
}

package struct RequestFilter: Sendable {
    package var organization: OrganizationID?
    package var requester: Party?
    package var state: String?
    package var workflow: String?
    /// Only requests that have not ended and whose due date has passed.
    package var overdueAt: Timestamp?
    /// Only requests that have not ended.
    package var isOpen: Bool

    package init(
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
