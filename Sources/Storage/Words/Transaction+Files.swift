import Basics
import Records

extension SQLTransaction {
    func file(_ id: BatchID) throws -> KeptFile? {
        try connection.row(
            "SELECT id, organization_id, person_id, created_at_ms, content FROM batch_file WHERE id = ?", [.id(id)]
        ) {
            KeptFile(
                id: $0.id(0), organization: $0.id(1), person: $0.id(2), createdAt: $0.time(3), content: $0.blob(4))
        }
    }

    func insert(_ file: KeptFile) throws {
        try connection.send(
            """
            INSERT INTO batch_file (id, organization_id, person_id, created_at_ms, content) VALUES (?, ?, ?, ?, ?)
            """,
            [
                .id(file.id), .id(file.organization), .id(file.person), .time(file.createdAt), .blob(file.content),
            ])
        // Whoever chooses one file after the other fills no disk.
        try connection.send(
            """
            DELETE FROM batch_file WHERE person_id = ?1 AND id NOT IN (
                SELECT id FROM batch_file WHERE person_id = ?1 ORDER BY id DESC LIMIT 5)
            """, [.id(file.person)])
    }

    func forgetFile(_ id: BatchID) throws {
        try connection.send("DELETE FROM batch_file WHERE id = ?", [.id(id)])
    }

    func forgetFiles(before time: Timestamp) throws {
        try connection.send("DELETE FROM batch_file WHERE created_at_ms < ?", [.time(time)])
    }

    func columnMaps(of organization: OrganizationID) throws -> [String: String] {
        let rows = try connection.rows(
            "SELECT heading, columns FROM column_map WHERE organization_id = ? LIMIT 100", [.id(organization)]
        ) { ($0.text(0), $0.text(1)) }
        return Dictionary(rows) { first, _ in first }
    }

    func remember(
        columnMap: String, of organization: OrganizationID, heading: String, at now: Timestamp
    ) throws {
        try connection.send(
            "DELETE FROM column_map WHERE organization_id = ? AND heading = ?", [.id(organization), .text(heading)])
        // Nobody has so many sources; who chooses at random fills no table.
        try connection.send(
            """
            DELETE FROM column_map WHERE organization_id = ?1 AND heading NOT IN (
                SELECT heading FROM column_map WHERE organization_id = ?1 ORDER BY at_ms DESC, heading LIMIT 49)
            """, [.id(organization)])
        try connection.send(
            "INSERT INTO column_map (organization_id, heading, columns, at_ms) VALUES (?, ?, ?, ?)",
            [.id(organization), .text(heading), .text(columnMap), .time(now)])
    }
}
