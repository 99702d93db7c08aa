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
}
