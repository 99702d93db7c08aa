public import Basics
public import Directory
public import Records
import Workflow

/// Who acts in whose place, and when.
public struct DelegationView: Sendable {
    public let delegation: Delegation
    public let person: Person
    public let delegate: Person
    /// Whether it holds now; one that does not lies ahead.
    public let holds: Bool
}

/// Everything that was given is listed and can be ended early: requests name in their history
/// whom somebody stood in for, and the audit trail says from when to when.
extension Onboarding {
    /// `email` lets `delegate` act in their place for a while.
    ///
    /// - Parameters:
    ///   - from: a day means its beginning in the time zone of their organization; nil: now.
    ///   - until: a day means its end there.
    public func delegate(
        _ email: EmailAddress, to delegate: EmailAddress, from: Moment?, until: Moment, by actor: Actor
    ) async throws -> Delegation {
        let now = world.now()
        let zone = try await timeZone(ofPerson: email)
        guard let until = until.end(in: zone) else { throw Self.noDay("until") }
        let from = try from.map { moment -> Timestamp in
            guard let start = moment.beginning(in: zone) else { throw Self.noDay("from") }
            // A first day of today begins now: what was done before it was not done in this capacity.
            if case .day = moment { return max(start, now) }
            return start
        }
        return try await writing(by: actor, at: now) { turn in
            let person = try turn.person(email)
            try turn.requireDelegation(of: person)
            let start = from ?? now
            guard until > start, until > now else {
                throw Fault.invalid("until", "in_the_past", "The end must lie after the beginning and after now.")
            }
            // Unknown, of another organization, or not active: one
            // answer, since the address may be a stranger's.
            guard let other = try turn.transaction.person(emailKey: delegate.key),
                other.organization == person.organization, other.state == .active
            else {
                throw Fault.invalid(
                    "to", "unknown_person", "\(delegate) is nobody of the same organization with an active account.")
            }
            let delegation = Delegation(person: person.id, delegate: other.id, from: start, until: until)
            guard other.id != person.id, try !turn.closesCircle(delegation) else {
                throw Fault.invalid("to", "cycle", "\(delegate) already relies on \(email): a circle helps nobody.")
            }
            try turn.add(delegation, of: person)
            try turn.tellStandIn(delegation)
            return delegation
        }
    }

    /// - Throws: `Fault.Code.invalid` on `field`.
    public static func moment(_ text: String, field: String) throws -> Moment {
        guard let moment = Moment(text) else { throw noDay(field) }
        return moment
    }

    private static func noDay(_ field: String) -> Fault {
        .invalid(field, "invalid_date", "Write a day as 2027-03-31, or an instant with a zone: 2027-01-15T18:00:00Z.")
    }

    /// Delegations that hold or lie ahead, in which somebody takes part on either side.
    ///
    /// - Parameter email: nil is the actor, and for the owner of the data folder everybody.
    /// - Throws: `.notFound` for somebody who is not there, or not the actor's to see.
    public func delegations(
        of email: EmailAddress?, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<DelegationView> {
        try await reading(by: actor) { turn in
            try turn.requireStanding()
            let person = try email.map { try turn.person($0).id } ?? actor.person?.id
            let found = try turn.snapshot.delegations(involving: person, at: turn.now, page)
            let views = try found.items.compactMap { delegation -> DelegationView? in
                guard let person = try turn.snapshot.person(delegation.person),
                    let delegate = try turn.snapshot.person(delegation.delegate)
                else { return nil }
                return DelegationView(
                    delegation: delegation, person: person, delegate: delegate, holds: delegation.from <= turn.now)
            }
            return Page(items: views, next: found.next)
        }
    }

    /// Ends what `email` gave to `delegate` before its time: what
    /// holds ends now, what lies ahead never begins.
    ///
    /// Whoever gave it takes it back, whoever holds it may hand it back. Rights go home by
    /// that and nobody gains any, so that it waits for no fresh code.
    /// - Parameter from: only the one that begins at this instant; nil ends all.
    /// - Returns: what was ended.
    /// - Throws: `.notFound` if there is none, or it is not the actor's: the same answer.
    public func endDelegation(
        of email: EmailAddress, to delegate: EmailAddress, from: Timestamp?, by actor: Actor
    ) async throws -> [Delegation] {
        try await writing(by: actor) { turn in
            try turn.requireStanding()
            let missing = Fault(.notFound, "There is no delegation from \(email) to \(delegate).")
            guard let person = try turn.transaction.person(emailKey: email.key),
                let other = try turn.transaction.person(emailKey: delegate.key),
                actor.isOwner || [person.id, other.id].contains(actor.person?.id)
            else { throw missing }
            let ended = try turn.transaction.delegations(of: person.id, at: turn.now).filter {
                $0.delegate == other.id && (from == nil || $0.from == from)
            }
            guard !ended.isEmpty else { throw missing }
            for delegation in ended { try turn.end(delegation, of: person) }
            return ended
        }
    }
}

extension Turn {
    /// Whether at some instant of the new delegation others would
    /// lead from its delegate back to who gives it.
    fileprivate func closesCircle(_ new: Delegation) throws -> Bool {
        // What is lent on, with the time in which all that leads there holds together.
        var waiting = [new]
        var seen: Set<Delegation> = []
        while let way = waiting.popLast() {
            for next in try snapshot.delegations(of: way.delegate, at: way.from) where next.from < way.until {
                if next.delegate == new.person { return true }
                let longer = Delegation(
                    person: new.person, delegate: next.delegate, from: max(way.from, next.from),
                    until: min(way.until, next.until))
                if seen.insert(longer).inserted { waiting.append(longer) }
            }
        }
        return false
    }
}
