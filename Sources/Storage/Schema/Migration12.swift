import Records

/// What people are found by.
extension Migration {
    static let searchKeys = Migration(
        number: 12, name: "search keys",
        statements: { _ in
            // Each for one organization and for all: a prefix is a range of one of them.
            [
                "ALTER TABLE person ADD COLUMN name_key TEXT NOT NULL DEFAULT ''",
                "ALTER TABLE person ADD COLUMN family_key TEXT NOT NULL DEFAULT ''",
                "CREATE INDEX person_by_name ON person (organization_id, name_key)",
                "CREATE INDEX person_by_family ON person (organization_id, family_key)",
                "CREATE INDEX person_by_name_of_all ON person (name_key)",
                "CREATE INDEX person_by_family_of_all ON person (family_key)",
            ]
        },
        fill: { try fillSearchKeys($0) })

    /// No SQL folds letters as people type them, so the keys of who is known already are made here.
    private static func fillSearchKeys(_ connection: some SQLConnection) throws {
        var after = ""
        while true {
            let people = try connection.rows(
                "SELECT id, name FROM person WHERE id > ? ORDER BY id LIMIT 10000", [.text(after)]
            ) { ($0.text(0), $0.text(1)) }
            for (id, name) in people {
                let keys = SearchKeys(name: name)
                try connection.send(
                    "UPDATE person SET name_key = ?, family_key = ? WHERE id = ?",
                    [.text(keys.name), .text(keys.family), .text(id)])
            }
            guard let last = people.last else { return }
            after = last.0
        }
    }
}
