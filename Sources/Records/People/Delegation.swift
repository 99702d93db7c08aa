public import Basics

/// `delegate` may act for `person` from `from` until `until`.
public struct Delegation: Hashable, Sendable {
    public let person: PersonID
    public let delegate: PersonID
    public let from: Timestamp
    public let until: Timestamp

    public init(person: PersonID, delegate: PersonID, from: Timestamp, until: Timestamp) {
        self.person = person
        self.delegate = delegate
        self.from = from
        self.until = until
    }
}
