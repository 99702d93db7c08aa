import Basics
import Directory
import Records

extension SQLTransaction {
    func service(_ id: ServiceID) throws -> Service? {
        try connection.row(Service.columns, "FROM service WHERE id = ?", [.id(id)])
    }

    func service(slug: String, of cloud: CloudID) throws -> Service? {
        try connection.row(
            Service.columns, "FROM service WHERE cloud_id = ? AND slug = ?", [.id(cloud), .text(slug)])
    }

    func services(of cloud: CloudID, _ page: PageRequest) throws -> Page<Service> {
        let after = try Cursor.text(of: page) { (try? Slug($0)) != nil }  // The refusal's reason says nothing here.
        let found = try connection.rows(
            Service.columns, "FROM service WHERE cloud_id = ? AND slug > ? ORDER BY slug LIMIT ?",
            [.id(cloud), .text(after), Cursor.limit(page)])
        return Cursor.page(found, page) { $0.slug.text }
    }

    func insert(_ service: Service) throws {
        let inserted = try connection.run(
            Service.inserting,
            [
                .id(service.id), .id(service.organization), .id(service.cloud), .text(service.slug.text),
                .text(service.name.text), .time(service.createdAt),
            ])
        guard inserted == 1 else {
            throw Fault.taken("slug", "The cloud has a service with the slug \(service.slug) already.")
        }
    }

    // MARK: Resources

    func resource(_ id: ResourceID) throws -> Resource? {
        try connection.row(Resource.columns, "FROM resource WHERE id = ?", [.text(id.text)])
    }

    func resource(of organization: OrganizationID, in zone: String) throws -> Resource? {
        try connection.row(
            Resource.columns, "FROM resource WHERE organization_id = ? AND zone = ? ORDER BY id LIMIT 1",
            [.id(organization), .text(zone)])
    }

    func insert(_ resource: Resource) throws {
        let inserted = try connection.run(Resource.inserting, resource.values)
        guard inserted == 1 else {
            throw Fault.taken("id", "There is a resource with the id \(resource.id.text) already.")
        }
        try insert(resource.entries, of: resource)
    }

    func update(_ former: Resource, to resource: Resource) throws {
        try connection.send(Resource.updating, Array(resource.values.dropFirst()) + [.text(resource.id.text)])
        let (before, after) = (former.entries, resource.entries)
        try delete(before.subtracting(after), of: former)
        try insert(after.subtracting(before), of: resource)
    }

    func remove(_ resource: Resource) throws {
        try delete(resource.entries, of: resource)
        try connection.send("DELETE FROM resource WHERE id = ?", [.text(resource.id.text)])
    }

    private func insert(_ entries: Set<Tag>, of resource: Resource) throws {
        for entry in entries {
            try connection.send(
                "INSERT INTO resource_tag (organization_id, key, value, resource_id) VALUES (?, ?, ?, ?)",
                entry.values(of: resource))
        }
    }

    private func delete(_ entries: Set<Tag>, of resource: Resource) throws {
        for entry in entries {
            try connection.send(
                "DELETE FROM resource_tag WHERE organization_id = ? AND key = ? AND value = ? AND resource_id = ?",
                entry.values(of: resource))
        }
    }
}

extension Tag {
    /// That of a name: no tag has the empty key.
    static func ofName(_ name: String) -> Tag { Tag(trusted: "", name) }

    fileprivate func values(of resource: Resource) -> [SQLValue] {
        [.id(resource.place.organization), .text(key), .text(value), .text(resource.id.text)]
    }
}

extension Service {
    static let columns = Columns(
        "service", ["id", "organization_id", "cloud_id", "slug", "name", "created_at_ms"]
    ) { row in
        Service(
            id: row.id(0), organization: row.id(1), cloud: row.id(2), slug: try Slug(row.text(3)),
            name: try DisplayName(row.text(4)), createdAt: row.time(5))
    }

    fileprivate static let inserting: SQL = "\(columns.inserting) ON CONFLICT (cloud_id, slug) DO NOTHING"
}

extension Resource {
    static let columns = Columns(
        "resource",
        [
            "id", "organization_id", "cloud_id", "service_id", "name", "category", "kind", "type", "status",
            "environment", "zone", "tags", "created_at_ms",
        ]
    ) { row in
        let place = Place(organization: row.id(1), cloud: row.id(2), service: row.id(3))
        guard let type = TypePath(row.text(7)), let environment = PathWord(row.text(9)) else {
            throw UnreadableRow(column: 7, text: row.text(7))
        }
        let tags = Tags(try row.json(11).members.map { Tag(trusted: $0.key, $0.value.text ?? "") })
        let properties = Properties(
            name: try DisplayName(row.text(4)), type: type, status: try row.word(8), environment: environment,
            zone: row.maybeText(10), tags: tags ?? Tags())
        return Resource(
            id: ResourceID(trusted: row.text(0)), at: place, properties, createdAt: row.time(12))
    }

    fileprivate static let inserting: SQL = "\(columns.inserting) ON CONFLICT (id) DO NOTHING"

    fileprivate static let updating: SQL = """
        UPDATE resource SET (organization_id, cloud_id, service_id, name, category, kind, type, status, environment,
            zone, tags, created_at_ms) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?
        """

    /// In the order of the columns.
    fileprivate var values: [SQLValue] {
        let told = properties
        let tags = JSON.texts(told.tags.values)
        return [
            .text(id.text), .id(place.organization), .id(place.cloud), .id(place.service), .text(told.name.text),
            .text(told.type.category), .text(told.type.kind), .text(told.type.path), .text(told.status.rawValue),
            .text(told.environment.text), .maybe(told.zone), .text(tags.compact), .time(createdAt),
        ]
    }

    /// By what it is found: its tags, and its name.
    fileprivate var entries: Set<Tag> { Set(properties.tags.list + [.ofName(properties.name.text)]) }
}
