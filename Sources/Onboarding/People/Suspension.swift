public import Basics
import Directory
public import Records
import Workflow

extension Onboarding {
    /// From the next moment on the person may do nothing; their
    /// grants and duties are kept for `resume`.
    ///
    /// Requests about the account go on, but nothing that they give counts before it is resumed.
    ///
    /// - Parameter until: an ISO 8601 day or instant at which the account is
    ///   resumed by itself; nil: when somebody does.
    @discardableResult
    public func suspend(
        _ email: EmailAddress, until: String? = nil, reason: String, by actor: Actor
    ) async throws -> RequestView {
        let now = world.now()
        var faults: [Fault.Field] = []
        let until = FieldRules.until(until, at: now, in: try await timeZone(ofPerson: email), &faults)
        let reason = FieldRules.reason(reason, &faults, required: "Say why: the reason is kept in the record.")
        guard faults.isEmpty, let reason else { throw Fault.invalid(faults) }
        return try await care(email, by: actor, at: now) { turn, person, mover in
            guard person.state != .invited else {
                throw Fault(
                    .conflict,
                    "The account of \(email) is invited only: withdraw the request for it (usher request cancel).")
            }
            guard person.state == .active else {
                throw Fault(.conflict, "The account of \(email) is \(word: person.state.rawValue).")
            }
            return try turn.beginSuspension(of: person, until: until, reason, by: mover)
        } mover: {
            Mover(actor, $0, note: reason, comment: reason)
        }
    }

    /// Lets a suspended account act again.
    @discardableResult
    public func resume(_ email: EmailAddress, reason: String, by actor: Actor) async throws -> RequestView {
        let now = world.now()
        let reason = try FieldRules.checked(reason)
        return try await care(email, by: actor, at: now) { turn, person, mover in
            guard person.state == .suspended else {
                throw Fault(.conflict, "The account of \(email) is \(word: person.state.rawValue).")
            }
            let open = try turn.transaction.openAccountRequests(about: person.id)
            // Accounts that were suspended before suspensions were requests get theirs now.
            let suspension =
                try open.first { $0.run.workflow == Self.suspension }
                ?? turn.beginSuspension(of: person, until: nil, reason, by: .usher)
            let definition = try library.definition(of: suspension.run, in: turn.transaction)
            let choice = Event.Choice(
                "resume", part: definition.anywhere["resume"]?.part ?? "carer",
                by: mover.principal.text,
                onBehalfOf: mover.onBehalfOf?.text, comment: reason)
            return try turn.advance(suspension, on: .choice(choice), by: mover)
        } mover: {
            Mover(actor, $0, note: reason, comment: reason)
        }
    }

    fileprivate static var suspension: String { "suspension" }

    /// What somebody who may does to an account of somebody else, and what follows from it.
    private func care(
        _ email: EmailAddress, by actor: Actor, at now: Timestamp,
        _ body: @escaping @Sendable (Writing, Person, Mover) throws -> Request,
        mover: @escaping @Sendable (Authority.Capacity) -> Mover
    ) async throws -> RequestView {
        try await asking(by: actor, at: now) { turn in
            let person = try turn.person(at: email)
            let capacity = try turn.requireCare(of: person)
            let request = try body(turn, person, mover(capacity))
            return request
        }
    }
}

extension Writing {
    fileprivate func beginSuspension(of person: Person, until: Timestamp?, _ reason: String, by mover: Mover) throws
        -> Request
    {
        let requester = mover.principal
        let draft = RequestDraft(
            workflow: Onboarding.suspension, organization: person.organization, holder: person.id, requester: requester,
            reason: reason, until: until)
        let start = Event.Start(items: [], players: ["requester": [requester.text], "holder": [person.id.text]])
        return try begin(draft, with: start, by: mover)
    }

    /// Changes what an account may do, where it stands as
    /// expected; whoever was closed meanwhile stays so.
    func move(_ action: String, _ request: Request, from: AccountState, to: AccountState, by mover: Mover) throws {
        let holder = try request.account()
        guard try transaction.person(holder)?.state == from else { return }
        try minding(audiences(concerning: holder)) {
            try set(to, of: holder, action, in: request, detail: mover.comment ?? request.reason, by: mover)
        }
    }
}
