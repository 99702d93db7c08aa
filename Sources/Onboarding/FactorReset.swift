package import Basics
import Directory
import Workflow

extension Onboarding {
    /// A lost device: two people agree before the factor is replaced; until the new one is proven the old one works,
    /// unless it was stolen.
    ///
    /// Whoever needs a factor and has none that works gets one by the same way. The report ends all sessions of the
    /// holder: whoever has the device may have them too.
    ///
    /// - Throws: `.conflict` if there is no factor to replace, or a request about the person is open.
    package func requestFactorReset(
        of email: EmailAddress, reason: String, stolen: Bool, by actor: Actor
    ) async throws -> RequestView {
        let now = world.now()
        var faults: [Fault.Field] = []
        guard let reason = FieldRules.reason(reason, &faults) else { throw Fault.invalid(faults) }
        let view = try await store.write { transaction -> RequestView in
            guard let person = try transaction.person(emailKey: email.key) else {
                throw Authority.missing("person", email.text)
            }
            try Authority.requireRead(of: person, actor, at: now, in: transaction)
            try Authority.requireNoOperator(actor, forAccountOf: person, in: transaction)
            guard person.state == .active,
                try Authority.owed(by: person.id, in: .password, under: catalogue, at: now, in: transaction) != .nothing
            else {
                throw Fault(.conflict, "\(email) has no active second factor that could be replaced.")
            }
            guard try transaction.openAccountRequests(about: person.id).isEmpty else {
                throw Fault(.conflict, "A request about \(email) is open already: wait for it or cancel it.")
            }
            let requester = actor.person?.id.text ?? actor.recorded
            let isAgreement = try agrees(actor, toReplaceFactorOf: person, in: transaction)
            // What counts as one of two agreements, or stops a factor at once, needs the proof that these need.
            if isAgreement || stolen, actor.person?.id != person.id {
                try Authority.requireFreshMFA(actor, at: now, in: transaction)
            }
            let draft = RequestDraft(
                workflow: "mfa-reset", organization: person.organization, holder: person.id, requester: requester,
                reason: reason)
            let start = Event.Start(
                items: [], players: ["requester": [requester], "holder": [person.id.text]],
                flags: ["stolen": stolen, "by_representative": isAgreement])
            let mover = Mover(recorded: actor.recorded, person: actor.person?.id, note: reason, comment: reason)
            let request = try begin(draft, with: start, by: mover, at: now, in: transaction)
            try transaction.endSessions(of: person.id, except: nil)
            // Whoever did not lose anything learns of it before anybody has agreed.
            try transaction.insert([
                notice(
                    "reset-reported", to: person.id, at: now, occasion: request.id.text, comment: reason,
                    by: actor.person?.id)
            ])
            return try self.view(request, at: now, in: transaction, withHistory: false)
        }
        if let id = RequestID(view.id) { _ = try await performDue(of: id) }
        return view
    }
    /// Whether the report itself is one of the two agreements: by a representative other than the holder, or, for the
    /// provider's staff, who have no representative, by the operator.
    private func agrees(
        _ actor: Actor, toReplaceFactorOf person: Person, in snapshot: any Snapshot
    ) throws -> Bool {
        guard let reporter = actor.person else { return person.isStaff }
        guard reporter.id != person.id, !person.isStaff else { return false }
        return try snapshot.duties(of: reporter.id).contains(
            DutyHolding(.representative, organization: person.organization))
    }
}
