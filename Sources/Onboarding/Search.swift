package import Basics
package import Directory
package import Records
import Workflow

/// What a search found: of what its reader may see.
package struct SearchResult: Sendable {
    package let people: [(person: Person, organization: Organization?)]
    /// Newest first.
    package let requests: [RequestSheet]
    /// Whether more people go by this name than are shown.
    package let isCut: Bool
}

extension SearchResult {
    package var json: JSON {
        [
            "people": .array(
                people.map { $0.person.json.with("organization", JSON($0.organization?.slug.text)) }),
            "requests": .array(requests.map(\.view.json)), "cut": .bool(isCut),
        ]
    }
}

extension Onboarding {
    package static let leastSearch = 2
    static let greatestFound = 20
    /// Of each person who was found.
    private static let requestsOfPerson = 3

    /// People by the beginning of their name, family name or address, or by id, with their newest requests; a request
    /// by its id.
    ///
    /// - Throws: `.invalid` for less than two letters.
    package func search(_ text: String, by actor: Actor) async throws -> SearchResult {
        let key = SearchKeys.folded(text)
        guard key.count >= Self.leastSearch, text.unicodeScalars.count <= 254 else {
            throw Fault.invalid("q", "too_short", "Type at least \(Self.leastSearch) letters, and at most 254.")
        }
        let now = world.now()
        return try await store.read { snapshot in
            try Authority.requireStanding(actor, in: snapshot)
            let found = try self.people(matching: key, by: actor, at: now, in: snapshot)
            let people = Array(found.prefix(Self.greatestFound))
            var requests = try people.flatMap {
                try snapshot.newestRequests(about: $0.id, limit: Self.requestsOfPerson)
            }
            if let id = RequestID(key), let request = try snapshot.request(id) { requests.insert(request, at: 0) }
            let readable = try requests.filter { try Authority.mayRead($0, actor, at: now, in: snapshot) }
            return SearchResult(
                people: try people.map { ($0, try $0.organization.flatMap { try snapshot.organization($0) }) },
                requests: try readable.sorted { $0.id > $1.id }.map { request in
                    let view = try self.view(request, at: now, in: snapshot, withHistory: false)
                    return try self.sheet(request, view, offers: [], in: snapshot)
                }, isCut: found.count > people.count)
        }
    }

    private func people(
        matching key: String, by actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> [Person] {
        var found: [Person] = []
        if let id = PersonID(key), let person = try snapshot.person(id) { found.append(person) }
        for place in try Authority.searchPlaces(of: actor, at: now, in: snapshot) {
            found += try snapshot.people(matching: key, of: place, limit: Self.greatestFound + 1)
        }
        var seen: Set<PersonID> = []
        // Where somebody may look is one question, whom they may see another.
        return try found.filter { seen.insert($0.id).inserted }
            .filter { try Authority.maySee($0, actor, at: now, in: snapshot) }
            .sorted { ($0.name.text, $0.email.key) < ($1.name.text, $1.email.key) }
    }
}

extension Authority {
    /// In which organizations somebody may look for people; one nil stands for all of them.
    static func searchPlaces(
        of actor: Actor, at now: Timestamp, in snapshot: any Snapshot
    ) throws -> [OrganizationID?] {
        guard !actor.isOwner else { return [nil] }
        guard let person = actor.person else { return [] }
        let places = Set(try duties(of: person.id, at: now, in: snapshot).map(\.organization))
        return places.contains(nil) ? [nil] : places.sorted { ($0?.text ?? "") < ($1?.text ?? "") }
    }

    static func maySee(_ person: Person, _ actor: Actor, at now: Timestamp, in snapshot: any Snapshot) throws -> Bool {
        do { try requireRead(of: person, actor, at: now, in: snapshot) } catch let fault as Fault
            where fault.code == .notFound
        { return false }
        return true
    }
}
