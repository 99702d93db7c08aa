import Records

extension SQLTransaction {
    func note(_ name: String) throws -> String? {
        try connection.row("SELECT value FROM note WHERE name = ?", [.text(name)]) { $0.text(0) }
    }

    func setNote(_ name: String, _ value: String) throws {
        try connection.send(
            "INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [.text(name), .text(value)])
    }
}
