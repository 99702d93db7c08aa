import Basics
import Directory
import Records
import Testing

extension ConformanceCase {
    static let resources: [ConformanceCase] = [
        ConformanceCase("keeps the kind of an organization, and says so when there is none") { store in
            try await Sample.fill(store)
            try await store.write { try $0.setKind(.group, of: Sample.organization) }
            let kept = try await store.read { try $0.organization(Sample.organization) }
            #expect(kept?.kind == .group)
            await expectFault(.notFound) {
                try await store.write { try $0.setKind(.client, of: OrganizationID(trusted: Sample.id(77))) }
            }
        },
        ConformanceCase("keeps services of a cloud by slug, each slug once in a cloud") { store in
            try await Sample.fill(store)
            let (shop, bank) = (try Sample.service(300, slug: "shop"), try Sample.service(301, slug: "bank"))
            try await store.write { transaction in
                try transaction.insert(Sample.cloud(3, slug: "other"))
                for service in [shop, bank] { try transaction.insert(service) }
                try transaction.insert(Sample.service(302, in: CloudID(trusted: Sample.id(3)), slug: "shop"))
            }
            await expectFault(.conflict, naming: "slug") {
                try await store.write { try $0.insert(Sample.service(303, slug: "shop")) }
            }
            try await store.read { snapshot in
                #expect(try snapshot.service(shop.id) == shop)
                #expect(try snapshot.service(slug: "bank", of: Sample.cloud) == bank)
                #expect(try snapshot.service(slug: "none", of: Sample.cloud) == nil)
                let page = try snapshot.services(of: Sample.cloud, PageRequest(limit: 1))
                #expect(page.items == [bank] && page.next == "bank")
                #expect(try snapshot.services(of: Sample.cloud, PageRequest(after: page.next)).items == [shop])
                let home = try snapshot.service(organization: "acme", cloud: "main", service: "shop")
                #expect(home?.path == "acme/main/shop" && home?.service == shop)
                #expect(try snapshot.service(organization: "acme", cloud: "main", service: "x") == nil)
            }
        },
        ConformanceCase("keeps a resource whole, with nothing left of what it was") { store in
            try await Sample.fill(store)
            let service = try Sample.service(300, slug: "shop")
            let first = try Sample.resource("i-1", in: service, name: "web é|1", tags: ["team": "web", "a": "b"])
            var later = first.properties
            (later.name, later.status, later.zone) = (try DisplayName("web 2"), .inactive, "EB-HDS-A")
            later.tags = Tags([Tag(trusted: "team", "ops"), Tag(trusted: "a", "b")]) ?? Tags()
            let second = Resource(id: first.id, at: first.place, later, createdAt: first.createdAt)
            try await store.write { transaction in
                try transaction.insert(service)
                try transaction.insert(first)
                #expect(try transaction.home(of: first.id)?.home.path == "acme/main/shop")
                #expect(try transaction.resource(first.id) == first)
                try transaction.update(first, to: second)
                #expect(try transaction.resource(first.id) == second)
                #expect(try transaction.resource(of: Sample.organization, in: "EB-HDS-A") == second)
                #expect(try transaction.resource(of: Sample.organization, in: "EB-A") == nil)
            }
            await expectFault(.conflict, naming: "id") { try await store.write { try $0.insert(first) } }
            var search = ResourceSearch(in: [.organization(Sample.organization)])
            search.tags = [.init(Tag(trusted: "team", "web"))]
            #expect(try await store.found(search).items == [])
            search.tags = [.init(Tag(trusted: "team", "ops")), .init(Tag(trusted: "a", "b"))]
            #expect(try await store.found(search).items == [second])
            try await store.write { try $0.remove(second) }
            #expect(try await store.found(search).items == [])
            let gone = try await store.read { try $0.resource(first.id) }
            #expect(gone == nil)
            // What is gone leaves nothing by which the next of its id is found.
            try await store.write { try $0.insert(Sample.resource("i-1", in: service)) }
            #expect(try await store.found(search).items == [])
        },
        ConformanceCase("finds the resources that a plain reading of all finds, by any filter, in pages of any size") {
            store in
            let sample = try await ResourceSample(store)
            var dice = Dice(state: 4_711)
            for _ in 0..<300 {
                let search = try sample.search(&dice)
                let limit = dice.roll(7) + 1
                let expected = sample.expected(search)
                let found = try await store.read { snapshot in try snapshot.all(search, limit: limit) }
                #expect(found == expected, "\(search)")
            }
        },
        ConformanceCase("refuses a cursor that is none of a list of resources") { store in
            let search = ResourceSearch(in: [.everywhere])
            for cursor in ["x", "all", "all.0", "all.x.", "all.0.a/b", "all.-1.a", "all.00.a", "ALL.0.a"] {
                await expectFault(.invalid, naming: "after") {
                    _ = try await store.read { try $0.resources(search, PageRequest(after: cursor)) }
                }
            }
        },
        ConformanceCase("reads no more than a page may cost, and goes on where it stopped") { store in
            try await Sample.fill(store)
            let service = try Sample.service(300, slug: "shop")
            let count = ResourceSearch.greatestWork + 20
            try await store.write { transaction in
                try transaction.insert(service)
                // Two tags of which each stands at every other resource, and which never meet.
                for number in 0..<count {
                    let name = String(Sample.id(number).suffix(6))
                    let tag = number.isMultiple(of: 2) ? ["even": "1"] : ["odd": "1"]
                    try transaction.insert(
                        Sample.resource("r\(name)", in: service, name: number == count - 1 ? "last" : "n", tags: tag))
                }
            }
            var search = ResourceSearch(in: [.service(service.id, of: Sample.organization)])
            search.environments.included = ["nowhere"]
            let first = try await store.found(search)
            #expect(first.items == [] && first.next != nil)
            let rest = try await store.found(search, after: first.next)
            #expect(rest.items == [] && rest.next == nil)
            // A short list ends the search at once, however long the others are.
            search.environments = .init()
            search.names.included = ["last"]
            search.tags = [.init(Tag(trusted: "odd", "1"))]
            let last = try await store.found(search)
            #expect(last.items.map(\.properties.name.text) == ["last"] && last.next == nil)
        },
    ]
}

