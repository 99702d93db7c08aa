/// Which processes serve, and which of their versions may go on while a newer one is put in their place.
extension Migration {
    static let nodes = Migration(number: 24, name: "nodes") { _ in
        [
            // Of versions with which programs get along that know only the oldest.
            "CREATE TABLE schema_expansion (version INTEGER PRIMARY KEY, oldest INTEGER NOT NULL)",
            """
            CREATE TABLE node (
                id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 26),
                host TEXT NOT NULL,
                version TEXT NOT NULL,
                started_at_ms BIGINT NOT NULL,
                seen_at_ms BIGINT NOT NULL,
                ahead_ms BIGINT NOT NULL
            )
            """,
        ]
    }
}
