public import Basics
import Directory
import OpenSSL
public import Records
import Workflow

/// Another e-mail address for somebody who stays who they are.
///
/// A mail is where invitations and resets go, so that whoever changes the address could have
/// the account: the new one is proven by a code that was mailed there, the old one is told,
/// and somebody who answers for the person agrees.
extension Onboarding {
    /// The mail with the code: the one that goes to an address which is nobody's yet.
    static let addressProof = "address-proof"

    /// Asks for another address, for oneself or for somebody whose account one looks after.
    ///
    /// - Throws: `.invalid` for an address that somebody has or
    ///   is to get, in words that do not say who.
    public func requestAddressChange(
        of email: EmailAddress, to new: String, by actor: Actor
    ) async throws -> RequestView {
        try await asking(by: actor) { turn in
            let person = try turn.person(email)
            let capacity = try turn.requireAddressChange(of: person)
            guard person.state == .active else {
                throw Fault(.conflict, "The account of \(email) is \(word: person.state.rawValue).")
            }
            var faults: [Fault.Field] = []
            guard let address = FieldRules.email(new, field: "address", &faults) else { throw Fault.invalid(faults) }
            guard try turn.isFree(address) else {
                throw Fault.invalid("address", "unavailable", "This address cannot be used here. Choose another one.")
            }
            guard try turn.addressRequest(about: person.id) == nil else {
                throw Fault(.conflict, "Another address is asked for already: wait for that or cancel it.")
            }
            let requester = actor.principal
            let draft = RequestDraft(
                workflow: "address-change", organization: person.organization, holder: person.id,
                requester: requester, reason: "\(person.email) -> \(address)", subject: .address(address))
            let start = Event.Start(
                items: [],
                players: [
                    "requester": [requester.text] + [capacity.onBehalfOf?.text].compactMap { $0 },
                    "holder": [person.id.text],
                ])
            return try turn.begin(draft, with: start, by: Mover(actor, capacity))
        }
    }

    /// The code from the mail, typed by the person themselves: whoever
    /// reads the new mailbox has their session.
    ///
    /// A wrong one is counted and committed before it is refused.
    public func proveAddress(_ code: Secret, by actor: Actor) async throws -> RequestView {
        let (view, refusal) = try await writing(by: actor) { turn -> (RequestView, Fault?) in
            try turn.requireStanding()
            guard let person = actor.person,
                let request = try turn.addressRequest(about: person.id)
            else { throw Fault(.notFound, "No other address is asked for.") }
            let expected = try self.keys.invitationToken(request: request.id, person: person.id)
            let isRight = constantTimeEquals(expected.exposed, code.exposed)
            let choice = Event.Choice(
                "prove", part: "holder", by: person.id.text, facts: ["code.valid": isRight])
            let mover = Mover(recorded: actor.recorded, person: person.id)
            let moved = try turn.advance(request, on: .choice(choice), by: mover)
            let view = try turn.view(moved, withHistory: false)
            return (view, isRight ? nil : Fault.invalid("token", "wrong_code", "This is not the code from the mail."))
        }
        if let id = RequestID(view.id) { _ = try await performDue(of: id) }
        if let refusal { throw refusal }
        return view
    }
}

extension Turn {
    /// The open request for another address of this person.
    func addressRequest(about person: PersonID) throws -> Request? {
        try snapshot.openRequests(about: person).compactMap { try snapshot.request($0) }
            .first { if case .address? = $0.subject { true } else { false } }
    }

    /// Neither somebody's, nor about to be.
    fileprivate func isFree(_ address: EmailAddress) throws -> Bool {
        guard try snapshot.living(emailKey: address.key) == nil else { return false }
        return try snapshot.openRequest(subject: .address(address)) == nil
    }
}

extension Writing {
    /// Carries out what was agreed to: from here on the person signs
    /// in, and is written to, by the new address.
    func readdress(_ request: Request, by mover: Mover) throws {
        guard case .address(let address)? = request.subject,
            let person = try transaction.person(try request.account())
        else { throw Fault(.unavailable, "The request \(request.id) does not say which address to give.") }
        guard person.state == .active else {
            throw Fault(.conflict, "The account of \(person.email) is \(word: person.state.rawValue).")
        }
        try set(address, of: person, in: request, by: mover)
        try endSessions(of: person.id)
        try transaction.endPasswordLink(of: person.id)
        // What was mailed to the old address opens nothing any more; the next goes to the new one.
        for id in try transaction.openRequests(about: person.id) where id != request.id {
            guard let other = try transaction.request(id) else { continue }
            _ = try renew(other, of: person, by: mover.recorded, onBehalfOf: nil, force: true)
        }
        try transaction.insert([
            Effect(
                mail: "address-changed", to: person.id, of: .request(request.id), "old",
                Effect.Order(address: person.email.text), at: now)
        ])
    }
}
