/// Services and resources, and whether an organization is a client or of the provider's own group.
extension Migration {
    static let resources = Migration(number: 28, name: "resources", expands: true) { dialect in
        [
            """
            ALTER TABLE organization ADD COLUMN kind TEXT NOT NULL DEFAULT 'client'
            CHECK (kind IN ('client', 'group'))
            """
        ] + services() + registry() + tags(dialect)
    }

    private static func services() -> [SQL] {
        [
            """
            CREATE TABLE service (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                organization_id TEXT NOT NULL,
                cloud_id TEXT NOT NULL,
                slug TEXT NOT NULL CHECK (length(slug) BETWEEN 1 AND 40),
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
                created_at_ms BIGINT NOT NULL,
                UNIQUE (cloud_id, slug),
                UNIQUE (organization_id, cloud_id, id),
                FOREIGN KEY (organization_id, cloud_id) REFERENCES cloud (organization_id, id)
            )
            """
        ]
    }

    /// `kind` is `category/type`, and `type` the whole path: each is asked for by itself.
    private static func registry() -> [SQL] {
        [
            """
            CREATE TABLE resource (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
                organization_id TEXT NOT NULL,
                cloud_id TEXT NOT NULL,
                service_id TEXT NOT NULL,
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
                category TEXT NOT NULL CHECK (length(category) BETWEEN 1 AND 40),
                kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 81),
                type TEXT NOT NULL CHECK (length(type) BETWEEN 1 AND 122),
                status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'PREPARATION', 'INACTIVE')),
                environment TEXT NOT NULL CHECK (length(environment) BETWEEN 1 AND 40),
                zone TEXT CHECK (length(zone) BETWEEN 1 AND 200),
                tags TEXT NOT NULL,
                created_at_ms BIGINT NOT NULL,
                FOREIGN KEY (organization_id, cloud_id, service_id)
                    REFERENCES service (organization_id, cloud_id, id)
            )
            """,
            // Lists of a place, by id.
            "CREATE INDEX resource_of_organization ON resource (organization_id, id)",
            "CREATE INDEX resource_of_cloud ON resource (cloud_id, id)",
            "CREATE INDEX resource_of_service ON resource (service_id, id)",
            "CREATE INDEX resource_in_zone ON resource (organization_id, zone, id) WHERE zone IS NOT NULL",
        ]
    }

    /// A row for each tag of a resource, and one with the empty key for its name, so that both are found alike.
    ///
    /// For one pair of key and value the ids stand in order, so that two lists of them are walked along one
    /// another. No reference to the resource, which would need an index by it: both are written by one verb.
    private static func tags(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE resource_tag (
                organization_id TEXT NOT NULL REFERENCES organization (id),
                key TEXT NOT NULL CHECK (length(key) <= 64),
                value TEXT NOT NULL CHECK (length(value) BETWEEN 1 AND 200),
                resource_id TEXT NOT NULL CHECK (length(resource_id) BETWEEN 1 AND 64),
                PRIMARY KEY (organization_id, key, value, resource_id)
            )\(dialect.clustered)
            """,
            // For whoever may see every organization.
            "CREATE INDEX resource_tag_everywhere ON resource_tag (key, value, resource_id)",
        ]
    }
}
