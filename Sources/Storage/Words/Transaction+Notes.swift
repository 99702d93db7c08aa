import Records

extension SQLTransaction {
    func note(_ name: String) throws -> String? {
        try connection.row(NoteColumns.value, "FROM note WHERE name = ?", [.text(name)])
    }

    func setNote(_ name: String, _ value: String) throws {
        try connection.send(
            "INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [.text(name), .text(value)])
    }
}

/// A generic type has no place for them.
private enum NoteColumns {
    static let value = Columns("note", ["value"]) { $0.text(0) }
}
