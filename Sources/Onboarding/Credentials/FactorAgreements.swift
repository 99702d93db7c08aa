public import Basics
import Directory
import OneTimePassword
public import Records
import Workflow

/// What two people agree to about the second factor of a third, who cannot use it.
extension Onboarding {
    /// A lost device: two people agree before the factor is replaced; until the new one is
    /// proven the old one works, unless it was stolen.
    ///
    /// Whoever needs a factor and has none that works gets one by the same way. The report
    /// ends all sessions of the holder: whoever has the device may have them too.
    ///
    /// - Throws: `.conflict` if there is no factor to replace, or a request about the person is open.
    public func requestFactorReset(
        of email: EmailAddress, reason: String, stolen: Bool, by actor: Actor
    ) async throws -> RequestView {
        try await requestAgreement(
            "mfa-reset", onFactorOf: email, flags: ["stolen": stolen], reason: reason, by: actor
        ) { turn, person in
            guard try turn.owed(by: person.id, in: .password) != .nothing else {
                throw Fault(.conflict, "\(email) has no active second factor that could be replaced.")
            }
        } then: { turn, request, person in
            try turn.endSessions(of: person.id)
            // Whoever did not lose anything learns of it before anybody has agreed.
            try turn.transaction.insert([
                notice(
                    "reset-reported", to: person.id, at: turn.now, occasion: request.id.text,
                    comment: request.reason, by: actor.person?.id)
            ])
        }
    }

    /// A factor that too many wrong codes locked: two people agree that it works
    /// again, with its secret and its recovery codes.
    ///
    /// Only whoever has proven the password can have locked it: the
    /// holder, or somebody who knows the password too.
    ///
    /// - Throws: `.conflict` if the factor is not locked, or a request about the person is open.
    public func requestFactorUnlock(
        of email: EmailAddress, reason: String, by actor: Actor
    ) async throws -> RequestView {
        try await requestAgreement("factor-unlock", onFactorOf: email, reason: reason, by: actor) {
            turn, person in
            guard try turn.isLocked(person.id) else {
                throw Fault(.conflict, "The second factor of \(email) is not locked.")
            }
        } then: { turn, request, person in
            // Whoever guessed their codes may be the one who asks.
            try turn.transaction.insert([
                notice(
                    "unlock-reported", to: person.id, at: turn.now, occasion: request.id.text, comment: request.reason,
                    by: actor.person?.id)
            ])
        }
    }

    /// - Parameters:
    ///   - check: throws where there is nothing to agree to.
    ///   - consequences: of the request itself, whatever is answered.
    private func requestAgreement(
        _ workflow: String, onFactorOf email: EmailAddress, flags: [String: Bool] = [:], reason: String,
        by actor: Actor, unless check: @escaping @Sendable (Writing, Person) throws -> Void,
        then consequences: @escaping @Sendable (Writing, Request, Person) throws -> Void = { _, _, _ in }
    ) async throws -> RequestView {
        var faults: [Fault.Field] = []
        guard let reason = FieldRules.reason(reason, &faults) else { throw Fault.invalid(faults) }
        return try await asking(by: actor) { turn in
            let person = try turn.person(at: email)
            try turn.requireRead(of: person)
            try turn.requireNoOperator(forAccountOf: person)
            guard person.state == .active else {
                throw Fault(.conflict, "The account of \(email) is not active.")
            }
            try check(turn, person)
            guard try turn.transaction.openAccountRequests(about: person.id).isEmpty else {
                throw Fault(.conflict, "A request about \(email) is open already: wait for it or cancel it.")
            }
            let requester = actor.principal
            let isAgreement = try turn.agrees(onFactorOf: person)
            // What counts as one of two agreements, or stops a factor
            // at once, needs the proof that these need.
            if isAgreement || flags["stolen"] == true, actor.person?.id != person.id {
                try turn.requireFreshMFA()
            }
            let draft = RequestDraft(
                workflow: workflow, organization: person.organization, holder: person.id, requester: requester,
                reason: reason)
            let start = Event.Start(
                items: [], players: ["requester": [requester.text], "holder": [person.id.text]],
                flags: flags.merging(["by_representative": isAgreement]) { $1 })
            let mover = Mover(recorded: actor.recorded, person: actor.person?.id, note: reason, comment: reason)
            let request = try turn.begin(draft, with: start, by: mover)
            try consequences(turn, request, person)
            return request
        }
    }
}

extension Turn {
    func isLocked(_ person: PersonID) throws -> Bool {
        try snapshot.factor(of: person, .active) != nil && snapshot.attempts(of: person).locked
    }

    /// Whether asking is itself one of the two agreements: by a representative other than the
    /// holder, or, for the provider's staff, who have no representative, by the operator.
    fileprivate func agrees(onFactorOf person: Person) throws -> Bool {
        guard let asking = actor.person else { return person.isStaff }
        guard asking.id != person.id, !person.isStaff else { return false }
        return try snapshot.duties(of: asking.id).contains(
            DutyHolding(.representative, organization: person.organization))
    }
}

extension Writing {
    /// Nothing where the factor was replaced meanwhile, which unlocks too.
    func unlock(_ request: Request, by mover: Mover) throws {
        let holder = try request.account()
        guard try isLocked(holder) else { return }
        try transaction.setAttempts(Attempts(), of: holder)
        try transaction.audit(
            AuditNote(
                "factor.unlock", organization: request.organization, request: request.id, subject: holder.text),
            by: mover.recorded, at: now)
    }
}

// MARK: Effects

extension LocalEffect {
    static var ofFactors: [LocalEffect] {
        [
            /// A new pending factor, whose secret is shown.
            LocalEffect(shownBy: "issue"),
            /// Drops the pending factor.
            LocalEffect("void") { try $0.retireFactor(of: $1.request.account(), .pending, in: $1.request) },
            /// The proven pending factor takes the place of the old one: done
            /// with the proof, in the same transaction.
            LocalEffect("promote") { _, _ in },
            /// The active factor stops working at once.
            LocalEffect("retire") { try $0.retireFactor(of: $1.request.account(), .active, in: $1.request) },
            /// The active factor that wrong codes locked works again.
            LocalEffect("unlock") { try $0.unlock($1.request, by: $1.mover) },
        ]
    }
}
