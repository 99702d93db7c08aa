public import Basics
public import Directory
public import Records
import Workflow

/// What a search found: of what its reader may see.
public struct SearchResult: Sendable {
    public let people: [(person: Person, organization: Organization?)]
    /// Newest first.
    public let requests: [RequestSheet]
    /// Whether more people go by this name than are shown.
    public let isCut: Bool
}

extension SearchResult {
    public var json: JSON {
        [
            "people": .array(
                people.map { $0.person.json.with("organization", JSON($0.organization?.slug.text)) }),
            "requests": .array(requests.map(\.view.json)), "cut": .bool(isCut),
        ]
    }
}

extension Onboarding {
    public static let leastSearch = 2
    static let greatestFound = 20
    /// Of each person who was found.
    private static let requestsOfPerson = 3

    /// People by the beginning of their name, family name or address, or by id, with
    /// their newest requests; a request by its id.
    ///
    /// - Throws: `.invalid` for less than two letters.
    public func search(_ text: String, by actor: Actor) async throws -> SearchResult {
        let key = SearchKeys.folded(text)
        guard key.count >= Self.leastSearch, text.unicodeScalars.count <= 254 else {
            throw Fault.invalid("q", "too_short", "Type at least \(Self.leastSearch) letters, and at most 254.")
        }
        return try await reading(by: actor) { turn in
            try turn.requireStanding()
            let found = try turn.people(matching: key)
            let people = Array(found.prefix(Self.greatestFound))
            var requests = try people.flatMap {
                try turn.snapshot.newestRequests(about: $0.id, limit: Self.requestsOfPerson)
            }
            if let id = RequestID(key), let request = try turn.snapshot.request(id) { requests.insert(request, at: 0) }
            let readable = try requests.filter { try turn.mayRead($0) }
            return SearchResult(
                people: try people.map { ($0, try $0.organization.flatMap { try turn.snapshot.organization($0) }) },
                requests: try readable.sorted { $0.id > $1.id }.map { request in
                    let view = try turn.view(request, withHistory: false)
                    return try turn.sheet(request, view, offers: [])
                }, isCut: found.count > people.count)
        }
    }
}

extension Turn {
    fileprivate func people(matching key: String) throws -> [Person] {
        var found: [Person] = []
        if let id = PersonID(key), let person = try snapshot.person(id) { found.append(person) }
        for place in try searchPlaces() {
            found += try snapshot.people(matching: key, of: place, limit: Onboarding.greatestFound + 1)
        }
        var seen: Set<PersonID> = []
        // Where somebody may look is one question, whom they may see another.
        return try found.filter { seen.insert($0.id).inserted }
            .filter { try maySee($0) }
            .sorted { ($0.name.text, $0.email.key) < ($1.name.text, $1.email.key) }
    }
}

extension Turn {
    /// In which organizations somebody may look for people; one nil stands for all of them.
    func searchPlaces() throws -> [OrganizationID?] {
        guard !actor.isOwner else { return [nil] }
        guard let person = actor.person else { return [] }
        let places = Set(try duties(of: person.id).map(\.organization))
        return places.contains(nil) ? [nil] : places.sorted { ($0?.text ?? "") < ($1?.text ?? "") }
    }

    func maySee(_ person: Person) throws -> Bool {
        do { try requireRead(of: person) } catch let fault as Fault
            where fault.code == .notFound
        { return false }
        return true
    }
}
