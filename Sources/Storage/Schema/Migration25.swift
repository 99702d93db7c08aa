/// What was found by reading a whole table, by an index.
extension Migration {
    static let growth = Migration(number: 25, name: "indexes of what grows", expands: true) { _ in
        [
            "CREATE INDEX batch_by_age ON batch (created_at_ms)",
            "CREATE INDEX batch_file_by_age ON batch_file (created_at_ms)",
            "CREATE INDEX batch_file_of_person ON batch_file (person_id, id)",
            "CREATE INDEX keepsake_of_kind ON keepsake (kind)",
        ]
    }
}
