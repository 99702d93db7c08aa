package import Basics

/// `delegate` may act for `person` from `from` until `until`.
package struct Delegation: Hashable, Sendable {
    package let person: PersonID
    package let delegate: PersonID
    package let from: Timestamp
    package let until: Timestamp

    package init(person: PersonID, delegate: PersonID, from: Timestamp, until: Timestamp) {
        self.person = person
        self.delegate = delegate
        self.from = from
        self.until = until
    }
}
