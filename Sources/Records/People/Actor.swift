package import Basics
package import Directory

/// Who acts: a person, a person through the operator of the data folder, or that operator.
package struct Actor: Sendable {
    /// Nil when the operator acts as such.
    package let person: Person?
    /// The account name of the operator, where one acts in process.
    package let operatorName: String?
    /// When the person proved their second factor for this action; nil if not.
    package let verifiedAt: Timestamp?

    package static func `operator`(_ name: String) -> Actor {
        Actor(person: nil, operatorName: name, verifiedAt: nil)
    }

    package init(person: Person?, operatorName: String?, verifiedAt: Timestamp?) {
        self.person = person
        self.operatorName = operatorName
        self.verifiedAt = verifiedAt
    }

    /// For histories and the audit trail: a person id, `operator NAME`, or `operator NAME for PERSON`.
    package var recorded: String {
        switch (person, operatorName) {
        case (let person?, nil): person.id.text
        case (let person?, let name?): "operator \(name) for \(person.id.text)"
        case (nil, let name?): "operator \(name)"
        case (nil, nil): "usher"
        }
    }

    /// Timers and effects act in nobody's name.
    package static let usher = Actor(person: nil, operatorName: nil, verifiedAt: nil)

    /// The owner of the data folder, who acts for nobody in particular.
    package var isOwner: Bool { person == nil && operatorName != nil }
}
