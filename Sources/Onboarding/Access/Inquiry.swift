import Basics
import Directory
import Records

/// Types of subjects: who may do something.
enum SubjectType: String, CaseIterable {
    /// A person, by address or id.
    case user
    /// A program, by its client id.
    case client
}

/// Types of resources, and how each leads to the cloud whose grants decide.
enum ResourceType: String, CaseIterable {
    /// `ORG/CLOUD`, both by slug.
    case cloud
    /// `ORG/CLOUD/SERVICE`: it restricts nothing.
    case service
    /// By its id in the registry.
    case resource

    func place(of id: String, in inquiry: Inquiry) throws -> Inquiry.Place? {
        switch self {
        case .cloud: try inquiry.place(cloud: id)
        case .service: try inquiry.place(service: id)
        case .resource: try inquiry.place(resource: id)
        }
    }
}

/// The questions of one call, on one view of the records: what they have in common is read once.
///
/// Judges nothing: who may ask is `Authority`'s, what is allowed the catalogue's.
final class Inquiry {
    /// Where a resource stands.
    struct Place {
        let organization: Organization
        let cloud: Cloud

        var name: String { "\(organization.slug)/\(cloud.slug)" }
    }

    /// Whom a question is about, known or not.
    enum Subject {
        case person(Person?)
        case program(APIAccountID?)
    }

    /// On what the right to ask depends.
    private struct Right: Hashable {
        let organization: OrganizationID
        let person: PersonID?
        let program: APIAccountID?
        let hasGrant: Bool
    }

    let turn: Reading
    /// Whether several questions come, so that what a list holds is read as one.
    private let isMany: Bool
    private var organizations: [String: Organization?] = [:]
    private var owners: [OrganizationID: Organization?] = [:]
    private var places: [String: Place?] = [:]
    private var clouds: [OrganizationID: [Slug: Cloud]] = [:]
    private var people: [String: Person?] = [:]
    private var grants: [PersonID: [CloudID: Grant]] = [:]
    private var factors: [PersonID: Factor?] = [:]
    private var programs: [APIAccountID: APIAccount?] = [:]
    private var programGrants: [APIAccountID: [CloudID: APIGrant]] = [:]
    private var rights: [Right: Bool] = [:]
    private var askable: [PersonID: Bool] = [:]
    private var homes: [ResourceID: CloudID] = [:]

    init(_ turn: Reading, isMany: Bool) {
        self.turn = turn
        self.isMany = isMany
    }

    /// - Parameter questions: nil for one that lacks something.
    /// - Returns: as many answers as `order` wants.
    func answers(_ questions: [DecisionQuestion?], _ order: DecisionOrder) throws -> [DecisionAnswer] {
        var answers: [DecisionAnswer] = []
        for question in questions {
            let answer = try question.map(answer) ?? .unknown(.incomplete)
            answers.append(answer)
            if order.isSettled(by: answer) { break }
        }
        return answers
    }

    func answer(_ question: DecisionQuestion) throws -> DecisionAnswer {
        guard let action = turn.catalogue.action(question.action) else { return .unknown(.action) }
        // Before the resource is looked for: which resources there are must not be told by what is wrong beside them.
        guard let subject = try subject(question.subject) else { return .unknown(.subject) }
        guard let place = try place(of: question.resource), try mayAsk(about: subject, in: place) else {
            return .unknown(.resource)
        }
        return .decided(try decide(action, subject, in: place, since: question.authenticatedAt))
    }

    func decide(
        _ action: Directory.Action, _ subject: Subject, in place: Place, since authenticatedAt: Timestamp? = nil
    ) throws -> Decision {
        let standing =
            switch subject {
            case .person(let person): try standing(of: person, for: action, in: place, since: authenticatedAt)
            case .program(let id):
                Standing(
                    of: try id.flatMap { try program($0) },
                    grant: try id.flatMap { try grants(of: $0)[place.cloud.id] }, for: action, at: turn.now)
            }
        return turn.catalogue.decide(action, for: standing, at: turn.now)
    }

    func standing(
        of person: Person?, for action: Directory.Action, in place: Place, since authenticatedAt: Timestamp?
    ) throws -> Standing {
        // What needs no second factor does not look for one.
        let active = action.needsMFA ? try person.flatMap { try factor(of: $0.id) } : nil
        return Standing(
            of: person, grant: try person.flatMap { try grant(of: $0.id, in: place) },
            towards: place.organization.id, factor: active,
            lastVerifiedAt: active?.lastAcceptedAt.map { min($0, authenticatedAt ?? $0) })
    }

    /// As one asks by Usher's own API, where the same is refused as not there.
    func mayAsk(about subject: Subject, in place: Place) throws -> Bool {
        switch subject {
        case .program(let id):
            if let id, turn.isOwn(id, in: place.organization) { return true }
            return try may(
                Right(organization: place.organization.id, person: nil, program: id, hasGrant: false), nil, place)
        case .person(let person):
            // Only who asks about themselves is answered by what they have.
            let isSelf = person != nil && turn.actor.person?.id == person?.id
            let hasGrant = try isSelf && person.flatMap { try grant(of: $0.id, in: place) } != nil
            let about = isSelf ? person : nil
            return try may(
                Right(organization: place.organization.id, person: about?.id, program: nil, hasGrant: hasGrant), about,
                place)
        }
    }

    /// Whether whoever asks may ask for more access of somebody.
    func mayRequest(for person: Person, in place: Place) throws -> Bool {
        // Nobody's are the clouds of an organization that is not the person's.
        guard person.organization == place.organization.id else { return false }
        return try askable.remembered(person.id) {
            try turn.accessHindrance(of: person, in: place.organization) == nil
        }
    }

