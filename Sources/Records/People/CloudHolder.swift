public import Basics
public import Directory

/// Somebody with a profile in a cloud, and whether a second factor protects it.
public struct CloudHolder: Sendable {
    public let person: Person
    public let grant: Grant
    public let hasFactor: Bool

    public init(person: Person, grant: Grant, hasFactor: Bool) {
        self.person = person
        self.grant = grant
        self.hasFactor = hasFactor
    }

    /// With what of the grant holds at an instant.
    public func inForce(at now: Timestamp) -> CloudHolder {
        CloudHolder(person: person, grant: grant.inForce(at: now), hasFactor: hasFactor)
    }
}
