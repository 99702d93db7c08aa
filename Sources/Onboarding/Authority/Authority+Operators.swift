import Basics
import Directory
import Records

/// What looking after the service allows, and what it keeps from whoever does it.
///
/// The owner of the data folder is the operator without more; others are by their duty, which
/// only the owner gives. Operators see everything and decide nothing: they play no part in
/// requests but their own, stand in for nobody, and hold no other duty.
extension Authority {
    /// What keeps an operator from steering a request: that it is their own.
    static func interest(of actor: Actor, in request: Request) -> Fault? {
        guard let person = actor.person, request.holder == person.id || request.requester == .person(person.id) else {
            return nil
        }
        return Fault(.forbidden, "Operators do not steer what they asked for, or what is about their own account.")
    }

    /// Whoever looks after the service decides nothing in it: the duty excludes every other.
    ///
    /// - Throws: `Fault.Code.invalid` on `duty`.
    static func requireApart(_ duty: Duty, from held: [DutyHolding]) throws {
        guard held.contains(where: { ($0.duty == .operator) != (duty == .operator) }) else { return }
        throw Fault.invalid(
            "duty", "apart", "Operators hold no other duty: whoever looks after the service decides nothing in it.")
    }
}

extension Turn {
    /// Read anew at each use, as every other duty is.
    func isOperator() throws -> Bool {
        guard let person = actor.person else { return actor.isOwner }
        return try mayAct(person.id) && isOperator(person.id)
    }

    func isOperator(_ person: PersonID) throws -> Bool {
        try snapshot.duties(of: person).contains { $0.duty == .operator }
    }

    /// Looking at the service and at its work.
    ///
    /// - Throws: `Fault.Code.forbidden` for everybody else.
    func requireOperator() throws {
        guard try isOperator() else {
            throw Fault(
                .forbidden,
                actor.operatorName == nil
                    ? "Only operators may do this." : "Only the operator may do this: leave out --as.")
        }
    }

    /// Changing something about the service: customers and their clouds, duties, effects.
    ///
    /// - Throws: `Fault.Code.forbidden`; `.unauthenticated`
    ///   without a fresh proof of the second factor.
    func requireOperation() throws {
        try requireOperator()
        try requireFreshMFA()
    }

    /// Freezing, thawing, migrating and moving deadlines: an operator,
    /// and nobody in their own request's favour.
    func requireSteering(of request: Request) throws {
        try requireOperation()
        if let fault = Authority.interest(of: actor, in: request) { throw fault }
    }

    /// Who gives a duty: operators, but for their own kind, which is the owner's to choose.
    ///
    /// A session of an operator that fell into wrong hands must not be able to make more of them.
    func requireAppointment(to duty: Duty) throws {
        try requireOperation()
        guard duty != .operator || actor.isOwner else {
            throw Fault(.forbidden, "Operators are appointed by the owner of the data folder.")
        }
    }

    /// Accounts of others are not for operators by duty to
    /// stop, to close or to have a factor replaced.
    ///
    /// - Throws: `Fault.Code.forbidden`.
    func requireNoOperator(forAccountOf person: Person) throws {
        guard let one = actor.person, one.id != person.id, try isOperator(one.id) else { return }
        throw Fault(.forbidden, "Operators look after the service, not after people's accounts.")
    }
}
