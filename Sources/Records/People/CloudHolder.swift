package import Directory

/// Somebody with a profile in a cloud, and whether a second factor protects it.
package struct CloudHolder: Sendable {
    package let person: Person
    package let grant: Grant
    package let hasFactor: Bool

    package init(person: Person, grant: Grant, hasFactor: Bool) {
        self.person = person
        self.grant = grant
        self.hasFactor = hasFactor
    }
}
