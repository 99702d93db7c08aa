import Basics
import Directory
import Records

extension SQLTransaction {
    func application(_ id: ApplicationID) throws -> Application? {
        try connection.row(Application.columns, "FROM application WHERE id = ?", [.id(id)])
    }

    func application(named name: String) throws -> Application? {
        try connection.row(
            Application.columns, "FROM application WHERE name = ? AND removed_at_ms IS NULL", [.text(name)])
    }

    func applications(_ page: PageRequest) throws -> Page<Application> {
        let after = try Cursor.text(of: page) { ApplicationID($0)?.text == $0 }
        let found = try connection.rows(
            Application.columns, "FROM application WHERE removed_at_ms IS NULL AND id > ? ORDER BY id LIMIT ?",
            [.text(after), Cursor.limit(page)])
        return Cursor.page(found, page) { $0.id.text }
    }

    func applicationSecrets(of application: ApplicationID) throws -> [ApplicationSecret] {
        try connection.rows(
            """
            SELECT hash, created_at_ms, ends_at_ms FROM application_secret
            WHERE application_id = ? ORDER BY created_at_ms, hash
            """, [.id(application)]
        ) {
            ApplicationSecret(
                application: application, hash: $0.blob(0), createdAt: $0.time(1), endsAt: $0.maybeTime(2))
        }
    }

    func hasParkedLogout(of application: ApplicationID) throws -> Bool {
        // Sign-ins whose time is over are forgotten, and with them what it was not told.
        try connection.row(
            """
            SELECT 1 FROM effect JOIN application_session ON application_session.id = effect.item
            WHERE effect.state IN ('parked', 'dropped', 'cancelled') AND effect.state = 'parked'
                AND effect.kind = 'logout' AND application_session.application_id = ? LIMIT 1
            """, [.id(application)]
        ) { _ in true } ?? false
    }

    func insert(_ application: Application) throws {
        try connection.send(
            Application.columns.inserting,
            [
                .id(application.id), .text(application.name.text), .text(application.kind.rawValue),
                .text(application.registration.json.compact), .time(application.createdAt),
                .time(application.removedAt),
            ])
    }

    func update(_ application: Application) throws {
        try connection.send(
            "UPDATE application SET name = ?, registration = ? WHERE id = ?",
            [.text(application.name.text), .text(application.registration.json.compact), .id(application.id)])
    }

    func insert(_ secret: ApplicationSecret) throws {
        try connection.send(
            "INSERT INTO application_secret (application_id, hash, created_at_ms, ends_at_ms) VALUES (?, ?, ?, ?)",
            [.id(secret.application), .blob(secret.hash), .time(secret.createdAt), .time(secret.endsAt)])
    }

    func endNewestApplicationSecret(of application: ApplicationID, at end: Timestamp) throws {
        try connection.send(
            "UPDATE application_secret SET ends_at_ms = ? WHERE application_id = ? AND ends_at_ms IS NULL",
            [.time(end), .id(application)])
    }

    func removeApplication(_ id: ApplicationID, at now: Timestamp) throws -> Bool {
        // What opens nothing any more is not kept, hashed or not.
        try connection.send("DELETE FROM application_secret WHERE application_id = ?", [.id(id)])
        return try connection.run(
            "UPDATE application SET removed_at_ms = ? WHERE id = ? AND removed_at_ms IS NULL", [.time(now), .id(id)])
            == 1
    }
}

extension Application {
    static let columns = Columns(
        "application", ["id", "name", "kind", "registration", "created_at_ms", "removed_at_ms"]
    ) { row in
        Application(
            id: row.id(0), name: try DisplayName(row.text(1)), kind: try row.word(2),
            registration: Registration(json: try row.json(3)), createdAt: row.time(4), removedAt: row.maybeTime(5))
    }
}
