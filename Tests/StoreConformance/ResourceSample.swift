import Basics
import Directory
import Records
import Testing

/// The same numbers every time (a linear congruence; Knuth's constants).
struct Dice {
    var state: UInt64

    mutating func roll(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(count))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[roll(elements.count)] }
}

/// Resources of two organizations with few properties, so that filters often fit, and a plain reading of them.
struct ResourceSample {
    private static let names = ["a", "b", "c d"]
    private static let types = ["compute", "compute/instance", "compute/instance/linux", "storage/instance/linux"]
    private static let environments = ["production", "qa"]
    private static let zones: [String?] = [nil, "EB-HDS-A", "EB-A"]
    private static let keys = ["team", "tier", "x"]
    private static let values = ["1", "2"]

    let services: [Service]
    let resources: [Resource]

    init(_ store: any Store) async throws {
        try await Sample.fill(store)
        let other = try Sample.organization(8, slug: "other")
        let clouds = [
            try Sample.cloud(2, slug: "main"), try Sample.cloud(3, slug: "side"),
            try Sample.cloud(9, of: other.id, slug: "main"),
        ]
        var services: [Service] = []
        for (index, cloud) in clouds.enumerated() {
            for slug in ["one", "two"] {
                let number = 300 + index * 2 + (slug == "one" ? 0 : 1)
                services.append(try Sample.service(number, in: cloud.id, of: cloud.organization, slug: slug))
            }
        }
        var dice = Dice(state: 1)
        var resources: [Resource] = []
        for number in 0..<160 {
            var tags = Tags()
            for key in Self.keys where dice.roll(3) > 0 { tags.set(Tag(trusted: key, dice.pick(Self.values))) }
            let properties = Resource.Properties(
                name: try DisplayName(dice.pick(Self.names)), type: try #require(TypePath(dice.pick(Self.types))),
                status: dice.pick(Resource.Status.allCases),
                environment: try #require(PathWord(dice.pick(Self.environments))), zone: dice.pick(Self.zones),
                tags: tags)
            let id = try #require(ResourceID("\(dice.pick(["A", "a", "0"]))-\(number)"))
            resources.append(Resource(id: id, at: dice.pick(services).place, properties, createdAt: Sample.now))
        }
        (self.services, self.resources) = (services, resources)
        try await store.write { [services, resources] transaction in
            try transaction.insert(other)
            for cloud in clouds.dropFirst() { try transaction.insert(cloud) }
            for service in services { try transaction.insert(service) }
            for resource in resources { try transaction.insert(resource) }
        }
    }

    private static func choice(_ words: [String], _ dice: inout Dice) -> ResourceSearch.Choice {
        guard dice.roll(3) == 0 else { return .init() }
        let chosen = words.filter { _ in dice.roll(2) == 0 }
        return dice.roll(2) == 0 ? .init(included: chosen) : .init(excluded: chosen)
    }

    func search(_ dice: inout Dice) throws -> ResourceSearch {
        let service = dice.pick(services)
        let everyPlace: [[ResourceSearch.Place]] = [
            [.everywhere], [.organization(service.organization)], [.cloud(service.cloud, of: service.organization)],
            [.service(service.id, of: service.organization)],
            services.map { .service($0.id, of: $0.organization) },
            [.organization(service.organization), .organization(OrganizationID(trusted: Sample.id(77)))], [],
        ]
        var search = ResourceSearch(in: dice.pick(everyPlace))
        search.names = Self.choice(Self.names, &dice)
        search.types = Self.choice(Self.types + ["storage"], &dice)
        search.families = Self.choice(["linux"], &dice)
        search.statuses = Self.choice(Resource.Status.allCases.map(\.rawValue), &dice)
        search.environments = Self.choice(Self.environments, &dice)
        search.zones = Self.choice(Self.zones.compactMap { $0 }, &dice)
        search.clouds = Self.choice(Array(Set(services.map(\.cloud.text))).sorted(), &dice)
        search.services = Self.choice(services.map(\.id.text), &dice)
        for key in Self.keys where dice.roll(3) == 0 {
            search.tags.append(.init(Tag(trusted: key, dice.pick(Self.values)), isWanted: dice.roll(3) > 0))
        }
        return search
    }

    /// As a reader of the words would do it.
    func expected(_ search: ResourceSearch) -> [String] {
        let names: [String?] = search.names.included.isEmpty ? [nil] : search.names.included
        return search.places.sorted { $0.key < $1.key }.flatMap { place in
            names.flatMap { name in
                resources.filter { resource in
                    fits(resource, place) && (name == nil || resource.properties.name.text == name)
                        && fits(resource, search)
                }.map(\.id.text).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
            }
        }
    }

    private func fits(_ resource: Resource, _ place: ResourceSearch.Place) -> Bool {
        switch place {
        case .everywhere: true
        case .organization(let id): resource.place.organization == id
        case .cloud(let id, _): resource.place.cloud == id
        case .service(let id, _): resource.place.service == id
        }
    }

    private func fits(_ resource: Resource, _ search: ResourceSearch) -> Bool {
        func fits(_ words: Set<String>, _ choice: ResourceSearch.Choice) -> Bool {
            (choice.included.isEmpty || !words.isDisjoint(with: choice.included))
                && words.isDisjoint(with: choice.excluded)
        }
        let told = resource.properties
        let path = told.type.path
        let prefixes = Set(path.indices.filter { path[$0] == "/" }.map { String(path[..<$0]) } + [path])
        return fits([told.name.text], .init(excluded: search.names.excluded)) && fits(prefixes, search.types)
            && fits(Set(told.type.family.map { [$0] } ?? []), search.families)
            && fits([told.status.rawValue], search.statuses) && fits([told.environment.text], search.environments)
            && fits(Set(told.zone.map { [$0] } ?? []), search.zones)
            && fits([resource.place.cloud.text], search.clouds)
            && fits([resource.place.service.text], search.services)
            && search.tags.allSatisfy { (told.tags[$0.tag.key] == $0.tag.value) == $0.isWanted }
    }
}
