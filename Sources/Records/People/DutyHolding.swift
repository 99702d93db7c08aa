public import Basics
public import Directory

/// A duty, and towards whom: nil is the whole provider.
public struct DutyHolding: Hashable, Sendable {
    public let duty: Duty
    public let organization: OrganizationID?

    public init(_ duty: Duty, organization: OrganizationID?) {
        self.duty = duty
        self.organization = organization
    }
}
