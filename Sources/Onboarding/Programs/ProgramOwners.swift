public import Basics
import Directory
public import Records
import Workflow

/// A program as it is, and what is asked about it.
public struct ProgramAssignment: Sendable {
    public let account: APIAccountView
    /// The request that somebody has to agree to; nil where the owner was changed at once.
    public let request: RequestID?
}

extension Onboarding {
    /// Whoever answers for the program from now on, in place of its owner.
    ///
    /// Nobody takes a program over alone: its owner, or a colleague with a duty there, agrees,
    /// and is neither who asked nor who gets it. Until then its secrets are the owner's. The
    /// owner of the data folder does it at once.
    @discardableResult
    public func assignAPIAccount(
        _ id: APIAccountID, to owner: EmailAddress, by actor: Actor
    ) async throws -> ProgramAssignment {
        let assignment = try await writing(by: actor) { turn -> ProgramAssignment in
            let account = try turn.account(id)
            let capacity = try turn.requireCare(of: account)
            let person = try turn.successor(owner, of: account)
            var request: RequestID?
            if actor.isOwner {
                try turn.assign(account, to: person)
            } else {
                request = try turn.ask(for: person, to: account, capacity)
            }
            return ProgramAssignment(account: try turn.view(id), request: request)
        }
        _ = try await performDue()
        return assignment
    }
}

extension Turn {
    fileprivate func successor(_ owner: EmailAddress, of account: APIAccount) throws -> Person {
        guard account.closedAt == nil else { throw Fault(.conflict, "This program is closed.") }
        guard let person = try snapshot.person(emailKey: owner.key), person.state == .active,
            person.organization == account.organization
        else { throw Fault.invalid("owner", "unknown_person", "The owner is nobody here with an active account.") }
        guard person.id != account.owner else {
            throw Fault.invalid("owner", "held_already", "\(person.email) answers for this program already.")
        }
        return person
    }
}

extension Writing {
    fileprivate func ask(for person: Person, to account: APIAccount, _ capacity: Authority.Capacity) throws -> RequestID
    {
        guard try transaction.openProgramRequest(about: account.id, of: account.organization) == nil else {
            throw Fault(.conflict, "Another owner of this program is asked for already: wait for that or cancel it.")
        }
        let requester = actor.principal
        let draft = RequestDraft(
            workflow: "program-owner", organization: account.organization, holder: person.id, requester: requester,
            reason: account.purpose, subject: .program(account.id, formerOwner: account.owner))
        let start = Event.Start(
            items: [],
            players: [
                "requester": [requester.text] + [capacity.onBehalfOf?.text].compactMap { $0 },
                "holder": [person.id.text],
            ])
        return try begin(draft, with: start, by: Mover(actor, capacity)).id
    }

    fileprivate func assign(_ account: APIAccount, to person: Person) throws {
        let subject = RequestSubject.program(account.id, formerOwner: account.owner)
        let told = try keepers(of: account).map(\.id) + [person.id]
        try set(owner: person.id, of: account, in: nil, by: Mover(recorded: actor.recorded))
        try transaction.insert(
            told.map {
                usher.notice("program-owner-changed", of: subject, about: person.id, to: $0, at: now)
            })
    }

    /// Carries out what was agreed to, if it is still what was agreed to.
    func giveProgram(of request: Request, by mover: Mover) throws {
        guard case .program(let id, let former)? = request.subject, let account = try transaction.apiAccount(id) else {
            throw Fault(.unavailable, "The request \(request.id) does not say which program to give.")
        }
        let holder = try request.account()
        guard account.owner == former, account.closedAt == nil, try transaction.person(holder)?.state == .active else {
            throw Fault(
                .conflict, "The program, its owner, or who is to be, changed meanwhile: refuse this, and ask anew.")
        }
        try set(owner: holder, of: account, in: request.id, by: mover)
        // Whoever it is taken from hears of it, also who could not have answered.
        let told = try line(of: request).people.map { Party.person($0.id) } + [request.requester]
        guard !told.contains(.person(former)) else { return }
        try transaction.insert([
            usher.notice(
                "program-owner-changed", of: .program(id, formerOwner: former), about: holder, to: former, at: now)
        ])
    }
}

extension LocalEffect {
    static var ofPrograms: [LocalEffect] {
        [
            /// The account of a program begins with its first secret, which is shown.
            LocalEffect(shownBy: "open_api_account"),
            /// The program gets the item's profile in the item's cloud.
            LocalEffect("admit", isOfItem: true) { try $0.admit($1.item, of: $1.request) },
            /// The holder answers for the program that the request is about.
            LocalEffect("assign_program") { try $0.giveProgram(of: $1.request, by: $1.mover) },
        ]
    }
}
