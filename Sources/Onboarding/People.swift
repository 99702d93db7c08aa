package import Basics
package import Directory
package import Records
import Workflow

extension Onboarding {
    /// - Parameter organization: by slug; nil lists everybody, for operators only.
    package func people(
        organization slug: String?, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<Person> {
        let now = world.now()
        return try await store.read { snapshot in
            guard let slug else {
                try Authority.requireOperator(actor, in: snapshot)
                return try snapshot.people(of: nil, page)
            }
            guard let organization = try snapshot.organization(slug: slug) else {
                throw Authority.missing("organization", slug)
            }
            try Authority.requireRead(of: organization, actor, at: now, in: snapshot)
            return try snapshot.people(of: organization.id, page)
        }
    }

    package func person(_ email: EmailAddress, by actor: Actor) async throws -> PersonProfile {
        let now = world.now()
        return try await store.read { snapshot in
            var profile = try self.profile(
                of: try self.person(email, by: actor, at: now, in: snapshot), at: now, in: snapshot)
            profile.former = try snapshot.formerPeople(emailKey: email.key).filter { former in
                do {
                    try Authority.requireRead(of: former, actor, at: now, in: snapshot)
                    return true
                } catch let fault as Fault where fault.code == .notFound { return false }
            }
            return profile
        }
    }

    /// - Throws: `.notFound` in the same words, whether nobody has this id or it is somebody of elsewhere.
    package func person(_ id: PersonID, by actor: Actor) async throws -> PersonProfile {
        let now = world.now()
        return try await store.read { snapshot in
            try self.profile(of: id, by: actor, at: now, in: snapshot)
        }
    }

    func profile(
        of id: PersonID, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> PersonProfile {
        guard let person = try snapshot.person(id) else { throw Authority.missing("person", id.text) }
        do {
            try Authority.requireRead(of: person, actor, at: now, in: snapshot)
        } catch let fault as Fault where fault.code == .notFound {
            // The refusal by address would tell the address.
            throw Authority.missing("person", id.text)
        }
        return try self.profile(of: person, at: now, in: snapshot)
    }

    /// The people of an organization with what they may do, by address.
    ///
    /// - Parameter slug: of the organization.
    package func profiles(
        organization slug: String, _ page: PageRequest, by actor: Actor
    ) async throws -> Page<PersonProfile> {
        let now = world.now()
        return try await store.read { snapshot in
            guard let organization = try snapshot.organization(slug: slug) else {
                throw Authority.missing("organization", slug)
            }
            try Authority.requireRead(of: organization, actor, at: now, in: snapshot)
            return try snapshot.people(of: organization.id, page).map {
                try self.profile(of: $0, at: now, in: snapshot)
            }
        }
    }

    private func profile(of person: Person, at now: Timestamp, in snapshot: any Snapshot) throws -> PersonProfile {
        PersonProfile(
            person: person, organization: try person.organization.flatMap { try snapshot.organization($0) },
            duties: try snapshot.duties(of: person.id).map { holding in
                (holding.duty, try holding.organization.flatMap { try snapshot.organization($0) })
            },
            grants: try snapshot.liveGrants(of: person.id).compactMap { grant in
                guard let cloud = try snapshot.cloud(grant.cloud),
                    let organization = try snapshot.organization(grant.organization)
                else { return nil }
                return (cloud, organization, grant, grant.until.map { $0 <= now } ?? false)
            },
            hasFactor: try snapshot.factor(of: person.id, .active) != nil)
    }

    func person(
        _ email: EmailAddress, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> Person {
        guard let person = try snapshot.person(emailKey: email.key) else {
            throw Authority.missing("person", email.text)
        }
        try Authority.requireRead(of: person, actor, at: now, in: snapshot)
        return person
    }

    /// Closes an account for good: every grant is revoked, every open request about it cancelled, the factor retired.
    package func close(_ email: EmailAddress, reason: String, by actor: Actor) async throws -> RequestView {
        let now = world.now()
        let reason = try FieldRules.checked(reason)
        let (view, withdrawn) = try await store.write { transaction -> (RequestView, [RequestID]) in
            let person = try self.person(email, by: actor, at: now, in: transaction)
            let capacity = try Authority.requireCare(of: person, actor, at: now, in: transaction)
            guard person.state != .closed else { throw Fault(.conflict, "The account of \(email) is closed already.") }
            let requester = actor.person?.id.text ?? actor.recorded
            var settled: [RequestID] = []
            for open in try transaction.openAccountRequests(about: person.id) {
                try withdraw(open, by: actor, at: now, in: transaction)
                settled.append(open.id)
            }
            let draft = RequestDraft(
                workflow: "account-closure", organization: person.organization, holder: person.id,
                requester: requester, reason: reason)
            let start = Event.Start(items: [], players: ["requester": [requester], "holder": [person.id.text]])
            let mover = Mover(actor, capacity, note: reason, comment: reason)
            let request = try begin(draft, with: start, by: mover, at: now, in: transaction)
            try askForOwners(inPlaceOf: person, at: now, in: transaction)
            return (try self.view(request, at: now, in: transaction, withHistory: false), settled)
        }
        for id in withdrawn + [RequestID(view.id)].compactMap({ $0 }) { _ = try await performDue(of: id) }
        return view
    }

    /// Ends a request because its holder's account is closed, whoever closes it and wherever it rests.
    private func withdraw(
        _ request: Request, by actor: Actor, at now: Timestamp, in transaction: any Transaction
    ) throws {
        let mover = Mover(recorded: actor.recorded, note: "The account is closed.")
        var request = request
        if request.run.frozenAt != nil {
            // Closing an account waits for nothing.
            request = try advance(request, on: .thaw, by: mover, at: now, in: transaction)
            if request.run.ended != nil { return }
        }
        let definition = try library.definition(of: request.run, in: transaction)
        let choices = ["close", "cancel"].compactMap { definition.anywhere[$0] }
        if let offered = choices.first(where: { $0.isOffered(in: request.run.state) }) {
            // In nobody's name: four eyes would else keep an approver of the request from closing the account.
            let cancel = Event.Choice(offered.name, part: offered.part, by: Actor.usher)
            _ = try advance(request, on: .choice(cancel), by: mover, at: now, in: transaction)
            return
        }
        // Where a request cannot be cancelled it waits for effects: without them it comes to its end.
        for effect in try transaction.effects(of: request.id) where effect.order.runKey != nil {
            guard effect.state == .due || effect.state == .parked, let current = try transaction.request(request.id)
            else { continue }
            try giveUp(effect, "The account is closed.", of: current, by: actor, at: now, in: transaction)
        }
    }
}