    private func may(_ right: Right, _ person: Person?, _ place: Place) throws -> Bool {
        try rights.remembered(right) {
            do {
                try turn.requireDecision(
                    about: person, in: place.organization, named: place.name, hasGrant: right.hasGrant)
                return true
            } catch let fault as Fault where [.notFound, .forbidden].contains(fault.code) { return false }
        }
    }
}

// MARK: - What is read once

extension Inquiry {
    /// - Returns: nil for a type that is not known.
    func subject(_ entity: DecisionQuestion.Entity) throws -> Subject? {
        switch SubjectType(rawValue: entity.type) {
        case .user: .person(try person(entity.id))
        case .client: .program(APIAccountID(entity.id))
        case nil: nil
        }
    }

    func place(of entity: DecisionQuestion.Entity) throws -> Place? {
        try ResourceType(rawValue: entity.type)?.place(of: entity.id, in: self)
    }

    /// - Parameter name: `ORG/CLOUD`, both by slug.
    func place(cloud name: String) throws -> Place? {
        try places.remembered(name) {
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            // What is no slug has no cloud, and never reaches the database.
            guard parts.count == 2, let slug = try? Slug(String(parts[0])), let own = try? Slug(String(parts[1])),
                let organization = try organization(slug), let cloud = try cloud(own, of: organization)
            else { return nil }
            return Place(organization: organization, cloud: cloud)
        }
    }

    /// - Parameter name: `ORG/CLOUD/SERVICE`, all by slug.
    func place(service name: String) throws -> Place? {
        guard let end = name.lastIndex(of: "/"), let slug = try? Slug(String(name[name.index(after: end)...])),
            let place = try place(cloud: String(name[..<end]))
        else { return nil }  // What is no slug is no service.
        return try turn.snapshot.service(slug: slug.text, of: place.cloud.id) == nil ? nil : place
    }

    func place(resource id: String) throws -> Place? {
        guard let resource = try ResourceID(id).flatMap({ try turn.snapshot.resource($0) }) else { return nil }
        homes[resource.id] = resource.place.cloud
        return try place(resource.place.cloud)
    }

    func place(_ id: CloudID) throws -> Place? {
        guard let cloud = try turn.snapshot.cloud(id),
            let organization = try owners.remembered(
                cloud.organization,
                {
                    try turn.snapshot.organization(cloud.organization)
                })
        else { return nil }
        return Place(organization: organization, cloud: cloud)
    }

    private func organization(_ slug: Slug) throws -> Organization? {
        try organizations.remembered(slug.text) { try turn.snapshot.organization(slug: slug.text) }
    }

    private func cloud(_ slug: Slug, of organization: Organization) throws -> Cloud? {
        guard isMany else { return try turn.snapshot.cloud(slug: slug.text, of: organization.id) }
        return try clouds.remembered(organization.id) {
            Dictionary(try turn.snapshot.clouds(of: organization.id).map { ($0.slug, $0) }) { first, _ in first }
        }[slug]
    }

    private func person(_ name: String) throws -> Person? {
        try people.remembered(name) {
            if let id = PersonID(name) { return try turn.snapshot.person(id) }
            // What is no address is nobody's.
            guard let address = try? EmailAddress(name) else { return nil }
            return try turn.snapshot.person(emailKey: address.key)
        }
    }

    private func grant(of person: PersonID, in place: Place) throws -> Standing.Held? {
        let grant =
            if isMany {
                try grants.remembered(person) {
                    let live = try turn.snapshot.liveGrants(of: person, at: turn.now)
                    return Dictionary(live.map { ($0.cloud, $0) }) { first, _ in first }
                }[place.cloud.id]
            } else {
                try turn.snapshot.liveGrant(of: person, in: place.cloud.id, at: turn.now)
            }
        return grant.flatMap(Standing.Held.init)
    }

    func factor(of person: PersonID) throws -> Factor? {
        try factors.remembered(person) { try turn.snapshot.factor(of: person, .active) }
    }

    /// What of this is to be held in memory, where anything is.
    func learnt() throws -> HeldStandings.Learnt {
        guard turn.usher.standings.isHeld else { return HeldStandings.Learnt() }
        let proven = try factors.compactMap { id, factor -> StandingChange.Somebody? in
            guard let factor, turn.usher.standings.proof(of: id) != factor.lastAcceptedAt else { return nil }
            return try turn.snapshot.standing(of: id).map {
                StandingChange.Somebody(person: $0, held: try turn.snapshot.heldGrants(of: id...id))
            }
        }
        return HeldStandings.Learnt(people: proven, homes: homes)
    }

    private func program(_ id: APIAccountID) throws -> APIAccount? {
        try programs.remembered(id) { try turn.snapshot.apiAccount(id) }
    }

    /// Oldest first.
    func clouds(of subject: Subject) throws -> [CloudID] {
        switch subject {
        case .person(let person?): try turn.snapshot.liveGrants(of: person.id, at: turn.now).map(\.cloud).sorted()
        case .program(let id?): try grants(of: id).keys.sorted()
        case .person(nil), .program(nil): []
        }
    }

    private func grants(of program: APIAccountID) throws -> [CloudID: APIGrant] {
        try programGrants.remembered(program) {
            Dictionary(try turn.snapshot.apiGrants(of: program).map { ($0.cloud, $0) }) { first, _ in first }
        }
    }
}

extension Dictionary {
    /// What `read` gave for the key the first time.
    fileprivate mutating func remembered(_ key: Key, _ read: () throws -> Value) rethrows -> Value {
        if let known = self[key] { return known }
        let value = try read()
        self[key] = value
        return value
    }
}
