package import Basics
package import Directory

/// A duty, and towards whom: nil is the whole provider.
package struct DutyHolding: Hashable, Sendable {
    package let duty: Duty
    package let organization: OrganizationID?

    package init(_ duty: Duty, organization: OrganizationID?) {
        self.duty = duty
        self.organization = organization
    }
}
