public import Basics
public import Directory
public import Records
import Workflow

extension Onboarding {
    /// - Parameter organization: by slug; nil lists everybody, for operators only.
    public func people(
        organization slug: String?, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<Person> {
        try await reading(by: actor) { turn in
            guard let slug else {
                try turn.requireOperator()
                return try turn.snapshot.people(of: nil, page)
            }
            let organization = try turn.organization(slug: slug)
            try turn.requireRead(of: organization)
            return try turn.snapshot.people(of: organization.id, page)
        }
    }

    public func person(_ email: EmailAddress, by actor: Actor) async throws -> PersonProfile {
        try await reading(by: actor) { turn in
            var profile = try turn.profile(of: try turn.person(email))
            profile.former = try turn.snapshot.formerPeople(emailKey: email.key).filter { former in
                do {
                    try turn.requireRead(of: former)
                    return true
                } catch let fault as Fault where fault.code == .notFound { return false }
            }
            return profile
        }
    }

    /// - Throws: `.notFound` in the same words, whether nobody has
    ///   this id or it is somebody of elsewhere.
    public func person(_ id: PersonID, by actor: Actor) async throws -> PersonProfile {
        try await reading(by: actor) { turn in
            try turn.profile(of: id)
        }
    }

    /// The people of an organization with what they may do, by address.
    ///
    /// - Parameter slug: of the organization.
    public func profiles(
        organization slug: String, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<PersonProfile> {
        try await reading(by: actor) { turn in
            let organization = try turn.organization(slug: slug)
            try turn.requireRead(of: organization)
            return try turn.snapshot.people(of: organization.id, page).map {
                try turn.profile(of: $0)
            }
        }
    }

    /// Closes an account for good: every grant is revoked, every open
    /// request about it cancelled, the factor retired.
    public func close(_ email: EmailAddress, reason: String, by actor: Actor) async throws -> RequestView {
        let reason = try FieldRules.checked(reason)
        let (view, withdrawn) = try await writing(by: actor) { turn -> (RequestView, [RequestID]) in
            let person = try turn.person(email)
            let capacity = try turn.requireCare(of: person)
            guard person.state != .closed else { throw Fault(.conflict, "The account of \(email) is closed already.") }
            let requester = actor.principal
            var settled: [RequestID] = []
            for open in try turn.transaction.openAccountRequests(about: person.id) {
                try turn.withdraw(open)
                settled.append(open.id)
            }
            let draft = RequestDraft(
                workflow: "account-closure", organization: person.organization, holder: person.id,
                requester: requester, reason: reason)
            let start = Event.Start(items: [], players: ["requester": [requester.text], "holder": [person.id.text]])
            let mover = Mover(actor, capacity, note: reason, comment: reason)
            let request = try turn.begin(draft, with: start, by: mover)
            try turn.askForOwners(inPlaceOf: person)
            return (try turn.view(request, withHistory: false), settled)
        }
        for id in withdrawn + [RequestID(view.id)].compactMap({ $0 }) { _ = try await performDue(of: id) }
        return view
    }
}

extension Turn {
    func profile(of id: PersonID) throws -> PersonProfile {
        guard let person = try snapshot.person(id) else { throw Authority.missing("person", id.text) }
        do {
            try requireRead(of: person)
        } catch let fault as Fault where fault.code == .notFound {
            // The refusal by address would tell the address.
            throw Authority.missing("person", id.text)
        }
        return try profile(of: person)
    }

    fileprivate func profile(of person: Person) throws -> PersonProfile {
        PersonProfile(
            person: person, organization: try person.organization.flatMap { try snapshot.organization($0) },
            duties: try snapshot.duties(of: person.id).map { holding in
                (holding.duty, try holding.organization.flatMap { try snapshot.organization($0) })
            },
            grants: try snapshot.liveGrants(of: person.id, at: now).compactMap { grant in
                guard let cloud = try snapshot.cloud(grant.cloud),
                    let organization = try snapshot.organization(grant.organization)
                else { return nil }
                return (cloud, organization, grant, grant.hasEnded(at: now))
            },
            hasFactor: try snapshot.factor(of: person.id, .active) != nil)
    }

    func person(_ email: EmailAddress) throws -> Person {
        let person = try person(at: email)
        try requireRead(of: person)
        return person
    }
}

extension Writing {
    /// Ends a request because its holder's account is closed, whoever closes it and wherever it rests.
    fileprivate func withdraw(_ request: Request) throws {
        let mover = Mover(recorded: actor.recorded, note: "The account is closed.")
        var request = request
        if request.run.frozenAt != nil {
            // Closing an account waits for nothing.
            request = try advance(request, on: .thaw, by: mover)
            if request.run.ended != nil { return }
        }
        let definition = try library.definition(of: request.run, in: transaction)
        let choices = ["close", "cancel"].compactMap { definition.anywhere[$0] }
        if let offered = choices.first(where: { $0.isOffered(in: request.run.state) }) {
            // In nobody's name: four eyes would else keep an approver
            // of the request from closing the account.
            let cancel = Event.Choice(offered.name, part: offered.part, by: Party.usher.text)
            _ = try advance(request, on: .choice(cancel), by: mover)
            return
        }
        // Where a request cannot be cancelled it waits for effects: without them it comes to its end.
        for effect in try transaction.effects(of: request.id) where effect.order.runKey != nil {
            guard effect.state == .due || effect.state == .parked, let current = try transaction.request(request.id)
            else { continue }
            try giveUp(effect, "The account is closed.", of: current)
        }
    }
}
