import Basics
import Directory
import Records

/// What looking after the service allows, and what it keeps from whoever does it.
///
/// The owner of the data folder is the operator without more; others are by their duty, which only the owner gives.
/// Operators see everything and decide nothing: they play no part in requests but their own, stand in for nobody, and
/// hold no other duty.
extension Authority {
    /// Read anew at each use, as every other duty is.
    static func isOperator(_ actor: Actor, in snapshot: any Snapshot) throws -> Bool {
        guard let person = actor.person else { return actor.isOwner }
        return try mayAct(person.id, in: snapshot) && isOperator(person.id, in: snapshot)
    }

    static func isOperator(_ person: PersonID, in snapshot: any Snapshot) throws -> Bool {
        try snapshot.duties(of: person).contains { $0.duty == .operator }
    }

    /// Looking at the service and at its work.
    ///
    /// - Throws: `Fault.Code.forbidden` for everybody else.
    static func requireOperator(_ actor: Actor, in snapshot: any Snapshot) throws {
        guard try isOperator(actor, in: snapshot) else {
            throw Fault(
                .forbidden,
                actor.operatorName == nil
                    ? "Only operators may do this." : "Only the operator may do this: leave out --as.")
        }
    }

    /// Changing something about the service: customers and their clouds, duties, effects.
    ///
    /// - Throws: `Fault.Code.forbidden`; `.unauthenticated` without a fresh proof of the second factor.
    static func requireOperation(_ actor: Actor, at now: Timestamp, in snapshot: any Snapshot) throws {
        try requireOperator(actor, in: snapshot)
        try requireFreshMFA(actor, at: now, in: snapshot)
    }

    /// Freezing, thawing, migrating and moving deadlines: an operator, and nobody in their own request's favour.
    static func requireSteering(
        of request: Request, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws {
        try requireOperation(actor, at: now, in: snapshot)
        if let fault = interest(of: actor, in: request) { throw fault }
    }

    /// What keeps an operator from steering a request: that it is their own.
    static func interest(of actor: Actor, in request: Request) -> Fault? {
        guard let person = actor.person, request.holder == person.id || request.requester == person.id.text else {
            return nil
        }
        return Fault(.forbidden, "Operators do not steer what they asked for, or what is about their own account.")
    }

    /// Who gives a duty: operators, but for their own kind, which is the owner's to choose.
    ///
    /// A session of an operator that fell into wrong hands must not be able to make more of them.
    static func requireAppointment(
        to duty: Duty, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws {
        try requireOperation(actor, at: now, in: snapshot)
        guard duty != .operator || actor.isOwner else {
            throw Fault(.forbidden, "Operators are appointed by the owner of the data folder.")
        }
    }

    /// Whoever looks after the service decides nothing in it: the duty excludes every other.
    ///
    /// - Throws: `Fault.Code.invalid` on `duty`.
    static func requireApart(_ duty: Duty, from held: [DutyHolding]) throws {
        guard held.contains(where: { ($0.duty == .operator) != (duty == .operator) }) else { return }
        throw Fault.invalid(
            "duty", "apart", "Operators hold no other duty: whoever looks after the service decides nothing in it.")
    }

    /// Accounts of others are not for operators by duty to stop, to close or to have a factor replaced.
    ///
    /// - Throws: `Fault.Code.forbidden`.
    static func requireNoOperator(_ actor: Actor, forAccountOf person: Person, in snapshot: any Snapshot) throws {
        guard let one = actor.person, one.id != person.id, try isOperator(one.id, in: snapshot) else { return }
        throw Fault(.forbidden, "Operators look after the service, not after people's accounts.")
    }
}
