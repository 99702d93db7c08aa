import Basics
import Directory
import Records

extension SQLTransaction {
    func organization(_ id: OrganizationID) throws -> Organization? {
        try connection.row(
            Organization.columns,
            "FROM organization WHERE id = ?", [.id(id)])
    }

    func organization(slug: String) throws -> Organization? {
        try connection.row(
            Organization.columns,
            "FROM organization WHERE slug = ?", [.text(slug)])
    }

    func organizations(_ page: PageRequest) throws -> Page<Organization> {
        let after = try Cursor.text(of: page) { (try? Slug($0)) != nil }  // The refusal's reason says nothing here.
        let organizations = try connection.rows(
            Organization.columns,
            "FROM organization WHERE slug > ? ORDER BY slug LIMIT ?",
            [.text(after), Cursor.limit(page)])
        return Cursor.page(organizations, page) { $0.slug.text }
    }

    func insert(_ organization: Organization) throws {
        let inserted = try connection.run(
            Organization.inserting,
            [
                .id(organization.id), .text(organization.slug.text), .text(organization.name.text),
                .text(organization.kind.rawValue), .maybe(organization.locality.calendar),
                .maybe(organization.locality.timeZone), .time(organization.createdAt),
            ])
        guard inserted == 1 else {
            throw Fault.taken("slug", "There is an organization with the slug \(organization.slug) already.")
        }
    }

    func setLocality(_ locality: Locality, of organization: OrganizationID) throws {
        let updated = try connection.run(
            "UPDATE organization SET calendar = ?, time_zone = ? WHERE id = ?",
            [.maybe(locality.calendar), .maybe(locality.timeZone), .id(organization)])
        guard updated == 1 else { throw Fault(.notFound, "There is no organization \(organization).") }
    }

    func setKind(_ kind: Organization.Kind, of organization: OrganizationID) throws {
        let updated = try connection.run(
            "UPDATE organization SET kind = ? WHERE id = ?", [.text(kind.rawValue), .id(organization)])
        guard updated == 1 else { throw Fault(.notFound, "There is no organization \(organization).") }
    }

    func cloud(_ id: CloudID) throws -> Cloud? {
        try connection.row(
            Cloud.columns,
            "FROM cloud WHERE id = ?", [.id(id)])
    }

    func cloud(slug: String, of organization: OrganizationID) throws -> Cloud? {
        try connection.row(
            Cloud.columns,
            "FROM cloud WHERE organization_id = ? AND slug = ?",
            [.id(organization), .text(slug)])
    }

    func clouds(of organization: OrganizationID) throws -> [Cloud] {
        try connection.rows(
            Cloud.columns,
            "FROM cloud WHERE organization_id = ? ORDER BY slug",
            [.id(organization)])
    }

    func insert(_ cloud: Cloud) throws {
        let inserted = try connection.run(
            Cloud.inserting,
            [
                .id(cloud.id), .id(cloud.organization), .text(cloud.slug.text), .text(cloud.name.text),
                .time(cloud.createdAt),
            ])
        guard inserted == 1 else {
            throw Fault.taken("slug", "The organization has a cloud with the slug \(cloud.slug) already.")
        }
    }
}

extension Organization {
    static let columns = Columns(
        "organization", ["id", "slug", "name", "kind", "calendar", "time_zone", "created_at_ms"]
    ) { row in
        Organization(
            id: row.id(0), slug: try Slug(row.text(1)), name: try DisplayName(row.text(2)), kind: try row.word(3),
            locality: Locality(calendar: row.maybeText(4), timeZone: row.maybeText(5)), createdAt: row.time(6))
    }

    fileprivate static let inserting: SQL = "\(columns.inserting) ON CONFLICT (slug) DO NOTHING"
}

extension Cloud {
    static let columns = Columns("cloud", ["id", "organization_id", "slug", "name", "created_at_ms"]) { row in
        Cloud(
            id: row.id(0), organization: row.id(1), slug: try Slug(row.text(2)), name: try DisplayName(row.text(3)),
            createdAt: row.time(4))
    }

    fileprivate static let inserting: SQL = "\(columns.inserting) ON CONFLICT (organization_id, slug) DO NOTHING"
}

extension Fault {
    /// A name that must be unique and is not.
    static func taken(_ field: String, _ sentence: Sentence) -> Fault {
        Fault(.conflict, sentence, faults: [Field(field, "taken", sentence)])
    }
}