extension Sample {
    static func service(
        _ number: Int, in cloud: CloudID = cloud, of organization: OrganizationID = organization, slug: String
    ) throws -> Service {
        Service(
            id: ServiceID(trusted: id(number)), organization: organization, cloud: cloud, slug: try Slug(slug),
            name: try DisplayName("Service \(number)"), createdAt: now)
    }

    static func resource(
        _ id: String, in service: Service, name: String = "web", type: String = "compute/instance/linux",
        tags: [String: String] = [:]
    ) throws -> Resource {
        let properties = Resource.Properties(
            name: try DisplayName(name), type: try #require(TypePath(type)), status: .active,
            environment: try #require(PathWord("production")),
            tags: Tags(tags.map { Tag(trusted: $0.key, $0.value) }) ?? Tags())
        return Resource(id: try #require(ResourceID(id)), at: service.place, properties, createdAt: now)
    }
}

extension Store {
    fileprivate func found(_ search: ResourceSearch, after cursor: String? = nil) async throws -> Page<Resource> {
        try await read { try $0.resources(search, PageRequest(after: cursor)) }
    }
}

extension Snapshot {
    /// All pages of a search, none of which repeats anything.
    fileprivate func all(_ search: ResourceSearch, limit: Int) throws -> [String] {
        var found: [String] = []
        var page = PageRequest(limit: limit)
        while true {
            let part = try resources(search, page)
            #expect(part.items.count <= limit)
            found += part.items.map(\.id.text)
            guard let next = part.next else { return found }
            page = PageRequest(after: next, limit: limit)
        }
    }
}
