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
    var isOwner: Bool { person == nil && operatorName != nil }
}

extension Onboarding {
    /// The operator of the data folder acts for a person.
    ///
    /// All rules hold for that person.
    ///
    /// - Parameter code: proves the person's factor now; uses the code up.
    /// - Throws: `Fault.Code.notFound` for an unknown person, `.forbidden` for a wrong code or an account that is closed.
    package func act(
        as email: EmailAddress, operatorName: String, code: String?
    ) async throws -> Actor {
        guard let person = try await store.read({ try $0.person(emailKey: email.key) }) else {
            throw Fault(.notFound, "There is no person with the address \(email).")
        }
        guard person.state != .closed, person.state != .suspended else {
            throw Fault(.forbidden, "The account of \(email) is \(person.state.rawValue); nobody can act for it.")
        }
        guard let code else { return Actor(person: person, operatorName: operatorName, verifiedAt: nil) }
        let verification = try await verifyCode(code, of: person.id, by: .operator(operatorName))
        guard verification.accepted else { throw verification.refusal }
        return Actor(person: person, operatorName: operatorName, verifiedAt: world.now())
    }
}
